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

#endif
