/* root_walk.c - the part of root.h that looks for names, removes them and empties files. */
#include "util/root.h"

#include "util/alloc.h"
#include "util/root_private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdlib.h>
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

/* A directory that the walk is in, or in a directory of. */
struct level {
	struct str names;
	size_t at;       /* in names: what is to be visited next */
	size_t path_len; /* of the path, with this directory at its end */
	dev_t dev;
	ino_t ino;
	int rc; /* of all in it so far */
};

/*
 * However deep a zone's users have made their directories, only the innermost is open, and nothing
 * is called recursively: the way up is "..", which must be the directory we came from.
 */
struct walker {
	const struct root_walk *walk;
	int fd; /* the innermost directory */
	struct level *levels;
	size_t count, room;
	struct str path;
};

static void walker_free(struct walker *walker)
{
	fd_close(walker->fd);
	while (walker->count)
		str_free(&walker->levels[--walker->count].names);
	free(walker->levels);
	str_free(&walker->path);
}
#define AUTO_WALKER __attribute__((cleanup(walker_free))) struct walker

/* Go into an opened directory, whose path is the walker's; the fd is the walker's in any case. */
static int go_in(struct walker *walker, int fd)
{
	struct level level = { .names = STR_EMPTY, .path_len = walker->path.len };
	struct stat st;
	int rc = fstat(fd, &st) < 0 ? -errno : list_names(fd, &level.names);
	if (rc < 0) {
		fd_close(fd);
		str_free(&level.names);
		return root_fail(walker->walk->messages, rc, "read", walker->path.data);
	}
	if (walker->count == walker->room) {
		walker->room = walker->room * 2 + 16;
		walker->levels = xrealloc(walker->levels, walker->room, sizeof(*walker->levels));
	}
	level.dev = st.st_dev;
	level.ino = st.st_ino;
	walker->levels[walker->count++] = level;
	fd_close(walker->fd);
	walker->fd = fd;
	return 0;
}

static int enter(struct walker *walker, const char *name)
{
	int fd = root_resolve(walker->fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
	return fd < 0 ? root_fail(walker->walk->messages, fd, "look into", walker->path.data)
		      : go_in(walker, fd);
}

/* Go up to what is now the last level. Returns 0 or a negative errno, described. */
static int go_up(struct walker *walker)
{
	const struct level *level = &walker->levels[walker->count - 1];
	struct stat st;
	AUTO_FD fd = openat(walker->fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = fd < 0 || fstat(fd, &st) < 0 ? -errno : 0;
	if (rc == 0 && (st.st_dev != level->dev || st.st_ino != level->ino))
		rc = -ESTALE; /* nobody should rename anything here */
	if (rc < 0)
		return root_fail(walker->walk->messages, rc, "go up from", walker->path.data);
	fd_close(walker->fd);
	walker->fd = fd_take(&fd);
	return 0;
}

/* Visit the next name of the last level. */
static void visit_next(struct walker *walker)
{
	const struct root_walk *walk = walker->walk;
	struct level *level = &walker->levels[walker->count - 1];
	const char *name = level->names.data + level->at;
	struct stat st;
	level->at += strlen(name) + 1;
	str_truncate(&walker->path, level->path_len);
	text_addc(&walker->path, '/');
	text_adds(&walker->path, name);
	if (fstatat(walker->fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
		if (errno != ENOENT)
			level->rc = root_both(level->rc,
				root_fail(walk->messages, -errno, "look at", walker->path.data));
		return;
	}
	const struct root_name met = { walker->fd, name, walker->path.data, st.st_mode & S_IFMT,
		walker->count > 1 };
	int rc = walk->visit(walk, &met);
	if (rc == ROOT_ENTER)
		rc = enter(walker, name);
	/* It may have moved the levels; there is a new one if it has returned 0. */
	if (rc != 0)
		walker->levels[walker->count - 1].rc = root_both(
			walker->levels[walker->count - 1].rc, rc);
}

/*
 * The last level is done. Returns what came so far of it and of what it is in; with *ret_lost, the
 * way up is not to be found, and that is all.
 */
static int leave(struct walker *walker, bool *ret_lost)
{
	const struct root_walk *walk = walker->walk;
	struct level done = walker->levels[--walker->count];
	str_free(&done.names);
	if (!walker->count)
		return done.rc;
	struct level *level = &walker->levels[walker->count - 1];
	str_truncate(&walker->path, done.path_len);
	int rc = go_up(walker);
	*ret_lost = rc < 0;
	if (rc == 0 && done.rc >= 0 && walk->leave) {
		const char *name = walker->path.data + level->path_len + 1;
		const struct root_name left = { walker->fd, name, walker->path.data, S_IFDIR,
			walker->count > 1 };
		rc = walk->leave(walk, &left);
	}
	level->rc = root_both(level->rc, root_both(done.rc, rc));
	return level->rc;
}

/* Walk through an opened directory, which is closed then. */
static int walk_all(const struct root_walk *walk, int fd, const char *path)
{
	AUTO_WALKER walker = { .walk = walk, .fd = -1, .path = STR_EMPTY };
	text_adds(&walker.path, path);
	int rc = go_in(&walker, fd);
	for (bool lost = false; walker.count && !lost;) {
		const struct level *level = &walker.levels[walker.count - 1];
		if (level->at < level->names.len)
			visit_next(&walker);
		else
			rc = leave(&walker, &lost);
	}
	return rc;
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
	int opened = root_reopen(fd, O_RDONLY | O_DIRECTORY);
	if (opened < 0)
		return root_fail(walk->messages, opened, "look into", path);
	return walk_all(walk, opened, path);
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

/* Remove what a row names, and all that is in directories that it names. */
static int visit_to_remove(const struct root_walk *walk, const struct root_name *name)
{
	const struct root_row *row = walk->user;
	if (!name->below && fnmatch(row->pattern, name->name, 0) != 0)
		return 0;
	if (row->kind == ROOT_NO_LINK && S_ISLNK(name->type))
		return 0;
	if (!S_ISDIR(name->type))
		return root_unlink(name, walk->messages);
	if (row->kind == ROOT_TREE)
		return ROOT_ENTER;
	AUTO_FREE char *shown = root_shown(name->path);
	message_warning(walk->messages,
		"the zone's /%s stays: it is a directory, and a file was expected", shown);
	return 0;
}

static int remove_left(const struct root_walk *walk, const struct root_name *name)
{
	return remove_name(name, AT_REMOVEDIR, walk->messages);
}

int root_remove(int root_fd, const struct root_row *rows, struct messages *messages)
{
	int rc = 0;
	for (const struct root_row *row = rows; row->directory; row++) {
		const struct root_walk walk = { visit_to_remove, remove_left, row, messages };
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
