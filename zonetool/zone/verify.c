/*
 * verify.c - everything zoneadm verify checks: here the zonepath, and which other file has which
 * type of resource. One file per subject: verify_fs.c, verify_net.c, verify_host.c.
 */
#include "zone/verify.h"

#include "util/alloc.h"
#include "zone/path.h"
#include "zone/verify_parts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* ---- what the files share ---- */

__attribute__((format(printf, 2, 0))) static char *compose(
	const struct resource *resource, const char *format, va_list args)
{
	char *text = NULL;
	if (vasprintf(&text, format, args) < 0)
		text = xstrdup("out of memory");
	AUTO_FREE char *title = resource_title(resource);
	char *whole = xasprintf("%s: %s", title, text);
	free(text);
	return whole;
}

void verify_error(
	const struct verify *verify, const struct resource *resource, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	AUTO_FREE char *text = compose(resource, format, args);
	va_end(args);
	message_error(verify->messages, -EINVAL, "%s", text);
}

void verify_warning(
	const struct verify *verify, const struct resource *resource, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	AUTO_FREE char *text = compose(resource, format, args);
	va_end(args);
	message_warning(verify->messages, "%s", text);
}

bool verify_has_program(const char *name)
{
	static const char *const folders[] = { "/sbin", "/usr/sbin", "/usr/local/sbin", "/bin",
		"/usr/bin" };
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		AUTO_FREE char *path = xasprintf("%s/%s", folders[i], name);
		if (access(path, X_OK) == 0)
			return true;
	}
	return false;
}

/* ---- the zonepath ---- */

/* The index and the XML must tell of the same zone. */
static void check_stored(const struct verify *verify)
{
	const char *name = zone_get(verify->zone, ZONE_NAME);
	const char *zonepath = zone_get(verify->zone, ZONE_PATH), *listed = verify->entry->zonepath;
	if (name && strcmp(name, verify->entry->name) != 0)
		message_error(verify->messages, -EINVAL,
			"%s/%s.xml is the configuration of a zone named %s: restore the right file",
			REGISTRY_PATH, verify->entry->name, name);
	if (zonepath && strcmp(zonepath, listed) != 0)
		message_error(verify->messages, -EINVAL,
			"zonepath is %s in %s/%s.xml, but \"%s\" in %s/index: correct the one that "
			"is "
			"wrong",
			zonepath, REGISTRY_PATH, verify->entry->name, listed, REGISTRY_PATH);
}

static void check_overlap(const struct verify *verify, const char *zonepath)
{
	for (size_t i = 0; i < verify->index->count; i++) {
		const struct index_line *line = &verify->index->lines[i];
		const struct index_entry *other = &line->entry;
		if (line->text || strcmp(other->name, verify->entry->name) == 0
			|| strcmp(other->name, "global") == 0 || !*other->zonepath)
			continue;
		if (path_overlap(zonepath, other->zonepath))
			message_error(verify->messages, -EINVAL,
				"zonepath %s and %s, the zonepath of zone %s, overlap: neither may "
				"lie "
				"in the other",
				zonepath, other->zonepath, other->name);
	}
}

/* Whether an opened directory has nothing in it, or cannot be read. */
static bool is_empty(int dir_fd)
{
	int fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir)
		return fd_close(fd), true;
	bool empty = true;
	for (struct dirent *entry; empty && (entry = readdir(dir));)
		empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
	closedir(dir);
	return empty;
}

