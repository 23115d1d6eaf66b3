/*
 * fuzz_zonecfg.c - zonecfg's language: whatever the input, it is read to its end; a command that
 * was understood means the same once it is written down again; a text that was quoted is read back;
 * and what completion proposes for an unfinished input lands where it was meant to.
 */
#include "fuzz.h"

#include "grammar/parser.h"
#include "util/alloc.h"

#include <string.h>

static void check_message(struct messages *messages, enum severity severity, const char *text)
{
	(void)messages;
	require(severity == MESSAGE_ERROR && *text && !value_text_wrong(text));
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool same_value(const struct value *a, const struct value *b)
{
	return a->form == b->form && value_equal(a, b);
}

static void require_same(const struct command *a, const struct command *b)
{
	require(a->verb == b->verb && same_text(a->word, b->word));
	require(a->option_count == b->option_count);
	for (size_t i = 0; i < a->option_count; i++)
		require(a->options[i].letter == b->options[i].letter
			&& same_text(a->options[i].argument, b->options[i].argument));
	require(a->has_value == b->has_value && same_value(&a->value, &b->value));
	require(a->filter_count == b->filter_count);
	for (size_t i = 0; i < a->filter_count; i++)
		require(same_text(a->filters[i].name, b->filters[i].name)
			&& same_value(&a->filters[i].value, &b->filters[i].value));
}

static void write_value(struct str *out, const struct value *value, enum lexer_mode mode)
{
	if (value->form == VALUE_SIMPLE || value->form == VALUE_COMPLEX)
		require(value->count == 1);
	if (value->form == VALUE_SIMPLE)
		lexer_quote(out, value->items[0], mode);
	if (value->form == VALUE_COMPLEX)
		text_adds(out, value->items[0]);
	if (value->form != VALUE_LIST)
		return;
	text_addc(out, '[');
	for (size_t i = 0; i < value->count; i++) {
		if (i)
			text_addc(out, ',');
		lexer_quote(out, value->items[i], LEX_ITEM);
	}
	text_addc(out, ']');
}

/* A command as one would type it. */
static void write_command(struct str *out, const struct command *command)
{
	text_adds(out, verb_rows[command->verb].name);
	for (size_t i = 0; i < command->option_count; i++) {
		text_addf(out, " -%c", command->options[i].letter);
		if (!command->options[i].argument)
			continue;
		text_addc(out, ' ');
		lexer_quote(out, command->options[i].argument, LEX_VALUE);
	}
	if (command->word)
		text_addf(out, " %s", command->word);
	if (command->has_value) {
		enum verb_shape shape = verb_rows[command->verb].shape;
		text_addc(out, shape == SHAPE_ASSIGN ? '=' : ' ');
		write_value(out, &command->value, shape == SHAPE_REMOVE ? LEX_COMMAND : LEX_VALUE);
	}
	for (size_t i = 0; i < command->filter_count; i++) {
		text_addf(out, "%s%s=", i ? "," : " ", command->filters[i].name);
		write_value(out, &command->filters[i].value, LEX_FILTER);
	}
}

/* Read the whole input; ret_last, if not NULL, gets the last command, or rc of what ended it. */
static int read_all(const char *input, size_t len, struct command *ret_last)
{
	struct messages messages = { .emit = check_message };
	struct lexer lexer;
	lexer_init(&lexer, input, len);
	struct command last = { 0 };
	int rc, last_rc = 0, line = 0, before = 1;
	size_t at = 0, commands = 0;
	for (;;) {
		struct command command = { 0 };
		rc = parser_next(&lexer, &command, &line, &messages);
		require(line >= before && lexer.line >= line && lexer.at <= len);
		before = line;
		if (rc == 0)
			break;
		require(lexer.at > at && ++commands <= len);
		at = lexer.at;
		last_rc = rc;
		command_free(&last);
		last = command;
		if (rc < 0)
			require(lexer.at == len || input[lexer.at - 1] == '\n');
	}
	require(lexer.at == len);
	lexer_free(&lexer);
	if (ret_last && last_rc > 0)
		*ret_last = last;
	else
		command_free(&last);
	return last_rc;
}

/* Each command of the input, written down and read again. */
static void check_commands(const char *input, size_t len)
{
	struct messages messages = { .emit = check_message };
	struct lexer lexer;
	lexer_init(&lexer, input, len);
	for (;;) {
		AUTO_COMMAND command = { 0 };
		AUTO_COMMAND again = { 0 };
		int line, rc = parser_next(&lexer, &command, &line, &messages);
		if (rc == 0)
			break;
		if (rc < 0)
			continue;
		AUTO_STR text = STR_EMPTY;
		write_command(&text, &command);
		require(read_all(text.data, text.len, &again) == 1);
		require_same(&command, &again);
	}
	lexer_free(&lexer);
}

/* The input's beginning up to where completion starts, with a proposal of ours behind it. */
static void check_proposal(const char *input, const struct place *place, const char *proposal)
{
	AUTO_COMMAND command = { 0 };
	AUTO_STR text = STR_EMPTY;
	for (size_t i = 0; i < place->start; i++)
		text_addc(&text, input[i]);
	text_adds(&text, proposal);
	/* What stands before may be wrong for other reasons. */
	if (read_all(text.data, text.len, &command) < 0)
		return;
	if (place->kind == PLACE_VERB) {
		require(command.verb == VERB_COMMIT);
		return;
	}
	require(command.verb == place->verb);
	if (place->kind == PLACE_WORD)
		require(same_text(command.word, "fs"));
	if (place->kind == PLACE_OPTION_ARGUMENT) {
		const struct command_option *option = command_option(&command, place->option);
		require(option && same_text(option->argument, "fs"));
	}
	if (place->kind == PLACE_FILTER || place->kind == PLACE_VALUE)
		require(same_text(command.word, place->word));
	if (place->kind == PLACE_FILTER)
		require(same_text(command.filters[command.filter_count - 1].name, "fs"));
	if (place->kind != PLACE_VALUE)
		return;
	require(place->filter ? command.filter_count : command.has_value);
	const struct command_filter *filter = command.filters + command.filter_count - 1;
	const struct value *value = place->filter ? &filter->value : &command.value;
	require(!place->filter || same_text(filter->name, place->filter));
	require(same_text(value->items[value->count - 1], "fs"));
}

static void check_place(const char *input, size_t len)
{
	/* What may close an unfinished value; a wrong one is refused. */
	static const char *const values[] = { "fs", "fs\"", "fs\"]" };
	struct place place;
	parser_place(input, len, &place);
	require(place.start <= len);
	bool quoted = place.start > 0 && input[place.start - 1] == '"';
	switch (place.kind) {
	case PLACE_NOTHING:
		break;
	case PLACE_VERB:
		check_proposal(input, &place, "commit");
		break;
	case PLACE_WORD:
		check_proposal(input, &place, place.verb == VERB_SET ? "fs=" : "fs");
		break;
	case PLACE_FILTER:
		check_proposal(input, &place, "fs=");
		break;
	case PLACE_OPTION_ARGUMENT:
		check_proposal(input, &place, quoted ? "fs\"" : "fs");
		break;
	case PLACE_VALUE:
		for (size_t i = quoted; i < (quoted ? 3 : 1); i++)
			check_proposal(input, &place, values[i]);
		if (!quoted)
			check_proposal(input, &place, "fs ]");
		break;
	}
	place_free(&place);
}

/* The input as a text: quoted, it is one token that means it. */
static void check_quoting(const char *text)
{
	if (value_text_wrong(text))
		return;
	for (enum lexer_mode mode = LEX_COMMAND; mode <= LEX_FIELD; mode++) {
		AUTO_STR out = STR_EMPTY;
		lexer_quote(&out, text, mode);
		struct lexer lexer;
		lexer_init(&lexer, out.data, out.len);
		struct token token = lexer_next(&lexer, mode);
		require(token.kind == TOKEN_WORD || token.kind == TOKEN_TEXT);
		require(same_text(token.text, text) && token.end == out.len);
		lexer_free(&lexer);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *input = (const char *)data;
	read_all(input, size, NULL);
	check_commands(input, size);
	check_place(input, size);
	AUTO_FREE char *text = xstrndup(size ? input : "", size);
	check_quoting(text);
	return 0;
}
