/* platform.c - the mount namespace of a zone: its root, and what is mounted below, in order. */
#include "runtime/platform.h"

#include "runtime/platform_private.h"

#include "util/alloc.h"
#include "util/file.h"
#include "util/mountinfo.h"
#include "zone/path.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* In PLACE. What is mounted there goes with the namespace; the names are the supervisor's. */
#define PLACE_ROOT "root"
#define PLACE_SCRATCH "mount"
static const char *const directories[] = { PLACE_ROOT, PLACE_SCRATCH, PLACE_DEVICES };
enum { DIRECTORY_COUNT = sizeof(directories) / sizeof(directories[0]) };

char *platform_root(const struct runtime_zone *zone)
{
	return xasprintf("%s/" PLACE_ROOT, zone->place);
}

/* ---- what is mounted below the root ---- */

/* Something of the zone's that is mounted. */
struct part {
	const struct resource *resource;
	char *source; /* on the host; NULL: the resource is a file system of its own */
	char *place;  /* in the zone */
	struct tree_options options;
};

static void parts_free(struct part *parts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(parts[i].source);
		free(parts[i].place);
	}
	free(parts);
}

/* Where a dataset of ZFS is mounted on the host, or NULL. */
static char *find_dataset(const char *name)
{
	AUTO_MOUNT_TABLE mounts = { 0 };
	if (mountinfo_read(MOUNTINFO_SELF, &mounts) < 0)
		return NULL;
	for (size_t i = 0; i < mounts.count; i++)
		if (mountinfo_is_zfs(&mounts.rows[i]) && strcmp(mounts.rows[i].source, name) == 0)
			return xstrdup(mounts.rows[i].point);
	return NULL;
}

/* Fill in the part that a resource is. Returns 1, 0: it is none, or a negative errno, described. */
static int part_init(struct part *part, const struct resource *resource, struct messages *messages)
{
	const char *name;
	*part = (struct part){ .resource = resource };
	if (resource->type->id == RES_INHERIT_PKG_DIR) {
		part->source = xstrdup(resource_get(resource, INHERIT_DIR));
		part->place = xstrdup(part->source);
		part->options.set = MOUNT_ATTR_RDONLY;
		part->options.recursive = true;
	} else if (resource->type->id == RES_FS) {
		part->place = xstrdup(resource_get(resource, FS_DIR));
		if (strcmp(resource_get(resource, FS_TYPE), "lofs") == 0) {
			part->source = xstrdup(resource_get(resource, FS_SPECIAL));
			part->options = tree_lofs_options(resource);
		}
	} else if (resource->type->id == RES_DATASET) {
		name = resource_get(resource, DATASET_NAME);
		part->source = *name == '/' ? xstrdup(name) : find_dataset(name);
		if (!part->source)
			return message_error(messages, -ENOENT,
				"dataset %s: it is not mounted on the host: zfs mount %s", name,
				name);
		part->place = xstrdup(part->source);
	} else {
		return 0;
	}
	return 1;
}

static int compare(const void *a, const void *b)
{
	const struct part *first = a, *second = b;
	return strcmp(first->place, second->place);
}

static int mount_part(const struct platform *platform, const struct part *part)
{
	AUTO_FREE char *title = resource_title(part->resource);
	AUTO_FREE char *scratch = xasprintf("%s/" PLACE_SCRATCH, platform->zone->place);
	AUTO_FD tree = part->source ? tree_clone(platform, part->source, &part->options, title)
				    : tree_mount(platform, part->resource, scratch, title);
	if (tree < 0)
		return tree;
	return place_attach(platform, tree, part->place + strspn(part->place, "/"), title);
}

static int mount_parts(const struct platform *platform)
{
	const struct zone *zone = platform->zone->zone;
	struct part *parts = xcalloc(zone->count + 1, sizeof(*parts));
	size_t count = 0;
	int rc = 0;
	for (size_t i = 0; i < zone->count && rc >= 0; i++) {
		rc = part_init(&parts[count], zone->resources[i], platform->messages);
		count += rc > 0;
	}
	if (rc >= 0) {
		/* Outer ones first. */
		qsort(parts, count, sizeof(*parts), compare);
		rc = 0;
		for (size_t i = 0; i < count && rc == 0; i++)
			rc = mount_part(platform, &parts[i]);
	}
	parts_free(parts, count);
	return rc;
}

/* ---- the root ---- */

/* What the host has mounted below the root would not be there in the zone, and nobody told. */
static int check_bare(const char *root, struct messages *messages)
{
	AUTO_MOUNT_TABLE mounts = { 0 };
	int rc = mountinfo_read(MOUNTINFO_SELF, &mounts);
	if (rc < 0)
		return message_error(messages, rc,
			"what is mounted on this host is not known: " MOUNTINFO_SELF ": %s",
			strerror(-rc));
	for (size_t i = 0; i < mounts.count; i++) {
		const char *point = mounts.rows[i].point;
		if (path_inside(point, root) && strcmp(point, root) != 0)
			return message_error(messages, -EBUSY,
				"the host has mounted %s (%s) in the zone's root: unmount it, or "
				"give it to the zone with add fs",
				point, mounts.rows[i].type);
	}
	return 0;
}

/* A directory of ours in PLACE. */
static int make_directory(
	const struct runtime_zone *zone, const char *name, struct messages *messages)
{
	AUTO_FREE char *path = xasprintf("%s/%s", zone->place, name);
	if (mkdir(path, 0755) < 0 && errno != EEXIST)
		return message_error(messages, -errno, "%s: %s", path, strerror(errno));
	return 0;
}

