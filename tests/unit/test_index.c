/* test_index.c - /etc/zones/index. */
#include "zone_fixture.h"

#include "util/alloc.h"
#include "zone/index.h"

#include <string.h>

#define AUTO_INDEX __attribute__((cleanup(index_free))) struct index
#define UUID "0a1b2c3d-4e5f-4071-8293-a4b5c6d7e8f9"

static struct index parse(struct zone_fixture *fixture, const char *text)
{
	struct index index;
	index_parse(&index, text, strlen(text), "/etc/zones/index", &fixture->messages);
	return index;
}

static void expect_text(const struct index *index, const char *text)
{
	AUTO_STR out = STR_EMPTY;
	index_format(index, &out);
	assert_string_equal(str_get(&out), text);
	assert_int_equal(out.len, strlen(text));
}

static void expect_entry(const struct index *index, const char *name, enum zone_state stored,
	const char *zonepath, const char *uuid)
{
	const struct index_entry *entry = index_find(index, name);
	assert_non_null(entry);
	assert_string_equal(entry->name, name);
	assert_int_equal(entry->state, stored);
	assert_string_equal(entry->zonepath, zonepath);
	assert_string_equal(entry->uuid, uuid);
}

static void a_new_index_has_global(void **state)
{
	struct zone_fixture *fixture = *state;
	AUTO_INDEX index;
	index_init(&index);
	expect_entry(&index, "global", STATE_INSTALLED, "/", "");
	AUTO_STR text = STR_EMPTY;
	index_format(&index, &text);
	assert_int_equal(str_get(&text)[0], '#');
	assert_non_null(strstr(str_get(&text), "\nglobal:installed:/:\n"));
	AUTO_INDEX again = parse(fixture, str_get(&text));
	zone_fixture_said(fixture, NULL);
	expect_text(&again, str_get(&text));
}

static void fields(void **state)
{
	static const char text[] = "# a comment: of:four:fields\n"
				   "\n"
				   "global:installed:/:\n"
				   "web:installed:/zones/web:" UUID "\n"
				   "db-1.x_Y:incomplete:\"/zones/a:b\":" UUID "\n"
				   "odd:configured:\"/zones/a:\":b\":\n"
				   "plain:configured:/a\"b :\n";
	struct zone_fixture *fixture = *state;
	AUTO_INDEX index = parse(fixture, text);
	zone_fixture_said(fixture, NULL);
	expect_entry(&index, "global", STATE_INSTALLED, "/", "");
	expect_entry(&index, "web", STATE_INSTALLED, "/zones/web", UUID);
	expect_entry(&index, "db-1.x_Y", STATE_INCOMPLETE, "/zones/a:b", UUID);
	expect_entry(&index, "odd", STATE_CONFIGURED, "/zones/a:\":b", "");
	expect_entry(&index, "plain", STATE_CONFIGURED, "/a\"b ", "");
	assert_null(index_find(&index, "# a comment"));
	expect_text(&index, text);
}

/* Lines of old files, and what else is written anew. */
static void lines_in_other_forms(void **state)
{
	static const struct {
		const char *line, *written, *zonepath, *uuid;
	} cases[] = {
		{ "a:configured", "a:configured::\n", "", "" },
		{ "a:configured:", "a:configured::\n", "", "" },
		{ "a:configured:/z", "a:configured:/z:\n", "/z", "" },
		{ "a:configured:/z\n", "a:configured:/z:\n", "/z", "" },
		{ "a:configured:\"/z\"\n", "a:configured:/z:\n", "/z", "" },
		{ "a:configured:\"\":\n", "a:configured::\n", "", "" },
		{ "a:configured:\"/x:y\"\n", "a:configured:\"/x:y\":\n", "/x:y", "" },
		{ "a:configured::0A1B2C3D-4E5F-4071-8293-A4B5C6D7E8F9", "a:configured::" UUID "\n",
			"", UUID },
	};
	struct zone_fixture *fixture = *state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		AUTO_INDEX index = parse(fixture, cases[i].line);
		zone_fixture_said(fixture, NULL);
		expect_entry(&index, "a", STATE_CONFIGURED, cases[i].zonepath, cases[i].uuid);
		expect_text(&index, cases[i].written);
	}
}

