/* mountinfo.h - what is mounted in a mount namespace, as the kernel tells it: proc(5). */
#ifndef UTIL_MOUNTINFO_H
#define UTIL_MOUNTINFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The table of this program's own mount namespace. */
#define MOUNTINFO_SELF "/proc/self/mountinfo"

/* A mount. Its texts are as they are, without the file's escapes, and the table's. */
struct mount {
	uint64_t id; /* statx(2)'s stx_mnt_id */
	/*
	 * The file system: its block device, or a number that no device has. On btrfs, stat(2) has
	 * others.
	 */
	dev_t device;
	/*
	 * The directory or file of the file system that is seen. It ends with "//deleted" if that
	 * was removed.
	 */
	const char *root;
	/* Where, absolute. libmount takes " (deleted)" at its end for a remark, and that away. */
	const char *point;
	const char *type; /* such as "ext4" or "fuse.sshfs" */
	const char *source;
};

/* A table that was read, in the kernel's order. */
struct mount_table {
	struct mount *rows;
	size_t count;
	struct libmnt_table *texts; /* what the rows are made of */
};

/*
 * Read a file such as /proc/PID/mountinfo. Lines that are no mounts are passed over. Returns 0 or a
 * negative errno, not described.
 */
int mountinfo_read(const char *file, struct mount_table *ret_table);
void mountinfo_free(struct mount_table *table);

/* A local table that frees itself; it begins as { 0 }. */
#define AUTO_MOUNT_TABLE __attribute__((cleanup(mountinfo_free))) struct mount_table

/* The mount of this number; NULL: there is none. */
const struct mount *mountinfo_find(const struct mount_table *table, uint64_t id);

/*
 * The mount, of the program's own table, that a file is on: path, itself and not where it leads, as
 * openat(2) understands dir_fd and path, or, if path is "", dir_fd itself. NULL: it is not known.
 */
const struct mount *mountinfo_find_at(
	const struct mount_table *table, int dir_fd, const char *path);

/* Whether it is a file system of ZFS: OpenZFS's or zfs-fuse's. */
bool mountinfo_is_zfs(const struct mount *mount);

#endif
