/*
 * adm_attach.c - zoneadm attach: install a zone from the files of a detached one. All is checked
 * first; then the zone is installed, and the record of what it was goes.
 */
#include "cmd/attach_update.h"
#include "cmd/clone_check.h"
#include "cmd/inventory.h"
#include "cmd/look.h"

#include "util/alloc.h"
#include "util/file.h"
#include "util/option.h"
#include "util/root.h"
#include "zone/busy.h"
#include "zone/verify.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct attach {
	struct work *work;
	bool force, dry_run, update;
	const char *record; /* the manifest that only is compared, or NULL */
	char **argv;
	int zonepath_fd, root_fd;
};

/* ---- the record ---- */

/* Who forces it has no record of the zone, and means this directory, perhaps. */
static int check_looks(const struct attach *attach)
{
	static const char *const names[] = { "etc", "usr" };
	struct work *work = attach->work;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		int rc = root_exists(attach->root_fd, names[i], work->adm->messages);
		if (rc < 0)
			return rc;
		if (rc == 0)
			return message_error(work->adm->messages, -ENOENT,
				"%s/root has no directory %s: this is no system that could be a "
				"zone",
				work->zonepath, names[i]);
	}
	return 0;
}

/* Read the record in the zonepath. Returns 1, 0: there is none, but -F, or a negative errno. */
static int read_record(const struct attach *attach, struct manifest *ret_manifest)
{
	struct work *work = attach->work;
	struct messages *messages = work->adm->messages;
	int rc = manifest_read(attach->zonepath_fd, work->zonepath, ret_manifest, messages);
	if (rc == -ENOENT && attach->force) {
		message_warning(messages,
			"%s/" MANIFEST_NAME
			" is missing, so what the zone was is not known: it was not detached",
			work->zonepath);
		return check_looks(attach);
	}
	if (rc == -ENOENT)
		return message_error(messages, rc,
			"%s/" MANIFEST_NAME
			" is missing, so this is no detached zone: detach it where it is "
			"installed, or say \"attach -F\"",
			work->zonepath);
	return rc < 0 ? rc : 1;
}

/* ---- the zone as it is configured here ---- */

/* Whether what is configured here is what was detached. */
static int check_configuration(const struct attach *attach, const struct manifest *manifest)
{
	struct work *work = attach->work;
	struct messages *messages = work->adm->messages;
	const char *brand = zone_get(manifest->zone, ZONE_BRAND);
	int rc = 0;
	if (strcmp(brand, zone_get(work->zone, ZONE_BRAND)) != 0)
		rc = message_error(messages, -EINVAL,
			"zone %s has brand %s, and what was detached has %s: give it that one",
			work->name, zone_get(work->zone, ZONE_BRAND), brand);
	AUTO_FREE char *name = xasprintf("zone %s", work->name);
	if (clone_check_inherited((struct clone_side){ work->zone, name },
		    (struct clone_side){ manifest->zone, "the detached zone" },
		    "make the configuration of the record (zonecfg create -a)", messages)
		< 0)
		rc = -EINVAL;
	return rc;
}

/* ---- its packages ---- */

/* Whether the packages fit this host; before that, they are updated if that is asked for. */
static int check_packages(const struct attach *attach, const struct manifest *record, bool update)
{
	struct work *work = attach->work;
	struct messages *messages = work->adm->messages;
	AUTO_DPKG own = { 0 };
	int begun = attach_update_begun(work, attach->zonepath_fd);
	if (begun > 0 && !update)
		return message_error(messages, -EINVAL,
			"an update of the packages in %s/root was begun and not completed: "
			"\"attach -u\" does that",
			work->zonepath);
	int rc = begun < 0 ? begun : dpkg_read_all(attach->root_fd, &own, messages);
	if (rc < 0 && rc != -ENOENT)
		return rc;
	AUTO_MANIFEST now = { .zone = zone_copy(work->zone) };
	inventory_add(&now, &own, DPKG_INSTALLED);
	if (record && !begun)
		inventory_warn_changed(record, &now, work->zonepath, messages);
	/* What could not be configured has files, too. */
	inventory_add(&now, &own, DPKG_UNFINISHED);
	AUTO_FREE char *name = xasprintf("zone %s", work->name);
	const struct inventory inventory = { name, &now, attach->root_fd, &own, messages };
	return update ? attach_update(work, &inventory, begun > 0, attach->dry_run, attach->argv)
		      : inventory_check_host(&inventory);
}

/* The packages that the zone has in the end must fit, whatever was planned. */
static int update_packages(const struct attach *attach, const struct manifest *record)
{
	int rc = check_packages(attach, record, true);
	return rc < 0 || attach->dry_run ? rc : check_packages(attach, NULL, false);
}

/* ---- attaching ---- */

