/* test_dpkg.c - the database of dpkg(1): what is installed, and what is no database. */
#include "root_fixture.h"

#include "install/dpkg.h"
#include "util/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define INSTALLED "Status: install ok installed\nArchitecture: amd64\nVersion: 1\n"

static int parse(struct zone_fixture *fixture, const char *text, struct dpkg_database *ret_database)
{
	return dpkg_parse(text, strlen(text), "FILE", ret_database, &fixture->messages);
}

static void fields_are_read(void **state)
{
	struct zone_fixture *fixture = *state;
	static const char zlib[] = "Package: zlib\n" INSTALLED,
			  bash[] =
				  "Package: bash\n"
				  "Essential: yes\n"
				  "Status: install ok installed\n"
				  "Priority: required\n"
				  "Section: shells\n"
				  "Unknown: field\n more of it\n"
				  "Architecture: amd64\n"
				  "Multi-Arch: same\n"
				  "Version: 1:5.2.15-2+b7~x\n"
				  "Provides: sh\n"
				  "Depends: base-files (>= 2.1.12),\n\tdebianutils (>= 5.6-0.1)\n"
				  "Pre-Depends: libc6 (>= 2.36)\n"
				  "Conffiles:\n /etc/bash.bashrc 89269e1298235f1b12b4c16e4065ad0d\n"
				  " /etc/skel/.bashrc ee35a240758f374832e809ae0ea4883a obsolete\n"
				  "Description: shell\n first line\n .\n last line\n";
	AUTO_STR text = STR_EMPTY;
	text_addf(&text, "%s\n%s", zlib, bash);
	AUTO_DPKG database = { 0 };
	assert_int_equal(parse(fixture, str_get(&text), &database), 0);
	assert_int_equal(database.count, 2);
	assert_int_equal(database.others, 0);
	const struct dpkg_package *package = &database.packages[0];
	assert_string_equal(package->name, "bash");
	assert_string_equal(package->architecture, "amd64");
	assert_string_equal(package->version, "1:5.2.15-2+b7~x");
	assert_string_equal(package->priority, "required");
	assert_string_equal(package->section, "shells");
	assert_string_equal(
		package->depends, "base-files (>= 2.1.12),\n\tdebianutils (>= 5.6-0.1)");
	assert_string_equal(package->pre_depends, "libc6 (>= 2.36)");
	assert_string_equal(package->provides, "sh");
	assert_string_equal(package->conffiles,
		"/etc/bash.bashrc 89269e1298235f1b12b4c16e4065ad0d\n"
		" /etc/skel/.bashrc ee35a240758f374832e809ae0ea4883a obsolete");
	assert_true(package->essential && package->multi_arch_same);
	assert_int_equal(package->stanza_len, strlen(bash));
	assert_memory_equal(package->stanza, bash, strlen(bash));
	package = &database.packages[1];
	assert_string_equal(package->name, "zlib");
	assert_string_equal(package->depends, "");
	assert_string_equal(package->conffiles, "");
	assert_false(package->essential || package->multi_arch_same);
	assert_int_equal(package->stanza_len, strlen(zlib));
	assert_memory_equal(package->stanza, zlib, strlen(zlib));
	zone_fixture_said(fixture, NULL);
}

