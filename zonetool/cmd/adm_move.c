/*
 * adm_move.c - zoneadm move: the zone's files to another zonepath. Inside a file system that is one
 * rename; else they are copied, brought to storage and compared, and only when the zone is at its
 * new place for good the old tree goes.
 */
#include "cmd/look.h"
#include "cmd/work.h"

#include "util/alloc.h"
#include "util/file.h"
#include "util/option.h"
#include "zone/busy.h"
#include "zone/path.h"
#include "zone/verify.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

struct move {
	struct work *work;
	const char *from, *to;          /* zonepaths */
	const struct storage_ops *here; /* of what is moved */
	enum storage_want want;
	struct work_copy how;
	bool dry_run;
};

/* ---- before anything is touched ---- */

/* Whether there is something to move. */
static int check_from(const struct move *move)
{
	struct messages *messages = move->work->adm->messages;
	AUTO_FREE char *root = xasprintf("%s/root", move->from);
	struct stat st;
	if (lstat(root, &st) < 0)
		return message_error(messages, -errno, "zone %s is not at %s: %s: %s",
			move->work->name, move->from, root, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return message_error(messages, -ENOTDIR, "zone %s is not at %s: %s: %s",
			move->work->name, move->from, root, strerror(ENOTDIR));
	return busy_check(move->from, messages);
}

/* What a copy needs more than a rename: room, and that nothing goes with the old tree. */
static int check_copy(const struct move *move)
{
	struct messages *messages = move->work->adm->messages;
	AUTO_FREE char *above = file_above(move->from);
	if (access(above, W_OK) < 0)
		return message_error(messages, -errno,
			"the zone's old files could not be removed from %s: %s; a clone of the "
			"zone can be made from there",
			above, strerror(errno));
	int rc = move->here->check_destroy ? move->here->check_destroy(move->from, messages) : 0;
	return rc < 0 ? rc : work_check_room(move->work, move->from, move->to);
}

/* The path as zonepaths are written. Returns it, the caller's, or NULL, described. */
static char *parse_path(const char *text, struct messages *messages)
{
	AUTO_VALUE value = VALUE_EMPTY;
	value_take(&value, xstrdup(text));
	if (prop_check(&resource_types[RES_ZONE].props[ZONE_PATH], &value, messages) < 0)
		return NULL;
	return xstrdup(value.items[0]);
}

/* ---- copying ---- */

static int fill(struct work *work, const char *path, void *user)
{
	const struct move *move = user;
	AUTO_FREE char *label = xasprintf(
		"Moving across file systems; copying zonepath %s", move->from);
	int rc = work_copy(work, path, label, move->from, &move->how);
	/* What somebody writes there from now on would be lost. */
	return rc < 0 ? rc : busy_check(move->from, work->adm->messages);
}

static int move_by_copy(struct move *move)
{
	struct work_make make = { .kind = OPERATION_MOVE,
		.to = move->to,
		.from = move->from,
		.storage = storage_for(move->to, move->want),
		.fill = fill,
		.user = move };
	int rc = check_copy(move);
	if (rc == 0)
		rc = work_make(move->work, &make);
	if (rc < 0)
		return rc;
	AUTO_FREE char *label = xasprintf("Cleaning up zonepath %s", move->from);
	work_doing(move->work, label);
	rc = work_leave(move->work, OPERATION_MOVE, move->from, move->to);
	work_done(move->work);
	return rc;
}

/* ---- renaming ---- */

/* Returns 0, 1: it cannot be renamed there, or a negative errno, described. */
static int move_by_rename(struct move *move)
{
	struct work *work = move->work;
	struct storage_job job = work_storage_job(work);
	AUTO_OPERATION operation = { .kind = OPERATION_MOVE,
		.phase = PHASE_RENAME,
		.storage = xstrdup(move->here->name),
		.from = xstrdup(move->from),
		.to = xstrdup(move->to) };
	int rc = work_identify(move->here, move->from, &operation.id, job.messages);
	if (rc == 0)
		rc = work_step(work, &operation, -1, NULL);
	if (rc < 0)
		return rc;
	rc = move->here->rename(move->from, move->to, &job);
	if (rc == 0)
		return work_step(work, NULL, -1, move->to);
	if (rc < 0) {
		/* It may have its new name, and only bringing that to storage has failed. */
		work->failed = true;
		work_recover(work);
		return rc;
	}
	rc = work_step(work, NULL, -1, NULL);
	return rc < 0 ? rc : 1;
}

/* ---- the command ---- */

static int show_plan(const struct move *move)
{
	struct tree_size size;
	int rc = tree_measure(move->from, &size, move->work->adm->messages);
	if (rc < 0)
		return rc;
	if (move->here->can_rename(move->from, move->to)) {
		printf("%s would be renamed to %s: %" PRIu64 " objects\n", move->from, move->to,
			size.objects);
		return 0;
	}
	struct statvfs fs;
	AUTO_FREE char *above = file_above(move->to);
	if (statvfs(above, &fs) < 0)
		return message_error(
			move->work->adm->messages, -errno, "%s: %s", above, strerror(errno));
	printf("%s would be copied to %s, then removed: %" PRIu64 " objects, %" PRIu64
	       " bytes; %" PRIu64 " bytes are free there\n",
		move->from, move->to, size.objects, size.bytes,
		(uint64_t)fs.f_bavail * fs.f_frsize);
	return check_copy(move);
}

static int run(struct move *move)
{
	struct work *work = move->work;
	struct messages *messages = work->adm->messages;
	int rc = 0;
	move->here = storage_of(move->from);
	if (strcmp(move->from, move->to) == 0)
		return message_error(
			messages, -EINVAL, "zone %s is at %s already", work->name, move->to);
	if (path_overlap(move->from, move->to))
		return message_error(messages, -EINVAL,
			"%s and %s, where zone %s is, are one in the other: choose another place",
			move->to, move->from, work->name);
	if (check_from(move) < 0)
		rc = -EBUSY;
	if (zone_verify_place(&work->adm->index, move->to, "", messages) < 0)
		rc = -EINVAL;
	if (rc == 0 && move->dry_run)
		return work_check_place(work, move->to) < 0 ? -EEXIST : show_plan(move);
	if (rc == 0)
		rc = work_clear_place(work, move->to);
	if (rc == 0)
		rc = move_by_rename(move);
	return rc == 1 ? move_by_copy(move) : rc;
}

/* Returns NULL, or what is wrong. */
static const char *parse_options(int argc, char **argv, struct move *move)
{
	static const struct option longs[] = { { "lossy", no_argument, NULL, 'y' },
		{ "verify", no_argument, NULL, 'v' }, { 0 } };
	optind = 0;
	for (int letter; (letter = option_next(argc, argv, "+nx:", longs)) != -1;) {
		if (letter == 'n')
			move->dry_run = true;
		else if (letter == 'y')
			move->how.lossy = true;
		else if (letter == 'v')
			move->how.compare = TREE_COMPARE_CONTENTS;
		else if (letter == 'x' && !work_parse_extra(optarg, &move->want))
			return "-x can be nodataset only";
		else if (letter == '?')
			return option_wrong();
	}
	return argc - optind == 1 ? NULL : "one zonepath is expected";
}

int adm_move(struct adm *adm, int argc, char **argv)
{
	AUTO_WORK work = { .lock_fd = -1 };
	struct move move = { .work = &work, .how.compare = TREE_COMPARE_STRUCTURE };
	const char *wrong = parse_options(argc, argv, &move);
	if (wrong)
		return cmd_usage_error(adm, "move", "%s", wrong);
	AUTO_FREE char *to = parse_path(argv[optind], adm->messages);
	if (!to)
		return CMD_FAILED;
	int rc = move.dry_run ? look_begin(adm, OP_MOVE, &work) : work_begin(adm, OP_MOVE, &work);
	if (rc < 0)
		return CMD_FAILED;
	/* This very move was interrupted, and is finished now. */
	if (work.recovered && work.recovered_kind == OPERATION_MOVE
		&& strcmp(work.zonepath, to) == 0)
		return CMD_DONE;
	AUTO_FREE char *from = xstrdup(work.zonepath);
	move.from = from;
	move.to = to;
	return run(&move) < 0 ? CMD_FAILED : CMD_DONE;
}
