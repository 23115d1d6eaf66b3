/* target.c - giving a copy its name. */
#include "target.h"

#include "linkmap.h"
#include "meta.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <linux/fs.h>
#include <string.h>
#include <unistd.h>

void target_temp_name(struct target *target)
{
	target->replacing = true;
	memcpy(target->temp, TARGET_TEMP_PREFIX, sizeof(TARGET_TEMP_PREFIX));
	sys_random_name(target->temp + sizeof(TARGET_TEMP_PREFIX) - 1, 17);
}

const char *target_name(const struct target *target, const struct place *at)
{
	return target->replacing ? target->temp : at->dest_name;
}

/* Whether the link at the destination has the source's text. */
static bool same_target(const struct place *at, const struct object *src)
{
	char ours[PATH_MAX], theirs[PATH_MAX];
	ssize_t len = readlinkat(src->fd, "", ours, sizeof(ours));
	return len > 0
		&& readlinkat(at->fds[CE_SIDE_DEST], at->dest_name, theirs, sizeof(theirs)) == len
		&& memcmp(ours, theirs, (size_t)len) == 0;
}

int target_plan(struct worker *worker, const struct place *at, const struct object *src,
	struct statx *ret_dst, enum plan *ret_plan)
{
	struct plan_facts facts = { .src = &src->st,
		.repeats = worker->ctx->repeats,
		.existing = worker->ctx->options.existing };
	int rc = sys_stat(at->fds[CE_SIDE_DEST], at->dest_name, ret_dst);
	if (rc < 0 && rc != -ENOENT)
		return rc;
	if (rc == 0) {
		facts.dst = ret_dst;
		facts.same_target = S_ISLNK(src->st.stx_mode) && S_ISLNK(ret_dst->stx_mode)
			&& same_target(at, src);
	}
	*ret_plan = plan_object(&facts);
	return 0;
}

bool target_differs(struct worker *worker, const struct place *at, const struct object *src,
	const struct statx *dst_st)
{
	AUTO_OBJECT dst = OBJECT_NONE;
	struct meta want;
	struct meta_have have = { .mode_exact = true, .look_only = true };
	struct fs_pair *pair = at->dir->pair;
	int rc;
	WITH_FDS(&worker->ctx->dirs, rc,
		object_open(&dst, at->fds[CE_SIDE_DEST], at->dest_name,
			(unsigned char)IFTODT(dst_st->stx_mode)));
	if (rc < 0)
		return true;
	meta_read(worker, at, pair->source, src, &want);
	meta_read(worker, at, pair->dest, &dst, &have.meta);
	return meta_apply(worker, at, pair->dest, src, &dst, &want, &have, true);
}

bool target_thaw_parent(struct worker *worker, const struct place *at)
{
	const struct dir *dir = at->dir;
	struct object dst = { .fd = at->fds[CE_SIDE_DEST] };
	struct meta have;
	if (worker->ctx->options.existing == CE_EXISTING_KEEP || dir->made
		|| !(dir->meta.flags & META_FLAGS_FREEZING) || sys_fstat(dst.fd, &dst.st) < 0)
		return false;
	meta_read(worker, at, dir->pair->dest, &dst, &have);
	meta_thaw(&dst, &dir->meta, &have);
	/* Perhaps another worker has thawed it a moment ago. */
	return !(have.flags & META_FLAGS_FREEZING);
}

int target_take(struct worker *worker, const struct object *src, const struct statx *dst)
{
	struct inode_id from = { sys_dev(dst), dst->stx_ino };
	struct inode_id to = { sys_dev(&src->st), src->st.stx_ino };
	return linkmap_check(worker->ctx->taken, from, to, dst->stx_nlink);
}

/*
 * Whether an object that is there may become the copy: 1 or 0; -ENOMEM. With other names, which may
 * lie outside of the copy, it gets no other rights in place; and what is one object here may be
 * several in the source.
 */
static int may_take(struct worker *worker, const struct place *at, const struct object *src,
	const struct statx *dst)
{
	if (dst->stx_nlink > 1 && target_differs(worker, at, src, dst))
		return 0;
	return target_take(worker, src, dst);
}

