/*
 * test_devices.c - which devices a zone's resources match. What the policy then lets through is
 * seen in tests/zone/confine.sh, on real control groups.
 */
#include "zone_fixture.h"

#include "runtime/devices.h"
#include "util/alloc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct zone *make_zone(const char *const *patterns)
{
	struct zone *zone = zone_new();
	for (; *patterns; patterns++) {
		struct resource *device = resource_new(&resource_types[RES_DEVICE]);
		resource_set(device, DEVICE_MATCH, *patterns);
		zone_add(zone, device);
	}
	return zone;
}

/* The paths, with blanks between them; the caller's. */
static char *match(struct zone_fixture *fixture, const char *const *patterns)
{
	AUTO_ZONE *zone = make_zone(patterns);
	struct str text = STR_EMPTY;
	char **paths = devices_match(zone, &fixture->messages);
	for (char **path = paths; *path; path++) {
		text_addf(&text, "%s%s", text.len ? " " : "", *path);
		free(*path);
	}
	free(paths);
	return text_take(&text);
}

static void sorted_and_once(void **state)
{
	AUTO_FREE char *paths = match(*state,
		(const char *const[]){
			"/dev/zero", "/dev/nul?", "/dev/null", "/dev/[n-z]ull", NULL });
	assert_string_equal(paths, "/dev/null /dev/zero");
	zone_fixture_said(*state, NULL);
}

static void none(void **state)
{
	AUTO_FREE char *paths = match(*state, (const char *const[]){ NULL });
	assert_string_equal(paths, "");
	zone_fixture_said(*state, NULL);
}

static void what_is_no_device(void **state)
{
	struct zone_fixture *fixture = *state;
	zone_fixture_write(fixture->fd, "file", "text");
	AUTO_FREE char *file = xasprintf("%s/file", fixture->path);
	AUTO_FREE char *paths = match(
		fixture, (const char *const[]){ "/dev/null", file, "/dev/zonetool-none*", NULL });
	assert_string_equal(paths, "/dev/null");
	AUTO_FREE char *said = xasprintf("matches %s: the zone boots without", file);
	assert_non_null(strstr(str_get(&fixture->said), said));
	zone_fixture_said(fixture, "matches /dev/zonetool-none*: the zone boots without");
}

static void only_groups_can_be_restricted(void **state)
{
	struct zone_fixture *fixture = *state;
	AUTO_ZONE *zone = make_zone((const char *const[]){ NULL });
	assert_true(devices_restrict(zone, fixture->fd) < 0);
	assert_int_equal(devices_restrict_v1(zone, fixture->fd), -ENOENT);
}

int main(void)
{
#define TEST(function)                                                                             \
	cmocka_unit_test_setup_teardown(function, zone_fixture_setup, zone_fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(sorted_and_once),
		TEST(none),
		TEST(what_is_no_device),
		TEST(only_groups_can_be_restricted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
