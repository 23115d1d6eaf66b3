/* operation.c - a command of several steps that is under way. */
#include "zone/operation.h"

#include "util/alloc.h"
#include "zone/value.h"

#include <errno.h>
#include <inttypes.h>
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
	[PHASE_REMOVE] = "remove",
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

const char *operation_name(enum operation_kind kind)
{
	return kinds[kind];
}

void operation_free(struct operation *operation)
{
	free(operation->from);
	free(operation->to);
	free(operation->aside);
	*operation = (struct operation){ 0 };
}

void operation_format(const struct operation *operation, struct str *text)
{
	const struct {
		const char *name, *path;
	} paths[] = { { "from", operation->from }, { "to", operation->to },
		{ "aside", operation->aside } };
	text_addf(text, FIRST_LINE "\nkind=%s\nphase=%s\ninode=%" PRIu64 "\n",
		kinds[operation->kind], phases[operation->phase], operation->inode);
	for (size_t i = 0; i < COUNT(paths); i++)
		if (paths[i].path)
			text_addf(text, "%s=%s\n", paths[i].name, paths[i].path);
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

static bool parse_number(const char *text, uint64_t *ret_number)
{
	char *end;
	errno = 0;
	uint64_t number = strtoull(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || errno)
		return false;
	*ret_number = number;
	return true;
}

static bool parse_path(const char *text, char **slot)
{
	if (*text != '/' || !text[1] || value_text_wrong(text) || *slot)
		return false;
	*slot = xstrdup(text);
	return true;
}

/* One line, "name=value". */
static bool parse_field(const char *name, const char *value, struct operation *operation)
{
	int at = -1;
	if (strcmp(name, "from") == 0)
		return parse_path(value, &operation->from);
	if (strcmp(name, "to") == 0)
		return parse_path(value, &operation->to);
	if (strcmp(name, "aside") == 0)
		return parse_path(value, &operation->aside);
	if (strcmp(name, "inode") == 0)
		return parse_number(value, &operation->inode);
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
	switch (operation->phase) {
	case PHASE_RENAME:
		return operation->from && operation->to && operation->inode;
	case PHASE_MAKE:
		return operation->to && operation->aside;
	case PHASE_REMOVE:
		return operation->from && operation->aside && operation->inode;
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
			"look at "
			"the zonepaths in it, and remove it when the zone is as it should be",
			what);
	*ret_operation = operation;
	operation = (struct operation){ 0 };
	return 0;
}