static int mount_root(struct platform *platform)
{
	AUTO_FREE char *from = xasprintf("%s/root", platform->zone->zonepath);
	AUTO_FREE char *to = platform_root(platform->zone);
	const struct tree_options options = { 0 };
	int rc = check_bare(from, platform->messages);
	if (rc < 0)
		return rc;
	AUTO_FD tree = tree_clone(platform, from, &options, "the zone's root");
	if (tree < 0)
		return tree;
	if (move_mount(tree, "", AT_FDCWD, to, MOVE_MOUNT_F_EMPTY_PATH) < 0)
		return message_error(platform->messages, -errno,
			"the zone's root cannot be mounted at %s: %s", to, strerror(errno));
	platform->root_fd = open(to, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (platform->root_fd < 0)
		return message_error(platform->messages, -errno, "%s: %s", to, strerror(errno));
	return 0;
}

/* The engine makes names in some of these, and would follow links out of the root to do so. */
static int check_points(const struct platform *platform)
{
	static const char *const names[] = { "dev", "proc", "sys", "run" };
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct stat st;
		if (fstatat(platform->root_fd, names[i], &st, AT_SYMLINK_NOFOLLOW) == 0
			&& !S_ISDIR(st.st_mode))
			return message_error(platform->messages, -ENOTDIR,
				"the zone's /%s is no directory: replace it by an empty one, "
				"%s/root/%s",
				names[i], platform->zone->zonepath, names[i]);
	}
	return 0;
}

/*
 * A host can be in a chroot(2). Who enters a mount namespace, as the zone's root can its own,
 * begins at the namespace's root, which would be that of what is outside: it gets ours instead.
 */
static int change_root(int root_fd)
{
	struct statx ours, top;
	if (statx(root_fd, "", AT_EMPTY_PATH, STATX_INO | STATX_MNT_ID, &ours) < 0
		|| statx(AT_FDCWD, "/", 0, STATX_INO | STATX_MNT_ID, &top) < 0)
		return -errno;
	if (ours.stx_mnt_id == top.stx_mnt_id && ours.stx_ino == top.stx_ino)
		return 0;
	/* Both are at the same place then, the old one above. */
	if (fchdir(root_fd) < 0 || syscall(SYS_pivot_root, ".", ".") < 0
		|| umount2(".", MNT_DETACH) < 0 || chdir("/") < 0)
		return -errno;
	return 0;
}

static int enter_own(void)
{
	if (unshare(CLONE_NEWNS) < 0)
		return -errno;
	AUTO_FD root_fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	AUTO_FD namespace = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
	/* What the host unmounts is unmounted here, too: nothing of it is held busy. */
	if (root_fd < 0 || namespace < 0 || setns(namespace, CLONE_NEWNS) < 0
		|| mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) < 0)
		return -errno;
	return change_root(root_fd);
}

static int leave_host(struct messages *messages)
{
	int rc = enter_own();
	return rc < 0 ? message_error(messages, rc,
		       "cannot make a mount namespace for the zone: %s", strerror(-rc))
		      : 0;
}

/* ---- files of the host's ---- */

char *platform_here(const struct runtime_zone *zone)
{
	return xasprintf("%s/here", zone->place);
}

/* What zonename(1) reads in the zone. It belongs to the zone's root there, who cannot write it. */
static int make_here(const struct runtime_zone *zone, struct messages *messages)
{
	AUTO_FREE char *path = platform_here(zone);
	AUTO_FREE char *text = xasprintf(
		"zonename=%s\nip-type=%s\n", zone->name, zone_get(zone->zone, ZONE_IP_TYPE));
	int rc = unlink(path) < 0 && errno != ENOENT ? -errno : 0;
	AUTO_FD fd = rc < 0 ? -1 : open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
	if (rc == 0)
		rc = fd < 0 ? -errno : file_write(fd, text, strlen(text));
	if (rc == 0 && (fchmod(fd, 0444) < 0 || fchown(fd, zone->uid_shift, zone->uid_shift) < 0))
		rc = -errno;
	return rc < 0 ? message_error(messages, rc, "%s: %s", path, strerror(-rc)) : 0;
}

/* ---- all of it ---- */

static int make_inside(struct platform *platform)
{
	int rc = mount_root(platform);
	if (rc == 0)
		rc = check_points(platform);
	if (rc == 0)
		rc = mount_parts(platform);
	if (rc == 0)
		rc = platform_devices(platform);
	if (rc == 0)
		rc = make_here(platform->zone, platform->messages);
	return rc;
}

int platform_make(const struct runtime_zone *zone, struct messages *messages)
{
	struct platform platform = {
		.zone = zone, .messages = messages, .root_fd = -1, .users_fd = -1
	};
	int rc = 0;
	for (size_t i = 0; i < DIRECTORY_COUNT && rc == 0; i++)
		rc = make_directory(zone, directories[i], messages);
	if (rc == 0)
		rc = leave_host(messages);
	if (rc == 0 && zone->uid_shift) {
		platform.users_fd = tree_users(zone->uid_shift, messages);
		rc = platform.users_fd < 0 ? platform.users_fd : 0;
	}
	if (rc == 0)
		rc = make_inside(&platform);
	fd_close(platform.root_fd);
	fd_close(platform.users_fd);
	return rc;
}
