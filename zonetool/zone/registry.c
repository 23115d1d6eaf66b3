/* registry.c - the zones of this machine: where they are kept, and locks. */
#include "zone/registry.h"

#include "util/alloc.h"
#include "util/file.h"
#include "zone/journal.h"
#include "zone/registry_private.h"

#include <errno.h>
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

/*
 * Everybody may see which zones live; the locks are files of mode 0600. Earlier versions have made
 * the directory for root only.
 */
static int open_to_all(int fd, struct messages *messages)
{
	struct stat st;
	if (fstat(fd, &st) == 0 && (st.st_mode & 07777) == 0700 && fchmod(fd, 0755) < 0)
		return message_error(messages, -errno, "cannot change the mode of %s: %s",
			REGISTRY_RUN_PATH, strerror(errno));
	return 0;
}

/* Make sure that both directories exist and are open. Returns 0 or a negative errno, described. */
static int make_directories(struct registry *registry, struct messages *messages)
{
	drop_removed(&registry->dir_fd);
	drop_removed(&registry->run_fd);
	int rc = open_or_make(&registry->dir_fd, REGISTRY_PATH, 0755, messages);
	if (rc == 0)
		rc = open_or_make(&registry->run_fd, REGISTRY_RUN_PATH, 0755, messages);
	return rc < 0 ? rc : open_to_all(registry->run_fd, messages);
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
	int rc = make_directories(registry, messages);
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

static char *zone_lock(const char *name)
{
	return xasprintf("%s.zoneadm.lock", name);
}

int registry_lock_zone(struct registry *registry, const char *name, enum lock_mode mode,
	int wait_ms, struct messages *messages)
{
	AUTO_FREE char *file = zone_lock(name);
	AUTO_FREE char *purpose = xasprintf("zone %s", name);
	struct lock_request request = {
		.name = file, .mode = mode, .wait_ms = wait_ms, .purpose = purpose
	};
	return take(registry, &request, messages);
}

int registry_unlock_zone(struct registry *registry, const char *name, int fd)
{
	AUTO_FREE char *file = zone_lock(name);
	return lock_remove(registry->run_fd, file, fd);
}

/* ---- what lives ---- */

/* The directory is root's alone, as earlier versions made it: that is told once. */
static void tell_hidden(struct registry *registry, struct messages *messages)
{
	if (!registry->run_told)
		message_warning(messages,
			REGISTRY_RUN_PATH
			" can be read by root only, so it is not known which zones run");
	registry->run_told = true;
}

/* As file_open_directory(). Who is not root may not be allowed to look: that is a warning. */
static int open_run(struct registry *registry, struct messages *messages)
{
	if (registry_writable())
		return file_open_directory(REGISTRY_RUN_PATH, messages);
	struct messages quiet = messages_quiet();
	int fd = file_open_directory(REGISTRY_RUN_PATH, &quiet);
	if (fd == -EACCES) {
		tell_hidden(registry, messages);
		return -ENOENT;
	}
	return fd < 0 ? file_open_directory(REGISTRY_RUN_PATH, messages) : fd;
}

int registry_run(struct registry *registry, int *ret_fd, struct messages *messages)
{
	drop_removed(&registry->run_fd);
	if (registry->run_fd < 0) {
		int fd = open_run(registry, messages);
		if (fd < 0 && fd != -ENOENT)
			return fd;
		registry->run_fd = fd < 0 ? -1 : fd;
	}
	*ret_fd = registry->run_fd;
	return 0;
}

int registry_live(struct registry *registry, const char *name, struct live *ret_live,
	struct messages *messages)
{
	int run_fd;
	*ret_live = (struct live){ .console_fd = -1 };
	int rc = registry_run(registry, &run_fd, messages);
	return rc < 0 ? rc : live_find(run_fd, name, ret_live, messages);
}

int registry_state(struct registry *registry, const char *name, enum zone_state stored,
	struct messages *messages)
{
	int run_fd;
	int rc = registry_run(registry, &run_fd, messages);
	return rc < 0 ? rc : live_state(run_fd, name, stored, messages);
}

int registry_check_live(struct registry *registry, const char *name, enum zone_operation operation,
	struct messages *messages)
{
	AUTO_LIVE live;
	int rc = registry_live(registry, name, &live, messages);
	if (rc <= 0)
		return rc;
	rc = zone_state_allows(live.state, operation, name, messages);
	return rc < 0 ? rc : 1;
}
