/* console_lines.c - the last lines that a zone has printed, as text for people. */
#include "runtime/console.h"

#include "util/alloc.h"
#include "util/utf8.h"

#include <stdbool.h>
#include <string.h>

enum {
	COLUMNS_MAX = 200, /* characters of a line that are shown */
	ESCAPE = 0x1b,
	BELL = 0x07,
	DELETE = 0x7f,
	C1_FIRST = 0x80, /* control characters, too */
	C1_LAST = 0x9f,
};

/* The line that is being read, and those before it. */
struct lines {
	struct str text, line;
	size_t columns;
	bool returned; /* the cursor is at its beginning: what comes is written over it */
};

/*
 * The length of what begins with ESC at s, which ends with a NUL: a sequence that ends with a
 * letter (CSI), a text for the terminal (OSC and others) that ends with BEL or ESC \, or another
 * one. A text that does not end is over at the end of the line, so that nothing is hidden with it.
 */
static size_t sequence_len(const char *s)
{
	size_t len = 2;
	switch (s[1]) {
	case '[':
		while (s[len] >= 0x20 && s[len] < 0x40)
			len++;
		return s[len] >= 0x40 && s[len] < DELETE ? len + 1 : len;
	case ']':
	case 'P':
	case 'X':
	case '^':
	case '_':
		while (s[len] && s[len] != '\n' && s[len] != BELL && s[len] != ESCAPE)
			len++;
		if (s[len] == ESCAPE && s[len + 1] == '\\')
			return len + 2;
		return s[len] == BELL ? len + 1 : len;
	default:
		for (len = 1; s[len] >= 0x20 && s[len] < 0x30; len++)
			;
		return s[len] >= 0x30 && s[len] < DELETE ? len + 1 : len;
	}
}

static void begin_line(struct lines *lines)
{
	str_truncate(&lines->line, 0);
	lines->columns = 0;
	lines->returned = false;
}

static void end_line(struct lines *lines)
{
	const char *line = str_get(&lines->line);
	if (line[strspn(line, " \t")]) {
		text_adds(&lines->text, line);
		text_adds(&lines->text, lines->columns > COLUMNS_MAX ? "...\n" : "\n");
	}
	begin_line(lines);
}

static void add_character(struct lines *lines, const char *s, size_t len)
{
	if (lines->returned)
		begin_line(lines);
	/* One more is counted: the line was too long. */
	if (lines->columns <= COLUMNS_MAX && ++lines->columns <= COLUMNS_MAX)
		for (size_t i = 0; i < len; i++)
			text_addc(&lines->line, s[i]);
}

/* Take what is at s. Returns its length. */
static size_t add_next(struct lines *lines, const char *s)
{
	static const char unknown[] = "\xef\xbf\xbd"; /* U+FFFD */
	uint32_t character;
	unsigned char c = (unsigned char)*s;
	if (c == ESCAPE)
		return sequence_len(s);
	if (c == '\n')
		end_line(lines);
	else if (c == '\r')
		lines->returned = true;
	else if (c == '\t' || (c >= ' ' && c < DELETE))
		add_character(lines, s, 1);
	if (c <= DELETE)
		return 1;
	size_t len = utf8_decode(s, &character);
	if (len == 0)
		add_character(lines, unknown, strlen(unknown));
	else if (character < C1_FIRST || character > C1_LAST)
		add_character(lines, s, len);
	return len ? len : 1;
}

char *console_lines(const char *text, size_t len, size_t count)
{
	struct lines lines = { 0 };
	for (size_t at = 0; at < len;)
		at += add_next(&lines, text + at);
	end_line(&lines);
	str_free(&lines.line);
	if (lines.text.len)
		str_truncate(&lines.text, lines.text.len - 1);
	AUTO_FREE char *all = text_take(&lines.text);
	const char *first = all + strlen(all);
	for (size_t found = 0; first > all; first--)
		if (first[-1] == '\n' && ++found == count)
			break;
	return xstrdup(count ? first : "");
}
