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

static bool find_inner(int fd, struct inner *inner)
{
	struct statx st;
	char link[32], path[PATH_MAX];
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	ssize_t len = readlinkat(AT_FDCWD, link, path, sizeof(path) - 1);
	FILE *mounts = len > 0 && sys_fstat(fd, &st) == 0 ? fopen("/proc/self/mountinfo", "re")
							  : NULL;
	if (!mounts)
		return false;
	path[len] = '\0';
	char *line = NULL;
	size_t room = 0;
	bool found = false;
	unsigned long long id;
	while (!found && getline(&line, &room, mounts) > 0) {
		if (sscanf(line, "%llu", &id) == 1 && id == st.stx_mnt_id)
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
