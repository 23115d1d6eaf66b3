/*
 * copy_dir.c - directories: entered before, left after everything inside them.
 *
 * A directory is made private (0700) and stays so until it is left: nobody else can look at what
 * is not finished, nor exchange it. It gets its metadata last, since every object made inside moves
 * its mtime.
 */
#include "copy.h"

#include "root.h"
#include "xattr.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/*
 * Whether a directory is the top of some pair, on that side. A source directory that is a
 * destination would be copied without end; a destination directory that is a source would be
 * written to.
 */
static bool is_top(const struct worker *worker, enum ce_side side, const struct statx *st)
{
	const struct ctx *ctx = worker->ctx;
	for (size_t i = 0; i < ctx->top_count; i++) {
		const struct top *top = &ctx->tops[i];
		if (atomic_load(&top->sides[side].known) && top->sides[side].dev == sys_dev(st)
			&& top->sides[side].ino == st->stx_ino)
			return true;
	}
	return false;
}

/* The destination's top was just made. */
static void note_top(struct worker *worker, const struct dir *dir, const struct statx *dst)
{
	struct ctx *ctx = worker->ctx;
	for (size_t i = 0; dir->parent->base && i < ctx->top_count; i++) {
		if (ctx->tops[i].base == dir->parent)
			root_note_top(&ctx->tops[i], CE_SIDE_DEST, dst);
	}
}

static int open_source(struct worker *worker, struct dir *dir, int parent_fd, struct object *ret)
{
	int rc;
	WITH_FDS(&worker->ctx->dirs, rc, object_open_dir(ret, parent_fd, dir->name));
	return rc;
}

/* A directory is there in the place of ours-to-be, or something else is: what now? */
static int take_existing(
	struct worker *worker, const struct place *at, struct dir *dir, const struct object *src)
{
	struct statx dst;
	enum plan plan;
	int rc = target_plan(worker, at, src, &dst, &plan);
	if (rc < 0)
		return rc;
	switch (plan) {
	case PLAN_MERGE:
		return 0;
	case PLAN_ITSELF:
		return -ELOOP;
	case PLAN_REPLACE:
		break;
	case PLAN_CREATE:
	case PLAN_REPAIR:
	case PLAN_CONFLICT:
		return -EEXIST;
	}
	/* Put a directory where a non-directory is: exchange the two, then remove the other. */
	int dirfd = at->fds[CE_SIDE_DEST];
	struct target target;
	target_temp_name(&target);
	if (mkdirat(dirfd, target.temp, 0700) < 0)
		return -errno;
	rc = sys_rename(dirfd, target.temp, at->dest_name, RENAME_EXCHANGE);
	int removed = unlinkat(dirfd, target.temp, rc < 0 ? AT_REMOVEDIR : 0) < 0 ? -errno : 0;
	if (removed < 0)
		report_error(worker, at, CE_OP_REPLACE, removed);
	dir->made = rc == 0;
	return rc;
}

/*
 * A file system that knows no owners and modes shows the same ones for everything: the new
 * directory looks like the one it is in.
 */
static bool looks_alike(int parent_fd, const struct object *dst)
{
	struct statx parent;
	return sys_fstat(parent_fd, &parent) == 0 && parent.stx_uid == dst->st.stx_uid
		&& parent.stx_mode == dst->st.stx_mode && sys_dev(&parent) == sys_dev(&dst->st);
}

/*
 * A directory just made is opened by name: make sure that it is the one we made, before anything
 * is put into it. Under a umask that is not ours its mode may still need setting.
 */
static int check_made(const struct worker *worker, int parent_fd, struct object *dst)
{
	if (dst->st.stx_uid != worker->ctx->uid || (dst->st.stx_mode & 077))
		return looks_alike(parent_fd, dst) ? 0 : -ESTALE;
	if ((dst->st.stx_mode & 0700) == 0700)
		return 0;
	int rc = sys_chmod(dst->fd, 0700);
	return rc < 0 ? rc : sys_fstat(dst->fd, &dst->st);
}

static int open_made(const struct worker *worker, const struct place *at, struct object *ret)
{
	struct dircache *dirs = &worker->ctx->dirs;
	int dirfd = at->fds[CE_SIDE_DEST];
	int rc = 0;
	if (!worker->own_umask) {
		/* The umask may have left us no right to read it. */
		AUTO_OBJECT path = OBJECT_NONE;
		WITH_FDS(dirs, rc, object_open_path(&path, dirfd, at->dest_name));
		if (rc == 0)
			rc = check_made(worker, dirfd, &path);
	}
	if (rc == 0)
		WITH_FDS(dirs, rc, object_open_dir(ret, dirfd, at->dest_name));
	return rc < 0 ? rc : check_made(worker, dirfd, ret);
}

