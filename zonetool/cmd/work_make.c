/* work_make.c - making a zonepath, whole or not at all. */
#include "cmd/work.h"

#include "util/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
	PLANS_MAX = 100, /* clones that may be faster with the same name for a snapshot */
};

/* What it begins with. */
static int record(struct work *work, const struct work_make *make, struct operation *operation)
{
	struct messages *messages = work->adm->messages;
	*operation = (struct operation){ .kind = make->kind,
		.phase = PHASE_MAKE,
		.storage = xstrdup(make->storage->name),
		.to = xstrdup(make->to),
		.aside = work_aside(make->to),
		.place = work_place(make->to) };
	if (!make->from)
		return 0;
	operation->from = xstrdup(make->from);
	return work_identify(storage_of(make->from), make->from, &operation->from_id, messages);
}

/* Store the record, with the state that a zone has meanwhile. */
static int store(struct work *work, const struct operation *operation)
{
	return work_step(
		work, operation, operation->kind == OPERATION_MOVE ? -1 : STATE_INCOMPLETE, NULL);
}

/* Returns as storage_ops.clone() and .plan_clone() do. */
static int clone_once(struct work *work, const struct work_make *make, struct operation *operation)
{
	struct storage_job job = work_storage_job(work);
	AUTO_FREE char *snapshot = NULL;
	int rc = make->storage->plan_clone(
		make->origin, operation->aside, make->snapshot, &snapshot, job.messages);
	if (rc != 0)
		return rc;
	free(operation->snapshot);
	operation->snapshot = *snapshot && !make->snapshot ? xstrdup(snapshot) : NULL;
	rc = store(work, operation);
	if (rc < 0)
		return rc;
	/* A snapshot of a person's choice is not ours to take, nor to destroy. */
	rc = make->storage->clone(make->origin, operation->aside, snapshot,
		make->snapshot ? NULL : operation->aside, &job);
	if (rc == 0 && *snapshot)
		printf("Cloning snapshot %s\n", snapshot);
	return rc;
}

/* Make the directory aside. Returns 0, 1 as work_make() does, or a negative errno, described. */
static int begin(struct work *work, const struct work_make *make, struct operation *operation)
{
	struct storage_job job = work_storage_job(work);
	int rc = make->origin ? -EAGAIN : store(work, operation);
	if (make->origin)
		for (int i = 0; i < PLANS_MAX && rc == -EAGAIN; i++)
			rc = clone_once(work, make, operation);
	else if (rc == 0)
		rc = make->storage->create(operation->aside, &job);
	if (rc == -EAGAIN || rc == -EEXIST)
		return message_error(job.messages, rc, "%s: %s", operation->aside, strerror(-rc));
	if (rc != 0)
		return rc;
	const char *said = make->origin ? make->storage->cloned : make->storage->created;
	if (said)
		puts(said);
	fflush(stdout);
	/* From now on the record tells which it is. */
	rc = work_identify(make->storage, operation->aside, &operation->id, job.messages);
	return rc < 0 ? rc : work_step(work, operation, -1, NULL);
}

/* Fill it, and bring that to storage. */
static int fill(struct work *work, const struct work_make *make, const struct operation *operation)
{
	struct messages *messages = work->adm->messages;
	/* Opened before, so that no error in writing escapes that another syncfs(2) is told of. */
	AUTO_FD fd = open(operation->aside, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return message_error(messages, -errno, "%s: %s", operation->aside, strerror(errno));
	int rc = make->fill(work, operation->aside, make->user);
	if (rc == 0 && syncfs(fd) < 0)
		rc = message_error(messages, -errno, "cannot bring %s to storage: %s",
			operation->aside, strerror(errno));
	return rc;
}

/* From now on what dies is finished, not undone. */
static int record_whole(struct work *work, struct operation *operation)
{
	operation->phase = PHASE_NAME;
	return work_step(work, operation, -1, NULL);
}

/* Give it its name. */
static int name_it(struct work *work, const struct work_make *make, struct operation *operation)
{
	struct storage_job job = work_storage_job(work);
	int rc = make->storage->rename(operation->aside, operation->to, &job);
	if (rc <= 0)
		return rc;
	return message_error(job.messages, -EBUSY, "cannot rename %s to %s: %s", operation->aside,
		operation->to, strerror(EBUSY));
}

int work_make(struct work *work, const struct work_make *make)
{
	AUTO_OPERATION operation = { 0 };
	int rc = record(work, make, &operation);
	if (rc < 0)
		return rc;
	rc = begin(work, make, &operation);
	if (rc == 0)
		rc = fill(work, make, &operation);
	if (rc == 0)
		rc = record_whole(work, &operation);
	if (rc == 0)
		rc = name_it(work, make, &operation);
	if (rc != 0) {
		/* The record, if it came to that, says how to undo it. */
		work->failed = true;
		work_recover(work);
		return rc;
	}
	return make->kind == OPERATION_MOVE ? 0 : work_step(work, NULL, STATE_INSTALLED, NULL);
}
