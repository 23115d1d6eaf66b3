/* test_pool.c - worker threads: every job runs once, none is left asleep with work to do. */
#include "fixture.h"

#include "pool.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#define WORKERS_MAX 8

/* A job that pushes `children` more of the same, one level down. */
struct node {
	struct job job;
	unsigned depth, children;
	atomic_uint ran;
};

struct bench {
	struct pool *pool;
	struct node *nodes; /* room for all, handed out by next */
	atomic_uint next;
	atomic_uint ran, ticks, wrong_thread;
	atomic_uint by_worker[WORKERS_MAX];
	atomic_uint started[WORKERS_MAX];
	unsigned workers;
	pthread_t caller;
	atomic_uint order; /* depths in the order they ran, as digits */
	atomic_bool other_ran;
};

static void pause_ms(long ms)
{
	struct timespec time = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };
	nanosleep(&time, NULL);
}

static void push(struct bench *bench, unsigned worker, unsigned depth, unsigned children)
{
	struct node *node = &bench->nodes[atomic_fetch_add(&bench->next, 1)];
	list_init(&node->job.link);
	node->depth = depth;
	node->children = children;
	pool_push(bench->pool, worker, &node->job);
}

static void start(void *user, unsigned worker, bool own_thread)
{
	struct bench *bench = user;
	atomic_fetch_add(&bench->started[worker], 1);
	if (own_thread != !pthread_equal(pthread_self(), bench->caller))
		atomic_fetch_add(&bench->wrong_thread, 1);
}

static void run(void *user, unsigned worker, struct job *job)
{
	struct bench *bench = user;
	struct node *node = container_of(job, struct node, job);
	atomic_fetch_add(&node->ran, 1);
	atomic_fetch_add(&bench->ran, 1);
	atomic_fetch_add(&bench->by_worker[worker], 1);
	for (unsigned i = 0; node->depth && i < node->children; i++)
		push(bench, worker, node->depth - 1, node->children);
}

static void tick(void *user)
{
	struct bench *bench = user;
	atomic_fetch_add(&bench->ticks, 1);
}

static void bench_init(struct bench *bench, unsigned workers, size_t nodes,
	void (*runner)(void *, unsigned, struct job *), unsigned tick_ms)
{
	*bench = (struct bench){ .workers = workers, .caller = pthread_self() };
	struct pool_ops ops = { .start = start, .run = runner, .tick = tick, .tick_ms = tick_ms };
	bench->nodes = calloc(nodes, sizeof(*bench->nodes));
	bench->pool = pool_create(workers, workers, &ops, bench);
	assert_non_null(bench->nodes);
	assert_non_null(bench->pool);
}

static void bench_free(struct bench *bench)
{
	pool_destroy(bench->pool);
	free(bench->nodes);
}

/* All jobs handed out ran, each exactly once, on workers that were started exactly once. */
static void expect_all_ran(struct bench *bench, unsigned count)
{
	assert_int_equal(atomic_load(&bench->next), count);
	assert_int_equal(atomic_load(&bench->ran), count);
	for (unsigned i = 0; i < count; i++)
		assert_int_equal(atomic_load(&bench->nodes[i].ran), 1);
	for (unsigned i = 0; i < WORKERS_MAX; i++)
		assert_true(atomic_load(&bench->started[i]) <= 1);
	assert_int_equal(atomic_load(&bench->wrong_thread), 0);
}

static void no_jobs(void **state)
{
	(void)state;
	for (unsigned workers = 0; workers <= WORKERS_MAX; workers++) {
		struct bench bench;
		bench_init(&bench, workers, 1, run, 0);
		assert_int_equal(pool_run(bench.pool), 0);
		assert_false(pool_hungry(bench.pool));
		bench_free(&bench);
	}
}

static void one_job(void **state)
{
	(void)state;
	for (unsigned workers = 0; workers <= WORKERS_MAX; workers++) {
		struct bench bench;
		bench_init(&bench, workers, 1, run, 0);
		push(&bench, 0, 0, 0);
		assert_int_equal(pool_run(bench.pool), workers);
		expect_all_ran(&bench, 1);
		bench_free(&bench);
	}
}

static void run_slowly(void *user, unsigned worker, struct job *job)
{
	pause_ms(2);
	run(user, worker, job);
}

static void tick_grow(void *user)
{
	struct bench *bench = user;
	pool_grow(bench->pool, 5);
	pool_grow(bench->pool, 2); /* does not shrink */
	pool_grow(bench->pool, WORKERS_MAX + 3);
}

