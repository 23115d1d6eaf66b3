/*
 * verify.c - everything zoneadm verify checks: here what is stored, and which other file has which
 * type of resource. One file per subject: verify_zonepath.c, verify_fs.c, verify_net.c,
 * verify_host.c.
 */
#include "zone/verify.h"

#include "util/alloc.h"
#include "zone/verify_parts.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ---- what the files share ---- */

__attribute__((format(printf, 2, 0))) static char *compose(
	const struct resource *resource, const char *format, va_list args)
{
	AUTO_FREE char *text = xvasprintf(format, args);
	AUTO_FREE char *title = resource_title(resource);
	return xasprintf("%s: %s", title, text);
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

/* ---- what is stored ---- */

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
			"is wrong",
			zonepath, REGISTRY_PATH, verify->entry->name, listed, REGISTRY_PATH);
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

static void check_beside(
	struct verify *verify, struct registry *registry, const struct index_entry *entry)
{
	const char *name = entry->name;
	struct messages softly = messages_as_warnings(verify->messages);
	AUTO_ZONE *other = NULL;
	/* Not registry_load(), which reads the index, too: for each zone. */
	int rc = registry_load_file(registry, name, &other, &softly);
	if (rc == -ENOENT)
		registry_missing(name, &softly);
	if (rc < 0)
		return;
	int state = registry_state(registry, name, entry->state, &softly);
	verify_net_beside(verify, name, other, state >= 0 && zone_state_is_live(state));
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
			check_beside(verify, registry, &line->entry);
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
		.addresses = addresses,
		.lives = zone_state_is_live(zone->state) };
	verify.mounts = verify_mounts(messages);
	check_stored(&verify);
	zone_check(zone->zone, messages);
	verify_zonepath(&verify);
	for (size_t i = 0; i < zone->zone->count; i++) {
		const struct resource *resource = zone->zone->resources[i];
		verify_resource *part = parts[resource->type->id];
		if (part)
			part(&verify, resource);
	}
	verify_places(&verify);
	verify_net(&verify);
	check_beside_others(&verify, registry);
	registry_orphans(registry, index, messages);
	mountinfo_free(&verify.mounts);
	return messages->error_count > before ? -EINVAL : 0;
}
