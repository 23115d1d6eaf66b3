/* copy.c - one object: which kind it is, and hard links to what was copied before. */
#include "copy.h"

#include "xattr.h"

#include <dirent.h>
#include <errno.h>

static void count_found(struct worker *worker, const struct object *src)
{
	if (S_ISREG(src->st.stx_mode))
		stats_add(&worker->stats, found_bytes, src->st.stx_size);
}

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

/* Whether the name is a link to the copy already, from an earlier run. */
static bool is_linked(struct worker *worker, const struct place *at, const struct object *src,
	const struct hardlink_copy *copy)
{
	struct statx st;
	if (worker->ctx->options.existing == CE_EXISTING_KEEP
		|| sys_stat(at->fds[CE_SIDE_DEST], at->dest_name, &st) < 0
		|| !hardlink_is(copy, &st))
		return false;
	target_take(worker, src, &st); /* one more of its names */
	return true;
}

/* A link that cannot be made for reasons that a copy of its own would not have. */
static bool wants_own_copy(int rc)
{
	return rc == -EMLINK || rc == -EXDEV || rc == -EPERM || rc == -EACCES || rc == -EOPNOTSUPP
		|| rc == -ENOENT || rc == -ESTALE;
}

/* For target_make(). */
static int make_link(struct worker *worker, int dirfd, const char *name, void *arg)
{
	return hardlink_make(worker, arg, dirfd, name);
}

/* Put a link in the place of what is there; even the same content is not the same object. */
static int replace_by_link(
	struct worker *worker, const struct place *at, struct hardlink_copy *copy)
{
	struct target target;
	int dirfd = at->fds[CE_SIDE_DEST];
	target_temp_name(&target);
	int rc = make_link(worker, dirfd, target.temp, copy);
	if (rc == 0)
		rc = sys_rename(dirfd, target.temp, at->dest_name, 0);
	/*
	 * Also where the name is a link by now: renaming one name to another of an object succeeds
	 * and does nothing.
	 */
	target_abort(at, dirfd, &target);
	return rc;
}

/*
 * Make the name a link to the copy. Returns 0 when it is one, 1 when it was dealt with otherwise,
 * or the negative errno that a link could not be made with.
 */
