/* dir.c - directories under work: identity, fds on demand, paths for messages. */
#include "dir.h"

#include "base/fd.h"
#include "sys.h"

#include <fcntl.h>
#include <string.h>

void dircache_init(struct dircache *cache, unsigned fd_budget)
{
	pthread_mutex_init(&cache->lock, NULL);
	list_init(&cache->lru);
	cache->open = 0;
	cache->budget = fd_budget;
}

void dircache_destroy(struct dircache *cache)
{
	pthread_mutex_destroy(&cache->lock);
}

struct dir *dir_new(struct dir *parent, const char *name, const char *dest_name)
{
	size_t name_size = strlen(name) + 1;
	bool renamed = strcmp(name, dest_name) != 0;
	size_t dest_size = renamed ? strlen(dest_name) + 1 : 0;
	struct dir *dir = calloc(1, sizeof(*dir) + name_size + dest_size);
	if (!dir)
		return NULL;
	memcpy(dir->name, name, name_size);
	dir->dest_name = dir->name;
	if (renamed)
		dir->dest_name = memcpy(dir->name + name_size, dest_name, dest_size);
	list_init(&dir->job.link);
	list_init(&dir->exposed);
	for (int side = 0; side < 2; side++) {
		dir->sides[side].fd = -1;
		list_init(&dir->sides[side].lru);
	}
	atomic_init(&dir->refs, 1);
	atomic_init(&dir->pending, 1);
	if (parent) {
		dir->parent = dir_ref(parent);
		atomic_fetch_add(&parent->pending, 1);
	}
	return dir;
}

struct dir *dir_ref(struct dir *dir)
{
	atomic_fetch_add(&dir->refs, 1);
	return dir;
}

const char *dir_name(const struct dir *dir, enum ce_side side)
{
	return side == CE_SIDE_DEST ? dir->dest_name : dir->name;
}

/* Take the fds over the budget off the list; at most `room` a call. The lock is held. */
static unsigned collect_surplus(struct dircache *cache, unsigned budget, int *fds, unsigned room)
{
	unsigned count = 0;
	while (cache->open > budget && count < room && !list_empty(&cache->lru)) {
		struct dir_side *oldest = container_of(cache->lru.next, struct dir_side, lru);
		list_remove(&oldest->lru);
		fds[count++] = fd_take(&oldest->fd);
		cache->open--;
	}
	return count;
}

/* Bring the number of open fds down to budget as far as unpinned ones allow. */
static void evict(struct dircache *cache, unsigned budget)
{
	int fds[16];
	unsigned count;
	do {
		pthread_mutex_lock(&cache->lock);
		count = collect_surplus(cache, budget, fds, 16);
		pthread_mutex_unlock(&cache->lock);
		for (unsigned i = 0; i < count; i++)
			close(fds[i]);
	} while (count == 16);
}

/* In all about half a second: what a burst of other openings may take to pass. */
#define RELIEVE_TRIES 9

bool dircache_relieve(struct dircache *cache, int rc, unsigned *tries)
{
	if ((rc != -EMFILE && rc != -ENFILE) || *tries == RELIEVE_TRIES)
		return false;
	evict(cache, 0);
	if (*tries > 0)
		nanosleep(&(struct timespec){ .tv_nsec = 1000000L << *tries }, NULL);
	++*tries;
	return true;
}

/* Store fd unless another thread was faster. Returns the fd in place, pinned `pins` times more. */
static int store(struct dircache *cache, struct dir_side *side, int fd, unsigned pins)
{
	int surplus = -1;
	pthread_mutex_lock(&cache->lock);
	if (side->fd >= 0) {
		surplus = fd;
	} else {
		side->fd = fd;
		cache->open++;
	}
	side->pins += pins;
	list_remove(&side->lru);
	if (side->pins == 0)
		list_add_last(&cache->lru, &side->lru);
	fd = side->fd;
	bool over = cache->open > cache->budget;
	pthread_mutex_unlock(&cache->lock);
	fd_close(surplus);
	if (over)
		evict(cache, cache->budget);
	return fd;
}

