/*
 * zfs.c - zonepaths that are ZFS file systems. A zone's dataset is named after its path: that of
 * the dataset which is mounted on the directory above, a slash, and the last component; so its
 * mount point is inherited. Only where there is no such dataset above, a zone that is moved inside
 * its pool gets a mount point of its own.
 */
#include "storage/zfs_private.h"

#include "util/alloc.h"
#include "util/file.h"
#include "util/run.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	/* What goes under another name while it is made has ".", "." and 16 digits more. */
	NAME_BYTES_MAX = ZFS_NAME_BYTES_MAX - 18,
	RENAMES_MAX = 20, /* tries, before something else is tried */
};

static bool suits(const char *path)
{
	AUTO_FREE char *name = zfs_name_for(path);
	return name && strlen(name) <= NAME_BYTES_MAX;
}

static bool owns(const char *path)
{
	AUTO_FREE char *name = zfs_at(path);
	return name != NULL;
}

/* ---- appear ---- */

/* Whether a directory has something in it, or cannot be looked into: nothing is to hide that. */
static bool is_used(const char *path)
{
	int rc = file_is_empty_directory(AT_FDCWD, path, NULL);
	return rc == 0 || (rc < 0 && rc != -ENOENT);
}

static bool is_mounted(const struct zfs_row *row)
{
	AUTO_FREE char *name = zfs_at(row->mountpoint);
	return name && strcmp(name, row->name) == 0;
}

/* Mount what is above a dataset, then it. What is meant not to be mounted is passed over. */
static int mount_down_to(
	const struct zfs_rows *rows, const char *dataset, const struct storage_job *job)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < rows->count; i++) { /* the higher ones come first */
		const struct zfs_row *row = &rows->rows[i];
		size_t len = strlen(row->name);
		if (strncmp(dataset, row->name, len) != 0
			|| (dataset[len] != '/' && dataset[len] != '\0'))
			continue;
		if (row->can_mount && *row->mountpoint == '/' && !is_mounted(row)
			&& !is_used(row->mountpoint))
			rc = zfs_mount(row->name, row->mountpoint, job);
	}
	return rc;
}

static int appear(const char *path, const struct storage_job *job)
{
	/* Without the command, its module or a pool there is nothing to look for. */
	if (owns(path) || is_used(path) || !zfs_try(job, ZFS("list", "-H", "-o", "name")))
		return 0;
	AUTO_ROWS rows = { NULL, 0 };
	const struct zfs_row *row = NULL;
	int rc = zfs_list(NULL, &rows, job->messages);
	if (rc == 0)
		rc = zfs_find_unmounted(&rows, path, &row, job->messages);
	return rc == 0 && row ? mount_down_to(&rows, row->name, job) : rc;
}

static int identify(const char *path, char **ret_id, struct messages *messages)
{
	AUTO_FREE char *name = zfs_at(path);
	if (!name)
		return -ENOENT;
	char *guid = zfs_get(name, "guid", "value");
	if (!guid)
		return message_error(messages, -EIO, "zfs get guid %s: there is no answer", name);
	*ret_id = guid;
	return 0;
}

/* ---- create ---- */

/* Mount a new dataset where it belongs, and make it root's. */
static int settle(const char *name, const char *path, const struct storage_job *job)
{
	int rc = zfs_mount(name, path, job);
	if (rc < 0)
		return rc;
	AUTO_FD fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0 && fchmod(fd, 0700) == 0 && fchown(fd, 0, 0) == 0 && fsync(fd) == 0)
		return 0;
	return message_error(job->messages, -errno, "%s: %s", path, strerror(errno));
}

/*
 * Zones have ACLs, such as those of journals, and OpenZFS has none unless it is told; only it knows
 * acltype. What somebody has set above is kept to.
 */
