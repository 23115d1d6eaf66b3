/* work_copy.c - what fills a new zonepath: a copy, and a system that is nobody yet. */
#include "cmd/work.h"

#include "identity/sysidcfg.h"
#include "identity/unconfigure.h"
#include "util/alloc.h"
#include "util/file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

int work_copy(struct work *work, const char *path, const char *label, const char *from,
	const struct work_copy *how)
{
	work_doing(work, label);
	struct storage_job storage = work_storage_job(work);
	struct tree_job job = {
		.messages = storage.messages,
		.progress = storage.progress,
		.user = storage.user,
		/* What is compared is read from storage; else bringing it there is the caller's. */
		.sync = how->compare != TREE_COMPARE_NOTHING,
		.compare = how->compare,
		.lossy = how->lossy,
	};
	int rc = tree_copy(from, path, &job);
	work_done(work);
	return rc;
}

/* ---- whether it fits ---- */

/* Bytes and objects, used or free. */
struct room {
	uint64_t bytes, objects;
};

static int check_free(const char *from, struct room need, const char *above,
	const struct statvfs *fs, struct messages *messages)
{
	uint64_t free_bytes = (uint64_t)fs->f_bavail * fs->f_frsize;
	/* Some, such as ramfs, do not know how large they are. */
	if (fs->f_blocks && need.bytes > free_bytes)
		return message_error(messages, -ENOSPC,
			"%s does not fit in %s: it takes %" PRIu64 " bytes, and %" PRIu64
			" are free",
			from, above, need.bytes, free_bytes);
	if (fs->f_files && need.objects > fs->f_favail)
		return message_error(messages, -ENOSPC,
			"%s does not fit in %s: it has %" PRIu64 " objects, and %" PRIu64
			" inodes are free",
			from, above, need.objects, (uint64_t)fs->f_favail);
	return 0;
}

int work_check_room(const struct work *work, const char *from, const char *to)
{
	struct messages *messages = work->adm->messages;
	struct statvfs there, here;
	AUTO_FREE char *above = file_above(to);
	if (storage_shares_extents(from, above))
		return 0;
	if (statvfs(above, &there) < 0 || statvfs(from, &here) < 0)
		return message_error(messages, -errno, "%s: %s", above, strerror(errno));
	/* Where all of the old file system would fit, nothing has to be counted. */
	struct messages quiet = messages_quiet();
	struct room all = { (uint64_t)(here.f_blocks - here.f_bfree) * here.f_frsize,
		here.f_files - here.f_ffree };
	bool counted = here.f_blocks && (here.f_files || !there.f_files);
	/* A file system that does not count inodes tells nothing of their number. */
	if (counted && check_free(from, all, above, &there, &quiet) == 0)
		return 0;
	struct tree_size size;
	int rc = tree_measure(from, &size, messages);
	struct room need = { size.bytes, size.objects };
	return rc < 0 ? rc : check_free(from, need, above, &there, messages);
}

/* ---- identity ---- */

/* What was reset needs no word, only what was not. */
static void emit_problems(struct messages *messages, enum severity severity, const char *text)
{
	struct messages *outer = messages->user;
	if (severity == MESSAGE_WARNING)
		message_warning(outer, "%s", text);
	else if (severity == MESSAGE_ERROR)
		message_error(outer, -EIO, "%s", text);
}

int work_unconfigure(
	struct work *work, const char *zonepath, const struct unconfigure_policy *policy)
{
	struct messages *messages = work->adm->messages;
	AUTO_FREE char *root = xasprintf("%s/root", zonepath);
	AUTO_FD fd = open(root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return message_error(messages, -errno, "%s: %s", root, strerror(errno));
	struct messages problems = { .emit = emit_problems, .user = messages };
	return unconfigure(fd, policy, &problems);
}

int work_store_sysidcfg(struct work *work, const char *zonepath, const char *text)
{
	struct messages *messages = work->adm->messages;
	AUTO_FREE char *root = xasprintf("%s/root", zonepath);
	if (!text)
		return 0;
	AUTO_FD fd = open(root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return message_error(messages, -errno, "%s: %s", root, strerror(errno));
	return sysidcfg_store(fd, text, messages);
}
