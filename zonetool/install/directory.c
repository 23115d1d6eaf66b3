/* directory.c - a zone's root as a copy of a directory, such as debootstrap(8) makes. */
#include "install/install.h"

#include "base/fd.h"
#include "util/mountinfo.h"
#include "util/tree.h"
#include "zone/path.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* The files of a zone, and those of the host, have other ways into a new zone. */
static int check_zones(const struct install_job *job)
{
	const char *zonepath = zone_get(job->zone, ZONE_PATH);
	if (strcmp(job->source, "/") == 0)
		return message_error(job->messages, -EINVAL,
			"/ is this host itself: install -m packages makes a zone like it");
	if (path_overlap(job->source, zonepath))
		return message_error(job->messages, -EINVAL,
			"%s and the zonepath, %s, are one in the other: name another directory",
			job->source, zonepath);
	for (size_t i = 0; i < job->index->count; i++) {
		const struct index_line *line = &job->index->lines[i];
		const char *name = line->entry.name;
		if (line->text || strcmp(name, "global") == 0 || !*line->entry.zonepath
			|| line->entry.state == STATE_CONFIGURED
			|| !path_overlap(job->source, line->entry.zonepath))
			continue;
		return message_error(job->messages, -EINVAL,
			"%s has files of zone %s, whose zonepath is %s: a zone is made from "
			"another with zoneadm clone",
			job->source, name, line->entry.zonepath);
	}
	return 0;
}

/* What is mounted below is not copied, and must not be missing in silence. */
static int check_mounts(const struct install_job *job)
{
	AUTO_MOUNT_TABLE table = { 0 };
	if (mountinfo_read(MOUNTINFO_SELF, &table) < 0)
		return message_error(job->messages, -EIO, MOUNTINFO_SELF " cannot be read");
	int rc = 0;
	for (size_t i = 0; i < table.count; i++) {
		const char *point = table.rows[i].point;
		if (strcmp(point, job->source) != 0 && path_inside(point, job->source))
			rc = message_error(job->messages, -EBUSY,
				"%s is a mount point, and what is mounted there would not be "
				"copied: unmount it",
				point);
	}
	return rc;
}

static int check(const struct install_job *job)
{
	AUTO_FD fd = open(job->source, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 && errno == ENOTDIR)
		return message_error(job->messages, -ENOTDIR,
			"%s is not a directory; install -m archive takes an archive", job->source);
	if (fd < 0)
		return message_error(job->messages, -errno, "%s: %s", job->source, strerror(errno));
	int rc = check_zones(job);
	if (rc == 0 && !install_is_system(fd))
		rc = message_error(job->messages, -EINVAL,
			"%s is not the root of a system: it does not have etc, and usr or bin",
			job->source);
	return rc < 0 ? rc : check_mounts(job);
}

static int run(const struct install_job *job)
{
	struct tree_job tree = {
		.messages = job->messages,
		.progress = job->progress,
		.user = job->user,
		.compare = TREE_COMPARE_STRUCTURE,
		.lossy = job->lossy,
	};
	job->say("Copying %s...", job->source);
	return tree_copy(job->source, job->root, &tree);
}

const struct install_ops install_directory = {
	.name = "directory",
	.source = "DIRECTORY",
	.check = check,
	.run = run,
};
