/* sysidcfg_words.c - the words of a sysidcfg file. */
#include "identity/sysidcfg_private.h"

#include <string.h>

static bool at_end(const struct words *words)
{
	return words->at == words->end;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* What a bare word consists of. */
static bool is_plain(char c)
{
	return c > ' ' && c < 0x7f && !strchr("{}=\"'", c);
}

static void set(struct words *words, enum word_kind kind, char *text)
{
	free(words->text);
	words->text = text;
	words->kind = kind;
}

void words_free(struct words *words)
{
	set(words, WORD_END, NULL);
}

void words_skip_line(struct words *words)
{
	while (!at_end(words) && !(*words->at && strchr("\n{}", *words->at)))
		words->at++;
}

static void skip_blanks(struct words *words)
{
	while (!at_end(words) && is_blank(*words->at))
		words->at++;
}

/* Also line ends, and comments. */
static void skip_space(struct words *words)
{
	bool comment = false;
	for (; !at_end(words); words->at++) {
		comment = comment ? *words->at != '\n' : *words->at == '#';
		if (*words->at == '\n')
			words->line++;
		else if (!comment && !is_blank(*words->at))
			return;
	}
}

static bool wrong(struct words *words, const char *why)
{
	set(words, WORD_WRONG, xstrdup(why));
	words_skip_line(words);
	return false;
}

void words_next(struct words *words)
{
	skip_space(words);
	words->word_line = words->line;
	const char *start = words->at;
	if (at_end(words)) {
		set(words, WORD_END, NULL);
	} else if (*start == '{' || *start == '}') {
		words->at++;
		set(words, *start == '{' ? WORD_OPEN : WORD_CLOSE, NULL);
	} else if (!is_plain(*start)) {
		wrong(words, "a keyword is expected, with \"=\" behind it");
	} else {
		while (!at_end(words) && is_plain(*words->at))
			words->at++;
		set(words, WORD_NAME, xstrndup(start, (size_t)(words->at - start)));
	}
}

bool words_equals(struct words *words)
{
	skip_blanks(words);
	if (at_end(words) || *words->at != '=')
		return false;
	words->at++;
	return true;
}

/* Append what is between quotes. */
static bool take_quoted(struct words *words, struct str *value)
{
	char quote = *words->at++;
	for (; !at_end(words) && *words->at != quote; words->at++) {
		if (*words->at == '\n')
			return wrong(words, "the quote at the end of the value is missing");
		if (*words->at < ' ' || *words->at > '~')
			return wrong(words, "a value can have printable ASCII characters only");
		text_addc(value, *words->at);
	}
	if (at_end(words))
		return wrong(words, "the quote at the end of the value is missing");
	words->at++;
	if (at_end(words) || strchr(" \t\r\n{},", *words->at))
		return true;
	return wrong(words, "a blank is expected behind the quote");
}

/* Append a bare word, which may have "=" in it as hashes do. */
static bool take_bare(struct words *words, struct str *value)
{
	const char *start = words->at;
	for (; !at_end(words) && (is_plain(*words->at) || *words->at == '='); words->at++)
		text_addc(value, *words->at);
	if (words->at == start)
		return wrong(words, "a value is expected behind \"=\"");
	if (at_end(words) || strchr(" \t\r\n{}", *words->at))
		return true;
	return wrong(words,
		"a value can have printable ASCII characters only, and is quoted as a "
		"whole or not at all");
}

bool words_value(struct words *words)
{
	AUTO_STR value = STR_EMPTY;
	words->word_line = words->line;
	for (;;) {
		skip_blanks(words);
		bool quoted = !at_end(words) && (*words->at == '"' || *words->at == '\'');
		if (!(quoted ? take_quoted(words, &value) : take_bare(words, &value)))
			return false;
		/* A list goes on behind a comma, be it on the next line, or before one. */
		const char *end = words->at;
		skip_blanks(words);
		if (!at_end(words) && *words->at == ',') {
			words->at++;
			text_addc(&value, ',');
		} else if (!value.len || value.data[value.len - 1] != ',') {
			words->at = end;
			break;
		}
		skip_space(words);
	}
	set(words, WORD_NAME, text_take(&value));
	return true;
}
