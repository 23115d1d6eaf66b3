/* engine.c - one run: the workers, the two passes, and the switch over the kinds of job. */
#include "engine.h"

#include "base/fd.h"
#include "compare.h"
#include "concurrency.h"
#include "copy.h"
#include "filter.h"
#include "job.h"
#include "linkmap.h"
#include "names.h"
#include "pool.h"
#include "remove.h"
#include "report.h"
#include "root.h"
#include "sys.h"
#include "walk.h"
#include "worker.h"
#include "xattr.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

struct engine {
	struct ctx ctx;
	struct worker *workers;
	unsigned worker_count;
	struct root *roots;
	int names_fd; /* a private copy of the list, where it is read twice */
	_Atomic uint64_t began_ns, ended_ns; /* by the monotonic clock; 0: not yet */
	atomic_uint threads;
	atomic_bool queued, verifying;
	struct concurrency concurrency; /* of the pass under way */
	uint64_t progress_ns;           /* when the last progress was reported */
};

static const struct walk_ops copy_ops = {
	.enter = copy_dir_enter,
	.object = copy_object,
	.leave = copy_dir_leave,
};

static void run_root(struct worker *worker, struct root *root)
{
	walk_start(worker, root->base, root->name, root->dest_name);
	atomic_fetch_sub(&worker->ctx->unread, 1);
	walk_release(worker, root->base);
}

/* The one switch over the kinds of job. */
static void run_job(void *user, unsigned id, struct job *job)
{
	struct engine *engine = user;
	struct worker *worker = &engine->workers[id];
	switch ((enum job_kind)job->kind) {
	case JOB_ROOT:
		run_root(worker, container_of(job, struct root, job));
		return;
	case JOB_DIR:
		walk_dir(worker, container_of(job, struct dir, job));
		return;
	case JOB_PIECE:
		copy_piece(worker, job);
		return;
	case JOB_NAMES:
		names_step(worker, job);
		return;
	case JOB_BATCH:
		names_batch(worker, job);
		return;
	}
	assert(!"a job of no known kind");
}

static void start_worker(void *user, unsigned id, bool own_thread)
{
	struct engine *engine = user;
	worker_start(&engine->workers[id], own_thread);
	atomic_fetch_add(&engine->threads, 1);
}

static uint64_t now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static double elapsed(const struct engine *engine)
{
	uint64_t began = atomic_load(&engine->began_ns), ended = atomic_load(&engine->ended_ns);
	return began ? (double)((ended ? ended : now_ns()) - began) / 1e9 : 0;
}

static uint64_t count_left(const struct ce_stats *stats)
{
	const struct ce_counts *gone = &stats->copied;
	uint64_t sum = stats->kept + gone->files + gone->directories + gone->symlinks + gone->fifos
		+ gone->sockets + gone->char_devices + gone->block_devices;
	/* While it runs, the counters are not of one moment. */
	return stats->found_objects > sum ? stats->found_objects - sum : 0;
}

void engine_stats(const struct engine *engine, struct ce_stats *ret)
{
	*ret = (struct ce_stats){ .size = sizeof(*ret) };
	stats_sum(&engine->ctx.main_stats, ret);
	for (unsigned i = 0; i < engine->worker_count; i++)
		stats_sum(&engine->workers[i].stats, ret);
	ret->threads = atomic_load(&engine->threads);
	ret->seconds = elapsed(engine);
	if (engine->ctx.remove)
		ret->left = count_left(ret);
	ret->verifying = atomic_load(&engine->verifying);
	ret->walk_done = ret->verifying
		|| (atomic_load(&engine->queued) && atomic_load(&engine->ctx.unread) == 0);
}

static void tick_progress(struct engine *engine)
{
	const struct ce_options *options = &engine->ctx.options;
	uint64_t now = now_ns();
	struct ce_stats stats;
	if (!options->on_event || !options->progress_ms
		|| now - engine->progress_ns < (uint64_t)options->progress_ms * 1000000)
		return;
	engine->progress_ns = now;
	engine_stats(engine, &stats);
	report_progress(&engine->ctx, &stats);
}

