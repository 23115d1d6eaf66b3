/*
 * meta.c - the metadata of one object, and the one order in which it can be given to a copy:
 *
 *   1. owner       clears set-id bits and capabilities, so before both; and while the object is
 *                  still private, so that nobody reads it under the wrong owner
 *   2. project id  needs no particular place, but must come before the flags forbid it
 *   3. xattrs      need the owner's write permission, so before a read-only mode; ACLs travel
 *                  here and bring the permission bits with them
 *   4. mode        opens the object to others, set-id bits included, when all else is right
 *   5. times       all before would have moved them; a copy with its source's mtime is complete
 *   6. flags       immutable and append-only forbid all of the above
 */
#include "meta.h"

#include "acl.h"
#include "xattr.h"

#include <errno.h>
#include <linux/fs.h>

static const struct {
	uint32_t xflag, flag;
} xfs_flags[] = {
	{ FS_XFLAG_SYNC, FS_SYNC_FL },
	{ FS_XFLAG_IMMUTABLE, FS_IMMUTABLE_FL },
	{ FS_XFLAG_APPEND, FS_APPEND_FL },
	{ FS_XFLAG_NODUMP, FS_NODUMP_FL },
	{ FS_XFLAG_NOATIME, FS_NOATIME_FL },
	{ FS_XFLAG_DAX, FS_DAX_FL },
	{ FS_XFLAG_PROJINHERIT, FS_PROJINHERIT_FL },
};

static uint32_t flags_from_xflags(uint64_t xflags)
{
	uint32_t flags = 0;
	for (size_t i = 0; i < sizeof(xfs_flags) / sizeof(xfs_flags[0]); i++) {
		if (xflags & xfs_flags[i].xflag)
			flags |= xfs_flags[i].flag;
	}
	return flags;
}

static bool is_unsupported(int rc)
{
	return rc == -ENOTTY || rc == -EOPNOTSUPP || rc == -ENOSYS || rc == -EINVAL || rc == -EBADF;
}

/* Whether the file system would not take it, as opposed to something that broke. */
static bool is_refusal(int rc)
{
	return is_unsupported(rc) || rc == -EPERM || rc == -EACCES || rc == -EOVERFLOW;
}

static void not_set(struct worker *worker, const struct place *at, struct fs *dest,
	enum ce_attr attr, int rc, const char *detail)
{
	if (is_refusal(rc))
		report_loss(worker, at, dest, attr, rc, detail);
	else
		report_attr_error(worker, at, CE_OP_SET_ATTR, attr, rc);
}

/* Flags and project id; on XFS one call tells both. */
static int read_flags(struct fs *fs, const struct object *object, bool project, struct meta *ret)
{
	struct sys_fileattr attr;
	bool attr_known = false;
	if (fs->has_projects && (project || fs->xfs)) {
		attr_known = sys_getfileattr(object->fd, object->path_only, &attr) == 0;
		ret->projid = attr_known ? attr.projid : 0;
	}
	if (attr_known && (fs->xfs || object->path_only)) {
		ret->flags = flags_from_xflags(attr.xflags);
		return 0;
	}
	if (object->path_only || atomic_load_explicit(&fs->no_flags, memory_order_relaxed))
		return 0;
	int rc = sys_getflags(object->fd, &ret->flags);
	if (!is_unsupported(rc))
		return rc;
	if (!fs->layered)
		atomic_store_explicit(&fs->no_flags, true, memory_order_relaxed);
	return 0;
}

static struct timespec timespec_of(struct statx_timestamp t)
{
	return (struct timespec){ .tv_sec = t.tv_sec, .tv_nsec = t.tv_nsec };
}

void meta_read(struct worker *worker, const struct place *at, struct fs *fs,
	const struct object *object, struct meta *ret)
{
	const struct statx *st = &object->st;
	*ret = (struct meta){ .mode = st->stx_mode,
		.uid = st->stx_uid,
		.gid = st->stx_gid,
		.atime = timespec_of(st->stx_atime),
		.mtime = timespec_of(st->stx_mtime) };
	const struct ctx *ctx = worker->ctx;
	if (!ctx_keeps(ctx, CE_ATTR_FLAGS | CE_ATTR_PROJECT))
		return;
	int rc = read_flags(fs, object, ctx_keeps(ctx, CE_ATTR_PROJECT), ret);
	if (rc < 0)
		report_attr_error(worker, at, CE_OP_READ_ATTR, CE_ATTR_FLAGS, rc);
}

