/* copy.c - one object: which kind it is, and hard links to what was copied before. */
#include "copy.h"

#include "xattr.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static void count_done(struct worker *worker, const struct object *src)
{
	stats_add(&worker->stats, done_objects, 1);
	if (S_ISREG(src->st.stx_mode))
		stats_add(&worker->stats, done_bytes, src->st.stx_size);
}

bool copy_skips_mount(const struct worker *worker, const struct dir *dir, const struct object *src)
{
	return ctx_flag(worker->ctx, CE_ONE_FILE_SYSTEM) && !dir->base
		&& src->st.stx_mnt_id != dir->mount_id;
}

/* Set the flags that had to wait until no more links were to be made to the group's copy. */
static void set_group_flags(struct worker *worker, struct hardlink *group)
{
	uint32_t flags = hardlink_flags(group);
	struct dir *dir = hardlink_dir(group);
	if (!flags || !dir)
		return;
	struct place at = {
		.dir = dir, .name = hardlink_name(group), .dest_name = hardlink_name(group)
	};
	int dirfd = dir_pin(&worker->ctx->dirs, dir, CE_SIDE_DEST);
	int rc = dirfd;
	if (dirfd >= 0) {
		AUTO_OBJECT dst = OBJECT_NONE;
		WITH_FDS(&worker->ctx->dirs, rc, object_open(&dst, dirfd, at.name, DT_REG));
		if (rc == 0 && hardlink_is(group, &dst.st)) {
			struct meta have, want;
			meta_read(worker, &at, dir->pair->dest, &dst, &have);
			want = have;
			want.flags |= flags;
			meta_set_flags(worker, &at, dir->pair->dest, &dst, &want, &have);
		}
		dir_unpin(&worker->ctx->dirs, dir, CE_SIDE_DEST);
	}
	if (rc < 0)
		report_attr_error(worker, &at, CE_OP_SET_ATTR, CE_ATTR_FLAGS, rc);
}

static void close_group(struct worker *worker, struct hardlink *group)
{
	set_group_flags(worker, group);
	hardlink_free(worker, group);
}

void copy_close_groups(struct worker *worker)
{
	struct hardlink *group;
	while ((group = hardlink_take(worker->ctx->links)))
		close_group(worker, group);
}

void copy_finish_group(struct worker *worker, struct hardlink *group, const struct place *at,
	const struct copy_made *made)
{
	if (!group)
		return;
	bool closed;
	struct waiter *waiters = hardlink_done(
		worker, group, at, made ? &made->st : NULL, made ? made->flags : 0, &closed);
	if (closed)
		close_group(worker, group);
	copy_waiters(worker, waiters);
}

/* Make name in dirfd a link to the group's copy, and check that it is one. */
static int link_name(
	struct worker *worker, const struct hardlink *group, int dirfd, const char *name)
{
	struct dir *from = hardlink_dir(group);
	int from_fd = dir_pin(&worker->ctx->dirs, from, CE_SIDE_DEST);
	if (from_fd < 0)
		return from_fd;
	int rc = linkat(from_fd, hardlink_name(group), dirfd, name, 0) < 0 ? -errno : 0;
	dir_unpin(&worker->ctx->dirs, from, CE_SIDE_DEST);
	struct statx st;
	if (rc == 0)
		rc = sys_stat(dirfd, name, &st);
	if (rc == 0 && !hardlink_is(group, &st)) {
		/* Somebody exchanged the copy for something else: do not spread it. */
		unlinkat(dirfd, name, 0);
		rc = -ESTALE;
	}
	return rc;
}

/* For target_make(). */
static int make_link(struct worker *worker, int dirfd, const char *name, void *arg)
{
	return link_name(worker, arg, dirfd, name);
}

/* Whether the name is a link to the copy already, from an earlier run. */
static bool is_linked(struct worker *worker, const struct place *at, const struct hardlink *group)
{
	struct statx st;
	return worker->ctx->options.existing != CE_EXISTING_KEEP
		&& sys_stat(at->fds[CE_SIDE_DEST], at->dest_name, &st) == 0
		&& hardlink_is(group, &st);
}

/* A link that cannot be made for reasons that a copy of its own would not have. */
static bool wants_own_copy(int rc)
{
	return rc == -EMLINK || rc == -EXDEV || rc == -EPERM || rc == -EACCES || rc == -EOPNOTSUPP
		|| rc == -ENOENT || rc == -ESTALE;
}

