/* engine.h - one run: the workers, the two passes, and the switch over the kinds of job. */
#ifndef CE_ENGINE_H
#define CE_ENGINE_H

#include "ctx.h"

struct engine;

/*
 * Set up a run. options are checked and complete; remove is NULL, or what says more about removing
 * the sources of options' pairs, and must live as long. Returns 0, -ENOMEM or another negative
 * errno.
 */
int engine_create(const struct ce_options *options, const struct ce_remove_options *remove,
	struct engine **ret);
void engine_destroy(struct engine *engine);

/* Run it; returns as ce_copy_run(). */
int engine_run(struct engine *engine);

/* Async-signal-safe. */
void engine_cancel(struct engine *engine);

/* The counts at this moment. Any thread. */
void engine_stats(const struct engine *engine, struct ce_stats *ret);

#endif
