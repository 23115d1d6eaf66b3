/*
 * fs.h - what the file systems of a run can do, learned as it goes.
 *
 * Every file system met is one struct fs; every combination of source and destination one struct
 * fs_pair. A refusal ("this file system has no inode flags") is remembered there, so that it costs
 * one system call in a run and not one per file. Entries live until the table is destroyed.
 */
#ifndef CE_FS_H
#define CE_FS_H

#include "base/list.h"
#include "copyengine.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct fs {
	struct list link;
	uint64_t dev;
	bool xfs;          /* one call tells both flags and project id */
	bool btrfs;        /* snapshots have stubs in the place of the subvolumes in them */
	bool async_writes; /* takes buffered writes of io_uring without handing them to a thread */
	bool has_projects; /* project ids are worth asking for */
	bool direct_helps; /* large files are best written past the page cache */
	bool layered;      /* what it can differs from object to object */
	bool shares_small; /* sharing extents is cheaper than writing also for small files */
	int sync_fd;       /* destination: an fd from before the first write, for syncfs */
	atomic_bool no_flags;   /* FS_IOC_GETFLAGS is not known here */
	atomic_bool own_rights; /* it gives objects owners and modes of its own making */
	atomic_bool fine_times; /* it was seen to hold nanoseconds */
	atomic_uint lost;       /* enum ce_attr: classes this destination could not hold */
	uint64_t loss_count[CE_ATTR_COUNT]; /* under the report's lock */
	char *loss_path[CE_ATTR_COUNT];     /* the first object that lost it */
	int loss_error[CE_ATTR_COUNT];
};

struct fs_pair {
	struct list link;
	struct fs *source, *dest;
	atomic_uint refused; /* enum ce_method: ways of copying that do not work for this pair */
};

struct fs_table {
	pthread_mutex_t lock;
	struct list all;   /* struct fs */
	struct list pairs; /* struct fs_pair */
};

void fs_table_init(struct fs_table *table);
void fs_table_destroy(struct fs_table *table);

/*
 * The entry for device number dev, made at the first call; fd is any object on it. Returns NULL
 * only when memory is out. Any thread.
 */
struct fs *fs_get(struct fs_table *table, uint64_t dev, int fd);

/* The entry for a pair, as fs_get(). */
struct fs_pair *fs_pair_get(struct fs_table *table, struct fs *source, struct fs *dest);

/*
 * Remember a directory of a destination file system for fs_sync_all(); the first counts. To be
 * called before anything is written: write-back errors are reported to fds older than they are.
 * Returns 0 or a negative errno; then another directory may do.
 */
int fs_note_dest(struct fs_table *table, struct fs *fs, int dir_fd);

/*
 * Wait until everything written to the noted file systems is durable. on_error is called for each
 * one that had to report an error. After the workers are done.
 */
void fs_sync_all(struct fs_table *table, void (*on_error)(void *user, int rc), void *user);

/* Whether a way of copying is still worth trying, and noting that it is not. */
bool fs_pair_allows(const struct fs_pair *pair, enum ce_method method);
void fs_pair_refuse(struct fs_pair *pair, enum ce_method method);

#endif
