/*
 * adm_detach.c - zoneadm detach: make a zone ready to be taken elsewhere. What it is goes into its
 * zonepath, whole and on storage, and only then the zone is no longer installed here.
 */
#include "cmd/inventory.h"
#include "cmd/look.h"

#include "util/alloc.h"
#include "util/file.h"
#include "zone/busy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

/* What is installed in the zone, as its own database has it. */
static int take_packages(
	struct manifest *manifest, int zonepath_fd, const char *zonepath, struct messages *messages)
{
	AUTO_FD root_fd = openat(
		zonepath_fd, "root", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (root_fd < 0)
		return message_error(messages, -errno, "%s/root: %s", zonepath, strerror(errno));
	AUTO_DPKG database = { 0 };
	int rc = dpkg_read(root_fd, &database, messages);
	if (rc == -ENOENT) {
		message_note(messages,
			"%s/root has no database of dpkg(1): the record will name no packages",
			zonepath);
		return 0;
	}
	if (rc < 0)
		return rc;
	if (database.others)
		message_warning(messages,
			"%s/root has packages that are installed in part only, %zu of them: the "
			"record will not name them",
			zonepath, database.others);
	inventory_add(manifest, &database, DPKG_INSTALLED);
	return 0;
}

static int run(struct work *work, bool dry_run)
{
	struct messages *messages = work->adm->messages;
	AUTO_FD fd = file_open_directory(work->zonepath, messages);
	if (fd == -ENOENT)
		return message_error(messages, fd,
			"zonepath %s does not exist: mount or restore it", work->zonepath);
	if (fd < 0)
		return fd;
	int rc = dry_run ? 0 : busy_check_inside(work->zonepath, messages);
	AUTO_MANIFEST manifest = { .zone = zone_copy(work->zone) };
	if (rc == 0)
		rc = take_packages(&manifest, fd, work->zonepath, messages);
	AUTO_STR text = STR_EMPTY;
	if (rc == 0)
		rc = manifest_format(&manifest, &text, messages);
	if (rc < 0)
		return rc;
	if (dry_run) {
		fwrite(str_get(&text), 1, text.len, stdout);
		return 0;
	}
	rc = manifest_write(fd, work->zonepath, &text, messages);
	return rc < 0 ? rc : work_step(work, NULL, STATE_CONFIGURED, NULL);
}

int adm_detach(struct adm *adm, int argc, char **argv)
{
	bool dry_run = argc == 2 && strcmp(argv[1], "-n") == 0;
	if (argc > 1 && !dry_run)
		return cmd_usage_error(adm, "detach", "only -n is expected");
	AUTO_WORK work = { .lock_fd = -1 };
	int rc = dry_run ? look_begin(adm, OP_DETACH, &work) : work_begin(adm, OP_DETACH, &work);
	return rc < 0 || run(&work, dry_run) < 0 ? CMD_FAILED : CMD_DONE;
}
