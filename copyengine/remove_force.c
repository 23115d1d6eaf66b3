/*
 * remove_force.c - removing one name, whatever protects it: immutable and append-only flags, for
 * who may change them, and missing rights, for the owner.
 *
 * Nothing is looked at before something was refused. A directory is changed through its own fd; an
 * object by name, where another may stand by then, so it must be on the mount it is expected on. It
 * gets its flags back if it turns out to live on, under another name or in another place.
 */
#include "remove_private.h"

#include "base/fd.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>

#define FREEZING (FS_XFLAG_IMMUTABLE | FS_XFLAG_APPEND)

/* Take off the flags that forbid removing; *ret_flags: those that were there. */
static int thaw(int fd, bool path_only, uint32_t *ret_flags)
{
	struct sys_fileattr attr;
	int rc = sys_getfileattr(fd, path_only, &attr);
	if (rc < 0)
		return rc;
	uint32_t flags = attr.xflags & FREEZING;
	attr.xflags &= ~(uint32_t)FREEZING;
	rc = flags ? sys_setfileattr(fd, path_only, &attr) : 0;
	if (rc == 0)
		*ret_flags = flags;
	return rc;
}

static void freeze(int fd, bool path_only, uint32_t flags)
{
	struct sys_fileattr attr;
	if (!flags || sys_getfileattr(fd, path_only, &attr) < 0)
		return;
	attr.xflags |= flags;
	sys_setfileattr(fd, path_only, &attr);
}

void remove_freeze(struct dir *dir, int fd)
{
	if (fd >= 0)
		freeze(fd, false, dir->meta.flags);
}

/* What is told of what was not thawed: that it may not be removed, or that storage failed. */
static int refusal(int rc)
{
	return rc == -EIO || rc == -ENOSPC ? rc : -EPERM;
}

/* Returns 0 if a directory was frozen and is not any more, by us or by another worker. */
static int thaw_dir(struct worker *worker, struct dir *dir, int fd)
{
	uint32_t flags = 0;
	pthread_mutex_lock(&worker->ctx->frozen_lock);
	int rc = thaw(fd, false, &flags);
	dir->meta.flags |= flags;
	bool thawed = dir->meta.flags != 0;
	pthread_mutex_unlock(&worker->ctx->frozen_lock);
	return thawed ? 0 : refusal(rc);
}

/* Give the owner all rights to a directory, if that is the caller. Returns whether it is. */
static bool allow(const struct worker *worker, int fd)
{
	struct statx st;
	if (sys_fstat(fd, &st) < 0 || st.stx_uid != worker->ctx->uid || !S_ISDIR(st.stx_mode))
		return false;
	return (st.stx_mode & 0700) == 0700 || sys_chmod(fd, (st.stx_mode & 07777) | 0700) == 0;
}

/*
 * Something in dir was refused with rc. Returns 0 if it is worth another try, or else what is told.
 * The directory that a path is in is not ours to change.
 */
static int open_up(struct worker *worker, struct dir *dir, int fd, int rc)
{
	if (dir->base)
		return rc;
	if (rc == -EPERM)
		return thaw_dir(worker, dir, fd);
	return rc == -EACCES && allow(worker, fd) ? 0 : rc;
}

static int unlink_once(struct worker *worker, const struct place *at, int flags)
{
	int fd = at->fds[CE_SIDE_SOURCE];
	int rc = sys_unlink(fd, at->name, flags);
	if (rc == 0)
		return 0;
	rc = open_up(worker, at->dir, fd, rc);
	return rc < 0 ? rc : sys_unlink(fd, at->name, flags);
}

static int unlink_frozen(struct worker *worker, const struct place *at)
{
	AUTO_OBJECT object = OBJECT_NONE;
	int fd = at->fds[CE_SIDE_SOURCE], rc;
	uint32_t flags = 0;
	WITH_FDS(&worker->ctx->dirs, rc, object_open(&object, fd, at->name, DT_UNKNOWN));
	if (rc < 0)
		return rc == -ENOENT ? rc : -EPERM;
	if (S_ISDIR(object.st.stx_mode))
		return -EISDIR;
	if (object.st.stx_mnt_id != at->dir->mount_id)
		return -EBUSY;
	rc = thaw(object.fd, object.path_only, &flags);
	if (rc < 0)
		return refusal(rc);
	rc = sys_unlink(fd, at->name, 0);
	if (sys_fstat(object.fd, &object.st) == 0 && object.st.stx_nlink > 0)
		freeze(object.fd, object.path_only, flags);
	return rc;
}

int remove_name(struct worker *worker, const struct place *at)
{
	int rc = unlink_once(worker, at, 0);
	if (rc != -EPERM)
		return rc;
	/* One at a time: two names of one object would freeze it under each other's hands. */
	pthread_mutex_lock(&worker->ctx->frozen_lock);
	rc = unlink_frozen(worker, at);
	pthread_mutex_unlock(&worker->ctx->frozen_lock);
	return rc;
}

int remove_empty(struct worker *worker, const struct place *at, struct dir *dir, int fd)
{
	int rc = unlink_once(worker, at, AT_REMOVEDIR);
	if (rc != -EPERM || !dir || fd < 0)
		return rc;
	rc = thaw_dir(worker, dir, fd);
	return rc < 0 ? rc : sys_unlink(at->fds[CE_SIDE_SOURCE], at->name, AT_REMOVEDIR);
}

static int open_once(struct worker *worker, const struct place *at, struct object *ret)
{
	int rc;
	WITH_FDS(&worker->ctx->dirs, rc, object_open_dir(ret, at->fds[CE_SIDE_SOURCE], at->name));
	return rc;
}

int remove_open(struct worker *worker, const struct place *at, struct object *ret)
{
	int rc = open_once(worker, at, ret);
	if (rc != -EACCES || ctx_flag(worker->ctx, CE_DRY_RUN))
		return rc;
	/* The right to pass through the one it is in, or to read it. */
	if (open_up(worker, at->dir, at->fds[CE_SIDE_SOURCE], rc) == 0)
		rc = open_once(worker, at, ret);
	if (rc != -EACCES)
		return rc;
	AUTO_OBJECT path = OBJECT_NONE;
	WITH_FDS(
		&worker->ctx->dirs, rc, object_open_path(&path, at->fds[CE_SIDE_SOURCE], at->name));
	if (rc < 0)
		return rc;
	return allow(worker, path.fd) ? open_once(worker, at, ret) : -EACCES;
}
