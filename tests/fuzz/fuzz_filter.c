/*
 * fuzz_filter.c - patterns of exclusion. The input is a pattern, a NUL and a text. A simple matcher
 * written after the rules in filter.h says what the answer must be.
 */
#include "fuzz.h"

#include "filter.h"

#include <stdio.h>
#include <string.h>

/* Longer ones tell nothing new, and the simple matcher takes time and stack. */
#define LONGEST 64

static void agree(bool holds, const char *what, const char *pattern, const char *text)
{
	if (holds)
		return;
	fprintf(stderr, "%s: pattern '%s', text '%s'\n", what, pattern, text);
	abort();
}

/* A text matches itself, if every character is escaped; and then nothing else. */
static void check_escaped(const char *text)
{
	char pattern[2 * LONGEST + 1], longer[LONGEST + 2];
	size_t len = 0;
	for (const char *t = text; *t; t++) {
		pattern[len++] = '\\';
		pattern[len++] = *t;
	}
	pattern[len] = '\0';
	snprintf(longer, sizeof(longer), "%sx", text);
	agree(filter_match(pattern, text), "escaped text does not match itself", pattern, text);
	agree(!filter_match(pattern, longer), "escaped text matches more", pattern, longer);
}

/* Behind the set at p ("["...), or NULL if it is not closed; *ret: whether c is of it. */
static const char *set_end(const char *p, unsigned char c, bool *ret)
{
	bool negated = p[1] == '!' || p[1] == '^', found = false;
	const char *start = p + 1 + negated;
	for (p = start; *p && (*p != ']' || p == start);) {
		p += *p == '\\' && p[1];
		unsigned char low = (unsigned char)*p++, high = low;
		if (p[0] == '-' && p[1] && p[1] != ']') {
			p += p[1] == '\\' && p[2] ? 2 : 1;
			high = (unsigned char)*p++;
		}
		found |= low <= c && c <= high;
	}
	*ret = c != '/' && found != negated;
	return *p ? p + 1 : NULL;
}

static bool simple_match(const char *p, const char *t);

static bool match_stars(const char *p, const char *t)
{
	bool deep = p[1] == '*';
	p += deep ? strspn(p, "*") : 1;
	for (;; t++) {
		if (simple_match(p, t))
			return true;
		if (!*t || (!deep && *t == '/'))
			return false;
	}
}

/* One way after the other, as a person would read the rules. */
static bool simple_match(const char *p, const char *t)
{
	bool found;
	const char *end;
	if (*p == '*')
		return match_stars(p, t);
	if (!*p || !*t)
		return *p == *t;
	if (*p == '?')
		return *t != '/' && simple_match(p + 1, t + 1);
	if (*p == '[' && (end = set_end(p, (unsigned char)*t, &found)))
		return found && simple_match(end, t + 1);
	if (*p == '\\' && p[1])
		p++;
	return *p == *t && simple_match(p + 1, t + 1);
}

/* Few enough stars that trying everything ends. The directory-less "**" of "**" + "/" is not
 * among the simple rules: such patterns are only run. */
static bool is_simple(const char *pattern)
{
	unsigned stars = 0;
	for (const char *p = pattern; *p; p++)
		stars += *p == '*';
	return stars <= 5 && !strstr(pattern, "**/");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *nul = size ? memchr(data, '\0', size) : NULL;
	if (!nul)
		return 0;
	size_t pattern_len = (size_t)(nul - data), text_len = size - pattern_len - 1;
	if (pattern_len > LONGEST || text_len > LONGEST)
		return 0;
	char pattern[LONGEST + 1] = "", text[LONGEST + 1] = "";
	memcpy(pattern, data, pattern_len);
	memcpy(text, nul + 1, text_len);
	bool matches = filter_match(pattern, text);
	if (is_simple(pattern))
		agree(matches == simple_match(pattern, text),
			matches ? "matches" : "does not match", pattern, text);
	check_escaped(text);
	agree(filter_match("**", text), "'**' does not match", "**", text);
	agree(filter_match("*", text) == !strchr(text, '/'), "'*' and slashes", "*", text);
	return 0;
}
