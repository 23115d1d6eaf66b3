/*
 * copy_file.c - regular files.
 *
 *   open the source ─► make the copy, private ─► content ─► was the source changed meanwhile?
 *        ─► metadata ─► final name
 *
 * A large file is split: its pieces are taken by whichever worker is free, through one job that is
 * passed on like a baton: who takes a piece first queues the job again, then copies the piece. The
 * worker that finishes the last piece finishes the file.
 */
#include "copy.h"

#include "data.h"
#include "job.h"
#include "xattr.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Files from this size on are split, where there may be more than one worker. */
#define SPLIT_MIN (4 * DATA_PIECE)

/* One file on its way. */
struct file {
	struct place at;
	struct object *src;
	struct object dst;
	struct target target;
	struct meta want;
	struct meta_have have;
	struct hardlink *group;
};

/* A file whose pieces several workers copy. */
struct split {
	struct job job;
	struct file file;
	struct object src;
	struct data data; /* the template for the pieces */
	_Atomic off_t next;
	off_t size;
	_Atomic off_t ended; /* where the source ended early; else size */
	atomic_uint users;   /* workers at it, and the queued job */
	atomic_int error;
	enum ce_op op; /* of the first error */
	char names[];
};

/* For target_make(). */
struct maker_arg {
	mode_t mode;
	int fd;
};

static int make_file(struct worker *worker, int dirfd, const char *name, void *arg)
{
	struct maker_arg *made = arg;
	int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;
	WITH_FDS(&worker->ctx->dirs, made->fd, sys_openat(dirfd, name, flags, made->mode));
	return made->fd < 0 ? made->fd : 0;
}

/*
 * The mode to create with. A copy is open to others from the start only if it has the right owner
 * by birth and nothing else is to come; otherwise it is private until all is right.
 */
static mode_t create_mode(const struct worker *worker, const struct file *file)
{
	struct birth birth;
	mode_t mode = (mode_t)meta_mode(worker->ctx, file->src->st.stx_mode) & 07777;
	bool ours = worker->own_umask && dir_get_birth(file->at.dir, &birth) && !birth.acl
		&& birth.uid == file->want.uid && birth.gid == file->want.gid;
	return ours && !(mode & 07000) && file->have.names_size == 0 ? mode : 0600;
}

static enum copy_result file_failed(struct worker *worker, struct file *file, enum ce_op op, int rc)
{
	report_error(worker, &file->at, op, rc);
	target_abort(&file->at, file->at.fds[CE_SIDE_DEST], &file->target);
	object_close(&file->dst);
	return COPY_FAILED;
}

static bool same_time(struct statx_timestamp a, struct statx_timestamp b)
{
	return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

/* Whether the source is still what it was when its copy began. */
static const char *change_of(const struct object *src)
{
	const struct statx *then = &src->st;
	struct statx now;
	if (sys_fstat(src->fd, &now) < 0)
		return NULL;
	if (now.stx_size != then->stx_size)
		return now.stx_size > then->stx_size ? "grew" : "shrank";
	if (!same_time(now.stx_mtime, then->stx_mtime))
		return "modified";
	return now.stx_nlink == 0 && then->stx_nlink > 0 ? "removed" : NULL;
}

/* Whether the source's holes are to be kept, and it may have some. */
static bool has_holes(const struct worker *worker, const struct statx *st)
{
	return ctx_keeps(worker->ctx, CE_ATTR_SPARSE) && st->stx_blocks * 512 < st->stx_size;
}

/* Whether a file has a hole before its end. Compression also makes files small without one. */
static bool has_hole(int fd, off_t size)
{
	off_t hole = lseek(fd, 0, SEEK_HOLE);
	return hole >= 0 && hole < size;
}

/* A file system without holes fills them up. */
static void check_holes(struct worker *worker, const struct file *file)
{
	const struct statx *st = &file->src->st;
	bool wanted = worker->ctx->options.sparse != CE_SPARSE_NEVER && has_holes(worker, st);
	if (wanted && has_hole(file->src->fd, (off_t)st->stx_size)
		&& !has_hole(file->dst.fd, (off_t)st->stx_size))
		report_loss(worker, &file->at, file->at.dir->pair->dest, CE_ATTR_SPARSE,
			-EOPNOTSUPP, NULL);
}

/*
 * Without the source's mtime the next CE_EXISTING_UPDATE copies it again. The one that the copy has
 * by itself would not do: clocks are coarse, and the last change of the source may have the same.
 * But no change makes the source older than it was.
 */
static void set_older(struct timespec *mtime)
{
	mtime->tv_sec -= mtime->tv_nsec == 0;
	mtime->tv_nsec = mtime->tv_nsec ? mtime->tv_nsec - 1 : 999999999;
}

static int duplicate(int fd)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	return copy < 0 ? -errno : copy;
}

