/* test_cli_escape.c - names made safe to print. */
#include "fixture.h"

#include "cli.h"

#include <stdlib.h>
#include <string.h>

struct row {
	const char *name, *shown;
};

static void check(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char *shown = cli_escape(rows[i].name);
		assert_non_null(shown);
		assert_string_equal(shown, rows[i].shown);
		free(shown);
	}
}

#define CHECK(...)                                                                                 \
	do {                                                                                       \
		static const struct row rows[] = { __VA_ARGS__ };                                  \
		check(rows, sizeof(rows) / sizeof(rows[0]));                                       \
	} while (0)

static void ordinary_names(void **state)
{
	(void)state;
	CHECK({ "", "" }, { "name.txt", "name.txt" }, { "with blank", "with blank" },
		{ "a/b", "a/b" }, { "~!@#$%^&*()\"`", "~!@#$%^&*()\"`" });
}

static void utf8_stays(void **state)
{
	(void)state;
	CHECK({ "gr\u00fc\u00df", "gr\u00fc\u00df" }, { "\u4f60\u597d", "\u4f60\u597d" },
		{ "\U0001f333", "\U0001f333" }, { "\U0010ffff", "\U0010ffff" },
		{ "e\u0301", "e\u0301" });
}

static void control_characters(void **state)
{
	(void)state;
	CHECK({ "a\nb", "a\\nb" }, { "\a\b\t\v\f\r", "\\a\\b\\t\\v\\f\\r" },
		{ "\x1b[31m", "\\033[31m" }, { "\x01", "\\001" }, { "\x7f", "\\177" },
		{ "\xc2\x9b"
		  "1m",
			"\\302\\2331m" } /* a control sequence in one character */);
}

static void quotes_and_backslashes(void **state)
{
	(void)state;
	CHECK({ "it's", "it\\'s" }, { "a\\b", "a\\\\b" }, { "\\n", "\\\\n" }, { "'", "\\'" });
}

static void not_utf8(void **state)
{
	(void)state;
	CHECK({ "\xff", "\\377" }, { "\x80", "\\200" }, { "a\xc3", "a\\303" },
		{ "\xc3(", "\\303(" }, { "\xe2\x82", "\\342\\202" },
		{ "\xc0\xaf", "\\300\\257" },                   /* '/' in two bytes */
		{ "\xe0\x80\xaf", "\\340\\200\\257" },          /* and in three */
		{ "\xed\xa0\x80", "\\355\\240\\200" },          /* half of a surrogate pair */
		{ "\xf4\x90\x80\x80", "\\364\\220\\200\\200" }, /* behind the last character */
		{ "\xf8\x88\x80\x80\x80", "\\370\\210\\200\\200\\200" },
		{ "\xff\n'", "\\377\\n\\'" });
}

/* Characters that show other text than what is there, or none. */
static void reordering(void **state)
{
	(void)state;
	CHECK({ "a\u202egpj", "a\\342\\200\\256gpj" }, { "\u2066", "\\342\\201\\246" },
		{ "\u200f", "\\342\\200\\217" }, { "\u200b", "\\342\\200\\213" },
		{ "\u2028", "\\342\\200\\250" }, { "\ufeff", "\\357\\273\\277" },
		{ "\u061c", "\\330\\234" } /* the Arabic letter mark */);
}

/* Every byte alone, and every pair: printable ASCII or whole UTF-8, at most four for one. */
static void every_pair_of_bytes(void **state)
{
	(void)state;
	for (unsigned pair = 0x100; pair < 0x10000; pair++) {
		char name[3] = { (char)(pair >> 8), (char)pair, '\0' };
		char *shown = cli_escape(name);
		assert_non_null(shown);
		assert_true(strlen(shown) >= strlen(name));
		assert_true(strlen(shown) <= 4 * strlen(name));
		for (const char *s = shown; *s; s++)
			assert_false((unsigned char)*s < 0x20 || *s == 0x7f);
		free(shown);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ordinary_names),
		cmocka_unit_test(utf8_stays),
		cmocka_unit_test(control_characters),
		cmocka_unit_test(quotes_and_backslashes),
		cmocka_unit_test(not_utf8),
		cmocka_unit_test(reordering),
		cmocka_unit_test(every_pair_of_bytes),
	};
	return cmocka_run_group_tests_name("cli_escape", tests, NULL, NULL);
}
