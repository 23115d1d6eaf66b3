/*
 * place.c - what a cursor stands at. The grammar of parser.c over again, but forgiving: it asks
 * only which token the input ends in, or would go on with.
 */
#include "grammar/parser.h"

#include "util/alloc.h"

#include <stdlib.h>
#include <string.h>

/* Record that the text to complete begins here. */
static void found(struct place *place, enum place_kind kind, size_t start)
{
	place->kind = kind;
	place->start = start;
}

/*
 * Whether the cursor stands in this token, or where it would begin; then the place is of this kind.
 * A text in quotes that is still open is completed behind its quote, one that is closed no more.
 */
static bool at_cursor(const struct lexer *lexer, const struct token *token, enum place_kind kind,
	struct place *place)
{
	if (token->end < lexer->len)
		return false;
	if (token->kind == TOKEN_EOF || token->kind == TOKEN_WORD)
		found(place, kind, token->start);
	else if (token->open)
		found(place, kind, token->start + 1);
	else
		return false;
	return true;
}

static bool is_punct(const struct token *token, char c)
{
	return token->kind == TOKEN_PUNCT && token->text[0] == c;
}

/* The options in front of the operands. Returns whether the operands come next. */
static bool place_options(struct lexer *lexer, const char *options, struct place *place)
{
	for (;;) {
		struct token token = lexer_next(lexer, LEX_VALUE);
		if (token.kind != TOKEN_WORD || token.text[0] != '-' || !token.text[1]) {
			lexer->at = token.start;
			return true;
		}
		/* The first letter that takes an argument takes the rest of the word, if any. */
		const char *at = token.text + 1, *known = NULL;
		do
			known = *at != ':' ? strchr(options, *at++) : NULL;
		while (known && known[1] != ':' && *at);
		if (!known)
			return false;
		bool attached = *at, takes = known[1] == ':';
		place->option = takes ? at[-1] : '\0';
		if (token.end == lexer->len) {
			if (attached)
				found(place, PLACE_OPTION_ARGUMENT, token.end - strlen(at));
			return false;
		}
		if (takes && !attached) {
			token = lexer_next(lexer, LEX_VALUE);
			if (at_cursor(lexer, &token, PLACE_OPTION_ARGUMENT, place))
				return false;
			if (token.kind != TOKEN_WORD && token.kind != TOKEN_TEXT)
				return false;
		}
	}
}

/* The items of a list behind its "[". Returns whether it is closed. */
static bool place_list(struct lexer *lexer, struct place *place)
{
	for (;;) {
		struct token token = lexer_next(lexer, LEX_ITEM);
		if (is_punct(&token, ']'))
			return true;
		if (at_cursor(lexer, &token, PLACE_VALUE, place))
			return false;
		if (token.kind != TOKEN_WORD && token.kind != TOKEN_TEXT)
			return false;
		token = lexer_next(lexer, LEX_ITEM);
		if (is_punct(&token, ']'))
			return true;
		if (!is_punct(&token, ','))
			return false;
	}
}

/* The fields of a complex value behind its "(". Returns whether it is closed. */
static bool place_complex(struct lexer *lexer)
{
	struct token token;
	do
		token = lexer_next(lexer, LEX_FIELD);
	while (token.kind == TOKEN_WORD || token.kind == TOKEN_TEXT || is_punct(&token, '=')
		|| is_punct(&token, ','));
	return is_punct(&token, ')');
}

/* A value. Returns whether something may come behind it. */
static bool place_value(struct lexer *lexer, enum lexer_mode mode, struct place *place)
{
	struct token token = lexer_next(lexer, mode);
	if (is_punct(&token, '['))
		return place_list(lexer, place);
	if (is_punct(&token, '('))
		return place_complex(lexer);
	if (is_punct(&token, ',')) {
		lexer->at = token.start;
		return mode == LEX_FILTER;
	}
	if (at_cursor(lexer, &token, PLACE_VALUE, place))
		return false;
	return token.kind == TOKEN_WORD || token.kind == TOKEN_TEXT;
}