/* Content is there: metadata, then the final name. */
static enum copy_result file_finish(
	struct worker *worker, struct file *file, struct copy_made *ret_made)
{
	struct fs *dest = file->at.dir->pair->dest;
	const char *change = change_of(file->src);
	if (change) {
		report_changed(worker, &file->at, change);
		set_older(&file->want.mtime);
	}
	check_holes(worker, file);
	bool frozen_later = file->group && (file->want.flags & META_FLAGS_FREEZING);
	ret_made->flags = frozen_later ? file->want.flags & META_FLAGS_FREEZING : 0;
	file->want.flags &= ~ret_made->flags;
	meta_apply(worker, &file->at, dest, file->src, &file->dst, &file->want, &file->have, false);
	if (file->src->st.stx_nlink > 1 && sys_fstat(file->dst.fd, &ret_made->st) < 0)
		return file_failed(worker, file, CE_OP_LINK, -EIO);
	/*
	 * Flags come after the name, since an immutable file cannot be renamed; the name after
	 * closing, which may tell that the content is not there. So an fd is kept for them.
	 */
	bool flags = (file->want.flags ^ file->have.meta.flags) & (META_FLAGS | META_FLAGS_NOTED);
	AUTO_OBJECT kept = OBJECT_NONE;
	if (flags)
		WITH_FDS(&worker->ctx->dirs, kept.fd, duplicate(file->dst.fd));
	int rc = close(fd_take(&file->dst.fd)) < 0 ? -errno : 0;
	if (rc < 0)
		return file_failed(worker, file, CE_OP_CLOSE, rc);
	if (target_commit(worker, &file->at, file->at.fds[CE_SIDE_DEST], &file->target,
		    file->want.flags | ret_made->flags)
		< 0)
		return COPY_FAILED;
	if (kept.fd >= 0)
		meta_set_flags(worker, &file->at, dest, &kept, &file->want, &file->have.meta);
	else if (flags)
		report_attr_error(worker, &file->at, CE_OP_SET_ATTR, CE_ATTR_FLAGS, kept.fd);
	report_object(worker, &file->at,
		file->target.replacing ? CE_ACTION_REPLACED : CE_ACTION_CREATED, file->want.mode);
	return COPY_DONE;
}

static struct split *split_new(const struct file *file, const struct data *data)
{
	size_t size = strlen(file->at.name) + 1, dest_size = strlen(file->at.dest_name) + 1;
	struct split *split = calloc(1, sizeof(*split) + size + dest_size);
	if (!split)
		return NULL;
	split->file = *file;
	split->src = *file->src;
	split->file.src = &split->src;
	split->file.at.name = memcpy(split->names, file->at.name, size);
	split->file.at.dest_name = memcpy(split->names + size, file->at.dest_name, dest_size);
	split->data = *data;
	split->size = data->end;
	split->file.have.names_listed = false;
	atomic_init(&split->ended, data->end);
	split->job.kind = JOB_PIECE;
	atomic_init(&split->users, 1);
	return split;
}

