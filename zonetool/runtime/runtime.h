/*
 * runtime.h - what zones run under, as a table of functions: systemd-nspawn(1), and a twin without
 * containers ("null") with which the commands are tried where there is no root.
 *
 *   zoneadm boot ---control---> zoneadmd (supervisor.c): one for each zone that lives
 *                                  |
 *                                  |  launcher.c: a child with mounts of its own, the platform
 *                                  v
 *                               runtime_ops.start: its child becomes the engine (systemd-nspawn),
 *                                  |                        which starts the zone's init
 *                                  v
 *   zlogin ----- enter ------>  the namespaces and the control group of that init
 *
 * All that a zone has on the host is tied to processes (its mounts to the mount namespace of the
 * launcher, its own interfaces to its network namespace), or is known by name and taken away by
 * whoever comes next: control groups (cgroup.h), addresses on interfaces (network.h), files in
 * /run/zones.
 */
#ifndef RUNTIME_RUNTIME_H
#define RUNTIME_RUNTIME_H

#include "util/messages.h"
#include "zone/live.h"
#include "zone/zone.h"

#include <stdbool.h>
#include <stdint.h>

/* A zone that is being made to live, or does; nothing here is owned. */
struct runtime_zone {
	const char *name;
	const struct zone *zone; /* its configuration */
	const char *zonepath;    /* its root is below: ZONEPATH/root */
	const char *place;       /* a directory of root's on the host for this life: RUN/NAME.d */
	unsigned id;
	uint32_t uid_shift; /* first host uid of its user namespace; 0: it has none of its own */
};

/* How it is to boot. */
struct runtime_boot {
	char **arguments; /* for init; ends with NULL */
	bool single_user;
	char *sysidcfg; /* text that answers the questions of a first boot; NULL: none was given */
};
void runtime_boot_free(struct runtime_boot *boot);

/*
 * Set its arguments, of which it has none: copies of words, which end with NULL; or, if words
 * is NULL, those of the zone's configuration (bootargs), which blanks separate.
 */
void runtime_boot_set_arguments(
	struct runtime_boot *boot, char *const *words, const struct zone *zone);

struct runtime_ops {
	const char *name;
	bool contains; /* zones have control groups, mounts, a network: the supervisor makes them */

	/* Whether there is what it takes. Returns 0 or a negative errno, described. */
	int (*check)(struct messages *messages);

	/*
	 * In the launcher, before it joins the zone's control group, which may use few devices:
	 * make what the zone's init will find, all but processes. Returns 0 or a negative errno,
	 * described. NULL: nothing.
	 */
	int (*prepare)(const struct runtime_zone *zone, struct messages *messages);

	/*
	 * In a child of the launcher after prepare(), which is in the control group, and whose
	 * standard input and output are the console: become the engine. As sd_notify(3) does, that
	 * tells "X_NSPAWN_LEADER_PID=" when there is an init, and "READY=1" when it has started.
	 * Its exit status is RUNTIME_REBOOT if the zone is to be booted again, and 0 if it was
	 * shut down. fds from 3 on that are not closed on exec stay open in it. Returns a negative
	 * errno, described.
	 */
	int (*start)(const struct runtime_zone *zone, const struct runtime_boot *boot,
		struct messages *messages);

	/*
	 * Tell the zone's init to shut down, to power off or to boot again afterwards. Returns 0 or
	 * a negative errno, not described.
	 */
	int (*shutdown)(int init_pidfd, bool reboot);

	/*
	 * Make this process one of the zone: in its namespaces and its control group, and with what
	 * its processes may have. It must have one thread. Its children are in the zone's PID
	 * namespace, it is not. root is the zone's from now on. Returns 0 or a negative errno,
	 * described; then it must end.
	 */
	int (*enter)(const struct live *live, const struct zone *zone, struct messages *messages);

	/*
	 * On the host, when no process of the zone is left: remove what the engine leaves outside
	 * of PLACE, above all when it was killed. What is not there is no error. Returns 0 or a
	 * negative errno, described. NULL: nothing.
	 */
	int (*forget)(const struct runtime_zone *zone, struct messages *messages);
};

enum {
	RUNTIME_REBOOT = 133,        /* the engine's exit status when the zone boots again */
	RUNTIME_SHIFT_RANGE = 65536, /* ids in a user namespace of a zone */
};

/* The runtime of this name, or NULL. */
const struct runtime_ops *runtime_find(const char *name);

/* The variable of the environment that names the one that new lives use, if it is not nspawn. */
#define RUNTIME_VARIABLE "ZONEADMD_RUNTIME"

/* The one that new lives use; NULL: there is none of that name, described. */
const struct runtime_ops *runtime_default(struct messages *messages);

extern const struct runtime_ops runtime_nspawn, runtime_null;

/* The signal by which an init such as systemd(1) is told to power off, or to boot again. */
int runtime_shutdown_signal(bool reboot);
/* runtime_ops.shutdown of zones with such an init. */
int runtime_shutdown(int init_pidfd, bool reboot);

/* Whether the zone is to have a user namespace: its attribute private-users is true. */
bool runtime_wants_users(const struct zone *zone);

/*
 * Whether the zone's root, which is the host's, must be kept from making mounts writable that are
 * to be read-only: by a user namespace in which all users are those of the host. So it is if there
 * are any, unless the attribute private-users says what is wanted; not in one that shares the
 * host's network, where ports below 1024 are only of those who are in no other user namespace.
 */
bool runtime_locks_mounts(const struct zone *zone);

/*
 * Whether the zone shares the host's network: ip-type shared, and it has an address there. Without
 * any it has a loopback interface only, as a zone that is exclusive and was given no interface.
 */
bool runtime_shares_network(const struct zone *zone);

/* What the zone calls itself: its name, as far as a host can be called that. The caller's. */
char *runtime_hostname(const char *name);

#endif
