/*
 * terminal.h - the terminal of who calls zlogin: made raw, and put back as it was, however the
 * program ends (but for SIGKILL); how large it is; and what is typed on it to leave a zone.
 */
#ifndef RUNTIME_TERMINAL_H
#define RUNTIME_TERMINAL_H

#include "util/messages.h"

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

struct terminal_size {
	unsigned rows, columns; /* 0: not known */
};
struct terminal_size terminal_size(int fd);
/* Tell a terminal, or a pseudoterminal's master, its size, if that is known; -1: there is none. */
void terminal_set_size(int fd, struct terminal_size size);

/*
 * Have the terminal pass on every byte as it is, from now to terminal_restore() or the program's
 * end. There is one in a program. Returns 0 or a negative errno, described.
 */
int terminal_raw(int fd, struct messages *messages);
/* As it was before; terminal_again() is raw once more. Nothing happens if it never was. */
void terminal_restore(void);
void terminal_again(void);
/* How the terminal is when it is not raw. Returns false if fd is no terminal. */
bool terminal_settings(int fd, struct termios *ret_settings);

/* SIGTSTP has come: stop as it was before, and go on raw after SIGCONT. */
void terminal_stop(void);

/*
 * From now on have these signals, which end with 0, come through the fd that is returned, all but
 * those that the caller of the program has it ignore, as nohup(1) does. Or a negative errno, not
 * described.
 */
int terminal_signals(const int *signals);

/*
 * For a terminal, an fd of our own to write to that never waits, so that a program can be told to
 * end although nobody reads there; it is the caller's. For anything else, which is shared with
 * others as it is, or if there is none to be had, fd itself.
 */
int terminal_output(int fd);

/*
 * Print a line of the program's own, in brackets, on standard error: "Connected to ...". A terminal
 * that nobody reads is not waited for.
 */
void terminal_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---- leaving ---- */

enum {
	ESCAPE_NONE = -1,
	ESCAPE_DEFAULT = '~',
};

/* What was typed so far, as far as it matters for leaving. */
struct escape {
	int character; /* ESCAPE_NONE: there is no leaving */
	bool inside;   /* of a line: not at its beginning */
	bool held;     /* the character came at the beginning of a line, and was not passed on */
};

/*
 * Take what was typed, len bytes. At the beginning of a line, the escape character and "." or ^D
 * are for leaving, twice the character is the character, and what follows it otherwise is passed
 * on with it. *ret_leave: the user leaves; what was typed before it is passed on. out has room for
 * len + 1 bytes, and may not overlap with typed. Returns how many it has got.
 */
size_t escape_filter(
	struct escape *escape, const char *typed, size_t len, char *out, bool *ret_leave);

/*
 * An escape character from a command line: one character of ASCII, or "\" and its number in octal.
 * It is no newline or carriage return, and no ".". Returns it, or -EINVAL.
 */
int escape_parse(const char *text);

#endif
