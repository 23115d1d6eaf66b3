/* shield.c - the host's programs, as a zone may come to see them: not to be written to. */
#include "runtime/shield.h"

#include "base/fd.h"
#include "util/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* From the first run to the second: fds of the mount namespace and of the root to go back to. */
#define VARIABLE "ZLOGIN_SHIELD"

/* Where programs and libraries are; in most systems all but the first are links into it. */
static const char *const directories[] = { "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64" };
enum { DIRECTORY_COUNT = sizeof(directories) / sizeof(directories[0]) };

static bool shielded;

static int make_read_only(const char *path)
{
	struct mount_attr attributes = { .attr_set = MOUNT_ATTR_RDONLY };
	return mount_setattr(AT_FDCWD, path, AT_RECURSIVE, &attributes, sizeof(attributes)) < 0
		? -errno
		: 0;
}

static int fail(int code, struct messages *messages)
{
	return message_error(messages, code,
		"the host's programs cannot be kept from the zone's root: %s", strerror(-code));
}

/* ---- this program ---- */

/* Returns why the program did not run again: a negative errno. */
static int run_again(char **argv)
{
	char path[PATH_MAX];
	/* By its name: the link itself leads to the mount that can be written to. */
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);
	int namespace = open("/proc/self/ns/mnt", O_RDONLY);
	int root = open("/", O_PATH | O_DIRECTORY);
	if (len < 0 || namespace < 0 || root < 0)
		return -errno;
	path[len] = '\0';
	AUTO_FREE char *fds = xasprintf("%d %d", namespace, root);
	if (setenv(VARIABLE, fds, 1) < 0 || unshare(CLONE_NEWNS) < 0
		|| mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return -errno;
	int rc = make_read_only("/");
	if (rc < 0)
		return rc;
	execv(path, argv);
	return -errno;
}

int shield_self(char **argv, struct messages *messages)
{
	return shielded ? 0 : fail(run_again(argv), messages);
}

/*
 * Of the namespace that is left here nothing remains but what we run: in no namespace, mounts
 * cannot be made writable again.
 */
static int go_back(const char *text)
{
	int namespace = -1, root = -1;
	struct statvfs fs;
	if (sscanf(text, "%d %d", &namespace, &root) != 2)
		return -EINVAL;
	int rc = statvfs("/proc/self/exe", &fs) < 0 ? -errno : 0;
	if (rc == 0 && !(fs.f_flag & ST_RDONLY))
		rc = -EPERM;
	if (rc == 0 && (setns(namespace, CLONE_NEWNS) < 0 || fchdir(root) < 0 || chroot(".") < 0))
		rc = -errno;
	fd_close(namespace);
	fd_close(root);
	return rc;
}

int shield_resume(struct messages *messages)
{
	const char *text = getenv(VARIABLE);
	int rc = text ? go_back(text) : 0;
	if (rc < 0)
		return fail(rc, messages);
	shielded = text;
	unsetenv(VARIABLE);
	return 0;
}

/* ---- others ---- */

int shield_system(struct messages *messages)
{
	struct stat st;
	for (size_t i = 0; i < DIRECTORY_COUNT; i++) {
		const char *directory = directories[i];
		if (lstat(directory, &st) < 0 || !S_ISDIR(st.st_mode))
			continue;
		int rc = mount(directory, directory, NULL, MS_BIND | MS_REC, NULL) < 0 ? -errno : 0;
		if (rc == 0)
			rc = make_read_only(directory);
		if (rc < 0)
			return fail(rc, messages);
	}
	return 0;
}