/* Hand a large file over to its pieces. False: copy it whole. */
static bool try_split(struct worker *worker, struct file *file, const struct data *data)
{
	struct ctx *ctx = worker->ctx;
	/* Who copies a group's first name must not depend on others: they may wait for it. */
	if (file->group)
		return false;
	/* Each holds two fds: no more of them than workers. */
	if (atomic_fetch_add(&ctx->split_files, 1) >= ctx->options.threads) {
		atomic_fetch_sub(&ctx->split_files, 1);
		return false;
	}
	struct split *split = split_new(file, data);
	if (!split) {
		atomic_fetch_sub(&ctx->split_files, 1);
		return false;
	}
	/* The directory stays open for the end, when the file gets its name or is removed. */
	dir_pin(&ctx->dirs, file->at.dir, CE_SIDE_DEST);
	split->file.at.fds[CE_SIDE_SOURCE] = -1;
	fd_take(&file->src->fd);
	fd_take(&file->dst.fd);
	atomic_fetch_add(&file->at.dir->pending, 1);
	pool_push(ctx->pool, worker->id, &split->job);
	return true;
}

static void split_shorten(struct split *split, off_t end)
{
	off_t ended = atomic_load(&split->ended);
	while (end < ended && !atomic_compare_exchange_weak(&split->ended, &ended, end))
		;
}

static void split_fail(struct split *split, enum ce_op op, int rc)
{
	int none = 0;
	/* The op is read only after all users are gone, by the one that sees the error. */
	if (atomic_compare_exchange_strong(&split->error, &none, rc))
		split->op = op;
}

/* The last user of a split file: finish it, or remove what there is. */
static void split_finish(struct worker *worker, struct split *split)
{
	struct ctx *ctx = worker->ctx;
	struct file *file = &split->file;
	struct copy_made made = { 0 };
	off_t ended = atomic_load(&split->ended);
	if (ended < split->size && ftruncate(file->dst.fd, ended) < 0)
		split_fail(split, CE_OP_WRITE, -errno);
	int error = atomic_load(&split->error);
	if (error < 0)
		file_failed(worker, file, split->op, error);
	else
		file_finish(worker, file, &made);
	dir_unpin(&ctx->dirs, file->at.dir, CE_SIDE_DEST);
	object_close(&split->src);
	object_close(&file->dst);
	atomic_fetch_sub(&ctx->split_files, 1);
	stats_add(&worker->stats, done_objects, 1);
	ctx->release_dir(worker, file->at.dir);
	free(split);
}

void copy_piece(struct worker *worker, struct job *job)
{
	struct split *split = container_of(job, struct split, job);
	off_t off = atomic_fetch_add(&split->next, DATA_PIECE);
	if (ctx_stopped(worker->ctx))
		split_fail(split, CE_OP_READ, -ECANCELED);
	bool more = split->size - off > DATA_PIECE && atomic_load(&split->error) == 0;
	if (more) {
		atomic_fetch_add(&split->users, 1);
		pool_push(worker->ctx->pool, worker->id, job);
	}
	struct data data = split->data;
	data.off = off;
	data.end = more ? off + DATA_PIECE : split->size;
	if (atomic_load(&split->error) == 0) {
		int rc = data_copy_range(worker, &data);
		if (rc < 0)
			split_fail(split, data.op, rc);
		if (data.ended)
			split_shorten(split, data.off);
		stats_add(&worker->stats, done_bytes, (uint64_t)(data.end - off));
	}
	if (atomic_fetch_sub(&split->users, 1) == 1)
		split_finish(worker, split);
}

/* Where the source ended early, so does the copy. */
static int trim(const struct data *data)
{
	return data->ended && ftruncate(data->dst, data->off) < 0 ? -errno : 0;
}

/* A file above DATA_SMALL. Returns as data_copy_range() does; *ret_split: it goes on elsewhere. */
static int copy_large(struct worker *worker, struct file *file, struct data *data, bool *ret_split)
{
	int rc = data_reflink(worker, data, data->end);
	if (rc != DATA_TRY_NEXT)
		return rc;
	data_direct_begin(worker, data);
	/* By what is there to be copied, not by the holes. */
	bool may_split = !data->direct && (off_t)(file->src->st.stx_blocks * 512) >= SPLIT_MIN
		&& data->end >= SPLIT_MIN && worker->ctx->options.threads > 1;
	/* Holes, and pieces that may be written in any order, need the length first. */
	if ((data->sparse || worker->ctx->options.sparse == CE_SPARSE_ALWAYS || may_split
		    || data->direct)
		&& ftruncate(data->dst, data->end) < 0) {
		data->op = CE_OP_WRITE;
		return -errno;
	}
	*ret_split = may_split && try_split(worker, file, data);
	if (*ret_split)
		return 0;
	rc = data_copy_range(worker, data);
	if (data->direct)
		data_direct_end(worker, data);
	return rc < 0 ? rc : trim(data);
}