static int create_dataset(const char *name, const struct storage_job *job)
{
	static const char *const wanted[][2] = {
		{ "acltype", "acltype=posixacl" },
		{ "xattr", "xattr=sa" }, /* what zfs-fuse has by this name knows no sa */
	};
	enum { WANTED = sizeof(wanted) / sizeof(wanted[0]) };
	const char *argv[2 + 2 * WANTED + 2] = { "zfs", "create" };
	size_t count = 2;
	AUTO_FREE char *above = xstrndup(name, (size_t)(strrchr(name, '/') - name));
	AUTO_FREE char *acltype = zfs_get(above, "acltype", "value");
	for (size_t i = 0; acltype && i < WANTED; i++) {
		AUTO_FREE char *source = zfs_get(above, wanted[i][0], "source");
		if (!source || strcmp(source, "default") != 0)
			continue;
		argv[count++] = "-o";
		argv[count++] = wanted[i][1];
	}
	argv[count] = name;
	return zfs_do(job, argv);
}

static int create(const char *path, const struct storage_job *job)
{
	struct stat st;
	if (lstat(path, &st) == 0)
		return -EEXIST;
	AUTO_FREE char *name = zfs_name_for(path);
	if (!name)
		return message_error(job->messages, -EINVAL,
			"%s cannot be the mount point of a ZFS file system of its own", path);
	AUTO_ROWS pool = { NULL, 0 };
	int rc = zfs_list_pool(name, &pool, job->messages);
	if (rc < 0)
		return rc;
	if (zfs_find(&pool, name))
		return message_error(job->messages, -EBUSY,
			"%s is not mounted at %s: mount, rename or destroy it", name, path);
	rc = create_dataset(name, job);
	/* It may have come to be without being mounted; what is mounted somebody else has made. */
	bool ours = rc == 0 || !owns(path);
	if (rc == 0)
		rc = settle(name, path, job);
	if (rc < 0 && ours)
		zfs_destroy(path, job);
	return rc;
}

/* ---- rename ---- */

/* How a dataset gets to another path. */
struct relocation {
	const struct storage_job *job;
	const char *from, *to;
	char *name;   /* of the dataset */
	char *rename; /* the name that it gets, or NULL: a mount point of its own */
	bool local;   /* it has such a mount point already */
};

/* Whether mount points are given as they are, not below another directory (zpool import -R). */
static bool has_altroot(const char *dataset)
{
	AUTO_FREE char *pool = xasprintf("%.*s", zfs_pool_len(dataset), dataset);
	AUTO_RUN_OUTPUT output = { NULL, NULL };
	struct run run = { .argv = (const char *const[]){
				   "zpool", "list", "-H", "-o", "altroot", pool, NULL } };
	return run_program(&run, &output) != 0 || strcmp(output.out, "-\n") != 0;
}

/* Decide how. Returns whether it can be done; the names are freed in either case. */
static bool plan(struct relocation *relocation)
{
	relocation->name = zfs_at(relocation->from);
	if (!relocation->name || !strchr(relocation->name, '/'))
		return false;
	AUTO_FREE char *mountpoint = zfs_get(relocation->name, "mountpoint", "value");
	AUTO_FREE char *source = zfs_get(relocation->name, "mountpoint", "source");
	AUTO_FREE char *above = file_above(relocation->to);
	char *name;
	bool root;
	if (!mountpoint || !source || strcmp(mountpoint, relocation->from) != 0
		|| !zfs_on(above, &name, &root))
		return false; /* mounted by other means, or to a file system of another kind */
	AUTO_FREE char *there = name;
	if (!zfs_same_pool(there, relocation->name))
		return false;
	relocation->local = strcmp(source, "local") == 0;
	if (!relocation->local)
		relocation->rename = zfs_name_for(relocation->to);
	return relocation->rename || !has_altroot(relocation->name);
}

static void relocation_free(struct relocation *relocation)
{
	free(relocation->name);
	free(relocation->rename);
}
#define AUTO_RELOCATION __attribute__((cleanup(relocation_free))) struct relocation

static bool can_rename(const char *from, const char *to)
{
	AUTO_RELOCATION relocation = { .from = from, .to = to };
	return plan(&relocation);
}

