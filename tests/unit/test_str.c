/* test_str.c - the growing string. */
#include "fixture.h"

#include "base/str.h"

#include <string.h>

static void empty_is_a_string(void **state)
{
	(void)state;
	AUTO_STR str = STR_EMPTY;
	assert_string_equal(str_get(&str), "");
	str_truncate(&str, 0);
	assert_null(str.data);
}

static void pieces_are_appended(void **state)
{
	(void)state;
	AUTO_STR str = STR_EMPTY;
	assert_int_equal(str_adds(&str, "one"), 0);
	assert_int_equal(str_addc(&str, ' '), 0);
	assert_int_equal(str_add(&str, "two and more", 3), 0);
	assert_int_equal(str_adds(&str, " 3!"), 0);
	assert_string_equal(str_get(&str), "one two 3!");
	assert_int_equal(str.len, strlen("one two 3!"));
}

/* Every length across several doublings: the NUL must fit each time. */
static void growing_keeps_the_text(void **state)
{
	(void)state;
	AUTO_STR str = STR_EMPTY;
	for (size_t i = 0; i < 1000; i++) {
		assert_int_equal(str_addc(&str, (char)('a' + i % 26)), 0);
		assert_int_equal(str.len, i + 1);
		assert_true(str.room > str.len);
		assert_int_equal(str.data[i + 1], '\0');
	}
	for (size_t i = 0; i < 1000; i++)
		assert_int_equal(str.data[i], 'a' + i % 26);
}

static void longer_than_room(void **state)
{
	(void)state;
	AUTO_STR str = STR_EMPTY;
	char digits[501];
	memset(digits, '7', sizeof(digits) - 1);
	digits[sizeof(digits) - 1] = '\0';
	assert_int_equal(str_adds(&str, "x"), 0);
	assert_int_equal(str_adds(&str, digits), 0);
	assert_int_equal(str.len, 501);
	assert_int_equal(str.data[0], 'x');
	assert_string_equal(str.data + 1, digits);
}

static void truncating_keeps_the_memory(void **state)
{
	(void)state;
	AUTO_STR str = STR_EMPTY;
	assert_int_equal(str_adds(&str, "abcdef"), 0);
	const char *data = str.data;
	str_truncate(&str, 2);
	assert_string_equal(str_get(&str), "ab");
	assert_int_equal(str_adds(&str, "CD"), 0);
	assert_string_equal(str_get(&str), "abCD");
	assert_ptr_equal(str.data, data);
}

static void reserved_room_is_used(void **state)
{
	(void)state;
	AUTO_STR str = STR_EMPTY;
	assert_int_equal(str_reserve(&str, 200), 0);
	const char *data = str.data;
	for (int i = 0; i < 200; i++)
		assert_int_equal(str_addc(&str, 'x'), 0);
	assert_ptr_equal(str.data, data);
}

static void bytes_may_be_nul(void **state)
{
	(void)state;
	AUTO_STR str = STR_EMPTY;
	assert_int_equal(str_add(&str, "a\0b", 3), 0);
	assert_int_equal(str.len, 3);
	assert_memory_equal(str.data, "a\0b", 4);
}

static void freed_is_usable_again(void **state)
{
	(void)state;
	AUTO_STR str = STR_EMPTY;
	assert_int_equal(str_adds(&str, "before"), 0);
	str_free(&str);
	str_free(&str);
	assert_int_equal(str_adds(&str, "after"), 0);
	assert_string_equal(str_get(&str), "after");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty_is_a_string),
		cmocka_unit_test(pieces_are_appended),
		cmocka_unit_test(growing_keeps_the_text),
		cmocka_unit_test(longer_than_room),
		cmocka_unit_test(truncating_keeps_the_memory),
		cmocka_unit_test(reserved_room_is_used),
		cmocka_unit_test(bytes_may_be_nul),
		cmocka_unit_test(freed_is_usable_again),
	};
	return cmocka_run_group_tests_name("str", tests, NULL, NULL);
}
