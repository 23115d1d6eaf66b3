/* random_zone.c - zones to try things on. */
#include "random_zone.h"

#include "util/alloc.h"

#include <stdlib.h>

static void emit_nothing(struct messages *messages, enum severity severity, const char *text)
{
	(void)messages, (void)severity, (void)text;
}

static unsigned below(unsigned *seed, unsigned limit)
{
	return (unsigned)rand_r(seed) % limit;
}

/* Characters that matter to some format, and others. */
static char *random_text(unsigned *seed)
{
	static const char *const pieces[] = { "a", "Z", "0", "7", "-", "_", ".", "/", ":", ",", ";",
		"=", "\"", "\\", "'", " ", "#", "&", "<", ">", "[", "]", "(", ")", "!", "\xc3\xbc",
		"\xe2\x82\xac", "\xf0\x9f\x90\x91", "]]>", "--", "&amp;", "%", "$" };
	struct str text = STR_EMPTY;
	for (unsigned i = below(seed, 12); i; i--)
		text_adds(&text, pieces[below(seed, sizeof(pieces) / sizeof(pieces[0]))]);
	return text_take(&text);
}

/* A text that the property takes: a strange one if it takes that, else something usual. */
static char *random_item(const struct prop *prop, unsigned *seed)
{
	AUTO_FREE char *strange = random_text(seed);
	AUTO_FREE char *path = xasprintf("/%s", strange);
	size_t choices = 0;
	while (prop->choices && prop->choices[choices])
		choices++;
	const char *candidates[] = { strange, path,
		choices ? prop->choices[below(seed, (unsigned)choices)] : strange, prop->example };
	struct messages quiet = { .emit = emit_nothing };
	for (size_t i = 0; i < sizeof(candidates) / sizeof(candidates[0]); i++) {
		AUTO_VALUE value = { .form = prop->kind == PROP_TUPLES ? VALUE_COMPLEX
								       : VALUE_SIMPLE };
		value_take(&value, xstrdup(candidates[i]));
		/* An empty text is one that is not set. */
		if (*candidates[i] && prop_check(prop, &value, &quiet) == 0 && value.count)
			return xstrdup(value.items[0]);
	}
	return NULL;
}

static void fill(struct resource *resource, unsigned *seed)
{
	for (size_t i = 0; i < resource->type->prop_count; i++) {
		const struct prop *prop = &resource->type->props[i];
		bool many = prop->kind == PROP_LIST || prop->kind == PROP_TUPLES;
		unsigned count = many                 ? below(seed, 4)
			: prop->flags & PROP_REQUIRED ? 1
						      : below(seed, 2);
		if (prop->kind == PROP_TUPLES && !count)
			count = 1;
		while (prop->kind != PROP_REFUSED && count--) {
			char *item = random_item(prop, seed);
			if (item && value_find(&resource->values[i], item) < 0)
				value_take(&resource->values[i], item);
			else
				free(item);
		}
	}
}

struct zone *random_zone(unsigned seed)
{
	struct zone *zone = zone_new();
	fill(zone->own, &seed);
	for (unsigned count = below(&seed, 12); count; count--) {
		size_t type = 1 + below(&seed, RES_COUNT - 1);
		struct resource *resource = resource_new(&resource_types[type]);
		fill(resource, &seed);
		zone_add(zone, resource);
	}
	return zone;
}