static void status_decides(void **state)
{
	static const struct {
		const char *status;
		size_t count, others;
	} rows[] = {
		{ "install ok installed", 1, 0 },
		{ "hold ok installed", 1, 0 },
		{ "hold  ok\tinstalled ", 1, 0 },
		{ "deinstall ok installed", 0, 1 },
		{ "install reinstreq installed", 0, 1 },
		{ "install ok unpacked", 0, 1 },
		{ "install ok half-configured", 0, 1 },
		{ "install ok triggers-pending", 0, 1 },
		{ "deinstall ok config-files", 0, 0 },
		{ "unknown ok not-installed", 0, 0 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		AUTO_STR text = STR_EMPTY;
		AUTO_DPKG database = { 0 };
		text_addf(&text,
			"Package: a\nStatus: %s\nVersion: 1\n"
			"Architecture: all\n",
			rows[i].status);
		assert_int_equal(parse(*state, str_get(&text), &database), 0);
		assert_int_equal(database.count, rows[i].count);
		assert_int_equal(database.others, rows[i].others);
	}
	/* What is gone has neither version nor architecture. */
	AUTO_DPKG database = { 0 };
	assert_int_equal(
		parse(*state, "Package: a\nStatus: purge ok not-installed\n", &database), 0);
	assert_int_equal(database.count, 0);
	zone_fixture_said(*state, NULL);
}

/* What people's editors and other systems' tools make of such a file. */
static void other_forms_are_understood(void **state)
{
	static const char *const texts[] = {
		"Package: a\n" INSTALLED "Depends: b",
		"\n\n\nPackage: a\n" INSTALLED "Depends: b\n\n\n\n",
		"package:a\nSTATUS:\t install ok installed \t\nArchitecture : amd64\nVersion:1\n"
		"dePENDS:   b\t\n",
		"Package: a\r\nStatus: install ok installed\r\nArchitecture: amd64\r\n"
		"Version: 1\r\nDepends: b\r\n",
		"Package: a\n" INSTALLED "Depends:\n b\n",
		"Package: a\n" INSTALLED "Depends: b\nDescription: x\n .\n  : y\n",
		"Package: a\n" INSTALLED "Depends: b\nTag: 1\nTag: 2\n",
	};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		AUTO_DPKG database = { 0 };
		assert_int_equal(parse(*state, texts[i], &database), 0);
		assert_int_equal(database.count, 1);
		assert_string_equal(database.packages[0].name, "a");
		assert_string_equal(database.packages[0].version, "1");
		assert_string_equal(database.packages[0].architecture, "amd64");
		assert_string_equal(database.packages[0].depends, "b");
	}
	AUTO_DPKG empty = { 0 };
	assert_int_equal(parse(*state, "", &empty), 0);
	assert_int_equal(empty.count, 0);
	zone_fixture_said(*state, NULL);
}

