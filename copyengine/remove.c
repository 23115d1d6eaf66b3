/* remove.c - removing trees. */
#include "remove.h"

#include "base/fd.h"
#include "linkmap.h"
#include "remove_private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/btrfs_tree.h>
#include <string.h>

/*
 * How often a directory that turns out not to be empty is read again. Names can be missed where a
 * file system's readdir counts them (tmpfs before Linux 6.6) or others make new ones.
 */
#define ROUNDS_MAX 16

static bool is_among(const char *name, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(names[i], name) == 0)
			return true;
	}
	return false;
}

static bool is_top(const struct dir *dir)
{
	return !dir->base && dir->parent->base;
}

/* Whether an object stays for its name. */
static bool is_kept(const struct worker *worker, const struct place *at)
{
	const struct ce_remove_options *options = worker->ctx->remove;
	return is_top(at->dir)
		&& (is_among(at->name, options->keep, options->keep_count)
			|| (options->only_count
				&& !is_among(at->name, options->only, options->only_count)));
}

static void done(struct worker *worker)
{
	stats_add(&worker->stats, done_objects, 1);
}

static void keep(struct worker *worker, const struct place *at)
{
	done(worker);
	report_kept(worker, at);
}

/* What is gone without us is as if it had never been found. */
static void forget(struct worker *worker)
{
	walk_found(worker, (uint64_t)-1);
}

/* Tell what became of an object: rc says why it stays. */
static void tell(
	struct worker *worker, const struct place *at, uint32_t mode, enum ce_op op, int rc)
{
	if (rc == -ENOENT) {
		forget(worker);
		return;
	}
	done(worker);
	if (rc == 0)
		report_removed(worker, at, mode);
	else
		report_error(worker, at, op, rc);
}

/* A path that is no directory, or nothing at all. */
static void refuse_path(struct worker *worker, const struct place *at)
{
	struct statx st;
	int rc = sys_stat(at->fds[CE_SIDE_SOURCE], at->name, &st);
	if (rc == -ENOENT)
		forget(worker);
	else
		done(worker);
	report_error(worker, at, CE_OP_OPEN, rc < 0 ? rc : -ENOTDIR);
}

static void remove_object(struct worker *worker, const struct place *at, unsigned char type)
{
	if (at->dir->base) {
		refuse_path(worker, at);
		return;
	}
	if (is_kept(worker, at)) {
		keep(worker, at);
		return;
	}
	int rc = remove_name(worker, at);
	if (rc == -EISDIR) /* it is one by now */
		walk_name(worker, at, DT_DIR);
	else
		tell(worker, at, DTTOIF(type), CE_OP_REMOVE, rc);
}

/* ---- directories ---- */

static bool is_root(const struct statx *st)
{
	struct statx root;
	return sys_stat(AT_FDCWD, "/", &root) == 0 && sys_dev(&root) == sys_dev(st)
		&& root.stx_ino == st->stx_ino;
}

/* Whether a directory may be emptied: it must belong to what the path began on. */
static int check_border(
	const struct worker *worker, const struct dir *dir, const struct statx *st, enum ce_op *op)
{
	const struct dir *parent = dir->parent;
	bool mount = st->stx_attributes & STATX_ATTR_MOUNT_ROOT;
	*op = CE_OP_STAT;
	if (!(st->stx_mask & STATX_MNT_ID)) /* before Linux 5.8: where it ends cannot be seen */
		return -EOPNOTSUPP;
	*op = CE_OP_MOUNT;
	if (parent->base) {
		bool stays = worker->ctx->remove->flags & CE_REMOVE_KEEP_TOP;
		return (mount && !stays) || is_root(st) ? -EBUSY : 0;
	}
	if (mount || st->stx_mnt_id != parent->mount_id)
		return -EBUSY;
	*op = CE_OP_SUBVOLUME;
	return sys_dev(st) != parent->sides[CE_SIDE_SOURCE].dev ? -EXDEV : 0;
}

/*
 * Whether to try a subvolume that was met: if the options say so; or if it is what a snapshot has
 * in the place of one, an empty directory.
 */
static bool is_to_try(const struct worker *worker, const struct statx *st)
{
	return worker->ctx->remove->flags & CE_REMOVE_EMPTY_SUBVOLUMES
		|| st->stx_ino == BTRFS_EMPTY_SUBVOL_DIR_OBJECTID;
}

/* A subvolume is never entered, but the kernel removes an empty one as it does a directory. */
static int remove_subvolume(struct worker *worker, const struct place *at, const struct statx *st)
{
	if (ctx_flag(worker->ctx, CE_DRY_RUN))
		return st->stx_size == 0 ? 0 : -ENOTEMPTY;
	return remove_empty(worker, at, NULL, -1);
}

static bool enter(struct worker *worker, struct dir *dir, const struct place *at)
{
	AUTO_OBJECT object = OBJECT_NONE;
	enum ce_op op = CE_OP_OPEN;
	int rc = remove_open(worker, at, &object);
	if ((rc == -ENOTDIR || rc == -ELOOP) || (rc == -ENOENT && is_top(dir))) {
		/* Something else by now: most likely, a file. */
		worker->ctx->walk->object(worker, at, DT_REG);
		return false;
	}
	if (rc == 0)
		rc = check_border(worker, dir, &object.st, &op);
	bool outside = rc < 0;
	if (rc == -EXDEV && is_to_try(worker, &object.st))
		rc = remove_subvolume(worker, at, &object.st);
	if (outside) {
		tell(worker, at, S_IFDIR, op, rc);
		return false;
	}
	dir->mount_id = object.st.stx_mnt_id;
	dir_adopt(&worker->ctx->dirs, dir, CE_SIDE_SOURCE, fd_take(&object.fd), &object.st);
	return true;
}

