/* parser.c - recursive descent over zonecfg's language. */
#include "grammar/parser.h"

#include "util/alloc.h"
#include "util/nearest.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

struct parser {
	struct lexer *lexer;
	struct messages *messages;
	const struct verb_row *row; /* of the command that is being read */
	struct command command;
};

static struct token next_token(struct parser *parser, enum lexer_mode mode)
{
	return lexer_next(parser->lexer, mode);
}

/* The token will be the next one again, in whatever mode. */
static void put_back(struct parser *parser, const struct token *token)
{
	parser->lexer->at = token->start;
	parser->lexer->line = token->line;
}

static bool is_end(const struct token *token)
{
	return token->kind == TOKEN_END || token->kind == TOKEN_EOF;
}

static bool is_text(const struct token *token)
{
	return token->kind == TOKEN_WORD || token->kind == TOKEN_TEXT;
}

static bool is_punct(const struct token *token, char c)
{
	return token->kind == TOKEN_PUNCT && token->text[0] == c;
}

/* The column of a place in the input, in characters, from 1. */
static size_t column_of(const struct lexer *lexer, size_t at)
{
	size_t column = 1;
	while (at > 0 && lexer->input[at - 1] != '\n')
		column += (lexer->input[--at] & 0xc0) != 0x80;
	return column;
}

/* What a message shows of a text: long ones are cut, between two characters. */
static char *shorten(const char *text)
{
	size_t len = 64;
	if (strlen(text) <= len)
		return xstrdup(text);
	while ((text[len] & 0xc0) == 0x80)
		len--;
	return xasprintf("%.*s...", (int)len, text);
}

/* What a message calls a token. */
static char *token_describe(const struct token *token)
{
	if (is_end(token))
		return xstrdup("the end of the command");
	AUTO_FREE char *text = shorten(token->text);
	return xasprintf("%s\"%s\"", token->kind == TOKEN_TEXT ? "the text " : "", text);
}

/* Describe that a token is not what belongs here. Returns -EINVAL. */
static int unexpected(struct parser *parser, const struct token *token, const char *wanted)
{
	const struct verb_row *row = parser->row;
	if (token->kind == TOKEN_WRONG)
		return message_error(parser->messages, -EINVAL,
			"%s: the text that begins in column %zu %s", row->name,
			column_of(parser->lexer, token->start), token->text);
	AUTO_FREE char *found = token_describe(token);
	return message_error(parser->messages, -EINVAL,
		"%s: found %s where %s belongs; usage: %s%s%s", row->name, found, wanted, row->name,
		*row->usage ? " " : "", row->usage);
}

static int expect_punct(struct parser *parser, enum lexer_mode mode, char c, const char *wanted)
{
	struct token token = next_token(parser, mode);
	return is_punct(&token, c) ? 0 : unexpected(parser, &token, wanted);
}

/* One option of a word such as "-F"; *at is behind its letter and moves behind its argument. */
static int parse_option(struct parser *parser, char letter, const char **at)
{
	struct command *command = &parser->command;
	const struct verb_row *row = parser->row;
	const char *known = letter != ':' ? strchr(row->options, letter) : NULL;
	if (!known) {
		AUTO_FREE char *found = shorten(*at - 1);
		return message_error(parser->messages, -EINVAL,
			"%s: there is no option \"-%s\"; usage: %s%s%s", row->name, found,
			row->name, *row->usage ? " " : "", row->usage);
	}
	if (command_option(command, letter))
		return message_error(parser->messages, -EINVAL, "%s: the option -%c is given twice",
			row->name, letter);
	struct command_option option = { .letter = letter };
	if (known[1] == ':' && **at) {
		option.argument = xstrdup(*at);
		*at += strlen(*at);
	} else if (known[1] == ':') {
		struct token token = next_token(parser, LEX_VALUE);
		if (!is_text(&token)) {
			AUTO_FREE char *wanted = xasprintf("the argument of -%c", letter);
			return unexpected(parser, &token, wanted);
		}
		option.argument = xstrdup(token.text);
	}
	command->options[command->option_count++] = option;
	return 0;
}