/* Make it under a temporary name; a collision means trying another. */
static int make_temp(struct worker *worker, const struct place *at, target_maker *maker, void *arg,
	struct target *target)
{
	int rc = -EEXIST;
	for (int tries = 0; rc == -EEXIST && tries < 16; tries++) {
		target_temp_name(target);
		rc = maker(worker, at->fds[CE_SIDE_DEST], target->temp, arg);
		if (rc == -EPERM && target_thaw_parent(worker, at))
			rc = -EEXIST; /* as good as a collision: try again */
	}
	return rc;
}

static enum target_outcome made(struct worker *worker, const struct place *at, int rc)
{
	if (rc == 0)
		return TARGET_MADE;
	report_error(worker, at, CE_OP_CREATE, rc);
	return TARGET_NOTHING;
}

/*
 * The ordinary case is that nothing is there: it is tried first, and a look is taken only when
 * the name turns out to be in use.
 */
enum target_outcome target_make(struct worker *worker, const struct place *at,
	const struct object *src, target_maker *maker, void *arg, struct target *target)
{
	target->replacing = false;
	int rc = maker(worker, at->fds[CE_SIDE_DEST], at->dest_name, arg);
	if (rc == -EPERM && target_thaw_parent(worker, at))
		rc = maker(worker, at->fds[CE_SIDE_DEST], at->dest_name, arg);
	if (rc != -EEXIST)
		return made(worker, at, rc);
	struct statx dst;
	enum plan plan;
	rc = target_plan(worker, at, src, &dst, &plan);
	if (rc < 0)
		return made(worker, at, rc);
	target->dev = sys_dev(&dst);
	target->ino = dst.stx_ino;
	switch (plan) {
	case PLAN_CREATE: /* gone again: leave it to the next run rather than race with somebody */
	case PLAN_MERGE:
	case PLAN_CONFLICT:
		report_conflict(worker, at);
		return TARGET_NOTHING;
	case PLAN_ITSELF:
		report_error(worker, at, CE_OP_ITSELF, -EEXIST);
		return TARGET_NOTHING;
	case PLAN_REPAIR:
		rc = may_take(worker, at, src, &dst);
		if (rc > 0)
			return TARGET_SAME;
		if (rc == 0)
			rc = make_temp(worker, at, maker, arg, target);
		return made(worker, at, rc);
	case PLAN_REPLACE:
		return made(worker, at, make_temp(worker, at, maker, arg, target));
	}
	return TARGET_NOTHING;
}

bool target_is_existing(const struct target *target, const struct object *dst)
{
	return target->dev == sys_dev(&dst->st) && target->ino == dst->st.stx_ino;
}

/* Thaw the file that is to be replaced, as far as the source is frozen, too. */
static bool thaw(
	struct worker *worker, const struct place *at, const struct target *target, uint32_t flags)
{
	AUTO_OBJECT old = OBJECT_NONE;
	struct meta have, want = { .flags = flags };
	int rc;
	if (!(flags & META_FLAGS_FREEZING))
		return false;
	WITH_FDS(&worker->ctx->dirs, rc,
		object_open(&old, at->fds[CE_SIDE_DEST], at->dest_name, DT_REG));
	if (rc < 0 || old.path_only || !target_is_existing(target, &old))
		return false;
	meta_read(worker, at, at->dir->pair->dest, &old, &have);
	uint32_t before = have.flags;
	meta_thaw(&old, &want, &have);
	return have.flags != before;
}

int target_commit(struct worker *worker, const struct place *at, int dirfd, struct target *target,
	uint32_t flags)
{
	if (!target->replacing)
		return 0;
	int rc = sys_rename(dirfd, target->temp, at->dest_name, 0);
	if (rc == -EPERM && thaw(worker, at, target, flags))
		rc = sys_rename(dirfd, target->temp, at->dest_name, 0);
	if (rc < 0) {
		report_error(worker, at, CE_OP_REPLACE, rc);
		target_abort(at, dirfd, target);
	}
	return rc;
}

void target_abort(const struct place *at, int dirfd, struct target *target)
{
	unlinkat(dirfd, target_name(target, at), 0);
}