/* State of one meta_apply(). */
struct apply {
	struct worker *worker;
	const struct place *at;
	struct fs *dest;
	const struct object *src, *dst;
	const struct meta *want;
	struct meta *have;
	bool mode_exact;
	bool look_only;
	bool changed;
};

/* Something is to be changed: when only looking, that is all there is to know. */
static bool only_looking(struct apply *a)
{
	a->changed |= a->look_only;
	return a->look_only;
}

/* An existing object that is frozen refuses for itself: nothing is wrong with its file system. */
static void refused(struct apply *a, enum ce_attr attr, int rc)
{
	if (rc == -EPERM && (a->have->flags & META_FLAGS_FREEZING))
		report_attr_error(a->worker, a->at, CE_OP_SET_ATTR, attr, rc);
	else
		not_set(a->worker, a->at, a->dest, attr, rc, NULL);
}

/* Look again at the copy, where the file system says yes and may do nothing. */
static bool look_again(const struct apply *a, struct statx *ret)
{
	return atomic_load_explicit(&a->dest->own_rights, memory_order_relaxed)
		&& sys_fstat(a->dst->fd, ret) == 0;
}

static int chown_to(struct apply *a, uint32_t uid, uint32_t gid)
{
	/* -1 means "leave it": an object owned by that id cannot be copied. */
	if (a->want->uid == UINT32_MAX || a->want->gid == UINT32_MAX)
		return -EINVAL;
	struct statx st;
	int rc = sys_chown(a->dst->fd, uid, gid);
	if (rc == 0 && look_again(a, &st)
		&& ((uid != UINT32_MAX && st.stx_uid != uid)
			|| (gid != UINT32_MAX && st.stx_gid != gid)))
		rc = -EOPNOTSUPP;
	if (rc < 0)
		return rc;
	a->changed = true;
	a->mode_exact = false; /* the kernel may have cleared set-id bits */
	if (uid != UINT32_MAX)
		a->have->uid = uid;
	if (gid != UINT32_MAX)
		a->have->gid = gid;
	return 0;
}

static void apply_owner(struct apply *a)
{
	const struct meta *want = a->want;
	bool same = a->have->uid == want->uid && a->have->gid == want->gid;
	if (same || !ctx_keeps(a->worker->ctx, CE_ATTR_OWNER) || only_looking(a))
		return;
	int rc = chown_to(a, want->uid, want->gid);
	if (rc == 0)
		return;
	/* Not root: the group may still be one of ours. */
	if (rc == -EPERM && a->have->gid != want->gid && chown_to(a, UINT32_MAX, want->gid) == 0
		&& a->have->uid == want->uid)
		return;
	refused(a, CE_ATTR_OWNER, rc);
}

static void apply_project(struct apply *a)
{
	if (a->want->projid == a->have->projid || !ctx_keeps(a->worker->ctx, CE_ATTR_PROJECT)
		|| a->look_only)
		return;
	struct sys_fileattr attr;
	int rc = sys_getfileattr(a->dst->fd, a->dst->path_only, &attr);
	if (rc == 0) {
		attr.projid = a->want->projid;
		rc = sys_setfileattr(a->dst->fd, a->dst->path_only, &attr);
	}
	/* Some file systems say yes and do nothing. */
	if (rc == 0)
		rc = sys_getfileattr(a->dst->fd, a->dst->path_only, &attr);
	if (rc == 0 && attr.projid != a->want->projid)
		rc = -EOPNOTSUPP;
	if (rc < 0)
		refused(a, CE_ATTR_PROJECT, rc);
	else
		a->changed = true;
}

uint32_t meta_mode(const struct ctx *ctx, uint32_t source_mode)
{
	if (ctx_keeps(ctx, CE_ATTR_MODE))
		return source_mode;
	uint32_t usual = S_ISDIR(source_mode) ? 0777 : 0666;
	return (source_mode & S_IFMT) | (usual & ~(uint32_t)ctx->umask);
}