enum link_result { LINK_DONE, LINK_FAILED, LINK_COPY_INSTEAD };

static enum link_result link_object(
	struct worker *worker, const struct place *at, struct object *src, struct hardlink *group)
{
	if (is_linked(worker, at, group)) {
		stats_add(&worker->stats, unchanged, 1);
		return LINK_DONE;
	}
	int dirfd = at->fds[CE_SIDE_DEST];
	int rc = link_name(worker, group, dirfd, at->dest_name);
	if (wants_own_copy(rc)) {
		report_loss(worker, at, at->dir->pair->dest, CE_ATTR_LINKS, rc, NULL);
		return LINK_COPY_INSTEAD;
	}
	enum ce_action action = CE_ACTION_LINKED;
	if (rc == -EEXIST) {
		struct target target;
		struct statx dst;
		enum plan plan = PLAN_CONFLICT;
		rc = target_plan(worker, at, src, &dst, &plan);
		/* Even the same content is not the same object: the name becomes a link. */
		if (rc == 0 && (plan == PLAN_REPLACE || plan == PLAN_REPAIR)) {
			target_temp_name(&target);
			rc = make_link(worker, dirfd, target.temp, group);
			if (rc == 0)
				return target_commit(worker, at, dirfd, &target) < 0
					? LINK_FAILED
					: (report_object(worker, at, action, src->st.stx_mode),
						LINK_DONE);
		} else if (rc == 0) {
			report_conflict(worker, at);
			return LINK_FAILED;
		}
	}
	if (rc < 0) {
		report_error(worker, at, CE_OP_LINK, rc);
		return LINK_FAILED;
	}
	report_object(worker, at, action, src->st.stx_mode);
	return LINK_DONE;
}

/* The one switch over the kinds of object. */
static enum copy_result copy_kind(struct worker *worker, const struct place *at, struct object *src,
	struct hardlink *group, struct copy_made *ret_made)
{
	switch (src->st.stx_mode & S_IFMT) {
	case S_IFREG:
		return copy_file(worker, at, src, group, ret_made);
	case S_IFLNK:
		return copy_symlink(worker, at, src, ret_made);
	case S_IFIFO:
	case S_IFSOCK:
	case S_IFCHR:
	case S_IFBLK:
		return copy_special(worker, at, src, ret_made);
	case S_IFDIR:
		report_changed(worker, at, "became a directory");
		return COPY_FAILED;
	default:
		report_error(worker, at, CE_OP_STAT, -EINVAL);
		return COPY_FAILED;
	}
}

/* A copy where a link should have been: the next names link to it. */
static void copy_anew(
	struct worker *worker, const struct place *at, struct object *src, struct hardlink *group)
{
	struct copy_made made = { 0 };
	if (copy_kind(worker, at, src, NULL, &made) == COPY_DONE)
		hardlink_restart(worker, group, at, &made.st);
}

static void copy_opened(struct worker *worker, const struct place *at, struct object *src)
{
	struct hardlink *group = NULL;
	struct copy_made made = { 0 };
	enum copy_result result;
	int claim = hardlink_claim(worker, at, src, &group);
	switch (claim) {
	case HARDLINK_NONE:
		copy_kind(worker, at, src, NULL, &made);
		break;
	case HARDLINK_COPY:
		result = copy_kind(worker, at, src, group, &made);
		if (result != COPY_SPLIT)
			copy_finish_group(worker, group, at, result == COPY_DONE ? &made : NULL);
		break;
	case HARDLINK_READY:
		if (link_object(worker, at, src, group) == LINK_COPY_INSTEAD)
			copy_anew(worker, at, src, group);
		if (hardlink_linked(worker, group))
			close_group(worker, group);
		break;
	case HARDLINK_WAITING:
		break;
	default:
		report_error(worker, at, CE_OP_LINK, claim);
		break;
	}
}

static void report_open_error(struct worker *worker, const struct place *at, int rc)
{
	/* What a directory listed and then has not, vanished; what only the caller named may never
	 * have been. */
	bool listed = !at->dir->base && !ctx_flag(worker->ctx, CE_NAMES);
	if (listed && (rc == -ENOENT || rc == -ESTALE))
		report_changed(worker, at, "vanished");
	else if (rc == -EAGAIN)
		report_changed(worker, at, "keeps changing its kind");
	else
		report_error(worker, at, CE_OP_OPEN, rc);
}

