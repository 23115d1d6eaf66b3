/*
 * lexer.h - zonecfg's language in words: blanks separate, a newline or ";" ends a command, "#"
 * where a command may begin starts a comment. "..." is one text, in which \" and \\ stand for " and
 * \.
 */
#ifndef GRAMMAR_LEXER_H
#define GRAMMAR_LEXER_H

#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

enum token_kind {
	TOKEN_WORD,  /* bare text */
	TOKEN_TEXT,  /* text that was in quotes, without them */
	TOKEN_PUNCT, /* one of = [ ] ( ) , */
	TOKEN_END,   /* of a command: newline or ; */
	TOKEN_EOF,   /* end of the input */
	TOKEN_WRONG, /* no token: an unterminated quote, a control character, not UTF-8 */
};

/* What ends a bare word, beside blanks, quotes, newline and ; which always do. */
enum lexer_mode {
	LEX_COMMAND, /* = [ ] ( ) ,    verbs, names; "#" only starts a comment here */
	LEX_VALUE,   /* nothing, but [ ( = , at its start are punctuation: set p=a,b=c */
	LEX_FILTER,  /* ,    likewise: select net address=a,physical=b */
	LEX_ITEM,    /* , ]  in a list */
	LEX_FIELD,   /* , ) =  in a complex value */
};

struct token {
	enum token_kind kind;
	const char
		*text; /* until the next call; TOKEN_WRONG: what is wrong, to complete "it ..." */
	size_t start, end; /* where it stands in the input, in bytes */
	int line;          /* the line it begins on, from 1 */
	bool spaced;       /* something blank stood before it */
	bool open;         /* TOKEN_WRONG: a quote that does not end on its line */
};

struct lexer {
	const char *input; /* the caller's */
	size_t len, at;
	int line;
	struct str word; /* the text of the last token */
};

void lexer_init(struct lexer *lexer, const char *input, size_t len);
void lexer_free(struct lexer *lexer);
/* The next token. The same token can be had again by setting lexer->at and lexer->line back. */
struct token lexer_next(struct lexer *lexer, enum lexer_mode mode);
/* Skip what is left of the line, and its newline. */
void lexer_skip_line(struct lexer *lexer);

/*
 * Append text to *out so that the lexer gives it back as one token in this mode: bare where that
 * is possible, in quotes elsewhere. In LEX_COMMAND a "-" at its start is quoted, too: the parser
 * would take it for an option.
 */
void lexer_quote(struct str *out, const char *text, enum lexer_mode mode);

#endif