void dir_adopt(
	struct dircache *cache, struct dir *dir, enum ce_side side, int fd, const struct statx *st)
{
	struct dir_side *to = &dir->sides[side];
	/* An identity told before (copy_dir.c) may be being read: do not write it again. */
	if (to->dev != sys_dev(st) || to->ino != st->stx_ino) {
		to->dev = sys_dev(st);
		to->ino = st->stx_ino;
	}
	store(cache, to, fd, 1);
}

static bool is_same(const struct dir_side *side, int fd)
{
	struct statx st;
	return sys_fstat(fd, &st) == 0 && sys_dev(&st) == side->dev && st.stx_ino == side->ino;
}

static int try_pin(struct dircache *cache, struct dir_side *side)
{
	pthread_mutex_lock(&cache->lock);
	int fd = side->fd;
	if (fd >= 0) {
		side->pins++;
		list_remove(&side->lru);
	}
	pthread_mutex_unlock(&cache->lock);
	return fd;
}

void dir_unpin(struct dircache *cache, struct dir *dir, enum ce_side which)
{
	struct dir_side *side = &dir->sides[which];
	pthread_mutex_lock(&cache->lock);
	if (--side->pins == 0)
		list_add_last(&cache->lru, &side->lru);
	bool over = cache->open > cache->budget;
	pthread_mutex_unlock(&cache->lock);
	if (over)
		evict(cache, cache->budget);
}

/* Open one component and check that it is what it was. */
static int reopen_component(
	struct dircache *cache, int parent_fd, const struct dir *dir, enum ce_side which)
{
	int fd;
	WITH_FDS(cache, fd, sys_open_read(parent_fd, dir_name(dir, which), O_DIRECTORY));
	if (fd < 0)
		return fd;
	if (!is_same(&dir->sides[which], fd)) {
		close(fd);
		return -ESTALE;
	}
	return fd;
}

/*
 * Walk down to dir from its nearest ancestor with an open fd. Those in between are closed again at
 * once. The way is found again from dir at each level when it is longer than the array: depth is
 * not limited, and no memory is taken that may not be there.
 */
static int reopen(struct dircache *cache, struct dir *dir, enum ce_side which)
{
	struct dir *ancestor = dir->parent;
	int top_fd;
	while ((top_fd = try_pin(cache, &ancestor->sides[which])) < 0)
		ancestor = ancestor->parent;
	int fd = top_fd;
	struct dir *at = ancestor;
	while (fd >= 0 && at != dir) {
		struct dir *way[64];
		size_t count = 0;
		for (struct dir *d = dir; d != at; d = d->parent)
			way[count++ % 64] = d;
		size_t steps = count < 64 ? count : 64;
		for (size_t i = 0; fd >= 0 && i < steps; i++) {
			at = way[(count - 1 - i) % 64];
			int next = reopen_component(cache, fd, at, which);
			if (fd != top_fd)
				close(fd);
			fd = next;
		}
	}
	dir_unpin(cache, ancestor, which);
	return fd;
}

int dir_pin(struct dircache *cache, struct dir *dir, enum ce_side which)
{
	struct dir_side *side = &dir->sides[which];
	int fd = try_pin(cache, side);
	if (fd >= 0)
		return fd;
	fd = reopen(cache, dir, which);
	return fd < 0 ? fd : store(cache, side, fd, 1);
}

/* Close a side that nobody has pinned; forced: nobody can have any more. */
static void close_side(struct dircache *cache, struct dir_side *side, bool forced)
{
	int fd = -1;
	pthread_mutex_lock(&cache->lock);
	if (side->pins == 0 || forced) {
		fd = fd_take(&side->fd);
		cache->open -= fd >= 0;
		list_remove(&side->lru);
	}
	pthread_mutex_unlock(&cache->lock);
	fd_close(fd);
}

void dir_close(struct dircache *cache, struct dir *dir, enum ce_side which)
{
	close_side(cache, &dir->sides[which], false);
}

