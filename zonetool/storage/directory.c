/* directory.c - zonepaths that are directories: on any file system. */
#include "storage/storage.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool probe(const char *path)
{
	(void)path;
	return true;
}

static int create(const char *path, struct messages *messages)
{
	/* Whatever the umask and the directory above say. */
	if (mkdir(path, 0700) == 0 && chmod(path, 0700) == 0 && chown(path, 0, 0) == 0)
		return 0;
	if (errno == EEXIST)
		return -EEXIST;
	return message_error(messages, -errno, "cannot make %s: %s", path, strerror(errno));
}

const struct storage_ops storage_directory = {
	.name = "directory",
	.probe = probe,
	.create = create,
	.destroy = tree_remove,
};
