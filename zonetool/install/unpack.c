/* unpack.c - what an archive has, made below a directory. */
#include "install/unpack.h"

#include "install/unpack_private.h"
#include "util/alloc.h"
#include "util/root.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

enum {
	PROGRESS_MS = 300,
};

/* ---- names ---- */

char *unpack_path(const char *name, const char **ret_wrong)
{
	AUTO_STR path = STR_EMPTY;
	*ret_wrong = !*name ? "has no name" : *name == '/' ? "has an absolute name" : NULL;
	for (const char *at = name; *at && !*ret_wrong;) {
		size_t len = strcspn(at, "/");
		if (len == 2 && at[0] == '.' && at[1] == '.')
			*ret_wrong = "has .. in its name";
		else if (len && !(len == 1 && at[0] == '.'))
			text_addf(&path, "%s%.*s", path.len ? "/" : "", (int)len, at);
		at += len + (at[len] == '/');
	}
	return *ret_wrong ? NULL : text_take(&path);
}

int unpack_fail(const struct unpack *unpack, int code, const char *verb, const char *path)
{
	static const struct {
		int code;
		const char *text;
	} reasons[] = {
		{ -EEXIST, "there is something of that name already" },
		{ -ELOOP, "it would be written through a symbolic link" },
		{ -ENOTDIR, "something on the way is no directory" },
		{ -ESRCH, "etc/passwd and etc/group of the archive have none of that name" },
		{ -ENOSYS, "Linux 5.6 or newer is needed" },
		{ -EOPNOTSUPP, "the new place cannot hold that; to do without: --lossy" },
	};
	const char *reason = strerror(-code);
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].code == code)
			reason = reasons[i].text;
	AUTO_FREE char *shown = root_shown(path);
	return message_error(unpack->job->messages, code, "%s: cannot %s %s: %s", unpack->what,
		verb, *shown ? shown : "the root", reason);
}

static void count_loss(struct loss *loss, const char *path)
{
	if (loss->count++ == 0)
		loss->first = root_shown(path);
}

int unpack_lose(struct unpack *unpack, int code, const char *verb, const char *path)
{
	/* What ioctl(2) says of flags. */
	if (code == -ENOTTY)
		code = -EOPNOTSUPP;
	if (code != -EOPNOTSUPP || !unpack->job->lossy)
		return unpack_fail(unpack, code, verb, path);
	count_loss(&unpack->lost, path);
	return 0;
}

/* An entry that is refused. */
static int refuse(const struct unpack *unpack, const char *name, const char *wrong)
{
	AUTO_FREE char *shown = root_shown(name);
	return message_error(unpack->job->messages, -EINVAL, "%s: the entry \"%s\" %s: refused",
		unpack->what, shown, wrong);
}

