/* directory.c - zonepaths that are directories: on any file system. */
#include "storage/storage.h"

#include "util/file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool suits(const char *path)
{
	(void)path;
	return true;
}

static int identify(const char *path, uint64_t *ret_id, struct messages *messages)
{
	struct stat st;
	errno = 0;
	if (lstat(path, &st) < 0 && errno != ENOENT)
		return message_error(messages, -errno, "%s: %s", path, strerror(errno));
	if (errno == ENOENT || !S_ISDIR(st.st_mode))
		return -ENOENT;
	*ret_id = st.st_ino;
	return 0;
}

static int create(const char *path, const struct storage_job *job)
{
	/* Whatever the umask and the directory above say. */
	if (mkdir(path, 0700) == 0 && chmod(path, 0700) == 0 && chown(path, 0, 0) == 0)
		return file_sync_name(path, job->messages);
	if (errno == EEXIST)
		return -EEXIST;
	return message_error(job->messages, -errno, "cannot make %s: %s", path, strerror(errno));
}

static int destroy(const char *path, const struct storage_job *job)
{
	struct tree_job tree = {
		.messages = job->messages, .progress = job->progress, .user = job->user
	};
	int rc = tree_remove(path, &tree);
	/* What a power cut brought back once the record is gone would stay for good. */
	return rc < 0 ? rc : file_sync_name(path, job->messages);
}

const struct storage_ops storage_directory = {
	.name = "directory",
	.suits = suits,
	.owns = suits,
	.identify = identify,
	.create = create,
	.rename = storage_rename,
	.can_rename = storage_can_rename,
	.destroy = destroy,
};