static void tick(void *user)
{
	struct engine *engine = user;
	struct pool *pool = engine->ctx.pool;
	if (!concurrency_settled(&engine->concurrency)) {
		struct usage usage = concurrency_usage();
		pool_grow(
			pool, concurrency_decide(&engine->concurrency, &usage, pool_hungry(pool)));
	}
	tick_progress(engine);
}

/* How often tick() has something to do, milliseconds; 0: never. */
static unsigned tick_ms(const struct ctx *ctx)
{
	unsigned progress = ctx->options.on_event ? ctx->options.progress_ms : 0;
	bool grows = ctx->threads_first < ctx->options.threads;
	bool often = progress && progress < CONCURRENCY_TICK_MS;
	return grows && !often ? CONCURRENCY_TICK_MS : progress;
}

void engine_cancel(struct engine *engine)
{
	ctx_stop(&engine->ctx, -ECANCELED);
}

/* ---- setting up ---- */

static unsigned fd_limit(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur > 65536)
		return 65536;
	return (unsigned)limit.rlim_cur;
}

/*
 * Fds: each worker needs a handful for the object in its hands, and a large file two more. What is
 * left of half the limit is for directories; the other half stays the caller's.
 */
#define FDS_PER_WORKER 8

/* As many as the caller wants, or one per CPU and more when they wait; as far as fds allow. */
static void count_threads(struct ctx *ctx)
{
	unsigned limit = fd_limit() / (2 * FDS_PER_WORKER);
	unsigned most = ctx->options.threads;
	unsigned first = most ? most : concurrency_default(&most);
	limit = limit ? limit : 1;
	ctx->threads_first = first < limit ? first : limit;
	ctx->options.threads = most < limit ? most : limit;
}

static unsigned directory_fds(unsigned threads)
{
	unsigned half = fd_limit() / 2, workers = threads * FDS_PER_WORKER;
	unsigned most = 4096;
	unsigned left = half > workers + 8 ? half - workers : 8;
	return left < most ? left : most;
}

/* What the run, or the first pass of it, does with each object. */
static const struct walk_ops *first_walk(const struct ctx *ctx)
{
	if (ctx->remove)
		return ctx_flag(ctx, CE_DRY_RUN) ? &remove_dry_ops : &remove_ops;
	return ctx->options.task == CE_TASK_COMPARE ? &compare_ops : &copy_ops;
}

static int ctx_init(struct engine *engine, const struct ce_options *options)
{
	struct ctx *ctx = &engine->ctx;
	ctx->options = *options;
	count_threads(ctx);
	ctx->keep = (CE_ATTR_ALL | CE_ATTR_CONTENT) & ~options->drop;
	ctx->uid = geteuid();
	ctx->umask = sys_umask();
	ctx->release_dir = walk_release;
	ctx->walk = first_walk(ctx);
	pthread_mutex_init(&ctx->event_lock, NULL);
	pthread_mutex_init(&ctx->frozen_lock, NULL);
	list_init(&ctx->frozen);
	pthread_mutex_init(&ctx->exposed_lock, NULL);
	list_init(&ctx->exposed);
	unsigned for_directories = directory_fds(ctx->options.threads);
	dircache_init(&ctx->dirs, for_directories);
	sys_reserve_fds(for_directories + FDS_PER_WORKER * ctx->options.threads);
	fs_table_init(&ctx->fs);
	ctx->links = hardlinks_create();
	ctx->tops = calloc(options->pair_count, sizeof(*ctx->tops));
	ctx->repeats = options->pair_count > 1 || ctx_flag(ctx, CE_NAMES);
	ctx->counted = linkmap_create(&ctx->repeats);
	ctx->taken = linkmap_create(&ctx->repeats);
	if (!ctx->links || !ctx->tops || !ctx->counted || !ctx->taken)
		return -ENOMEM;
	ctx->top_count = options->pair_count;
	if (options->exclude_count) {
		ctx->filter = filter_create(options->excludes, options->exclude_count);
		return ctx->filter ? 0 : -ENOMEM;
	}
	return 0;
}

