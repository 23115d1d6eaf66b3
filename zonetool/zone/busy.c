/*
 * busy.c - who uses a directory tree, as far as /proc tells. A process that comes later is not
 * seen: what matters after this check is the kernel's EBUSY, and the zone's lock among ourselves.
 */
#include "zone/busy.h"

#include "util/alloc.h"
#include "util/mountinfo.h"
#include "zone/path.h"
#include "zone/value.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	TOLD_MAX = 10, /* users that are named: the rest is counted */
};

struct search {
	const char *path;
	bool is_read; /* only: what is mounted below hides files, and who writes changes them */
	bool stays;   /* the directory itself: what is mounted on it is no reason */
	struct messages *messages;
	struct path_place place;
	struct stat root; /* of PATH/root; no st_nlink: there is none */
	size_t found;
	struct value namespaces; /* mount namespaces that were looked at */
};

__attribute__((format(printf, 2, 3))) static void tell(
	struct search *search, const char *format, ...)
{
	if (search->found++ >= TOLD_MAX)
		return;
	va_list args;
	va_start(args, format);
	AUTO_FREE char *text = xvasprintf(format, args);
	va_end(args);
	message_error(search->messages, -EBUSY, "%s", text);
}

/* ---- mounts ---- */

/*
 * Whether a mount is no reason: one on the zonepath itself if that stays where it is, or if it is a
 * dataset of ZFS, which is how the zonepath is made there and moves with it.
 */
static bool is_own(const struct search *search, const struct mount *mount)
{
	if (strcmp(mount->point, search->path) != 0)
		return false;
	return search->stays || mountinfo_is_zfs(mount);
}

/* Whether a mount shows the tree, or a part of it, somewhere else. */
static bool is_part(const struct search *search, const struct mount *mount)
{
	return search->place.path && mount->device == search->place.device
		&& path_inside(mount->root, search->place.path)
		&& !strstr(mount->root, "//deleted"); /* a part no more */
}

static void look_at_mount(struct search *search, const struct mount *mount, const char *pid)
{
	if (path_inside(mount->point, search->path)) {
		if (!is_own(search, mount))
			tell(search,
				"%s is a mount point, in the mount namespace of process %s: "
				"unmount it",
				mount->point, pid);
	} else if (!search->is_read && is_part(search, mount)) {
		const char *part = mount->root + strlen(search->place.path);
		tell(search, "%s shows %s%s, in the mount namespace of process %s: unmount it",
			mount->point, search->path, strcmp(part, "/") == 0 ? "" : part, pid);
	}
}

static void look_at_mounts(struct search *search, int proc_fd, const char *pid)
{
	char link[64];
	AUTO_FREE char *name = xasprintf("%s/ns/mnt", pid);
	ssize_t len = readlinkat(proc_fd, name, link, sizeof(link) - 1);
	link[len > 0 ? len : 0] = '\0';
	if (len <= 0 || value_find(&search->namespaces, link) >= 0)
		return; /* gone, or seen */
	value_take(&search->namespaces, xstrdup(link));
	AUTO_FREE char *file = xasprintf("/proc/%s/mountinfo", pid);
	AUTO_MOUNT_TABLE table = { 0 };
	mountinfo_read(file, &table); /* or the process has ended */
	for (size_t i = 0; i < table.count; i++)
		look_at_mount(search, &table.rows[i], pid);
}

/* Returns 0 or a negative errno, described. */
static int find_place(struct search *search)
{
	AUTO_MOUNT_TABLE table = { 0 };
	int rc = mountinfo_read(MOUNTINFO_SELF, &table);
	if (rc < 0)
		return message_error(search->messages, rc, MOUNTINFO_SELF ": %s", strerror(-rc));
	path_find_place(
		mountinfo_find_at(&table, AT_FDCWD, search->path), search->path, &search->place);
	AUTO_FREE char *root = xasprintf("%s/root", search->path);
	if (lstat(root, &search->root) < 0)
		search->root = (struct stat){ 0 };
	return 0;
}

/* ---- processes ---- */

/* Whether a link of /proc/PID leads into the tree; *ret_target is then where to, PATH_MAX bytes. */
static bool leads_inside(
	const struct search *search, int dir_fd, const char *name, char *ret_target)
{
	ssize_t len = readlinkat(dir_fd, name, ret_target, PATH_MAX - 1);
	if (len <= 0)
		return false;
	ret_target[len] = '\0';
	return path_inside(ret_target, search->path);
}

