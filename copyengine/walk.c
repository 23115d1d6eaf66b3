/* walk.c - walking a source tree, many workers at once. */
#include "walk.h"

#include "filter.h"
#include "job.h"
#include "sys.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

/* From this many pending directories on, windows are small. */
#define DIRS_MANY 16384

/* A small window: a few names, always at least one. */
#define WINDOW_SMALL (2 * SYS_DIRENT_MAX)

#define WINDOW_NAMES_MAX (WORKER_DIRENTS / 24) /* 24 bytes is the shortest record */

struct window {
	struct sys_dirent *objects[WINDOW_NAMES_MAX]; /* that are not directories */
	struct sys_dirent *directories[WINDOW_NAMES_MAX];
	size_t object_count, directory_count;
};

void walk_found(struct worker *worker, uint64_t count)
{
	if (!worker->ctx->verifying)
		stats_add(&worker->stats, found_objects, count);
}

bool walk_enter(struct worker *worker, struct dir *dir)
{
	dir->failed = !worker->ctx->walk->enter(worker, dir);
	dir->opened = !dir->failed;
	return dir->opened;
}

/* Queue a directory to be read from its beginning. */
static void read_again(struct worker *worker, struct dir *dir)
{
	dir->again = false;
	dir->cookie = 0;
	atomic_fetch_add(&dir->pending, 1);
	atomic_fetch_add(&worker->ctx->unread, 1);
	pool_push(worker->ctx->pool, worker->id, &dir->job);
}

void walk_release(struct worker *worker, struct dir *dir)
{
	struct dircache *dirs = &worker->ctx->dirs;
	while (dir && atomic_fetch_sub(&dir->pending, 1) == 1) {
		if (!dir->base) {
			worker->ctx->walk->leave(worker, dir);
			if (dir->again) {
				read_again(worker, dir);
				return;
			}
			dir_close(dirs, dir, CE_SIDE_SOURCE);
			dir_close(dirs, dir, CE_SIDE_DEST);
		} else if (!list_empty(&dir->job.link)) {
			struct list *next = dir->job.link.next;
			list_remove(next);
			pool_push(worker->ctx->pool, worker->id,
				container_of(next, struct job, link));
		}
		/* The parent outlives this: it stays pending for us until the next round. */
		struct dir *parent = dir->parent;
		dir_unref(dirs, dir);
		dir = parent;
	}
}

static void queue_dir(struct worker *worker, const struct place *at)
{
	struct dir *dir = dir_new(at->dir, at->name, at->dest_name);
	if (!dir) {
		report_error(worker, at, CE_OP_LIST, -ENOMEM);
		return;
	}
	dir->job.kind = JOB_DIR;
	atomic_fetch_add(&worker->ctx->unread, 1);
	pool_push(worker->ctx->pool, worker->id, &dir->job);
}

/* The kind of an object, asked for where the file system did not say. */
static unsigned char type_of(const struct place *at, unsigned char type)
{
	struct statx st;
	if (type != DT_UNKNOWN)
		return type;
	if (sys_stat(at->fds[CE_SIDE_SOURCE], at->name, &st) < 0)
		return DT_REG; /* opening it will tell why */
	return (unsigned char)IFTODT(st.stx_mode);
}

void walk_name(struct worker *worker, const struct place *at, unsigned char type)
{
	type = type_of(at, type);
	int excluded = filter_excludes(worker->ctx->filter, at->dir, at->name, type == DT_DIR);
	if (excluded < 0) {
		report_error(worker, at, CE_OP_OPEN, excluded);
	} else if (excluded) {
		stats_add(&worker->stats, excluded, !worker->ctx->verifying);
		stats_add(&worker->stats, done_objects, !worker->ctx->verifying);
	} else if (type == DT_DIR) {
		queue_dir(worker, at);
	} else {
		worker->ctx->walk->object(worker, at, type);
	}
}

static int by_inode(const void *a, const void *b)
{
	uint64_t x = (*(struct sys_dirent *const *)a)->ino;
	uint64_t y = (*(struct sys_dirent *const *)b)->ino;
	return (x > y) - (x < y);
}

/* Sort out a buffer of records. Objects in inode order lie near each other on disk. */
static void window_fill(struct window *window, char *buf, size_t size)
{
	window->object_count = window->directory_count = 0;
	for (size_t off = 0; off < size;) {
		struct sys_dirent *entry = (struct sys_dirent *)(void *)(buf + off);
		off += entry->reclen;
		if (sys_is_dot(entry->name))
			continue;
		if (entry->type == DT_DIR)
			window->directories[window->directory_count++] = entry;
		else
			window->objects[window->object_count++] = entry;
	}
	qsort(window->objects, window->object_count, sizeof(window->objects[0]), by_inode);
}

