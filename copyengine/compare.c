/* compare.c - comparing two trees in everything a copy keeps. */
#include "compare.h"

#include "acl.h"
#include "copy.h"
#include "filter.h"
#include "linkmap.h"
#include "meta.h"
#include "object.h"
#include "xattr.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/btrfs_tree.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

/* Both sides' link structure must map onto the other's. */
struct compare {
	struct linkmap *forward, *backward;
};

/* One object on both sides. */
struct comparison {
	struct worker *worker;
	const struct place *at;
	uint32_t classes; /* enum ce_attr: what is looked at */
	const struct object *a, *b;
};

int compare_begin(struct ctx *ctx)
{
	struct compare *compare = calloc(1, sizeof(*compare));
	if (!compare)
		return -ENOMEM;
	ctx->compare = compare;
	compare->forward = linkmap_create(&ctx->repeats);
	compare->backward = linkmap_create(&ctx->repeats);
	if (compare->forward && compare->backward)
		return 0;
	compare_end(ctx);
	return -ENOMEM;
}

void compare_end(struct ctx *ctx)
{
	if (!ctx->compare)
		return;
	linkmap_destroy(ctx->compare->forward);
	linkmap_destroy(ctx->compare->backward);
	free(ctx->compare);
	ctx->compare = NULL;
}

static void __attribute__((format(printf, 3, 4)))
differ(const struct comparison *c, enum ce_attr attr, const char *format, ...)
{
	char detail[256];
	va_list args;
	va_start(args, format);
	vsnprintf(detail, sizeof(detail), format, args);
	va_end(args);
	report_difference(c->worker, c->at, CE_SIDE_DEST, attr, detail);
}

static bool looks_at(const struct comparison *c, enum ce_attr attr)
{
	return c->classes & attr;
}

static void compare_time(const struct comparison *c, enum ce_attr attr, const struct timespec *a,
	const struct timespec *b)
{
	if (!looks_at(c, attr) || (a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec))
		return;
	differ(c, attr, "%lld.%09ld / %lld.%09ld", (long long)a->tv_sec, a->tv_nsec,
		(long long)b->tv_sec, b->tv_nsec);
}

static void compare_meta(const struct comparison *c, const struct meta *a, const struct meta *b)
{
	const uint32_t flags = META_FLAGS | META_FLAGS_NOTED;
	/* An ACL that was not to be kept, or could not be, leaves another mode behind. */
	bool without_acl = c->worker->ctx->verifying && !looks_at(c, CE_ATTR_ACL);
	uint32_t mode = without_acl ? acl_mode_without(c->a) : a->mode;
	if (looks_at(c, CE_ATTR_MODE) && !S_ISLNK(mode) && ((mode ^ b->mode) & 07777))
		differ(c, CE_ATTR_MODE, "%04o / %04o", mode & 07777, b->mode & 07777);
	if (looks_at(c, CE_ATTR_OWNER) && (a->uid != b->uid || a->gid != b->gid))
		differ(c, CE_ATTR_OWNER, "%u:%u / %u:%u", a->uid, a->gid, b->uid, b->gid);
	compare_time(c, CE_ATTR_MTIME, &a->mtime, &b->mtime);
	/* Reading a symbolic link moves its atime, which nothing prevents: do not compare it. */
	if (!S_ISLNK(a->mode))
		compare_time(c, CE_ATTR_ATIME, &a->atime, &b->atime);
	if (looks_at(c, CE_ATTR_FLAGS) && ((a->flags ^ b->flags) & flags))
		differ(c, CE_ATTR_FLAGS, "%#x / %#x", a->flags & flags, b->flags & flags);
	if (looks_at(c, CE_ATTR_PROJECT) && a->projid != b->projid)
		differ(c, CE_ATTR_PROJECT, "%u / %u", a->projid, b->projid);
}

static void differ_acl(const struct comparison *c)
{
	AUTO_STR a = STR_EMPTY;
	AUTO_STR b = STR_EMPTY;
	acl_text(c->a, &a);
	acl_text(c->b, &b);
	differ(c, CE_ATTR_ACL, "%s / %s", a.len ? a.data : "none", b.len ? b.data : "none");
}

