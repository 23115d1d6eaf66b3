/* lexer.c - zonecfg's language in words. */
#include "grammar/lexer.h"

#include "util/alloc.h"
#include "zone/value.h"

#include <string.h>

/* The punctuation of each mode: what ends a bare word, and what is a token where one may begin. */
static const struct {
	const char *ends, *tokens;
} modes[] = {
	[LEX_COMMAND] = { "=[](),", "=[]()," },
	[LEX_VALUE] = { "", "[(=," },
	[LEX_FILTER] = { ",", "[(=," },
	[LEX_ITEM] = { ",]", ",]" },
	[LEX_FIELD] = { ",)=", ",)=" },
};

static bool among(char c, const char *set)
{
	return c && strchr(set, c);
}

/* Blanks; a carriage return is one at the end of a line, as some editors write it. */
static bool blank_at(const struct lexer *lexer, size_t at)
{
	char c = lexer->input[at];
	return among(c, " \t")
		|| (c == '\r' && at + 1 < lexer->len && lexer->input[at + 1] == '\n');
}

/* Whether only blanks stand between here and the end of the command before. */
static bool command_begins(const struct lexer *lexer, size_t at)
{
	while (at > 0 && blank_at(lexer, at - 1))
		at--;
	return at == 0 || among(lexer->input[at - 1], "\n;");
}

/* Move to the end of the line, in front of its newline. */
static void skip_to_newline(struct lexer *lexer)
{
	size_t left = lexer->len - lexer->at;
	const char *newline = left ? memchr(lexer->input + lexer->at, '\n', left) : NULL;
	lexer->at = newline ? (size_t)(newline - lexer->input) : lexer->len;
}

static void skip_blanks(struct lexer *lexer, enum lexer_mode mode)
{
	while (lexer->at < lexer->len && blank_at(lexer, lexer->at))
		lexer->at++;
	if (mode == LEX_COMMAND && lexer->at < lexer->len && lexer->input[lexer->at] == '#'
		&& command_begins(lexer, lexer->at))
		skip_to_newline(lexer);
}

void lexer_init(struct lexer *lexer, const char *input, size_t len)
{
	*lexer = (struct lexer){ .input = input, .len = len, .line = 1, .word = STR_EMPTY };
}

void lexer_free(struct lexer *lexer)
{
	str_free(&lexer->word);
}

/* A token of one character, already looked at. */
static enum token_kind read_one(struct lexer *lexer, enum token_kind kind)
{
	char c = lexer->input[lexer->at++];
	lexer->line += c == '\n';
	text_addc(&lexer->word, c);
	return kind;
}

/* Text in quotes; TOKEN_WRONG: they do not end on this line. */
static enum token_kind read_quoted(struct lexer *lexer)
{
	for (lexer->at++; lexer->at < lexer->len && lexer->input[lexer->at] != '\n'; lexer->at++) {
		char c = lexer->input[lexer->at];
		if (c == '"') {
			lexer->at++;
			return TOKEN_TEXT;
		}
		if (c == '\\' && lexer->at + 1 < lexer->len
			&& among(lexer->input[lexer->at + 1], "\"\\"))
			c = lexer->input[++lexer->at];
		text_addc(&lexer->word, c);
	}
	return TOKEN_WRONG;
}

static enum token_kind read_bare(struct lexer *lexer, enum lexer_mode mode)
{
	while (lexer->at < lexer->len && !blank_at(lexer, lexer->at)
		&& !among(lexer->input[lexer->at], "\n;\"")
		&& !among(lexer->input[lexer->at], modes[mode].ends))
		text_addc(&lexer->word, lexer->input[lexer->at++]);
	return TOKEN_WORD;
}

static enum token_kind read_token(struct lexer *lexer, enum lexer_mode mode)
{
	str_truncate(&lexer->word, 0);
	if (lexer->at == lexer->len)
		return TOKEN_EOF;
	char c = lexer->input[lexer->at];
	if (among(c, "\n;"))
		return read_one(lexer, TOKEN_END);
	if (c == '"')
		return read_quoted(lexer);
	if (among(c, modes[mode].tokens))
		return read_one(lexer, TOKEN_PUNCT);
	return read_bare(lexer, mode);
}

struct token lexer_next(struct lexer *lexer, enum lexer_mode mode)
{
	size_t before = lexer->at;
	skip_blanks(lexer, mode);
	struct token token = {
		.start = lexer->at,
		.line = lexer->line,
		.spaced = lexer->at > before,
	};
	token.kind = read_token(lexer, mode);
	token.end = lexer->at;
	token.text = str_get(&lexer->word);
	token.open = token.kind == TOKEN_WRONG;
	const char *wrong = NULL;
	if (token.open)
		wrong = "has no closing quote on its line";
	else if (memchr(token.text, '\0', lexer->word.len))
		wrong = "has a NUL byte";
	else if (token.kind == TOKEN_WORD || token.kind == TOKEN_TEXT)
		wrong = value_text_wrong(token.text);
	if (wrong) {
		token.kind = TOKEN_WRONG;
		token.text = wrong;
	}
	return token;
}

void lexer_skip_line(struct lexer *lexer)
{
	skip_to_newline(lexer);
	if (lexer->at < lexer->len) {
		lexer->at++;
		lexer->line++;
	}
}

/* Whether the lexer gives this text back when it is written without quotes. */
static bool bare_possible(const char *text, enum lexer_mode mode)
{
	if (!*text || among(*text, modes[mode].tokens))
		return false;
	if (mode == LEX_COMMAND && among(*text, "#-"))
		return false;
	/* \r before a newline that is yet to come would be a blank. */
	return !text[strcspn(text, " \t\r\n;\"")] && !text[strcspn(text, modes[mode].ends)];
}

void lexer_quote(struct str *out, const char *text, enum lexer_mode mode)
{
	if (bare_possible(text, mode)) {
		text_adds(out, text);
		return;
	}
	text_addc(out, '"');
	for (; *text; text++) {
		if (among(*text, "\"\\"))
			text_addc(out, '\\');
		text_addc(out, *text);
	}
	text_addc(out, '"');
}