/* Whether a file is best read and written at once. A way that the caller chose is for all sizes. */
static bool is_small(const struct worker *worker, const struct data *data)
{
	const struct ce_options *options = &worker->ctx->options;
	if (data->end == 0)
		return true;
	if (data->end > DATA_SMALL || data->sparse || options->methods & ~CE_METHOD_READ_WRITE)
		return false;
	bool share_all = options->reflink == CE_REFLINK_ALWAYS || data->pair->dest->shares_small;
	return !share_all || !data_may(worker, data->pair, CE_METHOD_REFLINK);
}

static enum copy_result copy_content(
	struct worker *worker, struct file *file, struct copy_made *ret_made)
{
	const struct statx *st = &file->src->st;
	struct data data = { .src = file->src->fd,
		.dst = file->dst.fd,
		.end = (off_t)st->stx_size,
		.size = (off_t)st->stx_size,
		.pair = file->at.dir->pair,
		.sparse = has_holes(worker, st) };
	bool split = false;
	int rc;
	if (is_small(worker, &data))
		rc = data_copy_small(worker, &data);
	else
		rc = copy_large(worker, file, &data, &split);
	if (rc < 0)
		return file_failed(worker, file, data.op, rc);
	return split ? COPY_SPLIT : file_finish(worker, file, ret_made);
}

/* The content is the same as that of the file there. */
static enum copy_result repair_file(
	struct worker *worker, const struct file *file, struct copy_made *ret_made)
{
	AUTO_OBJECT dst = OBJECT_NONE;
	int rc;
	WITH_FDS(&worker->ctx->dirs, rc,
		object_open(&dst, file->at.fds[CE_SIDE_DEST], file->at.dest_name, DT_REG));
	if (rc == 0 && !target_is_existing(&file->target, &dst))
		rc = -ESTALE;
	if (rc < 0) {
		report_error(worker, &file->at, CE_OP_REPLACE, rc);
		return COPY_FAILED;
	}
	ret_made->st = dst.st;
	return copy_repair(worker, &file->at, file->at.dir->pair->dest, file->src, &dst);
}

/* What the file just made has by itself, and what must be set while it is empty. */
static void file_made(struct worker *worker, struct file *file, const struct maker_arg *made)
{
	struct fs *dest = file->at.dir->pair->dest;
	file->dst = (struct object){ .fd = made->fd };
	struct birth birth = meta_birth(worker, &file->at, dest, &file->dst, made->mode);
	file->have.meta = (struct meta){ .mode = S_IFREG | made->mode,
		.uid = birth.uid,
		.gid = birth.gid,
		.flags = birth.flags,
		.projid = birth.projid };
	file->have.inherited_acl = birth.acl;
	file->have.mode_exact = birth.mode_kept;
	meta_set_early_flags(worker, &file->dst, &file->want, &file->have.meta);
}

enum copy_result copy_file(struct worker *worker, const struct place *at, struct object *src,
	struct hardlink *group, struct copy_made *ret_made)
{
	struct file file = { .at = *at,
		.src = src,
		.dst = OBJECT_NONE,
		.group = group,
		.have = { .fresh = true, .names_listed = true } };
	meta_read(worker, at, at->dir->pair->source, src, &file.want);
	file.have.names_size = xattr_list_source(worker, at, src);
	struct maker_arg made = { .mode = create_mode(worker, &file) };
	switch (target_make(worker, at, src, make_file, &made, &file.target)) {
	case TARGET_MADE:
		file_made(worker, &file, &made);
		return copy_content(worker, &file, ret_made);
	case TARGET_SAME:
		return repair_file(worker, &file, ret_made);
	case TARGET_NOTHING:
		return COPY_FAILED;
	}
	return COPY_FAILED;
}