static void differ_xattr(
	const struct comparison *c, enum ce_attr class, const char *name, const char *how)
{
	if (strcmp(name, XATTR_ACL_ACCESS) == 0)
		differ_acl(c);
	else
		differ(c, class, "%s %s", name, how);
}

static void compare_value(const struct comparison *c, enum ce_attr class, const char *name)
{
	struct worker *worker = c->worker;
	ssize_t a = xattr_get(c->a, name, worker->value);
	ssize_t b = xattr_get(c->b, name, worker->value2);
	if (b == -ENODATA || b == -EOPNOTSUPP)
		differ_xattr(c, class, name, "is missing");
	else if (a < 0 || b < 0)
		report_attr_error(worker, c->at, a < 0 ? CE_OP_READ_ATTR : CE_OP_VERIFY, class,
			(int)(a < 0 ? a : b));
	else if (a != b || memcmp(worker->value, worker->value2, (size_t)a) != 0)
		differ_xattr(c, class, name, "has another value");
}

static void compare_xattrs(const struct comparison *c)
{
	char *a = c->worker->names, *b = c->worker->names2;
	ssize_t a_size = xattr_list(c->a, a), b_size = xattr_list(c->b, b);
	if (a_size < 0 || b_size < 0) {
		report_attr_error(c->worker, c->at, a_size < 0 ? CE_OP_READ_ATTR : CE_OP_VERIFY,
			CE_ATTR_XATTR, (int)(a_size < 0 ? a_size : b_size));
		return;
	}
	for (const char *n = a; n < a + a_size; n += strlen(n) + 1) {
		enum ce_attr class = xattr_class(n);
		if (looks_at(c, class))
			compare_value(c, class, n);
	}
	for (const char *n = b; n < b + b_size; n += strlen(n) + 1) {
		enum ce_attr class = xattr_class(n);
		if (looks_at(c, class) && !xattr_listed(a, a_size, n))
			differ_xattr(c, class, n, "is in the second only");
	}
}

/* The hash of everything in a file, and how long it was. */
static int hash_file(struct worker *worker, int fd, XXH128_hash_t *ret, off_t *ret_size)
{
	XXH3_state_t *state = XXH3_createState();
	if (!state)
		return -ENOMEM;
	XXH3_128bits_reset(state);
	off_t off = 0;
	int rc = 0;
	for (;;) {
		ssize_t n = ctx_stopped(worker->ctx)
			? -ECANCELED
			: sys_pread(fd, worker->data, WORKER_DATA, off);
		if (n <= 0) {
			rc = (int)n;
			break;
		}
		stats_add(&worker->stats, bytes_read, (uint64_t)n);
		XXH3_128bits_update(state, worker->data, (size_t)n);
		off += n;
	}
	*ret = XXH3_128bits_digest(state);
	*ret_size = off;
	XXH3_freeState(state);
	return rc;
}

static void compare_content(const struct comparison *c)
{
	if (c->a->st.stx_size != c->b->st.stx_size) {
		differ(c, CE_ATTR_SIZE, "%" PRIu64 " / %" PRIu64, (uint64_t)c->a->st.stx_size,
			(uint64_t)c->b->st.stx_size);
		return;
	}
	if (!looks_at(c, CE_ATTR_CONTENT))
		return;
	/* A verification reads what storage has, not the pages the copy has just written. */
	if (c->worker->ctx->verifying)
		posix_fadvise(c->b->fd, 0, 0, POSIX_FADV_DONTNEED);
	XXH128_hash_t a, b;
	off_t a_size, b_size;
	int rc = hash_file(c->worker, c->a->fd, &a, &a_size);
	if (rc < 0) {
		report_error(c->worker, c->at, CE_OP_READ, rc);
		return;
	}
	rc = hash_file(c->worker, c->b->fd, &b, &b_size);
	if (rc < 0)
		report_error(c->worker, c->at, CE_OP_VERIFY, rc);
	else if (a_size != b_size || !XXH128_isEqual(a, b))
		differ(c, CE_ATTR_CONTENT,
			"%016" PRIx64 "%016" PRIx64 " / %016" PRIx64 "%016" PRIx64, a.high64,
			a.low64, b.high64, b.low64);
}

