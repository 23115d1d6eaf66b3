/* test_manifest.c - the record of a detached zone: as text, in a zonepath, and two compared. */
#include "zone_fixture.h"

#include "base/fd.h"
#include "util/alloc.h"
#include "zone/manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A manifest with these packages: "NAME=VERSION NAME=VERSION". */
static struct manifest make(const char *packages)
{
	struct manifest manifest = { .zone = zone_new() };
	zone_set(manifest.zone, ZONE_NAME, "web");
	zone_set(manifest.zone, ZONE_PATH, "/zones/web");
	zone_set(manifest.zone, ZONE_BOOTARGS, "<&\"'>");
	AUTO_FREE char *text = xstrdup(packages);
	char *at = text;
	for (char *word; (word = strsep(&at, " "));) {
		char *version = strchr(word, '=');
		if (!version)
			continue;
		*version++ = '\0';
		manifest_add(&manifest, word, version);
	}
	assert_null(manifest_sort(&manifest));
	return manifest;
}

static int parse(struct zone_fixture *fixture, const char *text, struct manifest *ret_manifest)
{
	return manifest_parse(text, strlen(text), "FILE", ret_manifest, &fixture->messages);
}

static void expect_packages(const struct manifest *manifest, const char *packages)
{
	AUTO_STR text = STR_EMPTY;
	for (size_t i = 0; i < manifest->packages.count; i++)
		text_addf(&text, "%s%s=%s", i ? " " : "", manifest->packages.rows[i].name,
			manifest->packages.rows[i].version);
	assert_string_equal(str_get(&text), packages);
}

static void what_is_written_is_read(void **state)
{
	struct zone_fixture *fixture = *state;
	static const char *const rows[] = { "", "a:all=1",
		"a-b:amd64=1:2.3~rc1-4+b5 a:amd64=2 a:i386=2 z:all=0" };
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		AUTO_MANIFEST manifest = make(rows[i]), again = { 0 };
		AUTO_STR text = STR_EMPTY;
		assert_int_equal(manifest_format(&manifest, &text, &fixture->messages), 0);
		assert_int_equal(parse(fixture, str_get(&text), &again), 0);
		assert_true(zone_equal(manifest.zone, again.zone));
		expect_packages(&again, rows[i]);
		/* It is a configuration, too, for those who want no more. */
		AUTO_ZONE *zone = NULL;
		assert_int_equal(
			xml_parse(text.data, text.len, "FILE", &zone, &fixture->messages), 0);
		assert_true(zone_equal(manifest.zone, zone));
	}
	zone_fixture_said(fixture, NULL);
}

#define HEAD "<zone name=\"web\" zonepath=\"/zones/web\" autoboot=\"false\" brand=\"native\">"

static void order_does_not_matter(void **state)
{
	AUTO_MANIFEST manifest = { 0 };
	assert_int_equal(parse(*state,
				 HEAD "<package name='z' version='1'/><attr name='n' type='string' "
				      "value='v'/><package name='a' version='2'/>"
				      "<patch id='1'><obsoletes id='0'/></patch></zone>",
				 &manifest),
		0);
	expect_packages(&manifest, "a=2 z=1");
	assert_int_equal(manifest.zone->count, 1);
	zone_fixture_said(*state, NULL);
}