/* Set-id bits hand out the owner's rights: they stay behind where the owner did. */
static uint32_t wanted_mode(const struct apply *a, bool acl_lost)
{
	const struct ctx *ctx = a->worker->ctx;
	uint32_t mode = acl_lost && ctx_keeps(ctx, CE_ATTR_MODE) ? acl_mode_without(a->src)
								 : meta_mode(ctx, a->want->mode);
	if (S_ISDIR(mode))
		return mode;
	if (a->have->uid != a->want->uid)
		mode &= ~(uint32_t)S_ISUID;
	if (a->have->gid != a->want->gid)
		mode &= ~(uint32_t)S_ISGID;
	return mode;
}

/*
 * For who is not root and not of the group, the kernel takes the set-group-id bit in silence. Other
 * file systems take more.
 */
static uint32_t kept_mode(const struct apply *a, uint32_t mode)
{
	struct statx st;
	bool doubtful = (mode & S_ISGID) && a->worker->ctx->uid != 0;
	if (look_again(a, &st) || (doubtful && sys_fstat(a->dst->fd, &st) == 0))
		return st.stx_mode;
	return mode;
}

static void apply_mode(struct apply *a, const struct xattr_outcome *outcome, bool fresh)
{
	/* Without the mode an existing object has its own, and an ACL brings one. */
	bool other_mode = !ctx_keeps(a->worker->ctx, CE_ATTR_MODE) && (!fresh || outcome->acl_set);
	if (S_ISLNK(a->want->mode) || other_mode)
		return;
	uint32_t mode = wanted_mode(a, outcome->acl_lost);
	bool keeps_mode = ctx_keeps(a->worker->ctx, CE_ATTR_MODE);
	if (keeps_mode && (a->want->mode & 06000 & ~mode) && !a->look_only)
		report_loss(a->worker, a->at, a->dest, CE_ATTR_MODE, -EPERM, "set-id bits");
	if ((a->mode_exact && !outcome->acl_set && a->have->mode == mode) || only_looking(a))
		return;
	int rc = sys_chmod(a->dst->fd, mode & 07777);
	if (rc < 0) {
		refused(a, CE_ATTR_MODE, rc);
		return;
	}
	a->changed |= a->have->mode != mode;
	a->have->mode = kept_mode(a, mode);
	if ((a->have->mode ^ mode) & 0777)
		not_set(a->worker, a->at, a->dest, CE_ATTR_MODE, -EOPNOTSUPP, NULL);
	if (keeps_mode && (mode & 06000 & ~a->have->mode))
		report_loss(a->worker, a->at, a->dest, CE_ATTR_MODE, -EPERM, "set-id bits");
}

static bool same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

/* Whether a time may be beyond what a file system can hold: outside of 32 bits. */
static bool is_far(const struct timespec *t)
{
	return t->tv_sec < 0 || t->tv_sec > INT32_MAX;
}

static bool is_fine(const struct timespec *t)
{
	return t->tv_nsec % 100 != 0;
}

/*
 * The kernel rounds and clamps times in silence to what the file system can hold. Whether it holds
 * nanoseconds is found out once; far times and file systems that do not are looked at each time.
 */
static void check_times(struct apply *a)
{
	const struct meta *want = a->want;
	bool fine = is_fine(&want->atime) && is_fine(&want->mtime);
	if (atomic_load_explicit(&a->dest->fine_times, memory_order_relaxed)
		&& !is_far(&want->atime) && !is_far(&want->mtime))
		return;
	struct statx st;
	if (sys_fstat(a->dst->fd, &st) < 0)
		return;
	struct timespec atime = timespec_of(st.stx_atime), mtime = timespec_of(st.stx_mtime);
	bool atime_kept = same_time(&atime, &want->atime),
	     mtime_kept = same_time(&mtime, &want->mtime);
	if (!mtime_kept && ctx_keeps(a->worker->ctx, CE_ATTR_MTIME))
		report_loss(a->worker, a->at, a->dest, CE_ATTR_MTIME, -EOVERFLOW, "rounded");
	if (!atime_kept && ctx_keeps(a->worker->ctx, CE_ATTR_ATIME))
		report_loss(a->worker, a->at, a->dest, CE_ATTR_ATIME, -EOVERFLOW, "rounded");
	if (fine && atime_kept && mtime_kept)
		atomic_store_explicit(&a->dest->fine_times, true, memory_order_relaxed);
}