int unpack_open(const struct unpack *unpack, const char *path, int flags)
{
	return root_openat2(unpack->root_fd, *path ? path : ".", flags, 0,
		RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
}

struct via via_fd(int fd)
{
	struct via via;
	snprintf(via.path, sizeof(via.path), "/proc/self/fd/%d", fd);
	return via;
}

/* Make the directories that the archive has nothing about. */
static int make_parents(const struct unpack *unpack, const char *path)
{
	for (const char *slash = path; *slash;) {
		slash += strcspn(slash + 1, "/") + 1;
		AUTO_FREE char *name = xstrndup(path, (size_t)(slash - path));
		AUTO_FD fd = unpack_open(unpack, name, O_PATH | O_DIRECTORY);
		if (fd >= 0)
			continue;
		char *last = strrchr(name, '/');
		if (last)
			*last = '\0';
		AUTO_FD above = fd == -ENOENT ? unpack_open(unpack, last ? name : "", O_PATH) : fd;
		if (above < 0)
			return above;
		if (mkdirat(above, last ? last + 1 : name, 0755) < 0)
			return -errno;
	}
	return 0;
}

/* The directory that a path is in, which must not be closed, and *ret_name, its name there. */
static int open_parent(struct unpack *unpack, const char *path, const char **ret_name)
{
	const char *slash = strrchr(path, '/');
	AUTO_FREE char *parent = xstrndup(path, slash ? (size_t)(slash - path) : 0);
	*ret_name = slash ? slash + 1 : *path ? path : ".";
	if (unpack->parent && strcmp(unpack->parent, parent) == 0)
		return unpack->parent_fd;
	int fd = unpack_open(unpack, parent, O_PATH | O_DIRECTORY);
	int rc = fd == -ENOENT ? make_parents(unpack, parent) : 0;
	if (fd == -ENOENT && rc == 0)
		fd = unpack_open(unpack, parent, O_PATH | O_DIRECTORY);
	if (rc < 0 || fd < 0)
		return rc < 0 ? rc : fd;
	fd_close(unpack->parent_fd);
	free(unpack->parent);
	unpack->parent_fd = fd;
	unpack->parent = parent;
	parent = NULL;
	return fd;
}

/* ---- what an object has ---- */

void unpack_times(struct archive_entry *entry, struct timespec times[2])
{
	times[0] = (struct timespec){ .tv_nsec = UTIME_OMIT };
	if (archive_entry_atime_is_set(entry))
		times[0] = (struct timespec){ archive_entry_atime(entry),
			archive_entry_atime_nsec(entry) };
	times[1] = (struct timespec){ archive_entry_mtime(entry), archive_entry_mtime_nsec(entry) };
}

int unpack_set_times(
	struct unpack *unpack, int fd, const char *path, const struct timespec times[2])
{
	struct via via = via_fd(fd);
	struct stat st;
	if (utimensat(AT_FDCWD, via.path, times, 0) < 0 || fstatat(fd, "", &st, AT_EMPTY_PATH) < 0)
		return unpack_fail(unpack, -errno, "give the times to", path);
	if (st.st_mtim.tv_sec != times[1].tv_sec || st.st_mtim.tv_nsec != times[1].tv_nsec)
		count_loss(&unpack->rounded, path);
	return 0;
}

/* "-1.5" is what GNU tar writes for half a second after "-2", and libarchive for what is before. */
static void warn_of_time(const struct unpack *unpack, const char *path)
{
	AUTO_FREE char *shown = root_shown(path);
	message_warning(unpack->job->messages,
		"%s: %s has a time before 1970 that is no whole second: it may be wrong by a "
		"second",
		unpack->what, shown);
}

static int set_owner(
	const struct unpack *unpack, int fd, const char *path, struct archive_entry *entry)
{
	int64_t uid = archive_entry_uid(entry), gid = archive_entry_gid(entry);
	if (uid < 0 || gid < 0 || uid >= UINT32_MAX || gid >= UINT32_MAX)
		return unpack_fail(unpack, -ERANGE, "give the owner to", path);
	if (fchownat(fd, "", (uid_t)uid, (gid_t)gid, AT_EMPTY_PATH) < 0)
		return unpack_fail(unpack, -errno, "give the owner to", path);
	return 0;
}

static int set_xattrs(struct unpack *unpack, int fd, const char *path, struct archive_entry *entry)
{
	struct via via = via_fd(fd);
	const char *name;
	const void *value;
	size_t size;
	archive_entry_xattr_reset(entry);
	while (archive_entry_xattr_next(entry, &name, &value, &size) == ARCHIVE_OK) {
		if (unpack_is_acl(name) || setxattr(via.path, name, value, size, 0) == 0)
			continue;
		AUTO_FREE char *shown = root_shown(name);
		AUTO_FREE char *verb = xasprintf("give the attribute %s to", shown);
		int rc = unpack_lose(unpack, -errno, verb, path);
		if (rc < 0)
			return rc;
	}
	return 0;
}

/*
 * What an object gets at once. A change of the owner takes set-id bits and capabilities away, so
 * that comes first; anything else moves times, so they come last.
 */
static int set_all(struct unpack *unpack, int dir_fd, const char *name, const char *path,
	struct archive_entry *entry)
{
	AUTO_FD fd = openat(dir_fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return unpack_fail(unpack, -errno, "open", path);
	struct via via = via_fd(fd);
	struct timespec times[2];
	unpack_times(entry, times);
	if (times[1].tv_sec < 0 && times[1].tv_nsec)
		warn_of_time(unpack, path);
	int rc = set_owner(unpack, fd, path, entry);
	if (rc == 0)
		rc = set_xattrs(unpack, fd, path, entry);
	if (rc == 0 && archive_entry_filetype(entry) != AE_IFLNK
		&& chmod(via.path, archive_entry_mode(entry) & 07777) < 0)
		rc = unpack_fail(unpack, -errno, "give the mode to", path);
	if (rc == 0)
		rc = unpack_set_times(unpack, fd, path, times);
	if (rc == 0)
		unpack_remember(unpack, path, entry);
	return rc;
}

/*
 * ---- kinds of objects: each function makes one, or returns a negative errno, not described ----
 */

static void tell_progress(struct unpack *unpack)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	long ms = (now.tv_sec - unpack->told.tv_sec) * 1000
		+ (now.tv_nsec - unpack->told.tv_nsec) / 1000000;
	if (!unpack->job->progress || ms < PROGRESS_MS)
		return;
	unpack->told = now;
	unpack->job->progress(unpack->job->user, unpack->objects, unpack->bytes);
}

static int write_at(int fd, const char *data, size_t size, off_t at)
{
	while (size) {
		ssize_t done = pwrite(fd, data, size, at);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return done < 0 ? -errno : -EIO;
		data += done;
		size -= (size_t)done;
		at += done;
	}
	return 0;
}

/* Returns 0, or a negative errno, described. */
static int write_content(struct unpack *unpack, int fd, const char *path, struct archive *reader,
	struct archive_entry *entry)
{
	const void *data;
	size_t size;
	la_int64_t at;
	int got;
	while ((got = archive_read_data_block(reader, &data, &size, &at)) == ARCHIVE_OK) {
		int rc = write_at(fd, data, size, at);
		if (rc < 0)
			return unpack_fail(unpack, rc, "write", path);
		unpack->bytes += size;
		tell_progress(unpack);
	}
	if (got != ARCHIVE_EOF) {
		AUTO_FREE char *shown = root_shown(path);
		const char *why = archive_error_string(reader);
		return message_error(unpack->job->messages, -EBADMSG,
			"%s is damaged, or not all of it is there: %s: %s", unpack->what, shown,
			why ? why : "it ends in the middle");
	}
	/* What is behind the last data is a hole. */
	if (ftruncate(fd, archive_entry_size(entry)) < 0)
		return unpack_fail(unpack, -errno, "write", path);
	return 0;
}

static int make_file(struct unpack *unpack, int dir_fd, const char *name, const char *path,
	struct archive *reader, struct archive_entry *entry)
{
	AUTO_FD fd = openat(
		dir_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return unpack_fail(unpack, -errno, "make the file", path);
	/* Some flags say how content is stored, and are only for empty files. */
	unsigned long set, clear;
	archive_entry_fflags(entry, &set, &clear);
	int rc = unpack_flags(unpack, fd, path, set & ~UNPACK_LOCKING_FLAGS, clear);
	return rc < 0 ? rc : write_content(unpack, fd, path, reader, entry);
}

static int make_directory(
	const struct unpack *unpack, int dir_fd, const char *name, const char *path)
{
	struct stat st;
	if (mkdirat(dir_fd, name, 0700) == 0)
		return 0;
	int code = -errno;
	/* It was on the way to something, is a mount point, or the root itself. */
	if (code == -EEXIST && fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0
		&& S_ISDIR(st.st_mode))
		return 0;
	return unpack_fail(unpack, code, "make the directory", path);
}

static int make_node(const struct unpack *unpack, int dir_fd, const char *name, const char *path,
	struct archive_entry *entry)
{
	mode_t type = archive_entry_filetype(entry);
	dev_t device = type == S_IFIFO
		? 0
		: makedev(archive_entry_rdevmajor(entry), archive_entry_rdevminor(entry));
	if (mknodat(dir_fd, name, type | 0600, device) == 0)
		return 0;
	return unpack_fail(unpack, -errno, "make the device or fifo", path);
}

static int make_symlink(const struct unpack *unpack, int dir_fd, const char *name, const char *path,
	struct archive_entry *entry)
{
	const char *target = archive_entry_symlink(entry);
	if (!target || !*target)
		return refuse(unpack, path, "is a symbolic link that leads nowhere");
	if (symlinkat(target, dir_fd, name) == 0)
		return 0;
	return unpack_fail(unpack, -errno, "make the symbolic link", path);
}

/* Another name of something that the archive had before. */
static int make_link(const struct unpack *unpack, int dir_fd, const char *name, const char *path,
	const char *target)
{
	const char *wrong;
	AUTO_FREE char *to = unpack_path(target, &wrong);
	AUTO_FREE char *shown = root_shown(target);
	AUTO_FREE char *verb = xasprintf("link to \"%s\" the name", shown);
	if (!to) {
		AUTO_FREE char *text = xasprintf("is a link to \"%s\", and that %s", shown, wrong);
		return refuse(unpack, path, text);
	}
	AUTO_FD fd = unpack_open(unpack, to, O_PATH | O_NOFOLLOW);
	if (fd < 0)
		return unpack_fail(unpack, fd, verb, path);
	if (linkat(fd, "", dir_fd, name, AT_EMPTY_PATH) == 0)
		return 0;
	return unpack_fail(unpack, -errno, verb, path);
}

static int make(struct unpack *unpack, int dir_fd, const char *name, const char *path,
	struct archive *reader, struct archive_entry *entry)
{
	switch (archive_entry_filetype(entry)) {
	case AE_IFREG:
		return make_file(unpack, dir_fd, name, path, reader, entry);
	case AE_IFDIR:
		return make_directory(unpack, dir_fd, name, path);
	case AE_IFLNK:
		return make_symlink(unpack, dir_fd, name, path, entry);
	case AE_IFCHR:
	case AE_IFBLK:
	case AE_IFIFO:
		return make_node(unpack, dir_fd, name, path, entry);
	}
	return refuse(unpack, path, "is of a kind that no root of a system has");
}

/* ---- all of it ---- */

int unpack_entry(struct unpack *unpack, struct archive *reader, struct archive_entry *entry)
{
	const char *raw = archive_entry_pathname(entry), *wrong, *name;
	AUTO_FREE char *path = unpack_path(raw ? raw : "", &wrong);
	if (!path)
		return refuse(unpack, raw ? raw : "", wrong);
	const char *target = archive_entry_hardlink(entry);
	if (!*path && (target || archive_entry_filetype(entry) != AE_IFDIR))
		return refuse(unpack, raw, "is the root itself, and no directory");
	int dir_fd = open_parent(unpack, path, &name);
	if (dir_fd < 0)
		return unpack_fail(unpack, dir_fd, "make", path);
	unpack->objects++;
	tell_progress(unpack);
	if (target)
		return make_link(unpack, dir_fd, name, path, target);
	int rc = make(unpack, dir_fd, name, path, reader, entry);
	return rc < 0 ? rc : set_all(unpack, dir_fd, name, path, entry);
}

struct unpack *unpack_new(const struct install_job *job, const char *what, int root_fd)
{
	struct unpack *unpack = xcalloc(1, sizeof(*unpack));
	*unpack = (struct unpack){ .job = job, .what = what, .root_fd = root_fd, .parent_fd = -1 };
	clock_gettime(CLOCK_MONOTONIC, &unpack->told);
	return unpack;
}

void unpack_free(struct unpack *unpack)
{
	for (size_t i = 0; i < unpack->later_count; i++) {
		free(unpack->later[i].path);
		archive_entry_free(unpack->later[i].acls);
	}
	free(unpack->later);
	free(unpack->rounded.first);
	free(unpack->lost.first);
	free(unpack->names[0]);
	free(unpack->names[1]);
	fd_close(unpack->parent_fd);
	free(unpack->parent);
	free(unpack);
}
