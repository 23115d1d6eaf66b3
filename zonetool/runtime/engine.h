/* engine.h - systemd-nspawn(1) as a program: whether it is there, and its command line. */
#ifndef RUNTIME_ENGINE_H
#define RUNTIME_ENGINE_H

#include "util/messages.h"

#include <stddef.h>

#define ENGINE "systemd-nspawn"

/*
 * Whether it is there and runs. purpose completes "systemd-nspawn is not installed: ..." Returns 0
 * or a negative errno, described.
 */
int engine_check(const char *purpose, struct messages *messages);

/* A command line that is being put together; it owns its words. Begins as { 0 }. */
struct line {
	char **words;
	size_t count, room;
};
void line_free(struct line *line);
#define AUTO_LINE __attribute__((cleanup(line_free))) struct line

/* Add a word, which is the line's from now on; NULL ends it. */
void line_take(struct line *line, char *word);
/* Add copies of words, which end with NULL. */
void line_add(struct line *line, const char *const *words);
/* Add "OPTION=FROM:TO": a --bind of the engine's, whatever characters are in the paths. */
void line_bind(struct line *line, const char *option, const char *from, const char *to);

#endif
