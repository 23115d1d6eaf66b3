/* fs.c - what the file systems of a run can do. */
#include "fs.h"

#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <sys/vfs.h>
#include <unistd.h>

#ifndef F2FS_SUPER_MAGIC
#define F2FS_SUPER_MAGIC 0xF2F52010
#endif

void fs_table_init(struct fs_table *table)
{
	pthread_mutex_init(&table->lock, NULL);
	list_init(&table->all);
	list_init(&table->pairs);
}

static void fs_free(struct fs *fs)
{
	fd_close(fs->sync_fd);
	for (size_t i = 0; i < CE_ATTR_COUNT; i++)
		free(fs->loss_path[i]);
	free(fs);
}

void fs_table_destroy(struct fs_table *table)
{
	while (!list_empty(&table->pairs)) {
		struct fs_pair *pair = container_of(table->pairs.next, struct fs_pair, link);
		list_remove(&pair->link);
		free(pair);
	}
	while (!list_empty(&table->all)) {
		struct fs *fs = container_of(table->all.next, struct fs, link);
		list_remove(&fs->link);
		fs_free(fs);
	}
	pthread_mutex_destroy(&table->lock);
}

static struct fs *fs_new(uint64_t dev, int fd)
{
	struct fs *fs = calloc(1, sizeof(*fs));
	if (!fs)
		return NULL;
	fs->dev = dev;
	fs->sync_fd = -1;
	struct statfs info;
	if (fstatfs(fd, &info) == 0) {
		fs->xfs = info.f_type == XFS_SUPER_MAGIC;
		fs->btrfs = info.f_type == BTRFS_SUPER_MAGIC;
		fs->layered = info.f_type == OVERLAYFS_SUPER_MAGIC;
		bool ext4 = info.f_type == EXT4_SUPER_MAGIC;
		fs->async_writes = fs->xfs || fs->btrfs;
		/*
		 * XFS takes as long as for writing, and several times as long where the source has
		 * not reached storage yet: each file then waits for that.
		 */
		fs->shares_small = fs->btrfs;
		fs->direct_helps = fs->xfs || ext4;
		fs->has_projects = fs->xfs || ext4 || info.f_type == F2FS_SUPER_MAGIC;
	}
	return fs;
}

/* Lists are short (a handful of file systems); the newest, most likely asked for, stand first. */
static struct fs *fs_find(struct fs_table *table, uint64_t dev)
{
	for (struct list *i = table->all.next; i != &table->all; i = i->next) {
		struct fs *fs = container_of(i, struct fs, link);
		if (fs->dev == dev)
			return fs;
	}
	return NULL;
}

struct fs *fs_get(struct fs_table *table, uint64_t dev, int fd)
{
	pthread_mutex_lock(&table->lock);
	struct fs *fs = fs_find(table, dev);
	if (!fs) {
		fs = fs_new(dev, fd);
		if (fs)
			list_add_first(&table->all, &fs->link);
	}
	pthread_mutex_unlock(&table->lock);
	return fs;
}

static struct fs_pair *fs_pair_find(
	struct fs_table *table, const struct fs *source, const struct fs *dest)
{
	for (struct list *i = table->pairs.next; i != &table->pairs; i = i->next) {
		struct fs_pair *pair = container_of(i, struct fs_pair, link);
		if (pair->source == source && pair->dest == dest)
			return pair;
	}
	return NULL;
}

struct fs_pair *fs_pair_get(struct fs_table *table, struct fs *source, struct fs *dest)
{
	pthread_mutex_lock(&table->lock);
	struct fs_pair *pair = fs_pair_find(table, source, dest);
	if (!pair) {
		pair = calloc(1, sizeof(*pair));
		if (pair) {
			pair->source = source;
			pair->dest = dest;
			list_add_first(&table->pairs, &pair->link);
		}
	}
	pthread_mutex_unlock(&table->lock);
	return pair;
}

int fs_note_dest(struct fs_table *table, struct fs *fs, int dir_fd)
{
	int rc = 0;
	pthread_mutex_lock(&table->lock);
	if (fs->sync_fd < 0) {
		fs->sync_fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		rc = fs->sync_fd < 0 ? -errno : 0;
	}
	pthread_mutex_unlock(&table->lock);
	return rc;
}

void fs_sync_all(struct fs_table *table, void (*on_error)(void *user, int rc), void *user)
{
	for (struct list *i = table->all.next; i != &table->all; i = i->next) {
		struct fs *fs = container_of(i, struct fs, link);
		if (fs->sync_fd >= 0 && syncfs(fs->sync_fd) < 0)
			on_error(user, -errno);
	}
}

bool fs_pair_allows(const struct fs_pair *pair, enum ce_method method)
{
	return !(atomic_load_explicit(&pair->refused, memory_order_relaxed) & method);
}

void fs_pair_refuse(struct fs_pair *pair, enum ce_method method)
{
	atomic_fetch_or_explicit(&pair->refused, method, memory_order_relaxed);
}
