/*
 * names.h - copying only what a list names, with the directories that lead there.
 *
 * The list is read as a stream and never held: a stack has the directories on the way to the last
 * name, as a tape archiver does. Names of one directory that follow each other make a batch, which
 * any worker can take. A directory that the list leaves and comes back to is entered again; it gets
 * its metadata each time it is left, so the last time counts.
 */
#ifndef CE_NAMES_H
#define CE_NAMES_H

#include "ctx.h"
#include "pool.h"

/*
 * Queue the reading of a list: NUL-terminated names from fd (which stays the caller's), relative to
 * the directory `name` in base. Returns 0 or a negative errno.
 */
int names_start(
	struct worker *worker, int fd, struct dir *base, const char *name, const char *dest_name);

/* Deal with the next names: what a JOB_NAMES is. */
void names_step(struct worker *worker, struct job *job);

/* Copy the objects of a batch: what a JOB_BATCH is. */
void names_batch(struct worker *worker, struct job *job);

#endif
