/*
 * pool.h - worker threads and their queues of jobs.
 *
 * Each worker has a queue of its own: it takes the newest job from its own, so that a tree is
 * walked depth first and little is pending at any time, and steals the oldest from another's when
 * its own is empty: the oldest stands highest in the tree and brings the most work with it.
 * A job is a link embedded in something larger; the pool does not know what.
 *
 * With no workers, or when no thread can be made, the same jobs run on the calling thread.
 */
#ifndef CE_POOL_H
#define CE_POOL_H

#include "base/list.h"

#include <stdbool.h>

struct job {
	struct list link;
	int kind; /* for who runs it */
};

struct pool_ops {
	/* Called on a worker's thread before its first job; may be NULL. */
	void (*start)(void *user, unsigned worker, bool own_thread);
	/* Run one job. It may push more. */
	void (*run)(void *user, unsigned worker, struct job *job);
	/* Called on the thread that waits, every tick_ms (0: never). */
	void (*tick)(void *user);
	unsigned tick_ms;
};

struct pool;

/*
 * Make a pool to begin with that many workers, none running yet, and to grow to workers_max (not
 * below workers; there is at least one queue). *ops is copied. Returns NULL without memory.
 */
struct pool *pool_create(
	unsigned workers, unsigned workers_max, const struct pool_ops *ops, void *user);

/* Queue a job on behalf of a worker (0 before the run). Never fails, allocates nothing. */
void pool_push(struct pool *pool, unsigned worker, struct job *job);

/*
 * Run until no job is queued or running, then join the threads. Returns the number of threads that
 * worked: fewer than asked for if they could not be made, 0 if the jobs ran on this thread.
 */
unsigned pool_run(struct pool *pool);

/*
 * Have that many workers from now on, as far as threads can be made and workers_max allows; fewer
 * than there are changes nothing. To be called from ops.tick only.
 */
void pool_grow(struct pool *pool, unsigned workers);

/* Whether some worker has nothing to do at this moment. A hint. */
bool pool_hungry(const struct pool *pool);

/* Free a pool that is not running. NULL is allowed. */
void pool_destroy(struct pool *pool);

#endif