static void damage_is_described(void **state)
{
	static const struct {
		const char *text, *said;
	} rows[] = {
		{ "\nrubbish\n", "FILE:2: a line is not FIELD: VALUE" },
		{ " Package: a\n", "FILE:1: a line is not FIELD: VALUE" },
		{ ": a\n", "FILE:1: a line is not" },
		{ "# comment: not in such files\n", "FILE:1: a line is not" },
		{ "-Package: a\n", "FILE:1: a line is not" },
		{ "Package\n: a\n", "FILE:1: a line is not" },
		{ "Package: a\n" INSTALLED "Status", "FILE:5: a line is not" },
		{ "Package: a\n \t\nStatus: install ok installed\n", "FILE:2: a line has nothing" },
		{ "Package: a\r\n\r\nPackage: b\r\n", "FILE:2: a line has nothing" },
		{ "Package: a\n" INSTALLED "package: b\n", "FILE:5: a field is there twice" },
		{ "Package: a\n" INSTALLED "\n" INSTALLED, "FILE:6: a stanza has no Package" },
		{ "Package:\n" INSTALLED, "FILE:1: a stanza has no Package" },
		{ "Package: ../../etc\n" INSTALLED, "a stanza has no Package, or" },
		{ "Package: .a\n" INSTALLED, "a stanza has no Package, or" },
		{ "Package: a b\n" INSTALLED, "a stanza has no Package, or" },
		{ "Package: a\n b\n" INSTALLED, "a stanza has no Package, or" },
		{ "Package: a\033[1m\n" INSTALLED, "a stanza has no Package, or" },
		{ "Package: caf\303\251\n" INSTALLED, "a stanza has no Package, or" },
		{ "Package: a\nVersion: 1\n", "a package has no Status, or" },
		{ "Package: a\nStatus: installed\n", "a package has no Status, or" },
		{ "Package: a\nStatus: install ok installed now\n", "a package has no Status, or" },
		{ "Package: a\nStatus: install ok done\n", "a package has no Status, or" },
		{ "Package: a\nStatus: install ok installed\nVersion: 1\n",
			"FILE:1: a package has no Architecture" },
		{ "Package: a\nStatus: install ok installed\nVersion: 1\nArchitecture: ../x\n",
			"a package has no Architecture, or" },
		{ "Package: a\nStatus: install ok installed\nArchitecture: all\n",
			"a package has no Version" },
		{ "Package: a\nStatus: install ok installed\nArchitecture: all\nVersion: 1/2\n",
			"a package has no Version, or" },
		{ "Package: a\nStatus: install ok installed\nArchitecture: all\nVersion: 1 2\n",
			"a package has no Version, or" },
		{ "Package: a\n" INSTALLED "\nPackage: a\n" INSTALLED,
			"FILE: package a:amd64 is there twice" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct dpkg_database database;
		assert_int_equal(parse(*state, rows[i].text, &database), -EINVAL);
		zone_fixture_said(*state, rows[i].said);
	}
	struct zone_fixture *fixture = *state;
	struct dpkg_database database;
	static const char text[] = "Package: a\0\n" INSTALLED;
	assert_int_equal(
		dpkg_parse(text, sizeof(text) - 1, "FILE", &database, &fixture->messages), -EINVAL);
	zone_fixture_said(fixture, "FILE has a NUL byte");
}

static void packages_are_found(void **state)
{
	static const char text[] = "Package: b\nArchitecture: i386\nStatus: install ok installed\n"
				   "Version: 3\n\nPackage: c\n" INSTALLED
				   "\nPackage: b\nArchitecture: amd64\nVersion: 2\n"
				   "Status: install ok installed\n\nPackage: b-b\n" INSTALLED;
	AUTO_DPKG database = { 0 };
	assert_int_equal(parse(*state, text, &database), 0);
	assert_int_equal(database.count, 4);
	assert_string_equal(dpkg_find(&database, "b")->version, "2");
	assert_string_equal(dpkg_find(&database, "b")[1].version, "3");
	assert_string_equal(dpkg_find(&database, "b-b")->name, "b-b");
	assert_string_equal(dpkg_find(&database, "c")->name, "c");
	static const char *const missing[] = { "", "a", "b-", "b-c", "cc", "z" };
	for (size_t i = 0; i < sizeof(missing) / sizeof(missing[0]); i++)
		assert_null(dpkg_find(&database, missing[i]));
	const struct dpkg_database none = { 0 };
	assert_null(dpkg_find(&none, "a"));
}

/* More packages, and longer lines, than anybody has; in the worst order. */
static void large_databases_are_read(void **state)
{
	enum {
		COUNT = 60000,
		LINE = 4 << 20,
	};
	AUTO_STR text = STR_EMPTY;
	for (int i = COUNT; i > 0; i--)
		text_addf(&text, "Package: p%06d\n" INSTALLED "Depends: %0*d\n\n", i,
			i == 7 ? LINE : 1, 0);
	AUTO_DPKG database = { 0 };
	assert_int_equal(parse(*state, str_get(&text), &database), 0);
	assert_int_equal(database.count, COUNT);
	assert_string_equal(database.packages[0].name, "p000001");
	assert_int_equal(strlen(dpkg_find(&database, "p000007")->depends), LINE);
}

/* ---- in a root ---- */

#define DATABASE "var/lib/dpkg"

static void root_is_not_left(void **state)
{
	struct root_fixture *fixture = *state;
	struct messages *messages = fixture->messages;
	AUTO_DPKG first = { 0 }, second = { 0 };
	/* None is no error, wherever the way ends. */
	assert_int_equal(dpkg_read(fixture->root, &first, messages), -ENOENT);
	put_link_outside(fixture, DATABASE "/status", "status");
	zone_fixture_write(fixture->outside, "status", "Package: outside\n" INSTALLED);
	assert_int_equal(dpkg_read(fixture->root, &first, messages), -ENOENT);
	zone_fixture_said(fixture->zone, NULL);
	assert_int_equal(unlinkat(fixture->outside, "status", 0), 0);
	assert_int_equal(unlinkat(fixture->root, DATABASE "/status", 0), 0);
	/* An absolute link means the root's own. */
	put(fixture, "srv/status", "Package: inside\n" INSTALLED);
	put_link(fixture, DATABASE "/status", "/srv/status");
	assert_int_equal(dpkg_read(fixture->root, &second, messages), 0);
	assert_int_equal(second.count, 1);
	assert_string_equal(second.packages[0].name, "inside");
	zone_fixture_said(fixture->zone, NULL);
}

static void all_stanzas_are_read(void **state)
{
	struct root_fixture *fixture = *state;
	AUTO_DPKG all = { 0 }, installed = { 0 };
	put(fixture, DATABASE "/status",
		"Package: gone\nStatus: deinstall ok not-installed\n\n"
		"Package: half\nStatus: hold ok half-configured\nArchitecture: all\nVersion: 2\n"
		"Config-Version: 1\n\n"
		"Package: here\n" INSTALLED);
	assert_int_equal(dpkg_read(fixture->root, &installed, fixture->messages), 0);
	assert_int_equal(installed.count, 1);
	assert_int_equal(installed.others, 1);
	assert_int_equal(dpkg_read_all(fixture->root, &all, fixture->messages), 0);
	assert_int_equal(all.count, 3);
	assert_int_equal(dpkg_find(&all, "gone")->standing, DPKG_GONE);
	const struct dpkg_package *half = dpkg_find(&all, "half");
	assert_int_equal(half->standing, DPKG_UNFINISHED);
	assert_string_equal(half->wanted, "hold");
	assert_string_equal(half->state, "half-configured");
	assert_string_equal(half->config_version, "1");
	assert_int_equal(dpkg_find(&all, "here")->standing, DPKG_INSTALLED);
	/* Of "all", or of what is not known, it can be any; of another, none. */
	assert_ptr_equal(dpkg_find_like(&all, "half", "amd64"), half);
	assert_non_null(dpkg_find_like(&all, "here", ""));
	assert_null(dpkg_find_like(&all, "here", "s390x"));
	assert_null(dpkg_find_like(&all, "nowhere", ""));
}

static void what_is_no_file_is_refused(void **state)
{
	struct root_fixture *fixture = *state;
	struct dpkg_database database;
	put_directories(fixture, DATABASE "/status");
	assert_int_equal(mkfifoat(fixture->root, DATABASE "/status", 0644), 0);
	assert_int_equal(dpkg_read(fixture->root, &database, fixture->messages), -EINVAL);
	zone_fixture_said(fixture->zone, "it must be a regular file");
	assert_int_equal(unlinkat(fixture->root, DATABASE "/status", 0), 0);
	put(fixture, DATABASE "/status", "rubbish\n");
	assert_int_equal(dpkg_read(fixture->root, &database, fixture->messages), -EINVAL);
	zone_fixture_said(fixture->zone, "the zone's /var/lib/dpkg/status:1: ");
	/* Holes take no room: the size is looked at first. */
	int fd = openat(fixture->root, DATABASE "/status", O_WRONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, DPKG_STATUS_MAX + 1L), 0);
	close(fd);
	assert_int_equal(dpkg_read(fixture->root, &database, fixture->messages), -EFBIG);
	zone_fixture_said(fixture->zone, "larger than");
}

/* Where dpkg(1) is, its own database is understood. */
static void hosts_database_is_read(void **state)
{
	struct zone_fixture *fixture = *state;
	AUTO_DPKG database = { 0 };
	if (access("/var/lib/dpkg/status", R_OK) < 0)
		skip();
	int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(dpkg_read(fd, &database, &fixture->messages), 0);
	close(fd);
	zone_fixture_said(fixture, NULL);
	assert_non_null(dpkg_find(&database, "dpkg"));
	for (size_t i = 1; i < database.count; i++)
		assert_true(strcmp(database.packages[i - 1].name, database.packages[i].name) <= 0);
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, zone_fixture_setup, zone_fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(fields_are_read),
		TEST(status_decides),
		TEST(other_forms_are_understood),
		TEST(damage_is_described),
		TEST(packages_are_found),
		TEST(large_databases_are_read),
		ROOT_TEST(root_is_not_left),
		ROOT_TEST(all_stanzas_are_read),
		ROOT_TEST(what_is_no_file_is_refused),
		TEST(hosts_database_is_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
