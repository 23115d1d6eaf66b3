/*
 * work_recover.c - what a dead command left of a zone: its record says what it was about to do, and
 * the directories themselves how far it came. Each case leads to a state that is whole, and may be
 * interrupted again.
 */
#include "cmd/work.h"

#include "util/alloc.h"
#include "util/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

bool work_is_at(
	const struct storage_ops *storage, const char *path, uint64_t id, struct messages *messages)
{
	uint64_t now;
	return id && storage->identify(path, &now, messages) == 0 && now == id;
}

uint64_t work_place(const char *path)
{
	struct stat st;
	AUTO_FREE char *above = file_above(path);
	return lstat(above, &st) == 0 ? st.st_ino : 0;
}

/* A record that is being put right. */
struct recovery {
	struct work *work;
	const struct operation *operation;
	const struct storage_ops *storage; /* of what has the record's id */
	struct storage_job job;
};

static bool is_recorded(const struct recovery *recovery, const char *path)
{
	return work_is_at(recovery->storage, path, recovery->operation->id, recovery->job.messages);
}

/* "an interrupted move", "the move". */
static const char *which(const struct recovery *recovery)
{
	return recovery->work->failed ? "the" : "an interrupted";
}

/* What cannot be told apart from what is gone: its file system may only be not mounted. */
static int check_mounted(const struct recovery *recovery, const char *path)
{
	const struct operation *operation = recovery->operation;
	if (!operation->place || recovery->work->give_up || work_place(path) == operation->place)
		return 0;
	AUTO_FREE char *above = file_above(path);
	return message_error(recovery->job.messages, -ENOENT,
		"zone %s: an interrupted %s was at work in %s, which is not the directory that it "
		"was: mount what is missing and repeat the command; if it is gone for good: "
		"zoneadm -z %s recover -F",
		recovery->work->name, operation_name(operation->kind), above, recovery->work->name);
}

static int recover_rename(const struct recovery *recovery)
{
	struct work *work = recovery->work;
	const struct operation *operation = recovery->operation;
	struct messages *messages = recovery->job.messages;
	if (is_recorded(recovery, operation->from)) {
		message_note(messages, "%s move of zone %s was undone: it is at %s",
			which(recovery), work->name, operation->from);
		return work_step(work, NULL, -1, NULL);
	}
	if (!is_recorded(recovery, operation->to))
		return message_error(messages, -ENOENT,
			"zone %s: a move from %s to %s was interrupted, and the zone is at "
			"neither: mount what is missing and repeat the command",
			work->name, operation->from, operation->to);
	/* Who died may not have come to this after its rename. */
	int rc = file_sync_name(operation->from, messages);
	if (rc == 0)
		rc = file_sync_name(operation->to, messages);
	if (rc < 0)
		return rc;
	message_note(messages, "%s move of zone %s was finished: it is at %s", which(recovery),
		work->name, operation->to);
	return work_step(work, NULL, -1, operation->to);
}

/* The new zonepath is whole: the zone is what it was to be. */
static int finish_make(const struct recovery *recovery)
{
	struct work *work = recovery->work;
	const struct operation *operation = recovery->operation;
	struct messages *messages = recovery->job.messages;
	/* Who died may have renamed it, and not brought that to storage. */
	int rc = file_sync_name(operation->to, messages);
	if (rc < 0)
		return rc;
	bool move = operation->kind == OPERATION_MOVE;
	bool old = move
		&& work_is_at(
			storage_of(operation->from), operation->from, operation->from_id, messages);
	if (move && !old && !work->give_up)
		return message_error(messages, -ENOENT,
			"zone %s was copied from %s to %s, and what it was copied from is not "
			"there now: mount what is missing and repeat the command; if it is gone "
			"for good: zoneadm -z %s recover -F",
			work->name, operation->from, operation->to, work->name);
	message_note(messages, "%s %s of zone %s was finished: it is at %s", which(recovery),
		operation_name(operation->kind), work->name, operation->to);
	if (old)
		return work_leave(work, operation->kind, operation->from, operation->to);
	return work_step(work, NULL, move ? -1 : STATE_INSTALLED, move ? operation->to : NULL);
}

