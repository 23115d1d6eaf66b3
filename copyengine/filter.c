/*
 * filter.c - leaving objects out by patterns.
 *
 * The matcher keeps two points to go back to, the last '*' and the last '**', and never more: a
 * later star makes the earlier of its kind irrelevant. So no pattern takes exponential time.
 */
#include "filter.h"

#include "base/str.h"

#include <stdlib.h>
#include <string.h>

struct rule {
	char *pattern; /* without the anchoring and the trailing slash */
	bool anchored, directories, whole_path;
};

struct filter {
	size_t count;
	bool any_path; /* some rule looks at more than the last name */
	struct rule rules[];
};

static void compile(struct filter *filter, struct rule *rule, char *pattern)
{
	size_t len = strlen(pattern);
	if (len > 1 && pattern[len - 1] == '/') {
		rule->directories = true;
		pattern[len - 1] = '\0';
	}
	rule->anchored = pattern[0] == '/';
	if (rule->anchored)
		memmove(pattern, pattern + 1, strlen(pattern));
	rule->whole_path = rule->anchored || strchr(pattern, '/') || strstr(pattern, "**");
	rule->pattern = pattern;
	filter->any_path |= rule->whole_path;
}

struct filter *filter_create(const char *const *patterns, size_t count)
{
	struct filter *filter = calloc(1, sizeof(*filter) + count * sizeof(filter->rules[0]));
	if (!filter)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		char *pattern = strdup(patterns[i]);
		if (!pattern) {
			filter_destroy(filter);
			return NULL;
		}
		compile(filter, &filter->rules[filter->count++], pattern);
	}
	return filter;
}

void filter_destroy(struct filter *filter)
{
	if (!filter)
		return;
	for (size_t i = 0; i < filter->count; i++)
		free(filter->rules[i].pattern);
	free(filter);
}

/* Match one character against the set at *pattern ("[...]"), moving behind it. */
static bool match_set(const char **pattern, unsigned char c)
{
	const char *p = *pattern + 1;
	bool negated = *p == '!' || *p == '^', found = false;
	p += negated;
	for (bool first = true; *p && (first || *p != ']'); first = false) {
		if (*p == '\\' && p[1])
			p++;
		unsigned char low = (unsigned char)*p++, high = low;
		if (*p == '-' && p[1] && p[1] != ']') {
			p++;
			if (*p == '\\' && p[1])
				p++;
			high = (unsigned char)*p++;
		}
		found |= low <= c && c <= high;
	}
	if (*p != ']') { /* no end: an ordinary '[' */
		*pattern += 1;
		return c == '[';
	}
	*pattern = p + 1;
	return c != '/' && found != negated;
}

/* Match one character against what stands at *pattern (no star), moving behind it. */
static bool match_one(const char **pattern, unsigned char c)
{
	const char *p = *pattern;
	switch (*p) {
	case '?':
		*pattern = p + 1;
		return c != '/';
	case '[':
		return match_set(pattern, c);
	case '\\':
		p += p[1] != '\0';
		break;
	default:
		break;
	}
	*pattern = p + 1;
	return *p && (unsigned char)*p == c;
}

bool filter_match(const char *pattern, const char *text)
{
	/* Where to go on after a mismatch: behind the star, one character later in the text. */
	const char *star = NULL, *star_text = NULL, *deep = NULL, *deep_text = NULL;
	const char *const start = pattern;
	for (;;) {
		if (pattern[0] == '*' && pattern[1] == '*') {
			bool whole = pattern == start || pattern[-1] == '/';
			while (*pattern == '*')
				pattern++;
			deep = pattern;
			deep_text = text;
			star = NULL;
			/*
			 * A whole "**" component followed by '/' matches no directory at all, too.
			 */
			if (*pattern == '/' && whole)
				pattern++;
			continue;
		}
		if (*pattern == '*') {
			star = ++pattern;
			star_text = text;
			continue;
		}
		if (!*text && !*pattern)
			return true;
		if (*text && *pattern && match_one(&pattern, (unsigned char)*text)) {
			text++;
			continue;
		}
		if (star && *star_text && *star_text != '/') {
			pattern = star;
			text = ++star_text;
		} else if (deep && *deep_text) {
			pattern = deep;
			text = ++deep_text;
			star = NULL;
		} else {
			return false;
		}
	}
}

/* A pattern with slashes that is not anchored may start behind any slash of the path. */
static bool match_path(const struct rule *rule, const char *path)
{
	if (filter_match(rule->pattern, path))
		return true;
	if (rule->anchored)
		return false;
	for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		if (filter_match(rule->pattern, slash + 1))
			return true;
	}
	return false;
}

int filter_excludes(
	const struct filter *filter, const struct dir *dir, const char *name, bool is_directory)
{
	if (!filter || dir->base)
		return 0;
	AUTO_STR path = STR_EMPTY;
	int rc = filter->any_path ? dir_relative_path(dir, name, &path) : 0;
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < filter->count; i++) {
		const struct rule *rule = &filter->rules[i];
		if (rule->directories && !is_directory)
			continue;
		if (rule->whole_path ? match_path(rule, str_get(&path))
				     : filter_match(rule->pattern, name))
			return 1;
	}
	return 0;
}