/* NAME=VALUE, again and again. */
static void place_filters(struct lexer *lexer, struct place *place)
{
	for (bool separated = true;; separated = false) {
		struct token token = lexer_next(lexer, LEX_COMMAND);
		if (is_punct(&token, ',') && !separated) {
			token = lexer_next(lexer, LEX_COMMAND);
			separated = true;
		}
		if (!separated && !token.spaced)
			return;
		if (token.kind != TOKEN_EOF && token.kind != TOKEN_WORD)
			return;
		free(place->filter);
		place->filter = NULL;
		if (at_cursor(lexer, &token, PLACE_FILTER, place))
			return;
		place->filter = xstrdup(token.text);
		token = lexer_next(lexer, LEX_COMMAND);
		if (!is_punct(&token, '=') || !place_value(lexer, LEX_FILTER, place))
			return;
	}
}

/* The value behind "add WORD". */
static void place_operand_value(struct lexer *lexer, struct place *place)
{
	size_t at = lexer->at;
	bool spaced = lexer_next(lexer, LEX_VALUE).spaced;
	lexer->at = at;
	if (spaced)
		place_value(lexer, LEX_VALUE, place);
}

/* What stands behind "remove WORD": a list or text in quotes is a value, the rest filters. */
static void place_value_or_filters(struct lexer *lexer, struct place *place)
{
	size_t at = lexer->at;
	struct token token = lexer_next(lexer, LEX_COMMAND);
	bool value = is_punct(&token, '[') || token.kind == TOKEN_TEXT || token.open;
	lexer->at = at;
	if (value)
		place_operand_value(lexer, place);
	else
		place_filters(lexer, place);
}

static void place_operands(struct lexer *lexer, enum verb_shape shape, struct place *place)
{
	if (shape == SHAPE_NOTHING)
		return;
	struct token token = lexer_next(lexer, LEX_COMMAND);
	if (token.kind != TOKEN_EOF && token.kind != TOKEN_WORD)
		return;
	if (at_cursor(lexer, &token, PLACE_WORD, place))
		return;
	place->word = xstrdup(token.text);
	switch (shape) {
	case SHAPE_NOTHING:
	case SHAPE_WORD:
	case SHAPE_MAYBE:
		return;
	case SHAPE_FILTER:
	case SHAPE_MAYBE_FILTER:
		place_filters(lexer, place);
		return;
	case SHAPE_ASSIGN:
		token = lexer_next(lexer, LEX_COMMAND);
		if (is_punct(&token, '='))
			place_value(lexer, LEX_VALUE, place);
		return;
	case SHAPE_ADD:
		place_operand_value(lexer, place);
		return;
	case SHAPE_REMOVE:
		place_value_or_filters(lexer, place);
		return;
	}
}

/* The last command of the input; the lexer stands where it begins. */
static void place_command(struct lexer *lexer, struct place *place)
{
	/* LEX_VALUE, which has no comments: there is nothing to complete in one. */
	struct token token = lexer_next(lexer, LEX_VALUE);
	if (token.kind != TOKEN_EOF && (token.kind != TOKEN_WORD || token.text[0] == '#'))
		return;
	if (at_cursor(lexer, &token, PLACE_VERB, place))
		return;
	int verb = verb_find(token.text);
	if (verb < 0)
		return;
	place->verb = (enum verb)verb;
	if (place_options(lexer, verb_rows[verb].options, place))
		place_operands(lexer, verb_rows[verb].shape, place);
}

void parser_place(const char *input, size_t len, struct place *ret_place)
{
	struct lexer lexer;
	lexer_init(&lexer, input, len);
	/* What ends a command is the same in all modes. */
	size_t begin = 0;
	struct token token;
	do {
		token = lexer_next(&lexer, LEX_COMMAND);
		if (token.kind == TOKEN_END)
			begin = token.end;
	} while (token.kind != TOKEN_EOF);
	lexer.at = begin;
	*ret_place = (struct place){ .kind = PLACE_NOTHING, .start = len };
	place_command(&lexer, ret_place);
	lexer_free(&lexer);
}

void place_free(struct place *place)
{
	free(place->word);
	free(place->filter);
	*place = (struct place){ 0 };
}
