/* test_here.c - the zone a program runs in: what the file from the host says. */
#include "zone_fixture.h"

#include "zone/here.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static int parse(struct zone_fixture *fixture, const char *text, struct here *ret_here)
{
	return here_parse(text, strlen(text), "FILE", ret_here, &fixture->messages);
}

static void both_lines_are_read(void **state)
{
	struct zone_fixture *fixture = *state;
	static const char *const texts[] = {
		"zonename=web\nip-type=exclusive\n",
		"ip-type=exclusive\nzonename=web",
		"\nzonename=web\nid=7\nip-type=exclusive\nzonenames=a,b\n",
	};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		AUTO_HERE here = { 0 };
		assert_int_equal(parse(fixture, texts[i], &here), 0);
		assert_string_equal(here.zonename, "web");
		assert_string_equal(here.ip_type, "exclusive");
		assert_false(here_global(&here));
		zone_fixture_said(fixture, NULL);
	}
}

static void wrong_files_are_described(void **state)
{
	struct zone_fixture *fixture = *state;
	static const struct {
		const char *text, *said;
	} rows[] = {
		{ "", "FILE has no line zonename=" },
		{ "zonename=web\n", "FILE has no line ip-type=" },
		{ "ip-type=shared\n", "FILE has no line zonename=" },
		{ "zonename=\nip-type=shared\n", "FILE, line 1: \"\" is not a zone's name" },
		{ "ip-type=shared\nzonename=-x\n", "FILE, line 2: \"-x\" is not a zone's name" },
		/* Nothing but the host itself is the global zone. */
		{ "zonename=global\nip-type=shared\n", "FILE, line 1: \"global\" is not" },
		{ "zonename=web\nip-type=excl\n", "line 2: \"excl\" is not shared or exclusive" },
		{ "zonename=a\nzonename=b\nip-type=shared\n", "line 2: zonename is there twice" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct here here;
		assert_int_equal(parse(fixture, rows[i].text, &here), -EINVAL);
		zone_fixture_said(fixture, rows[i].said);
	}
	struct here here;
	assert_int_equal(here_parse("zonename=web\0\nip-type=shared\n", 28, "FILE", &here,
				 &fixture->messages),
		-EINVAL);
	zone_fixture_said(fixture, "NUL");
}

/* Where the tests run is no zone. */
static void without_the_file_it_is_global(void **state)
{
	struct zone_fixture *fixture = *state;
	AUTO_HERE here = { 0 };
	if (access(HERE_FILE, F_OK) == 0)
		skip();
	assert_int_equal(here_find(&here, &fixture->messages), 0);
	assert_string_equal(here.zonename, "global");
	assert_string_equal(here.ip_type, "shared");
	assert_true(here_global(&here));
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, zone_fixture_setup, zone_fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(both_lines_are_read),
		TEST(wrong_files_are_described),
		TEST(without_the_file_it_is_global),
	};
	return cmocka_run_group_tests_name("here", tests, NULL, NULL);
}
