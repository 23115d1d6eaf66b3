/* registry.c - the zones of this machine: reading them. */
#include "zone/registry.h"

#include "util/alloc.h"
#include "util/file.h"
#include "zone/builtin.h"
#include "zone/journal.h"
#include "zone/registry_private.h"
#include "zone/name.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define INDEX_PATH REGISTRY_PATH "/index"

/* ---- opening ---- */

/* Bring the name of a new directory to storage. */
static int sync_parent(const char *path, struct messages *messages)
{
	AUTO_FREE char *parent = xstrndup(path, (size_t)(strrchr(path, '/') - path));
	AUTO_FD fd = file_open_directory(parent, messages);
	return fd < 0 ? fd : file_sync_directory(fd, parent, messages);
}

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
		int rc = sync_parent(path, messages);
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

int registry_make(struct registry *registry, struct messages *messages)
{
	int rc = open_or_make(&registry->dir_fd, REGISTRY_PATH, 0755, messages);
	return rc < 0 ? rc : open_or_make(&registry->run_fd, REGISTRY_RUN_PATH, 0700, messages);
}

/*
 * Put right what a dead command left behind. If another one is changing the registry just now, what
 * is there is its own, and readers do not wait.
 */
static int recover(struct registry *registry, struct messages *messages)
{
	if (!registry_writable(registry) || !journal_pending(registry->dir_fd))
		return 0;
	int rc = registry_make(registry, messages);
	if (rc < 0)
		return rc;
	AUTO_FD lock = lock_take(registry->run_fd, REGISTRY_LOCK, LOCK_EXCLUSIVE, 0,
		"the registry of zones", registry->command, messages);
	if (lock == -EBUSY)
		return 0;
	return lock < 0 ? lock : journal_recover(registry->dir_fd, REGISTRY_PATH, messages);
}

