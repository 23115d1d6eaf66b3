/* alloc.c - heap memory for short-lived programs. */
#include "util/alloc.h"

#include <err.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

_Noreturn void alloc_failed(void)
{
	errx(1, "out of memory");
}

/* Memory, or the end. */
static void *need(void *memory)
{
	if (!memory)
		alloc_failed();
	return memory;
}

void *xcalloc(size_t count, size_t size)
{
	return need(calloc(count ? count : 1, size));
}

void *xrealloc(void *memory, size_t count, size_t size)
{
	return need(reallocarray(memory, count ? count : 1, size));
}

char *xstrdup(const char *s)
{
	return need(strdup(s));
}

char *xstrndup(const char *s, size_t len)
{
	return need(strndup(s, len));
}

char *xvasprintf(const char *format, va_list args)
{
	char *text;
	return need(vasprintf(&text, format, args) < 0 ? NULL : text);
}

char *xasprintf(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	char *text = xvasprintf(format, args);
	va_end(args);
	return text;
}

void text_adds(struct str *str, const char *s)
{
	if (str_adds(str, s) < 0)
		alloc_failed();
}

void text_addc(struct str *str, char c)
{
	if (str_addc(str, c) < 0)
		alloc_failed();
}

void text_addf(struct str *str, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	AUTO_FREE char *text = xvasprintf(format, args);
	va_end(args);
	text_adds(str, text);
}

char *text_take(struct str *str)
{
	char *text = str->data ? str->data : xstrdup("");
	*str = (struct str)STR_EMPTY;
	return text;
}
