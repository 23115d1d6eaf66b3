/*
 * work_recover.c - what a dead command left of a zone: its record says what it was about to do, and
 * the directories themselves how far it came. Each case leads to a state that is whole, and may be
 * interrupted again.
 */
#include "cmd/work.h"

#include "runtime/cgroup.h"
#include "util/alloc.h"
#include "util/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* A record that is being put right. */
struct recovery {
	struct work *work;
	const struct operation *operation;
	const struct storage_ops *storage; /* of what has the record's id */
	struct storage_job job;
};

/* Returns as work_is_at() does. */
static int is_recorded(const struct recovery *recovery, const char *path)
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
	AUTO_FREE char *place = work_place(path);
	if (!operation->place || recovery->work->give_up
		|| (place && strcmp(place, operation->place) == 0))
		return 0;
	AUTO_FREE char *above = file_above(path);
	return message_error(recovery->job.messages, -ENOENT,
		"zone %s: an interrupted %s was at work in %s, which is not the directory that it "
		"was: mount what is missing and repeat the command; if it is gone for good: "
		"zoneadm -z %s recover -F",
		recovery->work->name, operation_name(operation->kind), above, recovery->work->name);
}

/* Give up on a zone that is not where it was, nor where it was to be. */
static int forget_rename(const struct recovery *recovery)
{
	struct work *work = recovery->work;
	const struct operation *operation = recovery->operation;
	if (!work->give_up)
		return message_error(recovery->job.messages, -ENOENT,
			"zone %s: a move from %s to %s was interrupted, and the zone is at "
			"neither: mount what is missing and repeat the command; if it is gone for "
			"good: zoneadm -z %s recover -F",
			work->name, operation->from, operation->to, work->name);
	message_warning(recovery->job.messages,
		"zone %s is neither at %s nor at %s: a move between them is no longer remembered",
		work->name, operation->from, operation->to);
	return work_step(work, NULL, -1, NULL);
}