/* A zone that is only configured has no tree yet: what lies there is somebody's. */
static void check_no_root(
	const struct verify *verify, int zonepath_fd, int root_fd, const char *zonepath)
{
	if (faccessat(zonepath_fd, PATH_MANIFEST, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		message_warning(verify->messages,
			"zonepath %s holds a detached zone: attach it (zoneadm -z %s attach), or "
			"move it "
			"away",
			zonepath, verify->entry->name);
	else if (!is_empty(root_fd))
		message_error(verify->messages, -EINVAL,
			"%s/root has files, although the zone is not installed: move or remove it",
			zonepath);
}

/* What the zone's state says about its root, in a zonepath that exists. */
static void check_root(const struct verify *verify, const char *zonepath)
{
	bool installed = verify->entry->state != STATE_CONFIGURED;
	AUTO_FD fd = open(zonepath, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	AUTO_FD root = fd < 0 ? -1 : openat(fd, "root", O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;
	if (root < 0 && errno == ENOENT && !installed)
		return;
	if (root < 0 && errno == ENOENT)
		message_error(verify->messages, -EINVAL,
			"the zone is %s, but %s/root does not exist: restore it, or uninstall the "
			"zone",
			zone_state_name(verify->entry->state), zonepath);
	else if (root < 0 && errno == EACCES)
		message_warning(verify->messages,
			"zonepath %s: what is in it was not looked at, which takes root", zonepath);
	else if (root < 0 || fstat(root, &st) < 0)
		message_error(verify->messages, -EINVAL, "%s/root: %s", zonepath, strerror(errno));
	else if (!S_ISDIR(st.st_mode))
		message_error(verify->messages, -EINVAL, "%s/root is not a directory", zonepath);
	else if (!installed)
		check_no_root(verify, fd, root, zonepath);
}

static void check_zonepath(const struct verify *verify)
{
	const char *zonepath = zone_get(verify->zone, ZONE_PATH);
	bool exists = false;
	if (!zonepath)
		return; /* zone_check() has told */
	check_overlap(verify, zonepath);
	int rc = path_check(zonepath, &exists, verify->messages);
	if (exists)
		check_root(verify, zonepath);
	else if (rc < 0)
		return; /* perhaps it exists behind what is wrong */
	else if (verify->entry->state == STATE_CONFIGURED)
		message_warning(verify->messages,
			"zonepath %s does not exist yet: installing the zone will make it",
			zonepath);
	else
		message_error(verify->messages, -EINVAL,
			"the zone is %s, but its zonepath %s does not exist: mount or restore it",
			zone_state_name(verify->entry->state), zonepath);
}

/* ---- the resources ---- */

typedef void verify_resource(const struct verify *verify, const struct resource *resource);

/* By enum resource_id; NULL: this machine has no say in it, or verify_net() sees to it. */
static verify_resource *const parts[RES_COUNT] = {
	[RES_INHERIT_PKG_DIR] = verify_inherit,
	[RES_FS] = verify_fs,
	[RES_DEVICE] = verify_device,
	[RES_DEDICATED_CPU] = verify_dedicated_cpu,
	[RES_CAPPED_CPU] = verify_capped_cpu,
	[RES_CAPPED_MEMORY] = verify_capped_memory,
	[RES_DATASET] = verify_dataset,
	[RES_ADMIN] = verify_admin,
};

/* Whether the zone has something that another one could have, too. */
static bool can_clash(const struct zone *zone)
{
	for (size_t i = 0; i < zone->count; i++) {
		enum resource_id id = zone->resources[i]->type->id;
		if (id == RES_NET || id == RES_DEVICE || id == RES_DATASET)
			return true;
	}
	return false;
}

static void check_beside(struct verify *verify, struct registry *registry, const char *name)
{
	struct messages softly = messages_as_warnings(verify->messages);
	AUTO_ZONE *other = NULL;
	/* Not registry_load(), which reads the index, too: for each zone. */
	int rc = registry_load_file(registry, name, &other, &softly);
	if (rc == -ENOENT)
		registry_missing(name, &softly);
	if (rc < 0)
		return;
	verify_net_beside(verify, name, other);
	verify_devices_beside(verify, name, other);
	verify_datasets_beside(verify, name, other);
}

static void check_beside_others(struct verify *verify, struct registry *registry)
{
	if (!can_clash(verify->zone))
		return;
	for (size_t i = 0; i < verify->index->count; i++) {
		const struct index_line *line = &verify->index->lines[i];
		const char *name = line->entry.name;
		if (!line->text && strcmp(name, "global") != 0
			&& strcmp(name, verify->entry->name) != 0)
			check_beside(verify, registry, name);
	}
}

int zone_verify(struct registry *registry, const struct index *index,
	const struct index_entry *entry, const struct registry_zone *zone,
	struct messages *messages)
{
	size_t before = messages->error_count;
	AUTO_FREE struct address *addresses = xcalloc(zone->zone->count, sizeof(*addresses));
	struct verify verify = { .index = index,
		.entry = entry,
		.zone = zone->zone,
		.messages = messages,
		.addresses = addresses };
	check_stored(&verify);
	zone_check(zone->zone, messages);
	check_zonepath(&verify);
	for (size_t i = 0; i < zone->zone->count; i++) {
		const struct resource *resource = zone->zone->resources[i];
		verify_resource *part = parts[resource->type->id];
		if (part)
			part(&verify, resource);
	}
	verify_places(&verify);
	verify_net(&verify);
	check_beside_others(&verify, registry);
	return messages->error_count > before ? -EINVAL : 0;
}
