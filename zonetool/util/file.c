/* file.c - small files that root relies on. */
#include "util/file.h"

#include "util/alloc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	READ_LEAST = 4096, /* bytes that there is room for at least when more is read */
};

/* Whether this owner may be relied on: root, or whoever runs the program. */
static bool owner_trusted(uid_t owner)
{
	return owner == 0 || owner == geteuid();
}

int file_trusted(int fd, const char *what, struct messages *messages)
{
	struct stat st;
	if (fstat(fd, &st) < 0)
		return message_error(messages, -errno, "%s: %s", what, strerror(errno));
	if (!owner_trusted(st.st_uid))
		return message_error(messages, -EPERM,
			"%s belongs to user %u, so what it says is not to be trusted: it must "
			"belong to root (chown root %s)",
			what, (unsigned)st.st_uid, what);
	/* An access list that lets others write has the bit of the group set: it is the mask. */
	if (st.st_mode & (S_IWGRP | S_IWOTH))
		return message_error(messages, -EPERM,
			"%s is writable by others than its owner, so what it says is not to be "
			"trusted: chmod go-w %s",
			what, what);
	return 0;
}

/* One directory on the way to another: others may write to it if it is sticky. */
static int check_passage(int fd, const char *path, struct messages *messages)
{
	struct stat st;
	if (fstat(fd, &st) < 0)
		return message_error(messages, -errno, "%s: %s", path, strerror(errno));
	if (owner_trusted(st.st_uid) && (st.st_mode & S_ISVTX))
		return 0;
	return file_trusted(fd, path, messages);
}

/* Open one directory on the way: for use if it is the last one. */
static int open_step(int dir_fd, const char *name, bool last)
{
	int flags = last ? O_RDONLY : O_PATH;
	int fd = openat(dir_fd, name, flags | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int file_open_directory(const char *path, struct messages *messages)
{
	const char *at = path + strspn(path, "/");
	if (at == path)
		return message_error(messages, -EINVAL,
			"%s: it must be a path from the root, beginning with /", path);
	AUTO_FREE char *here = xstrdup("/");
	AUTO_FD fd = open_step(AT_FDCWD, here, !*at);
	while (fd >= 0 && *at) {
		int rc = check_passage(fd, here, messages);
		if (rc < 0)
			return rc;
		size_t len = strcspn(at, "/");
		AUTO_FREE char *name = xstrndup(at, len);
		free(here);
		here = xstrndup(path, (size_t)(at - path) + len);
		at += len + strspn(at + len, "/");
		int next = open_step(fd, name, !*at);
		fd_close(fd);
		fd = next;
	}
	if (fd == -ENOENT)
		return fd;
	if (fd < 0)
		return message_error(messages, fd, "%s: %s", here,
			fd == -ELOOP || fd == -ENOTDIR
				? "it must be a directory, and no symbolic link"
				: strerror(-fd));
	int rc = file_trusted(fd, path, messages);
	return rc < 0 ? rc : fd_take(&fd);
}

int file_read_all(int fd, size_t max, struct str *text)
{
	while (text->len <= max) {
		if (str_reserve(text, READ_LEAST) < 0)
			alloc_failed();
		ssize_t got = read(fd, text->data + text->len, text->room - text->len - 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		str_truncate(text, text->len + (size_t)got);
		if (got == 0)
			return 0;
	}
	return -EFBIG;
}

int file_read(int dir_fd, const char *name, size_t max, const char *what, char **ret_text,
	size_t *ret_len, struct messages *messages)
{
	/* O_NONBLOCK: a fifo must not make us wait; it is refused below. */
	AUTO_FD fd = openat(
		dir_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return -ENOENT;
	/* ENXIO: a socket. */
	if (fd < 0)
		return message_error(messages, -errno, "%s: %s", what,
			errno == ELOOP || errno == ENXIO
				? "it must be a regular file, and no symbolic link"
				: strerror(errno));
	struct stat st;
	if (fstat(fd, &st) < 0)
		return message_error(messages, -errno, "%s: %s", what, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return message_error(messages, -EINVAL, "%s: it must be a regular file", what);
	int rc = file_trusted(fd, what, messages);
	if (rc < 0)
		return rc;
	AUTO_STR text = STR_EMPTY;
	rc = file_read_all(fd, max, &text);
	if (rc == -EFBIG)
		return message_error(messages, rc,
			"%s is larger than %zu bytes, which no such file is", what, max);
	if (rc < 0)
		return message_error(messages, rc, "%s: %s", what, strerror(-rc));
	*ret_len = text.len;
	*ret_text = text_take(&text);
	return 0;
}

int file_is_empty_directory(int dir_fd, const char *name, const char *but)
{
	AUTO_FD fd = openat(dir_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir)
		return -errno;
	fd_take(&fd); /* dir's */
	bool empty = true;
	for (struct dirent *entry; empty && (entry = readdir(dir));) {
		empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
		if (!empty && but && strcmp(entry->d_name, but) == 0)
			empty = file_is_empty_directory(dirfd(dir), but, NULL) > 0;
	}
	closedir(dir);
	return empty;
}

int file_write(int fd, const char *text, size_t len)
{
	while (len) {
		ssize_t done = write(fd, text, len);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -errno;
		if (done == 0)
			return -EIO;
		text += done;
		len -= (size_t)done;
	}
	return 0;
}

int file_create(int dir_fd, const char *name, const char *text, size_t len, const char *what,
	struct messages *messages)
{
	AUTO_FD fd = openat(
		dir_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return message_error(messages, -errno, "cannot make %s: %s", what, strerror(errno));
	int rc = file_write(fd, text, len);
	/* Whatever the umask says: readers need no rights. */
	if (rc == 0 && (fchmod(fd, 0644) < 0 || fsync(fd) < 0))
		rc = -errno;
	if (rc < 0) {
		unlinkat(dir_fd, name, 0);
		return message_error(messages, rc, "cannot write %s: %s", what, strerror(-rc));
	}
	return 0;
}

int file_sync_directory(int dir_fd, const char *what, struct messages *messages)
{
	if (fsync(dir_fd) < 0)
		return message_error(
			messages, -errno, "cannot bring %s to storage: %s", what, strerror(errno));
	return 0;
}

char *file_above(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash == path ? xstrdup("/") : xstrndup(path, (size_t)(slash - path));
}

int file_sync_name(const char *path, struct messages *messages)
{
	AUTO_FREE char *above = file_above(path);
	AUTO_FD fd = open(above, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (fd < 0)
		return message_error(messages, -errno, "%s: %s", above, strerror(errno));
	return file_sync_directory(fd, above, messages);
}
