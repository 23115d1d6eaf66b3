/*
 * work.h - a zone that a subcommand of zoneadm changes: locked, put right if an earlier command
 * died, and read under the lock.
 */
#ifndef CMD_WORK_H
#define CMD_WORK_H

#include "cmd/cmd.h"

struct work {
	struct adm *adm;
	char *name;
	int lock_fd;
	enum zone_state state;
	char *zonepath;    /* as the index has it */
	struct zone *zone; /* its configuration */
};

/*
 * Take the zone of -z: lock it, finish or undo what a dead command left of it, read it, and check
 * that its state allows the operation. Returns 0, or a negative errno, described. work_end() frees
 * it in either case.
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
 * Whether a zone can come to a path: its parent exists, and nothing is there, or an empty directory
 * that is no mount point. Returns 0 or a negative errno, described.
 */
int work_check_place(const struct work *work, const char *path);
/* The same, and the empty directory is removed. */
int work_clear_place(const struct work *work, const char *path);

/* A path beside this one that nothing has: ".NAME.RANDOM" in the same directory. The caller's. */
char *work_aside(const char *path);

/* Whether something is at a path, be it a link that leads nowhere. */
bool work_exists(const char *path);

/*
 * Make the directory aside of an operation, tell its record which it is, and copy all below "from"
 * into it; label, such as "Copying /zones/web", is shown, with progress if that is a terminal.
 * Returns 0 or a negative errno, described.
 */
int work_copy(struct work *work, struct operation *operation, const char *label, const char *from,
	bool verify);

/*
 * Rename a directory to a name that nothing has, for good. Returns 0, or a negative errno: -EXDEV:
 * to another file system, or mount; -EBUSY: a mount point; these two are not described.
 */
int work_rename(struct work *work, const char *from, const char *to);

/*
 * From now on the zone is at "to", which is whole and on storage; what is at "from" goes. Returns
 * 0, or a negative errno, described: the zone is where it was, or, if it has moved, what is left of
 * "from" goes with the next command.
 */
int work_leave(struct work *work, enum operation_kind kind, const char *from, const char *to);

/*
 * Remove what a recorded PHASE_REMOVE tells of, then the record; of an uninstalled zone, the state
 * becomes configured. Returns 0 or a negative errno, described.
 */
int work_remove(struct work *work, const struct operation *operation);

/*
 * Finish or undo the operation that a dead command left, and say so. Returns 1 if there was one,
 * 0 if not, or a negative errno, described. Of an undone operation the zone is where it was; of a
 * finished one, where it was to be.
 */
int work_recover(struct work *work);

#endif