static bool is_empty(struct worker *worker, int fd)
{
	ssize_t size = sys_getdents(fd, worker->dirents, WORKER_DIRENTS);
	for (size_t off = 0; off < (size_t)(size > 0 ? size : 0);) {
		const struct sys_dirent *entry = (const void *)(worker->dirents + off);
		off += entry->reclen;
		if (!sys_is_dot(entry->name))
			return false;
	}
	return size >= 0;
}

/*
 * Whoever owns the directory we make ours in may exchange it for another of ours, before we open
 * it: one that is done has something in it or is not private any more, one in work is on this list.
 */
static int expose(struct worker *worker, struct dir *dir, const struct object *dst)
{
	struct ctx *ctx = worker->ctx;
	if (!dir->made || dir->parent->made)
		return 0;
	dir->sides[CE_SIDE_DEST].dev = sys_dev(&dst->st);
	dir->sides[CE_SIDE_DEST].ino = dst->st.stx_ino;
	bool ours = is_empty(worker, dst->fd);
	pthread_mutex_lock(&ctx->exposed_lock);
	for (struct list *i = ctx->exposed.next; ours && i != &ctx->exposed; i = i->next) {
		const struct dir_side *side =
			&container_of(i, struct dir, exposed)->sides[CE_SIDE_DEST];
		ours = side->dev != sys_dev(&dst->st) || side->ino != dst->st.stx_ino;
	}
	if (ours)
		list_add_first(&ctx->exposed, &dir->exposed);
	pthread_mutex_unlock(&ctx->exposed_lock);
	return ours ? 0 : -ESTALE;
}

static void unexpose(struct worker *worker, struct dir *dir)
{
	pthread_mutex_lock(&worker->ctx->exposed_lock);
	list_remove(&dir->exposed);
	pthread_mutex_unlock(&worker->ctx->exposed_lock);
}

/* What a default ACL of the parent gave our new directory would be handed on to all inside it. */
static void strip_inherited(struct worker *worker, const struct dir *dir, const struct object *dst)
{
	if (dir->parent->made || !ctx_keeps(worker->ctx, CE_ATTR_ACL))
		return;
	sys_removexattr(dst->fd, false, XATTR_ACL_DEFAULT);
	sys_removexattr(dst->fd, false, XATTR_ACL_ACCESS);
}

static int open_dest(struct worker *worker, const struct place *at, struct dir *dir,
	const struct object *src, struct object *ret)
{
	int dirfd = at->fds[CE_SIDE_DEST];
	int rc = mkdirat(dirfd, at->dest_name, 0700) < 0 ? -errno : 0;
	if (rc == -EPERM && target_thaw_parent(worker, at))
		rc = mkdirat(dirfd, at->dest_name, 0700) < 0 ? -errno : 0;
	dir->made = rc == 0;
	if (rc == -EEXIST)
		rc = take_existing(worker, at, dir, src);
	if (rc < 0)
		return rc;
	if (dir->made)
		return open_made(worker, at, ret);
	WITH_FDS(&worker->ctx->dirs, rc, object_open_dir(ret, dirfd, at->dest_name));
	return rc;
}

/* Remember the file systems of both sides, the destination's before it is written to. */
static int find_pair(
	struct worker *worker, struct dir *dir, const struct object *src, const struct object *dst)
{
	struct fs_table *table = &worker->ctx->fs;
	struct fs *source = fs_get(table, sys_dev(&src->st), src->fd);
	struct fs *dest = fs_get(table, sys_dev(&dst->st), dst->fd);
	dir->pair = source && dest ? fs_pair_get(table, source, dest) : NULL;
	if (!dir->pair)
		return -ENOMEM;
	if (!ctx_flag(worker->ctx, CE_SYNC | CE_VERIFY) || dir->absent)
		return 0;
	int rc;
	WITH_FDS(&worker->ctx->dirs, rc, fs_note_dest(table, dest, dst->fd));
	/* One that may not be read is no reason not to copy. */
	return rc == -EMFILE || rc == -ENFILE ? rc : 0;
}

static void report_enter(struct worker *worker, const struct place *at, enum ce_op op, int rc)
{
	bool listed = !at->dir->base && !ctx_flag(worker->ctx, CE_NAMES);
	if (op == CE_OP_CREATE && rc == -EEXIST)
		report_conflict(worker, at);
	else if (listed && op == CE_OP_OPEN
		&& (rc == -ENOENT || rc == -ENOTDIR || rc == -ELOOP || rc == -ESTALE))
		report_changed(worker, at, rc == -ENOENT ? "vanished" : "is no directory any more");
	else
		report_error(worker, at, op == CE_OP_CREATE && rc == -ELOOP ? CE_OP_NEST : op, rc);
}