/* Words that begin with "-" and stand before the first operand. */
static int parse_options(struct parser *parser)
{
	for (;;) {
		struct token token = next_token(parser, LEX_VALUE);
		if (token.kind != TOKEN_WORD || token.text[0] != '-' || !token.text[1]) {
			put_back(parser, &token);
			return 0;
		}
		AUTO_FREE char *letters = xstrdup(token.text + 1);
		for (const char *at = letters; *at;) {
			char letter = *at++;
			int rc = parse_option(parser, letter, &at);
			if (rc < 0)
				return rc;
		}
	}
}

/* The items of a list, whose "[" has been read, and its "]". */
static int parse_list(struct parser *parser, struct value *value)
{
	value->form = VALUE_LIST;
	struct token token = next_token(parser, LEX_ITEM);
	if (is_punct(&token, ']'))
		return 0;
	for (;;) {
		if (!is_text(&token) || !*token.text)
			return unexpected(parser, &token, "an item of the list");
		if (value->count == VALUE_ITEMS_MAX)
			return message_error(parser->messages, -EINVAL,
				"%s: the list has more than %d items", parser->row->name,
				VALUE_ITEMS_MAX);
		value_take(value, xstrdup(token.text));
		token = next_token(parser, LEX_ITEM);
		if (is_punct(&token, ']'))
			return 0;
		if (!is_punct(&token, ','))
			return unexpected(parser, &token, "\",\" or \"]\"");
		token = next_token(parser, LEX_ITEM);
	}
}

/* A field's name or text, which must be able to stand without quotes. */
static int parse_field_text(struct parser *parser, const char *wanted, char **ret_text)
{
	struct token token = next_token(parser, LEX_FIELD);
	if (!is_text(&token) || !*token.text || strpbrk(token.text, " \t(),=\";"))
		return unexpected(parser, &token, wanted);
	*ret_text = xstrdup(token.text);
	return 0;
}

/* Append a field, NAME=TEXT, to the canonical text of a complex value. */
static int parse_field(struct parser *parser, struct str *text)
{
	AUTO_FREE char *name = NULL, *content = NULL;
	int rc = parse_field_text(
		parser, "a field's name, without blanks and any of ( ) , = ;", &name);
	if (rc < 0)
		return rc;
	AUTO_FREE char *first = xasprintf("(%s=", name), *later = xasprintf(",%s=", name);
	if (strstr(str_get(text), first) || strstr(str_get(text), later)) {
		AUTO_FREE char *found = shorten(name);
		return message_error(parser->messages, -EINVAL,
			"%s: the field \"%s\" stands twice in one value", parser->row->name, found);
	}
	rc = expect_punct(parser, LEX_FIELD, '=', "\"=\"");
	if (rc < 0)
		return rc;
	rc = parse_field_text(
		parser, "a field's value, without blanks and any of ( ) , = ;", &content);
	if (rc < 0)
		return rc;
	text_addc(text, text->len ? ',' : '(');
	text_addf(text, "%s=%s", name, content);
	return 0;
}

/* The fields of a complex value, whose "(" has been read, and its ")". */
static int parse_complex(struct parser *parser, struct value *value)
{
	AUTO_STR text = STR_EMPTY;
	struct token token;
	int fields = 0;
	do {
		if (fields++ == PARSER_FIELDS_MAX)
			return message_error(parser->messages, -EINVAL,
				"%s: the value has more than %d fields", parser->row->name,
				PARSER_FIELDS_MAX);
		int rc = parse_field(parser, &text);
		if (rc < 0)
			return rc;
		token = next_token(parser, LEX_FIELD);
	} while (is_punct(&token, ','));
	if (!is_punct(&token, ')'))
		return unexpected(parser, &token, "\",\" or \")\"");
	text_addc(&text, ')');
	const char *wrong = value_text_wrong(str_get(&text));
	if (wrong)
		return message_error(parser->messages, -EINVAL, "%s: the value in parentheses %s",
			parser->row->name, wrong);
	value->form = VALUE_COMPLEX;
	value_take(value, text_take(&text));
	return 0;
}

