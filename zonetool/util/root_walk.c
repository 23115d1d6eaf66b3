/* root_walk.c - the part of root.h that looks for names, removes them and empties files. */
#include "util/root.h"

#include "util/alloc.h"
#include "util/root_private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- walking ---- */

/* All names in the directory, each with its NUL: what is removed then moves no others. */
static int list_names(int dir_fd, struct str *names)
{
	AUTO_FD fd = fcntl(dir_fd, F_DUPFD_CLOEXEC, 0);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir)
		return -errno;
	fd = -1; /* the stream's now */
	const struct dirent *entry;
	while ((errno = 0, entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
			text_adds(names, entry->d_name);
			text_addc(names, '\0');
		}
	int rc = -errno;
	closedir(dir);
	return rc;
}

static int visit_name(const struct root_walk *walk, int dir_fd, const char *name, const char *path,
	unsigned depth)
{
	struct stat st;
	AUTO_FREE char *full = xasprintf("%s/%s", path, name);
	if (fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : root_fail(walk->messages, -errno, "look at", full);
	const struct root_name met = { dir_fd, name, full, st.st_mode & S_IFMT, depth };
	return walk->visit(walk, &met);
}

static int walk_names(const struct root_walk *walk, int dir_fd, const char *path, unsigned depth)
{
	AUTO_STR names = STR_EMPTY;
	int rc = list_names(dir_fd, &names);
	if (rc < 0)
		return root_fail(walk->messages, rc, "read", path);
	for (size_t at = 0; at < names.len; at += strlen(names.data + at) + 1)
		rc = root_both(rc, visit_name(walk, dir_fd, names.data + at, path, depth));
	return rc;
}

int root_enter(const struct root_walk *walk, const struct root_name *directory)
{
	if (directory->depth >= ROOT_DEPTH_MAX)
		return root_fail(walk->messages, -ELOOP, "look into", directory->path);
	AUTO_FD fd = root_resolve(
		directory->dir_fd, directory->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
	if (fd < 0)
		return root_fail(walk->messages, fd, "look into", directory->path);
	return walk_names(walk, fd, directory->path, directory->depth + 1);
}

int root_walk(int root_fd, const char *path, bool own, const struct root_walk *walk)
{
	AUTO_FD fd = root_resolve(root_fd, path, own ? O_PATH | O_NOFOLLOW : O_PATH);
	struct stat st;
	if (fd == -ENOENT)
		return 0;
	if (fd < 0 || fstat(fd, &st) < 0)
		return root_fail(walk->messages, fd < 0 ? fd : -errno, "look into", path);
	if (S_ISLNK(st.st_mode))
		message_warning(walk->messages,
			"the zone's /%s is a symbolic link: where it leads, nothing is reset",
			path);
	if (!S_ISDIR(st.st_mode))
		return 0;
	AUTO_FD opened = root_reopen(fd, O_RDONLY | O_DIRECTORY);
	if (opened < 0)
		return root_fail(walk->messages, opened, "look into", path);
	return walk_names(walk, opened, path, 0);
}

/* ---- removing ---- */

/* Remove the name where flags may forbid it. Returns 0 or a negative errno. */
static int unlink_locked(const struct root_name *name, int flags)
{
	AUTO_FD fd = -1;
	if (S_ISREG(name->type))
		fd = root_open_regular(name->dir_fd, name->name, O_NOFOLLOW);
	else if (S_ISDIR(name->type))
		fd = root_resolve(name->dir_fd, name->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
	int dir_locked = root_unlock(name->dir_fd);
	int locked = root_unlock(fd);
	int rc = unlinkat(name->dir_fd, name->name, flags) < 0 ? -errno : 0;
	/* It may live on under another name; a directory does not. */
	if (rc < 0 || S_ISREG(name->type))
		rc = root_both(rc, root_relock(fd, locked));
	return root_both(rc, root_relock(name->dir_fd, dir_locked));
}

static int remove_name(const struct root_name *name, int flags, struct messages *messages)
{
	int rc = unlinkat(name->dir_fd, name->name, flags) < 0 ? -errno : 0;
	if (rc == -EPERM)
		rc = unlink_locked(name, flags);
	return rc < 0 ? root_fail(messages, rc, "remove", name->path) : 1;
}

int root_unlink(const struct root_name *name, struct messages *messages)
{
	return remove_name(name, 0, messages);
}

/* Remove whatever is met. */
static int visit_to_remove_all(const struct root_walk *walk, const struct root_name *name)
{
	if (!S_ISDIR(name->type))
		return root_unlink(name, walk->messages);
	int rc = root_enter(walk, name);
	return rc < 0 ? rc : remove_name(name, AT_REMOVEDIR, walk->messages);
}

/* Remove what a row names. */
static int visit_to_remove(const struct root_walk *walk, const struct root_name *name)
{
	const struct root_row *row = walk->user;
	if (fnmatch(row->pattern, name->name, 0) != 0)
		return 0;
	if (row->kind == ROOT_NO_LINK && S_ISLNK(name->type))
		return 0;
	if (S_ISDIR(name->type) && row->kind != ROOT_TREE) {
		AUTO_FREE char *shown = root_shown(name->path);
		message_warning(walk->messages,
			"the zone's /%s stays: it is a directory, and a file was expected", shown);
		return 0;
	}
	const struct root_walk all = { visit_to_remove_all, NULL, walk->messages };
	return visit_to_remove_all(&all, name);
}

int root_remove(int root_fd, const struct root_row *rows, struct messages *messages)
{
	int rc = 0;
	for (const struct root_row *row = rows; row->directory; row++) {
		const struct root_walk walk = { visit_to_remove, row, messages };
		rc = root_both(
			rc, root_walk(root_fd, row->directory, row->kind == ROOT_TREE, &walk));
	}
	return rc;
}

/* ---- emptying ---- */

/* Empty an opened file, whose flags may forbid it. Returns 0 or a negative errno. */
static int empty_file(int fd)
{
	int flags = root_unlock(fd);
	AUTO_FD writable = root_reopen(fd, O_WRONLY);
	int rc = writable;
	if (writable >= 0)
		rc = ftruncate(writable, 0) < 0 ? -errno : 0;
	return root_both(rc, root_relock(fd, flags));
}

int root_truncate(const struct root_name *name, struct messages *messages)
{
	AUTO_FD fd = root_open_regular(name->dir_fd, name->name, O_NOFOLLOW);
	struct stat st;
	if (fd < 0 || fstat(fd, &st) < 0)
		return root_fail(messages, fd < 0 ? fd : -errno, "empty", name->path);
	if (st.st_size == 0)
		return 0;
	if (st.st_nlink > 1) {
		AUTO_FREE char *shown = root_shown(name->path);
		message_warning(messages,
			"the zone's /%s is not emptied: it has other names, and may be no log",
			shown);
		return 0;
	}
	int rc = empty_file(fd);
	return rc < 0 ? root_fail(messages, rc, "empty", name->path) : 1;
}
