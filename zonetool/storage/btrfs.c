/* btrfs.c - zonepaths that are subvolumes: clones are snapshots. */
#include "storage/storage.h"

#include "util/alloc.h"
#include "util/file.h"

#include <btrfsutil.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

/* Describe what the library could not do. Returns a negative errno. */
static int fail(struct messages *messages, enum btrfs_util_error error, const char *path)
{
	int code = errno ? -errno : -EIO;
	return message_error(
		messages, code, "%s: %s: %s", path, btrfs_util_strerror(error), strerror(-code));
}

static bool is_on_btrfs(const char *path)
{
	struct statfs fs;
	return statfs(path, &fs) == 0 && fs.f_type == BTRFS_SUPER_MAGIC;
}

static bool suits(const char *path)
{
	AUTO_FREE char *above = file_above(path);
	return is_on_btrfs(above);
}

/* What is mounted on its own cannot be renamed or deleted: it is a directory for us. */
static bool owns(const char *path)
{
	struct statx st;
	return statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, STATX_TYPE, &st) == 0
		&& S_ISDIR(st.stx_mode) && !(st.stx_attributes & STATX_ATTR_MOUNT_ROOT)
		&& btrfs_util_is_subvolume(path) == BTRFS_UTIL_OK;
}

static int identify(const char *path, char **ret_id, struct messages *messages)
{
	struct btrfs_util_subvolume_info info;
	struct stat st;
	if (lstat(path, &st) < 0 && errno != ENOENT && errno != ENOTDIR)
		return message_error(messages, -errno, "%s: %s", path, strerror(errno));
	if (!owns(path))
		return -ENOENT;
	enum btrfs_util_error error = btrfs_util_subvolume_info(path, 0, &info);
	if (error != BTRFS_UTIL_OK)
		return fail(messages, error, path);
	AUTO_STR id = STR_EMPTY;
	for (size_t i = 0; i < sizeof(info.uuid); i++)
		text_addf(&id, "%02x", info.uuid[i]);
	*ret_id = text_take(&id);
	return 0;
}

static int create(const char *path, const struct storage_job *job)
{
	struct stat st;
	if (lstat(path, &st) == 0)
		return -EEXIST;
	enum btrfs_util_error error = btrfs_util_create_subvolume(path, 0, NULL, NULL);
	if (error != BTRFS_UTIL_OK)
		return errno == EEXIST ? -EEXIST : fail(job->messages, error, path);
	if (chmod(path, 0700) == 0 && chown(path, 0, 0) == 0)
		return file_sync_name(path, job->messages);
	int rc = message_error(job->messages, -errno, "%s: %s", path, strerror(errno));
	btrfs_util_delete_subvolume(path, 0);
	return rc;
}

int storage_delete_subvolume(const char *path, struct messages *messages)
{
	enum btrfs_util_error error = btrfs_util_delete_subvolume(
		path, BTRFS_UTIL_DELETE_SUBVOLUME_RECURSIVE);
	return error == BTRFS_UTIL_OK ? 0 : fail(messages, error, path);
}

static int destroy(const char *path, const struct storage_job *job)
{
	/* Begun as a subvolume, and interrupted when that was not there any more, or not yet. */
	if (!owns(path))
		return storage_directory.destroy(path, job);
	enum btrfs_util_error error = btrfs_util_delete_subvolume(
		path, BTRFS_UTIL_DELETE_SUBVOLUME_RECURSIVE);
	if (error != BTRFS_UTIL_OK)
		return fail(job->messages, error, path);
	/* What a power cut brought back once the record is gone would stay for good. */
	AUTO_FREE char *above = file_above(path);
	error = btrfs_util_sync(above);
	return error == BTRFS_UTIL_OK ? 0 : fail(job->messages, error, above);
}

static bool same_uuid(const uint8_t a[16], const uint8_t b[16])
{
	static const uint8_t none[16];
	return memcmp(a, b, 16) == 0 && memcmp(a, none, 16) != 0;
}

