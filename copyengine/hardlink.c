/*
 * hardlink.c - objects with several names.
 *
 * A hash table in shards, each with its lock:
 *
 *   claim ──► (new) COPYING ── done ──► READY ── last name met and linked ──► freed
 *                │ names met now: waiters        │ names met now: linked at once
 *                └─ failed ──► freed; the waiters are handled anew, the next becomes the first
 *
 * A copy with as many links as its file system allows is followed by another: the first worker that
 * is refused makes it, the others wait for it.
 */
#include "hardlink.h"

#include "meta.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SHARDS 64
#define WAITERS_MAX 4096 /* over all groups of a shard */

/* The object that links are made to. The group has a reference, and each worker that is at it. */
struct hardlink_copy {
	atomic_uint refs;
	uint32_t flags; /* inode flags to be set with the last reference */
	uint64_t dev, ino;
	struct dir *dir;
	char name[];
};

struct hardlink {
	struct hardlink *next;
	uint64_t dev, ino;
	uint64_t birth;             /* tells a reused inode number from the one seen before */
	uint32_t left;              /* names not met yet */
	uint32_t users;             /* workers that are linking */
	struct hardlink_copy *copy; /* NULL: still being made */
	bool restarting;            /* it is full, and a worker is making the next */
	struct waiter *waiters;
};

struct shard {
	pthread_mutex_t lock;
	pthread_cond_t moved; /* some group of this shard got a copy, or failed to */
	struct hardlink **buckets;
	size_t size, count; /* size is a power of two */
	unsigned waiters;
};

struct hardlinks {
	struct shard shards[SHARDS];
	atomic_uint open; /* groups in all of them: a tree without links need not look */
	size_t take_shard, take_bucket; /* where take_any() goes on */
};

struct hardlinks *hardlinks_create(void)
{
	struct hardlinks *links = calloc(1, sizeof(*links));
	if (!links)
		return NULL;
	for (int i = 0; i < SHARDS; i++) {
		pthread_mutex_init(&links->shards[i].lock, NULL);
		pthread_cond_init(&links->shards[i].moved, NULL);
	}
	return links;
}

/* Take any group that is open; NULL when there are no more. Not while workers run. */
static struct hardlink *take_any(struct hardlinks *links)
{
	for (; links->take_shard < SHARDS; links->take_shard++, links->take_bucket = 0) {
		struct shard *shard = &links->shards[links->take_shard];
		for (; links->take_bucket < shard->size; links->take_bucket++) {
			struct hardlink *group = shard->buckets[links->take_bucket];
			if (!group)
				continue;
			shard->buckets[links->take_bucket] = group->next;
			return group;
		}
	}
	return NULL;
}

void hardlinks_destroy(struct hardlinks *links, struct dircache *dirs)
{
	if (!links)
		return;
	struct hardlink *group;
	while ((group = take_any(links))) {
		if (group->copy)
			dir_unref(dirs, group->copy->dir);
		free(group->copy);
		free(group);
	}
	for (int i = 0; i < SHARDS; i++) {
		pthread_mutex_destroy(&links->shards[i].lock);
		pthread_cond_destroy(&links->shards[i].moved);
		free(links->shards[i].buckets);
	}
	free(links);
}

/* Fibonacci hashing: the golden ratio's multiple spreads consecutive inode numbers. */
static uint64_t hash(uint64_t dev, uint64_t ino)
{
	return (ino + dev * 31) * 0x9e3779b97f4a7c15u;
}

static struct shard *shard_of(struct hardlinks *links, uint64_t key)
{
	return &links->shards[key >> 58];
}

static struct shard *shard_of_group(struct hardlinks *links, const struct hardlink *group)
{
	return shard_of(links, hash(group->dev, group->ino));
}

static struct hardlink **bucket_of(struct shard *shard, uint64_t key)
{
	return &shard->buckets[(key >> 20) & (shard->size - 1)];
}

static int grow(struct shard *shard)
{
	if (shard->count < shard->size)
		return 0;
	size_t old_size = shard->size;
	struct hardlink **old = shard->buckets;
	size_t size = old_size ? old_size * 2 : 16;
	struct hardlink **buckets = calloc(size, sizeof(struct hardlink *));
	if (!buckets)
		return old ? 0 : -ENOMEM; /* a fuller table still works */
	shard->buckets = buckets;
	shard->size = size;
	for (size_t i = 0; i < old_size; i++) {
		for (struct hardlink *group = old[i], *next; group; group = next) {
			next = group->next;
			struct hardlink **bucket = bucket_of(shard, hash(group->dev, group->ino));
			group->next = *bucket;
			*bucket = group;
		}
	}
	free(old);
	return 0;
}

