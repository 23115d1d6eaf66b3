/* registry.c - the zones of this machine: where they are kept, and locks. */
#include "zone/registry.h"

#include "util/alloc.h"
#include "util/file.h"
#include "zone/journal.h"
#include "zone/registry_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- opening ---- */

/*
 * Open a directory of ours, unless it is open; make it where it is missing. *fd is -1 before, and
 * if that fails.
 */
static int open_or_make(int *fd, const char *path, mode_t mode, struct messages *messages)
{
	if (*fd >= 0)
		return 0;
	int opened = file_open_directory(path, messages);
	if (opened == -ENOENT) {
		if (mkdir(path, mode) < 0 && errno != EEXIST)
			return message_error(
				messages, -errno, "cannot make %s: %s", path, strerror(errno));
		int rc = file_sync_name(path, messages);
		if (rc < 0)
			return rc;
		opened = file_open_directory(path, messages);
	}
	if (opened == -ENOENT)
		return message_error(messages, opened, "%s: %s", path, strerror(ENOENT));
	if (opened < 0)
		return opened;
	*fd = opened;
	return 0;
}

/* A directory that somebody removed while it was open is of no use. */
static void drop_removed(int *fd)
{
	struct stat st;
	if (*fd >= 0 && fstat(*fd, &st) == 0 && st.st_nlink == 0)
		*fd = fd_close(*fd);
}

int registry_make(struct registry *registry, struct messages *messages)
{
	drop_removed(&registry->dir_fd);
	drop_removed(&registry->run_fd);
	int rc = open_or_make(&registry->dir_fd, REGISTRY_PATH, 0755, messages);
	return rc < 0 ? rc : open_or_make(&registry->run_fd, REGISTRY_RUN_PATH, 0700, messages);
}

/*
 * Put right what a dead command left behind. If another one is changing the registry just now, what
 * is there is its own, and readers do not wait. Nor does a failure keep them from reading: whoever
 * changes something tries again, and fails then.
 */
static void recover(struct registry *registry, struct messages *messages)
{
	struct messages softly = messages_as_warnings(messages);
	if (!registry_writable() || !journal_pending(registry->dir_fd))
		return;
	AUTO_FD lock = registry_lock(registry, 0, &softly);
	if (lock >= 0)
		journal_recover(registry->dir_fd, REGISTRY_PATH, &softly);
}

int registry_open(const char *command, struct registry **ret_registry, struct messages *messages)
{
	int fd = file_open_directory(REGISTRY_PATH, messages);
	/* A machine without that directory has no zones. */
	if (fd < 0 && fd != -ENOENT)
		return fd;
	struct registry *registry = xcalloc(1, sizeof(*registry));
	*registry =
		(struct registry){ .dir_fd = fd < 0 ? -1 : fd, .run_fd = -1, .command = command };
	if (fd >= 0)
		recover(registry, messages);
	*ret_registry = registry;
	return 0;
}

void registry_close(struct registry *registry)
{
	if (!registry)
		return;
	fd_close(registry->dir_fd);
	fd_close(registry->run_fd);
	free(registry);
}

bool registry_writable(void)
{
	return geteuid() == 0;
}

/* ---- locks ---- */

static int take(struct registry *registry, struct lock_request *request, struct messages *messages)
{
	int rc = registry_make(registry, messages);
	if (rc < 0)
		return rc;
	request->run_fd = registry->run_fd;
	request->run_path = REGISTRY_RUN_PATH;
	request->command = registry->command;
	return lock_take(request, messages);
}

int registry_lock(struct registry *registry, int wait_ms, struct messages *messages)
{
	struct lock_request request = { .name = "index.lock",
		.mode = LOCK_EXCLUSIVE,
		.wait_ms = wait_ms,
		.purpose = "the registry of zones" };
	return take(registry, &request, messages);
}

int registry_lock_zone(
	struct registry *registry, const char *name, enum lock_mode mode, struct messages *messages)
{
	AUTO_FREE char *file = xasprintf("%s.zoneadm.lock", name);
	AUTO_FREE char *purpose = xasprintf("zone %s", name);
	struct lock_request request = {
		.name = file, .mode = mode, .wait_ms = LOCK_WAIT_MS, .purpose = purpose
	};
	return take(registry, &request, messages);
}