static void damage_is_described(void **state)
{
	static const struct {
		const char *text, *said;
	} rows[] = {
		{ "", "FILE:" },
		{ HEAD "<package name='a' version='1'/>", "FILE:1: " },
		{ HEAD "<package name='a'/></zone>", "FILE:1: " },
		{ HEAD "\n<package name='' version='1'/></zone>",
			"FILE:2: <package>: it has no name" },
		{ HEAD "<package name='a' version=''/></zone>", "it has no name, or no version" },
		{ HEAD "<package name='&#10;' version='1'/></zone>", "has a control character" },
		{ HEAD "<package name='a' version='&#x9b;'/></zone>", "has a control character" },
		{ HEAD "<package name='a' version='1'/><package name='b' version='1'/>"
		       "<package name='a' version='2'/></zone>",
			"FILE: package a is there twice" },
		{ HEAD "<packages name='a' version='1'/></zone>", "FILE:1: " },
		{ "<!DOCTYPE zone [<!ENTITY x 'a'>]>" HEAD
		  "<package name='&x;' version='1'/></zone>",
			"it declares an entity" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct manifest manifest;
		assert_int_equal(parse(*state, rows[i].text, &manifest), -EINVAL);
		zone_fixture_said(*state, rows[i].said);
	}
}

/* As many as a manifest can name; one that nobody could read is not written. */
static void size_has_a_limit(void **state)
{
	struct zone_fixture *fixture = *state;
	AUTO_MANIFEST manifest = make(""), again = { 0 };
	for (int i = 0; i < 60000; i++) {
		char name[64];
		snprintf(name, sizeof(name), "package-with-a-long-name-%d:amd64", i);
		manifest_add(&manifest, name, "1:2.3.4-5+deb12u6");
	}
	AUTO_STR text = STR_EMPTY, more = STR_EMPTY;
	assert_int_equal(manifest_format(&manifest, &text, &fixture->messages), 0);
	assert_true(text.len > XML_SIZE_MAX);
	assert_int_equal(parse(fixture, str_get(&text), &again), 0);
	assert_int_equal(again.packages.count, 60000);
	zone_fixture_said(fixture, NULL);
	for (int i = 0; i < 60000; i++)
		manifest_add(
			&manifest, "another:all", "1:2.3.4-5+deb12u6+and-a-long-tail-behind-it");
	assert_int_equal(manifest_format(&manifest, &more, &fixture->messages), -EFBIG);
	assert_int_equal(more.len, 0);
	zone_fixture_said(fixture, "with all packages, takes");
	AUTO_FREE char *blanks = xcalloc(XML_MANIFEST_SIZE_MAX + 2, 1);
	memset(blanks, ' ', XML_MANIFEST_SIZE_MAX + 1);
	struct manifest none;
	assert_int_equal(parse(fixture, blanks, &none), -EINVAL);
	zone_fixture_said(fixture, "FILE is larger than");
}

static void inventories_are_compared(void **state)
{
	(void)state;
	static const struct {
		const char *before, *now, *differences;
	} rows[] = {
		{ "", "", "" },
		{ "a=1 b=2", "a=1 b=2", "" },
		{ "a=1", "", "a 1 -;" },
		{ "", "a=1", "a - 1;" },
		{ "a=1 c=1 d=1", "a=2 b=1 d=1", "a 1 2;b - 1;c 1 -;" },
		{ "a=1 b=1", "c=1 d=1", "a 1 -;b 1 -;c - 1;d - 1;" },
		{ "c=1 d=1", "a=1 b=1", "a - 1;b - 1;c 1 -;d 1 -;" },
		{ "a-b:x=1 a:x=1", "a:x=1 a-b:x=2", "a-b:x 1 2;" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		AUTO_MANIFEST before = make(rows[i].before), now = make(rows[i].now);
		AUTO_FREE struct manifest_difference *differences = NULL;
		size_t count = manifest_compare(&before, &now, &differences);
		AUTO_STR text = STR_EMPTY;
		for (size_t j = 0; j < count; j++)
			text_addf(&text, "%s %s %s;", differences[j].name,
				differences[j].before ? differences[j].before : "-",
				differences[j].now ? differences[j].now : "-");
		assert_string_equal(str_get(&text), rows[i].differences);
	}
}

/* ---- in a zonepath ---- */

static int write_text(struct zone_fixture *fixture, const char *contents)
{
	AUTO_STR text = STR_EMPTY;
	text_adds(&text, contents);
	return manifest_write(fixture->fd, fixture->path, &text, &fixture->messages);
}

static void writing_replaces(void **state)
{
	struct zone_fixture *fixture = *state;
	struct stat st;
	assert_int_equal(write_text(fixture, "one"), 0);
	zone_fixture_expect(fixture->fd, MANIFEST_NAME, "one");
	/* What was never finished, and links, are no places to write to. */
	zone_fixture_write(fixture->fd, "precious", "precious");
	assert_int_equal(symlinkat("precious", fixture->fd, MANIFEST_NEW), 0);
	assert_int_equal(write_text(fixture, "two"), 0);
	zone_fixture_expect(fixture->fd, MANIFEST_NAME, "two");
	zone_fixture_expect(fixture->fd, MANIFEST_NEW, NULL);
	assert_int_equal(unlinkat(fixture->fd, MANIFEST_NAME, 0), 0);
	assert_int_equal(symlinkat("precious", fixture->fd, MANIFEST_NAME), 0);
	assert_int_equal(write_text(fixture, "three"), 0);
	zone_fixture_expect(fixture->fd, MANIFEST_NAME, "three");
	zone_fixture_expect(fixture->fd, "precious", "precious");
	assert_int_equal(fstatat(fixture->fd, MANIFEST_NAME, &st, AT_SYMLINK_NOFOLLOW), 0);
	assert_int_equal(st.st_mode, S_IFREG | 0644);
	zone_fixture_said(fixture, NULL);
	/* A failure leaves what was there, and nothing else. */
	assert_int_equal(unlinkat(fixture->fd, MANIFEST_NAME, 0), 0);
	assert_int_equal(mkdirat(fixture->fd, MANIFEST_NAME, 0755), 0);
	assert_int_equal(write_text(fixture, "four"), -EISDIR);
	zone_fixture_said(fixture, MANIFEST_NAME);
	zone_fixture_expect(fixture->fd, MANIFEST_NEW, NULL);
}

static void reading_and_removing(void **state)
{
	struct zone_fixture *fixture = *state;
	AUTO_MANIFEST manifest = make("a=1"), again = { 0 };
	AUTO_STR text = STR_EMPTY;
	assert_int_equal(
		manifest_read(fixture->fd, fixture->path, &again, &fixture->messages), -ENOENT);
	zone_fixture_said(fixture, NULL);
	assert_int_equal(manifest_format(&manifest, &text, &fixture->messages), 0);
	assert_int_equal(manifest_write(fixture->fd, fixture->path, &text, &fixture->messages), 0);
	assert_int_equal(manifest_read(fixture->fd, fixture->path, &again, &fixture->messages), 0);
	expect_packages(&again, "a=1");
	zone_fixture_write(fixture->fd, MANIFEST_NEW, "half");
	for (int i = 0; i < 2; i++) {
		assert_int_equal(
			manifest_remove(fixture->fd, fixture->path, &fixture->messages), 0);
		zone_fixture_expect(fixture->fd, MANIFEST_NAME, NULL);
		zone_fixture_expect(fixture->fd, MANIFEST_NEW, NULL);
	}
	zone_fixture_said(fixture, NULL);
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, zone_fixture_setup, zone_fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(what_is_written_is_read),
		TEST(order_does_not_matter),
		TEST(damage_is_described),
		TEST(size_has_a_limit),
		TEST(inventories_are_compared),
		TEST(writing_replaces),
		TEST(reading_and_removing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
