/*
 * attach_update.c - zoneadm attach -u: a sparse zone's packages are brought to those of this host.
 */
#include "cmd/attach_update.h"

#include "cmd/task.h"
#include "install/mounts.h"
#include "install/update.h"
#include "runtime/inside.h"
#include "util/alloc.h"
#include "util/program.h"
#include "util/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* In the zonepath: what is new, while it is prepared. Nobody but root comes there. */
#define STAGE ".SUNWupdate"

int attach_update_begun(const struct work *work, int zonepath_fd)
{
	struct stat st;
	if (fstatat(zonepath_fd, STAGE, &st, AT_SYMLINK_NOFOLLOW) == 0)
		return 1;
	return errno == ENOENT ? 0
			       : message_error(work->adm->messages, -errno, "%s/" STAGE ": %s",
				       work->zonepath, strerror(errno));
}

int attach_update_forget(const char *zonepath, struct messages *messages)
{
	AUTO_FREE char *stage = xasprintf("%s/" STAGE, zonepath);
	const struct tree_job job = { .messages = messages };
	return tree_remove(stage, &job);
}

/* What this host does not have cannot be had from it. */
static int check_missing(
	const struct inventory *inventory, const struct inventory_differences *differences)
{
	AUTO_STR names = STR_EMPTY;
	for (size_t i = 0; i < differences->count; i++) {
		const struct inventory_difference *row = &differences->rows[i];
		if (!row->here)
			text_addf(&names, "%s%s", names.len ? ", " : "", row->name);
	}
	return names.len ? message_error(inventory->messages, -ENOENT,
		       "%s inherits files of packages that are not installed on this host, so "
		       "that it cannot be updated: %s; install them here, or say \"attach -F\"",
		       inventory->name, names.data)
			 : 0;
}

/* An update in a process of its own. */
struct updater {
	struct task task;
	struct update update;
};

static int run(void *user)
{
	struct updater *updater = user;
	const struct install_job *job = &updater->task.job;
	AUTO_FD root_fd = open(job->root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (root_fd < 0)
		return message_error(job->messages, -errno, "%s: %s", job->root, strerror(errno));
	int rc = mounts_begin(job->zone, root_fd, job->messages);
	if (rc < 0)
		return rc;
	rc = update_run(job, &updater->update);
	program_done();
	return rc == 0 ? mounts_end(job->zone, root_fd, job->messages) : rc;
}

static int update_logged(
	struct work *work, const struct update *update, const char *root, char **argv)
{
	struct updater updater = { .update = *update };
	int rc = task_begin(work, "attach", argv, &updater.task);
	updater.task.job.root = root;
	if (rc == 0)
		rc = inside_check(work->adm->messages);
	if (rc == 0)
		rc = task_run(work->adm->messages, run, &updater);
	task_end(&updater.task, "update");
	if (rc < 0 && access(update->stage, F_OK) == 0)
		message_note(work->adm->messages,
			"zone %s stays detached, and is updated in part: \"attach -u\" completes "
			"it",
			work->name);
	return rc;
}

static int show(struct work *work, const struct update *update, const char *root, size_t unfinished)
{
	const struct install_job job = {
		.messages = work->adm->messages, .zone = work->zone, .root = root, .say = task_say
	};
	int rc = update_show(&job, update);
	if (rc == 0 && unfinished)
		task_say("<%zu> packages that are not configured would be.", unfinished);
	return rc;
}

int attach_update(struct work *work, const struct inventory *inventory, bool begun, bool only_show,
	char **argv)
{
	AUTO_DIFFERENCES differences = { 0 };
	int rc = inventory_compare_host(inventory, &differences);
	if (rc == 0)
		rc = check_missing(inventory, &differences);
	if (rc < 0)
		return rc;
	bool sparse = inventory_is_sparse(work->zone);
	if (!sparse || (!begun && !differences.count && !inventory->own->others)) {
		message_note(inventory->messages,
			sparse ? "%s has the packages of this host already: there is nothing to "
				 "update"
			       : "%s inherits nothing from its host: there is nothing to update",
			inventory->name);
		return 0;
	}
	AUTO_FREE const char **names = xcalloc(differences.count + 1, sizeof(*names));
	for (size_t i = 0; i < differences.count; i++)
		names[i] = differences.rows[i].name;
	AUTO_FREE char *stage = xasprintf("%s/" STAGE, work->zonepath);
	AUTO_FREE char *root = xasprintf("%s/root", work->zonepath);
	const struct update update = { names, differences.count, stage };
	return only_show ? show(work, &update, root, inventory->own->others)
			 : update_logged(work, &update, root, argv);
}