/* Kept byte for byte, told with their line, and in nobody's way. */
static void what_is_not_understood(void **state)
{
	static const struct {
		const char *line, *said;
	} cases[] = {
		{ "nonsense", "a state: configured" },
		{ " ", "a zone's name" },
		{ ":configured:/z:", "a zone's name" },
		{ " a:configured:/z:", "a zone's name" },
		{ "../a:configured:/z:", "a zone's name" },
		{ "a:running:/z:", "a state: configured" },
		{ "a:Configured:/z:", "a state: configured" },
		{ "a::/z:", "a state: configured" },
		{ "a:configured:zones/a:", "an absolute one" },
		{ "a:configured:\"zones/a\":", "an absolute one" },
		{ "a:configured:/\xff:", "UTF-8" },
		{ "a:configured:/\xc0\xaf:", "UTF-8" },
		{ "a:configured:\"/z:", "a double quote at the end" },
		{ "a:configured:\"/z\"x:", "a double quote at the end" },
		{ "a:configured:\"", "a double quote at the end" },
		{ "a:configured:/z:x", "a UUID" },
		{ "a:configured:/z:" UUID "0", "a UUID" },
		{ "a:configured:/z:" UUID ":", "four fields" },
		{ "a:configured:/x:y:" UUID, "four fields" },
		{ "a:configured:/z:\r", "a carriage return" },
		{ "a:configured:/\t:", "no control characters" },
		{ "a:configured:/\x7f:", "no control characters" },
	};
	struct zone_fixture *fixture = *state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		AUTO_FREE char *text = xasprintf(
			"global:installed:/:\n%s\na:incomplete:/z:\n", cases[i].line);
		AUTO_INDEX index = parse(fixture, text);
		assert_non_null(strstr(str_get(&fixture->said), "warning: /etc/zones/index:2: "));
		zone_fixture_said(fixture, cases[i].said);
		expect_entry(&index, "a", STATE_INCOMPLETE, "/z", "");
		expect_text(&index, text);
	}
}

