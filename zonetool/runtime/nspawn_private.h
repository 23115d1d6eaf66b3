/* nspawn_private.h - what tests see of nspawn.c. */
#ifndef RUNTIME_NSPAWN_PRIVATE_H
#define RUNTIME_NSPAWN_PRIVATE_H

#include "runtime/engine.h"
#include "runtime/runtime.h"

/*
 * The engine's command line for a zone whose platform is there. more is the options that depend on
 * files of the zone, and ends with NULL.
 */
void nspawn_line(const struct runtime_zone *zone, const struct runtime_boot *boot,
	const char *const *more, struct line *line);

#endif