static uint64_t count_extents(int fd, off_t size)
{
	uint64_t count = 0;
	for (off_t off = 0; off < size; count++) {
		off_t data = lseek(fd, off, SEEK_DATA);
		if (data < 0)
			break;
		off = lseek(fd, data, SEEK_HOLE);
		if (off <= data)
			break;
	}
	return count;
}

/* Holes are kept if the second allocates no more than the first, but for a block at each hole. */
static void compare_holes(const struct comparison *c)
{
	const struct statx *a = &c->a->st, *b = &c->b->st;
	uint64_t allocated_a = a->stx_blocks * 512, allocated_b = b->stx_blocks * 512;
	if (!looks_at(c, CE_ATTR_SPARSE) || allocated_b <= allocated_a
		|| allocated_a >= a->stx_size)
		return;
	uint64_t block = a->stx_blksize > b->stx_blksize ? a->stx_blksize : b->stx_blksize;
	uint64_t slack = (count_extents(c->a->fd, (off_t)a->stx_size) + 1) * 2 * block;
	if (allocated_b > allocated_a + slack)
		differ(c, CE_ATTR_SPARSE, "%" PRIu64 " / %" PRIu64 " bytes allocated", allocated_a,
			allocated_b);
}

static void compare_target(const struct comparison *c)
{
	char a[PATH_MAX], b[PATH_MAX];
	ssize_t a_len = readlinkat(c->a->fd, "", a, sizeof(a) - 1);
	ssize_t b_len = readlinkat(c->b->fd, "", b, sizeof(b) - 1);
	if (a_len >= 0 && a_len == b_len && memcmp(a, b, (size_t)a_len) == 0)
		return;
	a[a_len < 0 ? 0 : a_len] = b[b_len < 0 ? 0 : b_len] = '\0';
	differ(c, CE_ATTR_TARGET, "%.100s / %.100s", a, b);
}

static void compare_links(const struct comparison *c)
{
	struct compare *maps = c->worker->ctx->compare;
	struct inode_id a = { sys_dev(&c->a->st), c->a->st.stx_ino };
	struct inode_id b = { sys_dev(&c->b->st), c->b->st.stx_ino };
	if (!looks_at(c, CE_ATTR_LINKS))
		return;
	int forward = linkmap_check(maps->forward, a, b, c->a->st.stx_nlink);
	int backward = linkmap_check(maps->backward, b, a, c->b->st.stx_nlink);
	if (forward < 0 || backward < 0)
		report_error(c->worker, c->at, CE_OP_VERIFY, -ENOMEM);
	else if (!forward)
		differ(c, CE_ATTR_LINKS, "a hard link only in the first");
	else if (!backward)
		differ(c, CE_ATTR_LINKS, "a hard link only in the second");
}

static const char *kind_name(uint32_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		return "file";
	case S_IFDIR:
		return "directory";
	case S_IFLNK:
		return "symbolic link";
	case S_IFIFO:
		return "fifo";
	case S_IFSOCK:
		return "socket";
	case S_IFCHR:
		return "character device";
	case S_IFBLK:
		return "block device";
	default:
		return "unknown";
	}
}

/* What is particular to a kind. */
static void compare_kind(const struct comparison *c)
{
	const struct statx *a = &c->a->st, *b = &c->b->st;
	switch (a->stx_mode & S_IFMT) {
	case S_IFREG:
		compare_content(c);
		compare_holes(c);
		break;
	case S_IFLNK:
		compare_target(c);
		break;
	case S_IFCHR:
	case S_IFBLK:
		if (sys_rdev(a) != sys_rdev(b))
			differ(c, CE_ATTR_DEVICE, "%u:%u / %u:%u", a->stx_rdev_major,
				a->stx_rdev_minor, b->stx_rdev_major, b->stx_rdev_minor);
		break;
	default:
		break;
	}
}

/* What was reported as lost is not reported again as different. */
static uint32_t classes_for(const struct ctx *ctx, const struct fs *dest)
{
	uint32_t lost = ctx->verifying ? atomic_load(&dest->lost) : 0;
	return ctx->keep & ~lost;
}

/*
 * What a snapshot has in the place of a subvolume: an empty directory that is on no storage, and
 * whose times are made up each time it is looked up.
 */
