/*
 * registry.h - the zones of this machine: /etc/zones/NAME.xml, /etc/zones/index; locks, and what is
 * known of those that live (live.h), in /run/zones, which everybody can read. Readers never wait.
 * Writers hold the zone's lock, and change XML and index together or not at all (journal.h).
 */
#ifndef ZONE_REGISTRY_H
#define ZONE_REGISTRY_H

#include "zone/index.h"
#include "zone/live.h"
#include "zone/lock.h"
#include "zone/operation.h"
#include "zone/xml.h"
#include "zone/zone.h"

#include <sys/stat.h>

#define REGISTRY_PATH "/etc/zones"
#define REGISTRY_RUN_PATH LIVE_PATH

struct registry;

/*
 * Open the registry; as root, finish or undo what a dead command left behind. Its directories may
 * be missing: they are made before the first change. command is what others are told we are when
 * they have to wait for us; it must outlive the registry. Returns 0 and *ret_registry, or a
 * negative errno, described.
 */
int registry_open(const char *command, struct registry **ret_registry, struct messages *messages);
void registry_close(struct registry *registry);
/* Whether this user may change zones: root. */
bool registry_writable(void);

/*
 * Read the index; the caller frees it. Lines that are not understood are described the first time.
 * Returns 0 or a negative errno, described.
 */
int registry_index(struct registry *registry, struct index *ret_index, struct messages *messages);

/*
 * Configurations in REGISTRY_PATH of zones that the index, as it was read, does not know: it is
 * lost, or was cut off. Each is a warning, up to ten of them. Returns how many there are.
 */
size_t registry_orphans(
	struct registry *registry, const struct index *index, struct messages *messages);

/* Which file a zone's configuration is: two differ if it was written in between. All 0: none. */
struct registry_version {
	dev_t device;
	ino_t inode;
	struct timespec changed;
};
bool registry_version_equal(const struct registry_version *a, const struct registry_version *b);
struct registry_version registry_version(const struct registry *registry, const char *name);

/* A zone as it is stored. */
struct registry_zone {
	struct zone *zone; /* NULL: its file is missing or damaged */
	struct registry_version version;
	enum zone_state state; /* the stored one, unless it lives */
};

/*
 * Read a zone that the index knows, and whether it lives. Who then changes it holds its lock, and
 * whoever boots it, too: so it is still so. Returns 0, or a negative errno: -ENOENT, not described:
 * there is no such zone; everything else is described, and *ret_zone is set but for its zone.
 */
int registry_load(struct registry *registry, const char *name, struct registry_zone *ret_zone,
	struct messages *messages);
/* Describe that there is no such zone, in the words of Solaris. Returns -ENOENT. */
int registry_unknown(const char *name, struct messages *messages);
/* Describe that the file of a zone is missing. Returns -EIO. */
int registry_missing(const char *name, struct messages *messages);
/*
 * What create -t may name: a zone, or a template, whose name begins with SUNW. Returns 0 and
 * *ret_zone, the caller's, or a negative errno, described.
 */
int registry_load_template(struct registry *registry, const char *name, struct zone **ret_zone,
	struct messages *messages);
/*
 * A configuration from its file, whatever the index says. Returns 0 and *ret_zone, the caller's, or
 * a negative errno, of which -ENOENT is not described.
 */
int registry_load_file(struct registry *registry, const char *name, struct zone **ret_zone,
	struct messages *messages);
/* brand and ip-type only, of a file; likewise. */
int registry_scan(struct registry *registry, const char *name, struct xml_summary *ret_summary,
	struct messages *messages);

/* ---- what lives ---- */

/*
 * The directory REGISTRY_RUN_PATH in *ret_fd, the registry's, or -1: there is none, and nothing
 * lives; also, with a warning, if it must be root who looks. Returns 0 or a negative errno,
 * described.
 */
int registry_run(struct registry *registry, int *ret_fd, struct messages *messages);
/* As live_find(), whether the index knows the zone or not. *ret_live must be freed in any case. */
int registry_live(struct registry *registry, const char *name, struct live *ret_live,
	struct messages *messages);
/* The state of a zone that the index has in this one, or a negative errno, described. */
int registry_state(struct registry *registry, const char *name, enum zone_state stored,
	struct messages *messages);
/*
 * If a zone lives: whether it allows an operation. To be asked before its lock is waited for, so
 * that what is refused is refused at once, and again when it is held. Returns 1: it lives, and
 * allows it; 0: it does not live; or a negative errno, described.
 */
int registry_check_live(struct registry *registry, const char *name, enum zone_operation operation,
	struct messages *messages);

/* ---- changing ---- */

/* Take a zone's lock. Returns as lock_take() does: an fd to close, or a negative errno. */
int registry_lock_zone(struct registry *registry, const char *name, enum lock_mode mode,
	int wait_ms, struct messages *messages);

/* Let go of one that is exclusive, and remove its file. Returns -1. */
int registry_unlock_zone(struct registry *registry, const char *name, int fd);

/* What is to change about one zone. The caller holds the lock of each zone named here. */
struct registry_change {
	const char *name;        /* the stored zone; NULL: there is none yet */
	const struct zone *zone; /* what is to be stored instead; NULL: the zone is deleted */
	const struct registry_version
		*version; /* what the zone must still be; NULL: whatever it is */
	bool anew;        /* zone has nothing to do with what is stored: that is deleted */
	bool force;       /* delete also what is installed, or damaged; its files stay */
};

/*
 * Carry out a change, for good: at return it has reached storage. Returns 0, or a negative errno,
 * described: nothing has changed, unless storage failed after the change was recorded, which is
 * said then, and which the next command goes on with. -ESTALE: the zone was changed by somebody
 * else since it was read; -EEXIST: the new name is taken; -EBUSY: the zone's state does not allow
 * it.
 */
int registry_save(
	struct registry *registry, const struct registry_change *change, struct messages *messages);

/*
 * The record of an operation that is under way, or was left by a command that died: with the zone's
 * lock held it is the latter. Returns 0 and *ret_operation, which operation_free() frees, or a
 * negative errno: -ENOENT, not described: there is none.
 */
int registry_operation(struct registry *registry, const char *name, struct operation *ret_operation,
	struct messages *messages);

/*
 * Whether a dead command left no such record. Returns 0, -EBUSY or another negative errno,
 * described.
 */
int registry_check_operation(
	struct registry *registry, const char *name, struct messages *messages);

/* The next step of an operation. The caller holds the zone's lock. */
struct registry_step {
	const char *name;
	int state;                         /* enum zone_state, a stored one; -1: as it is */
	const char *zonepath;              /* where the zone is from now on; NULL: where it was */
	const struct operation *operation; /* its record from now on; NULL: it is over */
};

/*
 * Store all of a step at once, for good: at return it has reached storage. Returns 0, or a negative
 * errno, described, as registry_save() does.
 */
int registry_step(
	struct registry *registry, const struct registry_step *step, struct messages *messages);

#endif