static int workers_init(struct engine *engine)
{
	unsigned count = engine->ctx.options.threads;
	engine->workers = aligned_alloc(alignof(struct worker), count * sizeof(*engine->workers));
	if (!engine->workers)
		return -ENOMEM;
	memset(engine->workers, 0, count * sizeof(*engine->workers));
	for (; engine->worker_count < count; engine->worker_count++) {
		unsigned id = engine->worker_count;
		if (worker_init(&engine->workers[id], &engine->ctx, id) < 0)
			return -ENOMEM;
	}
	return 0;
}

int engine_create(const struct ce_options *options, const struct ce_remove_options *remove,
	struct engine **ret)
{
	struct engine *engine = aligned_alloc(alignof(struct engine), sizeof(*engine));
	if (!engine)
		return -ENOMEM;
	memset(engine, 0, sizeof(*engine));
	engine->names_fd = -1;
	engine->ctx.remove = remove;
	xattr_init();
	int rc = ctx_init(engine, options);
	if (rc == 0)
		rc = workers_init(engine);
	if (rc == 0) {
		engine->roots = calloc(options->pair_count, sizeof(*engine->roots));
		rc = engine->roots ? 0 : -ENOMEM;
	}
	if (rc < 0)
		engine_destroy(engine);
	else
		*ret = engine;
	return rc;
}

static void roots_close(struct engine *engine)
{
	for (size_t i = 0; engine->roots && i < engine->ctx.options.pair_count; i++)
		root_close(&engine->ctx, &engine->roots[i]);
	free(engine->roots);
}

void engine_destroy(struct engine *engine)
{
	if (!engine)
		return;
	struct ctx *ctx = &engine->ctx;
	for (unsigned i = 0; i < engine->worker_count; i++)
		worker_free(&engine->workers[i]);
	free(engine->workers);
	hardlinks_destroy(ctx->links, &ctx->dirs);
	roots_close(engine);
	compare_end(ctx);
	filter_destroy(ctx->filter);
	linkmap_destroy(ctx->counted);
	linkmap_destroy(ctx->taken);
	free(ctx->tops);
	fs_table_destroy(&ctx->fs);
	dircache_destroy(&ctx->dirs);
	pthread_mutex_destroy(&ctx->event_lock);
	pthread_mutex_destroy(&ctx->frozen_lock);
	pthread_mutex_destroy(&ctx->exposed_lock);
	fd_close(engine->names_fd);
	free(engine);
}

/* ---- running ---- */

static int roots_open(struct engine *engine)
{
	struct ctx *ctx = &engine->ctx;
	for (size_t i = 0; i < ctx->options.pair_count; i++) {
		int rc = root_open(ctx, &engine->roots[i], &ctx->options.pairs[i]);
		if (rc < 0)
			return rc;
		root_note(&engine->roots[i], &ctx->tops[i]);
	}
	return 0;
}

/* A list that is read a second time must be one that can be: what cannot is copied to a file. */
static int keep_names(struct engine *engine)
{
	const struct ce_options *options = &engine->ctx.options;
	if (!(options->flags & CE_NAMES))
		return 0;
	if (!(options->flags & CE_VERIFY) || lseek(options->names_fd, 0, SEEK_CUR) >= 0) {
		engine->names_fd = fcntl(options->names_fd, F_DUPFD_CLOEXEC, 3);
		return engine->names_fd < 0 ? -errno : 0;
	}
	FILE *spool = tmpfile();
	engine->names_fd = spool ? fcntl(fileno(spool), F_DUPFD_CLOEXEC, 3) : -1;
	if (spool)
		fclose(spool);
	if (engine->names_fd < 0)
		return -errno;
	char buf[8192];
	ssize_t n;
	off_t off = 0;
	while ((n = read(options->names_fd, buf, sizeof(buf))) != 0) {
		if (n < 0 && errno == EINTR && !ctx_stopped(&engine->ctx))
			continue;
		if (n < 0)
			return -errno;
		int rc = sys_pwrite_all(engine->names_fd, buf, (size_t)n, off);
		if (rc < 0)
			return rc;
		off += n;
	}
	return 0;
}

