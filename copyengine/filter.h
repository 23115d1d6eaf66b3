/*
 * filter.h - leaving objects out by patterns.
 *
 *   *      any run of characters but '/'       ?      one character but '/'
 *   **     any run of characters, '/' too      [a-z]  one of a set; [!a-z] one not of it
 *   \c     the character c itself
 *   /x     only at the top of the source       x/     only directories
 *
 * A pattern with a '/' inside is matched against the path below the source, at its start if
 * anchored, else behind any of its slashes; one without, against the last name. What is below a
 * directory left out is left out with it.
 */
#ifndef CE_FILTER_H
#define CE_FILTER_H

#include "dir.h"

struct filter;

/* Compile patterns; the strings stay the caller's. Returns NULL without memory. */
struct filter *filter_create(const char *const *patterns, size_t count);
void filter_destroy(struct filter *filter);

/* Whether an object called name in dir is to be left out: 1 or 0; -ENOMEM. */
int filter_excludes(
	const struct filter *filter, const struct dir *dir, const char *name, bool is_directory);

/* Whether the glob pattern matches all of text. Takes time linear in text for each '*'. */
bool filter_match(const char *pattern, const char *text);

#endif