/*
 * A person's choice is a snapshot of the source, or what the source itself is a snapshot of; and
 * read-only, so that it is no other zone's zonepath, which may change meanwhile.
 */
static int check_snapshot(const char *from, const char *wanted, struct messages *messages)
{
	struct btrfs_util_subvolume_info source, snapshot;
	bool read_only;
	if (!owns(from))
		return message_error(messages, -EINVAL,
			"%s, the source, is no btrfs subvolume, so there is no snapshot of it",
			from);
	enum btrfs_util_error error = btrfs_util_subvolume_info(from, 0, &source);
	if (error != BTRFS_UTIL_OK)
		return fail(messages, error, from);
	error = btrfs_util_subvolume_info(wanted, 0, &snapshot);
	if (error == BTRFS_UTIL_OK)
		error = btrfs_util_get_subvolume_read_only(wanted, &read_only);
	if (error != BTRFS_UTIL_OK)
		return fail(messages, error, wanted);
	if (!same_uuid(snapshot.parent_uuid, source.uuid)
		&& !same_uuid(source.parent_uuid, snapshot.uuid))
		return message_error(
			messages, -EINVAL, "%s is no snapshot of the source, %s", wanted, from);
	if (read_only)
		return 0;
	return message_error(messages, -EINVAL,
		"%s is not read-only, so it may change while it is cloned: take a snapshot with "
		"\"btrfs subvolume snapshot -r\"",
		wanted);
}

/* A person's choice: another subvolume with a zone's files in it. */
static int check_wanted(
	const char *from, const char *to, const char *wanted, struct messages *messages)
{
	AUTO_FREE char *above = file_above(to), *root = xasprintf("%s/root", wanted);
	if (*wanted != '/' || btrfs_util_is_subvolume(wanted) != BTRFS_UTIL_OK)
		return message_error(messages, -EINVAL,
			"%s is not the path of a btrfs subvolume or snapshot", wanted);
	if (!is_on_btrfs(above) || !storage_shares_extents(wanted, above))
		return message_error(messages, -EXDEV,
			"%s cannot be cloned to %s: they are on different file systems", wanted,
			to);
	struct stat st;
	if (lstat(root, &st) < 0 || !S_ISDIR(st.st_mode))
		return message_error(messages, -ENOENT,
			"%s has no directory root, so it is no snapshot of a zonepath", wanted);
	return check_snapshot(from, wanted, messages);
}

static int plan_clone(const char *from, const char *to, const char *wanted, char **ret_snapshot,
	struct messages *messages)
{
	AUTO_FREE char *above = file_above(to);
	int rc = wanted ? check_wanted(from, to, wanted, messages) : 0;
	if (rc < 0)
		return rc;
	if (!wanted && (!owns(from) || !is_on_btrfs(above) || !storage_shares_extents(from, above)))
		return 1;
	*ret_snapshot = xstrdup(wanted ? wanted : "");
	return 0;
}

/* The kernel commits the transaction: the snapshot is on storage. */
static int clone_subvolume(const char *from, const char *to, const char *snapshot,
	const char *owner, const struct storage_job *job)
{
	(void)owner;
	const char *origin = *snapshot ? snapshot : from;
	enum btrfs_util_error error = btrfs_util_create_snapshot(
		origin, to, BTRFS_UTIL_CREATE_SNAPSHOT_RECURSIVE, NULL, NULL);
	return error == BTRFS_UTIL_OK ? 0 : fail(job->messages, error, to);
}

const struct storage_ops storage_btrfs = {
	.name = "btrfs",
	.created = "A btrfs subvolume has been created for this zone.",
	.cloned = "Instead of copying, a btrfs snapshot has been created for this zone.",
	.suits = suits,
	.owns = owns,
	.identify = identify,
	.create = create,
	.rename = storage_rename,
	.can_rename = storage_can_rename,
	.destroy = destroy,
	.plan_clone = plan_clone,
	.clone = clone_subvolume,
};
