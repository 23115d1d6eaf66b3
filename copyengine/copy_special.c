/* copy_special.c - objects without content: fifos, sockets, devices, overlay whiteouts. */
#include "copy.h"

#include <errno.h>
#include <sys/sysmacros.h>

/* Private until everything else is right, as regular files are. */
static int make_node(struct worker *worker, int dirfd, const char *name, void *arg)
{
	(void)worker;
	const struct statx *st = arg;
	dev_t dev = makedev(st->stx_rdev_major, st->stx_rdev_minor);
	return mknodat(dirfd, name, (st->stx_mode & S_IFMT) | 0600, dev) < 0 ? -errno : 0;
}

enum copy_result copy_special(struct worker *worker, const struct place *at,
	const struct object *src, struct copy_made *ret_made)
{
	struct target target;
	struct statx st = src->st;
	return copy_node(worker, at, src, target_make(worker, at, src, make_node, &st, &target),
		&target, ret_made);
}

/*
 * What was made by name is opened by name: make sure that it is ours and not something that was
 * put in its place, before giving it rights.
 */
static bool is_ours(const struct worker *worker, const struct place *at, const struct object *src,
	const struct object *dst)
{
	struct statx parent;
	bool owned = dst->st.stx_uid == worker->ctx->uid;
	/* A file system that makes up owners gives the directory's to everything. */
	if (!owned && atomic_load(&at->dir->pair->dest->own_rights))
		owned = sys_fstat(at->fds[CE_SIDE_DEST], &parent) == 0
			&& parent.stx_uid == dst->st.stx_uid;
	return owned && (src->st.stx_mode & S_IFMT) == (dst->st.stx_mode & S_IFMT)
		&& dst->st.stx_nlink == 1 && sys_rdev(&src->st) == sys_rdev(&dst->st);
}

enum copy_result copy_node(struct worker *worker, const struct place *at, const struct object *src,
	enum target_outcome outcome, struct target *target, struct copy_made *ret_made)
{
	if (outcome == TARGET_NOTHING)
		return COPY_FAILED;
	AUTO_OBJECT dst = OBJECT_NONE;
	int dirfd = at->fds[CE_SIDE_DEST];
	int rc;
	WITH_FDS(&worker->ctx->dirs, rc, object_open_path(&dst, dirfd, target_name(target, at)));
	bool fresh = outcome == TARGET_MADE;
	if (rc == 0 && !(fresh ? is_ours(worker, at, src, &dst) : target_is_existing(target, &dst)))
		rc = -ESTALE;
	if (rc < 0) {
		if (fresh && rc != -ESTALE)
			target_abort(at, dirfd, target);
		report_error(worker, at, CE_OP_CREATE, rc);
		return COPY_FAILED;
	}
	ret_made->st = dst.st;
	return fresh ? copy_seal(worker, at, target, src, &dst)
		     : copy_repair(worker, at, at->dir->pair->dest, src, &dst);
}
