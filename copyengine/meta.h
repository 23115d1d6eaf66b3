/*
 * meta.h - the metadata of one object: reading it, and giving it to a copy in the one right order.
 */
#ifndef CE_META_H
#define CE_META_H

#include "object.h"
#include "report.h"

/* Inode flags that a copy carries: those a user can set. */
#define META_FLAGS                                                                                 \
	(FS_SYNC_FL | FS_IMMUTABLE_FL | FS_APPEND_FL | FS_NODUMP_FL | FS_NOATIME_FL | FS_COMPR_FL  \
		| FS_NOCOMP_FL | FS_JOURNAL_DATA_FL | FS_NOTAIL_FL | FS_DIRSYNC_FL | FS_TOPDIR_FL  \
		| FS_NOCOW_FL | FS_DAX_FL | FS_PROJINHERIT_FL | FS_CASEFOLD_FL)

/* Those that forbid further changes, among them making a hard link. */
#define META_FLAGS_FREEZING (FS_IMMUTABLE_FL | FS_APPEND_FL)

/* Those that only work on an object without content. */
#define META_FLAGS_EARLY (FS_NOCOW_FL | FS_COMPR_FL | FS_NOCOMP_FL | FS_CASEFOLD_FL)

/* Properties that no copy can be given; their absence is a loss all the same. */
#define META_FLAGS_NOTED (FS_VERITY_FL | FS_ENCRYPT_FL)

/*
 * Fill ret from an opened object: its stat, and flags and project id as far as the run keeps them
 * and the file system has them. side says which tree the object is in, for messages.
 */
void meta_read(struct worker *worker, const struct place *at, struct fs *fs,
	const struct object *object, struct meta *ret);

/* What meta_apply() is to start from. */
struct meta_have {
	struct meta meta;   /* what the copy has now */
	bool fresh;         /* made by us: no extended attributes, times to be set anyway */
	bool inherited_acl; /* fresh, but its directory's default ACL was given to it */
	bool mode_exact;    /* meta.mode is sure */
	bool look_only;     /* change nothing: find out whether owner, mode or xattrs would be */
	bool names_listed;  /* the source's attribute names are in worker->names already: */
	ssize_t names_size;
};

/*
 * Give dst what the run keeps of src: want is meta_read() of src. Only what differs from have is
 * done. with_flags false leaves the inode flags for meta_set_flags() later.
 * Returns whether anything was changed. Refusals are reported as losses, failures as errors.
 */
bool meta_apply(struct worker *worker, const struct place *at, struct fs *dest,
	const struct object *src, const struct object *dst, const struct meta *want,
	struct meta_have *have, bool with_flags);

/*
 * Take the freezing flags from an existing object, as far as the source has them, too; updates
 * have. For a real fd of a file or directory.
 */
void meta_thaw(const struct object *dst, const struct meta *want, struct meta *have);

/* The last step of meta_apply() by itself. */
bool meta_set_flags(struct worker *worker, const struct place *at, struct fs *dest,
	const struct object *dst, const struct meta *want, const struct meta *have);

/* Set the flags that only work on an empty object, just after making it; updates have. */
void meta_set_early_flags(struct worker *worker, const struct object *dst, const struct meta *want,
	struct meta *have);

/*
 * What a regular file just made with that mode, dst, got by itself; kept for the next ones in its
 * directory.
 */
struct birth meta_birth(struct worker *worker, const struct place *at, struct fs *dest,
	const struct object *dst, uint32_t mode);

/*
 * The mode a new object is to end with: the source's, or without CE_ATTR_MODE what open(2) and
 * mkdir(2) would give under the process's umask.
 */
uint32_t meta_mode(const struct ctx *ctx, uint32_t source_mode);

#endif
