/* test_lexer.c - zonecfg's language in words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "grammar/lexer.h"
#include "util/alloc.h"
#include "zone/value.h"

#include <string.h>

static const enum lexer_mode all_modes[] = { LEX_COMMAND, LEX_VALUE, LEX_FILTER, LEX_ITEM,
	LEX_FIELD };
enum { MODES = sizeof(all_modes) / sizeof(*all_modes) };

/* All tokens of an input in one mode, as "w:text", "t:text", "p:=", "end", "wrong". */
static char *describe(const char *input, size_t len, enum lexer_mode mode)
{
	static const char letters[] = {
		[TOKEN_WORD] = 'w', [TOKEN_TEXT] = 't', [TOKEN_PUNCT] = 'p'
	};
	struct lexer lexer;
	lexer_init(&lexer, input, len);
	AUTO_STR out = STR_EMPTY;
	struct token token;
	while ((token = lexer_next(&lexer, mode)).kind != TOKEN_EOF) {
		assert_true(token.start < token.end && token.end == lexer.at);
		if (token.kind == TOKEN_END)
			text_adds(&out, "end ");
		else if (token.kind == TOKEN_WRONG)
			text_adds(&out, token.open ? "open " : "wrong ");
		else
			text_addf(&out, "%c:%s ", letters[token.kind], token.text);
	}
	assert_int_equal(token.start, len);
	assert_int_equal(token.end, len);
	lexer_free(&lexer);
	return text_take(&out);
}

static void expect(const char *input, enum lexer_mode mode, const char *tokens)
{
	AUTO_FREE char *found = describe(input, strlen(input), mode);
	assert_string_equal(found, tokens);
}

static void modes_end_words(void **state)
{
	(void)state;
	expect("a=b [c] (d),e", LEX_COMMAND, "w:a p:= w:b p:[ w:c p:] p:( w:d p:) p:, w:e ");
	expect("a=b,c](d) [e =f ,g (h ]i", LEX_VALUE,
		"w:a=b,c](d) p:[ w:e p:= w:f p:, w:g p:( w:h w:]i ");
	expect("a=b,c [d,(e], =f", LEX_FILTER, "w:a=b p:, w:c p:[ w:d p:, p:( w:e] p:, p:= w:f ");
	expect("a=b,[c],(d) e", LEX_ITEM, "w:a=b p:, w:[c p:] p:, w:(d) w:e ");
	expect("a=b,(c)[d]", LEX_FIELD, "w:a p:= w:b p:, w:(c p:) w:[d] ");
}

static void commands_end_in_every_mode(void **state)
{
	(void)state;
	for (size_t i = 0; i < MODES; i++)
		expect("a;b\nc\n\n;", all_modes[i], "w:a end w:b end w:c end end end ");
}

static void quotes_hide_everything(void **state)
{
	(void)state;
	for (size_t i = 0; i < MODES; i++) {
		expect("\"a; b=[#,]()\"x", all_modes[i], "t:a; b=[#,]() w:x ");
		expect("x\"\"\"y\"", all_modes[i], "w:x t: t:y ");
		expect("\"\\\"\\\\ \\n\\\"", all_modes[i], "open ");
		expect("\"\\\"\\\\ \\n\"", all_modes[i], "t:\"\\ \\n ");
		expect("a\\b", all_modes[i], "w:a\\b ");
	}
}

static void a_quote_ends_on_its_line(void **state)
{
	(void)state;
	expect("a \"b;c\nd", LEX_COMMAND, "w:a open end w:d ");
	expect("\"", LEX_VALUE, "open ");
	expect("\"\\", LEX_VALUE, "open ");
	expect("\"\\\n\"", LEX_VALUE, "open end open ");
}

static void comments_begin_where_commands_do(void **state)
{
	(void)state;
	expect("# a;b \"\n  #\xff\x01\n;\t# c", LEX_COMMAND, "end end end ");
	expect("a #b", LEX_COMMAND, "w:a w:#b ");
	expect("a;#b\n\"c\"#d", LEX_COMMAND, "w:a end end t:c w:#d ");
	expect("#a", LEX_VALUE, "w:#a ");
}

