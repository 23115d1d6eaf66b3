/*
 * ctx.h - what every layer below the engine shares: the options, the tables, and each worker's own
 * buffers and counters.
 */
#ifndef CE_CTX_H
#define CE_CTX_H

#include "copyengine.h"
#include "dir.h"
#include "fs.h"
#include "stats.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/types.h>

struct compare;
struct filter;
struct hardlinks;
struct linkmap;
struct pool;
struct ring;
struct waiter;
struct walk_ops;

/* Sizes of a worker's buffers: with the thread's stack, what a further thread costs. */
#define WORKER_DIRENTS (32 * 1024)
#define WORKER_DATA (256 * 1024)
#define WORKER_NAMES (64 * 1024) /* XATTR_LIST_MAX */
#define WORKER_VALUE (64 * 1024) /* XATTR_SIZE_MAX */

struct worker;

/*
 * The top directories of a pair, from the start where they are there, else once made: neither tree
 * may turn up inside the other, nor inside those of other pairs.
 */
struct top {
	const struct dir *base;
	struct {
		atomic_bool known;
		uint64_t dev, ino;
	} sides[2]; /* by enum ce_side */
};

struct ctx {
	struct ce_options options; /* a copy, completed with the defaults; threads: at most */
	unsigned threads_first;    /* threads to begin with */
	uint32_t keep;             /* enum ce_attr: all classes less options.drop */
	uid_t uid;                 /* effective, whose objects we make */
	mode_t umask;              /* the process's, for copies that do not keep modes */
	struct filter *filter;
	struct hardlinks *links;
	struct compare *compare;                /* comparing and verifying only */
	const struct ce_remove_options *remove; /* NULL: not a removal, options say all */
	struct linkmap *counted; /* the dry run of a removal: files with several names */
	struct linkmap *taken;   /* what existing objects with several names are copies of */
	bool repeats; /* names may be met twice: an object's last is not known by counting */
	struct top *tops;
	size_t top_count;
	struct pool *pool;
	struct dircache dirs;
	struct fs_table fs;
	pthread_mutex_t exposed_lock;
	struct list exposed; /* directories of ours, in work, in directories that are not */
	pthread_mutex_t frozen_lock;
	struct list frozen; /* directories whose flags or rights wait for the end of a list */
	pthread_mutex_t event_lock;  /* events come one at a time; guards loss totals */
	struct stats main_stats;     /* of the calling thread */
	atomic_int stop;             /* 0, or the negative errno to stop the run with */
	bool verifying;              /* this is the second pass of CE_VERIFY */
	const struct walk_ops *walk; /* what the run does with each object */
	/* One pending thing of a directory is done (walk_release()): completes it at zero. */
	void (*release_dir)(struct worker *worker, struct dir *dir);
	atomic_uint unread;       /* directories and lists queued or being read */
	atomic_uint split_files;  /* large files that several workers copy at this moment */
	atomic_uint direct_files; /* large files on their way past the page cache */
};

struct worker {
	struct ctx *ctx;
	unsigned id;
	bool own_umask; /* the umask of this thread alone is zero: objects get the mode asked for */
	struct stats stats;
	struct waiter *waiters; /* names whose group is decided, the first being dealt with */
	struct ring *ring;      /* io_uring, made at first use; NULL: not made, or not to be had */
	bool no_ring;
	char *dirents, *data, *names, *names2, *value, *value2;
};

/* Whether (one of) these flags are set. */
static inline bool ctx_flag(const struct ctx *ctx, uint32_t flags)
{
	return ctx->options.flags & flags;
}

/* Whether the run keeps this class. */
static inline bool ctx_keeps(const struct ctx *ctx, enum ce_attr attr)
{
	return ctx->keep & attr;
}

/* Whether the run is to end early. Workers look between objects and pieces of large ones. */
static inline bool ctx_stopped(const struct ctx *ctx)
{
	return atomic_load_explicit(&ctx->stop, memory_order_relaxed) != 0;
}

/* Stop the run with the negative errno rc, unless it is stopping already. Async-signal-safe. */
static inline void ctx_stop(struct ctx *ctx, int rc)
{
	int none = 0;
	atomic_compare_exchange_strong(&ctx->stop, &none, rc);
}

#endif