static void unlink_group(struct hardlinks *links, struct shard *shard, struct hardlink *group)
{
	struct hardlink **at = bucket_of(shard, hash(group->dev, group->ino));
	while (*at && *at != group)
		at = &(*at)->next;
	if (!*at)
		return;
	*at = group->next;
	shard->count--;
	atomic_fetch_sub_explicit(&links->open, 1, memory_order_relaxed);
}

/* An inode's creation time where there is one; a number that is used anew gets another. */
static uint64_t birth_of(const struct statx *st)
{
	if (!(st->stx_mask & STATX_BTIME))
		return 0;
	return (uint64_t)st->stx_btime.tv_sec * 1000000000u + st->stx_btime.tv_nsec;
}

static struct hardlink *find(struct shard *shard, const struct statx *st)
{
	uint64_t dev = sys_dev(st), birth = birth_of(st);
	if (!shard->size)
		return NULL;
	struct hardlink *group = *bucket_of(shard, hash(dev, st->stx_ino));
	while (group && !(group->dev == dev && group->ino == st->stx_ino && group->birth == birth))
		group = group->next;
	return group;
}

static struct hardlink *add(struct hardlinks *links, struct shard *shard, const struct statx *st)
{
	struct hardlink *group = grow(shard) == 0 ? calloc(1, sizeof(*group)) : NULL;
	if (!group)
		return NULL;
	group->dev = sys_dev(st);
	group->ino = st->stx_ino;
	group->birth = birth_of(st);
	group->left = st->stx_nlink - 1;
	struct hardlink **bucket = bucket_of(shard, hash(group->dev, group->ino));
	group->next = *bucket;
	*bucket = group;
	shard->count++;
	atomic_fetch_add_explicit(&links->open, 1, memory_order_relaxed);
	return group;
}

static int add_waiter(
	struct shard *shard, struct hardlink *group, const struct place *at, uint32_t mode)
{
	size_t size = strlen(at->name) + 1;
	bool renamed = at->dest_name != at->name;
	size_t dest_size = renamed ? strlen(at->dest_name) + 1 : 0;
	struct waiter *waiter = malloc(sizeof(*waiter) + size + dest_size);
	if (!waiter)
		return -ENOMEM;
	waiter->dir = at->dir;
	waiter->mode = mode;
	memcpy(waiter->name, at->name, size);
	waiter->dest_name = waiter->name;
	if (renamed)
		waiter->dest_name = memcpy(waiter->name + size, at->dest_name, dest_size);
	waiter->next = group->waiters;
	group->waiters = waiter;
	shard->waiters++;
	atomic_fetch_add(&at->dir->pending, 1);
	return HARDLINK_WAITING;
}

/* Another name of a group that has its copy. The lock is held. */
static void meet(struct hardlink *group)
{
	group->users++;
	group->left -= group->left > 0;
}

int hardlink_claim(struct worker *worker, const struct place *at, const struct object *src,
	struct hardlink **ret_group)
{
	const struct statx *st = &src->st;
	if (st->stx_nlink < 2 || !ctx_keeps(worker->ctx, CE_ATTR_LINKS))
		return HARDLINK_NONE;
	struct shard *shard = shard_of(worker->ctx->links, hash(sys_dev(st), st->stx_ino));
	int rc = HARDLINK_READY;
	pthread_mutex_lock(&shard->lock);
	struct hardlink *group;
	/* Whoever copies does so alone and never waits here meanwhile, so this ends. */
	while ((group = find(shard, st)) && !group->copy && shard->waiters >= WAITERS_MAX)
		pthread_cond_wait(&shard->moved, &shard->lock);
	if (!group) {
		group = add(worker->ctx->links, shard, st);
		rc = group ? HARDLINK_COPY : -ENOMEM;
	} else if (group->copy) {
		meet(group);
	} else {
		rc = add_waiter(shard, group, at, st->stx_mode);
		group->left -= group->left > 0;
	}
	pthread_mutex_unlock(&shard->lock);
	if (rc == HARDLINK_COPY || rc == HARDLINK_READY)
		*ret_group = group;
	return rc;
}

