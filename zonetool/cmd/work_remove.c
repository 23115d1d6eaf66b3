/* work_remove.c - files of a zone that are its own no longer go, recorded. */
#include "cmd/work.h"

#include "util/alloc.h"
#include "util/file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/*
 * What goes has its name aside. Whatever comes to its old place is somebody else's, even if the
 * file system gives it the inode number that is free when all has gone.
 */
static int forget_place(struct work *work, const struct operation *operation)
{
	struct operation rest = *operation;
	rest.from = operation->aside;
	return work_step(work, &rest, -1, NULL);
}

/*
 * Bring what goes to its name aside, if it is still where the zone left it. Returns 0 and
 * *ret_path, where it is now, NULL: nowhere; or a negative errno, described.
 */
static int put_aside(struct work *work, const struct operation *operation,
	const struct storage_ops *storage, const char **ret_path)
{
	struct storage_job job = work_storage_job(work);
	*ret_path = operation->aside;
	if (work_exists(operation->aside))
		return 0;
	*ret_path = NULL;
	if (!work_exists(operation->from))
		return 0;
	if (!work_is_at(storage, operation->from, operation->id, job.messages)) {
		message_warning(job.messages,
			"%s was left alone: it is not what zone %s left there", operation->from,
			work->name);
		return 0;
	}
	int rc = storage->rename(operation->from, operation->aside, &job);
	if (rc < 0)
		return rc;
	/* A mount point stays where it is, and is emptied there. */
	*ret_path = rc == 0 ? operation->aside : operation->from;
	return rc == 0 ? forget_place(work, operation) : 0;
}

int work_remove(struct work *work, const struct operation *operation)
{
	struct storage_job job = work_storage_job(work);
	const struct storage_ops *storage = storage_named(operation->storage);
	const char *path;
	int rc = put_aside(work, operation, storage, &path);
	/* Who died may have removed all of it, and not brought that to storage: destroy() does. */
	if (rc == 0 && (path || work_place(operation->aside)))
		rc = storage->destroy(path ? path : operation->aside, &job);
	if (rc < 0)
		return rc;
	return work_step(
		work, NULL, operation->kind == OPERATION_UNINSTALL ? STATE_CONFIGURED : -1, NULL);
}

int work_leave(struct work *work, enum operation_kind kind, const char *from, const char *to)
{
	const struct storage_ops *storage = storage_of(from);
	AUTO_OPERATION operation = { .kind = kind,
		.phase = PHASE_REMOVE,
		.storage = xstrdup(storage->name),
		.from = xstrdup(from),
		.aside = work_aside(from),
		.place = work_place(from) };
	int rc = storage->identify(from, &operation.id, work->adm->messages);
	if (rc == -ENOENT)
		return message_error(work->adm->messages, rc, "%s: %s", from, strerror(ENOENT));
	if (rc == 0)
		rc = work_step(
			work, &operation, kind == OPERATION_UNINSTALL ? STATE_INCOMPLETE : -1, to);
	return rc < 0 ? rc : work_remove(work, &operation);
}
