/* packages_paths.c - where the paths of packages lead: diversions, and links on the way. */
#include "install/packages_private.h"

#include "util/alloc.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	LINKS_MAX = 40, /* links on the way of one path, as the kernel has it */
};

/* ---- lists of names ---- */

void names_add(struct names *names, char *taken)
{
	if (names->count == names->room) {
		names->room = names->room * 2 + 64;
		names->items = xrealloc(names->items, names->room, sizeof(*names->items));
	}
	names->items[names->count++] = taken;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void names_sort(struct names *names)
{
	if (!names->count)
		return;
	qsort(names->items, names->count, sizeof(*names->items), compare_names);
	size_t kept = 1;
	for (size_t i = 1; i < names->count; i++) {
		if (strcmp(names->items[i], names->items[kept - 1]) == 0)
			free(names->items[i]);
		else
			names->items[kept++] = names->items[i];
	}
	names->count = kept;
}

bool names_has(const struct names *sorted, const char *name)
{
	return sorted->count
		&& bsearch(
			&name, sorted->items, sorted->count, sizeof(*sorted->items), compare_names);
}

void names_free(struct names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->items[i]);
	free(names->items);
	*names = (struct names){ 0 };
}

/* ---- diversions ---- */

static int compare_diversions(const void *a, const void *b)
{
	return strcmp(((const struct diversion *)a)->from, ((const struct diversion *)b)->from);
}

/* Take the next line; NULL: there is none. */
static char *next_line(char **at)
{
	char *line = *at, *end = line + strcspn(line, "\n");
	if (!*line)
		return NULL;
	*at = *end ? end + 1 : end;
	*end = '\0';
	return line;
}

int diversions_parse(
	char *text, const char *what, struct diversions *ret_diversions, struct messages *messages)
{
	struct diversions diversions = { .text = text };
	size_t room = 0;
	for (char *at = text, *from; (from = next_line(&at));) {
		char *to = next_line(&at), *owner = to ? next_line(&at) : NULL;
		if (*from != '/' || !owner || *to != '/') {
			diversions_free(&diversions);
			return message_error(messages, -EINVAL,
				"%s: it should have three lines for each diversion: two paths and "
				"a package",
				what);
		}
		if (diversions.count == room) {
			room = room * 2 + 16;
			diversions.items = xrealloc(
				diversions.items, room, sizeof(*diversions.items));
		}
		diversions.items[diversions.count++] = (struct diversion){ from, to, owner };
	}
	if (diversions.count)
		qsort(diversions.items, diversions.count, sizeof(*diversions.items),
			compare_diversions);
	*ret_diversions = diversions;
	return 0;
}

const struct diversion *diversions_find(
	const struct diversions *diversions, const char *path, const char *package)
{
	const struct diversion key = { .from = path };
	const struct diversion *found = diversions->count
		? bsearch(&key, diversions->items, diversions->count, sizeof(*diversions->items),
			compare_diversions)
		: NULL;
	return found && strcmp(found->owner, package) != 0 ? found : NULL;
}

void diversions_free(struct diversions *diversions)
{
	free(diversions->items);
	free(diversions->text);
	*diversions = (struct diversions){ 0 };
}

/* ---- links ---- */

/* Cut the last name off; the root stays the empty text. */
static void go_up(struct str *path)
{
	const char *slash = path->len ? strrchr(path->data, '/') : NULL;
	str_truncate(path, slash ? (size_t)(slash - path->data) : 0);
}

/*
 * What an absolute path is called without links on the way; the last name too is followed. NULL:
 * there is no such thing. links, if not NULL, gets where the links are.
 */
static char *resolve(const char *path, struct names *links)
{
	AUTO_STR real = STR_EMPTY; /* without links; "": the root */
	AUTO_FREE char *walked = xstrdup(path);
	unsigned links_left = LINKS_MAX;
	for (char *at = walked; *(at += strspn(at, "/"));) {
		size_t len = strcspn(at, "/");
		char *next = at + len;
		if (len == 1 && *at == '.') {
			at = next;
			continue;
		}
		if (len == 2 && strncmp(at, "..", 2) == 0) {
			go_up(&real);
			at = next;
			continue;
		}
		text_addf(&real, "/%.*s", (int)len, at);
		char target[PATH_MAX];
		ssize_t size = readlink(real.data, target, sizeof(target) - 1);
		if (size < 0) {
			if (errno != EINVAL) /* EINVAL: no link */
				return NULL;
			at = next;
			continue;
		}
		target[size] = '\0';
		if (!links_left--)
			return NULL;
		if (links)
			names_add(links, xstrdup(real.data));
		if (*target == '/')
			str_truncate(&real, 0);
		else
			go_up(&real);
		char *rest = xasprintf("%s/%s", target, next);
		free(walked);
		at = walked = rest;
	}
	return text_take(&real);
}

char *resolver_path(struct resolver *resolver, const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t len = (size_t)(slash - path);
	if (!resolver->directory || strlen(resolver->directory) != len
		|| strncmp(resolver->directory, path, len) != 0) {
		resolver_free(resolver);
		resolver->directory = xstrndup(path, len);
		resolver->real = resolve(resolver->directory, resolver->links);
	}
	return resolver->real ? xasprintf("%s%s", resolver->real, slash) : NULL;
}

void resolver_free(struct resolver *resolver)
{
	free(resolver->directory);
	free(resolver->real);
	resolver->directory = resolver->real = NULL;
}
