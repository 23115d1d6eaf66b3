/*
 * compare.h - comparing two trees in everything a copy keeps: what ce_compare() and the second pass
 * of CE_VERIFY do. The same walk as a copy, with these functions in place of those of copy.h.
 */
#ifndef CE_COMPARE_H
#define CE_COMPARE_H

#include "walk.h"

extern const struct walk_ops compare_ops;

/* Tables for the link structure, made before and freed after the walk. -ENOMEM. */
int compare_begin(struct ctx *ctx);
void compare_end(struct ctx *ctx);

#endif
