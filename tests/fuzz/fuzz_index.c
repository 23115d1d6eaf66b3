/*
 * fuzz_index.c - /etc/zones/index read and written: whatever the file, lines that are no entries
 * are kept byte for byte, and what was written is read again as the same entries, silently except
 * for what was complained about before, and written again as the same text.
 */
#include "fuzz.h"

#include "util/alloc.h"
#include "zone/index.h"

#include <string.h>

/* Counts messages: each is a line of printable text, and a warning. */
static void count_message(struct messages *messages, enum severity severity, const char *text)
{
	require(severity == MESSAGE_WARNING);
	for (const char *c = text; *c; c++)
		require(*c >= ' ' && *c < 0x7f);
	++*(size_t *)messages->user;
}

static size_t parse(struct index *index, const char *text, size_t len)
{
	size_t warnings = 0;
	struct messages messages = { .emit = count_message, .user = &warnings };
	index_parse(index, text, len, "index", &messages);
	require(messages.error_count == 0);
	return warnings;
}

/* The lines of the file, in order: each is there as it was, or as an entry that says the same. */
static void check_lines(const struct index *index, const char *text, size_t len)
{
	const char *end = text + len;
	for (size_t i = 0; i < index->count; i++) {
		const struct index_line *line = &index->lines[i];
		require(text < end);
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		size_t line_len = (size_t)((newline ? newline : end) - text);
		if (line->text) {
			require(line->len == line_len && memcmp(line->text, text, line_len) == 0);
			require(line->text[line_len] == '\0');
		} else {
			size_t name_len = strlen(line->entry.name);
			require(name_len < line_len && text[name_len] == ':');
			require(memcmp(line->entry.name, text, name_len) == 0);
			require(memmem(text, line_len, line->entry.zonepath,
				strlen(line->entry.zonepath)));
			require(index_find(index, line->entry.name) == &line->entry);
		}
		text += line_len + 1;
	}
	require(text >= end);
}

static void check_same(const struct index *a, const struct index *b)
{
	require(a->count == b->count);
	for (size_t i = 0; i < a->count; i++) {
		const struct index_line *one = &a->lines[i], *other = &b->lines[i];
		require(!one->text == !other->text);
		if (one->text) {
			require(one->len == other->len);
			require(memcmp(one->text, other->text, one->len) == 0);
			continue;
		}
		require(strcmp(one->entry.name, other->entry.name) == 0);
		require(strcmp(one->entry.zonepath, other->entry.zonepath) == 0);
		require(strcmp(one->entry.uuid, other->entry.uuid) == 0);
		require(one->entry.state == other->entry.state);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_FREE char *text = xcalloc(size + 1, 1);
	if (size)
		memcpy(text, data, size);
	struct index index, again;
	size_t warnings = parse(&index, text, size);
	check_lines(&index, text, size);
	AUTO_STR written = STR_EMPTY, twice = STR_EMPTY;
	index_format(&index, &written);
	require(parse(&again, str_get(&written), written.len) == warnings);
	check_same(&index, &again);
	index_format(&again, &twice);
	require(twice.len == written.len);
	require(memcmp(str_get(&twice), str_get(&written), written.len) == 0);
	index_free(&index);
	index_free(&again);
	return 0;
}
