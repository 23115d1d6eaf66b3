/*
 * messages.h - what is to be told to the user. A function that fails describes the failure here,
 * once, where the context is known, and returns a negative errno; whoever called it only passes the
 * number on. The programs' main files decide how a message looks; nothing below them prints.
 */
#ifndef UTIL_MESSAGES_H
#define UTIL_MESSAGES_H

#include <stddef.h>

enum severity {
	MESSAGE_NOTE,    /* what is being waited for or done */
	MESSAGE_WARNING, /* done, but look at it */
	MESSAGE_ERROR,   /* not done */
};

struct messages {
	/* Show a message: one or more sentences, without a newline at the end. */
	void (*emit)(struct messages *messages, enum severity severity, const char *text);
	void *user;         /* for emit */
	size_t error_count; /* errors so far */
};

/* An error: what, where, what would be right. Returns code, a negative errno. */
int message_error(struct messages *messages, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

void message_warning(struct messages *messages, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

void message_note(struct messages *messages, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Say what another process has described, with the severity that it gave it. */
void message_pass(struct messages *messages, enum severity severity, const char *text);

/*
 * Messages for what may fail: errors become warnings of outer's, or nothing is said at all. Counts
 * go on in the result.
 */
struct messages messages_as_warnings(struct messages *outer);
struct messages messages_quiet(void);

#endif
