/*
 * storage.h - how zonepaths are made, cloned, renamed and removed on a kind of storage. A backend
 * is a const table of functions in the table of storage.c; the first that suits a place is used.
 *
 * All paths are normalised and absolute. What a function does is on storage when it returns, unless
 * it says otherwise. All may be interrupted at any moment, by a kill or a power cut, and are then
 * repeated or undone by whoever finds the zone's record (zone/operation.h).
 */
#ifndef STORAGE_STORAGE_H
#define STORAGE_STORAGE_H

#include "util/tree.h"

/* Where zonepaths may be made. */
enum storage_want {
	STORAGE_ANY,   /* as the place allows */
	STORAGE_PLAIN, /* a directory, even where the place allows more (-x nodataset) */
};

/* What commands that a backend runs are to hold, and who is told. */
struct storage_job {
	struct messages *messages;
	int lock_fd; /* the zone's: whatever a backend runs holds it, too; 0: none */
	void (*progress)(void *user, uint64_t objects, uint64_t bytes); /* as in struct tree_job */
	void *user;
};

struct storage_ops {
	const char *name; /* "directory", "btrfs", "zfs": records have it */
	/* What is said when a zonepath was made, or NULL. */
	const char *created;
	/* What is said when a clone was made without copying, or NULL. */
	const char *cloned;

	/* Whether a zonepath made at path, where nothing is, would be of this kind. */
	bool (*suits)(const char *path);
	/* Whether what is at path is of this kind, and can be reached. */
	bool (*owns)(const char *path);
	/*
	 * See to it that what belongs at path is there, if only something that was not mounted
	 * hides it, such as a dataset after a power cut. Returns 0, also if nothing belongs there;
	 * or a negative errno, described. NULL: nothing can hide.
	 */
	int (*appear)(const char *path, const struct storage_job *job);
	/*
	 * A text that tells what is at path from everything else, on whatever file system and at
	 * whatever time, and that it keeps under another name. Returns 0 and *ret_id, the caller's,
	 * or a negative errno: -ENOENT, not described: nothing of this kind is there.
	 */
	int (*identify)(const char *path, char **ret_id, struct messages *messages);

	/*
	 * Make an empty zonepath, root's and mode 0700, at a path that suits: the directory above
	 * is there. -EEXIST, not described, if something is there. Everything else that fails is
	 * described, and nothing is left.
	 */
	int (*create)(const char *path, const struct storage_job *job);
	/*
	 * Rename what is at "from" to "to", where nothing is; the directory above is there. Returns
	 * 0; 1: it cannot, without having changed anything: they are to be copied; or a negative
	 * errno, described.
	 */
	int (*rename)(const char *from, const char *to, const struct storage_job *job);
	/* Whether rename() could: a guess without trying, for those who only ask. */
	bool (*can_rename)(const char *from, const char *to);
	/*
	 * Whether all that would go with what is at path is the zone's: no snapshots or file
	 * systems below it that somebody else made. Returns 0 or -EBUSY or another negative errno,
	 * described. NULL: there can be none.
	 */
	int (*check_destroy)(const char *path, struct messages *messages);
	/*
	 * Remove a zonepath with all that is in it. What depends on it, such as clones, stays
	 * whole. What is missing is no error.
	 */
	int (*destroy)(const char *path, const struct storage_job *job);

	/*
	 * Choose what clone() will take as its origin: "wanted", a person's choice in the backend's
	 * words, or, if NULL, a name for a snapshot that is yet to be taken, or an empty text where
	 * none is needed. Returns 0 and *ret_snapshot, the caller's; 1: "from" cannot be cloned to
	 * "to" without copying; or a negative errno, described. NULL: never without copying.
	 */
	int (*plan_clone)(const char *from, const char *to, const char *wanted, char **ret_snapshot,
		struct messages *messages);
	/*
	 * Take the snapshot, and make "to" the same as it. owner is a text that nothing else has,
	 * for drop_snapshot(); NULL: the snapshot is there, a person's choice. Returns 0; -EAGAIN,
	 * not described: somebody was faster with a snapshot of this name, so plan again; or a
	 * negative errno, described.
	 */
	int (*clone)(const char *from, const char *to, const char *snapshot, const char *owner,
		const struct storage_job *job);
	/*
	 * Undo the snapshot of a clone() that was interrupted or has failed, when the clone is
	 * destroyed: if it is there, was taken for this owner, and nothing depends on it. NULL:
	 * snapshots have no names.
	 */
	int (*drop_snapshot)(
		const char *snapshot, const char *owner, const struct storage_job *job);
};

extern const struct storage_ops storage_directory, storage_btrfs, storage_zfs;

/* The backend for a zonepath to be made at path. */
const struct storage_ops *storage_for(const char *path, enum storage_want want);
/* The backend of what is at path. */
const struct storage_ops *storage_of(const char *path);
/* The backend of this name, or NULL. */
const struct storage_ops *storage_named(const char *name);

/* As storage_ops.identify, of any directory. */
int storage_identify_directory(const char *path, char **ret_id, struct messages *messages);

/* See to it that what belongs at path is there, of whatever kind: storage_ops.appear. */
int storage_appear(const char *path, const struct storage_job *job);

/*
 * What the backends whose zonepaths are directories for rename(2) share: as storage_ops.rename and
 * .can_rename.
 */
int storage_rename(const char *from, const char *to, const struct storage_job *job);
bool storage_can_rename(const char *from, const char *to);

/* Delete a btrfs subvolume with those inside it. Returns 0 or a negative errno, described. */
int storage_delete_subvolume(const char *path, struct messages *messages);

/* Whether two directories are on one file system whose files can share what they have. */
bool storage_shares_extents(const char *a, const char *b);

#endif
