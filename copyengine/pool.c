/*
 * pool.c - worker threads and their queues of jobs.
 *
 *   push ──► newest ┐
 *                   │ own queue ──► newest: run by its worker
 *            oldest ┘ ──► stolen by a worker with nothing to do
 *
 * `outstanding` counts jobs queued or running; the worker that takes it to zero ends the run.
 * No wake-up is missed: a worker going idle first counts itself in `idle`, then looks at all
 * queues once more; a pusher first queues, then looks at `idle`. Both pass through the queue's
 * lock, so one of the two sees the other.
 */
#include "pool.h"

#include <pthread.h>
#include <signal.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

struct queue {
	alignas(64) pthread_mutex_t lock;
	struct list jobs; /* newest first */
};

struct thread {
	struct pool *pool;
	unsigned id;
	pthread_t handle;
};

struct pool {
	struct pool_ops ops;
	void *user;
	unsigned size;       /* queues: workers_max, at least one */
	unsigned wanted;     /* threads to begin with */
	atomic_uint running; /* workers that have a queue in use */
	struct queue *queues;
	struct thread *threads;
	unsigned started; /* of threads; only the thread that runs the pool looks */
	atomic_ulong outstanding;
	atomic_uint idle;
	pthread_mutex_t lock; /* guards the two conditions and done */
	pthread_cond_t work;  /* something was queued, or the run is over */
	pthread_cond_t over;
	bool done;
};

static struct job *queue_take(struct queue *queue, bool oldest)
{
	struct job *job = NULL;
	pthread_mutex_lock(&queue->lock);
	if (!list_empty(&queue->jobs)) {
		struct list *link = oldest ? queue->jobs.prev : queue->jobs.next;
		list_remove(link);
		job = container_of(link, struct job, link);
	}
	pthread_mutex_unlock(&queue->lock);
	return job;
}

static struct job *pool_take(struct pool *pool, unsigned worker)
{
	struct job *job = queue_take(&pool->queues[worker], false);
	unsigned running = atomic_load(&pool->running);
	for (unsigned i = 1; !job && i < running; i++)
		job = queue_take(&pool->queues[(worker + i) % running], true);
	return job;
}

/* Wait until there may be work. Returns false when the run is over. */
static bool pool_rest(struct pool *pool, unsigned worker, struct job **ret_job)
{
	pthread_mutex_lock(&pool->lock);
	atomic_fetch_add(&pool->idle, 1);
	while (!pool->done) {
		*ret_job = pool_take(pool, worker);
		if (*ret_job)
			break;
		pthread_cond_wait(&pool->work, &pool->lock);
	}
	atomic_fetch_sub(&pool->idle, 1);
	bool more = !pool->done;
	pthread_mutex_unlock(&pool->lock);
	return more;
}

static void pool_finish(struct pool *pool)
{
	pthread_mutex_lock(&pool->lock);
	pool->done = true;
	pthread_cond_broadcast(&pool->work);
	pthread_cond_broadcast(&pool->over);
	pthread_mutex_unlock(&pool->lock);
}

static void worker_loop(struct pool *pool, unsigned worker, bool own_thread)
{
	if (pool->ops.start)
		pool->ops.start(pool->user, worker, own_thread);
	for (;;) {
		struct job *job = pool_take(pool, worker);
		if (!job && !pool_rest(pool, worker, &job))
			return;
		pool->ops.run(pool->user, worker, job);
		if (atomic_fetch_sub(&pool->outstanding, 1) == 1)
			pool_finish(pool);
	}
}

static void *worker_main(void *arg)
{
	struct thread *thread = arg;
	worker_loop(thread->pool, thread->id, true);
	return NULL;
}