/* It is not: it goes, and the zone is what it was before. */
static int undo_make(const struct recovery *recovery)
{
	struct work *work = recovery->work;
	const struct operation *operation = recovery->operation;
	int rc = 0;
	if (work_exists(operation->aside)) {
		/* From now on it may be missing, and something else have its id. */
		struct operation undoing = *operation;
		undoing.id = 0;
		rc = work_step(work, &undoing, -1, NULL);
		if (rc == 0)
			rc = recovery->storage->destroy(operation->aside, &recovery->job);
	} else {
		rc = check_mounted(recovery, operation->aside);
		/* An earlier recovery may have died before its removal was on storage. */
		if (rc == 0 && work_place(operation->aside))
			rc = recovery->storage->destroy(operation->aside, &recovery->job);
	}
	if (rc == 0 && operation->snapshot && recovery->storage->drop_snapshot)
		rc = recovery->storage->drop_snapshot(
			operation->snapshot, operation->aside, &recovery->job);
	if (rc < 0)
		return rc;
	message_note(recovery->job.messages, "%s %s of zone %s was undone", which(recovery),
		operation_name(operation->kind), work->name);
	return work_step(
		work, NULL, operation->kind == OPERATION_MOVE ? -1 : STATE_CONFIGURED, NULL);
}

/* It is whole if it has its name already: it is renamed as the last thing. */
static int recover_make(const struct recovery *recovery)
{
	bool whole = !work_exists(recovery->operation->aside)
		&& is_recorded(recovery, recovery->operation->to);
	return whole ? finish_make(recovery) : undo_make(recovery);
}

/* What goes has its name aside already, or is about to get it. */
static int recover_remove(const struct recovery *recovery)
{
	const struct operation *operation = recovery->operation;
	int rc = 0;
	if (!work_exists(operation->aside) && !work_exists(operation->from))
		rc = check_mounted(recovery, operation->aside);
	if (rc == 0)
		rc = work_remove(recovery->work, operation);
	if (rc == 0)
		message_note(recovery->job.messages,
			"%s %s of zone %s was finished: what was left of its old files is gone",
			which(recovery), operation_name(operation->kind), recovery->work->name);
	return rc;
}

/* What a reboot has not mounted again. */
static int appear(const struct recovery *recovery)
{
	const struct operation *operation = recovery->operation;
	const char *const paths[] = { operation->from, operation->to, operation->aside };
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < sizeof(paths) / sizeof(paths[0]); i++)
		if (paths[i])
			rc = storage_appear(paths[i], &recovery->job);
	return rc;
}

int work_recover(struct work *work)
{
	static int (*const recover[PHASE_COUNT])(const struct recovery *recovery) = {
		[PHASE_RENAME] = recover_rename,
		[PHASE_MAKE] = recover_make,
		[PHASE_REMOVE] = recover_remove,
	};
	AUTO_OPERATION operation = { 0 };
	struct messages *messages = work->adm->messages;
	int rc = registry_operation(work->adm->registry, work->name, &operation, messages);
	if (rc == -ENOENT)
		return 0;
	if (rc < 0)
		return rc;
	struct recovery recovery = { .work = work,
		.operation = &operation,
		.storage = storage_named(operation.storage),
		.job = work_storage_job(work) };
	if (!recovery.storage)
		return message_error(messages, -ENOTSUP,
			"zone %s: an interrupted %s was at work on storage that this program does "
			"not know: \"%s\"",
			work->name, operation_name(operation.kind), operation.storage);
	rc = appear(&recovery);
	if (rc == 0)
		rc = recover[operation.phase](&recovery);
	return rc < 0 ? rc : 1;
}