/* Whether the dataset is to be mounted at "to", whatever a command said that was to see to it. */
static bool is_relocated(const struct relocation *relocation)
{
	const char *name = relocation->rename ? relocation->rename : relocation->name;
	AUTO_FREE char *mountpoint = zfs_get(name, "mountpoint", "value");
	return mountpoint && strcmp(mountpoint, relocation->to) == 0;
}

/*
 * The one step that counts: the dataset belongs to "from" before, and to "to" after it. It is not
 * mounted meanwhile, as zfs-fuse cannot do otherwise, and so that no kill leaves the directory that
 * it was mounted on. zfs-fuse does not always rename what has clones, either: then it gets a mount
 * point of its own.
 */
static int relocate(struct relocation *relocation)
{
	const struct storage_job *job = relocation->job;
	AUTO_FREE char *property = xasprintf("mountpoint=%s", relocation->to);
	for (int i = 0; relocation->rename && i < RENAMES_MAX; i++) {
		if (zfs_try(job, ZFS("rename", relocation->name, relocation->rename)))
			return 0;
		zfs_pause();
	}
	if (relocation->rename && is_relocated(relocation))
		return 0; /* whatever it said */
	if (relocation->rename && has_altroot(relocation->name))
		return zfs_do(job, ZFS("rename", relocation->name, relocation->rename));
	free(relocation->rename);
	relocation->rename = NULL;
	int rc = zfs_insist(job, ZFS("set", property, relocation->name));
	return is_relocated(relocation) ? 0 : rc;
}

/* zfs-fuse now and then says that it could not, and has; what is busy is not waited for. */
static int unmount(const char *name, const char *path, const struct storage_job *job)
{
	if (zfs_try(job, ZFS("unmount", name)))
		return 0;
	AUTO_FREE char *there = zfs_at(path);
	return there && strcmp(there, name) == 0 ? zfs_do(job, ZFS("unmount", name)) : 0;
}

/* It cannot be mounted at its new place, as was described: it goes back to the old one. */
static void go_back(const struct relocation *relocation)
{
	const struct storage_job *job = relocation->job;
	AUTO_FREE char *property = xasprintf("mountpoint=%s", relocation->from);
	if (relocation->rename)
		zfs_do(job, ZFS("rename", relocation->rename, relocation->name));
	else if (relocation->local)
		zfs_do(job, ZFS("set", property, relocation->name));
	else
		zfs_do(job, ZFS("inherit", "mountpoint", relocation->name));
	zfs_mount(relocation->name, relocation->from, job);
}

static int rename_dataset(const char *from, const char *to, const struct storage_job *job)
{
	AUTO_RELOCATION relocation = { .job = job, .from = from, .to = to };
	if (!plan(&relocation))
		return 1;
	struct stat st;
	if (lstat(to, &st) == 0)
		return message_error(job->messages, -EEXIST, "cannot move %s to %s: %s", from, to,
			strerror(EEXIST));
	int rc = unmount(relocation.name, from, job);
	if (rc < 0)
		return rc;
	zfs_remove_mountpoint(from, job);
	rc = relocate(&relocation);
	if (rc < 0) {
		zfs_mount(relocation.name, from, job);
		return rc;
	}
	rc = zfs_mount(relocation.rename ? relocation.rename : relocation.name, to, job);
	if (rc < 0)
		go_back(&relocation);
	return rc;
}

const struct storage_ops storage_zfs = {
	.name = "zfs",
	.created = "A ZFS file system has been created for this zone.",
	.cloned = "Instead of copying, a ZFS clone has been created for this zone.",
	.suits = suits,
	.owns = owns,
	.appear = appear,
	.identify = identify,
	.create = create,
	.rename = rename_dataset,
	.can_rename = can_rename,
	.check_destroy = zfs_check_destroy,
	.destroy = zfs_destroy,
	.plan_clone = zfs_plan_clone,
	.clone = zfs_clone,
	.drop_snapshot = zfs_drop_snapshot,
};