bool hardlink_expected(struct worker *worker, const struct place *at)
{
	struct hardlinks *links = worker->ctx->links;
	if (!at->ino_hint || atomic_load_explicit(&links->open, memory_order_relaxed) == 0)
		return false;
	uint64_t dev = at->dir->pair->source->dev, key = hash(dev, at->ino_hint);
	struct shard *shard = shard_of(links, key);
	pthread_mutex_lock(&shard->lock);
	struct hardlink *group = shard->size ? *bucket_of(shard, key) : NULL;
	while (group && !(group->dev == dev && group->ino == at->ino_hint && group->copy))
		group = group->next;
	pthread_mutex_unlock(&shard->lock);
	return group;
}

bool hardlink_claim_ready(
	struct worker *worker, const struct statx *src, struct hardlink **ret_group)
{
	struct shard *shard = shard_of(worker->ctx->links, hash(sys_dev(src), src->stx_ino));
	pthread_mutex_lock(&shard->lock);
	struct hardlink *group = find(shard, src);
	bool ready = src->stx_nlink > 1 && group && group->copy;
	if (ready)
		meet(*ret_group = group);
	pthread_mutex_unlock(&shard->lock);
	return ready;
}

void hardlink_unclaim(struct worker *worker, struct hardlink *group)
{
	struct shard *shard = shard_of_group(worker->ctx->links, group);
	pthread_mutex_lock(&shard->lock);
	group->users--;
	group->left++;
	pthread_mutex_unlock(&shard->lock);
}

static struct hardlink_copy *copy_new(
	const struct place *at, const struct statx *dst, uint32_t flags)
{
	size_t size = strlen(at->dest_name) + 1;
	struct hardlink_copy *copy = malloc(sizeof(*copy) + size);
	if (!copy)
		return NULL;
	atomic_init(&copy->refs, 1);
	copy->flags = flags;
	copy->dev = sys_dev(dst);
	copy->ino = dst->stx_ino;
	copy->dir = dir_ref(at->dir);
	memcpy(copy->name, at->dest_name, size);
	return copy;
}

/* Set the flags that had to wait until no more links were to be made. */
static void freeze(struct worker *worker, const struct hardlink_copy *copy)
{
	struct dir *dir = copy->dir;
	struct place at = { .dir = dir, .name = copy->name, .dest_name = copy->name };
	int rc = dir_pin(&worker->ctx->dirs, dir, CE_SIDE_DEST);
	if (rc >= 0) {
		AUTO_OBJECT dst = OBJECT_NONE;
		int dirfd = rc;
		WITH_FDS(&worker->ctx->dirs, rc, object_open(&dst, dirfd, at.name, DT_REG));
		if (rc == 0 && hardlink_is(copy, &dst.st)) {
			struct meta have, want;
			meta_read(worker, &at, dir->pair->dest, &dst, &have);
			want = have;
			want.flags |= copy->flags;
			meta_set_flags(worker, &at, dir->pair->dest, &dst, &want, &have);
		}
		dir_unpin(&worker->ctx->dirs, dir, CE_SIDE_DEST);
	}
	if (rc < 0)
		report_attr_error(worker, &at, CE_OP_SET_ATTR, CE_ATTR_FLAGS, rc);
}

void hardlink_put(struct worker *worker, struct hardlink_copy *copy)
{
	if (!copy || atomic_fetch_sub(&copy->refs, 1) > 1)
		return;
	if (copy->flags && !ctx_stopped(worker->ctx))
		freeze(worker, copy);
	dir_unref(&worker->ctx->dirs, copy->dir);
	free(copy);
}

/* Free a group that is in the table no more. */
static void free_group(struct worker *worker, struct hardlink *group)
{
	hardlink_put(worker, group->copy);
	free(group);
}

/* Take a group out of the table if nothing more can come of it. The lock is held. */
static bool try_close(struct ctx *ctx, struct shard *shard, struct hardlink *group)
{
	if (!group->copy || group->left > 0 || group->users > 0 || ctx->repeats)
		return false;
	unlink_group(ctx->links, shard, group);
	return true;
}

