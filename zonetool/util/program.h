/* program.h - what the programs' main files share: how messages look, the version, the end. */
#ifndef UTIL_PROGRAM_H
#define UTIL_PROGRAM_H

#include "util/messages.h"

/*
 * For the emit of struct messages: a line on standard error. Its user is the program's name, which
 * comes first; NULL: nothing does.
 */
void program_emit(struct messages *messages, enum severity severity, const char *text);

/*
 * What a program of root's does first: what it makes is not writable for others, and a file that it
 * opens never becomes its standard input or output because the caller has closed that.
 */
void program_begin(void);

/* Print "NAME VERSION" on standard output. */
void program_version(const char *program);

/*
 * Show on standard output what is being done: "Copying /zones/web...". On a terminal the line stays
 * open until program_done(), the next message, or the next such text, which takes its place, so
 * that progress can be shown; elsewhere it is a line, and progress is not shown.
 */
void program_doing(const char *text);
void program_progress(const char *text);
void program_done(void);

/*
 * Make sure that what was printed has arrived. Returns the exit status: status, or 1 instead of 0
 * if it has not, described.
 */
int program_end(int status, struct messages *messages);

#endif
