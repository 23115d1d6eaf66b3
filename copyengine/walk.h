/*
 * walk.h - walking a source tree, many workers at once.
 *
 * The unit of work is a window: as many names of one directory as fit a buffer. A worker that has
 * read one passes the directory on like a baton (queues it again, if there is more in it), then
 * deals with the names: objects at once, in the order of their inodes; subdirectories as new jobs.
 * So different directories are walked by different workers, and a huge flat one by all of them.
 *
 * Memory is bounded by depth, not by width: queues are taken from the newest end, which walks depth
 * first, and when many directories are pending windows get small, so that each level of a deep
 * tree adds a handful.
 */
#ifndef CE_WALK_H
#define CE_WALK_H

#include "ctx.h"
#include "report.h"

/* What a walk does. All are called with the fds in the place pinned. */
struct walk_ops {
	/*
	 * Before a directory's names: open both sides. False: it is not read, but left all the
	 * same.
	 */
	bool (*enter)(struct worker *worker, struct dir *dir);
	/* An object that is not a directory; type is a DT_* hint. */
	void (*object)(struct worker *worker, const struct place *at, unsigned char type);
	/* After everything inside a directory; dir->again: after all that was found so far. */
	void (*leave)(struct worker *worker, struct dir *dir);
};

/* Queue the object called name in base (a pair's parent directory); it may be of any kind. */
void walk_start(struct worker *worker, struct dir *base, const char *name, const char *dest_name);

/* Enter a directory, or deal with its next window: what a JOB_DIR is. */
void walk_dir(struct worker *worker, struct dir *dir);

/* Count names found in the source; not again in a second pass. */
void walk_found(struct worker *worker, uint64_t count);

/* Enter a directory without reading it, for lists of names. False: it could not be. */
bool walk_enter(struct worker *worker, struct dir *dir);

/* One pending thing of a directory is done; the last leaves it, and its parent has one less. */
void walk_release(struct worker *worker, struct dir *dir);

/* Deal with one object of a pinned directory: filter it, queue it if it is a directory. */
void walk_name(struct worker *worker, const struct place *at, unsigned char type);

#endif