struct waiter *hardlink_done(struct worker *worker, struct hardlink *group, const struct place *at,
	const struct statx *dst, uint32_t flags)
{
	struct shard *shard = shard_of_group(worker->ctx->links, group);
	pthread_mutex_lock(&shard->lock);
	struct waiter *waiters = group->waiters;
	group->waiters = NULL;
	for (struct waiter *w = waiters; w; w = w->next) {
		shard->waiters--;
		group->left++; /* met, but they will claim once more */
	}
	group->copy = dst ? copy_new(at, dst, flags) : NULL;
	bool over = !group->copy || try_close(worker->ctx, shard, group);
	if (!group->copy)
		unlink_group(worker->ctx->links, shard, group);
	pthread_cond_broadcast(&shard->moved);
	pthread_mutex_unlock(&shard->lock);
	if (dst && over && !group->copy)
		ctx_stop(worker->ctx, -ENOMEM); /* links could not be kept */
	if (over)
		free_group(worker, group);
	return waiters;
}

struct hardlink_copy *hardlink_get(struct worker *worker, struct hardlink *group)
{
	struct shard *shard = shard_of_group(worker->ctx->links, group);
	pthread_mutex_lock(&shard->lock);
	struct hardlink_copy *copy = group->copy;
	atomic_fetch_add(&copy->refs, 1);
	pthread_mutex_unlock(&shard->lock);
	return copy;
}

struct hardlink_copy *hardlink_get_next(
	struct worker *worker, struct hardlink *group, const struct hardlink_copy *full)
{
	struct shard *shard = shard_of_group(worker->ctx->links, group);
	pthread_mutex_lock(&shard->lock);
	while (group->copy == full && group->restarting)
		pthread_cond_wait(&shard->moved, &shard->lock);
	struct hardlink_copy *copy = group->copy;
	group->restarting |= copy == full;
	atomic_fetch_add(&copy->refs, 1);
	pthread_mutex_unlock(&shard->lock);
	return copy;
}

/*
 * Whether nobody but us can exchange names in a directory: we made it, for us alone while it is in
 * work, and it belongs to us and is closed to others when it is done. Only where owners and modes
 * are what we set, and where no other pair's directory can end as the same one.
 */
static bool is_private(const struct ctx *ctx, const struct dir *dir)
{
	if (!dir->made || ctx->options.pair_count > 1
		|| atomic_load_explicit(&dir->pair->dest->own_rights, memory_order_relaxed))
		return false;
	return !(meta_mode(ctx, dir->meta.mode) & (S_IWGRP | S_IWOTH))
		&& (dir->meta.uid == ctx->uid || !ctx_keeps(ctx, CE_ATTR_OWNER));
}

int hardlink_make(
	struct worker *worker, const struct hardlink_copy *copy, int dirfd, const char *name)
{
	int from_fd = dir_pin(&worker->ctx->dirs, copy->dir, CE_SIDE_DEST);
	if (from_fd < 0)
		return from_fd;
	int rc = linkat(from_fd, copy->name, dirfd, name, 0) < 0 ? -errno : 0;
	dir_unpin(&worker->ctx->dirs, copy->dir, CE_SIDE_DEST);
	if (rc < 0 || is_private(worker->ctx, copy->dir))
		return rc;
	struct statx st;
	rc = sys_stat(dirfd, name, &st);
	if (rc == 0 && !hardlink_is(copy, &st)) {
		/* Somebody exchanged the copy for something else: do not spread it. */
		unlinkat(dirfd, name, 0);
		rc = -ESTALE;
	}
	return rc;
}

bool hardlink_is(const struct hardlink_copy *copy, const struct statx *dst)
{
	return copy->dev == sys_dev(dst) && copy->ino == dst->stx_ino;
}

void hardlink_restart(struct worker *worker, struct hardlink *group, const struct place *at,
	const struct statx *dst, uint32_t flags)
{
	struct shard *shard = shard_of_group(worker->ctx->links, group);
	struct hardlink_copy *next = dst ? copy_new(at, dst, flags) : NULL, *full = NULL;
	pthread_mutex_lock(&shard->lock);
	group->restarting = false;
	if (next) {
		full = group->copy;
		group->copy = next;
	}
	pthread_cond_broadcast(&shard->moved);
	pthread_mutex_unlock(&shard->lock);
	hardlink_put(worker, full);
}

void hardlink_linked(struct worker *worker, struct hardlink *group)
{
	struct shard *shard = shard_of_group(worker->ctx->links, group);
	pthread_mutex_lock(&shard->lock);
	group->users--;
	bool over = try_close(worker->ctx, shard, group);
	pthread_mutex_unlock(&shard->lock);
	if (over)
		free_group(worker, group);
}

void hardlinks_finish(struct worker *worker)
{
	struct hardlink *group;
	while ((group = take_any(worker->ctx->links)))
		free_group(worker, group);
}
