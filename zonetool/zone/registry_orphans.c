/* registry_orphans.c - the zones of this machine: configurations that the index does not know. */
#include "zone/registry.h"

#include "util/alloc.h"
#include "util/clock.h"
#include "zone/journal.h"
#include "zone/name.h"
#include "zone/registry_private.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>

enum {
	TOLD_MAX = 10,    /* how many are described */
	LOOK_TRIES = 4,   /* while other commands change the registry */
	LOOK_WAIT_MS = 50 /* one of them is done sooner */
};

/* Names of zones, sorted once they have to be. */
struct names {
	char **items; /* owned */
	size_t count, room;
	uint64_t sum; /* of their hashes, in any order */
};

/* FNV-1a */
static uint64_t hash(const char *name)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * UINT64_C(0x100000001b3);
	return hash;
}

static void names_take(struct names *names, char *name)
{
	if (names->count == names->room) {
		names->room = names->room ? names->room * 2 : 64;
		names->items = xrealloc(names->items, names->room, sizeof(*names->items));
	}
	names->items[names->count++] = name;
	names->sum += hash(name);
}

static void names_free(struct names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->items[i]);
	free(names->items);
	*names = (struct names){ 0 };
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void names_sort(struct names *names)
{
	if (names->count)
		qsort(names->items, names->count, sizeof(*names->items), compare);
}

static bool names_have(const struct names *sorted, char *name)
{
	return sorted->count
		&& bsearch(&name, sorted->items, sorted->count, sizeof(*sorted->items), compare);
}

/* The zone whose configuration has this name in the directory, the caller's; NULL: it is none. */
static char *zone_of(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);
	if (len <= 4 || strcmp(entry->d_name + len - 4, ".xml") != 0 || entry->d_type == DT_DIR)
		return NULL;
	char *name = xstrndup(entry->d_name, len - 4);
	if (!zone_name_wrong(name) && !zone_name_reserved(name))
		return name;
	free(name);
	return NULL;
}

/* All configurations. A directory that cannot be read has none: others complain of it. */
static struct names find_files(const struct registry *registry)
{
	struct names files = { 0 };
	int fd = openat(registry->dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir)
		fd_close(fd);
	for (struct dirent *entry; dir && (entry = readdir(dir));) {
		char *name = zone_of(entry);
		if (name)
			names_take(&files, name);
	}
	if (dir)
		closedir(dir);
	return files;
}

static struct names find_entries(const struct index *index)
{
	struct names entries = { 0 };
	for (size_t i = 0; i < index->count; i++) {
		const struct index_line *line = &index->lines[i];
		if (!line->text && strcmp(line->entry.name, "global") != 0)
			names_take(&entries, xstrdup(line->entry.name));
	}
	return entries;
}

/* Configurations of zones that are not in this index, sorted. */
static struct names find_orphans(const struct registry *registry, const struct index *index)
{
	struct names orphans = { 0 };
	struct names files = find_files(registry), entries = find_entries(index);
	/* As a rule both are the same, which is seen without sorting them. */
	if (files.count != entries.count || files.sum != entries.sum) {
		names_sort(&entries);
		for (size_t i = 0; i < files.count; i++)
			if (!names_have(&entries, files.items[i]))
				names_take(&orphans, xstrdup(files.items[i]));
		names_sort(&orphans);
	}
	names_free(&files);
	names_free(&entries);
	return orphans;
}

/* Keep only those that are among others, too. */
static void keep_common(struct names *names, const struct names *others)
{
	struct names common = { 0 };
	for (size_t i = 0; i < names->count; i++)
		if (names_have(others, names->items[i]))
			names_take(&common, xstrdup(names->items[i]));
	names_free(names);
	*names = common;
}

/*
 * A command that stores a zone changes file and index one after the other. So what seems to be an
 * orphan is looked at again a moment later, until nobody is at it. Returns false: somebody always
 * was, or the index cannot be read any more.
 */
static bool look_again(struct registry *registry, struct names *orphans)
{
	struct messages quiet = messages_quiet();
	for (int i = 0; i < LOOK_TRIES; i++) {
		clock_pause(LOOK_WAIT_MS);
		struct index index;
		if (journal_pending(registry->dir_fd))
			continue;
		if (registry_index(registry, &index, &quiet) < 0)
			return false;
		struct names now = find_orphans(registry, &index);
		index_free(&index);
		keep_common(orphans, &now);
		names_free(&now);
		if (!orphans->count || !journal_pending(registry->dir_fd))
			return true;
	}
	return false;
}

/* What should be in the index, without a newline; the caller's. NULL: the file does not tell. */
static char *line_for(struct registry *registry, const char *name)
{
	struct messages quiet = messages_quiet();
	AUTO_ZONE *zone = NULL;
	if (registry_load_file(registry, name, &zone, &quiet) < 0 || !zone_get(zone, ZONE_PATH))
		return NULL;
	struct index index = { 0 };
	AUTO_STR text = STR_EMPTY;
	index_add(&index, name, STATE_CONFIGURED, zone_get(zone, ZONE_PATH));
	index_format(&index, &text);
	index_free(&index);
	str_truncate(&text, text.len - 1);
	return text_take(&text);
}

static void tell(struct registry *registry, const struct index *index, const char *name,
	struct messages *messages)
{
	AUTO_FREE char *line = line_for(registry, name);
	AUTO_FREE char *in_brackets = line ? xasprintf(" (%s)", line) : xstrdup("");
	size_t number = index_other_line(index, name);
	if (number)
		message_warning(messages,
			REGISTRY_PATH "/%s.xml is a zone's configuration, but line %zu of the "
				      "index, which should have the zone, cannot be understood: "
				      "correct it%s or move the file away",
			name, number, in_brackets);
	else
		message_warning(messages,
			REGISTRY_PATH "/%s.xml is a zone's configuration, but the index does not "
				      "know the zone: put its line back%s or move the file away",
			name, in_brackets);
}

size_t registry_orphans(
	struct registry *registry, const struct index *index, struct messages *messages)
{
	if (registry->dir_fd < 0)
		return 0;
	struct names orphans = find_orphans(registry, index);
	if (orphans.count && !look_again(registry, &orphans))
		names_free(&orphans);
	size_t count = orphans.count;
	for (size_t i = 0; i < count && i < TOLD_MAX; i++)
		tell(registry, index, orphans.items[i], messages);
	if (count > TOLD_MAX)
		message_warning(messages,
			REGISTRY_PATH " has configurations of %zu more zones that the index does "
				      "not know",
			count - TOLD_MAX);
	names_free(&orphans);
	return count;
}