/* A value behind "=", where nothing is the empty text; value is empty. */
static int parse_value(struct parser *parser, enum lexer_mode mode, struct value *value)
{
	struct token token = next_token(parser, mode);
	if (is_punct(&token, '['))
		return parse_list(parser, value);
	if (is_punct(&token, '('))
		return parse_complex(parser, value);
	bool nothing = is_end(&token) || (mode == LEX_FILTER && is_punct(&token, ','));
	if (!is_text(&token) && !nothing)
		return unexpected(parser, &token, "a value");
	value_take(value, xstrdup(nothing ? "" : token.text));
	if (nothing)
		put_back(parser, &token);
	return 0;
}

/* NAME=VALUE; name has been read. */
static int parse_filter(struct parser *parser, const struct token *name)
{
	struct command *command = &parser->command;
	if (name->kind != TOKEN_WORD)
		return unexpected(parser, name, "a property's name");
	if (command->filter_count == COMMAND_FILTERS_MAX)
		return message_error(parser->messages, -EINVAL,
			"%s: more than %d properties are given", parser->row->name,
			COMMAND_FILTERS_MAX);
	struct command_filter *filter = &command->filters[command->filter_count++];
	filter->name = xstrdup(name->text);
	int rc = expect_punct(parser, LEX_COMMAND, '=', "\"=\"");
	return rc < 0 ? rc : parse_value(parser, LEX_FILTER, &filter->value);
}

static int parse_filters(struct parser *parser)
{
	struct token token = next_token(parser, LEX_COMMAND);
	if (is_end(&token)) {
		put_back(parser, &token);
		return 0;
	}
	for (;;) {
		int rc = parse_filter(parser, &token);
		if (rc < 0)
			return rc;
		token = next_token(parser, LEX_COMMAND);
		if (is_end(&token)) {
			put_back(parser, &token);
			return 0;
		}
		if (is_punct(&token, ','))
			token = next_token(parser, LEX_COMMAND);
		else if (!token.spaced)
			return unexpected(parser, &token, "a blank or a comma");
	}
}

/* The value behind "add WORD", if there is one. */
static int parse_operand_value(struct parser *parser)
{
	struct token token = next_token(parser, LEX_VALUE);
	if (!is_end(&token) && token.kind != TOKEN_WRONG && !token.spaced)
		return unexpected(parser, &token, "a blank");
	put_back(parser, &token);
	if (is_end(&token))
		return 0;
	parser->command.has_value = true;
	return parse_value(parser, LEX_VALUE, &parser->command.value);
}

/* What stands behind "remove WORD": a word with "=" behind it begins a filter. */
static int parse_value_or_filters(struct parser *parser)
{
	size_t at = parser->lexer->at;
	int line = parser->lexer->line;
	struct token first = next_token(parser, LEX_COMMAND);
	struct token second = first;
	if (first.kind == TOKEN_WORD)
		second = next_token(parser, LEX_COMMAND);
	/* With the blanks in front of it, unlike put_back(). */
	parser->lexer->at = at;
	parser->lexer->line = line;
	if (first.kind == TOKEN_WORD && is_punct(&second, '='))
		return parse_filters(parser);
	return parse_operand_value(parser);
}