static void apply_times(struct apply *a, bool fresh)
{
	const struct ctx *ctx = a->worker->ctx;
	bool atime = ctx_keeps(ctx, CE_ATTR_ATIME), mtime = ctx_keeps(ctx, CE_ATTR_MTIME);
	bool same = (!atime || same_time(&a->have->atime, &a->want->atime))
		&& (!mtime || same_time(&a->have->mtime, &a->want->mtime));
	if (a->look_only || (!atime && !mtime) || (!fresh && same))
		return;
	struct timespec times[2] = { a->want->atime, a->want->mtime };
	if (!atime)
		times[0].tv_nsec = UTIME_OMIT;
	if (!mtime)
		times[1].tv_nsec = UTIME_OMIT;
	int rc = sys_utimes(a->dst->fd, times);
	if (rc < 0) {
		bool only_atime = !mtime || same_time(&a->have->mtime, &a->want->mtime);
		refused(a, !fresh && only_atime ? CE_ATTR_ATIME : CE_ATTR_MTIME, rc);
		return;
	}
	a->changed = true;
	check_times(a);
}

/* As many of the flags as the file system takes, one by one. */
static void set_each_flag(int fd, uint32_t now, uint32_t want)
{
	for (uint32_t bit = 1; bit; bit <<= 1) {
		uint32_t next = (now & ~bit) | (want & bit);
		if ((META_FLAGS & bit) && next != now && sys_setflags(fd, next) == 0)
			now = next;
	}
}

/* Set the flags and see what came of it: some file systems ignore what they do not know. */
static int set_file_flags(int fd, uint32_t now, uint32_t wanted, uint32_t *ret_got)
{
	int rc = sys_setflags(fd, (now & ~(uint32_t)META_FLAGS) | wanted);
	if (rc < 0)
		set_each_flag(fd, now, wanted);
	sys_getflags(fd, ret_got);
	return rc;
}

/* The same for a symbolic link or special file, which only newer kernels can do. */
static int set_path_flags(int fd, uint32_t wanted, uint32_t *ret_got)
{
	struct sys_fileattr attr;
	int rc = sys_getfileattr(fd, true, &attr);
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < sizeof(xfs_flags) / sizeof(xfs_flags[0]); i++) {
		attr.xflags &= ~(uint64_t)xfs_flags[i].xflag;
		attr.xflags |= wanted & xfs_flags[i].flag ? xfs_flags[i].xflag : 0;
	}
	rc = sys_setfileattr(fd, true, &attr);
	if (sys_getfileattr(fd, true, &attr) == 0)
		*ret_got = flags_from_xflags(attr.xflags);
	return rc;
}

bool meta_set_flags(struct worker *worker, const struct place *at, struct fs *dest,
	const struct object *dst, const struct meta *want, const struct meta *have)
{
	uint32_t wanted = want->flags & META_FLAGS, noted = want->flags & META_FLAGS_NOTED;
	if (!ctx_keeps(worker->ctx, CE_ATTR_FLAGS))
		return false;
	if (wanted == (have->flags & META_FLAGS) && !noted)
		return false;
	uint32_t got = 0;
	int rc = dst->path_only ? set_path_flags(dst->fd, wanted, &got)
				: set_file_flags(dst->fd, have->flags, wanted, &got);
	if ((got & META_FLAGS) != wanted || (got & noted) != noted)
		not_set(worker, at, dest, CE_ATTR_FLAGS, is_refusal(rc) ? rc : -EOPNOTSUPP, NULL);
	return (got & META_FLAGS) != (have->flags & META_FLAGS);
}

void meta_set_early_flags(
	struct worker *worker, const struct object *dst, const struct meta *want, struct meta *have)
{
	uint32_t differing = (want->flags ^ have->flags) & META_FLAGS_EARLY;
	if (!differing || !ctx_keeps(worker->ctx, CE_ATTR_FLAGS))
		return;
	uint32_t flags = have->flags;
	for (uint32_t bit = 1; bit; bit <<= 1) {
		if ((differing & bit) && sys_setflags(dst->fd, flags ^ bit) == 0)
			flags ^= bit;
	}
	have->flags = flags; /* what is still missing is reported when the rest is set */
}

