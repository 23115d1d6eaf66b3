/* verify_mounts.c - what is mounted on this host, and on which disks. */
#include "zone/verify_parts.h"

#include "util/alloc.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

/*
 * The block device: some file systems, such as btrfs, have a number of their own, and only their
 * source says what they are on.
 */
static dev_t find_device(const struct mount *mount)
{
	struct stat st;
	if (major(mount->device) == 0 && *mount->source == '/' && stat(mount->source, &st) == 0
		&& S_ISBLK(st.st_mode))
		return st.st_rdev;
	return mount->device;
}

/* The disk that a block device is a partition of; 0: it is none. */
static dev_t find_disk(dev_t device)
{
	if (major(device) == 0)
		return 0;
	unsigned major_number, minor_number;
	AUTO_FREE char *partition = xasprintf(
		"/sys/dev/block/%u:%u/partition", major(device), minor(device));
	AUTO_FREE char *parent = xasprintf(
		"/sys/dev/block/%u:%u/../dev", major(device), minor(device));
	FILE *file = access(partition, F_OK) == 0 ? fopen(parent, "re") : NULL;
	bool known = file && fscanf(file, "%u:%u", &major_number, &minor_number) == 2;
	if (file)
		fclose(file);
	return known ? makedev(major_number, minor_number) : 0;
}

struct mount_table verify_mounts(struct messages *messages)
{
	struct mount_table mounts = { 0 };
	int rc = mountinfo_read(MOUNTINFO_SELF, &mounts);
	if (rc < 0)
		message_warning(messages,
			"what is mounted on this host was not looked at: " MOUNTINFO_SELF ": %s",
			strerror(-rc));
	return mounts;
}

const char *verify_mounted_at(const struct mount_table *mounts, dev_t device)
{
	for (size_t i = 0; i < mounts->count; i++) {
		dev_t mounted = find_device(&mounts->rows[i]);
		if (mounted == device || find_disk(mounted) == device)
			return mounts->rows[i].point;
	}
	return NULL;
}
