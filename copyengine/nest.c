/*
 * nest.c - refusing to copy a directory into itself.
 *
 * Going up by ".." finds the source among the destination's parents. A bind mount hides that: its
 * parent is where it is mounted, not where it comes from. So both are also compared as what
 * /proc/self/mountinfo makes of them: the file system's device, and the path within it.
 */
#include "nest.h"

#include "base/fd.h"
#include "base/str.h"
#include "sys.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

static bool same_object(const struct statx *a, const struct statx *b)
{
	return sys_dev(a) == sys_dev(b) && a->stx_ino == b->stx_ino;
}

/* Whether src is dst or one of its parents. */
static bool is_parent(const struct statx *src, int dst_fd, bool one_mount)
{
	struct statx at, up;
	if (sys_fstat(dst_fd, &at) < 0)
		return false;
	AUTO_FD fd = -1;
	for (;;) {
		if (same_object(src, &at))
			return true;
		int parent = sys_openat(fd < 0 ? dst_fd : fd, "..", O_PATH | O_DIRECTORY, 0);
		fd_close(fd);
		fd = parent;
		if (fd < 0 || sys_fstat(fd, &up) < 0)
			return false;
		bool crossed = at.stx_mnt_id != up.stx_mnt_id;
		if (crossed ? one_mount : same_object(&at, &up))
			return false;
		at = up;
	}
}

/* mountinfo writes blanks, tabs, newlines and backslashes as three octal digits. */
static void unescape(char *text)
{
	char *out = text;
	for (const char *in = text; *in; in++) {
		unsigned code;
		if (*in == '\\' && sscanf(in + 1, "%3o", &code) == 1) {
			*out++ = (char)code;
			in += 3;
		} else {
			*out++ = *in;
		}
	}
	*out = '\0';
}

/* A directory within its file system. */
struct inner {
	unsigned major, minor;
	struct str path;
};

/* Put together the mount's root and what of the fd's path is below the mount point. */
static bool make_inner(char *line, const char *path, struct inner *inner)
{
	char *save = NULL, *fields[5];
	for (int i = 0; i < 5; i++) {
		fields[i] = strtok_r(i ? NULL : line, " ", &save);
		if (!fields[i])
			return false;
	}
	char *root = fields[3], *point = fields[4];
	unescape(root);
	unescape(point);
	size_t len = strcmp(point, "/") == 0 ? 0 : strlen(point);
	if (sscanf(fields[2], "%u:%u", &inner->major, &inner->minor) != 2
		|| strncmp(path, point, len) != 0 || (path[len] && path[len] != '/'))
		return false;
	return str_adds(&inner->path, strcmp(root, "/") == 0 ? "" : root) == 0
		&& str_adds(&inner->path, strcmp(path + len, "/") == 0 ? "" : path + len) == 0;
}

/* The table of mounts, with the path of a directory and the mount it is on. NULL: not to be had. */
static FILE *open_mounts(int fd, char path[PATH_MAX], uint64_t *ret_id)
{
	struct statx st;
	char link[32];
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	ssize_t len = readlinkat(AT_FDCWD, link, path, PATH_MAX - 1);
	if (len <= 0 || sys_fstat(fd, &st) < 0)
		return NULL;
	path[len] = '\0';
	*ret_id = st.stx_mnt_id;
	return fopen("/proc/self/mountinfo", "re");
}

static bool find_inner(int fd, struct inner *inner)
{
	char path[PATH_MAX];
	uint64_t mount_id;
	FILE *mounts = open_mounts(fd, path, &mount_id);
	if (!mounts)
		return false;
	char *line = NULL;
	size_t room = 0;
	bool found = false;
	unsigned long long id;
	while (!found && getline(&line, &room, mounts) > 0) {
		if (sscanf(line, "%llu", &id) == 1 && id == mount_id)
			found = make_inner(line, path, inner);
	}
	free(line);
	fclose(mounts);
	return found;
}

static bool is_inner_parent(int src_fd, int dst_fd)
{
	struct inner src = { .path = STR_EMPTY }, dst = { .path = STR_EMPTY };
	bool inside = false;
	if (find_inner(src_fd, &src) && find_inner(dst_fd, &dst) && src.major == dst.major
		&& src.minor == dst.minor) {
		const char *from = str_get(&src.path), *to = str_get(&dst.path);
		inside = strncmp(from, to, src.path.len) == 0
			&& (to[src.path.len] == '\0' || to[src.path.len] == '/');
	}
	str_free(&src.path);
	str_free(&dst.path);
	return inside;
}

bool nest_inside(int src_fd, int dst_fd, bool one_mount)
{
	struct statx src;
	if (sys_fstat(src_fd, &src) < 0)
		return false;
	return is_parent(&src, dst_fd, one_mount) || is_inner_parent(src_fd, dst_fd);
}

/* The device of a mount that is at top or below it, or has it: top_id. False: one elsewhere. */
static bool read_mount(char *line, const char *top, uint64_t top_id, uint64_t *ret_dev)
{
	unsigned long long id;
	unsigned major, minor;
	char *point;
	if (sscanf(line, "%llu %*u %u:%u %*s %ms", &id, &major, &minor, &point) != 4)
		return false;
	unescape(point);
	size_t len = strcmp(top, "/") == 0 ? 0 : strlen(top);
	bool below = strncmp(point, top, len) == 0 && (point[len] == '\0' || point[len] == '/');
	free(point);
	*ret_dev = (uint64_t)major << 32 | minor;
	return id == top_id || below;
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return (x > y) - (x < y);
}

bool nest_repeats(int fd)
{
	char path[PATH_MAX], *line = NULL;
	uint64_t id, dev;
	FILE *mounts = open_mounts(fd, path, &id);
	if (!mounts)
		return false;
	AUTO_STR devs = STR_EMPTY;
	size_t room = 0;
	while (getline(&line, &room, mounts) > 0) {
		if (read_mount(line, path, id, &dev))
			str_add(&devs, (const char *)&dev, sizeof(dev));
	}
	free(line);
	fclose(mounts);
	size_t count = devs.len / sizeof(dev);
	uint64_t *sorted = (uint64_t *)(void *)devs.data;
	if (count)
		qsort(sorted, count, sizeof(dev), by_number);
	for (size_t i = 1; i < count; i++) {
		if (sorted[i - 1] == sorted[i])
			return true;
	}
	return false;
}