static bool is_stub(const struct fs *fs, const struct object *object)
{
	return fs->btrfs && S_ISDIR(object->st.stx_mode)
		&& object->st.stx_ino == BTRFS_EMPTY_SUBVOL_DIR_OBJECTID;
}

static void compare_pair(struct worker *worker, const struct place *at, const struct fs_pair *pair,
	const struct object *a, const struct object *b)
{
	struct comparison c = { .worker = worker,
		.at = at,
		.a = a,
		.b = b,
		.classes = classes_for(worker->ctx, pair->dest) };
	if ((a->st.stx_mode ^ b->st.stx_mode) & S_IFMT) {
		differ(&c, CE_ATTR_TYPE, "%s / %s", kind_name(a->st.stx_mode),
			kind_name(b->st.stx_mode));
		return;
	}
	if (is_stub(pair->source, a) || is_stub(pair->dest, b))
		c.classes &= ~(uint32_t)CE_ATTR_TIMES;
	struct meta meta_a, meta_b;
	meta_read(worker, at, pair->source, a, &meta_a);
	meta_read(worker, at, pair->dest, b, &meta_b);
	compare_meta(&c, &meta_a, &meta_b);
	compare_xattrs(&c);
	compare_kind(&c);
	if (!S_ISDIR(a->st.stx_mode))
		compare_links(&c);
}

static void count(struct worker *worker, const struct object *a)
{
	if (worker->ctx->verifying) {
		stats_add(&worker->stats, verified, 1);
		return;
	}
	stats_add_object(&worker->stats, a->st.stx_mode);
	stats_add(&worker->stats, done_objects, 1);
	if (S_ISREG(a->st.stx_mode))
		stats_add(&worker->stats, done_bytes, a->st.stx_size);
}

/* One side could not be opened: missing there, or unreadable. */
static void report_side(struct worker *worker, const struct place *at, enum ce_side side, int rc)
{
	if (rc == -ENOENT && side == CE_SIDE_DEST)
		report_difference(
			worker, at, CE_SIDE_SOURCE, CE_ATTR_EXISTENCE, "only in the first");
	else if (rc == -ENOENT && !at->dir->base)
		report_changed(worker, at, "vanished");
	else
		report_error(worker, at, side == CE_SIDE_DEST ? CE_OP_VERIFY : CE_OP_OPEN, rc);
}

static void compare_object(struct worker *worker, const struct place *at, unsigned char type)
{
	AUTO_OBJECT a = OBJECT_NONE;
	AUTO_OBJECT b = OBJECT_NONE;
	struct dircache *dirs = &worker->ctx->dirs;
	int rc;
	WITH_FDS(dirs, rc, object_open(&a, at->fds[CE_SIDE_SOURCE], at->name, type));
	if (rc < 0) {
		report_side(worker, at, CE_SIDE_SOURCE, rc);
		return;
	}
	if (copy_skips_mount(worker, at->dir, &a)) {
		stats_add(&worker->stats, other_mounts, !worker->ctx->verifying);
		return;
	}
	if (S_ISREG(a.st.stx_mode) && !worker->ctx->verifying)
		stats_add(&worker->stats, found_bytes, a.st.stx_size);
	WITH_FDS(dirs, rc, object_open(&b, at->fds[CE_SIDE_DEST], at->dest_name, type));
	if (rc < 0)
		report_side(worker, at, CE_SIDE_DEST, rc);
	else
		compare_pair(worker, at, at->dir->pair, &a, &b);
	count(worker, &a);
}