static int parse_operands(struct parser *parser)
{
	enum verb_shape shape = parser->row->shape;
	if (shape == SHAPE_NOTHING)
		return 0;
	struct token token = next_token(parser, LEX_COMMAND);
	if (is_end(&token) && (shape == SHAPE_MAYBE || shape == SHAPE_MAYBE_FILTER)) {
		put_back(parser, &token);
		return 0;
	}
	if (token.kind != TOKEN_WORD)
		return unexpected(parser, &token, "a name");
	parser->command.word = xstrdup(token.text);
	int rc = 0;
	switch (shape) {
	case SHAPE_NOTHING:
	case SHAPE_WORD:
	case SHAPE_MAYBE:
		return 0;
	case SHAPE_FILTER:
	case SHAPE_MAYBE_FILTER:
		return parse_filters(parser);
	case SHAPE_ASSIGN:
		rc = expect_punct(parser, LEX_COMMAND, '=', "\"=\"");
		parser->command.has_value = true;
		return rc < 0 ? rc : parse_value(parser, LEX_VALUE, &parser->command.value);
	case SHAPE_ADD:
		return parse_operand_value(parser);
	case SHAPE_REMOVE:
		return parse_value_or_filters(parser);
	}
	return 0;
}

/* The verb that was probably meant, also in capitals; NULL: none is near. */
static const char *nearest_verb(const char *word)
{
	const char *names[VERB_COUNT + 1] = { NULL };
	for (int verb = 0; verb < VERB_COUNT; verb++)
		names[verb] = verb_rows[verb].name;
	AUTO_FREE char *small = xstrdup(word);
	for (char *at = small; *at; at++)
		*at = (char)tolower((unsigned char)*at);
	return nearest_word(small, names);
}

/* Describe that no command begins with this token. Returns -EINVAL. */
static int no_command(struct parser *parser, const struct token *token)
{
	if (token->kind == TOKEN_WRONG)
		return message_error(parser->messages, -EINVAL,
			"the text that begins in column %zu %s",
			column_of(parser->lexer, token->start), token->text);
	if (token->kind != TOKEN_WORD) {
		AUTO_FREE char *found = token_describe(token);
		return message_error(parser->messages, -EINVAL,
			"found %s where a command belongs; \"help\" lists the commands", found);
	}
	AUTO_FREE char *word = shorten(token->text);
	const char *nearest = nearest_verb(token->text);
	if (nearest)
		return message_error(parser->messages, -EINVAL,
			"there is no command \"%s\"; did you mean \"%s\"?", word, nearest);
	return message_error(parser->messages, -EINVAL,
		"there is no command \"%s\"; \"help\" lists the commands", word);
}

/* A whole command, whose first token has been read. */
static int parse_command(struct parser *parser, const struct token *first)
{
	int verb = first->kind == TOKEN_WORD ? verb_find(first->text) : -1;
	if (verb < 0)
		return no_command(parser, first);
	parser->row = &verb_rows[verb];
	parser->command.verb = (enum verb)verb;
	int rc = parse_options(parser);
	if (rc == 0)
		rc = parse_operands(parser);
	if (rc < 0)
		return rc;
	struct token token = next_token(parser, LEX_COMMAND);
	if (is_end(&token))
		return 0;
	return unexpected(parser, &token,
		parser->command.has_value
			? "the end of the command (a text with blanks goes in double quotes)"
			: "the end of the command");
}

int parser_next(
	struct lexer *lexer, struct command *ret_command, int *ret_line, struct messages *messages)
{
	struct parser parser = { .lexer = lexer, .messages = messages };
	struct token first;
	do
		first = next_token(&parser, LEX_COMMAND);
	while (first.kind == TOKEN_END);
	*ret_line = first.line;
	if (first.kind == TOKEN_EOF)
		return 0;
	int rc = parse_command(&parser, &first);
	if (rc < 0) {
		/* No token spans lines, but the last one read may have been the newline. */
		command_free(&parser.command);
		put_back(&parser, &first);
		lexer_skip_line(lexer);
		return rc;
	}
	*ret_command = parser.command;
	return 1;
}
