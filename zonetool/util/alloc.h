/*
 * alloc.h - heap memory for short-lived programs: a failure to allocate ends the program with a
 * message and status 1. The registry's transactions (zone/journal.h) make that as safe as a kill.
 */
#ifndef UTIL_ALLOC_H
#define UTIL_ALLOC_H

#include "base/fd.h"
#include "base/str.h"

#include <stdarg.h>
#include <stddef.h>

/* What all of these do when there is no memory. */
_Noreturn void alloc_failed(void);

void *xcalloc(size_t count, size_t size) __attribute__((malloc));
/* As reallocarray(3). */
void *xrealloc(void *memory, size_t count, size_t size);
char *xstrdup(const char *s) __attribute__((malloc));
char *xstrndup(const char *s, size_t len) __attribute__((malloc));
char *xasprintf(const char *format, ...) __attribute__((malloc, format(printf, 1, 2)));
char *xvasprintf(const char *format, va_list args) __attribute__((malloc, format(printf, 1, 0)));

/* Append to a growing string: formatted text, a string, one character. */
void text_addf(struct str *str, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_adds(struct str *str, const char *s);
void text_addc(struct str *str, char c);
/* Take the text out of *str, which is then empty: never NULL, owned by the caller. */
char *text_take(struct str *str);

#endif
