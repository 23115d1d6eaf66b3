/*
 * adm_clone.c - zoneadm clone: install a zone as a copy of another one. The copy is made aside and
 * loses the source's identity there; it gets its name when it is whole and on storage, and only
 * then the zone is installed.
 */
#include "cmd/clone_check.h"
#include "cmd/work.h"

#include "identity/sysidcfg.h"
#include "util/alloc.h"
#include "util/option.h"
#include "util/program.h"
#include "zone/busy.h"
#include "zone/manifest.h"
#include "zone/name.h"
#include "zone/verify.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

/* How the files come to the clone. */
enum method {
	METHOD_AUTO, /* without copying, if the storage can */
	METHOD_COPY,
	METHOD_SNAPSHOT,
	METHOD_COUNT,
};
static const char *const methods[METHOD_COUNT] = {
	[METHOD_AUTO] = "auto",
	[METHOD_COPY] = "copy",
	[METHOD_SNAPSHOT] = "snapshot",
};

struct clone {
	struct work *work;
	const char *source_name;
	struct registry_zone source;
	char *source_path;
	int source_lock;
	enum method method;
	const char *snapshot; /* -s, or NULL */
	enum storage_want want;
	struct work_copy how;
	bool keep_identity;
	struct unconfigure_policy policy;
	const char *sysidcfg_path; /* --sysidcfg, or NULL */
	char *sysidcfg;            /* what is in it */
};

/* ---- the source ---- */

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
		return registry_unknown(name, adm->messages);
	int rc = registry_check_live(adm->registry, name, OP_CLONE_SOURCE, adm->messages);
	if (rc < 0)
		return rc;
	clone->source_lock = registry_lock_zone(
		adm->registry, name, LOCK_SHARED, LOCK_WAIT_MS, adm->messages);
	if (clone->source_lock < 0)
		return clone->source_lock;
	rc = registry_check_operation(adm->registry, name, adm->messages);
	if (rc == 0)
		rc = adm_read_index(adm);
	if (rc == 0)
		rc = registry_load(adm->registry, name, &clone->source, adm->messages);
	if (rc == -ENOENT)
		return registry_unknown(name, adm->messages);
	if (rc < 0)
		return rc;
	clone->source_path = xstrdup(index_find(&adm->index, name)->zonepath);
	rc = zone_state_allows(clone->source.state, OP_CLONE_SOURCE, name, adm->messages);
	return rc < 0 ? rc : busy_check_source(clone->source_path, adm->messages);
}

/* ---- the clone ---- */

/* A detach of the source that was killed may have left its manifest: the clone is no such zone. */
static int forget_manifest(const char *path, struct messages *messages)
{
	AUTO_FD fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return message_error(messages, -errno, "%s: %s", path, strerror(errno));
	return manifest_remove(fd, path, messages);
}

/* The clone is nobody yet: what it was must not boot a second time. */
static int reset(struct work *work, const char *path, void *user)
{
	const struct clone *clone = user;
	int rc = forget_manifest(path, work->adm->messages);
	if (rc == 0 && !clone->keep_identity)
		rc = work_unconfigure(work, path, &clone->policy);
	return rc < 0 ? rc : work_store_sysidcfg(work, path, clone->sysidcfg);
}

static int copy(struct work *work, const char *path, void *user)
{
	const struct clone *clone = user;
	AUTO_FREE char *label = xasprintf("Copying %s", clone->source_path);
	int rc = work_copy(work, path, label, clone->source_path, &clone->how);
	return rc < 0 ? rc : reset(work, path, user);
}

/* Returns as work_make() does. */
static int make_without_copy(struct clone *clone, const struct storage_ops *storage)
{
	struct work_make make = { .kind = OPERATION_CLONE,
		.to = clone->work->zonepath,
		.storage = storage,
		.origin = clone->source_path,
		.snapshot = clone->snapshot,
		.fill = reset,
		.user = clone };
	return storage->plan_clone ? work_make(clone->work, &make) : 1;
}

