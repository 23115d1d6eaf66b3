/*
 * test_operation.c - records of operations that are under way: text and back, and what is damaged.
 */
#include "zone_fixture.h"

#include "util/alloc.h"
#include "zone/operation.h"

#include <errno.h>
#include <string.h>

#define MOVE                                                                                       \
	"zonetool operation 1\nkind=move\nphase=make\nstorage=directory\nfrom-id=12\n"             \
	"place=34\nfrom=/zones/a\nto=/new/a\naside=/new/.a.0123456789abcdef\nend\n"

static int parse(struct zone_fixture *fixture, const char *text, struct operation *ret_operation)
{
	return operation_parse(
		text, strlen(text), "/etc/zones/a.operation", ret_operation, &fixture->messages);
}

static void expect_text(const struct operation *operation, const char *text)
{
	AUTO_STR out = STR_EMPTY;
	operation_format(operation, &out);
	assert_string_equal(str_get(&out), text);
}

static void the_format_is_kept(void **state)
{
	struct zone_fixture *fixture = *state;
	struct operation operation = { .kind = OPERATION_MOVE,
		.phase = PHASE_MAKE,
		.storage = (char *)"directory",
		.from_id = (char *)"12",
		.place = (char *)"34",
		.from = (char *)"/zones/a",
		.to = (char *)"/new/a",
		.aside = (char *)"/new/.a.0123456789abcdef" };
	expect_text(&operation, MOVE);
	AUTO_OPERATION read = { 0 };
	assert_int_equal(parse(fixture, MOVE, &read), 0);
	assert_int_equal(read.kind, OPERATION_MOVE);
	assert_int_equal(read.phase, PHASE_MAKE);
	assert_null(read.id);
	assert_string_equal(read.from_id, "12");
	assert_string_equal(read.place, "34");
	assert_string_equal(read.storage, "directory");
	assert_null(read.snapshot);
	assert_string_equal(read.from, "/zones/a");
	assert_string_equal(read.to, "/new/a");
	assert_string_equal(read.aside, "/new/.a.0123456789abcdef");
	zone_fixture_said(fixture, NULL);
}

static void every_kind_and_phase_comes_back(void **state)
{
	static const char *const ids[] = { "1", "12-34.5-0a", "-", "a b=c" };
	for (int i = 0; i < OPERATION_COUNT * PHASE_COUNT * 4; i++) {
		struct operation operation = { .kind = (enum operation_kind)(i % OPERATION_COUNT),
			.phase = (enum operation_phase)(i / OPERATION_COUNT % PHASE_COUNT),
			.from = (char *)"/a b/with=sign/'quote",
			.to = (char *)"/b:c/caf\xc3\xa9",
			.aside = (char *)"/b/.c",
			.storage = (char *)"zfs",
			.snapshot = (char *)"tank/a@SUNWzone1",
			.from_id = (char *)ids[i / OPERATION_COUNT / PHASE_COUNT],
			.id = (char *)ids[i / OPERATION_COUNT / PHASE_COUNT] };
		AUTO_STR text = STR_EMPTY;
		operation_format(&operation, &text);
		AUTO_OPERATION read = { 0 };
		assert_int_equal(parse(*state, str_get(&text), &read), 0);
		expect_text(&read, str_get(&text));
		assert_true(read.kind == operation.kind && read.phase == operation.phase
			&& strcmp(read.id, operation.id) == 0);
	}
	zone_fixture_said(*state, NULL);
}

