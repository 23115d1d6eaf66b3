/* operation.c - a command of several steps that is under way. */
#include "zone/operation.h"

#include "util/alloc.h"
#include "zone/value.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_LINE "zonetool operation 1"
#define LAST_LINE "end"

static const char *const kinds[] = {
	[OPERATION_INSTALL] = "install",
	[OPERATION_CLONE] = "clone",
	[OPERATION_MOVE] = "move",
	[OPERATION_UNINSTALL] = "uninstall",
};
static const char *const phases[] = {
	[PHASE_RENAME] = "rename",
	[PHASE_MAKE] = "make",
	[PHASE_NAME] = "name",
	[PHASE_REMOVE] = "remove",
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

const char *operation_name(enum operation_kind kind)
{
	return kinds[kind];
}

/* ---- fields: a line "name=value" each ---- */

#define FIELD(member) offsetof(struct operation, member)

static const struct field {
	const char *name;
	size_t offset; /* in struct operation */
} paths[] = {
	{ "from", FIELD(from) },
	{ "to", FIELD(to) },
	{ "aside", FIELD(aside) },
}, texts[] = {
	{ "storage", FIELD(storage) },
	{ "id", FIELD(id) },
	{ "from-id", FIELD(from_id) },
	{ "place", FIELD(place) },
	{ "snapshot", FIELD(snapshot) },
};

/* The field's member. */
static void *member(const struct operation *operation, const struct field *field)
{
	return (char *)operation + field->offset;
}

static void format_texts(const struct operation *operation, const struct field *fields,
	size_t count, struct str *text)
{
	for (size_t i = 0; i < count; i++) {
		const char *value = *(char **)member(operation, &fields[i]);
		if (value)
			text_addf(text, "%s=%s\n", fields[i].name, value);
	}
}

static void free_texts(struct operation *operation, const struct field *fields, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(*(char **)member(operation, &fields[i]));
}

void operation_free(struct operation *operation)
{
	free_texts(operation, paths, COUNT(paths));
	free_texts(operation, texts, COUNT(texts));
	*operation = (struct operation){ 0 };
}

void operation_format(const struct operation *operation, struct str *text)
{
	text_addf(text, FIRST_LINE "\nkind=%s\nphase=%s\n", kinds[operation->kind],
		phases[operation->phase]);
	format_texts(operation, texts, COUNT(texts), text);
	format_texts(operation, paths, COUNT(paths), text);
	text_adds(text, LAST_LINE "\n");
}

/* The position of a text in a table, or -1. */
static int find(const char *const *table, size_t count, const char *text)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(table[i], text) == 0)
			return (int)i;
	return -1;
}

static bool parse_path(const char *text, char **slot)
{
	if (*text != '/' || !text[1] || value_text_wrong(text) || *slot)
		return false;
	*slot = xstrdup(text);
	return true;
}

static bool parse_text(const char *text, char **slot)
{
	if (!*text || value_text_wrong(text) || *slot)
		return false;
	*slot = xstrdup(text);
	return true;
}

static const struct field *find_field(const struct field *fields, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(fields[i].name, name) == 0)
			return &fields[i];
	return NULL;
}

/* One line, "name=value". */
static bool parse_field(const char *name, const char *value, struct operation *operation)
{
	const struct field *field;
	int at = -1;
	if ((field = find_field(paths, COUNT(paths), name)))
		return parse_path(value, member(operation, field));
	if ((field = find_field(texts, COUNT(texts), name)))
		return parse_text(value, member(operation, field));
	if (strcmp(name, "kind") == 0 && (at = find(kinds, COUNT(kinds), value)) >= 0)
		operation->kind = (enum operation_kind)at;
	else if (strcmp(name, "phase") == 0 && (at = find(phases, COUNT(phases), value)) >= 0)
		operation->phase = (enum operation_phase)at;
	return at >= 0;
}

/* The record's lines, which are changed. */
static bool parse_lines(char *text, struct operation *operation)
{
	char *at = text, *line = strsep(&at, "\n");
	if (strcmp(line, FIRST_LINE) != 0)
		return false;
	while ((line = strsep(&at, "\n")) && strcmp(line, LAST_LINE) != 0) {
		char *value = line, *name = strsep(&value, "=");
		if (!value || !parse_field(name, value, operation))
			return false;
	}
	return line && at && !*at;
}

/* Whether there is what the phase needs. */
static bool is_whole(const struct operation *operation)
{
	if (!operation->storage)
		return false;
	switch (operation->phase) {
	case PHASE_RENAME:
		return operation->from && operation->to && operation->id;
	case PHASE_MAKE:
		return operation->to && operation->aside
			&& (operation->kind != OPERATION_MOVE
				|| (operation->from && operation->from_id));
	case PHASE_NAME:
		return operation->to && operation->aside && operation->id
			&& (operation->kind != OPERATION_MOVE
				|| (operation->from && operation->from_id));
	case PHASE_REMOVE:
		return operation->from && operation->aside && operation->id;
	case PHASE_COUNT:
		break;
	}
	return false;
}

int operation_parse(const char *text, size_t len, const char *what, struct operation *ret_operation,
	struct messages *messages)
{
	AUTO_FREE char *copy = xstrdup(text);
	AUTO_OPERATION operation = { 0 };
	if (strlen(text) != len || !parse_lines(copy, &operation) || !is_whole(&operation))
		return message_error(messages, -EBADMSG,
			"%s is damaged: it records what an interrupted command did to the zone; "
			"look at the zonepaths in it, and remove it when the zone is as it should "
			"be",
			what);
	*ret_operation = operation;
	operation = (struct operation){ 0 };
	return 0;
}
