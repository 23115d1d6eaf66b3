/* storage.c - which backend a place has, and what the backends share. */
#include "storage/storage.h"

#include "util/alloc.h"
#include "util/file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/btrfs.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>

/* The first that suits a place is used there; the last suits all. */
static const struct storage_ops *const backends[] = {
	&storage_zfs,
	&storage_btrfs,
	&storage_directory,
};
enum { BACKENDS = sizeof(backends) / sizeof(backends[0]) };

const struct storage_ops *storage_for(const char *path, enum storage_want want)
{
	if (want == STORAGE_PLAIN)
		return &storage_directory;
	size_t i = 0;
	while (!backends[i]->suits(path))
		i++;
	return backends[i];
}

const struct storage_ops *storage_of(const char *path)
{
	size_t i = 0;
	while (!backends[i]->owns(path))
		i++;
	return backends[i];
}

const struct storage_ops *storage_named(const char *name)
{
	for (size_t i = 0; i < BACKENDS; i++)
		if (strcmp(backends[i]->name, name) == 0)
			return backends[i];
	return NULL;
}

int storage_appear(const char *path, const struct storage_job *job)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < BACKENDS; i++)
		if (backends[i]->appear)
			rc = backends[i]->appear(path, job);
	return rc;
}

/* As renameat2(2) with RENAME_NOREPLACE, also where the file system does not know that: FUSE. */
static int rename_new(const char *from, const char *to)
{
	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
		return 0;
	struct stat st;
	if (errno != EINVAL || lstat(to, &st) == 0)
		return -errno;
	return rename(from, to) < 0 ? -errno : 0;
}

/* Tried, not guessed: bind mounts refuse within a file system, subvolumes differ and do not. */
int storage_rename(const char *from, const char *to, const struct storage_job *job)
{
	int rc = rename_new(from, to);
	if (rc == -EXDEV || rc == -EBUSY)
		return 1;
	if (rc < 0)
		return message_error(
			job->messages, rc, "cannot rename %s to %s: %s", from, to, strerror(-rc));
	rc = file_sync_name(from, job->messages);
	return rc < 0 ? rc : file_sync_name(to, job->messages);
}

bool storage_can_rename(const char *from, const char *to)
{
	struct statx st, above;
	AUTO_FREE char *parent = file_above(to);
	/* One file system that is mounted twice is two for rename(2), and so is a mount point. */
	return statx(AT_FDCWD, from, AT_SYMLINK_NOFOLLOW, STATX_MNT_ID, &st) == 0
		&& statx(AT_FDCWD, parent, 0, STATX_MNT_ID, &above) == 0
		&& !(st.stx_attributes & STATX_ATTR_MOUNT_ROOT)
		&& st.stx_mnt_id == above.stx_mnt_id;
}

/* The id that all subvolumes of a file system have; statfs(2) tells another one of each. */
static bool btrfs_id(const char *path, struct btrfs_ioctl_fs_info_args *ret_info)
{
	AUTO_FD fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd >= 0 && ioctl(fd, BTRFS_IOC_FS_INFO, ret_info) == 0;
}

bool storage_shares_extents(const char *a, const char *b)
{
	struct statfs first, second;
	struct btrfs_ioctl_fs_info_args first_info = { 0 }, second_info = { 0 };
	if (statfs(a, &first) < 0 || statfs(b, &second) < 0 || first.f_type != second.f_type)
		return false;
	if (first.f_type == BTRFS_SUPER_MAGIC)
		return btrfs_id(a, &first_info) && btrfs_id(b, &second_info)
			&& memcmp(first_info.fsid, second_info.fsid, sizeof(first_info.fsid)) == 0;
	return first.f_type == XFS_SUPER_MAGIC
		&& memcmp(&first.f_fsid, &second.f_fsid, sizeof(first.f_fsid)) == 0;
}
