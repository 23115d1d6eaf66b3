/*
 * console.h - a zone's console: a pseudoterminal of the supervisor's, which outlives the zone's
 * boots; what it has shown last; and those who look at it. Bounded whatever the zone prints and
 * whoever does not read.
 */
#ifndef RUNTIME_CONSOLE_H
#define RUNTIME_CONSOLE_H

#include "util/messages.h"

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum {
	CONSOLE_KEPT = 16 << 10, /* bytes of output that are kept, and shown to who comes later */
	CONSOLE_VIEWERS_MAX = 8, /* who holds it, and those who watch */
};

struct console;

/*
 * Make a console, on a new pseudoterminal, or on the master that another supervisor had (-1: new).
 * Returns 0 and *ret_console, whose the master is then, or a negative errno, described.
 */
int console_new(int master_fd, struct console **ret_console, struct messages *messages);
void console_free(struct console *console);

/* The pseudoterminal's master; the console's. */
int console_master(const struct console *console);

/*
 * Take a connection (control.h) over, as the holder or to watch: it is sent CONTROL_END with status
 * 0, and then what was kept. Returns 0: the fd is the console's then, and closed by it; or a
 * negative errno, described, with nothing sent: -EBUSY: another process has it, which is named.
 */
int console_attach(struct console *console, int fd, pid_t pid, bool hold, unsigned rows,
	unsigned columns, struct messages *messages);

/* Tell those who look: "Zone booting up". */
void console_notice(struct console *console, const char *text);

/* Disconnect those who look. */
void console_dismiss(struct console *console);

/* How many look. */
size_t console_viewers(const struct console *console);

/*
 * The zone boots anew: forget what was shown and what was typed, and give the pseudoterminal the
 * modes of a new one.
 */
void console_begin(struct console *console);

/*
 * The last lines that the zone has printed and that are not blank, as text without escape sequences
 * or a newline at its end; "" if there are none. The caller's.
 */
char *console_last_lines(struct console *console, size_t lines);
/* The same of a text with len bytes and a NUL behind them. */
char *console_lines(const char *text, size_t len, size_t count);

/*
 * For poll(2): fill in what the console waits for, at most CONSOLE_VIEWERS_MAX + 1 rows. Returns
 * how many. A viewer that does not read is waited for by nobody: it loses output, and is told so.
 */
size_t console_poll(const struct console *console, struct pollfd *rows);
/* Do what poll(2) said. */
void console_handle(struct console *console, const struct pollfd *rows, size_t count);

#endif