int registry_open(const char *command, struct registry **ret_registry, struct messages *messages)
{
	struct registry *registry = xcalloc(1, sizeof(*registry));
	*registry = (struct registry){ .dir_fd = -1, .run_fd = -1, .command = command };
	int rc = file_open_directory(REGISTRY_PATH, messages);
	if (rc >= 0) {
		registry->dir_fd = rc;
		rc = recover(registry, messages);
	}
	/* A machine without that directory has no zones. */
	if (rc < 0 && rc != -ENOENT) {
		registry_close(registry);
		return rc;
	}
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

bool registry_writable(const struct registry *registry)
{
	(void)registry;
	return geteuid() == 0;
}

int registry_lock_zone(
	struct registry *registry, const char *name, enum lock_mode mode, struct messages *messages)
{
	AUTO_FREE char *file = xasprintf("%s.zoneadm.lock", name);
	AUTO_FREE char *purpose = xasprintf("zone %s", name);
	int rc = registry_make(registry, messages);
	if (rc < 0)
		return rc;
	return lock_take(
		registry->run_fd, file, mode, LOCK_WAIT_MS, purpose, registry->command, messages);
}

/* ---- reading ---- */

int registry_index(struct registry *registry, struct index *ret_index, struct messages *messages)
{
	AUTO_FREE char *text = NULL;
	size_t len;
	int rc = registry->dir_fd < 0 ? -ENOENT
				      : file_read(registry->dir_fd, "index", INDEX_SIZE_MAX,
					      INDEX_PATH, &text, &len, messages);
	if (rc == -ENOENT)
		index_init(ret_index);
	else if (rc < 0)
		return rc;
	else
		index_parse(ret_index, text, len, INDEX_PATH, messages);
	return 0;
}

bool registry_version_equal(const struct registry_version *a, const struct registry_version *b)
{
	return a->device == b->device && a->inode == b->inode
		&& a->changed.tv_sec == b->changed.tv_sec
		&& a->changed.tv_nsec == b->changed.tv_nsec;
}

char *registry_file(const char *name)
{
	return xasprintf("%s.xml", name);
}

int registry_version(
	struct registry *registry, const char *name, struct registry_version *ret_version)
{
	AUTO_FREE char *file = registry_file(name);
	struct stat st;
	if (registry->dir_fd < 0)
		return -ENOENT;
	if (fstatat(registry->dir_fd, file, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	*ret_version = (struct registry_version){ st.st_dev, st.st_ino, st.st_ctim };
	return 0;
}

/* The text of NAME.xml. Returns 0, or a negative errno, of which -ENOENT is not described. */
static int read_xml(struct registry *registry, const char *name, const char *path, char **ret_text,
	size_t *ret_len, struct messages *messages)
{
	AUTO_FREE char *file = registry_file(name);
	if (registry->dir_fd < 0)
		return -ENOENT;
	return file_read(registry->dir_fd, file, XML_SIZE_MAX, path, ret_text, ret_len, messages);
}

int registry_load_file(struct registry *registry, const char *name, struct zone **ret_zone,
	struct messages *messages)
{
	AUTO_FREE char *text = NULL, *path = xasprintf(REGISTRY_PATH "/%s.xml", name);
	size_t len;
	int rc = read_xml(registry, name, path, &text, &len, messages);
	if (rc < 0)
		return rc;
	AUTO_ZONE *zone = NULL;
	rc = xml_parse(text, len, path, &zone, messages);
	if (rc < 0)
		return rc;
	const char *says = zone_get(zone, ZONE_NAME);
	if (!says || strcmp(says, name) != 0)
		return message_error(messages, -EINVAL,
			"%s: it is the configuration of zone %s, not of %s: was it copied by hand?",
			path, says ? says : "(none)", name);
	*ret_zone = zone;
	zone = NULL;
	return 0;
}

/* The version is that of the file which is read: one that is replaced meanwhile is read again. */
static int load_steady(struct registry *registry, const char *name, struct registry_zone *loaded,
	struct messages *messages)
{
	for (;;) {
		struct registry_version before, after;
		int rc = registry_version(registry, name, &before);
		if (rc == 0)
			rc = registry_load_file(registry, name, &loaded->zone, messages);
		if (rc == 0)
			rc = registry_version(registry, name, &after);
		if (rc == 0 && registry_version_equal(&before, &after)) {
			loaded->version = before;
			return 0;
		}
		zone_free(loaded->zone);
		loaded->zone = NULL;
		if (rc < 0)
			return rc;
	}
}

int registry_load(struct registry *registry, const char *name, struct registry_zone *ret_zone,
	struct messages *messages)
{
	struct index index;
	int rc = registry_index(registry, &index, messages);
	if (rc < 0)
		return rc;
	const struct index_entry *entry = index_find(&index, name);
	struct registry_zone loaded = { .state = entry ? entry->state : STATE_CONFIGURED };
	rc = entry && strcmp(name, "global") != 0 ? load_steady(registry, name, &loaded, messages)
						  : -ENOENT;
	if (rc == -ENOENT && entry && strcmp(name, "global") != 0)
		rc = message_error(messages, -EIO,
			REGISTRY_PATH "/%s.xml is missing, but " INDEX_PATH
				      " has the zone: put the file "
				      "back from a backup, or remove the zone with \"zonecfg -z %s "
				      "delete -F\"",
			name, name);
	index_free(&index);
	if (rc == 0)
		*ret_zone = loaded;
	return rc;
}

/* ---- templates ---- */

static const struct {
	const char *name;
	const char *text;
	const size_t *len;
} builtins[] = {
	{ "SUNWdefault", builtin_default, &builtin_default_len },
	{ "SUNWblank", builtin_blank, &builtin_blank_len },
};

int registry_load_template(struct registry *registry, const char *name, struct zone **ret_zone,
	struct messages *messages)
{
	const char *expected = zone_name_wrong(name);
	if (expected)
		return message_error(messages, -EINVAL, "\"%s\" is not %s", name, expected);
	/* The administrator's template of that name goes first. */
	int rc = registry_load_file(registry, name, ret_zone, messages);
	for (size_t i = 0; rc == -ENOENT && i < sizeof(builtins) / sizeof(builtins[0]); i++)
		if (strcmp(name, builtins[i].name) == 0)
			return xml_parse(
				builtins[i].text, *builtins[i].len, name, ret_zone, messages);
	if (rc == -ENOENT)
		return message_error(messages, -EINVAL,
			"there is no zone or template %s: \"zoneadm list -c\" lists the zones, and "
			"templates are SUNWdefault, SUNWblank and " REGISTRY_PATH "/NAME.xml",
			name);
	return rc;
}

int registry_scan(struct registry *registry, const char *name, struct xml_summary *ret_summary,
	struct messages *messages)
{
	AUTO_FREE char *text = NULL, *path = xasprintf(REGISTRY_PATH "/%s.xml", name);
	size_t len;
	int rc = read_xml(registry, name, path, &text, &len, messages);
	if (rc == -ENOENT)
		return message_error(
			messages, rc, "%s is missing, but " INDEX_PATH " has zone %s", path, name);
	return rc < 0 ? rc : xml_scan(text, len, path, ret_summary, messages);
}
