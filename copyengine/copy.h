/*
 * copy.h - copying one object of each kind. One file per kind:
 *
 *   copy.c          which kind it is; hard links to what was copied before
 *   copy_file.c     regular files
 *   copy_symlink.c  symbolic links
 *   copy_special.c  fifos, sockets, devices
 *   copy_dir.c      directories: entering and leaving them
 *   copy_dry.c      what a dry run does instead
 *
 * Everything is reported where it happens; the functions return only what their caller must act on.
 */
#ifndef CE_COPY_H
#define CE_COPY_H

#include "hardlink.h"
#include "meta.h"
#include "object.h"
#include "pool.h"
#include "report.h"
#include "target.h"

/* How an object was dealt with. */
enum copy_result {
	COPY_DONE,   /* it is there */
	COPY_FAILED, /* it is not; this was reported */
	COPY_SPLIT,  /* a large file: pieces are queued, the last one finishes it */
};

/* A finished copy, as hard links to it must know it. */
struct copy_made {
	struct statx st; /* its identity */
	uint32_t flags;  /* freezing inode flags it is still to get, with its last link */
};

/*
 * Copy the object at a place whose fds are pinned; type is the DT_* hint of the directory. Counts
 * it and reports all that happens. Not for directories.
 */
void copy_object(struct worker *worker, const struct place *at, unsigned char type);

/*
 * As copy_object(), for names that waited for their group and whose directories are pending for
 * them. What is called meanwhile only takes note of more: they are dealt with before this returns.
 */
void copy_waiters(struct worker *worker, struct waiter *waiters);

/* The kinds. src is the source's object; *ret_made is set when they are DONE. */
enum copy_result copy_file(struct worker *worker, const struct place *at, struct object *src,
	struct hardlink *group, struct copy_made *ret_made);
enum copy_result copy_symlink(struct worker *worker, const struct place *at,
	const struct object *src, struct copy_made *ret_made);
enum copy_result copy_special(struct worker *worker, const struct place *at,
	const struct object *src, struct copy_made *ret_made);

/*
 * What links and special files share, once target_make() came to outcome: open the object, check
 * that it is the one we made, give it its metadata and its final name.
 */
enum copy_result copy_node(struct worker *worker, const struct place *at, const struct object *src,
	enum target_outcome outcome, struct target *target, struct copy_made *ret_made);

/* Metadata for a link or special file just made, its final name, and the report. */
enum copy_result copy_seal(struct worker *worker, const struct place *at, struct target *target,
	const struct object *src, struct object *dst);

/* For an existing object with the same content: bring its metadata in line. */
enum copy_result copy_repair(struct worker *worker, const struct place *at, struct fs *dest,
	const struct object *src, struct object *dst);

/* One piece of a split file; a job. */
void copy_piece(struct worker *worker, struct job *job);

/* Enter a directory: open the source, make or open the destination. False: do not read it. */
bool copy_dir_enter(struct worker *worker, struct dir *dir);

/* Leave it, everything inside being done: give it its metadata. */
void copy_dir_leave(struct worker *worker, struct dir *dir);

/* At the end: freeze directories that a list of names might have come back to. */
void copy_freeze_dirs(struct worker *worker);

/* What a dry run does for an object. Returns false if it waits for its group. */
bool copy_dry(struct worker *worker, const struct place *at, const struct object *src);
/* Open what is there of a directory's destination; sets dir->absent. */
int copy_dry_enter(struct worker *worker, struct dir *dir, const struct place *at,
	const struct object *src, struct object *ret_dst);

/* Whether src, found in dir, lies on another mount and is to be left out for that. */
bool copy_skips_mount(const struct worker *worker, const struct dir *dir, const struct object *src);

#endif