static int make(struct clone *clone)
{
	struct work *work = clone->work;
	const struct storage_ops *storage = storage_for(work->zonepath, clone->want);
	struct work_make make = { .kind = OPERATION_CLONE,
		.to = work->zonepath,
		.storage = storage,
		.fill = copy,
		.user = clone };
	int rc = clone->method == METHOD_COPY ? 1 : make_without_copy(clone, storage);
	if (rc == 1 && clone->method == METHOD_SNAPSHOT)
		return message_error(work->adm->messages, -EXDEV,
			"zone %s at %s cannot be cloned to %s without copying: both must be on "
			"one btrfs file system or ZFS pool, and the zonepath of the source a "
			"subvolume or dataset; -m copy copies it",
			clone->source_name, clone->source_path, work->zonepath);
	if (rc == 1)
		rc = work_check_room(work, clone->source_path, work->zonepath);
	else
		return rc;
	return rc < 0 ? rc : work_make(work, &make);
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
	AUTO_FREE char *foreign = zone_foreign_files(clone->source_path);
	if (foreign)
		message_warning(messages,
			"zonepath %s has in it what is not the zone's: %s: it comes along",
			clone->source_path, foreign);
	rc = clone_check(clone->source.zone, work->zone, messages, &plain);
	if (zone_verify_place(&work->adm->index, work->zonepath, work->name, messages) < 0)
		rc = -EINVAL;
	if (rc == 0)
		rc = work_clear_place(work, work->zonepath);
	return rc < 0 ? rc : make(clone);
}

static bool parse_method(const char *text, enum method *ret_method)
{
	for (int i = 0; i < METHOD_COUNT; i++)
		if (strcmp(methods[i], text) == 0) {
			*ret_method = (enum method)i;
			return true;
		}
	return false;
}

/* Returns NULL, or what is wrong. */
static const char *parse_options(int argc, char **argv, struct clone *clone)
{
	static const struct option longs[] = { { "keep-identity", no_argument, NULL, 'k' },
		{ "keep-logs", no_argument, NULL, 'l' }, { "lossy", no_argument, NULL, 'y' },
		{ "root-password", required_argument, NULL, 'p' },
		{ "sysidcfg", required_argument, NULL, 'c' }, { "verify", no_argument, NULL, 'v' },
		{ 0 } };
	optind = 0;
	for (int letter; (letter = option_next(argc, argv, "+m:s:x:", longs)) != -1;) {
		if (letter == 'k')
			clone->keep_identity = true;
		else if (letter == 'l')
			clone->policy.keep_logs = true;
		else if (letter == 'y')
			clone->how.lossy = true;
		else if (letter == 'v')
			clone->how.compare = TREE_COMPARE_CONTENTS;
		else if (letter == 'c')
			clone->sysidcfg_path = optarg;
		else if (letter == 's')
			clone->snapshot = optarg;
		else if (letter == 'm' && !parse_method(optarg, &clone->method))
			return "the methods of -m are copy, snapshot and auto";
		else if (letter == 'x' && !work_parse_extra(optarg, &clone->want))
			return "-x can be nodataset only";
		else if (letter == 'p' && !unconfigure_parse_password(optarg, &clone->policy))
			return "--root-password can be keep or ask";
		else if (letter == '?')
			return option_wrong();
	}
	if (clone->snapshot && (clone->method == METHOD_COPY || clone->want == STORAGE_PLAIN))
		return "-s clones without copying, so -m copy and -x nodataset make no sense";
	if (clone->sysidcfg_path && clone->keep_identity)
		return "--sysidcfg gives the clone an identity, so --keep-identity makes no sense";
	clone->source_name = argv[optind];
	if (clone->snapshot)
		clone->method = METHOD_SNAPSHOT;
	return argc - optind == 1 ? NULL : "one zone to clone from is expected";
}

int adm_clone(struct adm *adm, int argc, char **argv)
{
	AUTO_WORK work = { .lock_fd = -1 };
	struct clone clone = { .work = &work, .source_lock = -1 };
	const char *wrong = parse_options(argc, argv, &clone);
	if (wrong)
		return cmd_usage_error(adm, "clone", "%s", wrong);
	int rc = clone.sysidcfg_path
		? sysidcfg_read(clone.sysidcfg_path, &clone.sysidcfg, adm->messages)
		: 0;
	if (rc == 0)
		rc = work_begin(adm, OP_CLONE, &work);
	if (rc == 0)
		rc = run(&clone);
	fd_close(clone.source_lock);
	zone_free(clone.source.zone);
	free(clone.source_path);
	free(clone.sysidcfg);
	return rc < 0 ? CMD_FAILED : CMD_DONE;
}
