/* work.c - a zone that a subcommand of zoneadm changes. */
#include "cmd/work.h"

#include "util/alloc.h"
#include "util/file.h"
#include "util/program.h"
#include "zone/manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	ASIDE_NAME_MAX = 200, /* bytes of a name in that of the directory aside */
};

/* Files are only touched where both records have them. */
static int check_agreed(const struct work *work)
{
	const char *path = zone_get(work->zone, ZONE_PATH);
	if (!path || strcmp(path, work->zonepath) == 0)
		return 0;
	return message_error(work->adm->messages, -EINVAL,
		"zonepath is %s in " REGISTRY_PATH "/%s.xml, but \"%s\" in " REGISTRY_PATH
		"/index: correct the one that is wrong",
		path, work->name, work->zonepath);
}

/* The files of a zone may only not be mounted, as after a reboot. */
static int appear(const struct work *work)
{
	struct storage_job job = work_storage_job(work);
	AUTO_FREE char *root = xasprintf("%s/root", work->zonepath);
	int there = work_exists(root, job.messages);
	return there ? (there < 0 ? there : 0) : storage_appear(work->zonepath, &job);
}

/* Read the zone's line of the index and its configuration, under its lock. */
static int load(struct work *work)
{
	int rc = adm_read_index(work->adm);
	if (rc < 0)
		return rc;
	struct registry_zone loaded;
	rc = registry_load(work->adm->registry, work->name, &loaded, work->adm->messages);
	if (rc < 0)
		return rc;
	zone_free(work->zone);
	work->zone = loaded.zone;
	work->state = loaded.state;
	free(work->zonepath);
	work->zonepath = xstrdup(work->adm->entry->zonepath);
	rc = check_agreed(work);
	return rc < 0 || work->state == STATE_CONFIGURED ? rc : appear(work);
}

/* ---- being interrupted ---- */

/* What is told then, if there is a record. */
static char hint[256];
static volatile sig_atomic_t recorded;

static void tell_and_die(int number)
{
	if (recorded && write(STDERR_FILENO, hint, strlen(hint)) < 0)
		recorded = 0; /* nobody is there to read it */
	raise(number);
}

/* Dying is safe at any time; a person should know what comes next. */
static void expect_signals(const char *name)
{
	const struct sigaction action = { .sa_handler = tell_and_die,
		.sa_flags = (int)(SA_RESETHAND | SA_NODEFER) };
	snprintf(hint, sizeof(hint),
		"\nzoneadm: interrupted: the next command for zone %s finishes or undoes it, and "
		"so does \"zoneadm -z %s recover\"\n",
		name, name);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	/* Who closes the terminal, or the pipe, does not mean half a move. */
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
}

int work_begin(struct adm *adm, enum zone_operation operation, struct work *ret_work)
{
	ret_work->adm = adm;
	ret_work->name = xstrdup(adm->entry->name);
	expect_signals(ret_work->name);
	/* Not only when somebody is done who makes it live, or ends that. */
	int lives = registry_check_live(adm->registry, ret_work->name, operation, adm->messages);
	if (lives < 0)
		return lives;
	int fd = registry_lock_zone(
		adm->registry, ret_work->name, LOCK_EXCLUSIVE, LOCK_WAIT_MS, adm->messages);
	if (fd < 0)
		return fd;
	ret_work->lock_fd = fd;
	/* Of a zone that lives nothing is put right: its files are in use. */
	int rc = registry_check_live(adm->registry, ret_work->name, operation, adm->messages);
	if (rc == 0)
		rc = work_recover(ret_work);
	if (rc >= 0)
		rc = load(ret_work);
	/* Deleted while its lock was waited for: there is nothing to lock any more. */
	if (rc == -ENOENT)
		ret_work->lock_fd = registry_unlock_zone(adm->registry, ret_work->name, fd);
	if (rc < 0)
		return rc;
	if (operation == OP_UNINSTALL && ret_work->state == STATE_CONFIGURED && ret_work->recovered)
		return 1;
	return zone_state_allows(ret_work->state, operation, ret_work->name, adm->messages);
}

void work_end(struct work *work)
{
	fd_close(work->lock_fd);
	zone_free(work->zone);
	free(work->zonepath);
	free(work->name);
	*work = (struct work){ .lock_fd = -1 };
}

int work_step(struct work *work, const struct operation *operation, int state, const char *zonepath)
{
	struct registry_step step = {
		.name = work->name, .state = state, .zonepath = zonepath, .operation = operation
	};
	struct messages *messages = work->adm->messages;
	int rc = registry_step(work->adm->registry, &step, messages);
	if (rc == 0)
		recorded = operation != NULL;
	if (rc < 0 && !operation)
		message_note(messages,
			"what is left to be done for zone %s is recorded: the next command for it "
			"goes on",
			work->name);
	return rc;
}