static int compare_dest(const struct root *a, const struct root *b)
{
	const struct dir_side *x = &a->base->sides[CE_SIDE_DEST];
	const struct dir_side *y = &b->base->sides[CE_SIDE_DEST];
	if (x->dev != y->dev)
		return x->dev < y->dev ? -1 : 1;
	if (x->ino != y->ino)
		return x->ino < y->ino ? -1 : 1;
	return strcmp(a->dest_name, b->dest_name);
}

/* Those of one destination stand together, in the caller's order. */
static int by_dest(const void *a, const void *b)
{
	const struct root *x = *(struct root *const *)a, *y = *(struct root *const *)b;
	int rc = compare_dest(x, y);
	return rc ? rc : (x > y) - (x < y);
}

/*
 * Pairs of one destination come one after the other: which of them has a name there, and whose
 * metadata a directory ends with, must not depend on which was faster. -ENOMEM.
 */
static int chain_roots(struct engine *engine)
{
	size_t count = engine->ctx.options.pair_count;
	for (size_t i = 0; i < count; i++)
		list_init(&engine->roots[i].job.link);
	/* What is removed has no destination. */
	if (engine->ctx.remove)
		return 0;
	struct root **sorted = calloc(count, sizeof(*sorted));
	if (!sorted)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		sorted[i] = &engine->roots[i];
	qsort(sorted, count, sizeof(*sorted), by_dest);
	for (size_t i = 1; i < count; i++) {
		if (compare_dest(sorted[i - 1], sorted[i]) == 0)
			list_add_first(&sorted[i - 1]->base->job.link, &sorted[i]->job.link);
	}
	free(sorted);
	return 0;
}

/* Queue what each pair begins with. The last queued is the first taken: so they come in order. */
static int queue_roots(struct engine *engine, off_t names_off)
{
	struct ctx *ctx = &engine->ctx;
	struct worker *worker = &engine->workers[0];
	int rc = chain_roots(engine);
	if (rc < 0)
		return rc;
	for (size_t i = ctx->options.pair_count; i > 0; i--) {
		struct root *root = &engine->roots[i - 1];
		atomic_store(&root->base->pending, 1);
		dir_ref(root->base);
		atomic_fetch_add(&ctx->unread, 1);
		root->job.kind = JOB_ROOT;
		if (!ctx_flag(ctx, CE_NAMES) && list_empty(&root->job.link))
			pool_push(ctx->pool, worker->id, &root->job);
	}
	if (!ctx_flag(ctx, CE_NAMES))
		return 0;
	struct root *root = &engine->roots[0];
	lseek(engine->names_fd, names_off, SEEK_SET);
	rc = names_start(worker, engine->names_fd, root->base, root->name, root->dest_name);
	atomic_fetch_sub(&ctx->unread, 1);
	walk_release(worker, root->base);
	return rc;
}

/* Walk all pairs once, with the functions in ctx->walk. */
static int run_pass(struct engine *engine, off_t names_off)
{
	struct ctx *ctx = &engine->ctx;
	const struct pool_ops ops = {
		.start = start_worker, .run = run_job, .tick = tick, .tick_ms = tick_ms(ctx)
	};
	struct usage usage = concurrency_usage();
	concurrency_init(&engine->concurrency, ctx->threads_first, ctx->options.threads, &usage);
	engine->progress_ns = usage.time_ns;
	ctx->pool = pool_create(ctx->threads_first, ctx->options.threads, &ops, engine);
	if (!ctx->pool)
		return -ENOMEM;
	atomic_store(&engine->threads, 0);
	int rc = queue_roots(engine, names_off);
	if (rc < 0)
		ctx_stop(ctx, rc);
	atomic_store(&engine->queued, true);
	pool_run(ctx->pool);
	pool_destroy(ctx->pool);
	ctx->pool = NULL;
	return rc;
}