void copy_object(struct worker *worker, const struct place *at, unsigned char type)
{
	AUTO_OBJECT src = OBJECT_NONE;
	int rc;
	WITH_FDS(
		&worker->ctx->dirs, rc, object_open(&src, at->fds[CE_SIDE_SOURCE], at->name, type));
	if (rc < 0) {
		stats_add(&worker->stats, done_objects, 1);
		report_open_error(worker, at, rc);
		return;
	}
	if (S_ISREG(src.st.stx_mode))
		stats_add(&worker->stats, found_bytes, src.st.stx_size);
	struct object seen = src; /* copy_file() may take the fd over */
	if (copy_skips_mount(worker, at->dir, &src))
		stats_add(&worker->stats, other_mounts, 1);
	else if (ctx_flag(worker->ctx, CE_DRY_RUN))
		copy_dry(worker, at, &src);
	else
		copy_opened(worker, at, &src);
	if (src.fd >= 0) /* else it was split, and is counted when done */
		count_done(worker, &seen);
}

static void copy_waiter(struct worker *worker, struct waiter *waiter)
{
	struct dircache *dirs = &worker->ctx->dirs;
	struct place at = {
		.dir = waiter->dir, .name = waiter->name, .dest_name = waiter->dest_name
	};
	for (int side = 0; side < 2; side++)
		at.fds[side] = dir_pin(dirs, waiter->dir, (enum ce_side)side);
	AUTO_OBJECT src = OBJECT_NONE;
	int rc = at.fds[0] < 0 ? at.fds[0] : at.fds[1] < 0 ? at.fds[1] : 0;
	if (rc == 0)
		WITH_FDS(dirs, rc,
			object_open(&src, at.fds[CE_SIDE_SOURCE], at.name,
				(unsigned char)IFTODT(waiter->mode)));
	if (rc < 0)
		report_open_error(worker, &at, rc);
	else
		copy_opened(worker, &at, &src);
	for (int side = 0; side < 2; side++) {
		if (at.fds[side] >= 0)
			dir_unpin(dirs, waiter->dir, (enum ce_side)side);
	}
}

void copy_waiters(struct worker *worker, struct waiter *waiters)
{
	while (waiters) {
		struct waiter *next = waiters->next;
		if (!ctx_stopped(worker->ctx))
			copy_waiter(worker, waiters);
		worker->ctx->release_dir(worker, waiters->dir);
		free(waiters);
		waiters = next;
	}
}

/* Metadata for a copy that was just made, then its final name. */
enum copy_result copy_seal(struct worker *worker, const struct place *at, struct target *target,
	const struct object *src, struct object *dst)
{
	struct fs *dest = at->dir->pair->dest;
	int dirfd = at->fds[CE_SIDE_DEST];
	struct meta want;
	struct meta_have have = { .fresh = true };
	meta_read(worker, at, at->dir->pair->source, src, &want);
	meta_read(worker, at, dest, dst, &have.meta);
	char value[1];
	have.inherited_acl = !S_ISLNK(src->st.stx_mode)
		&& sys_getxattr(dst->fd, dst->path_only, XATTR_ACL_ACCESS, value, 0) > 0;
	have.mode_exact = !have.inherited_acl;
	meta_apply(worker, at, dest, src, dst, &want, &have, true);
	if (target_commit(worker, at, dirfd, target) < 0)
		return COPY_FAILED;
	report_object(worker, at, target->replacing ? CE_ACTION_REPLACED : CE_ACTION_CREATED,
		src->st.stx_mode);
	return COPY_DONE;
}

enum copy_result copy_repair(struct worker *worker, const struct place *at, struct fs *dest,
	const struct object *src, struct object *dst)
{
	struct meta want;
	struct meta_have have = { .mode_exact = true };
	meta_read(worker, at, at->dir->pair->source, src, &want);
	meta_read(worker, at, dest, dst, &have.meta);
	if (meta_apply(worker, at, dest, src, dst, &want, &have, true))
		report_object(worker, at, CE_ACTION_REPAIRED, src->st.stx_mode);
	else
		stats_add(&worker->stats, unchanged, 1);
	return COPY_DONE;
}
