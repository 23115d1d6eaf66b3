/* value.c - what a property can hold. */
#include "zone/value.h"

#include "util/alloc.h"

#include <stdint.h>
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

/*
 * The length of the UTF-8 character at s (RFC 3629) if XML 1.0 has it and it does no harm on a
 * terminal; else 0. The first byte tells the length and the least value, so that nothing can be
 * written in two ways.
 */
static size_t character_len(const unsigned char *s)
{
	if (*s < 0x80)
		return *s >= 0x20 && *s != 0x7f;
	size_t len = *s >= 0xf0 ? 4 : *s >= 0xe0 ? 3 : 2;
	static const uint32_t least[] = { [2] = 0x80, [3] = 0x800, [4] = 0x10000 };
	if (*s < 0xc2 || *s > 0xf4)
		return 0;
	uint32_t c = *s & (0xffU >> (len + 1));
	for (size_t i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3fU);
	}
	bool bad = c < least[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff)
		|| (c & 0xfffe) == 0xfffe        /* no characters */
		|| c < 0xa0                      /* C1 controls */
		|| (c >= 0x2028 && c <= 0x202e)  /* line ends, embeddings */
		|| (c >= 0x2066 && c <= 0x2069)  /* isolates */
		|| (c >= 0xfdd0 && c <= 0xfdef); /* no characters */
	return bad ? 0 : len;
}

const char *value_text_wrong(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t len = 0;
	while (s[len]) {
		size_t step = character_len(s + len);
		if (!step)
			return "has a control character, or is not UTF-8";
		len += step;
		if (len > VALUE_TEXT_MAX)
			return "is longer than 4096 bytes";
	}
	return NULL;
}
