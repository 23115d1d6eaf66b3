/* test_unpack.c - names in archives. */
#include "install/unpack.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void assert_path(const char *name, const char *expected)
{
	const char *wrong;
	char *path = unpack_path(name, &wrong);
	assert_non_null(path);
	assert_null(wrong);
	assert_string_equal(path, expected);
	free(path);
}

static void assert_refused(const char *name, const char *expected)
{
	const char *wrong = NULL;
	assert_null(unpack_path(name, &wrong));
	assert_non_null(strstr(wrong, expected));
}

static void test_names_are_normalised(void **state)
{
	(void)state;
	assert_path("etc", "etc");
	assert_path("./etc/", "etc");
	assert_path("././/etc//./passwd", "etc/passwd");
	assert_path("etc/...", "etc/...");
	assert_path("etc/..x/x..", "etc/..x/x..");
	assert_path(".etc", ".etc");
	assert_path("new\nline\xff", "new\nline\xff");
}

static void test_root(void **state)
{
	(void)state;
	assert_path(".", "");
	assert_path("./", "");
	assert_path("././.", "");
}

static void test_names_that_lead_out(void **state)
{
	(void)state;
	assert_refused("", "no name");
	assert_refused("/", "absolute");
	assert_refused("/etc", "absolute");
	assert_refused("//etc", "absolute");
	assert_refused("..", "..");
	assert_refused("../etc", "..");
	assert_refused("etc/..", "..");
	assert_refused("etc/../usr", "..");
	assert_refused("./..//", "..");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_are_normalised),
		cmocka_unit_test(test_root),
		cmocka_unit_test(test_names_that_lead_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
