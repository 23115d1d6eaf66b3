/* zone.c - a zone's configuration in memory, and the rules it must keep. */
#include "zone/zone.h"

#include "util/alloc.h"

#include <string.h>

/* ---- resources ---- */

struct resource *resource_new(const struct resource_type *type)
{
	struct resource *resource = xcalloc(1, sizeof(*resource));
	resource->type = type;
	resource->values = xcalloc(type->prop_count, sizeof(*resource->values));
	return resource;
}

void resource_free(struct resource *resource)
{
	if (!resource)
		return;
	for (size_t i = 0; i < resource->type->prop_count; i++)
		value_free(&resource->values[i]);
	free(resource->values);
	free(resource);
}

struct resource *resource_copy(const struct resource *resource)
{
	struct resource *copy = resource_new(resource->type);
	for (size_t i = 0; i < resource->type->prop_count; i++)
		copy->values[i] = value_copy(&resource->values[i]);
	return copy;
}

static bool resource_equal(const struct resource *a, const struct resource *b)
{
	if (a->type != b->type)
		return false;
	for (size_t i = 0; i < a->type->prop_count; i++)
		if (!value_equal(&a->values[i], &b->values[i]))
			return false;
	return true;
}

const char *resource_get(const struct resource *resource, size_t prop)
{
	const struct value *value = &resource->values[prop];
	return value->count ? value->items[0] : resource->type->props[prop].fallback;
}

bool resource_is(const struct resource *resource, size_t prop, const char *text)
{
	const char *is = resource_get(resource, prop);
	return is && strcmp(is, text) == 0;
}

void resource_set(struct resource *resource, size_t prop, const char *text)
{
	/* text may be what is being replaced. */
	char *copy = text ? xstrdup(text) : NULL;
	value_free(&resource->values[prop]);
	if (copy)
		value_take(&resource->values[prop], copy);
}

char *resource_title(const struct resource *resource)
{
	struct str title = STR_EMPTY;
	text_adds(&title, resource->type->name);
	for (size_t i = 0; i < resource->type->prop_count; i++)
		if ((resource->type->props[i].flags & PROP_KEY) && resource->values[i].count)
			text_addf(&title, " %s", resource->values[i].items[0]);
	return text_take(&title);
}

bool resource_same_key(const struct resource *a, const struct resource *b)
{
	if (a->type != b->type)
		return false;
	for (size_t i = 0; i < a->type->prop_count; i++)
		if ((a->type->props[i].flags & PROP_KEY)
			&& !value_equal(&a->values[i], &b->values[i]))
			return false;
	return true;
}

/* ---- zones ---- */

struct zone *zone_new(void)
{
	struct zone *zone = xcalloc(1, sizeof(*zone));
	zone->own = resource_new(&resource_types[RES_ZONE]);
	return zone;
}

void zone_free(struct zone *zone)
{
	if (!zone)
		return;
	resource_free(zone->own);
	for (size_t i = 0; i < zone->count; i++)
		resource_free(zone->resources[i]);
	free(zone->resources);
	free(zone);
}

struct zone *zone_copy(const struct zone *zone)
{
	struct zone *copy = zone_new();
	resource_free(copy->own);
	copy->own = resource_copy(zone->own);
	copy->resources = xcalloc(zone->count, sizeof(*copy->resources));
	for (size_t i = 0; i < zone->count; i++)
		copy->resources[copy->count++] = resource_copy(zone->resources[i]);
	return copy;
}

bool zone_equal(const struct zone *a, const struct zone *b)
{
	if (a->count != b->count || !resource_equal(a->own, b->own))
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (!resource_equal(a->resources[i], b->resources[i]))
			return false;
	return true;
}

/* The next resource from *at on that is fixed once a zone is installed; NULL: there is none. */
static const struct resource *next_fixed(const struct zone *zone, size_t *at)
{
	while (*at < zone->count) {
		const struct resource *resource = zone->resources[(*at)++];
		if (resource->type->flags & TYPE_BEFORE_INSTALL)
			return resource;
	}
	return NULL;
}

bool zone_equal_fixed(const struct zone *a, const struct zone *b)
{
	for (size_t i = 0; i < a->own->type->prop_count; i++)
		if ((a->own->type->props[i].flags & PROP_BEFORE_INSTALL)
			&& !value_equal(&a->own->values[i], &b->own->values[i]))
			return false;
	const struct resource *left, *right;
	size_t i = 0, j = 0;
	do {
		left = next_fixed(a, &i);
		right = next_fixed(b, &j);
		if (left && right && !resource_equal(left, right))
			return false;
	} while (left && right);
	return left == right;
}

const char *zone_get(const struct zone *zone, size_t prop)
{
	return resource_get(zone->own, prop);
}

void zone_set(struct zone *zone, size_t prop, const char *text)
{
	resource_set(zone->own, prop, text);
}

bool zone_inherits(const struct zone *zone, const char *directory)
{
	for (size_t i = 0; i < zone->count; i++)
		if (zone->resources[i]->type->id == RES_INHERIT_PKG_DIR
			&& strcmp(resource_get(zone->resources[i], INHERIT_DIR), directory) == 0)
			return true;
	return false;
}

void zone_add(struct zone *zone, struct resource *resource)
{
	zone->resources = xrealloc(zone->resources, zone->count + 1, sizeof(*zone->resources));
	size_t at = zone->count++;
	while (at > 0 && zone->resources[at - 1]->type->id > resource->type->id) {
		zone->resources[at] = zone->resources[at - 1];
		at--;
	}
	zone->resources[at] = resource;
}

struct resource *zone_take(struct zone *zone, size_t at)
{
	struct resource *taken = zone->resources[at];
	zone->count--;
	memmove(zone->resources + at, zone->resources + at + 1,
		(zone->count - at) * sizeof(*zone->resources));
	return taken;
}
