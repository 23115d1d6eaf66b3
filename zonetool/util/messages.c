/* messages.c - what is to be told to the user. */
#include "util/messages.h"

#include "util/alloc.h"

#include <stdarg.h>
#include <stdio.h>

void message_pass(struct messages *messages, enum severity severity, const char *text)
{
	if (severity == MESSAGE_ERROR)
		messages->error_count++;
	messages->emit(messages, severity, text);
}

__attribute__((format(printf, 3, 0))) static void say(
	struct messages *messages, enum severity severity, const char *format, va_list args)
{
	AUTO_FREE char *text = xvasprintf(format, args);
	message_pass(messages, severity, text);
}

int message_error(struct messages *messages, int code, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	say(messages, MESSAGE_ERROR, format, args);
	va_end(args);
	return code;
}

void message_warning(struct messages *messages, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	say(messages, MESSAGE_WARNING, format, args);
	va_end(args);
}

void message_note(struct messages *messages, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	say(messages, MESSAGE_NOTE, format, args);
	va_end(args);
}

static void emit_warning(struct messages *messages, enum severity severity, const char *text)
{
	if (severity == MESSAGE_NOTE)
		message_note(messages->user, "%s", text);
	else
		message_warning(messages->user, "%s", text);
}

struct messages messages_as_warnings(struct messages *outer)
{
	return (struct messages){ .emit = emit_warning, .user = outer };
}

static void emit_nothing(struct messages *messages, enum severity severity, const char *text)
{
	(void)messages, (void)severity, (void)text;
}

struct messages messages_quiet(void)
{
	return (struct messages){ .emit = emit_nothing };
}
