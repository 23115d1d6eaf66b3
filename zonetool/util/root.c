/* root.c - files in the root of a zone whose users may have made there what they liked. */
#include "util/root.h"

#include "util/alloc.h"
#include "util/file.h"
#include "util/root_private.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

enum {
	RESOLVE_TRIES = 1000,
	LOCKING_FLAGS = FS_IMMUTABLE_FL | FS_APPEND_FL,
	NEW_MODE = 0444,
	TEMPORARY_TRIES = 100,
};

/* ---- finding ---- */

int root_openat2(int dir_fd, const char *path, int flags, unsigned mode, uint64_t resolve)
{
	struct open_how how = {
		.flags = (unsigned)flags | O_CLOEXEC, .mode = mode, .resolve = resolve
	};
	/* EAGAIN: while ".." was resolved. */
	for (int i = 0; i < RESOLVE_TRIES; i++) {
		long fd = syscall(SYS_openat2, dir_fd, path, &how, sizeof(how));
		if (fd >= 0)
			return (int)fd;
		if (errno != EAGAIN && errno != EINTR)
			return -errno;
	}
	return -EAGAIN;
}

int root_resolve(int dir_fd, const char *path, int flags)
{
	int fd = root_openat2(
		dir_fd, path, flags, 0, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV);
	return fd == -ENOTDIR ? -ENOENT : fd;
}

int root_reopen(int fd, int flags)
{
	char path[32];
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	int opened = open(path, flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (opened >= 0)
		return opened;
	/* It is there: what is missing is /proc. */
	return errno == ENOENT ? -EIO : -errno;
}

int root_open_regular(int dir_fd, const char *path, int flags)
{
	AUTO_FD fd = root_resolve(dir_fd, path, flags | O_PATH);
	struct stat st;
	if (fd < 0)
		return fd;
	if (fstat(fd, &st) < 0)
		return -errno;
	return S_ISREG(st.st_mode) ? root_reopen(fd, O_RDONLY) : -EINVAL;
}

int root_exists(int root_fd, const char *path, struct messages *messages)
{
	AUTO_FD fd = root_resolve(root_fd, path, O_PATH | O_NOFOLLOW);
	if (fd == -ENOENT)
		return 0;
	return fd < 0 ? root_fail(messages, fd, "look at", path) : 1;
}

/* ---- describing ---- */

char *root_shown(const char *path)
{
	AUTO_STR shown = STR_EMPTY;
	for (const char *c = path; *c; c++)
		if (*c == '\n')
			text_adds(&shown, "\\012");
		else
			text_addc(&shown, *c);
	return text_take(&shown);
}

int root_fail(struct messages *messages, int code, const char *verb, const char *path)
{
	static const struct {
		int code;
		const char *text;
	} reasons[] = {
		{ -EFBIG, "it is larger than such a file can be" },
		{ -EINVAL, "it must be a regular file" },
		{ -ENOSYS, "Linux 5.6 or newer is needed" },
		{ -EXDEV, "a file system is mounted there: unmount it first" },
	};
	const char *reason = strerror(-code);
	for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++)
		if (reasons[i].code == code)
			reason = reasons[i].text;
	AUTO_FREE char *shown = root_shown(path);
	return message_error(messages, code, "cannot %s the zone's /%s: %s", verb, shown, reason);
}

/* ---- flags of chattr(1) ---- */

int root_unlock(int fd)
{
	int flags;
	if (fd < 0 || ioctl(fd, FS_IOC_GETFLAGS, &flags) < 0 || !(flags & LOCKING_FLAGS))
		return 0;
	int without = flags & ~LOCKING_FLAGS;
	return ioctl(fd, FS_IOC_SETFLAGS, &without) < 0 ? 0 : flags & LOCKING_FLAGS;
}

int root_relock(int fd, int flags)
{
	int now;
	if (!flags)
		return 0;
	if (ioctl(fd, FS_IOC_GETFLAGS, &now) < 0)
		return -errno;
	now |= flags;
	return ioctl(fd, FS_IOC_SETFLAGS, &now) < 0 ? -errno : 0;
}

/* ---- reading ---- */

/*
 * Read all of an opened file. What is too large is not begun with: it may be a hole. Returns 0 or a
 * negative errno.
 */
static int read_all(int fd, size_t max, struct str *text)
{
	struct stat st;
	if (fstat(fd, &st) < 0)
		return -errno;
	return st.st_size > 0 && (size_t)st.st_size > max ? -EFBIG : file_read_all(fd, max, text);
}

int root_read(int root_fd, const char *path, size_t max, char **ret_text, size_t *ret_len,
	struct messages *messages)
{
	AUTO_FD fd = root_open_regular(root_fd, path, 0);
	if (fd == -ENOENT)
		return fd;
	AUTO_STR text = STR_EMPTY;
	int rc = fd < 0 ? fd : read_all(fd, max, &text);
	if (rc < 0)
		return root_fail(messages, rc, "read", path);
	*ret_len = text.len;
	*ret_text = text_take(&text);
	return 0;
}

