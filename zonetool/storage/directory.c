/* directory.c - zonepaths that are directories: on any file system. */
#include "storage/storage.h"

#include "util/alloc.h"
#include "util/file.h"
#include "zone/value.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool suits(const char *path)
{
	(void)path;
	return true;
}

/* Append the file handle, which has the inode's generation, where the file system has any. */
static void add_handle(struct str *id, const char *path)
{
	union {
		struct file_handle handle;
		char room[sizeof(struct file_handle) + MAX_HANDLE_SZ];
	} at;
	int mount_id;
	at.handle.handle_bytes = MAX_HANDLE_SZ;
	if (name_to_handle_at(AT_FDCWD, path, &at.handle, &mount_id, 0) < 0)
		return;
	for (unsigned i = 0; i < at.handle.handle_bytes; i++)
		text_addf(id, "%02x", at.handle.f_handle[i]);
}

int storage_identify_directory(const char *path, char **ret_id, struct messages *messages)
{
	struct statx st;
	if (statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, STATX_INO | STATX_TYPE | STATX_BTIME, &st)
		< 0) {
		if (errno == ENOENT || errno == ENOTDIR)
			return -ENOENT;
		return message_error(messages, -errno, "%s: %s", path, strerror(errno));
	}
	if (!S_ISDIR(st.stx_mode))
		return -ENOENT;
	/* Numbers are used again, and are the same on another disk: the time of birth is not. */
	AUTO_STR id = STR_EMPTY;
	text_addf(&id, "%" PRIu64 "-", (uint64_t)st.stx_ino);
	if (st.stx_mask & STATX_BTIME)
		text_addf(&id, "%" PRId64 ".%09" PRIu32, (int64_t)st.stx_btime.tv_sec,
			st.stx_btime.tv_nsec);
	text_addc(&id, '-');
	add_handle(&id, path);
	*ret_id = text_take(&id);
	return 0;
}

static int create(const char *path, const struct storage_job *job)
{
	if (mkdir(path, 0700) < 0) {
		if (errno == EEXIST)
			return -EEXIST;
		return message_error(
			job->messages, -errno, "cannot make %s: %s", path, strerror(errno));
	}
	/* Whatever the umask and the directory above say. */
	int rc = 0;
	if (chmod(path, 0700) < 0 || chown(path, 0, 0) < 0)
		rc = message_error(
			job->messages, -errno, "cannot make %s: %s", path, strerror(errno));
	if (rc == 0)
		rc = file_sync_name(path, job->messages);
	if (rc < 0)
		rmdir(path);
	return rc;
}

static void keep_subvolume(void *user, const char *path)
{
	value_take(user, xstrdup(path));
}

static int destroy(const char *path, const struct storage_job *job)
{
	struct value subvolumes = VALUE_EMPTY;
	struct tree_job tree = { .messages = job->messages,
		.progress = job->progress,
		.user = job->user,
		.on_subvolume = keep_subvolume,
		.subvolume_user = &subvolumes };
	int rc = tree_remove(path, &tree);
	/* What is in the way of the rest. */
	bool again = rc == 0 && subvolumes.count;
	for (size_t i = 0; rc == 0 && i < subvolumes.count; i++)
		rc = storage_delete_subvolume(subvolumes.items[i], job->messages);
	value_free(&subvolumes);
	if (again && rc == 0) {
		tree.on_subvolume = NULL;
		rc = tree_remove(path, &tree);
	}
	/* What a power cut brought back once the record is gone would stay for good. */
	return rc < 0 ? rc : file_sync_name(path, job->messages);
}

const struct storage_ops storage_directory = {
	.name = "directory",
	.suits = suits,
	.owns = suits,
	.identify = storage_identify_directory,
	.create = create,
	.rename = storage_rename,
	.can_rename = storage_can_rename,
	.destroy = destroy,
};
