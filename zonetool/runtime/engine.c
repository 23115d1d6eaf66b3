/* engine.c - systemd-nspawn(1) as a program. */
#include "runtime/engine.h"

#include "util/alloc.h"
#include "util/run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int engine_check(const char *purpose, struct messages *messages)
{
	const char *const argv[] = { ENGINE, "--version", NULL };
	struct run run = { .argv = argv, .die_with_us = true };
	AUTO_RUN_OUTPUT output = { NULL, NULL };
	int status = run_program(&run, &output);
	if (status == 0)
		return 0;
	if (status == RUN_NOT_FOUND)
		return message_error(messages, -ENOENT,
			ENGINE " is not installed: %s; it comes with the package systemd-container",
			purpose);
	return message_error(messages, status < 0 ? status : -EIO, ENGINE " does not run: %s",
		status < 0 ? strerror(-status) : output.err);
}

void line_free(struct line *line)
{
	for (size_t i = 0; i < line->count; i++)
		free(line->words[i]);
	free(line->words);
	*line = (struct line){ 0 };
}

void line_take(struct line *line, char *word)
{
	if (line->count == line->room) {
		line->room = line->room * 2 + 32;
		line->words = xrealloc(line->words, line->room, sizeof(*line->words));
	}
	line->words[line->count++] = word;
}

void line_add(struct line *line, const char *const *words)
{
	for (; *words; words++)
		line_take(line, xstrdup(*words));
}

/* In the arguments of binds, colons separate paths. */
static void add_escaped(struct str *text, const char *path)
{
	for (; *path; path++) {
		if (*path == ':' || *path == '\\')
			text_addc(text, '\\');
		text_addc(text, *path);
	}
}

void line_bind(struct line *line, const char *option, const char *from, const char *to)
{
	AUTO_STR text = STR_EMPTY;
	text_addf(&text, "%s=", option);
	add_escaped(&text, from);
	text_addc(&text, ':');
	add_escaped(&text, to);
	line_take(line, text_take(&text));
}