/* Workers that come later take from those that were there, and push for them. */
static void pool_that_grows(void **state)
{
	(void)state;
	for (unsigned first = 1; first <= 2; first++) {
		struct bench bench;
		bench_init(&bench, first, 341, run_slowly, 0);
		pool_destroy(bench.pool);
		struct pool_ops ops = {
			.start = start, .run = run_slowly, .tick = tick_grow, .tick_ms = 5
		};
		bench.pool = pool_create(first, WORKERS_MAX, &ops, &bench);
		assert_non_null(bench.pool);
		push(&bench, 0, 4, 4);
		assert_int_equal(pool_run(bench.pool), WORKERS_MAX);
		expect_all_ran(&bench, 341);
		assert_int_equal(atomic_load(&bench.started[WORKERS_MAX - 1]), 1);
		bench_free(&bench);
	}
}

/* 1 + 4 + 16 + ... : each job makes more, so that the end is not known beforehand. */
static void jobs_that_push_jobs(void **state)
{
	(void)state;
	static const unsigned sizes[] = { 0, 1, 2, 8 };
	const unsigned total = (4096 * 4 - 1) / 3;
	for (size_t i = 0; i < 4; i++) {
		struct bench bench;
		bench_init(&bench, sizes[i], total, run, 0);
		push(&bench, 0, 6, 4);
		assert_int_equal(pool_run(bench.pool), sizes[i]);
		expect_all_ran(&bench, total);
		bench_free(&bench);
	}
}

/* Two passes on one pool, as a copy and its verification could do. */
static void runs_again(void **state)
{
	(void)state;
	struct bench bench;
	bench_init(&bench, 2, 42, run, 0);
	push(&bench, 0, 2, 4);
	assert_int_equal(pool_run(bench.pool), 2);
	assert_int_equal(atomic_load(&bench.ran), 21);
	push(&bench, 1, 2, 4);
	assert_int_equal(pool_run(bench.pool), 2);
	assert_int_equal(atomic_load(&bench.ran), 42);
	bench_free(&bench);
}

static void run_in_order(void *user, unsigned worker, struct job *job)
{
	struct bench *bench = user;
	struct node *node = container_of(job, struct node, job);
	atomic_store(&bench->order, atomic_load(&bench->order) * 10 + node->depth);
	atomic_fetch_add(&node->ran, 1);
	atomic_fetch_add(&bench->ran, 1);
	if (node->depth == 3)
		push(bench, worker, 4, 0);
}

/* Depth first: the newest job of one's own queue comes next. */
static void newest_first(void **state)
{
	(void)state;
	for (unsigned workers = 0; workers <= 1; workers++) {
		struct bench bench;
		bench_init(&bench, workers, 4, run_in_order, 0);
		push(&bench, 0, 1, 0);
		push(&bench, 0, 2, 0);
		push(&bench, 0, 3, 0);
		pool_run(bench.pool);
		assert_int_equal(atomic_load(&bench.order), 3421);
		expect_all_ran(&bench, 4);
		bench_free(&bench);
	}
}

/* The first job waits for the other, which is in the same queue: somebody must steal it. */
static void run_stuck(void *user, unsigned worker, struct job *job)
{
	struct bench *bench = user;
	struct node *node = container_of(job, struct node, job);
	if (node->depth == 1) {
		push(bench, worker, 0, 0);
		for (int i = 0; i < 10000 && !atomic_load(&bench->other_ran); i++)
			pause_ms(1);
	} else {
		atomic_store(&bench->other_ran, true);
	}
	atomic_fetch_add(&node->ran, 1);
	atomic_fetch_add(&bench->ran, atomic_load(&bench->other_ran));
}

static void idle_workers_steal(void **state)
{
	(void)state;
	for (unsigned workers = 2; workers <= WORKERS_MAX; workers += 6) {
		struct bench bench;
		bench_init(&bench, workers, 2, run_stuck, 0);
		push(&bench, 0, 1, 0);
		pool_run(bench.pool);
		expect_all_ran(&bench, 2);
		bench_free(&bench);
	}
}

/* One job, then a burst, then one again: workers fall asleep and are woken over and over. */
static void run_burst(void *user, unsigned worker, struct job *job)
{
	struct bench *bench = user;
	struct node *node = container_of(job, struct node, job);
	atomic_fetch_add(&node->ran, 1);
	atomic_fetch_add(&bench->ran, 1);
	if (!node->depth)
		return;
	if (node->depth % 3 == 0)
		sched_yield();
	for (unsigned i = 0; i < WORKERS_MAX; i++)
		push(bench, worker, 0, 0);
	push(bench, worker, node->depth - 1, 0);
}

static void nested_bursts(void **state)
{
	(void)state;
	enum { BURSTS = 2000 };
	struct bench bench;
	bench_init(&bench, WORKERS_MAX, BURSTS * (WORKERS_MAX + 1) + 1, run_burst, 0);
	push(&bench, 0, BURSTS, 0);
	pool_run(bench.pool);
	expect_all_ran(&bench, BURSTS * (WORKERS_MAX + 1) + 1);
	bench_free(&bench);
}

/*
 * The missed wake-up, provoked: worker A pushes its only job at the very moment at which B,
 * having found nothing, goes to sleep; A then waits for B to run it. Were the wake-up lost, A would
 * wait in vain (and give up, and fail the test). Nothing between B's last look and its sleep can be
 * hooked, so the moment is swept: A spins a little longer each round.
 */
