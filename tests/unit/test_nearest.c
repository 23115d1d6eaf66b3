/* test_nearest.c - what somebody may have meant. */
#include "zone_fixture.h"

#include "util/nearest.h"

static const char *const words[] = { "ro", "rw", "nosuid", "nodev", "noexec", "list", NULL };

static void slips_are_found(void **state)
{
	(void)state;
	static const struct {
		const char *word, *nearest;
	} rows[] = {
		{ "nosiud", "nosuid" },  /* exchanged */
		{ "nosud", "nosuid" },   /* missing */
		{ "nosuuid", "nosuid" }, /* too many */
		{ "nosuix", "nosuid" },  /* another */
		{ "oneexec", "noexec" }, /* two slips */
		{ "lst", "list" },
		{ "list", "list" },
		{ "ro", "ro" },
		{ "rx", NULL }, /* as near to ro as to anything of two letters */
		{ "", NULL },
		{ "quota", NULL },
		{ "nosuidnosuidnosuidnosuidnosuidnosuid", NULL },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *nearest = nearest_word(rows[i].word, words);
		if (rows[i].nearest)
			assert_string_equal(nearest ? nearest : "(none)", rows[i].nearest);
		else
			assert_null(nearest);
	}
}

static void the_nearer_one_wins(void **state)
{
	(void)state;
	static const char *const both[] = { "noatime", "nodiratime", "relatime", NULL };
	assert_string_equal(nearest_word("noatim", both), "noatime");
	assert_string_equal(nearest_word("reltime", both), "relatime");
	static const char *const none[] = { NULL };
	assert_null(nearest_word("noatime", none));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slips_are_found),
		cmocka_unit_test(the_nearer_one_wins),
	};
	return cmocka_run_group_tests_name("nearest", tests, NULL, NULL);
}
