/*
 * zfs_private.h - what the files of the ZFS backend share: zfs*.c only. All is done by zfs(8), with
 * an argument vector and -H; what it prints is for people, so that what a failed command has done
 * is found out by looking, never by understanding its words. Two implementations are known: OpenZFS
 * and zfs-fuse, which is done with unmounting some milliseconds after it says so.
 */
#ifndef STORAGE_ZFS_PRIVATE_H
#define STORAGE_ZFS_PRIVATE_H

#include "storage/storage.h"

#include "base/str.h"

/* An argument vector: ZFS("promote", name). */
#define ZFS(...) ((const char *const[]){ "zfs", __VA_ARGS__, NULL })

enum {
	/* Both implementations take 255; "@SUNWzone" and a number are to fit behind. */
	ZFS_NAME_BYTES_MAX = 228,
	ZFS_TRIES_MAX = 60, /* of what fails as long as something is busy, or somebody faster */
};

/* The mark on a snapshot that clone() took: for whom. */
#define ZFS_OWNER "zonetool:owner"

/* A file system, a volume or a snapshot. */
struct zfs_row {
	char *name, *origin, *mountpoint; /* "-": it has none */
	unsigned long long created;       /* in which transaction: snapshots have an order */
	bool can_mount;                   /* canmount is on */
	bool by_hand;                     /* canmount is noauto */
	bool marked;                      /* it has ZFS_OWNER, perhaps inherited */
};
struct zfs_rows {
	struct zfs_row *rows;
	size_t count;
};

/* ---- zfs_list.c: looking ---- */

/*
 * The file system that a path is on. Returns whether that is ZFS; then *ret_name is the dataset's
 * name, the caller's, and *ret_root whether its root is what is at path. No command is run.
 */
bool zfs_on(const char *path, char **ret_name, bool *ret_root);
/* The name of the dataset whose root is at path, the caller's, or NULL. */
char *zfs_at(const char *path);

/* The pool that a dataset is in: as long a beginning of its name. */
int zfs_pool_len(const char *name);
bool zfs_same_pool(const char *a, const char *b);
/*
 * The name of the dataset that would be mounted at path by inheriting its mount point from the one
 * at the directory above. The caller's, or NULL: there is none, or the name would not be legal.
 */
char *zfs_name_for(const char *path);
/* Whether a snapshot's name, behind the @, is one that this program gives; *ret_number. */
bool zfs_snapshot_numbered(const char *name, unsigned long long *ret_number);
/* Whether name is a snapshot of the dataset: the part behind the @, or NULL. */
const char *zfs_snapshot_of(const char *name, const char *dataset);

/*
 * List a dataset and all below it with their snapshots, or, if NULL, all file systems. Returns 0 or
 * a negative errno, described.
 */
int zfs_list(const char *dataset, struct zfs_rows *ret_rows, struct messages *messages);
void zfs_rows_free(struct zfs_rows *rows);
#define AUTO_ROWS __attribute__((cleanup(zfs_rows_free))) struct zfs_rows
/* List the pool that a dataset is in. */
int zfs_list_pool(const char *dataset, struct zfs_rows *ret_rows, struct messages *messages);
const struct zfs_row *zfs_find(const struct zfs_rows *rows, const char *name);
/*
 * Whether clone() took this snapshot: it has such a name, and the mark as its own. All others are
 * a person's, whatever their names.
 */
bool zfs_took(const struct zfs_row *snapshot);
/*
 * The file system that belongs at path, where nothing is mounted. Returns 0, *ret_row NULL if there
 * is none; or -EBUSY, described: which one cannot be told, or a person is to mount it.
 */
int zfs_find_unmounted(const struct zfs_rows *rows, const char *path,
	const struct zfs_row **ret_row, struct messages *messages);
/* A number for a snapshot of ours that no snapshot of the pool has. */
unsigned long long zfs_free_number(const struct zfs_rows *pool);
/* The first that was cloned from this snapshot, or NULL. */
const struct zfs_row *zfs_clone_of(const struct zfs_rows *pool, const char *snapshot);

/*
 * The field "value" or "source" of a property; the caller's, or NULL if there is no such dataset,
 * or no zfs command.
 */
char *zfs_get(const char *name, const char *property, const char *field);

/* ---- zfs_list.c: doing ---- */

/* Run a command that may fail. Returns whether it has succeeded. */
bool zfs_try(const struct storage_job *job, const char *const *argv);
/* Run a command. Returns 0 or a negative errno, described. */
int zfs_do(const struct storage_job *job, const char *const *argv);
/* The same, repeated for a while as long as it fails. */
int zfs_insist(const struct storage_job *job, const char *const *argv);
/* Between two tries. */
void zfs_pause(void);
/* See to it that a dataset is mounted at path. Returns 0 or a negative errno, described. */
int zfs_mount(const char *name, const char *path, const struct storage_job *job);
/* Remove the empty directory that a dataset was mounted on; it may be gone. */
void zfs_remove_mountpoint(const char *path, const struct storage_job *job);

/* ---- zfs_destroy.c, zfs_clone.c: as in struct storage_ops ---- */

int zfs_check_destroy(const char *path, struct messages *messages);
int zfs_destroy(const char *path, const struct storage_job *job);
/* Destroy a snapshot of ours, unless something was cloned from it. */
int zfs_destroy_snapshot(const char *snapshot, const struct storage_job *job);

int zfs_plan_clone(const char *from, const char *to, const char *wanted, char **ret_snapshot,
	struct messages *messages);
int zfs_clone(const char *from, const char *to, const char *snapshot, const char *owner,
	const struct storage_job *job);
int zfs_drop_snapshot(const char *snapshot, const char *owner, const struct storage_job *job);

#endif
