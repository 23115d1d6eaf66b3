/* test_json.c - text as JSON has it. */
#include "zone_fixture.h"

#include "util/json.h"

static void text_is_escaped(void **state)
{
	(void)state;
	static const struct {
		const char *text, *json;
	} rows[] = {
		{ NULL, "null" },
		{ "", "\"\"" },
		{ "plain /path", "\"plain /path\"" },
		{ "a\"b\\c", "\"a\\\"b\\\\c\"" },
		{ "\x01\n\t\x1f\x7f", "\"\\u0001\\u000a\\u0009\\u001f\\u007f\"" },
		{ "z\xc3\xbcg \xe2\x82\xac \xf0\x9f\x90\x91",
			"\"z\xc3\xbcg \xe2\x82\xac \xf0\x9f\x90\x91\"" },
		/* Not UTF-8: alone, cut off, overlong, surrogate, too high. */
		{ "a\xff"
		  "b",
			"\"a\\ufffdb\"" },
		{ "\xc3", "\"\\ufffd\"" },
		{ "\xe2\x82", "\"\\ufffd\\ufffd\"" },
		{ "\xc0\x80", "\"\\ufffd\\ufffd\"" },
		{ "\xe0\x80\x80", "\"\\ufffd\\ufffd\\ufffd\"" },
		{ "\xed\xa0\x80", "\"\\ufffd\\ufffd\\ufffd\"" },
		{ "\xf4\x90\x80\x80", "\"\\ufffd\\ufffd\\ufffd\\ufffd\"" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		AUTO_STR out = STR_EMPTY;
		json_text(&out, rows[i].text);
		assert_string_equal(str_get(&out), rows[i].json);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(text_is_escaped) };
	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
