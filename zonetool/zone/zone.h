/*
 * zone.h - a zone's configuration in memory: its own properties and its resources. Everything is
 * kept in canonical form, by positions in the tables of props.h.
 */
#ifndef ZONE_ZONE_H
#define ZONE_ZONE_H

#include "zone/props.h"

enum {
	ZONE_RESOURCES_MAX = 4096, /* resources in a zone */
};

/* A resource, or the zone's own properties. */
struct resource {
	const struct resource_type *type;
	struct value *values; /* by position in type->props */
};

struct resource *resource_new(const struct resource_type *type);
void resource_free(struct resource *resource);
struct resource *resource_copy(const struct resource *resource);
/* A property's text: the first item, the row's fallback if it is not set, or NULL. */
const char *resource_get(const struct resource *resource, size_t prop);
/* Whether that is this one. */
bool resource_is(const struct resource *resource, size_t prop, const char *text);
/* Make text, copied, the property's only item; NULL: unset it. It must be canonical. */
void resource_set(struct resource *resource, size_t prop, const char *text);
/* What a message calls it: "net 10.0.0.1", "fs /export", "capped-cpu". The caller's. */
char *resource_title(const struct resource *resource);
/* Whether both are of one type and agree in all key properties. */
bool resource_same_key(const struct resource *a, const struct resource *b);

struct zone {
	struct resource *own;        /* the zone's own properties: never NULL, RES_ZONE */
	struct resource **resources; /* sorted by type, in the order they were added */
	size_t count;
};

struct zone *zone_new(void);
void zone_free(struct zone *zone);
struct zone *zone_copy(const struct zone *zone);
bool zone_equal(const struct zone *a, const struct zone *b);
/* Whether both have the same in everything that may change only before a zone is installed. */
bool zone_equal_fixed(const struct zone *a, const struct zone *b);
/* Shorthand for resource_get() and resource_set() of the zone's own properties. */
const char *zone_get(const struct zone *zone, size_t prop);
void zone_set(struct zone *zone, size_t prop, const char *text);
/* Whether a directory is one that the zone inherits. */
bool zone_inherits(const struct zone *zone, const char *directory);
/* Add a resource, which the zone then owns, behind the others of its type. */
void zone_add(struct zone *zone, struct resource *resource);
/* Take the resource at this position out; the caller owns it. */
struct resource *zone_take(struct zone *zone, size_t at);

static inline void zone_cleanup(struct zone **zone)
{
	zone_free(*zone);
}
#define AUTO_ZONE __attribute__((cleanup(zone_cleanup))) struct zone

/*
 * Rules between the properties of one resource and with the rest of the zone: what is required,
 * what excludes what, duplicates (other than of itself, when it is in the zone). All problems are
 * described. Returns 0 or -EINVAL.
 */
int resource_check(
	const struct zone *zone, const struct resource *resource, struct messages *messages);
/* The same for the zone's own properties and all its resources. Looks at memory only. */
int zone_check(const struct zone *zone, struct messages *messages);

#endif
