/* value.c - what a property can hold. */
#include "zone/value.h"

#include "util/alloc.h"
#include "util/utf8.h"

#include <stdlib.h>
#include <string.h>

void value_free(struct value *value)
{
	for (size_t i = 0; i < value->count; i++)
		free(value->items[i]);
	free(value->items);
	*value = VALUE_EMPTY;
}

void value_take(struct value *value, char *text)
{
	/* Room grows by doubling: whenever the count is a power of two. */
	if ((value->count & (value->count - 1)) == 0)
		value->items = xrealloc(
			value->items, value->count ? 2 * value->count : 1, sizeof(*value->items));
	value->items[value->count++] = text;
}

void value_remove(struct value *value, size_t at)
{
	free(value->items[at]);
	value->count--;
	memmove(value->items + at, value->items + at + 1,
		(value->count - at) * sizeof(*value->items));
}

struct value value_copy(const struct value *value)
{
	struct value copy = { .form = value->form };
	for (size_t i = 0; i < value->count; i++)
		value_take(&copy, xstrdup(value->items[i]));
	return copy;
}

bool value_equal(const struct value *a, const struct value *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->items[i], b->items[i]) != 0)
			return false;
	return true;
}

long value_find(const struct value *value, const char *text)
{
	for (size_t i = 0; i < value->count; i++)
		if (strcmp(value->items[i], text) == 0)
			return (long)i;
	return -1;
}

/* Whether XML 1.0 has a character, and it does no harm on a terminal. */
static bool is_harmless(uint32_t c)
{
	return c >= 0x20 && !(c >= 0x7f && c < 0xa0) /* controls */
		&& !(c >= 0x2028 && c <= 0x202e)     /* line ends, embeddings */
		&& !(c >= 0x2066 && c <= 0x2069)     /* isolates */
		&& !(c >= 0xfdd0 && c <= 0xfdef)     /* no characters */
		&& (c & 0xfffe) != 0xfffe;
}

const char *value_text_wrong(const char *text)
{
	size_t len = 0;
	while (text[len]) {
		uint32_t c;
		size_t step = utf8_decode(text + len, &c);
		if (!step || !is_harmless(c))
			return "has a control character, or is not UTF-8";
		len += step;
		if (len > VALUE_TEXT_MAX)
			return "is longer than 4096 bytes";
	}
	return NULL;
}
