/*
 * remove.h - removing trees: what ce_remove() does. The same walk as a copy, with these functions
 * in place of those of copy.h, and without a destination.
 *
 * Objects are unlinked as they are met, directories when nothing is pending in them. What cannot be
 * removed leaves its directory troubled, and so all above it, which then are not tried.
 */
#ifndef CE_REMOVE_H
#define CE_REMOVE_H

#include "walk.h"

extern const struct walk_ops remove_ops;

/* Those of a dry run, which need ctx->counted. */
extern const struct walk_ops remove_dry_ops;

#endif