static void carriage_return_before_newline_is_blank(void **state)
{
	(void)state;
	expect("a\r\n#b\r\nc \r\n", LEX_COMMAND, "w:a end end w:c end ");
	expect("a\rb\n", LEX_COMMAND, "wrong end ");
	expect("a\r", LEX_COMMAND, "wrong ");
	expect("\"a\r\n", LEX_VALUE, "open end ");
}

static void bad_bytes_are_wrong(void **state)
{
	(void)state;
	expect("a\x01 b", LEX_COMMAND, "wrong w:b ");
	expect("\"a\tb\" \x80 \xc3\xa4", LEX_VALUE, "wrong wrong w:\xc3\xa4 ");
	AUTO_FREE char *nul = describe("a\0b \"\0\"", 7, LEX_COMMAND);
	assert_string_equal(nul, "wrong wrong ");
	AUTO_FREE char *only = describe("\0", 1, LEX_COMMAND);
	assert_string_equal(only, "wrong ");
}

static void texts_are_bounded(void **state)
{
	(void)state;
	char text[VALUE_TEXT_MAX + 2];
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	expect(text, LEX_COMMAND, "wrong ");
	struct lexer lexer;
	lexer_init(&lexer, text, VALUE_TEXT_MAX);
	assert_int_equal(lexer_next(&lexer, LEX_COMMAND).kind, TOKEN_WORD);
	lexer_free(&lexer);
}

static void lines_are_counted(void **state)
{
	(void)state;
	const char *input = "a\n\n# \"\nb; c\n";
	static const int lines[] = { 1, 1, 2, 3, 4, 4, 4, 4, 5 };
	struct lexer lexer;
	lexer_init(&lexer, input, strlen(input));
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		assert_int_equal(lexer_next(&lexer, LEX_COMMAND).line, lines[i]);
	assert_int_equal(lexer_next(&lexer, LEX_COMMAND).kind, TOKEN_EOF);
	lexer_free(&lexer);
}

static void places_and_blanks_are_told(void **state)
{
	(void)state;
	const char *input = "ab  \"c\"=";
	struct lexer lexer;
	lexer_init(&lexer, input, strlen(input));
	struct token token = lexer_next(&lexer, LEX_COMMAND);
	assert_true(token.start == 0 && token.end == 2 && !token.spaced);
	token = lexer_next(&lexer, LEX_COMMAND);
	assert_true(token.start == 4 && token.end == 7 && token.spaced);
	token = lexer_next(&lexer, LEX_COMMAND);
	assert_true(token.start == 7 && token.end == 8 && !token.spaced);
	lexer_free(&lexer);
}

static void tokens_can_be_had_again(void **state)
{
	(void)state;
	const char *input = "a=b\n;c";
	struct lexer lexer;
	lexer_init(&lexer, input, strlen(input));
	assert_string_equal(lexer_next(&lexer, LEX_COMMAND).text, "a");
	lexer.at = 0;
	assert_string_equal(lexer_next(&lexer, LEX_VALUE).text, "a=b");
	struct lexer before = lexer;
	assert_int_equal(lexer_next(&lexer, LEX_VALUE).kind, TOKEN_END);
	assert_int_equal(lexer.line, 2);
	lexer.at = before.at;
	lexer.line = before.line;
	assert_int_equal(lexer_next(&lexer, LEX_VALUE).line, 1);
	assert_int_equal(lexer.line, 2);
	lexer_free(&lexer);
}

static void lines_can_be_skipped(void **state)
{
	(void)state;
	const char *input = "a \"b\nc;d\ne";
	struct lexer lexer;
	lexer_init(&lexer, input, strlen(input));
	lexer_skip_line(&lexer);
	assert_string_equal(lexer_next(&lexer, LEX_COMMAND).text, "c");
	lexer_skip_line(&lexer);
	struct token token = lexer_next(&lexer, LEX_COMMAND);
	assert_string_equal(token.text, "e");
	assert_int_equal(token.line, 3);
	lexer_skip_line(&lexer);
	assert_int_equal(lexer_next(&lexer, LEX_COMMAND).kind, TOKEN_EOF);
	assert_int_equal(lexer.line, 3);
	lexer_free(&lexer);
}

