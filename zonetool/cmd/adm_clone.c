/*
 * adm_clone.c - zoneadm clone: install a zone as a copy of another one. The copy is made aside and
 * loses the source's identity there; it gets its name when it is whole and on storage, and only
 * then the zone is installed.
 */
#include "cmd/clone_check.h"
#include "cmd/work.h"

#include "identity/unconfigure.h"
#include "util/alloc.h"
#include "util/program.h"
#include "zone/busy.h"
#include "zone/name.h"
#include "zone/verify.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct clone {
	struct work *work;
	const char *source_name;
	struct registry_zone source;
	char *source_path;
	int source_lock;
	bool keep_identity, verify;
};

/* ---- the source ---- */

/* Whether a dead command left the source between two states. */
static int check_record(struct clone *clone)
{
	struct adm *adm = clone->work->adm;
	AUTO_OPERATION operation = { 0 };
	int rc = registry_operation(adm->registry, clone->source_name, &operation, adm->messages);
	if (rc == -ENOENT)
		return 0;
	if (rc < 0)
		return rc;
	return message_error(adm->messages, -EBUSY,
		"zone %s: an interrupted %s is to be finished or undone first: zoneadm -z %s "
		"recover",
		clone->source_name, operation_name(operation.kind), clone->source_name);
}

/* Lock the source for reading, as other clones of it may, and read it. */
static int take_source(struct clone *clone)
{
	struct adm *adm = clone->work->adm;
	const char *name = clone->source_name;
	if (strcmp(name, "global") == 0 || zone_name_reserved(name)
		|| strcmp(name, clone->work->name) == 0)
		return message_error(adm->messages, -EINVAL,
			"zone %s cannot be cloned from %s: name another, installed zone",
			clone->work->name, name);
	if (!index_find(&adm->index, name))
		return message_error(adm->messages, -ENOENT, "%s: No such zone configured", name);
	clone->source_lock = registry_lock_zone(adm->registry, name, LOCK_SHARED, adm->messages);
	if (clone->source_lock < 0)
		return clone->source_lock;
	int rc = check_record(clone);
	if (rc == 0)
		rc = adm_read_index(adm);
	if (rc == 0)
		rc = registry_load(adm->registry, name, &clone->source, adm->messages);
	if (rc == -ENOENT)
		return message_error(adm->messages, rc, "%s: No such zone configured", name);
	if (rc < 0)
		return rc;
	clone->source_path = xstrdup(index_find(&adm->index, name)->zonepath);
	if (clone->source.state == STATE_INSTALLED)
		return busy_check_mounts(clone->source_path, adm->messages);
	return message_error(adm->messages, -EBUSY,
		"zone %s is %s: only an installed zone that does not run can be cloned", name,
		zone_state_name(clone->source.state));
}

/* ---- the copy ---- */

/* What was reset needs no word, only what was not. */
static void emit_problems(struct messages *messages, enum severity severity, const char *text)
{
	struct messages *outer = messages->user;
	if (severity == MESSAGE_WARNING)
		message_warning(outer, "%s", text);
	else if (severity == MESSAGE_ERROR)
		message_error(outer, -EIO, "%s", text);
}

/* The copy is nobody yet: what it was must not boot a second time. */
static int reset_identity(struct clone *clone, const char *aside)
{
	struct messages *messages = clone->work->adm->messages;
	AUTO_FREE char *root = xasprintf("%s/root", aside);
	AUTO_FD fd = open(root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return message_error(messages, -errno, "%s: %s", root, strerror(errno));
	struct messages problems = { .emit = emit_problems, .user = messages };
	int rc = clone->keep_identity ? 0 : unconfigure(fd, &problems);
	if (rc == 0 && syncfs(fd) < 0)
		rc = message_error(
			messages, -errno, "cannot bring %s to storage: %s", root, strerror(errno));
	return rc;
}

static int make(struct clone *clone)
{
	struct work *work = clone->work;
	AUTO_OPERATION operation = { .kind = OPERATION_CLONE,
		.phase = PHASE_MAKE,
		.to = xstrdup(work->zonepath),
		.aside = work_aside(work->zonepath) };
	int rc = work_step(work, &operation, STATE_INCOMPLETE, NULL);
	if (rc < 0)
		return rc;
	AUTO_FREE char *label = xasprintf("Copying %s", clone->source_path);
	rc = work_copy(work, &operation, label, clone->source_path, clone->verify);
	if (rc == 0)
		rc = reset_identity(clone, operation.aside);
	if (rc == 0)
		rc = work_rename(work, operation.aside, operation.to);
	if (rc < 0) {
		/* The record says how to undo it. */
		work_recover(work);
		return rc;
	}
	return work_step(work, NULL, STATE_INSTALLED, NULL);
}

/* ---- the command ---- */

static int run(struct clone *clone)
{
	struct work *work = clone->work;
	struct messages *messages = work->adm->messages;
	struct messages plain = { .emit = program_emit };
	int rc = take_source(clone);
	if (rc < 0)
		return rc;
	rc = clone_check(clone->source.zone, work->zone, messages, &plain);
	if (zone_verify_place(&work->adm->index, work->zonepath, work->name, messages) < 0)
		rc = -EINVAL;
	if (rc == 0)
		rc = work_clear_place(work, work->zonepath);
	return rc < 0 ? rc : make(clone);
}

static bool parse_options(int argc, char **argv, struct clone *clone, const char **ret_method)
{
	static const struct option longs[] = { { "keep-identity", no_argument, NULL, 'k' },
		{ "verify", no_argument, NULL, 'v' }, { 0 } };
	optind = 0;
	for (int letter; (letter = getopt_long(argc, argv, "+m:", longs, NULL)) != -1;) {
		if (letter == 'k')
			clone->keep_identity = true;
		else if (letter == 'v')
			clone->verify = true;
		else if (letter == 'm')
			*ret_method = optarg;
		else
			return false;
	}
	clone->source_name = argc - optind == 1 ? argv[optind] : NULL;
	return clone->source_name;
}

int adm_clone(struct adm *adm, int argc, char **argv)
{
	AUTO_WORK work = { .lock_fd = -1 };
	struct clone clone = { .work = &work, .source_lock = -1 };
	const char *method = "copy";
	if (!parse_options(argc, argv, &clone, &method))
		return cmd_usage_error(adm, "clone", "one zone to clone from is expected");
	if (strcmp(method, "copy") != 0 && strcmp(method, "auto") != 0)
		return cmd_usage_error(
			adm, "clone", "-m %s: the methods are copy and auto", method);
	int rc = work_begin(adm, OP_CLONE, &work);
	if (rc == 0)
		rc = run(&clone);
	fd_close(clone.source_lock);
	zone_free(clone.source.zone);
	free(clone.source_path);
	return rc < 0 ? CMD_FAILED : CMD_DONE;
}