static int link_object(struct worker *worker, const struct place *at, const struct object *src,
	struct hardlink_copy *copy)
{
	if (is_linked(worker, at, src, copy)) {
		stats_add(&worker->stats, unchanged, 1);
		return 1;
	}
	int rc = make_link(worker, at->fds[CE_SIDE_DEST], at->dest_name, copy);
	if (rc == -EPERM && target_thaw_parent(worker, at))
		rc = make_link(worker, at->fds[CE_SIDE_DEST], at->dest_name, copy);
	if (rc != -EEXIST)
		return rc;
	struct statx dst;
	enum plan plan;
	rc = target_plan(worker, at, src, &dst, &plan);
	if (rc < 0)
		return rc;
	if (plan == PLAN_REPLACE || plan == PLAN_REPAIR)
		return replace_by_link(worker, at, copy);
	report_conflict(worker, at);
	return 1;
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

/*
 * Link a name to the group's copy: the one of now, or one made since by another worker, as long as
 * there are too many links to it already. Returns as link_object(), -EMLINK if the next copy is
 * this worker's to make.
 */
static int link_to_group(
	struct worker *worker, const struct place *at, struct object *src, struct hardlink *group)
{
	struct hardlink_copy *copy = hardlink_get(worker, group), *full = NULL;
	int rc = link_object(worker, at, src, copy);
	while (rc == -EMLINK && copy != full) {
		hardlink_put(worker, full);
		full = copy;
		copy = hardlink_get_next(worker, group, full);
		if (copy != full)
			rc = link_object(worker, at, src, copy);
	}
	hardlink_put(worker, full);
	hardlink_put(worker, copy);
	return rc;
}

/*
 * Link a name to its group's copy. Where there are too many links to it already, the name becomes a
 * copy of its own, which the names after it are linked to; other refusals concern this name only.
 */
static void copy_link(
	struct worker *worker, const struct place *at, struct object *src, struct hardlink *group)
{
	int rc = link_to_group(worker, at, src, group);
	if (rc == 0) {
		report_object(worker, at, CE_ACTION_LINKED, src->st.stx_mode);
	} else if (wants_own_copy(rc)) {
		struct copy_made made = { 0 };
		struct hardlink *full = rc == -EMLINK ? group : NULL;
		report_loss(worker, at, at->dir->pair->dest, CE_ATTR_LINKS, rc, NULL);
		bool done = copy_kind(worker, at, src, full, &made) == COPY_DONE;
		if (full)
			hardlink_restart(worker, full, at, done ? &made.st : NULL, made.flags);
	} else if (rc < 0) {
		report_error(worker, at, CE_OP_LINK, rc);
	}
}

/*
 * A further name of an object whose copy exists needs no opening. Returns whether it was linked;
 * if not, all about it is still to be decided.
 */
static bool link_unopened(struct worker *worker, const struct place *at)
{
	struct object src = OBJECT_NONE;
	struct hardlink *group;
	if (worker->ctx->options.existing != CE_EXISTING_KEEP || ctx_flag(worker->ctx, CE_DRY_RUN)
		|| !hardlink_expected(worker, at)
		|| sys_stat(at->fds[CE_SIDE_SOURCE], at->name, &src.st) < 0
		|| copy_skips_mount(worker, at->dir, &src)
		|| !hardlink_claim_ready(worker, &src.st, &group))
		return false;
	struct hardlink_copy *copy = hardlink_get(worker, group);
	int rc = hardlink_make(worker, copy, at->fds[CE_SIDE_DEST], at->dest_name);
	hardlink_put(worker, copy);
	if (rc < 0) {
		hardlink_unclaim(worker, group);
		return false;
	}
	hardlink_linked(worker, group);
	report_object(worker, at, CE_ACTION_LINKED, src.st.stx_mode);
	count_found(worker, &src);
	count_done(worker, &src);
	return true;
}

/* Returns false if the name waits for its group. */
static bool copy_opened(struct worker *worker, const struct place *at, struct object *src)
{
	struct hardlink *group = NULL;
	struct copy_made made = { 0 };
	bool done;
	int claim = hardlink_claim(worker, at, src, &group);
	switch (claim) {
	case HARDLINK_NONE:
		copy_kind(worker, at, src, NULL, &made);
		return true;
	case HARDLINK_COPY:
		done = copy_kind(worker, at, src, group, &made) == COPY_DONE;
		copy_waiters(worker,
			hardlink_done(worker, group, at, done ? &made.st : NULL, made.flags));
		return true;
	case HARDLINK_READY:
		copy_link(worker, at, src, group);
		hardlink_linked(worker, group);
		return true;
	case HARDLINK_WAITING:
		return false;
	default:
		report_error(worker, at, CE_OP_LINK, claim);
		return true;
	}
}

/* An object that was opened, and is not left out. */
static void copy_found(struct worker *worker, const struct place *at, struct object *src)
{
	const struct object seen = *src; /* copy_file() may take the fd over */
	bool dry = ctx_flag(worker->ctx, CE_DRY_RUN);
	bool dealt_with = dry ? copy_dry(worker, at, src) : copy_opened(worker, at, src);
	if (dealt_with && src->fd >= 0) /* else it was split, and is counted when done */
		count_done(worker, &seen);
}

static void report_open_error(struct worker *worker, const struct place *at, int rc)
{
	/*
	 * What a directory listed and then has not, vanished; what only the caller named may never
	 * have been.
	 */
	bool listed = !at->dir->base && !ctx_flag(worker->ctx, CE_NAMES);
	if (listed && rc == -ENOENT)
		report_changed(worker, at, "vanished");
	else if (rc == -ESTALE)
		report_changed(worker, at, "keeps being exchanged");
	else
		report_error(worker, at, CE_OP_OPEN, rc);
}

/* The holder of a lease has 45 seconds by default to give it up (lease-break-time in proc(5)). */
#define LEASE_TRIES 1200
#define LEASE_PAUSE_NS 50000000L

static int open_leased(
	struct worker *worker, struct object *ret, const struct place *at, unsigned char type)
{
	int rc;
	for (int tries = 0; tries < LEASE_TRIES; tries++) {
		rc = object_open(ret, at->fds[CE_SIDE_SOURCE], at->name, type);
		if (rc != -EAGAIN || ctx_stopped(worker->ctx))
			break;
		nanosleep(&(struct timespec){ .tv_nsec = LEASE_PAUSE_NS }, NULL);
	}
	return rc;
}

void copy_object(struct worker *worker, const struct place *at, unsigned char type)
{
	AUTO_OBJECT src = OBJECT_NONE;
	int rc;
	if (link_unopened(worker, at))
		return;
	WITH_FDS(&worker->ctx->dirs, rc, open_leased(worker, &src, at, type));
	if (rc < 0) {
		stats_add(&worker->stats, done_objects, 1);
		report_open_error(worker, at, rc);
		return;
	}
	count_found(worker, &src);
	if (copy_skips_mount(worker, at->dir, &src)) {
		stats_add(&worker->stats, other_mounts, 1);
		count_done(worker, &src);
	} else {
		copy_found(worker, at, &src);
	}
}

static void copy_waiter(struct worker *worker, const struct waiter *waiter)
{
	struct dircache *dirs = &worker->ctx->dirs;
	struct place at = {
		.dir = waiter->dir, .name = waiter->name, .dest_name = waiter->dest_name
	};
	AUTO_OBJECT src = OBJECT_NONE;
	int rc = place_pin(dirs, &at);
	if (rc == 0)
		WITH_FDS(dirs, rc,
			open_leased(worker, &src, &at, (unsigned char)IFTODT(waiter->mode)));
	if (rc < 0) {
		stats_add(&worker->stats, done_objects, 1);
		report_open_error(worker, &at, rc);
	} else {
		copy_found(worker, &at, &src);
	}
	place_unpin(dirs, &at);
}

/*
 * A name that waited may become the first of its group once more, when the one before it failed,
 * and have others waiting for it. These come next: with a call inside a call for each name that
 * fails, each with its fds, neither the stack nor the fds would do.
 */
void copy_waiters(struct worker *worker, struct waiter *waiters)
{
	struct waiter *last = waiters, *first = worker->waiters;
	if (!waiters)
		return;
	while (last->next)
		last = last->next;
	if (first) {
		last->next = first->next;
		first->next = waiters;
		return;
	}
	worker->waiters = waiters;
	while ((first = worker->waiters)) {
		if (!ctx_stopped(worker->ctx))
			copy_waiter(worker, first);
		worker->ctx->release_dir(worker, first->dir);
		worker->waiters = first->next;
		free(first);
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
	if (target_commit(worker, at, dirfd, target, 0) < 0)
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
