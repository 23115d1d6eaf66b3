/*
 * work.h - a zone that a subcommand of zoneadm changes: locked, put right if an earlier command
 * died, and read under the lock.
 */
#ifndef CMD_WORK_H
#define CMD_WORK_H

#include "cmd/cmd.h"

#include "identity/unconfigure.h"
#include "storage/storage.h"

struct work {
	struct adm *adm;
	char *name;
	int lock_fd;
	enum zone_state state;
	char *zonepath;    /* as the index has it */
	struct zone *zone; /* its configuration */
	bool failed;       /* what is undone was not interrupted, but has failed */
	bool give_up;      /* what is not there, or does not go, is given up: recover -F */
	bool recovered;    /* an interrupted operation was finished or undone; of this kind: */
	enum operation_kind recovered_kind;
	const char *label; /* what is being done, and shown with progress; or NULL */
};

/*
 * Take the zone of -z: lock it, finish or undo what a dead command left of it, unless it lives,
 * read it, and check that its state allows the operation: of one that lives first of all, without
 * waiting for its lock. *ret_work is empty but for lock_fd, which is -1, and
 * give_up. Returns 0; 1: what was interrupted has left no files now, which is all that OP_UNINSTALL
 * asks for; or a negative errno, described. work_end() frees it in either case.
 */
int work_begin(struct adm *adm, enum zone_operation operation, struct work *ret_work);
void work_end(struct work *work);
#define AUTO_WORK __attribute__((cleanup(work_end))) struct work

/*
 * Store a step of an operation: its record from now on (NULL: it is over), the state (-1: as it
 * is), the zonepath (NULL: where it was). Returns 0 or a negative errno, described.
 */
int work_step(
	struct work *work, const struct operation *operation, int state, const char *zonepath);

/*
 * Whether a zone can come to a path: its parent exists, and nothing is there, or a directory that
 * is no mount point and has nothing in it but an empty "root" perhaps. Returns 0 or a negative
 * errno, described.
 */
int work_check_place(const struct work *work, const char *path);
/* The same, and the empty directory is removed. */
int work_clear_place(const struct work *work, const char *path);

/* A path beside this one that nothing has: ".NAME.RANDOM" in the same directory. The caller's. */
char *work_aside(const char *path);

/*
 * Whether something is at a path, be it a link that leads nowhere. Returns 1, 0, or a negative
 * errno, described: it cannot be told.
 */
int work_exists(const char *path, struct messages *messages);

/*
 * The id of the directory that a path is in, which tells whether its file system is mounted; the
 * caller's. NULL: it cannot be told.
 */
char *work_place(const char *path);

/*
 * The id of what must be at a path, the caller's. Returns 0 or a negative errno, described, also if
 * it is not there.
 */
int work_identify(const struct storage_ops *storage, const char *path, char **ret_id,
	struct messages *messages);

/*
 * Whether what is at a path has this id among what the backend owns. Returns 1, 0, or a negative
 * errno, described: it cannot be told.
 */
int work_is_at(const struct storage_ops *storage, const char *path, const char *id,
	struct messages *messages);

/* What -x says: "nodataset". False: something else. */
bool work_parse_extra(const char *text, enum storage_want *ret_want);

/*
 * Show what is being done, such as "Copying /zones/web", with progress until work_done(). label
 * must live until then.
 */
void work_doing(struct work *work, const char *label);
void work_done(struct work *work);

/* What the storage backends are told on behalf of a zone. */
struct storage_job work_storage_job(const struct work *work);

/* A zonepath that is to be made, and filled. */
struct work_make {
	enum operation_kind kind;          /* not OPERATION_UNINSTALL */
	const char *to;                    /* the zonepath it is to be: nothing is there */
	const char *from;                  /* of a move: where the zone is; else NULL */
	const struct storage_ops *storage; /* what it is made of */
	/* Of what it is cloned, if not NULL: storage->clone() of it, planned with this choice. */
	const char *origin, *snapshot;
	/*
	 * Fill the new zonepath, which is at path for now. Returns 0 or a negative errno,
	 * described: then it goes, and the zone is what it was.
	 */
	int (*fill)(struct work *work, const char *path, void *user);
	void *user; /* for fill */
};

/*
 * Make a zonepath, whole or not at all: beside its name first, and recorded, so that whoever finds
 * the record can undo it. What fill() has made is brought to storage, that it is whole is recorded,
 * and it gets its name; of an installation or a clone the zone is then installed. Of a move the
 * record is left for work_leave(). Returns 0; 1: there is an origin, and it cannot be cloned there
 * after all: nothing is left; or a negative errno, described.
 */
int work_make(struct work *work, const struct work_make *make);

/* How the files of a zone are copied. */
struct work_copy {
	enum tree_compare compare;
	bool lossy; /* as in struct tree_job */
};

/*
 * Copy all below "from" into the directory path, saying label, such as "Copying /zones/web", with
 * progress if that is a terminal. Returns 0 or a negative errno, described.
 */
int work_copy(struct work *work, const char *path, const char *label, const char *from,
	const struct work_copy *how);

/*
 * Whether a copy of what is below "from" has room beside the path "to", if that can be told before.
 * Returns 0, -ENOSPC or another negative errno, described.
 */
int work_check_room(const struct work *work, const char *from, const char *to);

/*
 * Reset the identity of the system in ZONEPATH/root (identity/unconfigure.h). Returns 0 or a
 * negative errno, described.
 */
int work_unconfigure(
	struct work *work, const char *zonepath, const struct unconfigure_policy *policy);

/*
 * Keep the answers for the first boot of the system in ZONEPATH/root (identity/sysidcfg.h); text
 * may be NULL: there are none. Returns 0 or a negative errno, described.
 */
int work_store_sysidcfg(struct work *work, const char *zonepath, const char *text);

/*
 * From now on the zone is at "to", which is whole and on storage; what is at "from" goes. Returns
 * 0, or a negative errno, described: the zone is where it was, or, if it has moved, what is left of
 * "from" goes with the next command.
 */
int work_leave(struct work *work, enum operation_kind kind, const char *from, const char *to);

/*
 * Remove what a recorded PHASE_REMOVE tells of, then the record; of an uninstalled zone, the state
 * becomes configured. Returns 0; 1: something else was there, which was left alone and warned of;
 * or a negative errno, described.
 */
int work_remove(struct work *work, const struct operation *operation);

/*
 * Finish or undo the operation that a dead command left, and say so. Returns 1 if there was one,
 * 0 if not, or a negative errno, described. Of an undone operation the zone is where it was; of a
 * finished one, where it was to be.
 */
int work_recover(struct work *work);

#endif