static void bare_where_possible(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *quoted[MODES]; /* as in enum lexer_mode; NULL: bare */
	} cases[] = {
		{ "/zones/web", { NULL } },
		{ "a\\b", { NULL } },
		{ "a#b", { NULL } },
		{ "", { "\"\"", "\"\"", "\"\"", "\"\"", "\"\"" } },
		{ "a b", { "\"a b\"", "\"a b\"", "\"a b\"", "\"a b\"", "\"a b\"" } },
		{ "a;", { "\"a;\"", "\"a;\"", "\"a;\"", "\"a;\"", "\"a;\"" } },
		{ "\"\\",
			{ "\"\\\"\\\\\"", "\"\\\"\\\\\"", "\"\\\"\\\\\"", "\"\\\"\\\\\"",
				"\"\\\"\\\\\"" } },
		{ "a=b", { "\"a=b\"", NULL, NULL, NULL, "\"a=b\"" } },
		{ "a,b", { "\"a,b\"", NULL, "\"a,b\"", "\"a,b\"", "\"a,b\"" } },
		{ "=a", { "\"=a\"", "\"=a\"", "\"=a\"", NULL, "\"=a\"" } },
		{ "[a", { "\"[a\"", "\"[a\"", "\"[a\"", NULL, NULL } },
		{ "a]", { "\"a]\"", NULL, NULL, "\"a]\"", NULL } },
		{ "-a", { "\"-a\"", NULL, NULL, NULL, NULL } },
		{ "#a", { "\"#a\"", NULL, NULL, NULL, NULL } },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		for (size_t j = 0; j < MODES; j++) {
			const char *quoted = cases[i].quoted[j];
			AUTO_STR out = STR_EMPTY;
			lexer_quote(&out, cases[i].text, all_modes[j]);
			assert_string_equal(str_get(&out), quoted ? quoted : cases[i].text);
		}
}

/* Quoted, a text is one token that means it, in front of whatever may follow. */
static void check_inverse(const char *text)
{
	for (size_t i = 0; i < MODES; i++) {
		static const char *const followers[] = { "", " ", "\n", ";", "\r\n", " x" };
		for (size_t j = 0; j < sizeof(followers) / sizeof(*followers); j++) {
			AUTO_STR out = STR_EMPTY;
			lexer_quote(&out, text, all_modes[i]);
			size_t len = out.len;
			text_adds(&out, followers[j]);
			struct lexer lexer;
			lexer_init(&lexer, out.data, out.len);
			struct token token = lexer_next(&lexer, all_modes[i]);
			assert_true(token.kind == TOKEN_WORD || token.kind == TOKEN_TEXT);
			assert_string_equal(token.text, text);
			assert_int_equal(token.end, len);
			lexer_free(&lexer);
		}
	}
}

/* All texts of up to four characters out of those that mean something, and some that do not. */
static void quoting_is_the_inverse(void **state)
{
	(void)state;
	static const char *const characters[] = { "", "a", " ", "\"", "\\", "=", "[", "]", "(", ")",
		",", ";", "#", "-", "\xc3\xa4" };
	enum { COUNT = sizeof(characters) / sizeof(*characters) };
	for (size_t n = 0; n < COUNT * COUNT * COUNT * COUNT; n++) {
		AUTO_STR text = STR_EMPTY;
		for (size_t rest = n, i = 0; i < 4; i++, rest /= COUNT)
			text_adds(&text, characters[rest % COUNT]);
		assert_null(value_text_wrong(str_get(&text)));
		check_inverse(str_get(&text));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(modes_end_words),
		cmocka_unit_test(commands_end_in_every_mode),
		cmocka_unit_test(quotes_hide_everything),
		cmocka_unit_test(a_quote_ends_on_its_line),
		cmocka_unit_test(comments_begin_where_commands_do),
		cmocka_unit_test(carriage_return_before_newline_is_blank),
		cmocka_unit_test(bad_bytes_are_wrong),
		cmocka_unit_test(texts_are_bounded),
		cmocka_unit_test(lines_are_counted),
		cmocka_unit_test(places_and_blanks_are_told),
		cmocka_unit_test(tokens_can_be_had_again),
		cmocka_unit_test(lines_can_be_skipped),
		cmocka_unit_test(bare_where_possible),
		cmocka_unit_test(quoting_is_the_inverse),
	};
	return cmocka_run_group_tests_name("lexer", tests, NULL, NULL);
}
