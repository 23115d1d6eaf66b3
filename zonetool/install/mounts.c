/* mounts.c - what a zone has mounted below its root, while the root is filled. */
#include "install/mounts.h"

#include "util/alloc.h"
#include "util/root.h"
#include "zone/mounting.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

/* Types that are not mounted now: the runtime does, for the zone that runs. */
static const char *const later_types[] = { "lofs", "tmpfs", "ramfs", "overlay" };

/* Where a resource is mounted, without a slash at the beginning; NULL: nowhere. */
static const char *place_of(const struct resource *resource)
{
	const char *dir = resource->type->id == RES_FS      ? resource_get(resource, FS_DIR)
		: resource->type->id == RES_INHERIT_PKG_DIR ? resource_get(resource, INHERIT_DIR)
							    : NULL;
	return dir ? dir + strspn(dir, "/") : NULL;
}

static bool is_mounted_now(const struct resource *resource)
{
	if (resource->type->id != RES_FS)
		return false;
	const char *type = resource_get(resource, FS_TYPE);
	for (size_t i = 0; i < sizeof(later_types) / sizeof(later_types[0]); i++)
		if (strcmp(type, later_types[i]) == 0)
			return false;
	return true;
}

/* Whether a file of the host is given, not a directory: its mount point is made with the mount. */
static bool is_file(const struct resource *resource)
{
	struct stat st;
	return resource->type->id == RES_FS && strcmp(resource_get(resource, FS_TYPE), "lofs") == 0
		&& stat(resource_get(resource, FS_SPECIAL), &st) == 0 && !S_ISDIR(st.st_mode);
}

static int compare(const void *a, const void *b)
{
	const struct resource *const *first = a, *const *second = b;
	return strcmp(place_of(*first), place_of(*second));
}

/*
 * The resources that have a place, outer ones first. Returns how many; the array is the caller's.
 */
static size_t sort(const struct zone *zone, const struct resource ***ret_resources)
{
	const struct resource **resources = xcalloc(zone->count + 1, sizeof(struct resource *));
	size_t count = 0;
	for (size_t i = 0; i < zone->count; i++)
		if (place_of(zone->resources[i]))
			resources[count++] = zone->resources[i];
	qsort(resources, count, sizeof(struct resource *), compare);
	*ret_resources = resources;
	return count;
}

/* A file system that was mounted may have links of any kind: none is followed. */
static int open_below(int root_fd, const char *path, int flags)
{
	return root_openat2(
		root_fd, path, flags | O_DIRECTORY, 0, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
}

/* Make a mount point, and what is above it. Returns it, opened with O_PATH, or a negative errno. */
static int make_place(int root_fd, const char *path)
{
	AUTO_FD above = open_below(root_fd, ".", O_PATH);
	for (const char *at = path; *at && above >= 0;) {
		size_t len = strcspn(at, "/");
		AUTO_FREE char *name = xstrndup(at, len);
		if (mkdirat(above, name, 0755) < 0 && errno != EEXIST)
			return -errno;
		int next = open_below(above, name, O_PATH);
		fd_close(above);
		above = next;
		at += len + strspn(at + len, "/");
	}
	return fd_take(&above);
}

/* Returns 1: it is mounted, 0: it has its mount point, or a negative errno, described. */
static int begin_one(const struct resource *resource, int root_fd, struct messages *messages)
{
	const char *place = place_of(resource);
	AUTO_FREE char *above = is_file(resource)
		? xstrndup(place, strrchr(place, '/') ? (size_t)(strrchr(place, '/') - place) : 0)
		: xstrdup(place);
	AUTO_FD fd = make_place(root_fd, above);
	if (fd < 0) {
		AUTO_FREE char *title = resource_title(resource);
		return message_error(
			messages, fd, "%s: cannot make its mount point: %s", title, strerror(-fd));
	}
	if (!is_mounted_now(resource))
		return 0;
	int rc = mounting_mount(resource, fd, messages);
	return rc < 0 ? rc : 1;
}

int mounts_begin(const struct zone *zone, int root_fd, struct messages *messages)
{
	AUTO_FREE const struct resource **resources = NULL;
	size_t count = sort(zone, &resources);
	int mounted = 0;
	for (size_t i = 0; i < count; i++) {
		int rc = begin_one(resources[i], root_fd, messages);
		if (rc < 0)
			return rc;
		mounted += rc;
	}
	return mounted;
}

static int end_one(const struct resource *fs, int root_fd, struct messages *messages)
{
	char via[32];
	AUTO_FREE char *title = resource_title(fs);
	AUTO_FD fd = open_below(root_fd, place_of(fs), O_RDONLY);
	if (fd < 0)
		return message_error(
			messages, fd, "%s: cannot be unmounted: %s", title, strerror(-fd));
	if (syncfs(fd) < 0)
		return message_error(messages, -errno, "%s: cannot be brought to storage: %s",
			title, strerror(errno));
	/* Unmounted when the descriptor is closed. */
	snprintf(via, sizeof(via), "/proc/self/fd/%d", fd);
	if (umount2(via, MNT_DETACH) < 0)
		return message_error(
			messages, -errno, "%s: cannot be unmounted: %s", title, strerror(errno));
	return 0;
}

int mounts_end(const struct zone *zone, int root_fd, struct messages *messages)
{
	AUTO_FREE const struct resource **resources = NULL;
	size_t count = sort(zone, &resources);
	int rc = 0;
	while (count-- && rc == 0)
		if (is_mounted_now(resources[count]))
			rc = end_one(resources[count], root_fd, messages);
	return rc;
}
