/* index.c - /etc/zones/index: one line per zone. */
#include "zone/index.h"

#include "util/alloc.h"
#include "zone/value.h"
#include "zone/name.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <uuid/uuid.h>

/* ---- reading ---- */

static struct index_line *add_line(struct index *index)
{
	if (index->count == index->room) {
		index->room = index->room ? index->room * 2 : 16;
		index->lines = xrealloc(index->lines, index->room, sizeof(*index->lines));
	}
	struct index_line *line = &index->lines[index->count++];
	*line = (struct index_line){ 0 };
	return line;
}

static void entry_free(struct index_entry *entry)
{
	free(entry->name);
	free(entry->zonepath);
	*entry = (struct index_entry){ 0 };
}

/* Keep a line as it is. */
static void line_set_text(struct index_line *line, const char *text, size_t len)
{
	entry_free(&line->entry);
	line->text = xcalloc(len + 1, 1);
	memcpy(line->text, text, len);
	line->len = len;
}

/* Cut off the field at *at, up to a colon, and move behind that. NULL: there is none. */
static char *cut_field(char **at)
{
	return *at ? strsep(at, ":") : NULL;
}

/*
 * The zonepath, in quotes or bare. A quote may be part of a path, a uuid has none: so it is the
 * last one of the line that closes. Returns NULL if it does not, or if text stands behind it.
 */
static char *cut_zonepath(char **at)
{
	if (!*at || **at != '"')
		return cut_field(at);
	char *start = *at + 1;
	char *end = strrchr(start, '"');
	if (!end || (end[1] && end[1] != ':'))
		return NULL;
	*end = '\0';
	*at = end[1] ? end + 2 : NULL;
	return start;
}

/*
 * Understand a line, which is changed. Returns NULL and *ret_entry, or what would be right, to
 * complete "it should have ...".
 */
static const char *parse_entry(char *line, struct index_entry *ret_entry)
{
	struct index_entry entry = { 0 };
	char *at = line;
	char *name = cut_field(&at), *state = cut_field(&at);
	bool has_path = at != NULL;
	char *zonepath = cut_zonepath(&at), *uuid = cut_field(&at);
	const char *expected = strcmp(name, "global") == 0 ? NULL : zone_name_wrong(name);
	if (expected)
		return expected;
	int stored = state ? zone_state_parse(state) : -EINVAL;
	if (stored < 0)
		return "a state: configured, incomplete or installed";
	if (has_path && !zonepath)
		return "a double quote at the end of the zonepath, too";
	if (at)
		return "four fields: a zonepath with a colon needs double quotes";
	if (zonepath && *zonepath && (*zonepath != '/' || value_text_wrong(zonepath)))
		return "a zonepath: an absolute one, in UTF-8, of at most 4096 bytes";
	uuid_t id;
	if (uuid && *uuid && uuid_parse(uuid, id) < 0)
		return "a UUID";
	if (uuid && *uuid)
		uuid_unparse_lower(id, entry.uuid);
	entry.name = xstrdup(name);
	entry.zonepath = xstrdup(zonepath ? zonepath : "");
	entry.state = (enum zone_state)stored;
	*ret_entry = entry;
	return NULL;
}

static bool has_control_character(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			return true;
	return false;
}

static void parse_line(struct index *index, const char *text, size_t len, const char *what,
	struct messages *messages)
{
	struct index_line *line = add_line(index);
	if (len == 0 || text[0] == '#') {
		line_set_text(line, text, len);
		return;
	}
	const char *expected = NULL;
	if (len > INDEX_LINE_MAX)
		expected = "at most 8192 bytes";
	else if (has_control_character(text, len))
		expected = "no control characters, such as a carriage return";
	if (!expected) {
		AUTO_FREE char *copy = xstrndup(text, len);
		expected = parse_entry(copy, &line->entry);
	}
	if (!expected)
		return;
	line_set_text(line, text, len);
	message_warning(messages,
		"%s:%zu: this line is kept, but it is no zone's: it should have %s", what,
		index->count, expected);
}

/* An entry, and where its line stands in the file. */
struct place {
	const char *name;
	size_t number; /* of the line, from 0 */
};

static int compare_places(const void *a, const void *b)
{
	const struct place *one = a, *other = b;
	int order = strcmp(one->name, other->name);
	return order ? order : (one->number > other->number) - (one->number < other->number);
}

/* The first line that names a zone is its entry; the others are kept as they are. */
static void drop_duplicates(
	struct index *index, const char *const *starts, const char *what, struct messages *messages)
{
	AUTO_FREE struct place *places = xcalloc(index->count, sizeof(*places));
	size_t count = 0;
	for (size_t i = 0; i < index->count; i++)
		if (!index->lines[i].text)
			places[count++] = (struct place){ index->lines[i].entry.name, i };
	qsort(places, count, sizeof(*places), compare_places);
	for (size_t i = 1, first = 0; i < count; i++) {
		if (strcmp(places[i].name, places[first].name) != 0) {
			first = i;
			continue;
		}
		size_t number = places[i].number;
		message_warning(messages,
			"%s:%zu: this line is kept, but it is no zone's: "
			"line %zu is that of zone %s",
			what, number + 1, places[first].number + 1, places[first].name);
		line_set_text(&index->lines[number], starts[number],
			(size_t)(starts[number + 1] - starts[number]) - 1);
	}
}