static void run_pingpong(void *user, unsigned worker, struct job *job)
{
	struct bench *bench = user;
	struct node *node = container_of(job, struct node, job);
	atomic_fetch_add(&node->ran, 1);
	unsigned before = atomic_fetch_add(&bench->ran, 1);
	if (!node->depth)
		return;
	for (volatile unsigned spin = 0; spin < node->depth % 97 * 20; spin++)
		;
	push(bench, worker, node->depth - 1, 0);
	struct timespec began, now;
	clock_gettime(CLOCK_MONOTONIC, &began);
	do {
		sched_yield();
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while (atomic_load(&bench->ran) == before + 1 && now.tv_sec - began.tv_sec < 10);
	if (atomic_load(&bench->ran) == before + 1)
		atomic_fetch_add(&bench->wrong_thread, 1);
}

static void no_wakeup_is_missed(void **state)
{
	(void)state;
	enum { ROUNDS = 5000 };
	struct bench bench;
	bench_init(&bench, 2, ROUNDS + 1, run_pingpong, 0);
	push(&bench, 0, ROUNDS, 0);
	pool_run(bench.pool);
	expect_all_ran(&bench, ROUNDS + 1);
	bench_free(&bench);
}

/* The other race: the last job ends while the rest are going to sleep. */
static void ending_wakes_everybody(void **state)
{
	(void)state;
	for (int i = 0; i < 300; i++) {
		struct bench bench;
		bench_init(&bench, WORKERS_MAX, 3, run, 0);
		push(&bench, (unsigned)i % WORKERS_MAX, 1, 2);
		assert_int_equal(pool_run(bench.pool), WORKERS_MAX);
		expect_all_ran(&bench, 3);
		bench_free(&bench);
	}
}

static void run_until_ticked(void *user, unsigned worker, struct job *job)
{
	(void)worker;
	struct bench *bench = user;
	struct node *node = container_of(job, struct node, job);
	for (int i = 0; i < 10000 && atomic_load(&bench->ticks) < 3; i++)
		pause_ms(1);
	atomic_fetch_add(&node->ran, 1);
	atomic_fetch_add(&bench->ran, 1);
}

static void ticks_while_running(void **state)
{
	(void)state;
	struct bench bench;
	bench_init(&bench, 1, 1, run_until_ticked, 5);
	push(&bench, 0, 0, 0);
	pool_run(bench.pool);
	assert_true(atomic_load(&bench.ticks) >= 3);
	expect_all_ran(&bench, 1);
	bench_free(&bench);
}

static void no_ticks_unless_wanted(void **state)
{
	(void)state;
	struct bench bench;
	bench_init(&bench, 2, 21, run, 0);
	push(&bench, 0, 2, 4);
	pool_run(bench.pool);
	assert_int_equal(atomic_load(&bench.ticks), 0);
	bench_free(&bench);
}

static void run_signals(void *user, unsigned worker, struct job *job)
{
	(void)worker;
	struct bench *bench = user;
	struct node *node = container_of(job, struct node, job);
	sigset_t blocked;
	pthread_sigmask(SIG_SETMASK, NULL, &blocked);
	atomic_fetch_add(&node->ran, 1);
	atomic_fetch_add(&bench->ran,
		sigismember(&blocked, SIGINT) && sigismember(&blocked, SIGTERM)
			&& sigismember(&blocked, SIGCHLD));
}

/* Signals are the program's: workers block them, and its own mask stays as it was. */
static void workers_block_signals(void **state)
{
	(void)state;
	struct bench bench;
	sigset_t mine;
	bench_init(&bench, 2, 1, run_signals, 0);
	push(&bench, 0, 0, 0);
	pool_run(bench.pool);
	expect_all_ran(&bench, 1);
	bench_free(&bench);
	pthread_sigmask(SIG_SETMASK, NULL, &mine);
	assert_false(sigismember(&mine, SIGINT));
}

static void destroying_nothing(void **state)
{
	(void)state;
	pool_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_jobs),
		cmocka_unit_test(one_job),
		cmocka_unit_test(pool_that_grows),
		cmocka_unit_test(jobs_that_push_jobs),
		cmocka_unit_test(runs_again),
		cmocka_unit_test(newest_first),
		cmocka_unit_test(idle_workers_steal),
		cmocka_unit_test(nested_bursts),
		cmocka_unit_test(no_wakeup_is_missed),
		cmocka_unit_test(ending_wakes_everybody),
		cmocka_unit_test(ticks_while_running),
		cmocka_unit_test(no_ticks_unless_wanted),
		cmocka_unit_test(workers_block_signals),
		cmocka_unit_test(destroying_nothing),
	};
	return cmocka_run_group_tests_name("pool", tests, NULL, NULL);
}