static int recover_rename(const struct recovery *recovery)
{
	struct work *work = recovery->work;
	const struct operation *operation = recovery->operation;
	struct messages *messages = recovery->job.messages;
	int there = is_recorded(recovery, operation->from);
	if (there > 0)
		message_note(messages, "%s move of zone %s was undone: it is at %s",
			which(recovery), work->name, operation->from);
	if (there != 0)
		return there < 0 ? there : work_step(work, NULL, -1, NULL);
	there = is_recorded(recovery, operation->to);
	if (there <= 0)
		return there < 0 ? there : forget_rename(recovery);
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

/* It goes, and the zone is what it was before. */
static int recover_make(const struct recovery *recovery)
{
	struct work *work = recovery->work;
	const struct operation *operation = recovery->operation;
	struct messages *messages = recovery->job.messages;
	int rc = work_exists(operation->aside, messages);
	if (rc == 0)
		rc = check_mounted(recovery, operation->aside);
	AUTO_FREE char *place = work_place(operation->aside);
	/* Also what is not there: an earlier recovery may not have brought that to storage. */
	if (rc >= 0 && place)
		rc = recovery->storage->destroy(operation->aside, &recovery->job);
	if (rc >= 0 && operation->snapshot && recovery->storage->drop_snapshot)
		rc = recovery->storage->drop_snapshot(
			operation->snapshot, operation->aside, &recovery->job);
	if (rc < 0)
		return rc;
	message_note(messages, "%s %s of zone %s was undone", which(recovery),
		operation_name(operation->kind), work->name);
	return work_step(
		work, NULL, operation->kind == OPERATION_MOVE ? -1 : STATE_CONFIGURED, NULL);
}

/* Of a move: whether the old tree is there, to go. Returns 1, 0, or a negative errno, described. */
static int is_left(const struct recovery *recovery)
{
	const struct operation *operation = recovery->operation;
	if (operation->kind != OPERATION_MOVE)
		return 0;
	int old = work_is_at(storage_of(operation->from), operation->from, operation->from_id,
		recovery->job.messages);
	if (old != 0 || recovery->work->give_up)
		return old;
	return message_error(recovery->job.messages, -ENOENT,
		"zone %s was copied from %s to %s, and what it was copied from is not there now: "
		"mount what is missing and repeat the command; if it is gone for good: zoneadm -z "
		"%s recover -F",
		recovery->work->name, operation->from, operation->to, recovery->work->name);
}

/* The new zonepath is whole, and has its name: the zone is what it was to be. */
static int finish_name(const struct recovery *recovery)
{
	struct work *work = recovery->work;
	const struct operation *operation = recovery->operation;
	struct messages *messages = recovery->job.messages;
	bool move = operation->kind == OPERATION_MOVE;
	/* Who died may have renamed it, and not brought that to storage. */
	int rc = file_sync_name(operation->to, messages);
	if (rc < 0)
		return rc;
	int old = is_left(recovery);
	if (old < 0)
		return old;
	message_note(messages, "%s %s of zone %s was finished: it is at %s", which(recovery),
		operation_name(operation->kind), work->name, operation->to);
	if (old)
		return work_leave(work, operation->kind, operation->from, operation->to);
	return work_step(work, NULL, move ? -1 : STATE_INSTALLED, move ? operation->to : NULL);
}

/* It could not get its name: somebody has taken that. */
static int unmake(const struct recovery *recovery)
{
	struct operation operation = *recovery->operation;
	operation.phase = PHASE_MAKE;
	struct recovery undoing = *recovery;
	undoing.operation = &operation;
	int rc = work_step(recovery->work, &operation, -1, NULL);
	return rc < 0 ? rc : recover_make(&undoing);
}

/* It is whole and on storage, under one of its names. */
static int recover_name(const struct recovery *recovery)
{
	const struct operation *operation = recovery->operation;
	int named = is_recorded(recovery, operation->to);
	if (named != 0)
		return named < 0 ? named : finish_name(recovery);
	int whole = is_recorded(recovery, operation->aside);
	if (whole < 0)
		return whole;
	if (whole == 0) {
		int rc = check_mounted(recovery, operation->aside);
		return rc < 0 ? rc : unmake(recovery);
	}
	int taken = work_exists(operation->to, recovery->job.messages);
	if (taken < 0)
		return taken;
	if (taken > 0 || recovery->work->failed)
		return unmake(recovery);
	int rc = recovery->storage->rename(operation->aside, operation->to, &recovery->job);
	return rc < 0 ? rc : rc > 0 ? unmake(recovery) : finish_name(recovery);
}

/* What goes cannot be removed, and whoever knows that wants to go on. */
static int forget_remove(const struct recovery *recovery)
{
	const struct operation *operation = recovery->operation;
	const char *at = work_exists(operation->aside, recovery->job.messages) > 0
		? operation->aside
		: operation->from;
	message_warning(recovery->job.messages,
		"%s stays: zone %s has nothing to do with it any more, so remove it yourself", at,
		recovery->work->name);
	return work_step(recovery->work, NULL,
		operation->kind == OPERATION_UNINSTALL ? STATE_CONFIGURED : -1, NULL);
}

/* What goes has its name aside already, or is about to get it. */
static int recover_remove(const struct recovery *recovery)
{
	const struct operation *operation = recovery->operation;
	struct work *work = recovery->work;
	struct messages *messages = recovery->job.messages;
	int aside = work_exists(operation->aside, messages);
	int from = aside == 0 ? work_exists(operation->from, messages) : 1;
	int rc = aside < 0 ? aside : from < 0 ? from : 0;
	if (rc == 0 && aside == 0 && from == 0)
		rc = check_mounted(recovery, operation->aside);
	if (rc == 0)
		rc = work_remove(work, operation);
	if (rc < 0 && work->give_up)
		return forget_remove(recovery);
	if (rc < 0)
		return message_error(messages, rc,
			"zone %s: an interrupted %s is to be finished first, and what is left at "
			"%s could not be removed; to leave it there: zoneadm -z %s recover -F",
			work->name, operation_name(operation->kind),
			aside > 0 ? operation->aside : operation->from, work->name);
	message_note(messages, "%s %s of zone %s was finished%s", which(recovery),
		operation_name(operation->kind), work->name,
		rc == 0 ? ": what was left of its old files is gone" : "");
	return 0;
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
		[PHASE_NAME] = recover_name,
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
	/* If it was filling a root, what it ran there has left them. */
	cgroup_forget_inside(work->name);
	work->recovered = rc >= 0;
	work->recovered_kind = operation.kind;
	return rc < 0 ? rc : 1;
}
