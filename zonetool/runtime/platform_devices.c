/* platform_devices.c - device nodes of a zone. */
#include "runtime/platform_private.h"

#include "runtime/devices.h"
#include "util/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#define DEV "/dev/"

char *platform_device(const struct runtime_zone *zone, const char *path)
{
	char *node = xasprintf("%s/" PLACE_DEVICES "/%s", zone->place, path + (sizeof(DEV) - 1));
	if (access(node, F_OK) == 0)
		return node;
	free(node);
	return NULL;
}

/* The id that the zone knows as this one; what it cannot know is root's. */
static unsigned map_id(const struct runtime_zone *zone, unsigned id)
{
	if (!zone->uid_shift)
		return id;
	return zone->uid_shift + (id < RUNTIME_SHIFT_RANGE ? id : 0);
}

/* Make the directories above name, a path in the directory. Returns 0 or a negative errno. */
static int make_above(int dir_fd, const char *name)
{
	for (const char *slash = strchr(name, '/'); slash; slash = strchr(slash + 1, '/')) {
		AUTO_FREE char *above = xstrndup(name, (size_t)(slash - name));
		if (mkdirat(dir_fd, above, 0755) < 0 && errno != EEXIST)
			return -errno;
	}
	return 0;
}

static int make_node(const struct runtime_zone *zone, int dir_fd, const char *path)
{
	const char *name = path + (sizeof(DEV) - 1);
	struct stat st;
	/* Links, such as those of /dev/disk, become what they lead to. */
	if (stat(path, &st) < 0)
		return errno == ENOENT ? 0 : -errno;
	if (!S_ISBLK(st.st_mode) && !S_ISCHR(st.st_mode))
		return 0;
	int rc = make_above(dir_fd, name);
	if (rc < 0)
		return rc;
	if (mknodat(dir_fd, name, st.st_mode & S_IFMT, st.st_rdev) < 0
		|| fchownat(dir_fd, name, map_id(zone, st.st_uid), map_id(zone, st.st_gid), 0) < 0
		|| fchmodat(dir_fd, name, st.st_mode & 07777, 0) < 0)
		return -errno;
	return 0;
}

static int make_nodes(const struct platform *platform, const char *directory, char **paths)
{
	/* The host's own directory is on a file system where devices mean nothing. */
	if (mount("zone", directory, "tmpfs", MS_NOSUID | MS_NOEXEC, "mode=755,size=1m") < 0)
		return message_error(platform->messages, -errno, "cannot mount %s: %s", directory,
			strerror(errno));
	AUTO_FD dir_fd = open(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (dir_fd < 0)
		return message_error(
			platform->messages, -errno, "%s: %s", directory, strerror(errno));
	for (char **path = paths; *path; path++) {
		int rc = make_node(platform->zone, dir_fd, *path);
		if (rc < 0)
			return message_error(platform->messages, rc,
				"device %s: cannot make it for the zone: %s", *path, strerror(-rc));
	}
	return 0;
}

int platform_devices(const struct platform *platform)
{
	char **paths = devices_match(platform->zone->zone, platform->messages);
	AUTO_FREE char *directory = xasprintf("%s/" PLACE_DEVICES, platform->zone->place);
	int rc = *paths ? make_nodes(platform, directory, paths) : 0;
	for (char **path = paths; *path; path++)
		free(*path);
	free(paths);
	return rc;
}