static bool enter_pair(struct worker *worker, struct dir *dir, const struct place *at)
{
	struct ctx *ctx = worker->ctx;
	AUTO_OBJECT a = OBJECT_NONE;
	AUTO_OBJECT b = OBJECT_NONE;
	int rc;
	WITH_FDS(&ctx->dirs, rc, object_open_dir(&a, at->fds[CE_SIDE_SOURCE], at->name));
	if (rc < 0) {
		report_side(worker, at, CE_SIDE_SOURCE, rc);
		return false;
	}
	dir->mount_id = a.st.stx_mnt_id;
	dir->no_descent = copy_skips_mount(worker, dir->parent, &a);
	stats_add(&worker->stats, other_mounts, dir->no_descent && !ctx->verifying);
	WITH_FDS(&ctx->dirs, rc, object_open_dir(&b, at->fds[CE_SIDE_DEST], at->dest_name));
	if (rc == -ENOTDIR || rc == -ELOOP)
		WITH_FDS(
			&ctx->dirs, rc, object_open_path(&b, at->fds[CE_SIDE_DEST], at->dest_name));
	if (rc < 0) {
		report_side(worker, at, CE_SIDE_DEST, rc);
		return false;
	}
	struct fs *fs_a = fs_get(&ctx->fs, sys_dev(&a.st), a.fd);
	struct fs *fs_b = fs_get(&ctx->fs, sys_dev(&b.st), b.fd);
	dir->pair = fs_a && fs_b ? fs_pair_get(&ctx->fs, fs_a, fs_b) : NULL;
	if (!dir->pair) {
		report_error(worker, at, CE_OP_VERIFY, -ENOMEM);
		return false;
	}
	struct place here = place_of_dir(dir);
	compare_pair(worker, &here, dir->pair, &a, &b);
	count(worker, &a);
	if (!S_ISDIR(b.st.stx_mode))
		return false;
	dir_adopt(&ctx->dirs, dir, CE_SIDE_SOURCE, fd_take(&a.fd), &a.st);
	dir_adopt(&ctx->dirs, dir, CE_SIDE_DEST, fd_take(&b.fd), &b.st);
	return true;
}

static bool compare_enter(struct worker *worker, struct dir *dir)
{
	struct dircache *dirs = &worker->ctx->dirs;
	struct place at = { .dir = dir->parent, .name = dir->name, .dest_name = dir->dest_name };
	int rc = place_pin(dirs, &at);
	bool entered = rc == 0 && enter_pair(worker, dir, &at);
	if (rc < 0)
		report_error(worker, &at, CE_OP_VERIFY, rc);
	place_unpin(dirs, &at);
	return entered;
}

/* A name in the second tree: is it in the first? */
static void check_extra(struct worker *worker, struct place *at, const struct sys_dirent *entry)
{
	struct statx st;
	at->name = at->dest_name = entry->name;
	if (sys_is_dot(entry->name)
		|| filter_excludes(
			worker->ctx->filter, at->dir, entry->name, entry->type == DT_DIR))
		return;
	if (sys_stat(at->fds[CE_SIDE_SOURCE], entry->name, &st) == -ENOENT)
		report_difference(
			worker, at, CE_SIDE_DEST, CE_ATTR_EXISTENCE, "only in the second");
}

static void list_extra(struct worker *worker, struct place *at)
{
	ssize_t size = 0;
	while (!ctx_stopped(worker->ctx)
		&& (size = sys_getdents(at->fds[CE_SIDE_DEST], worker->dirents, WORKER_DIRENTS))
			> 0) {
		for (size_t off = 0; off < (size_t)size;) {
			struct sys_dirent *entry = (struct sys_dirent *)(void *)(worker->dirents
				+ off);
			off += entry->reclen;
			check_extra(worker, at, entry);
		}
	}
	if (size < 0)
		report_error(worker, at, CE_OP_VERIFY, (int)size);
}

static void compare_leave(struct worker *worker, struct dir *dir)
{
	struct ctx *ctx = worker->ctx;
	if (dir->failed || dir->no_descent || ctx_stopped(ctx))
		return;
	struct place at = { .dir = dir };
	for (int side = 0; side < 2; side++)
		at.fds[side] = dir_pin(&ctx->dirs, dir, (enum ce_side)side);
	if (at.fds[0] < 0 || at.fds[1] < 0) {
		report_error(worker, &at, CE_OP_VERIFY, at.fds[0] < 0 ? at.fds[0] : at.fds[1]);
	} else if (!ctx_flag(ctx, CE_IGNORE_EXTRA) && !ctx->verifying) {
		lseek(at.fds[CE_SIDE_DEST], 0, SEEK_SET);
		list_extra(worker, &at);
	}
	for (int side = 0; side < 2; side++) {
		if (at.fds[side] < 0)
			continue;
		dir_lend_parent(&ctx->dirs, dir, (enum ce_side)side);
		dir_unpin(&ctx->dirs, dir, (enum ce_side)side);
	}
}

const struct walk_ops compare_ops = {
	.enter = compare_enter,
	.object = compare_object,
	.leave = compare_leave,
};