/* ---- replacing ---- */

/* A file on its way. */
struct replacement {
	int dir_fd;
	const char *name;
	char temporary[32]; /* its name until then */
	int model_fd;       /* the file whose attributes it gets, or negative */
	const char *text;
	size_t len;
};

/* Attributes that hold for contents, which are new: the kernel takes them off, too. */
static const char *const content_xattrs[] = { "security.capability", "security.evm",
	"security.ima" };

/* Returns 0 or a negative errno. */
static int copy_xattr(int from_fd, int to_fd, const char *name, char *value)
{
	for (size_t i = 0; i < sizeof(content_xattrs) / sizeof(*content_xattrs); i++)
		if (strcmp(content_xattrs[i], name) == 0)
			return 0;
	ssize_t len = fgetxattr(from_fd, name, value, XATTR_SIZE_MAX);
	if (len < 0)
		return -errno;
	return fsetxattr(to_fd, name, value, (size_t)len, 0) < 0 ? -errno : 0;
}

static int copy_xattrs(int from_fd, int to_fd)
{
	AUTO_FREE char *names = xcalloc(XATTR_LIST_MAX, 1);
	AUTO_FREE char *value = xcalloc(XATTR_SIZE_MAX, 1);
	ssize_t len = flistxattr(from_fd, names, XATTR_LIST_MAX);
	if (len < 0)
		return errno == ENOTSUP ? 0 : -errno;
	for (const char *name = names; name < names + len; name += strlen(name) + 1) {
		int rc = copy_xattr(from_fd, to_fd, name, value);
		if (rc < 0)
			return rc;
	}
	return 0;
}

/* Owner before mode, which a change of owner can reduce; attributes last: an ACL is one. */
static int copy_attributes(const struct replacement *new, int fd)
{
	struct stat st;
	if (fstat(new->model_fd < 0 ? new->dir_fd : new->model_fd, &st) < 0)
		return -errno;
	mode_t mode = new->model_fd < 0 ? NEW_MODE : st.st_mode & 07777;
	if (fchown(fd, st.st_uid, st.st_gid) < 0 || fchmod(fd, mode) < 0)
		return -errno;
	return new->model_fd < 0 ? 0 : copy_xattrs(new->model_fd, fd);
}

/*
 * Make the file, under a name that nobody could have made before us to be in the way. Returns its
 * fd or a negative errno.
 */
static int open_temporary(struct replacement *new)
{
	for (int i = 0; i < TEMPORARY_TRIES; i++) {
		uint64_t number;
		if (getrandom(&number, sizeof(number), 0) != sizeof(number))
			return -EIO;
		snprintf(new->temporary, sizeof(new->temporary), ".zoneadm-%016" PRIx64, number);
		int fd = openat(new->dir_fd, new->temporary,
			O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (fd >= 0 || errno != EEXIST)
			return fd < 0 ? -errno : fd;
	}
	return -EEXIST;
}

/* Make the file and give it its name. Returns its fd, or a negative errno: nothing is left then. */
static int make_replacement(struct replacement *new)
{
	AUTO_FD fd = open_temporary(new);
	if (fd < 0)
		return fd;
	int rc = file_write(fd, new->text, new->len);
	if (rc == 0)
		rc = copy_attributes(new, fd);
	if (rc == 0 && renameat(new->dir_fd, new->temporary, new->dir_fd, new->name) < 0)
		rc = -errno;
	if (rc < 0) {
		unlinkat(new->dir_fd, new->temporary, 0);
		return rc;
	}
	return fd_take(&fd);
}

/* Where flags forbid it. Returns 0 or a negative errno. */
static int replace_locked(struct replacement *new)
{
	int dir_flags = root_unlock(new->dir_fd);
	int flags = root_unlock(new->model_fd);
	AUTO_FD fd = make_replacement(new);
	int rc = fd < 0 ? fd : root_relock(fd, flags);
	/* The old one may live on under another name. */
	rc = root_both(rc, root_relock(new->model_fd, flags));
	return root_both(rc, root_relock(new->dir_fd, dir_flags));
}

int root_replace(
	int root_fd, const char *path, const char *text, size_t len, struct messages *messages)
{
	const char *slash = strrchr(path, '/');
	AUTO_FREE char *directory = slash ? xstrndup(path, (size_t)(slash - path)) : xstrdup(".");
	AUTO_FD dir_fd = root_resolve(root_fd, directory, O_RDONLY | O_DIRECTORY);
	if (dir_fd < 0)
		return root_fail(messages, dir_fd, "replace", path);
	AUTO_FD model_fd = root_open_regular(root_fd, path, 0);
	struct replacement new = { dir_fd, slash ? slash + 1 : path, "", model_fd, text, len };
	AUTO_FD fd = make_replacement(&new);
	int rc = fd == -EPERM ? replace_locked(&new) : fd;
	return rc < 0 ? root_fail(messages, rc, "replace", path) : 0;
}