/* Whether a process has this file open to write, as far as that can be told: proc(5), fdinfo. */
static bool is_written(int pid_fd, const char *number)
{
	char line[64];
	unsigned flags = O_RDWR;
	AUTO_FREE char *name = xasprintf("fdinfo/%s", number);
	int fd = openat(pid_fd, name, O_RDONLY | O_CLOEXEC);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "re");
	if (!file)
		return false; /* closed, or the process has ended */
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "flags: %o", &flags) == 1)
			break;
	fclose(file);
	return (flags & O_ACCMODE) != O_RDONLY;
}

static bool open_file_inside(const struct search *search, int pid_fd, char *ret_target)
{
	AUTO_FD fd = openat(pid_fd, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir)
		return false;
	bool inside = false;
	for (struct dirent *entry; !inside && (entry = readdir(dir));)
		inside = leads_inside(search, fd, entry->d_name, ret_target)
			&& (!search->is_read
				|| (is_written(pid_fd, entry->d_name)
					&& leads_inside(search, fd, entry->d_name, ret_target)));
	fd_take(&fd);
	closedir(dir);
	return inside;
}

/*
 * Whether a process runs this very program: other clones of the same source, which opens and closes
 * so much that an fd can be another file at the second look. Locks keep these apart, not we.
 */
static bool is_our_program(int pid_fd)
{
	struct stat its, ours;
	return fstatat(pid_fd, "exe", &its, 0) == 0 && stat("/proc/self/exe", &ours) == 0
		&& its.st_dev == ours.st_dev && its.st_ino == ours.st_ino;
}

/*
 * Whether a process has the zone's root as its own, as those of a zone that runs: in a mount
 * namespace where this is not below its zonepath, links of /proc do not tell.
 */
static bool is_rooted(const struct search *search, int pid_fd)
{
	struct stat root;
	return search->root.st_nlink && fstatat(pid_fd, "root", &root, 0) == 0
		&& root.st_dev == search->root.st_dev && root.st_ino == search->root.st_ino;
}

static void look_at_process(struct search *search, int proc_fd, const char *pid)
{
	/* A program that only looks on may stand in a tree that is only read. */
	const char *const links[] = { "root", "exe", search->is_read ? NULL : "cwd" };
	char target[PATH_MAX];
	AUTO_FD fd = openat(proc_fd, pid, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (search->is_read && is_our_program(fd))
		return;
	bool inside = false;
	for (size_t i = 0; !inside && i < sizeof(links) / sizeof(links[0]) && links[i]; i++)
		inside = leads_inside(search, fd, links[i], target);
	if (inside || open_file_inside(search, fd, target))
		tell(search, "process %s uses %s: end it first", pid, target);
	else if (search->is_read && is_rooted(search, fd))
		tell(search, "process %s uses %s/root: end it first", pid, search->path);
}

/* Whether path is what /proc would call it. Returns 0 or a negative errno, described. */
static int check_path(const char *path, struct messages *messages)
{
	AUTO_FREE char *real = realpath(path, NULL);
	if (!real)
		return message_error(messages, -errno, "%s: %s", path, strerror(errno));
	if (strcmp(real, path) != 0)
		return message_error(messages, -ELOOP,
			"%s leads through a symbolic link, to %s, and a zonepath must not: put the "
			"directory itself there, or mount it there",
			path, real);
	return 0;
}

static int look_at_all(struct search *search)
{
	DIR *proc = opendir("/proc");
	if (!proc)
		return message_error(search->messages, -errno, "/proc: %s", strerror(errno));
	AUTO_FREE char *self = xasprintf("%d", (int)getpid());
	for (struct dirent *entry; (entry = readdir(proc));) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		look_at_mounts(search, dirfd(proc), entry->d_name);
		if (strcmp(entry->d_name, self) != 0)
			look_at_process(search, dirfd(proc), entry->d_name);
	}
	closedir(proc);
	value_free(&search->namespaces);
	if (search->found > TOLD_MAX)
		message_error(search->messages, -EBUSY, "and %zu more like these",
			search->found - TOLD_MAX);
	return search->found ? -EBUSY : 0;
}

static int check(struct search search)
{
	int rc = check_path(search.path, search.messages);
	if (rc == 0)
		rc = find_place(&search);
	if (rc == 0)
		rc = look_at_all(&search);
	free(search.place.path);
	return rc;
}

int busy_check(const char *path, struct messages *messages)
{
	return check((struct search){ .path = path, .messages = messages });
}

int busy_check_inside(const char *path, struct messages *messages)
{
	return check((struct search){ .path = path, .stays = true, .messages = messages });
}

int busy_check_source(const char *path, struct messages *messages)
{
	return check((struct search){
		.path = path, .is_read = true, .stays = true, .messages = messages });
}
