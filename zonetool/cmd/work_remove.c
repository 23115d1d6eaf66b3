/* work_remove.c - files of a zone that are its own no longer go, recorded. */
#include "cmd/work.h"

#include "util/alloc.h"
#include "zone/busy.h"

#include <errno.h>

/*
 * What goes has its name aside. Whatever comes to its old place is somebody else's, even if it
 * looks the same.
 */
static int forget_place(struct work *work, const struct operation *operation)
{
	struct operation rest = *operation;
	rest.from = operation->aside;
	return work_step(work, &rest, -1, NULL);
}

/*
 * Bring what goes to its name aside, if it is still where the zone left it. Returns 1 and
 * *ret_path, where it is now; 0: it is nowhere; -EEXIST, described as a warning: something else is
 * there; or another negative errno, described.
 */
static int put_aside(struct work *work, const struct operation *operation,
	const struct storage_ops *storage, const char **ret_path)
{
	struct storage_job job = work_storage_job(work);
	*ret_path = operation->aside;
	int there = work_exists(operation->aside, job.messages);
	if (there != 0)
		return there;
	there = work_exists(operation->from, job.messages);
	if (there <= 0)
		return there;
	int ours = work_is_at(storage, operation->from, operation->id, job.messages);
	if (ours == 0)
		message_warning(job.messages,
			"%s was left alone: it is not what zone %s left there", operation->from,
			work->name);
	if (ours <= 0)
		return ours < 0 ? ours : -EEXIST;
	int rc = storage->rename(operation->from, operation->aside, &job);
	if (rc < 0)
		return rc;
	/* A mount point stays where it is, and is emptied there. */
	*ret_path = rc == 0 ? operation->aside : operation->from;
	rc = rc == 0 ? forget_place(work, operation) : 0;
	return rc < 0 ? rc : 1;
}

/* Whether the directory that it was in can be looked at, so that what is not there has gone. */
static bool has_place(const struct operation *operation)
{
	AUTO_FREE char *place = work_place(operation->aside);
	return place;
}

int work_remove(struct work *work, const struct operation *operation)
{
	struct storage_job job = work_storage_job(work);
	const struct storage_ops *storage = storage_named(operation->storage);
	const char *path;
	int rc = put_aside(work, operation, storage, &path);
	bool stranger = rc == -EEXIST;
	/*
	 * Nobody new finds it there; who came in before may have written something since the copy.
	 */
	if (rc > 0 && operation->kind == OPERATION_MOVE) {
		int busy = busy_check(path, job.messages);
		rc = busy < 0 ? busy : rc;
	}
	/* Who died may have removed all of it, and not brought that to storage: destroy() does. */
	if (rc > 0 || (rc == 0 && has_place(operation)))
		rc = storage->destroy(rc > 0 ? path : operation->aside, &job);
	if (rc < 0 && !stranger)
		return rc;
	rc = work_step(
		work, NULL, operation->kind == OPERATION_UNINSTALL ? STATE_CONFIGURED : -1, NULL);
	return rc < 0 ? rc : stranger;
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
	int rc = work_identify(storage, from, &operation.id, work->adm->messages);
	if (rc == 0)
		rc = work_step(
			work, &operation, kind == OPERATION_UNINSTALL ? STATE_INCOMPLETE : -1, to);
	if (rc < 0)
		return rc;
	rc = work_remove(work, &operation);
	if (rc < 0 && to)
		message_error(work->adm->messages, rc,
			"zone %s is at %s now, but its old files at %s could not all be removed: "
			"the next command for the zone tries it again, and \"zoneadm -z %s recover "
			"-F\" gives it up",
			work->name, to, from, work->name);
	return rc < 0 ? rc : 0;
}