/* What each phase needs, and nothing that is not there. */
static void phases_need_their_fields(void **state)
{
	static const struct {
		const char *kind, *phase, *fields;
		int rc;
	} cases[] = {
		{ "move", "rename", "id=1\nfrom=/a\nto=/b\n", 0 },
		{ "move", "rename", "from=/a\nto=/b\n", -EBADMSG },
		{ "move", "rename", "id=1\nfrom=/a\n", -EBADMSG },
		{ "move", "rename", "id=1\nto=/b\n", -EBADMSG },
		{ "clone", "make", "to=/b\naside=/c\nsnapshot=tank/a@1\n", 0 },
		{ "install", "make", "to=/b\naside=/c\n", 0 },
		{ "clone", "make", "id=1\nto=/b\n", -EBADMSG },
		{ "clone", "make", "id=1\naside=/c\n", -EBADMSG },
		{ "clone", "make", "snapshot=\nto=/b\naside=/c\n", -EBADMSG },
		{ "move", "make", "from-id=1\nfrom=/a\nto=/b\naside=/c\n", 0 },
		{ "move", "make", "from=/a\nto=/b\naside=/c\n", -EBADMSG },
		{ "move", "make", "from-id=1\nto=/b\naside=/c\n", -EBADMSG },
		{ "clone", "name", "id=1\nto=/b\naside=/c\n", 0 },
		{ "clone", "name", "to=/b\naside=/c\n", -EBADMSG },
		{ "move", "name", "id=1\nto=/b\naside=/c\n", -EBADMSG },
		{ "move", "name", "id=1\nfrom-id=2\nfrom=/a\nto=/b\naside=/c\n", 0 },
		{ "uninstall", "remove", "id=1\nfrom=/a\naside=/c\n", 0 },
		{ "uninstall", "remove", "id=\nfrom=/a\naside=/c\n", -EBADMSG },
		{ "uninstall", "remove", "id=1\nfrom=/a\n", -EBADMSG },
		{ "uninstall", "remove", "id=1\naside=/c\n", -EBADMSG },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		AUTO_STR text = STR_EMPTY;
		text_addf(&text,
			"zonetool operation 1\nkind=%s\nphase=%s\n"
			"storage=btrfs\n%send\n",
			cases[i].kind, cases[i].phase, cases[i].fields);
		AUTO_OPERATION read = { 0 };
		assert_int_equal(parse(*state, str_get(&text), &read), cases[i].rc);
		if (cases[i].rc < 0)
			zone_fixture_said(*state, "/etc/zones/a.operation is damaged");
		zone_fixture_said(*state, NULL);
	}
}

/* A record that was cut off, or that another version wrote, is not guessed at. */
static void damage_is_refused(void **state)
{
	static const char head[] =
		"zonetool operation 1\nkind=move\nphase=rename\nid=7\nstorage=zfs\n";
	static const char *const tails[] = {
		"from=/a\nto=b\nend\n",           /* a relative path */
		"from=/a\nto=/\nend\n",           /* all of the host */
		"from=/a\nto=\nend\n",            /* none */
		"from=/a\nto=/b\x01\nend\n",      /* a control character */
		"from=/a\nto=/b\xff\nend\n",      /* no UTF-8 */
		"from=/a\nfrom=/c\nto=/b\nend\n", /* twice */
		"from=/a\nto=/b\nwhat=x\nend\n",  /* unknown */
		"from=/a\nto=/b\nnothing\nend\n", "from=/a\nto=/b\n\nend\n",
		"from=/a\nto=/b\nend",         /* cut off */
		"from=/a\nto=/b\nend\nmore\n", /* and then? */
		"from=/a\nto=/b\nend\n\n", "from=/a\nto=/b\nkind=Move\nend\n",
		"from=/a\nto=/b\nphase=\nend\n", "from=/a\nto=/b\nid=1\nend\n", /* twice */
		"storage=zfs\nfrom=/a\nto=/b\nend\n",                           /* twice */
	};
	struct operation untouched = { .id = (char *)"99" };
	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		AUTO_STR text = STR_EMPTY;
		text_addf(&text, "%s%s", head, tails[i]);
		if (parse(*state, str_get(&text), &untouched) != -EBADMSG)
			fail_msg("accepted: %s", tails[i]);
		zone_fixture_said(*state, "is damaged");
		assert_true(strcmp(untouched.id, "99") == 0 && !untouched.from);
	}
	static const char *const others[] = { "", "\n", "end\n", "zonetool operation 2\nend\n",
		"zonetool transaction 1\nend\n" };
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		assert_int_equal(parse(*state, others[i], &untouched), -EBADMSG);
		zone_fixture_said(*state, "is damaged");
	}
	assert_int_equal(operation_parse(MOVE "\0", sizeof(MOVE), "file", &untouched,
				 &((struct zone_fixture *)*state)->messages),
		-EBADMSG);
	zone_fixture_said(*state, "is damaged");
}

/* However much of it a power cut has kept, only all of it is a record. */
static void no_part_is_a_record(void **state)
{
	for (size_t len = 0; len < sizeof(MOVE) - 1; len++) {
		char text[sizeof(MOVE)] = { 0 };
		memcpy(text, MOVE, len);
		AUTO_OPERATION read = { 0 };
		assert_int_equal(parse(*state, text, &read), -EBADMSG);
		zone_fixture_said(*state, "is damaged");
	}
}

static void names(void **state)
{
	(void)state;
	assert_string_equal(operation_name(OPERATION_INSTALL), "install");
	assert_string_equal(operation_name(OPERATION_CLONE), "clone");
	assert_string_equal(operation_name(OPERATION_MOVE), "move");
	assert_string_equal(operation_name(OPERATION_UNINSTALL), "uninstall");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, zone_fixture_setup, zone_fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_format_is_kept),
		TEST(every_kind_and_phase_comes_back),
		TEST(phases_need_their_fields),
		TEST(damage_is_refused),
		TEST(no_part_is_a_record),
		TEST(names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
