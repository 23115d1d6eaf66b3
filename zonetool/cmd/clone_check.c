/* clone_check.c - whether a zone can be a clone of another, as both are configured. */
#include "cmd/clone_check.h"

#include "util/alloc.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>

/* ---- what must be the same ---- */

/* Each inherited directory of one must be one of the other. */
static int check_inherited(struct clone_side side, struct clone_side other, const char *advice,
	struct messages *messages)
{
	int rc = 0;
	for (size_t i = 0; i < side.zone->count; i++) {
		const struct resource *resource = side.zone->resources[i];
		if (resource->type->id != RES_INHERIT_PKG_DIR)
			continue;
		const char *directory = resource_get(resource, INHERIT_DIR);
		if (!zone_inherits(other.zone, directory))
			rc = message_error(messages, -EINVAL,
				"%s inherits %s and %s does not, so its files would be missing, or "
				"there twice: %s",
				side.name, directory, other.name, advice);
	}
	return rc;
}

int clone_check_inherited(struct clone_side one, struct clone_side other, const char *advice,
	struct messages *messages)
{
	int rc = check_inherited(one, other, advice, messages);
	return check_inherited(other, one, advice, messages) < 0 ? -EINVAL : rc;
}

/* ---- what both would use ---- */

/* Whether a mount lets the zone write: only the option ro keeps it from that. */
static bool is_writable(const struct resource *fs)
{
	return value_find(&fs->values[FS_OPTIONS], "ro") < 0;
}

static void warn_of_fs(
	const struct resource *a, const struct resource *b, struct messages *warnings)
{
	const char *special = resource_get(a, FS_SPECIAL), *type = resource_get(a, FS_TYPE);
	if (strcmp(special, resource_get(b, FS_SPECIAL)) != 0)
		return;
	if (strcmp(type, "lofs") != 0)
		message_warning(warnings, "%s file system on '%s' is configured in both zones.",
			type, special);
	else if (is_writable(a) || is_writable(b))
		message_warning(warnings,
			"read-write lofs file system on '%s' is configured in both zones.",
			special);
}

/* Addresses without the length of their prefix. */
static void warn_of_net(
	const struct resource *a, const struct resource *b, struct messages *warnings)
{
	const char *one = resource_get(a, NET_ADDRESS), *other = resource_get(b, NET_ADDRESS);
	if (!one || !other)
		return;
	size_t len = strcspn(one, "/");
	if (strcspn(other, "/") == len && strncmp(one, other, len) == 0)
		message_warning(warnings, "network address '%.*s' is configured in both zones.",
			(int)len, one);
}

static void warn_of_device(
	const struct resource *a, const struct resource *b, struct messages *warnings)
{
	const char *one = resource_get(a, DEVICE_MATCH), *other = resource_get(b, DEVICE_MATCH);
	if (fnmatch(one, other, 0) == 0 || fnmatch(other, one, 0) == 0)
		message_warning(warnings, "device '%s' is configured in both zones.", one);
}

static void warn_of_dataset(
	const struct resource *a, const struct resource *b, struct messages *warnings)
{
	const char *one = resource_get(a, DATASET_NAME);
	if (strcmp(one, resource_get(b, DATASET_NAME)) == 0)
		message_warning(warnings, "dataset '%s' is configured in both zones.", one);
}

typedef void warn_function(
	const struct resource *a, const struct resource *b, struct messages *warnings);

/* By enum resource_id; NULL: both zones can have it. */
static warn_function *const shared[RES_COUNT] = {
	[RES_FS] = warn_of_fs,
	[RES_NET] = warn_of_net,
	[RES_DEVICE] = warn_of_device,
	[RES_DATASET] = warn_of_dataset,
};

int clone_check(const struct zone *source, const struct zone *clone, struct messages *messages,
	struct messages *warnings)
{
	int rc = 0;
	if (strcmp(zone_get(source, ZONE_BRAND), zone_get(clone, ZONE_BRAND)) != 0)
		rc = message_error(messages, -EINVAL,
			"zone %s has brand %s, and zone %s has %s: a clone has that of its source",
			zone_get(source, ZONE_NAME), zone_get(source, ZONE_BRAND),
			zone_get(clone, ZONE_NAME), zone_get(clone, ZONE_BRAND));
	AUTO_FREE char *source_name = xasprintf("zone %s", zone_get(source, ZONE_NAME));
	AUTO_FREE char *clone_name = xasprintf("zone %s", zone_get(clone, ZONE_NAME));
	if (clone_check_inherited((struct clone_side){ source, source_name },
		    (struct clone_side){ clone, clone_name }, "give both the same inherit-pkg-dir",
		    messages)
		< 0)
		rc = -EINVAL;
	for (size_t i = 0; i < source->count; i++)
		for (size_t j = 0; j < clone->count; j++) {
			const struct resource *a = source->resources[i], *b = clone->resources[j];
			if (a->type == b->type && shared[a->type->id])
				shared[a->type->id](a, b, warnings);
		}
	return rc;
}
