/*
 * dir.h - one directory of the source and its twin in the destination, under work.
 *
 * A struct dir knows its parent and its name, never a path: children are reached by
 * openat(directory fd, one name, O_NOFOLLOW), so neither the length of a path nor a symbolic link
 * swapped into it matters.
 *
 * Its fds come and go: those not pinned stand in a least-recently-used list and are closed when
 * there are too many. One is opened again from the nearest ancestor that has one, component by
 * component, and must be the same object (device and inode) as before. When a child ends and its
 * parent's fd is gone, the child's ".." gives it back: so walking up a deep tree is as cheap as
 * walking down.
 *
 * Two counts: `pending` is work to be done in it (its own reading, child directories, names waiting
 * for a hard link), and reaching zero completes it; `refs` is memory.
 */
#ifndef CE_DIR_H
#define CE_DIR_H

#include "base/str.h"
#include "copyengine.h"
#include "fs.h"
#include "pool.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>

/* What a copy keeps of an inode beside its content and extended attributes. */
struct meta {
	uint32_t mode; /* with the file type */
	uint32_t uid, gid;
	uint32_t flags; /* FS_*_FL */
	uint32_t projid;
	struct timespec atime, mtime;
};

/* What an object newly made in a directory gets by itself. */
struct birth {
	uint32_t uid, gid, flags, projid;
	bool acl;       /* the directory's default ACL gives it one */
	bool mode_kept; /* it has the mode asked for */
};

struct dir_side {
	int fd;        /* -1: not open at the moment */
	unsigned pins; /* users of fd; it may be closed at zero */
	struct list lru;
	uint64_t dev, ino; /* identity, once opened */
};

struct dir {
	struct job job;      /* its place in a worker's queue; base: what is queued after it */
	struct list exposed; /* in ctx->exposed, while it is */
	struct dir *parent;
	atomic_uint refs, pending;
	struct dir_side sides[2]; /* by enum ce_side */
	struct fs_pair *pair;     /* set by opening */
	uint64_t mount_id;        /* the source's mount, to notice another one below it */
	int64_t cookie;           /* where reading the source goes on */
	struct meta meta;         /* the source's, as found */
	struct birth birth;       /* by dir_get_birth() */
	atomic_int birth_state;
	bool opened;           /* both sides were entered */
	bool made;             /* the destination is ours, new in this run */
	bool absent;           /* dry run: the destination does not exist */
	bool base;             /* the parent directory of a pair: never copied itself */
	bool no_descent;       /* a mount point under CE_ONE_FILE_SYSTEM: made, but left empty */
	bool failed;           /* it could not be entered: nothing to complete */
	atomic_bool troubled;  /* there was an error in it, or in something that is in it */
	atomic_bool kept;      /* removing: it has a name that is to be kept */
	bool again;            /* set in leaving it: it is not empty, read it once more */
	unsigned char rounds;  /* how often that was so */
	const char *dest_name; /* differs from name only at the top of a pair */
	char name[];
};

struct dircache {
	pthread_mutex_t lock;
	struct list lru; /* oldest first; only unpinned ones */
	unsigned open, budget;
};

void dircache_init(struct dircache *cache, unsigned fd_budget);
void dircache_destroy(struct dircache *cache);

/*
 * Make a directory below parent (NULL: a base) with one reference and one pending; the parent gets
 * one more of each. dest_name may equal name. Returns NULL without memory.
 */
struct dir *dir_new(struct dir *parent, const char *name, const char *dest_name);

struct dir *dir_ref(struct dir *dir);

/* Drop a reference; the last frees it and drops its parent's. */
void dir_unref(struct dircache *cache, struct dir *dir);

/* Its name on one side. */
const char *dir_name(const struct dir *dir, enum ce_side side);

/*
 * Give a side the fd it was opened as, pinned once; fd is the cache's from here on. st is what it
 * is, to know it again.
 */
void dir_adopt(
	struct dircache *cache, struct dir *dir, enum ce_side side, int fd, const struct statx *st);

/*
 * Get a side's fd and keep it open until dir_unpin(). Returns the fd, or a negative errno if it had
 * to be opened again and could not; -ESTALE if another object is there now.
 */
int dir_pin(struct dircache *cache, struct dir *dir, enum ce_side side);
void dir_unpin(struct dircache *cache, struct dir *dir, enum ce_side side);

/* Close a side that is not needed any more, unless somebody else has it pinned. */
void dir_close(struct dircache *cache, struct dir *dir, enum ce_side side);

/*
 * An fd could not be had (rc is -EMFILE or -ENFILE): close those that nobody uses now, from the
 * second time on wait a little for others to do the same, and return whether to try again. *tries
 * begins as 0.
 */
bool dircache_relieve(struct dircache *cache, int rc, unsigned *tries);

/* Evaluate call, assigning its result to rc, until it does not fail for want of fds. */
#define WITH_FDS(cache, rc, call)                                                                  \
	do {                                                                                       \
		unsigned tries_ = 0;                                                               \
		do                                                                                 \
			(rc) = (call);                                                             \
		while (dircache_relieve(cache, rc, &tries_));                                      \
	} while (0)

/*
 * What objects newly made in dir get by themselves, once some worker has found out: the first to
 * tell is believed. dir_get_birth() returns whether it is known; it never is of a directory that
 * is not our own, where somebody may change the rules at any time.
 */
bool dir_get_birth(const struct dir *dir, struct birth *ret);
void dir_set_birth(struct dir *dir, const struct birth *birth);

/* If the parent's fd is closed, open it again through dir's "..". dir's side must be pinned. */
void dir_lend_parent(struct dircache *cache, struct dir *dir, enum ce_side side);

/*
 * Append the path of name in dir, as the caller of the library would spell it; name may be NULL for
 * the directory itself. Returns 0 or -ENOMEM.
 */
int dir_path(const struct dir *dir, enum ce_side side, const char *name, struct str *path);

/* The same, relative to the top of the pair, without a leading slash. */
int dir_relative_path(const struct dir *dir, const char *name, struct str *path);

#endif
