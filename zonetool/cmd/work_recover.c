/*
 * work_recover.c - what a dead command left of a zone: its record says what it was about to do, and
 * the directories themselves how far it came. Each case leads to a state that is whole, and may be
 * interrupted again.
 */
#include "cmd/work.h"

#include "storage/storage.h"
#include "util/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* Whether there is a directory at path that has this inode number. */
static bool is_recorded(const char *path, const struct operation *operation)
{
	struct stat st;
	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode) && st.st_ino == operation->inode;
}

static int recover_rename(struct work *work, const struct operation *operation)
{
	struct messages *messages = work->adm->messages;
	if (is_recorded(operation->from, operation)) {
		message_note(messages, "an interrupted move of zone %s was undone: it is at %s",
			work->name, operation->from);
		return work_step(work, NULL, -1, NULL);
	}
	if (!is_recorded(operation->to, operation))
		return message_error(messages, -ENOENT,
			"zone %s: a move from %s to %s was interrupted, and the zone is at "
			"neither: "
			"mount what is missing and repeat the command",
			work->name, operation->from, operation->to);
	/* Who died may not have come to this after its rename. */
	int rc = file_sync_name(operation->from, work->adm->messages);
	if (rc == 0)
		rc = file_sync_name(operation->to, work->adm->messages);
	if (rc < 0)
		return rc;
	message_note(messages, "an interrupted move of zone %s was finished: it is at %s",
		work->name, operation->to);
	return work_step(work, NULL, -1, operation->to);
}

/* The copy is whole if it has its name already: it is renamed as the last thing. */
static int recover_make(struct work *work, const struct operation *operation)
{
	struct storage_job job = { .messages = work->adm->messages };
	bool move = operation->kind == OPERATION_MOVE;
	bool whole = !work_exists(operation->aside) && operation->inode
		&& is_recorded(operation->to, operation);
	/* Who died may have renamed it, and not brought that to storage. */
	int rc = whole ? file_sync_name(operation->to, work->adm->messages) : 0;
	if (rc < 0)
		return rc;
	if (whole)
		message_note(work->adm->messages,
			"an interrupted %s of zone %s was finished: it is at %s",
			operation_name(operation->kind), work->name, operation->to);
	if (whole && move)
		return work_leave(work, operation->kind, operation->from, operation->to);
	if (whole)
		return work_step(work, NULL, STATE_INSTALLED, NULL);
	bool there = work_exists(operation->aside);
	if (there) {
		/* From now on it is no wonder if it is missing. */
		struct operation undoing = *operation;
		undoing.inode = 0;
		rc = work_step(work, &undoing, -1, NULL);
	}
	if (there && rc == 0)
		rc = storage_probe(operation->aside)->destroy(operation->aside, &job);
	/* It was made, and is neither there nor where it was to be: that disk may be missing. */
	if (rc == 0 && !there && operation->inode && !work_exists(operation->to))
		return message_error(work->adm->messages, -ENOENT,
			"zone %s: an interrupted %s has left %s, which is not there now: mount "
			"what is "
			"missing, or make an empty directory of that name, and repeat the command",
			work->name, operation_name(operation->kind), operation->aside);
	if (rc < 0)
		return rc;
	message_note(work->adm->messages, "an interrupted %s of zone %s was undone",
		operation_name(operation->kind), work->name);
	return work_step(work, NULL, move ? -1 : STATE_CONFIGURED, NULL);
}

/* What goes has its name aside already, or is about to get it. */
static int recover_remove(struct work *work, const struct operation *operation)
{
	int rc = work_remove(work, operation);
	if (rc == 0)
		message_note(work->adm->messages,
			"an interrupted %s of zone %s was finished: what was left of its old files "
			"is gone",
			operation_name(operation->kind), work->name);
	return rc;
}

int work_recover(struct work *work)
{
	AUTO_OPERATION operation = { 0 };
	int rc = registry_operation(
		work->adm->registry, work->name, &operation, work->adm->messages);
	if (rc == -ENOENT)
		return 0;
	if (rc < 0)
		return rc;
	switch (operation.phase) {
	case PHASE_RENAME:
		rc = recover_rename(work, &operation);
		break;
	case PHASE_MAKE:
		rc = recover_make(work, &operation);
		break;
	case PHASE_REMOVE:
		rc = recover_remove(work, &operation);
		break;
	case PHASE_COUNT:
		break;
	}
	return rc < 0 ? rc : 1;
}
