/* root.h - what a pair begins with: a name in an opened parent directory, on both sides. */
#ifndef CE_ROOT_H
#define CE_ROOT_H

#include "ctx.h"

/* One pair as the engine sees it. */
struct root {
	struct job job;
	struct dir *base; /* the parent directories */
	char *name, *dest_name;
};

/*
 * Open the parent directories of a pair; of what is to be removed, the source's. The only paths
 * that are resolved are those two. Returns 0 or a negative errno, which was reported unless memory
 * is out: -ELOOP for a copy of a directory into itself. root_close() is due either way.
 */
int root_open(struct ctx *ctx, struct root *root, const struct ce_pair *pair);
void root_close(struct ctx *ctx, struct root *root);

/* Note what is there of the top directories of a pair that was opened; before workers run. */
void root_note(const struct root *root, struct top *top);

/* Note one of the two, unless it is known. */
void root_note_top(struct top *top, enum ce_side side, const struct statx *st);

#endif
