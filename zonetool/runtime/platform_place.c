/* platform_place.c - mount points in the zone's root, which its users may have changed. */
#include "runtime/platform_private.h"

#include "util/alloc.h"
#include "util/root.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <linux/securebits.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>

enum { PLACE_MODE = 0755, PLACE_FILE_MODE = 0644 };

/* What is there, opened with O_PATH, or a negative errno. */
static int open_inside(const struct platform *platform, const char *path)
{
	return root_openat2(
		platform->root_fd, path, O_PATH, 0, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
}

/*
 * Be the zone's root towards file systems, or the host's again (0): what is made on a mapped mount
 * must belong to somebody who is mapped. Capabilities stay, whoever that is.
 */
static void become(uint32_t id)
{
	setfsgid(id);
	setfsuid(id);
}

/* Make a directory, or an empty file, in an opened directory. Returns 0 or a negative errno. */
static int make(const struct platform *platform, int dir_fd, const char *name, bool directory)
{
	int bits = prctl(PR_GET_SECUREBITS);
	if (bits < 0 || prctl(PR_SET_SECUREBITS, bits | SECBIT_NO_SETUID_FIXUP) < 0)
		return -errno;
	become(platform->zone->uid_shift);
	int rc = directory
		? mkdirat(dir_fd, name, PLACE_MODE)
		: openat(dir_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, PLACE_FILE_MODE);
	int saved = rc < 0 ? -errno : 0;
	become(0);
	if (!directory && rc >= 0)
		close(rc);
	if (prctl(PR_SET_SECUREBITS, bits) < 0)
		return -errno;
	return saved;
}

/* Make the mount point at the path, and what is above it. Returns it, or a negative errno. */
static int make_place(const struct platform *platform, const char *path, bool directory)
{
	AUTO_FD above = open_inside(platform, ".");
	for (const char *at = path; *at && above >= 0;) {
		size_t len = strcspn(at, "/");
		const char *next = at + len + strspn(at + len, "/");
		AUTO_FREE char *so_far = xstrndup(path, (size_t)(at - path) + len);
		AUTO_FREE char *name = xstrndup(at, len);
		int fd = open_inside(platform, so_far);
		if (fd == -ENOENT) {
			int rc = make(platform, above, name, directory || *next);
			/* If it exists, it is a link that leads nowhere: said as such below. */
			if (rc < 0 && rc != -EEXIST)
				return rc;
			fd = open_inside(platform, so_far);
		}
		fd_close(above);
		above = fd;
		at = next;
	}
	return fd_take(&above);
}

int place_attach(const struct platform *platform, int tree_fd, const char *path, const char *title)
{
	struct stat st, place;
	if (fstat(tree_fd, &st) < 0)
		return message_error(platform->messages, -errno, "%s: %s", title, strerror(errno));
	bool directory = S_ISDIR(st.st_mode);
	AUTO_FD place_fd = make_place(platform, path, directory);
	if (place_fd < 0)
		return message_error(platform->messages, place_fd,
			"%s: cannot make its mount point /%s in the zone: %s", title, path,
			strerror(-place_fd));
	if (fstat(place_fd, &place) < 0)
		return message_error(platform->messages, -errno, "%s: %s", title, strerror(errno));
	if (S_ISDIR(place.st_mode) != directory)
		return message_error(platform->messages, -ENOTDIR,
			"%s: its mount point /%s in the zone is %s: remove it, or give another dir",
			title, path,
			directory ? "not a directory" : "a directory, and it is a file");
	if (move_mount(tree_fd, "", place_fd, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH)
		< 0)
		return message_error(platform->messages, -errno, "%s: cannot be mounted at /%s: %s",
			title, path, strerror(errno));
	return 0;
}
