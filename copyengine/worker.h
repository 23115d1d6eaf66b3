/* worker.h - what each worker has of its own: buffers and counters. */
#ifndef CE_WORKER_H
#define CE_WORKER_H

#include "ctx.h"

/* Set up a worker. Its buffers come zeroed from the kernel and cost memory as they are used. */
int worker_init(struct worker *worker, struct ctx *ctx, unsigned id);
void worker_free(struct worker *worker);

/*
 * On the worker's own thread: give it a umask of its own, so that objects get the mode asked for.
 * Where a container forbids that, modes are set after making.
 */
void worker_start(struct worker *worker, bool own_thread);

#endif