static bool remove_enter(struct worker *worker, struct dir *dir)
{
	struct dircache *dirs = &worker->ctx->dirs;
	struct place at = { .dir = dir->parent, .name = dir->name, .dest_name = dir->name };
	bool entered = false;
	dir->absent = true;
	if (is_kept(worker, &at)) {
		keep(worker, &at);
		return false;
	}
	int rc = place_pin(dirs, &at);
	if (rc == 0)
		entered = enter(worker, dir, &at);
	else
		tell(worker, &at, S_IFDIR, CE_OP_OPEN, rc);
	place_unpin(dirs, &at);
	return entered;
}

/* Whether a directory is to be removed, now that all in it was dealt with. */
static bool is_to_go(struct worker *worker, struct dir *dir)
{
	if (dir->failed || ctx_stopped(worker->ctx))
		return false;
	bool stays = worker->ctx->remove->flags & CE_REMOVE_KEEP_TOP || atomic_load(&dir->kept);
	if (is_top(dir) && stays) {
		done(worker);
		stats_add(&worker->stats, kept, 1);
		return false;
	}
	if (!atomic_load(&dir->troubled))
		return true;
	done(worker);
	atomic_store(&dir->parent->troubled, true);
	return false;
}

/* Remove it, or have it read once more. Returns whether it is gone. */
static bool remove_left(struct worker *worker, struct dir *dir, const struct place *at, int fd)
{
	int rc = remove_empty(worker, at, dir, fd);
	if ((rc == -ENOTEMPTY || rc == -EEXIST) && dir->rounds < ROUNDS_MAX) {
		dir->rounds++;
		dir->again = true;
		return false;
	}
	if (rc == -ENOTDIR && !is_top(dir)) /* somebody has put something in its place */
		rc = remove_name(worker, at);
	tell(worker, at, S_IFDIR, CE_OP_REMOVE, rc);
	return rc == 0;
}

static void remove_leave(struct worker *worker, struct dir *dir)
{
	struct dircache *dirs = &worker->ctx->dirs;
	struct place at = { .dir = dir->parent, .name = dir->name, .dest_name = dir->name };
	bool goes = is_to_go(worker, dir), gone = false;
	if (!goes && !dir->meta.flags)
		return;
	int fd = dir_pin(dirs, dir, CE_SIDE_SOURCE);
	if (goes) {
		if (fd >= 0)
			dir_lend_parent(dirs, dir, CE_SIDE_SOURCE);
		int rc = place_pin(dirs, &at);
		if (rc == 0)
			gone = remove_left(worker, dir, &at, fd);
		else
			tell(worker, &at, S_IFDIR, CE_OP_OPEN, rc);
		place_unpin(dirs, &at);
	}
	if (!gone && !dir->again)
		remove_freeze(dir, fd);
	if (fd >= 0)
		dir_unpin(dirs, dir, CE_SIDE_SOURCE);
}

const struct walk_ops remove_ops = {
	.enter = remove_enter,
	.object = remove_object,
	.leave = remove_leave,
};

/* ---- a dry run ---- */

/* What a file takes of storage is counted with the first of its names: that is what gets free. */
static int count_bytes(struct worker *worker, const struct statx *st)
{
	const struct inode_id id = { sys_dev(st), st->stx_ino };
	int first = S_ISREG(st->stx_mode) ? linkmap_first(worker->ctx->counted, id, st->stx_nlink)
					  : 0;
	if (first > 0) {
		stats_add(&worker->stats, found_bytes, st->stx_blocks * 512);
		stats_add(&worker->stats, done_bytes, st->stx_blocks * 512);
	}
	return first < 0 ? first : 0;
}

static void count_object(struct worker *worker, const struct place *at, unsigned char type)
{
	struct statx st = { 0 };
	(void)type;
	if (at->dir->base) {
		refuse_path(worker, at);
		return;
	}
	if (is_kept(worker, at)) {
		keep(worker, at);
		return;
	}
	enum ce_op op = CE_OP_STAT;
	int rc = sys_stat(at->fds[CE_SIDE_SOURCE], at->name, &st);
	if (rc == 0 && st.stx_mnt_id != at->dir->mount_id) {
		op = CE_OP_MOUNT;
		rc = -EBUSY;
	}
	if (rc == 0)
		rc = count_bytes(worker, &st);
	tell(worker, at, st.stx_mode, op, rc);
}

static void count_leave(struct worker *worker, struct dir *dir)
{
	const struct place at = { .dir = dir->parent, .name = dir->name, .dest_name = dir->name };
	if (is_to_go(worker, dir))
		tell(worker, &at, S_IFDIR, CE_OP_REMOVE, 0);
}

const struct walk_ops remove_dry_ops = {
	.enter = remove_enter,
	.object = count_object,
	.leave = count_leave,
};