/* Start the threads with all signals blocked: they are the program's, not ours. */
void pool_grow(struct pool *pool, unsigned workers)
{
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (pool->started < workers && pool->started < pool->size) {
		struct thread *thread = &pool->threads[pool->started];
		thread->pool = pool;
		thread->id = pool->started;
		/* Before it runs: a job on a queue that nobody looks at would be lost. */
		atomic_store(&pool->running, pool->started + 1);
		if (pthread_create(&thread->handle, NULL, worker_main, thread) != 0)
			break;
		pool->started++;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static struct timespec tick_deadline(unsigned ms)
{
	struct timespec at;
	clock_gettime(CLOCK_MONOTONIC, &at);
	at.tv_sec += ms / 1000;
	at.tv_nsec += (long)(ms % 1000) * 1000000;
	if (at.tv_nsec >= 1000000000) {
		at.tv_nsec -= 1000000000;
		at.tv_sec++;
	}
	return at;
}

static void pool_wait(struct pool *pool)
{
	pthread_mutex_lock(&pool->lock);
	while (!pool->done) {
		if (!pool->ops.tick_ms) {
			pthread_cond_wait(&pool->over, &pool->lock);
			continue;
		}
		struct timespec at = tick_deadline(pool->ops.tick_ms);
		pthread_cond_timedwait(&pool->over, &pool->lock, &at);
		if (pool->done)
			break;
		pthread_mutex_unlock(&pool->lock);
		pool->ops.tick(pool->user);
		pthread_mutex_lock(&pool->lock);
	}
	pthread_mutex_unlock(&pool->lock);
}

unsigned pool_run(struct pool *pool)
{
	if (atomic_load(&pool->outstanding) == 0)
		return 0;
	pool_grow(pool, pool->wanted);
	if (pool->started == 0)
		worker_loop(pool, 0, false);
	pool_wait(pool);
	unsigned started = pool->started;
	for (unsigned i = 0; i < started; i++)
		pthread_join(pool->threads[i].handle, NULL);
	pool->started = 0;
	pool->done = false;
	return started;
}

void pool_push(struct pool *pool, unsigned worker, struct job *job)
{
	struct queue *queue = &pool->queues[worker];
	atomic_fetch_add(&pool->outstanding, 1);
	pthread_mutex_lock(&queue->lock);
	list_add_first(&queue->jobs, &job->link);
	pthread_mutex_unlock(&queue->lock);
	if (pool_hungry(pool)) {
		pthread_mutex_lock(&pool->lock);
		pthread_cond_signal(&pool->work);
		pthread_mutex_unlock(&pool->lock);
	}
}

bool pool_hungry(const struct pool *pool)
{
	return atomic_load(&pool->idle) > 0;
}

struct pool *pool_create(
	unsigned workers, unsigned workers_max, const struct pool_ops *ops, void *user)
{
	unsigned size = workers_max ? workers_max : 1;
	struct pool *pool = calloc(1, sizeof(*pool));
	struct queue *queues = aligned_alloc(alignof(struct queue), size * sizeof(*queues));
	struct thread *threads = calloc(size, sizeof(*threads));
	if (!pool || !queues || !threads) {
		free(pool);
		free(queues);
		free(threads);
		return NULL;
	}
	*pool = (struct pool){ .ops = *ops,
		.user = user,
		.size = size,
		.wanted = workers,
		.queues = queues,
		.threads = threads };
	for (unsigned i = 0; i < size; i++) {
		pthread_mutex_init(&queues[i].lock, NULL);
		list_init(&queues[i].jobs);
	}
	pthread_condattr_t attr;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->work, NULL);
	pthread_cond_init(&pool->over, &attr);
	pthread_condattr_destroy(&attr);
	return pool;
}

void pool_destroy(struct pool *pool)
{
	if (!pool)
		return;
	for (unsigned i = 0; i < pool->size; i++)
		pthread_mutex_destroy(&pool->queues[i].lock);
	pthread_mutex_destroy(&pool->lock);
	pthread_cond_destroy(&pool->work);
	pthread_cond_destroy(&pool->over);
	free(pool->queues);
	free(pool->threads);
	free(pool);
}
