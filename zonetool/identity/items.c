/* items.c - lines and words of the files that items of a clone's identity are in. */
#include "identity/items.h"

#include <string.h>

void span_add(struct str *out, struct span span)
{
	if (str_add(out, span.at, span.len) < 0)
		alloc_failed();
}

bool span_is(struct span span, const char *word)
{
	return span.len == strlen(word) && memcmp(span.at, word, span.len) == 0;
}

/* Take len bytes from the beginning. */
static struct span take(struct span *text, size_t len)
{
	struct span taken = { text->at, len };
	text->at += len;
	text->len -= len;
	return taken;
}

bool span_line(struct span *text, struct span *ret_line)
{
	if (!text->len)
		return false;
	const char *newline = memchr(text->at, '\n', text->len);
	*ret_line = take(text, newline ? (size_t)(newline - text->at) + 1 : text->len);
	return true;
}

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f';
}

struct span span_word(struct span *text, struct span *ret_blanks)
{
	size_t blanks = 0, len = 0;
	while (blanks < text->len && blank(text->at[blanks]))
		blanks++;
	*ret_blanks = take(text, blanks);
	while (len < text->len && !blank(text->at[len]))
		len++;
	return take(text, len);
}