static void report_sync_error(void *user, int rc)
{
	struct engine *engine = user;
	report_path_error(
		&engine->ctx, CE_OP_SYNC, CE_SIDE_DEST, engine->ctx.options.pairs[0].dest, rc);
}

/* Make durable what was written, on each file system that was written to; and the tops' names. */
static void sync_all(struct engine *engine)
{
	struct ctx *ctx = &engine->ctx;
	fs_sync_all(&ctx->fs, report_sync_error, engine);
	for (size_t i = 0; i < ctx->options.pair_count; i++) {
		int fd = engine->roots[i].base->sides[CE_SIDE_DEST].fd;
		/* EBADF: a directory that may not be read; syncing its file system is enough. */
		if (fsync(fd) < 0 && errno != EBADF)
			report_path_error(
				ctx, CE_OP_SYNC, CE_SIDE_DEST, ctx->options.pairs[i].dest, -errno);
	}
}

static int run_verify(struct engine *engine, off_t names_off)
{
	struct ctx *ctx = &engine->ctx;
	atomic_store(&engine->verifying, true);
	ctx->verifying = true;
	ctx->walk = &compare_ops;
	int rc = compare_begin(ctx);
	if (rc == 0)
		rc = run_pass(engine, names_off);
	compare_end(ctx);
	return rc;
}

/* What a copy does after its walk. */
static int finish_copy(struct engine *engine, off_t names_off)
{
	struct ctx *ctx = &engine->ctx;
	hardlinks_finish(&engine->workers[0]);
	copy_freeze_dirs(&engine->workers[0]);
	bool dry = ctx_flag(ctx, CE_DRY_RUN), verify = ctx_flag(ctx, CE_VERIFY) && !dry;
	if (!ctx_stopped(ctx) && !dry && (ctx_flag(ctx, CE_SYNC) || verify))
		sync_all(engine);
	return ctx_stopped(ctx) || !verify ? 0 : run_verify(engine, names_off);
}

static int outcome(const struct engine *engine)
{
	const struct ctx *ctx = &engine->ctx;
	struct ce_stats stats;
	int stop = atomic_load(&ctx->stop);
	if (stop)
		return stop;
	engine_stats(engine, &stats);
	bool lossy = ctx_flag(ctx, CE_LOSSY);
	return stats.errors || stats.conflicts || stats.changed || stats.differences
			|| (stats.losses && !lossy)
		? CE_INCOMPLETE
		: CE_COMPLETE;
}

static int run(struct engine *engine)
{
	struct ctx *ctx = &engine->ctx;
	off_t names_off = 0;
	int rc = roots_open(engine);
	if (rc == 0)
		rc = keep_names(engine);
	if (rc == 0 && ctx_flag(ctx, CE_NAMES)) {
		names_off = lseek(engine->names_fd, 0, SEEK_CUR);
		if (names_off < 0 || lseek(ctx->options.names_fd, 0, SEEK_CUR) < 0)
			names_off = 0;
	}
	if (rc == 0 && ctx->options.task == CE_TASK_COMPARE)
		rc = compare_begin(ctx);
	if (rc == 0)
		rc = run_pass(engine, names_off);
	if (rc == 0 && ctx->options.task == CE_TASK_COPY && !ctx->remove)
		rc = finish_copy(engine, names_off);
	return rc;
}

int engine_run(struct engine *engine)
{
	atomic_store(&engine->began_ns, now_ns());
	int rc = run(engine);
	report_loss_totals(&engine->ctx);
	atomic_store(&engine->ended_ns, now_ns());
	return rc < 0 ? rc : outcome(engine);
}
