/* test_value.c - what a property can hold. */
#include "zone_fixture.h"

#include "util/alloc.h"
#include "zone/value.h"

#include <string.h>

static void items_come_and_go(void **state)
{
	(void)state;
	struct value value = VALUE_EMPTY;
	for (int i = 0; i < 100; i++)
		value_take(&value, xasprintf("%d", i));
	assert_int_equal(value.count, 100);
	assert_int_equal(value_find(&value, "57"), 57);
	assert_int_equal(value_find(&value, "100"), -1);
	AUTO_VALUE copy = value_copy(&value);
	assert_true(value_equal(&value, &copy));
	for (int i = 0; i < 60; i++)
		value_remove(&value, 10);
	assert_int_equal(value.count, 40);
	assert_string_equal(value.items[9], "9");
	assert_string_equal(value.items[10], "70");
	assert_false(value_equal(&value, &copy));
	for (int i = 0; i < 100; i++)
		value_take(&value, xstrdup("x"));
	assert_int_equal(value.count, 140);
	value_free(&value);
	assert_int_equal(value.count, 0);
	assert_int_equal(value_find(&value, "x"), -1);
}

static void texts(void **state)
{
	(void)state;
	static const char *const good[] = { "", "/export", "a b", "\"quoted\\\"",
		"gr\xc3\xbc\xc3\x9f", "\xe2\x82\xac", "\xf0\x9f\x90\x91", "\xef\xbf\xbc",
		"\xed\x9f\xbf", "~" };
	static const char *const wrong[] = { "\t", "a\nb", "\x1b[2J", "\x7f",
		"\xc2\x9b",                                     /* a control character of C1 */
		"\xc3", "\xe2\x82", "\xff", "a\x80",            /* cut off, or none at all */
		"\xc0\xaf", "\xe0\x80\xaf", "\xf0\x80\x80\xaf", /* written too long */
		"\xed\xa0\x80",                                 /* a surrogate */
		"\xf4\x90\x80\x80",                             /* beyond Unicode */
		"\xef\xbf\xbe", "\xef\xb7\x90",                 /* no characters */
		"\xe2\x80\xa8", "\xe2\x80\xae", "\xe2\x81\xa6" /* line ends and directions */ };
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_null(value_text_wrong(good[i]));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (!value_text_wrong(wrong[i]))
			fail_msg("the text %zu was taken", i);
}

static void length(void **state)
{
	(void)state;
	char text[VALUE_TEXT_MAX + 2];
	memset(text, 'a', sizeof(text));
	text[VALUE_TEXT_MAX + 1] = '\0';
	assert_non_null(value_text_wrong(text));
	text[VALUE_TEXT_MAX] = '\0';
	assert_null(value_text_wrong(text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(items_come_and_go),
		cmocka_unit_test(texts),
		cmocka_unit_test(length),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