static void long_lines(void **state)
{
	struct zone_fixture *fixture = *state;
	char path[INDEX_LINE_MAX + 1];
	memset(path, 'p', sizeof(path));
	path[0] = '/';
	static const struct {
		size_t len;
		const char *said; /* NULL: it is an entry */
	} cases[] = {
		{ 4096, NULL },
		{ 4097,
			"index:1: this line is kept, but it is no zone's: it should have a "
			"zonepath" },
		{ INDEX_LINE_MAX, "it should have at most 8192 bytes" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		AUTO_FREE char *text = xasprintf("a:installed:%.*s:\n", (int)cases[i].len, path);
		AUTO_INDEX index = parse(fixture, text);
		zone_fixture_said(fixture, cases[i].said);
		assert_int_equal(index_find(&index, "a") != NULL, !cases[i].said);
		expect_text(&index, text);
	}
}

static void nul_bytes_are_kept(void **state)
{
	static const char text[] = "\0\na:configured\0:/z:\n#\0\0#\0\nb:configured:/b:\nend\0";
	struct zone_fixture *fixture = *state;
	AUTO_INDEX index;
	index_parse(&index, text, sizeof(text) - 1, "index", &fixture->messages);
	zone_fixture_said(fixture, "index:2: ");
	assert_null(index_find(&index, "a"));
	assert_non_null(index_find(&index, "b"));
	AUTO_STR out = STR_EMPTY;
	index_format(&index, &out);
	assert_int_equal(out.len, sizeof(text));
	assert_memory_equal(out.data, text, sizeof(text) - 1);
	assert_int_equal(out.data[sizeof(text) - 1], '\n');
}

static void the_first_of_a_name_counts(void **state)
{
	static const char text[] = "b:configured:/b1:\n"
				   "a:configured:/a1:\n"
				   "a:installed:/a2:\n"
				   "b:configured:\"/b2\"\n"
				   "# a\n"
				   "a:incomplete:/a3";
	struct zone_fixture *fixture = *state;
	AUTO_INDEX index = parse(fixture, text);
	assert_non_null(strstr(str_get(&fixture->said), "index:3: "));
	assert_non_null(strstr(str_get(&fixture->said), "index:4: "));
	assert_non_null(strstr(str_get(&fixture->said), "index:6: "));
	zone_fixture_said(fixture, "line 2 is that of zone a");
	expect_entry(&index, "a", STATE_CONFIGURED, "/a1", "");
	expect_entry(&index, "b", STATE_CONFIGURED, "/b1", "");
	AUTO_FREE char *whole = xasprintf("%s\n", text);
	expect_text(&index, whole);
}

static void an_empty_file(void **state)
{
	struct zone_fixture *fixture = *state;
	AUTO_INDEX index = parse(fixture, "");
	zone_fixture_said(fixture, NULL);
	assert_int_equal(index.count, 0);
	expect_text(&index, "");
	assert_null(index_find(&index, "global"));
}

static void entries_come_and_go(void **state)
{
	struct zone_fixture *fixture = *state;
	AUTO_INDEX index = parse(fixture, "global:installed:/:\n# end\n");
	struct index_entry *entry = index_add(&index, "web", STATE_CONFIGURED, "/zones/web");
	assert_string_equal(entry->uuid, "");
	index_add(&index, "db", STATE_CONFIGURED, "/a:b");
	expect_text(&index,
		"global:installed:/:\n# end\nweb:configured:/zones/web:\n"
		"db:configured:\"/a:b\":\n");
	entry = index_find(&index, "web");
	index_entry_rename(entry, "shop");
	index_entry_move(entry, "/zones/shop");
	assert_null(index_find(&index, "web"));
	index_remove(&index, "db");
	index_remove(&index, "nobody");
	expect_text(&index, "global:installed:/:\n# end\nshop:configured:/zones/shop:\n");
	index_remove(&index, "global");
	expect_text(&index, "# end\nshop:configured:/zones/shop:\n");
	/* What it holds may be given back to it. */
	entry = index_find(&index, "shop");
	index_entry_rename(entry, entry->name);
	index_entry_move(entry, entry->zonepath);
	expect_entry(&index, "shop", STATE_CONFIGURED, "/zones/shop", "");
}

static void uuid_of_a_life(void **state)
{
	struct zone_fixture *fixture = *state;
	AUTO_INDEX index = parse(fixture, "web:configured:/z:\nold:installed:/o:\n");
	struct index_entry *entry = index_find(&index, "web");
	index_entry_set_state(entry, STATE_CONFIGURED);
	assert_string_equal(entry->uuid, "");
	index_entry_set_state(entry, STATE_INCOMPLETE);
	assert_int_equal(strlen(entry->uuid), INDEX_UUID_LEN);
	char first[INDEX_UUID_LEN + 1];
	strcpy(first, entry->uuid);
	index_entry_set_state(entry, STATE_INCOMPLETE);
	index_entry_set_state(entry, STATE_INSTALLED);
	index_entry_set_state(entry, STATE_INCOMPLETE);
	assert_string_equal(entry->uuid, first);
	index_entry_set_state(entry, STATE_CONFIGURED);
	assert_string_equal(entry->uuid, "");
	assert_int_equal(entry->state, STATE_CONFIGURED);
	index_entry_set_state(entry, STATE_INSTALLED);
	assert_int_equal(strlen(entry->uuid), INDEX_UUID_LEN);
	assert_string_not_equal(entry->uuid, first);
	AUTO_STR text = STR_EMPTY;
	index_format(&index, &text);
	AUTO_INDEX again = parse(fixture, str_get(&text));
	zone_fixture_said(fixture, NULL);
	expect_entry(&again, "web", STATE_INSTALLED, "/z", entry->uuid);
	/* An old file's zone without one stays so. */
	entry = index_find(&index, "old");
	index_entry_set_state(entry, STATE_INCOMPLETE);
	assert_string_equal(entry->uuid, "");
}

/* With every name twice: were the search for duplicates quadratic, this would take minutes. */
static void many_zones(void **state)
{
	enum { ZONES = 100000 };
	struct zone_fixture *fixture = *state;
	AUTO_STR text = STR_EMPTY;
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < ZONES; i++)
			text_addf(&text, "customers-web-server-%06d:installed:/zones/%d:" UUID "\n",
				i, i);
	AUTO_INDEX index = parse(fixture, str_get(&text));
	zone_fixture_said(fixture, "index:100001: ");
	assert_int_equal(index.count, 2 * ZONES);
	assert_null(index.lines[ZONES - 1].text);
	assert_non_null(index.lines[ZONES].text);
	expect_text(&index, str_get(&text));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, zone_fixture_setup, zone_fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_new_index_has_global),
		TEST(fields),
		TEST(lines_in_other_forms),
		TEST(what_is_not_understood),
		TEST(long_lines),
		TEST(nul_bytes_are_kept),
		TEST(the_first_of_a_name_counts),
		TEST(an_empty_file),
		TEST(entries_come_and_go),
		TEST(uuid_of_a_life),
		TEST(many_zones),
	};
	return cmocka_run_group_tests_name("index", tests, NULL, NULL);
}