/* Whether an existing object is to be changed at all. */
static bool any_difference(const struct apply *a, const struct meta_have *have)
{
	struct meta_have look = *have;
	look.look_only = true;
	return !same_time(&have->meta.mtime, &a->want->mtime)
		|| !same_time(&have->meta.atime, &a->want->atime)
		|| have->meta.projid != a->want->projid
		|| meta_apply(a->worker, a->at, a->dest, a->src, a->dst, a->want, &look, false);
}

/*
 * An existing object that is frozen as the source's is has that from an earlier copy: it is thawed
 * for the change and frozen again with the other flags. One that is frozen for other reasons is
 * not.
 */
void meta_thaw(const struct object *dst, const struct meta *want, struct meta *have)
{
	uint32_t freezing = have->flags & want->flags & META_FLAGS_FREEZING;
	if (freezing && sys_setflags(dst->fd, have->flags & ~freezing) == 0)
		have->flags &= ~freezing;
}

/*
 * Whether an existing object that may be frozen can be changed, having thawed it if it is for us
 * to.
 */
static bool may_change(const struct apply *a, struct meta_have *have)
{
	uint32_t freezing = have->meta.flags & META_FLAGS_FREEZING;
	bool differs = freezing && any_difference(a, have);
	bool foreign = freezing & ~a->want->flags;
	if (foreign && (differs || ctx_keeps(a->worker->ctx, CE_ATTR_FLAGS))) {
		report_attr_error(a->worker, a->at, CE_OP_SET_ATTR, CE_ATTR_FLAGS, -EPERM);
		return false;
	}
	if (differs)
		meta_thaw(a->dst, a->want, &have->meta);
	return true;
}

bool meta_apply(struct worker *worker, const struct place *at, struct fs *dest,
	const struct object *src, const struct object *dst, const struct meta *want,
	struct meta_have *have, bool with_flags)
{
	struct apply a = { .worker = worker,
		.at = at,
		.dest = dest,
		.src = src,
		.dst = dst,
		.want = want,
		.have = &have->meta,
		.mode_exact = have->mode_exact,
		.look_only = have->look_only };
	if (!have->fresh && !have->look_only && !may_change(&a, have))
		return false;
	apply_owner(&a);
	apply_project(&a);
	struct xattr_outcome outcome = xattr_copy(&(struct xattr_job){ .worker = worker,
		.at = at,
		.dest = dest,
		.src = src,
		.dst = dst,
		.fresh = have->fresh,
		.look_only = have->look_only,
		.inherited_acl = have->inherited_acl,
		.names_listed = have->names_listed,
		.names_size = have->names_size });
	a.changed |= outcome.changed;
	apply_mode(&a, &outcome, have->fresh);
	apply_times(&a, have->fresh);
	if (with_flags && !have->look_only)
		a.changed |= meta_set_flags(worker, at, dest, dst, want, &have->meta);
	return a.changed;
}

struct birth meta_birth(struct worker *worker, const struct place *at, struct fs *dest,
	const struct object *dst, uint32_t mode)
{
	struct birth birth;
	if (dir_get_birth(at->dir, &birth))
		return birth;
	struct object object = *dst;
	if (sys_fstat(object.fd, &object.st) < 0)
		return (struct birth){ .uid = UINT32_MAX, .gid = UINT32_MAX, .acl = true };
	struct meta meta;
	meta_read(worker, at, dest, &object, &meta);
	ssize_t acl = sys_getxattr(object.fd, false, XATTR_ACL_ACCESS, worker->value, 0);
	birth = (struct birth){ .uid = meta.uid,
		.gid = meta.gid,
		.flags = meta.flags,
		.projid = meta.projid,
		.acl = acl > 0,
		.mode_kept = worker->own_umask && acl <= 0 && (meta.mode & 07777) == mode };
	if (worker->own_umask && acl <= 0 && !birth.mode_kept)
		atomic_store_explicit(&dest->own_rights, true, memory_order_relaxed);
	dir_set_birth(at->dir, &birth);
	return birth;
}
