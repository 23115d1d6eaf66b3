/*
 * hardlink.c - objects with several names.
 *
 * A hash table in shards, each with its lock:
 *
 *   claim ──► (new) COPYING ── done ──► READY ── last name met and linked ──► freed
 *                │ names met now: waiters        │ names met now: linked at once
 *                └─ failed ──► freed; the waiters are handled anew, the next becomes the first
 */
#include "hardlink.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SHARDS 64
#define WAITERS_MAX 4096 /* over all groups of a shard */

struct hardlink {
	struct hardlink *next;
	uint64_t dev, ino;
	uint64_t birth; /* tells a reused inode number from the one seen before */
	uint64_t dst_dev, dst_ino;
	uint32_t left;  /* names not met yet */
	uint32_t users; /* workers that are linking to it */
	uint32_t flags; /* inode flags to be set at the end */
	bool ready;
	struct waiter *waiters;
	struct dir *dir;
	char *name;
};

struct shard {
	pthread_mutex_t lock;
	pthread_cond_t moved; /* some group of this shard became ready or failed */
	struct hardlink **buckets;
	size_t size, count; /* size is a power of two */
	unsigned waiters;
};

struct hardlinks {
	struct shard shards[SHARDS];
	atomic_ulong open;
	size_t take_shard, take_bucket; /* where hardlink_take() goes on */
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

static void free_group(struct hardlink *group, struct dircache *dirs)
{
	dir_unref(dirs, group->dir);
	free(group->name);
	free(group);
}

void hardlinks_destroy(struct hardlinks *links, struct dircache *dirs)
{
	if (!links)
		return;
	struct hardlink *group;
	while ((group = hardlink_take(links)))
		free_group(group, dirs);
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
	atomic_fetch_sub(&links->open, 1);
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
	atomic_fetch_add(&links->open, 1);
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

int hardlink_claim(struct worker *worker, const struct place *at, const struct object *src,
	struct hardlink **ret_group)
{
	const struct statx *st = &src->st;
	if (st->stx_nlink < 2 || !ctx_keeps(worker->ctx, CE_ATTR_LINKS))
		return HARDLINK_NONE;
	struct hardlinks *links = worker->ctx->links;
	struct shard *shard = shard_of(links, hash(sys_dev(st), st->stx_ino));
	int rc = HARDLINK_READY;
	pthread_mutex_lock(&shard->lock);
	struct hardlink *group;
	/* Whoever copies never waits here meanwhile, so this ends. */
	while ((group = find(shard, st)) && !group->ready && shard->waiters >= WAITERS_MAX)
		pthread_cond_wait(&shard->moved, &shard->lock);
	if (!group) {
		group = add(links, shard, st);
		rc = group ? HARDLINK_COPY : -ENOMEM;
	} else if (group->ready) {
		group->users++;
		group->left -= group->left > 0;
	} else {
		rc = add_waiter(shard, group, at, st->stx_mode);
		group->left -= group->left > 0;
	}
	pthread_mutex_unlock(&shard->lock);
	if (rc == HARDLINK_COPY || rc == HARDLINK_READY)
		*ret_group = group;
	return rc;
}

/* Point the group at its copy. The old memory is returned for freeing outside the lock. */
static int set_copy(struct hardlink *group, const struct place *at, const struct statx *dst)
{
	char *name = strdup(at->dest_name);
	if (!name)
		return -ENOMEM;
	group->name = name;
	group->dir = dir_ref(at->dir);
	group->dst_dev = sys_dev(dst);
	group->dst_ino = dst->stx_ino;
	return 0;
}

/* Take a group out of the table if nothing more can come of it. The lock is held. */
static bool try_close(struct hardlinks *links, struct shard *shard, struct hardlink *group)
{
	if (!group->ready || group->left > 0 || group->users > 0)
		return false;
	unlink_group(links, shard, group);
	return true;
}

struct waiter *hardlink_done(struct worker *worker, struct hardlink *group, const struct place *at,
	const struct statx *dst, uint32_t flags, bool *ret_closed)
{
	struct hardlinks *links = worker->ctx->links;
	struct shard *shard = shard_of(links, hash(group->dev, group->ino));
	pthread_mutex_lock(&shard->lock);
	struct waiter *waiters = group->waiters;
	group->waiters = NULL;
	for (struct waiter *w = waiters; w; w = w->next) {
		shard->waiters--;
		group->left++; /* met, but they will claim once more */
	}
	group->ready = dst && set_copy(group, at, dst) == 0;
	group->flags = flags;
	if (group->ready) {
		*ret_closed = try_close(links, shard, group);
	} else {
		unlink_group(links, shard, group);
		*ret_closed = true;
	}
	pthread_cond_broadcast(&shard->moved);
	pthread_mutex_unlock(&shard->lock);
	return waiters;
}

bool hardlink_linked(struct worker *worker, struct hardlink *group)
{
	struct hardlinks *links = worker->ctx->links;
	struct shard *shard = shard_of(links, hash(group->dev, group->ino));
	pthread_mutex_lock(&shard->lock);
	group->users--;
	bool closed = try_close(links, shard, group);
	pthread_mutex_unlock(&shard->lock);
	return closed;
}

void hardlink_restart(struct worker *worker, struct hardlink *group, const struct place *at,
	const struct statx *dst)
{
	struct shard *shard = shard_of(worker->ctx->links, hash(group->dev, group->ino));
	pthread_mutex_lock(&shard->lock);
	struct dir *old_dir = group->dir;
	char *old_name = group->name;
	bool moved = group->users == 1 && set_copy(group, at, dst) == 0;
	pthread_mutex_unlock(&shard->lock);
	if (!moved)
		return; /* others are linking to it now: the next one that fails tries again */
	dir_unref(&worker->ctx->dirs, old_dir);
	free(old_name);
}

void hardlink_free(struct worker *worker, struct hardlink *group)
{
	free_group(group, &worker->ctx->dirs);
}

struct dir *hardlink_dir(const struct hardlink *group)
{
	return group->dir;
}

const char *hardlink_name(const struct hardlink *group)
{
	return group->name;
}

bool hardlink_is(const struct hardlink *group, const struct statx *dst)
{
	return group->dst_dev == sys_dev(dst) && group->dst_ino == dst->stx_ino;
}

uint32_t hardlink_flags(const struct hardlink *group)
{
	return group->flags;
}

struct hardlink *hardlink_take(struct hardlinks *links)
{
	for (; links->take_shard < SHARDS; links->take_shard++, links->take_bucket = 0) {
		struct shard *shard = &links->shards[links->take_shard];
		for (; links->take_bucket < shard->size; links->take_bucket++) {
			struct hardlink *group = shard->buckets[links->take_bucket];
			if (!group)
				continue;
			unlink_group(links, shard, group);
			return group;
		}
	}
	return NULL;
}

bool hardlink_expected(const struct hardlinks *links)
{
	return atomic_load_explicit(&links->open, memory_order_relaxed) > 0;
}