/* Both sides, opened. Returns 0 or a negative errno with the op that failed. */
static int enter(struct worker *worker, struct dir *dir, const struct place *at, enum ce_op *ret_op)
{
	struct ctx *ctx = worker->ctx;
	AUTO_OBJECT src = OBJECT_NONE;
	AUTO_OBJECT dst = OBJECT_NONE;
	*ret_op = CE_OP_OPEN;
	int rc = open_source(worker, dir, at->fds[CE_SIDE_SOURCE], &src);
	if (rc < 0)
		return rc;
	*ret_op = CE_OP_CREATE;
	dir->no_descent = copy_skips_mount(worker, dir->parent, &src);
	if (!dir->no_descent && is_top(worker, CE_SIDE_DEST, &src.st))
		return -ELOOP;
	stats_add(&worker->stats, other_mounts, dir->no_descent);
	dir->mount_id = src.st.stx_mnt_id;
	if (ctx_flag(ctx, CE_DRY_RUN)) {
		rc = copy_dry_enter(worker, dir, at, &src, &dst);
	} else {
		rc = open_dest(worker, at, dir, &src, &dst);
		if (rc == 0)
			rc = expose(worker, dir, &dst);
	}
	if (rc == 0 && dst.fd >= 0 && !dir->made && is_top(worker, CE_SIDE_SOURCE, &dst.st))
		rc = -ELOOP;
	if (rc == 0)
		rc = find_pair(worker, dir, &src, dir->absent ? &src : &dst);
	if (rc < 0)
		return rc;
	meta_read(worker, at, dir->pair->source, &src, &dir->meta);
	dir_adopt(&ctx->dirs, dir, CE_SIDE_SOURCE, fd_take(&src.fd), &src.st);
	if (dir->absent)
		return 0;
	if (dir->made) {
		struct meta have;
		if ((dst.st.stx_mode & 0777) != 0700)
			atomic_store(&dir->pair->dest->own_rights, true);
		strip_inherited(worker, dir, &dst);
		meta_read(worker, at, dir->pair->dest, &dst, &have);
		meta_set_early_flags(worker, &dst, &dir->meta, &have);
	}
	note_top(worker, dir, &dst.st);
	dir_adopt(&ctx->dirs, dir, CE_SIDE_DEST, fd_take(&dst.fd), &dst.st);
	return 0;
}

bool copy_dir_enter(struct worker *worker, struct dir *dir)
{
	struct dircache *dirs = &worker->ctx->dirs;
	struct dir *parent = dir->parent;
	struct place at = { .dir = parent, .name = dir->name, .dest_name = dir->dest_name };
	bool dst_absent = parent->absent;
	int src_fd = dir_pin(dirs, parent, CE_SIDE_SOURCE);
	int dst_fd = dst_absent ? -1 : dir_pin(dirs, parent, CE_SIDE_DEST);
	at.fds[CE_SIDE_SOURCE] = src_fd;
	at.fds[CE_SIDE_DEST] = dst_fd;
	enum ce_op op = CE_OP_OPEN;
	int rc = src_fd;
	if (src_fd >= 0 && dst_fd < 0 && !dst_absent) {
		op = CE_OP_CREATE;
		rc = dst_fd;
	} else if (src_fd >= 0) {
		rc = enter(worker, dir, &at, &op);
	}
	if (src_fd >= 0)
		dir_unpin(dirs, parent, CE_SIDE_SOURCE);
	if (dst_fd >= 0)
		dir_unpin(dirs, parent, CE_SIDE_DEST);
	if (rc < 0)
		report_enter(worker, &at, op, rc);
	return rc == 0;
}

static void freeze_later(struct worker *worker, struct dir *dir)
{
	struct ctx *ctx = worker->ctx;
	dir_ref(dir);
	pthread_mutex_lock(&ctx->frozen_lock);
	list_add_last(&ctx->frozen, &dir->job.link); /* what is inside comes first */
	pthread_mutex_unlock(&ctx->frozen_lock);
}

/* Whether a directory is to end without all rights for its owner. */
static bool is_closed(const struct worker *worker, const struct dir *dir)
{
	return ctx_keeps(worker->ctx, CE_ATTR_MODE) && (~dir->meta.mode & S_IRWXU);
}

/*
 * Whether a directory ends with what forbids to make anything in it: a list of names may come back
 * to it, or be at work in it by another of its names, so that waits.
 */
