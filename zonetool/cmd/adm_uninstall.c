/* adm_uninstall.c - zoneadm uninstall: the zone's files go, its configuration stays. */
#include "cmd/work.h"

#include "util/alloc.h"
#include "zone/busy.h"
#include "zone/verify.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Whether a person agrees. Returns 1, 0 for no, or a negative errno, described. */
static int ask(const struct adm *adm)
{
	char answer[16];
	const struct index_entry *zone = adm->entry;
	int state = registry_state(adm->registry, zone->name, zone->state, adm->messages);
	if (state < 0)
		return state;
	int rc = zone_state_allows((enum zone_state)state, OP_UNINSTALL, zone->name, adm->messages);
	if (rc < 0)
		return rc;
	if (!isatty(STDIN_FILENO))
		return message_error(adm->messages, -EPERM,
			"uninstall asks before it removes the zone's files, and nobody is there to "
			"ask: say \"uninstall -F\"");
	printf("Really remove all files of zone %s (y/[n])? ", zone->name);
	fflush(stdout);
	return fgets(answer, sizeof(answer), stdin) && (answer[0] == 'y' || answer[0] == 'Y');
}

/* The zonepath is missing. That of an incomplete zone may be; another's disk is, perhaps. */
static int forget(struct work *work)
{
	struct messages *messages = work->adm->messages;
	if (work->state != STATE_INCOMPLETE)
		return message_error(messages, -ENOENT,
			"zonepath %s does not exist: mount or restore it; if the zone's files are "
			"gone for good, \"mark incomplete\" comes first",
			work->zonepath);
	message_warning(
		messages, "zonepath %s does not exist: nothing was removed", work->zonepath);
	return work_step(work, NULL, STATE_CONFIGURED, NULL);
}

static int run(struct work *work)
{
	struct messages *messages = work->adm->messages;
	struct stat st;
	if (lstat(work->zonepath, &st) < 0 && errno == ENOENT)
		return forget(work);
	int rc = busy_check(work->zonepath, messages);
	AUTO_FREE char *foreign = zone_foreign_files(work->zonepath);
	if (rc == 0 && foreign)
		rc = message_error(messages, -ENOTEMPTY,
			"zonepath %s has in it what is not the zone's: %s: move it away first",
			work->zonepath, foreign);
	const struct storage_ops *storage = storage_of(work->zonepath);
	if (rc == 0 && storage->check_destroy)
		rc = storage->check_destroy(work->zonepath, messages);
	return rc < 0 ? rc : work_leave(work, OPERATION_UNINSTALL, work->zonepath, NULL);
}

int adm_uninstall(struct adm *adm, int argc, char **argv)
{
	bool force = argc == 2 && strcmp(argv[1], "-F") == 0;
	if (argc > 1 && !force)
		return cmd_usage_error(adm, "uninstall", "only -F is expected");
	/* Nothing is locked while a person thinks: whether it can be done is seen again then. */
	int rc = force ? 1 : ask(adm);
	if (rc == 0)
		puts("Nothing was removed.");
	if (rc <= 0)
		return rc < 0 ? CMD_FAILED : CMD_DONE;
	AUTO_WORK work = { .lock_fd = -1 };
	rc = work_begin(adm, OP_UNINSTALL, &work);
	if (rc == 0)
		rc = run(&work);
	return rc < 0 ? CMD_FAILED : CMD_DONE;
}