/*
 * Read a directory's next names, up to a window's worth. A directory ends only when the kernel
 * says so; *ret_more tells whether it did not.
 */
static ssize_t window_read(struct worker *worker, struct dir *dir, int fd, bool *ret_more)
{
	bool many = atomic_load_explicit(&worker->ctx->unread, memory_order_relaxed) > DIRS_MANY;
	size_t room = many ? WINDOW_SMALL : WORKER_DIRENTS, size = 0;
	*ret_more = true;
	/*
	 * The fd may have been closed and opened again since: only the cookie knows where to go on.
	 */
	if ((dir->cookie || dir->rounds) && lseek(fd, dir->cookie, SEEK_SET) < 0)
		return -errno;
	while (room - size >= SYS_DIRENT_MAX) {
		ssize_t n = sys_getdents(fd, worker->dirents + size, room - size);
		if (n < 0 && size > 0)
			break; /* deal with what there is: the next window begins with the error */
		if (n < 0)
			return n;
		if (n == 0) {
			*ret_more = false;
			break;
		}
		for (size_t off = size; off < size + (size_t)n;) {
			struct sys_dirent *entry = (struct sys_dirent *)(void *)(worker->dirents
				+ off);
			off += entry->reclen;
			dir->cookie = entry->off;
		}
		size += (size_t)n;
	}
	return (ssize_t)size;
}

static void window_process(struct worker *worker, struct place *at, const struct window *window)
{
	const struct ctx *ctx = worker->ctx;
	for (size_t i = 0; i < window->object_count && !ctx_stopped(ctx); i++) {
		at->name = at->dest_name = window->objects[i]->name;
		at->ino_hint = window->objects[i]->ino;
		walk_name(worker, at, window->objects[i]->type);
	}
	/* The last queued is the first taken: so they come in the directory's own order. */
	for (size_t i = window->directory_count; i > 0 && !ctx_stopped(ctx); i--) {
		at->name = at->dest_name = window->directories[i - 1]->name;
		walk_name(worker, at, DT_DIR);
	}
}

/*
 * A directory was entered and cannot be read on. When it is being removed, somebody else may have
 * done so; then reading it may fail in more ways than one.
 */
static void report_unread(struct worker *worker, struct dir *dir, int fd, enum ce_op op, int rc)
{
	struct place here = place_of_dir(dir);
	struct statx st;
	bool gone = rc == -ENOENT || (fd >= 0 && sys_fstat(fd, &st) == 0 && st.stx_nlink == 0);
	if (!gone || !worker->ctx->remove)
		report_error(worker, &here, op, rc);
}

static void walk_window(struct worker *worker, struct dir *dir, struct place *at)
{
	struct window window;
	bool more = false;
	ssize_t size = window_read(worker, dir, at->fds[CE_SIDE_SOURCE], &more);
	if (size < 0) {
		report_unread(worker, dir, at->fds[CE_SIDE_SOURCE], CE_OP_LIST, (int)size);
		return;
	}
	window_fill(&window, worker->dirents, (size_t)size);
	walk_found(worker, window.object_count + window.directory_count);
	if (more) {
		atomic_fetch_add(&dir->pending, 1);
		atomic_fetch_add(&worker->ctx->unread, 1);
		pool_push(worker->ctx->pool, worker->id, &dir->job);
	}
	window_process(worker, at, &window);
}

static void walk_pinned(struct worker *worker, struct dir *dir)
{
	struct dircache *dirs = &worker->ctx->dirs;
	struct place at = { .dir = dir };
	int rc = place_pin(dirs, &at);
	if (rc == 0)
		walk_window(worker, dir, &at);
	else
		report_unread(worker, dir, -1, CE_OP_OPEN, rc);
	place_unpin(dirs, &at);
}

void walk_dir(struct worker *worker, struct dir *dir)
{
	if (ctx_stopped(worker->ctx)) {
		dir->failed |= !dir->opened;
	} else if (dir->opened) {
		walk_pinned(worker, dir);
	} else if (walk_enter(worker, dir)) {
		if (!dir->no_descent)
			walk_pinned(worker, dir);
		/* Entering pinned what it opened. */
		dir_unpin(&worker->ctx->dirs, dir, CE_SIDE_SOURCE);
		if (!dir->absent)
			dir_unpin(&worker->ctx->dirs, dir, CE_SIDE_DEST);
	}
	atomic_fetch_sub(&worker->ctx->unread, 1);
	walk_release(worker, dir);
}

void walk_start(struct worker *worker, struct dir *base, const char *name, const char *dest_name)
{
	struct place at = { .dir = base,
		.name = name,
		.dest_name = dest_name,
		.fds = { base->sides[CE_SIDE_SOURCE].fd, base->sides[CE_SIDE_DEST].fd } };
	walk_found(worker, 1);
	walk_name(worker, &at, DT_UNKNOWN);
}
