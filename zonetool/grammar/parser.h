/*
 * parser.h - recursive descent over zonecfg's language:
 *
 *   input    := { [ command ] ( NEWLINE | ";" ) }
 *   command  := verb { -letter [word] } operands          operands: enum verb_shape
 *   filter   := name "=" value { [","] name "=" value }
 *   value    := [ text ] | "[" [ text { "," text } ] "]" | "(" field { "," field } ")"
 *   field    := name "=" text
 *
 * No text behind "=" is the empty one. A complex value becomes one text without blanks and quotes,
 * so its fields may have none of blank ( ) , = " ;
 */
#ifndef GRAMMAR_PARSER_H
#define GRAMMAR_PARSER_H

#include "grammar/command.h"
#include "grammar/lexer.h"
#include "util/messages.h"

enum {
	PARSER_FIELDS_MAX = 16, /* in a complex value */
};

/*
 * Read the next command. Returns 1 and *ret_command, which the caller frees; 0 at the end of the
 * input; or -EINVAL, described, and the lexer stands behind the line that is wrong. The message
 * names what was found and what would be right, not the line: lexer->line tells it.
 * ret_line is set in every case, and before a message: where the command, or the error, is.
 */
int parser_next(
	struct lexer *lexer, struct command *ret_command, int *ret_line, struct messages *messages);

/*
 * What a cursor at the end of an unfinished input stands at, for completion. Never fails: what
 * cannot be understood is PLACE_NOTHING.
 */
enum place_kind {
	PLACE_NOTHING,
	PLACE_VERB,
	PLACE_WORD, /* the first operand: a resource or a property, see verb */
	PLACE_OPTION_ARGUMENT,
	PLACE_FILTER, /* a property's name in a filter: word is the resource; behind remove also a
			 value, if word is a property */
	PLACE_VALUE,  /* filter, or if that is NULL word, is the property */
};
struct place {
	enum place_kind kind;
	enum verb verb;
	char option;         /* PLACE_OPTION_ARGUMENT */
	char *word, *filter; /* owned, or NULL: what stands before */
	size_t start; /* where the text to complete begins, in bytes; it ends with the input */
};
void parser_place(const char *input, size_t len, struct place *ret_place);
void place_free(struct place *place);

#endif
