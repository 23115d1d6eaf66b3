/* registry_load.c - the zones of this machine: reading them. Nobody waits here. */
#include "zone/registry.h"

#include "util/alloc.h"
#include "util/file.h"
#include "zone/builtin.h"
#include "zone/name.h"
#include "zone/registry_private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#define INDEX_PATH REGISTRY_PATH "/index"

enum {
	LOAD_TRIES = 3, /* for a zone that is renamed or made anew while it is read */
};

char *registry_file(const char *name)
{
	return xasprintf("%s.xml", name);
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

/* ---- the index ---- */

/* Lines of old files have no zonepath: the zone's configuration has it. */
static void fill_in(struct registry *registry, struct index *index)
{
	struct messages quiet = messages_quiet();
	for (size_t i = 0; i < index->count; i++) {
		struct index_entry *entry = &index->lines[i].entry;
		AUTO_ZONE *zone = NULL;
		if (index->lines[i].text || *entry->zonepath || strcmp(entry->name, "global") == 0
			|| registry_load_file(registry, entry->name, &zone, &quiet) < 0
			|| !zone_get(zone, ZONE_PATH))
			continue;
		index_entry_move(entry, zone_get(zone, ZONE_PATH));
	}
}

int registry_index(struct registry *registry, struct index *ret_index, struct messages *messages)
{
	AUTO_FREE char *text = NULL;
	size_t len;
	int rc = -ENOENT;
	if (registry->dir_fd >= 0)
		rc = file_read(registry->dir_fd, "index", INDEX_SIZE_MAX, INDEX_PATH, &text, &len,
			messages);
	if (rc < 0 && rc != -ENOENT)
		return rc;
	if (rc == -ENOENT) {
		index_init(ret_index);
		return 0;
	}
	/* What is wrong is told once, however often it is read. */
	struct messages quiet = messages_quiet();
	index_parse(ret_index, text, len, INDEX_PATH, registry->index_told ? &quiet : messages);
	registry->index_told = true;
	fill_in(registry, ret_index);
	return 0;
}

/* ---- one zone ---- */

bool registry_version_equal(const struct registry_version *a, const struct registry_version *b)
{
	return a->device == b->device && a->inode == b->inode
		&& a->changed.tv_sec == b->changed.tv_sec
		&& a->changed.tv_nsec == b->changed.tv_nsec;
}

struct registry_version registry_version(const struct registry *registry, const char *name)
{
	AUTO_FREE char *file = registry_file(name);
	struct stat st;
	if (registry->dir_fd < 0 || fstatat(registry->dir_fd, file, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return (struct registry_version){ 0 };
	return (struct registry_version){ st.st_dev, st.st_ino, st.st_ctim };
}

/* The version is that of the file which is read: one that is replaced meanwhile is read again. */
static int load_steady(struct registry *registry, const char *name, struct registry_zone *loaded,
	struct messages *messages)
{
	for (;;) {
		loaded->version = registry_version(registry, name);
		int rc = registry_load_file(registry, name, &loaded->zone, messages);
		struct registry_version after = registry_version(registry, name);
		if (rc < 0 || registry_version_equal(&loaded->version, &after))
			return rc;
		zone_free(loaded->zone);
		loaded->zone = NULL;
	}
}

/* The zone's line, then its file. Returns as registry_load() does; 1: the file is missing. */
static int load_once(struct registry *registry, const char *name, struct registry_zone *ret_zone,
	struct messages *messages)
{
	struct index index;
	int rc = registry_index(registry, &index, messages);
	if (rc < 0)
		return rc;
	const struct index_entry *entry = index_find(&index, name);
	bool known = entry && strcmp(name, "global") != 0;
	*ret_zone = (struct registry_zone){ .state = known ? entry->state : STATE_CONFIGURED };
	index_free(&index);
	if (!known)
		return -ENOENT;
	rc = load_steady(registry, name, ret_zone, messages);
	return rc == -ENOENT ? 1 : rc;
}

int registry_unknown(const char *name, struct messages *messages)
{
	return message_error(messages, -ENOENT, "%s: No such zone configured", name);
}

int registry_missing(const char *name, struct messages *messages)
{
	return message_error(messages, -EIO,
		REGISTRY_PATH "/%s.xml is missing, but " INDEX_PATH
			      " has the zone: put the file back "
			      "from a backup, or remove the zone with \"zonecfg -z %s delete -F\"",
		name, name);
}

/* What is stored of a zone. Returns as registry_load() does. */
static int load_stored(struct registry *registry, const char *name, struct registry_zone *ret_zone,
	struct messages *messages)
{
	/* Whoever deletes or renames the zone removes its line first: then it is just not there. */
	int rc = 1;
	for (int i = 0; rc == 1 && i < LOAD_TRIES; i++)
		rc = load_once(registry, name, ret_zone, messages);
	return rc == 1 ? registry_missing(name, messages) : rc;
}

int registry_load(struct registry *registry, const char *name, struct registry_zone *ret_zone,
	struct messages *messages)
{
	int rc = load_stored(registry, name, ret_zone, messages);
	if (rc < 0)
		return rc;
	int state = registry_state(registry, name, ret_zone->state, messages);
	if (state < 0) {
		zone_free(ret_zone->zone);
		ret_zone->zone = NULL;
		return state;
	}
	ret_zone->state = (enum zone_state)state;
	return 0;
}

int registry_scan(struct registry *registry, const char *name, struct xml_summary *ret_summary,
	struct messages *messages)
{
	AUTO_FREE char *text = NULL, *path = xasprintf(REGISTRY_PATH "/%s.xml", name);
	size_t len;
	int rc = read_xml(registry, name, path, &text, &len, messages);
	return rc < 0 ? rc : xml_scan(text, len, path, ret_summary, messages);
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

static int load_template(struct registry *registry, const char *name, struct zone **ret_zone,
	struct messages *messages)
{
	/* The administrator's template of that name goes first. */
	int rc = registry_load_file(registry, name, ret_zone, messages);
	for (size_t i = 0; rc == -ENOENT && i < sizeof(builtins) / sizeof(builtins[0]); i++)
		if (strcmp(name, builtins[i].name) == 0)
			return xml_parse(
				builtins[i].text, *builtins[i].len, name, ret_zone, messages);
	return rc;
}

int registry_load_template(struct registry *registry, const char *name, struct zone **ret_zone,
	struct messages *messages)
{
	const char *expected = zone_name_wrong(name);
	if (expected)
		return message_error(messages, -EINVAL, "\"%s\" is not %s", name, expected);
	struct registry_zone stored = { 0 };
	int rc = zone_name_reserved(name) ? load_template(registry, name, ret_zone, messages)
					  : load_stored(registry, name, &stored, messages);
	if (rc == 0 && stored.zone)
		*ret_zone = stored.zone;
	if (rc == -ENOENT)
		return message_error(messages, -EINVAL,
			"there is no zone or template %s: \"zoneadm list -c\" lists the zones, and "
			"templates are SUNWdefault, SUNWblank and " REGISTRY_PATH "/SUNW....xml",
			name);
	return rc;
}
