/* test_console_lines.c - the last lines of a console, as text for people. */
#include "zone_fixture.h"

#include "runtime/console.h"
#include "util/alloc.h"

#include <string.h>

static void as_text_for_people(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		size_t count;
		const char *lines;
	} cases[] = {
		{ "", 5, "" },
		{ "one", 5, "one" },
		{ "one\r\ntwo\r\n", 5, "one\ntwo" },
		{ "one\ntwo\nthree\n", 2, "two\nthree" },
		{ "one\ntwo", 1, "two" },
		{ "one\ntwo", 0, "" },
		{ "\n\r\n \t\none\n\n\n  \ntwo\n\n", 2, "one\ntwo" },
		{ "\x1b[0;1;31mFailed\x1b[0m to start \x1b[?25hx", 5, "Failed to start x" },
		{ "\x1b]0;a title\x07text \x1b]8;;http://x\x1b\\link", 5, "text link" },
		{ "\x1bPq#0\x1b\\a\x1b(Bb\x1b=c\x1b#8d\x1b^x\x1b\\e", 5, "abcde" },
		{ "a\x1b]never ends\nb", 5, "a\nb" },
		{ "a\x1b[31\nb\x1b[\xc3\xa4", 5, "a\nb\xc3\xa4" },
		{ "a\x1b", 5, "a" },
		{ "a\x1b[", 5, "a" },
		{ "a\x1b[12;", 5, "a" },
		{ "a\x1b\nb", 5, "a\nb" },
		{ "tab\there\x01\x02\x08\x7f.", 5, "tab\there." },
		{ " 10%\r 20%\r100%\r\ndone", 5, "100%\ndone" },
		{ "[    ] Starting\r\x1b[K[ OK ] Started\r\n", 5, "[ OK ] Started" },
		{ "text\r\r\n", 5, "text" },
		{ "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", 5,
			"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80" },
		{ "a\xff"
		  "b\xc3(\xe2\x82",
			5,
			"a\xef\xbf\xbd"
			"b\xef\xbf\xbd(\xef\xbf\xbd\xef\xbf\xbd" },
		{ "a\xc2\x9b"
		  "31mb\xc2\x85",
			5, "a31mb" },
		{ "a\x9b"
		  "b",
			5,
			"a\xef\xbf\xbd"
			"b" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		AUTO_FREE char *lines = console_lines(
			cases[i].text, strlen(cases[i].text), cases[i].count);
		assert_string_equal(lines, cases[i].lines);
	}
	AUTO_FREE char *lines = console_lines("a\0b\n\0\0\nc", 9, 5);
	assert_string_equal(lines, "ab\nc");
}

static void long_lines_are_cut_off(void **state)
{
	(void)state;
	AUTO_STR text = STR_EMPTY, expected = STR_EMPTY;
	for (int i = 0; i < 200; i++)
		text_adds(&text, "\xc3\xa4");
	AUTO_FREE char *whole = console_lines(str_get(&text), text.len, 1);
	assert_string_equal(whole, str_get(&text));
	text_addf(&expected, "%s...\nx", str_get(&text));
	text_adds(&text, "\xc3\xa4\xc3\xa4\nx");
	AUTO_FREE char *cut = console_lines(str_get(&text), text.len, 2);
	assert_string_equal(cut, str_get(&expected));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_text_for_people),
		cmocka_unit_test(long_lines_are_cut_off),
	};
	return cmocka_run_group_tests_name("console_lines", tests, NULL, NULL);
}