void index_parse(struct index *ret_index, const char *text, size_t len, const char *what,
	struct messages *messages)
{
	struct index index = { 0 };
	const char *end = text + len;
	AUTO_FREE const char **starts = NULL; /* of the lines, and where one more would begin */
	size_t room = 0;
	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *stop = newline ? newline : end;
		if (index.count + 2 > room) {
			room = room ? room * 2 : 16;
			starts = xrealloc(starts, room, sizeof(*starts));
		}
		starts[index.count] = text;
		parse_line(&index, text, (size_t)(stop - text), what, messages);
		text = stop + 1;
		starts[index.count] = text;
	}
	drop_duplicates(&index, starts, what, messages);
	*ret_index = index;
}

void index_init(struct index *ret_index)
{
	static const char *const comment[] = {
		"# The zones of this machine, one a line: name:state:zonepath:uuid",
		"# zonecfg and zoneadm write this file: use them rather than an editor.",
	};
	struct index index = { 0 };
	for (size_t i = 0; i < sizeof(comment) / sizeof(*comment); i++)
		line_set_text(add_line(&index), comment[i], strlen(comment[i]));
	index_add(&index, "global", STATE_INSTALLED, "/");
	*ret_index = index;
}

static void line_free(struct index_line *line)
{
	free(line->text);
	entry_free(&line->entry);
}

void index_free(struct index *index)
{
	for (size_t i = 0; i < index->count; i++)
		line_free(&index->lines[i]);
	free(index->lines);
	*index = (struct index){ 0 };
}

/* ---- writing ---- */

/* A kept line may have NULs; one more ends it. */
static void format_text(const struct index_line *line, struct str *text)
{
	for (size_t at = 0;; at++) {
		text_adds(text, line->text + at);
		at += strlen(line->text + at);
		if (at == line->len)
			return;
		text_addc(text, '\0');
	}
}

static void format_entry(const struct index_entry *entry, struct str *text)
{
	const char *path = entry->zonepath;
	const char *quote = strchr(path, ':') ? "\"" : "";
	text_addf(text, "%s:%s:%s%s%s:%s", entry->name, zone_state_name(entry->state), quote, path,
		quote, entry->uuid);
}

void index_format(const struct index *index, struct str *text)
{
	for (size_t i = 0; i < index->count; i++) {
		if (index->lines[i].text)
			format_text(&index->lines[i], text);
		else
			format_entry(&index->lines[i].entry, text);
		text_addc(text, '\n');
	}
}

/* ---- entries ---- */

static struct index_line *find_line(const struct index *index, const char *name)
{
	for (size_t i = 0; i < index->count; i++) {
		struct index_line *line = &index->lines[i];
		if (!line->text && strcmp(line->entry.name, name) == 0)
			return line;
	}
	return NULL;
}

struct index_entry *index_find(const struct index *index, const char *name)
{
	struct index_line *line = find_line(index, name);
	return line ? &line->entry : NULL;
}

size_t index_other_line(const struct index *index, const char *name)
{
	size_t len = strlen(name);
	for (size_t i = 0; i < index->count; i++) {
		const char *text = index->lines[i].text;
		if (text && strncmp(text, name, len) == 0 && text[len] == ':')
			return i + 1;
	}
	return 0;
}

struct index_entry *index_add(
	struct index *index, const char *name, enum zone_state state, const char *zonepath)
{
	struct index_entry *entry = &add_line(index)->entry;
	entry->name = xstrdup(name);
	entry->state = state;
	entry->zonepath = xstrdup(zonepath);
	return entry;
}

void index_remove(struct index *index, const char *name)
{
	struct index_line *line = find_line(index, name);
	if (!line)
		return;
	line_free(line);
	size_t at = (size_t)(line - index->lines);
	index->count--;
	memmove(line, line + 1, (index->count - at) * sizeof(*line));
}

void index_entry_rename(struct index_entry *entry, const char *name)
{
	char *copy = xstrdup(name);
	free(entry->name);
	entry->name = copy;
}

void index_entry_move(struct index_entry *entry, const char *zonepath)
{
	char *copy = xstrdup(zonepath);
	free(entry->zonepath);
	entry->zonepath = copy;
}

void index_entry_set_state(struct index_entry *entry, enum zone_state state)
{
	if (state == STATE_CONFIGURED) {
		entry->uuid[0] = '\0';
	} else if (entry->state == STATE_CONFIGURED) {
		uuid_t id;
		uuid_generate_random(id);
		uuid_unparse_lower(id, entry->uuid);
	}
	entry->state = state;
}