/* The directory, its place, and who uses it. */
static int check_zonepath(struct attach *attach)
{
	struct work *work = attach->work;
	struct messages *messages = work->adm->messages;
	attach->zonepath_fd = file_open_directory(work->zonepath, messages);
	if (attach->zonepath_fd == -ENOENT)
		return message_error(messages, -ENOENT,
			"zonepath %s does not exist: mount or bring there what was detached",
			work->zonepath);
	if (attach->zonepath_fd < 0)
		return attach->zonepath_fd;
	attach->root_fd = openat(
		attach->zonepath_fd, "root", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (attach->root_fd < 0)
		return message_error(messages, -errno,
			"%s/root: %s: a detached zone has its files there", work->zonepath,
			strerror(errno));
	int rc = zone_verify_place(&work->adm->index, work->zonepath, work->name, messages);
	return rc < 0 ? rc : busy_check_inside(work->zonepath, messages);
}

static int attach_zone(struct attach *attach)
{
	struct work *work = attach->work;
	struct messages *messages = work->adm->messages;
	AUTO_MANIFEST record = { 0 };
	int rc = check_zonepath(attach);
	if (rc == 0)
		rc = read_record(attach, &record);
	bool known = rc > 0;
	if (known)
		rc = check_configuration(attach, &record);
	if (rc == 0 && !attach->force)
		rc = attach->update ? update_packages(attach, &record)
				    : check_packages(attach, &record, false);
	if (rc < 0 || attach->dry_run)
		return rc;
	/* Perhaps all of it was brought here a moment ago. */
	if (syncfs(attach->zonepath_fd) < 0)
		return message_error(messages, -errno, "cannot bring %s to storage: %s",
			work->zonepath, strerror(errno));
	rc = work_step(work, NULL, STATE_INSTALLED, NULL);
	if (rc < 0)
		return rc;
	/* An old record does no harm: the next detach replaces it. */
	struct messages warnings = messages_as_warnings(messages);
	manifest_remove(attach->zonepath_fd, work->zonepath, &warnings);
	/* Who forces it takes the packages as they are. */
	attach_update_forget(work->zonepath, &warnings);
	return 0;
}

/* ---- comparing only ---- */

/* All of a file that is not the system's own, or of standard input. */
static int read_text(const char *path, struct str *text, struct messages *messages)
{
	bool standard = strcmp(path, "-") == 0;
	FILE *file = standard ? stdin : fopen(path, "re");
	if (!file)
		return message_error(messages, -errno, "%s: %s", path, strerror(errno));
	char buffer[65536];
	for (size_t got; text->len <= XML_MANIFEST_SIZE_MAX
		&& (got = fread(buffer, 1, sizeof(buffer), file)) > 0;)
		if (str_add(text, buffer, got) < 0)
			alloc_failed();
	int rc = ferror(file) ? message_error(messages, -EIO, "%s: %s", path, strerror(errno)) : 0;
	if (!standard)
		fclose(file);
	return rc;
}

/* Whether a zone would fit this host, by its record only. */
static int compare_record(const char *path, struct messages *messages)
{
	AUTO_STR text = STR_EMPTY;
	AUTO_MANIFEST record = { 0 };
	const char *what = strcmp(path, "-") == 0 ? "standard input" : path;
	int rc = read_text(path, &text, messages);
	if (rc == 0)
		rc = manifest_parse(str_get(&text), text.len, what, &record, messages);
	if (rc < 0)
		return rc;
	const char *zone = zone_get(record.zone, ZONE_NAME);
	AUTO_FREE char *name = xasprintf("zone %s", zone ? zone : "without a name");
	const struct inventory inventory = { name, &record, -1, NULL, messages };
	return inventory_check_host(&inventory);
}

/* ---- the command line ---- */

/* Returns NULL, or what is wrong. */
static const char *parse_options(int argc, char **argv, struct attach *attach)
{
	static const struct option longs[] = { { 0 } };
	optind = 0;
	for (int letter; (letter = option_next(argc, argv, "+Fnu", longs)) != -1;) {
		if (letter == 'F')
			attach->force = true;
		else if (letter == 'n')
			attach->dry_run = true;
		else if (letter == 'u')
			attach->update = true;
		else
			return option_wrong();
	}
	attach->record = argv[optind];
	/* A record alone has no packages that could be updated. */
	return argc - optind <= (attach->dry_run && !attach->update)
			&& !(attach->force && (attach->dry_run || attach->update))
		? NULL
		: "-F, -u, -n -u, or -n and perhaps a file, is expected";
}

int adm_attach(struct adm *adm, int argc, char **argv)
{
	AUTO_WORK work = { .lock_fd = -1 };
	struct attach attach = { .work = &work, .argv = argv, .zonepath_fd = -1, .root_fd = -1 };
	const char *wrong = parse_options(argc, argv, &attach);
	if (wrong)
		return cmd_usage_error(adm, "attach", "%s", wrong);
	if (attach.record)
		return compare_record(attach.record, adm->messages) < 0 ? CMD_FAILED : CMD_DONE;
	if (cmd_check_zone(adm, "attach") < 0)
		return CMD_FAILED;
	int rc = attach.dry_run ? look_begin(adm, OP_ATTACH, &work)
				: work_begin(adm, OP_ATTACH, &work);
	if (rc == 0)
		rc = attach_zone(&attach);
	fd_close(attach.root_fd);
	fd_close(attach.zonepath_fd);
	return rc < 0 ? CMD_FAILED : CMD_DONE;
}