void dir_unref(struct dircache *cache, struct dir *dir)
{
	while (dir && atomic_fetch_sub(&dir->refs, 1) == 1) {
		struct dir *parent = dir->parent;
		close_side(cache, &dir->sides[CE_SIDE_SOURCE], true);
		close_side(cache, &dir->sides[CE_SIDE_DEST], true);
		free(dir);
		dir = parent;
	}
}

enum { BIRTH_UNKNOWN, BIRTH_BEING_SET, BIRTH_KNOWN };

bool dir_get_birth(const struct dir *dir, struct birth *ret)
{
	if (!dir->made
		|| atomic_load_explicit(&dir->birth_state, memory_order_acquire) != BIRTH_KNOWN)
		return false;
	*ret = dir->birth;
	return true;
}

void dir_set_birth(struct dir *dir, const struct birth *birth)
{
	int unknown = BIRTH_UNKNOWN;
	if (!atomic_compare_exchange_strong(&dir->birth_state, &unknown, BIRTH_BEING_SET))
		return;
	dir->birth = *birth;
	atomic_store_explicit(&dir->birth_state, BIRTH_KNOWN, memory_order_release);
}

void dir_lend_parent(struct dircache *cache, struct dir *dir, enum ce_side which)
{
	struct dir *parent = dir->parent;
	struct dir_side *side = &parent->sides[which];
	if (parent->base)
		return;
	pthread_mutex_lock(&cache->lock);
	bool open = side->fd >= 0;
	pthread_mutex_unlock(&cache->lock);
	if (open)
		return;
	int fd = sys_open_read(dir->sides[which].fd, "..", O_DIRECTORY);
	if (fd < 0)
		return;
	if (!is_same(side, fd)) {
		close(fd);
		return;
	}
	store(cache, side, fd, 0);
}

/* Join the names from the top down, by filling a buffer of the right size from its end. */
static int join(const struct dir *dir, const struct dir *top, enum ce_side side, const char *name,
	struct str *path)
{
	size_t len = name ? strlen(name) + 1 : 0;
	for (const struct dir *d = dir; d != top; d = d->parent)
		len += strlen(dir_name(d, side)) + 1;
	if (len == 0)
		return 0;
	int rc = str_reserve(path, len);
	if (rc < 0)
		return rc;
	char *end = path->data + path->len + len;
	const char *part = name ? name : dir_name(dir, side);
	const struct dir *d = name ? dir : dir->parent;
	for (;;) {
		size_t part_len = strlen(part);
		*--end = '/';
		end -= part_len;
		memcpy(end, part, part_len);
		if (d == top)
			break;
		part = dir_name(d, side);
		d = d->parent;
	}
	str_truncate(path, path->len + len - 1);
	return 0;
}

/* The top of a pair named ".": the directory the caller's path itself leads to. */
static bool is_dot_top(const struct dir *dir, enum ce_side side)
{
	return dir->parent->base && strcmp(dir_name(dir, side), ".") == 0;
}

int dir_path(const struct dir *dir, enum ce_side side, const char *name, struct str *path)
{
	const struct dir *anchor = dir;
	while (!anchor->base && !is_dot_top(anchor, side))
		anchor = anchor->parent;
	const struct dir *base = anchor->base ? anchor : anchor->parent;
	int rc = str_adds(path, dir_name(base, side));
	if (rc < 0 || (dir == anchor && (!name || strcmp(name, ".") == 0)))
		return rc;
	if (path->len && path->data[path->len - 1] != '/')
		rc = str_addc(path, '/');
	return rc < 0 ? rc : join(dir, anchor, side, name, path);
}

int dir_relative_path(const struct dir *dir, const char *name, struct str *path)
{
	const struct dir *top = dir;
	while (!top->base && !top->parent->base)
		top = top->parent;
	if (top->base || (dir == top && !name))
		return name ? str_adds(path, name) : 0;
	return join(dir, top, CE_SIDE_SOURCE, name, path);
}
