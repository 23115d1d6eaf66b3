/* test_packages_database.c - what dpkg is told of the packages that a zone gets. */
#include "packages_fixture.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static void installed_becomes_unpacked(void **state)
{
	struct zone_fixture *fixture = *state;
	static const char text[] =
		"Package: a\nStatus: hold ok installed\nConfig-Version: 0.9\nArchitecture: all\n"
		"Version: 1\nTriggers-Pending: ldconfig\n more\nConffiles:\n /etc/a 1234\n"
		"Description: a\n Status: of a\n\n";
	AUTO_DPKG database = { 0 };
	AUTO_STR out = STR_EMPTY;
	assert_int_equal(dpkg_parse(text, strlen(text), "FILE", &database, &fixture->messages), 0);
	database_unpacked(&database.packages[0], &out);
	assert_string_equal(str_get(&out),
		"Package: a\nStatus: hold ok unpacked\nArchitecture: all\nVersion: 1\n"
		"Conffiles:\n /etc/a 1234\nDescription: a\n Status: of a\n\n");
}

static void triggers_are_of_chosen_packages(void **state)
{
	struct zone_fixture *fixture = *state;
	static const char text[] = DPKG "Package: libc-bin\nPriority: required\n" NATIVE "\n"
					"Package: other\nPriority: optional\n" NATIVE "\n";
	AUTO_DPKG database = { 0 };
	AUTO_CHOICE choice = { 0 };
	AUTO_STR out = STR_EMPTY;
	assert_int_equal(dpkg_parse(text, strlen(text), "FILE", &database, &fixture->messages), 0);
	assert_int_equal(choice_make(&database, NULL, &choice, &fixture->messages), 0);
	database_triggers(&choice, true,
		"libc-bin\nother\nlibc-bin/noawait\nlibc-bin:amd64\nlibc-bin:i386\n"
		"/usr/lib/a libc-bin\n/usr/lib/libc-bin other/noawait\n/x dpkg/noawait\n",
		&out);
	assert_string_equal(str_get(&out),
		"libc-bin\nlibc-bin/noawait\nlibc-bin:amd64\n/usr/lib/a libc-bin\n"
		"/x dpkg/noawait\n");
	assert_true(choice_has(&choice, "libc-bin:amd64"));
	assert_false(choice_has(&choice, "libc-bin:i386"));
	assert_false(choice_has(&choice, "libc"));
	assert_false(choice_has(&choice, ""));
}

static void updates_become_unpacked(void **state)
{
	struct zone_fixture *fixture = *state;
	static const char host_text[] = DPKG
		"Package: a\nStatus: install ok installed\nArchitecture: all\nVersion: 2\n"
		"Conffiles:\n /etc/a 22\n /etc/new 33\n /etc/was 44 obsolete\n"
		"Description: new\n\n"
		"Package: b\nStatus: install ok installed\nArchitecture: all\nVersion: 3\n\n";
	static const char zone_text[] =
		"Package: own\nStatus: install ok installed\nArchitecture: all\nVersion: 9\n\n"
		"Package: a\nStatus: hold ok installed\nArchitecture: all\nVersion: 1\n"
		"Conffiles:\n /etc/a 11\n /etc/gone 12\n /etc/older 13 obsolete\n"
		"Description: old\n";
	AUTO_DPKG host = { 0 }, zone = { 0 };
	AUTO_CHOICE choice = { 0 };
	AUTO_STR text = STR_EMPTY;
	struct messages *messages = &fixture->messages;
	assert_int_equal(dpkg_parse(host_text, strlen(host_text), "HOST", &host, messages), 0);
	assert_int_equal(dpkg_parse(zone_text, strlen(zone_text), "ZONE", &zone, messages), 0);
	bool wanted[] = { true, true, false };
	choice_update(&host, &zone, wanted, &choice);
	database_status(&choice, &zone, &text);
	assert_string_equal(str_get(&text),
		"Package: a\nArchitecture: all\nVersion: 2\nDescription: new\n"
		"Status: hold ok unpacked\nConfig-Version: 1\n"
		"Conffiles:\n /etc/a 11\n /etc/new newconffile\n /etc/gone 12 obsolete\n"
		" /etc/older 13 obsolete\n\n"
		"Package: b\nArchitecture: all\nVersion: 3\nStatus: install ok unpacked\n\n"
		"Package: own\nStatus: install ok installed\nArchitecture: all\nVersion: 9\n\n");
}

/* On a host whose /var is elsewhere, the zone's link of that name means a place in the zone. */
static void the_database_is_made_behind_links(void **state)
{
	struct zone_fixture *fixture = *state;
	AUTO_DPKG database = { 0 };
	AUTO_CHOICE choice = { 0 };
	assert_int_equal(dpkg_parse(DPKG, strlen(DPKG), "FILE", &database, &fixture->messages), 0);
	assert_int_equal(choice_make(&database, NULL, &choice, &fixture->messages), 0);
	static const char *const made[] = { "data", "data/var", "data/var/lib",
		"data/var/lib/dpkg" };
	for (size_t i = 0; i < COUNT(made); i++)
		assert_int_equal(mkdirat(fixture->fd, made[i], 0755), 0);
	assert_int_equal(symlinkat("/data/var", fixture->fd, "var"), 0);
	const struct install_job job = { .messages = &fixture->messages };
	const struct files files = { .choice = &choice, .messages = &fixture->messages };
	assert_int_equal(database_make(&files, &job, fixture->fd), 0);
	struct stat st;
	assert_int_equal(fstatat(fixture->fd, "data/var/lib/dpkg/updates", &st, 0), 0);
	assert_true(S_ISDIR(st.st_mode));
	assert_int_equal(fstatat(fixture->fd, "data/var/lib/dpkg/status", &st, 0), 0);
	assert_int_equal(packages_unlink(fixture->fd, "var/lib/dpkg/status"), 0);
	assert_int_equal(fstatat(fixture->fd, "data/var/lib/dpkg/status", &st, 0), -1);
	assert_int_equal(fstatat(AT_FDCWD, "/data/var", &st, 0), -1);
}

int main(void)
{
#define TEST(function)                                                                             \
	cmocka_unit_test_setup_teardown(function, zone_fixture_setup, zone_fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(installed_becomes_unpacked),
		TEST(triggers_are_of_chosen_packages),
		TEST(updates_become_unpacked),
		TEST(the_database_is_made_behind_links),
	};
	return cmocka_run_group_tests_name("packages_database", tests, NULL, NULL);
}