static bool freezes_later(const struct worker *worker, const struct dir *dir)
{
	bool closed = is_closed(worker, dir) && worker->ctx->uid != 0;
	return ctx_flag(worker->ctx, CE_NAMES)
		&& (closed || (dir->meta.flags & META_FLAGS_FREEZING));
}

/* Returns 0 or a negative errno. */
static int take_rights(const struct object *dst, const struct meta *want, const struct meta *have)
{
	uint32_t mode = (have->mode & 07777 & ~(uint32_t)S_IRWXU) | (want->mode & S_IRWXU);
	return mode == (have->mode & 07777) ? 0 : sys_chmod(dst->fd, mode);
}

static void freeze(struct worker *worker, struct dir *dir)
{
	struct place at = place_of_dir(dir);
	struct object dst = { .fd = dir_pin(&worker->ctx->dirs, dir, CE_SIDE_DEST) };
	struct meta have;
	int rc = dst.fd < 0 ? dst.fd : sys_fstat(dst.fd, &dst.st);
	if (rc == 0) {
		meta_read(worker, &at, dir->pair->dest, &dst, &have);
		rc = is_closed(worker, dir) ? take_rights(&dst, &dir->meta, &have) : 0;
		meta_set_flags(worker, &at, dir->pair->dest, &dst, &dir->meta, &have);
	}
	if (rc < 0)
		report_attr_error(worker, &at, CE_OP_SET_ATTR, 0, rc);
	if (dst.fd >= 0)
		dir_unpin(&worker->ctx->dirs, dir, CE_SIDE_DEST);
}

void copy_freeze_dirs(struct worker *worker)
{
	struct list *frozen = &worker->ctx->frozen;
	while (!list_empty(frozen)) {
		struct dir *dir = container_of(frozen->next, struct dir, job.link);
		list_remove(&dir->job.link);
		if (!ctx_stopped(worker->ctx))
			freeze(worker, dir);
		dir_unref(&worker->ctx->dirs, dir);
	}
}

/* Give the directory its metadata. Both sides are pinned. */
static void finish(struct worker *worker, struct dir *dir, int src_fd, int dst_fd)
{
	struct place at = place_of_dir(dir);
	struct fs *dest = dir->pair->dest;
	struct object src = { .fd = src_fd }, dst = { .fd = dst_fd };
	struct meta_have have = { .fresh = dir->made, .mode_exact = true };
	int rc = sys_fstat(dst_fd, &dst.st);
	if (rc < 0) {
		report_error(worker, &at, CE_OP_SET_ATTR, rc);
		return;
	}
	bool frozen_later = freezes_later(worker, dir);
	struct meta want = dir->meta;
	meta_read(worker, &at, dest, &dst, &have.meta);
	/* Rights that it has it keeps until then; it gets none that it is not to have. */
	want.mode |= frozen_later ? have.meta.mode & S_IRWXU : 0;
	src.st.stx_mode = (uint16_t)want.mode;
	bool changed = meta_apply(worker, &at, dest, &src, &dst, &want, &have, !frozen_later);
	if (frozen_later)
		freeze_later(worker, dir);
	if (dir->made)
		report_object(worker, &at, CE_ACTION_CREATED, S_IFDIR);
	else if (changed)
		report_object(worker, &at, CE_ACTION_REPAIRED, S_IFDIR);
	else
		stats_add(&worker->stats, unchanged, 1);
}

void copy_dir_leave(struct worker *worker, struct dir *dir)
{
	struct dircache *dirs = &worker->ctx->dirs;
	stats_add(&worker->stats, done_objects, 1);
	if (dir->failed || ctx_stopped(worker->ctx)) {
		unexpose(worker, dir);
		return;
	}
	if (ctx_flag(worker->ctx, CE_DRY_RUN)) {
		struct place here = place_of_dir(dir);
		if (dir->absent)
			report_object(worker, &here, CE_ACTION_CREATED, S_IFDIR);
		return;
	}
	struct place at = place_of_dir(dir);
	int src_fd = dir_pin(dirs, dir, CE_SIDE_SOURCE);
	int dst_fd = dir_pin(dirs, dir, CE_SIDE_DEST);
	if (src_fd >= 0 && dst_fd >= 0)
		finish(worker, dir, src_fd, dst_fd);
	else if (src_fd < 0)
		report_error(worker, &at, CE_OP_OPEN, src_fd);
	else
		report_error(worker, &at, CE_OP_SET_ATTR, dst_fd);
	unexpose(worker, dir);
	for (int side = 0; side < 2; side++) {
		if ((side == CE_SIDE_SOURCE ? src_fd : dst_fd) < 0)
			continue;
		dir_lend_parent(dirs, dir, (enum ce_side)side);
		dir_unpin(dirs, dir, (enum ce_side)side);
	}
}
