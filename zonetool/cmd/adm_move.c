/*
 * adm_move.c - zoneadm move: the zone's files to another zonepath. Inside a file system that is one
 * rename; else they are copied, brought to storage and compared, and only when the zone is at its
 * new place for good the old tree goes.
 */
#include "cmd/work.h"

#include "storage/storage.h"
#include "util/alloc.h"
#include "zone/busy.h"
#include "zone/path.h"
#include "zone/verify.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

struct move {
	struct work *work;
	const char *from, *to; /* zonepaths */
	bool dry_run, verify;
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
	return busy_check(move->from, messages);
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

/* Fill the directory aside, and give it its name. */
static int copy(struct move *move, struct operation *operation)
{
	AUTO_FREE char *label = xasprintf(
		"Moving across file systems; copying zonepath %s", move->from);
	int rc = work_copy(move->work, operation, label, move->from, move->verify);
	return rc < 0 ? rc : work_rename(move->work, operation->aside, move->to);
}

static int move_by_copy(struct move *move)
{
	struct work *work = move->work;
	AUTO_OPERATION operation = { .kind = OPERATION_MOVE,
		.phase = PHASE_MAKE,
		.from = xstrdup(move->from),
		.to = xstrdup(move->to),
		.aside = work_aside(move->to) };
	int rc = work_step(work, &operation, -1, NULL);
	if (rc < 0)
		return rc;
	rc = copy(move, &operation);
	if (rc < 0) {
		/* The record says how to undo it. */
		work_recover(work);
		return rc;
	}
	printf("Cleaning up zonepath %s...", move->from);
	fflush(stdout);
	rc = work_leave(work, OPERATION_MOVE, move->from, move->to);
	putchar('\n');
	return rc;
}

/* ---- renaming ---- */

/* Returns 0, 1: the new place is on another file system, or a negative errno, described. */
static int move_by_rename(struct move *move)
{
	struct work *work = move->work;
	struct stat st;
	if (lstat(move->from, &st) < 0)
		return message_error(
			work->adm->messages, -errno, "%s: %s", move->from, strerror(errno));
	AUTO_OPERATION operation = { .kind = OPERATION_MOVE,
		.phase = PHASE_RENAME,
		.from = xstrdup(move->from),
		.to = xstrdup(move->to),
		.inode = st.st_ino };
	int rc = work_step(work, &operation, -1, NULL);
	if (rc < 0)
		return rc;
	rc = work_rename(work, move->from, move->to);
	if (rc == 0)
		return work_step(work, NULL, -1, move->to);
	if (rc != -EXDEV && rc != -EBUSY) {
		/* It may have its new name, and only bringing that to storage has failed. */
		work_recover(work);
		return rc;
	}
	rc = work_step(work, NULL, -1, NULL);
	return rc < 0 ? rc : 1;
}

/* ---- the command ---- */

static int show_plan(const struct move *move)
{
	struct messages *messages = move->work->adm->messages;
	AUTO_FREE char *parent = xasprintf(
		"%.*s/", (int)(strrchr(move->to, '/') - move->to), move->to);
	struct statx from, to;
	struct statvfs fs;
	struct storage_size size;
	if (statx(AT_FDCWD, move->from, AT_SYMLINK_NOFOLLOW, STATX_MNT_ID, &from) < 0
		|| statx(AT_FDCWD, parent, 0, STATX_MNT_ID, &to) < 0 || statvfs(parent, &fs) < 0)
		return message_error(messages, -errno, "%s: %s", parent, strerror(errno));
	int rc = tree_size(move->from, &size, messages);
	if (rc < 0)
		return rc;
	uint64_t free_bytes = (uint64_t)fs.f_bavail * fs.f_frsize;
	/* One file system that is mounted twice is two for rename(2). */
	if (from.stx_mnt_id == to.stx_mnt_id) {
		printf("%s would be renamed to %s: %" PRIu64 " objects\n", move->from, move->to,
			size.objects);
		return 0;
	}
	printf("%s would be copied to %s, then removed: %" PRIu64 " objects, %" PRIu64
	       " bytes; %" PRIu64 " bytes are free there\n",
		move->from, move->to, size.objects, size.bytes, free_bytes);
	if (size.bytes > free_bytes || (fs.f_files && size.objects > fs.f_favail))
		return message_error(messages, -ENOSPC, "%s does not fit there", move->from);
	return 0;
}

static int run(struct move *move)
{
	struct work *work = move->work;
	struct messages *messages = work->adm->messages;
	int rc = 0;
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

static bool parse_options(int argc, char **argv, struct move *move)
{
	static const struct option longs[] = { { "verify", no_argument, NULL, 'v' }, { 0 } };
	optind = 0;
	for (int letter; (letter = getopt_long(argc, argv, "+n", longs, NULL)) != -1;) {
		if (letter == 'n')
			move->dry_run = true;
		else if (letter == 'v')
			move->verify = true;
		else
			return false;
	}
	return argc - optind == 1;
}

int adm_move(struct adm *adm, int argc, char **argv)
{
	AUTO_WORK work = { .lock_fd = -1 };
	struct move move = { .work = &work };
	if (!parse_options(argc, argv, &move))
		return cmd_usage_error(adm, "move", "one zonepath is expected");
	AUTO_FREE char *to = parse_path(argv[optind], adm->messages);
	if (!to)
		return CMD_FAILED;
	if (work_begin(adm, OP_MOVE, &work) < 0)
		return CMD_FAILED;
	AUTO_FREE char *from = xstrdup(work.zonepath);
	move.from = from;
	move.to = to;
	return run(&move) < 0 ? CMD_FAILED : CMD_DONE;
}