static void show_progress(void *user, uint64_t objects, uint64_t bytes)
{
	const struct work *work = user;
	AUTO_STR text = STR_EMPTY;
	text_addf(&text, "%s... %" PRIu64 " objects", work->label, objects);
	if (bytes)
		text_addf(&text, ", %" PRIu64 " MB", bytes / 1000000);
	program_progress(str_get(&text));
}

void work_doing(struct work *work, const char *label)
{
	AUTO_FREE char *text = xasprintf("%s...", label);
	work->label = label;
	program_doing(text);
}

void work_done(struct work *work)
{
	work->label = NULL;
	program_done();
}

struct storage_job work_storage_job(const struct work *work)
{
	return (struct storage_job){ .messages = work->adm->messages,
		.lock_fd = work->lock_fd,
		.progress = work->label ? show_progress : NULL,
		.user = (void *)work };
}

char *work_aside(const char *path)
{
	uint64_t token;
	const char *slash = strrchr(path, '/'), *name = slash + 1;
	size_t len = strlen(name);
	/* Cut between characters. */
	if (len > ASIDE_NAME_MAX)
		for (len = ASIDE_NAME_MAX; (name[len] & 0xc0) == 0x80; len--)
			;
	if (getrandom(&token, sizeof(token), 0) != sizeof(token))
		alloc_failed();
	return xasprintf(
		"%.*s/.%.*s.%016" PRIx64, (int)(slash - path), path, (int)len, name, token);
}

int work_exists(const char *path, struct messages *messages)
{
	struct stat st;
	if (lstat(path, &st) == 0)
		return 1;
	if (errno == ENOENT || errno == ENOTDIR)
		return 0;
	return message_error(messages, -errno, "%s: %s", path, strerror(errno));
}

char *work_place(const char *path)
{
	struct messages quiet = messages_quiet();
	AUTO_FREE char *above = file_above(path);
	char *id;
	return storage_identify_directory(above, &id, &quiet) == 0 ? id : NULL;
}

int work_identify(const struct storage_ops *storage, const char *path, char **ret_id,
	struct messages *messages)
{
	int rc = storage->identify(path, ret_id, messages);
	if (rc == -ENOENT)
		return message_error(messages, rc, "%s: %s", path, strerror(ENOENT));
	return rc;
}

int work_is_at(const struct storage_ops *storage, const char *path, const char *id,
	struct messages *messages)
{
	AUTO_FREE char *now = NULL;
	int rc = storage->identify(path, &now, messages);
	if (rc == -ENOENT)
		return 0;
	return rc < 0 ? rc : strcmp(now, id) == 0;
}

int work_check_place(const struct work *work, const char *path)
{
	struct messages *messages = work->adm->messages;
	AUTO_FREE char *parent = file_above(path);
	struct statx st;
	if (access(parent, F_OK) < 0)
		return message_error(
			messages, -errno, "%s: %s: make it first", parent, strerror(errno));
	if (statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, STATX_TYPE, &st) < 0)
		return 0;
	if (st.stx_attributes & STATX_ATTR_MOUNT_ROOT)
		return message_error(messages, -EBUSY,
			"%s is a mount point: give the zone a directory in it, such as %s/%s", path,
			path, work->name);
	int rc = file_is_empty_directory(AT_FDCWD, path, "root");
	if (rc > 0)
		return 0;
	AUTO_FREE char *manifest = xasprintf("%s/" MANIFEST_NAME, path);
	/* Elsewhere it is not this zone. */
	bool own = strcmp(path, work->zonepath) == 0;
	if (work_exists(manifest, messages) > 0)
		return message_error(messages, -ENOTEMPTY,
			"%s has a detached zone in it: attach it (zoneadm -z %s attach), or move "
			"it away",
			path, own ? work->name : "ZONE");
	return message_error(messages, rc < 0 ? rc : -ENOTEMPTY, "zone %s cannot be at %s: %s",
		work->name, path,
		rc < 0 ? strerror(-rc) : "there is something already, and it is not empty");
}

int work_clear_place(const struct work *work, const char *path)
{
	int rc = work_check_place(work, path);
	AUTO_FREE char *root = xasprintf("%s/root", path);
	if (rc == 0)
		rmdir(root); /* if it is there, it is empty */
	if (rc < 0 || rmdir(path) == 0 || errno == ENOENT)
		return rc;
	return message_error(work->adm->messages, -errno, "zone %s cannot be at %s: %s", work->name,
		path, strerror(errno));
}

bool work_parse_extra(const char *text, enum storage_want *ret_want)
{
	*ret_want = STORAGE_PLAIN;
	return strcmp(text, "nodataset") == 0;
}
