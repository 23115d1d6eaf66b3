/* test_state.c - the states of zones, and what they allow. */
#include "zone_fixture.h"

#include "zone/state.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void names(void **state)
{
	(void)state;
	assert_string_equal(zone_state_name(STATE_CONFIGURED), "configured");
	assert_string_equal(zone_state_name(STATE_RUNNING), "running");
	assert_string_equal(zone_state_name(STATE_SHUTTING_DOWN), "shutting_down");
	for (int s = 0; s < STATE_COUNT; s++)
		assert_non_null(zone_state_name((enum zone_state)s));
}

/* What is stored, and what is the kernel's. */
static void live(void **state)
{
	(void)state;
	for (int s = 0; s < STATE_COUNT; s++)
		assert_int_equal(zone_state_is_live((enum zone_state)s),
			zone_state_parse(zone_state_name((enum zone_state)s)) < 0);
}

static void only_stored_states_are_parsed(void **state)
{
	(void)state;
	for (int s = 0; s < STATE_COUNT; s++)
		assert_int_equal(zone_state_parse(zone_state_name((enum zone_state)s)),
			s <= STATE_INSTALLED ? s : -EINVAL);
	assert_int_equal(zone_state_parse(""), -EINVAL);
	assert_int_equal(zone_state_parse("Installed"), -EINVAL);
	assert_int_equal(zone_state_parse("installed "), -EINVAL);
}

/* By enum zone_state: y is allowed. */
static const char *const matrix[OP_COUNT] = {
	[OP_CONFIGURE] = "yyyyyyyy",
	[OP_RELOCATE] = "y-------",
	[OP_RENAME] = "yyy-----",
	[OP_DELETE] = "y-------",
	[OP_FORCE_DELETE] = "yyy-----",
	[OP_OVERWRITE] = "y-------",
	[OP_VERIFY] = "y-yyyyyy",
	[OP_INSTALL] = "y-------",
	[OP_CLONE] = "y-------",
	[OP_CLONE_SOURCE] = "--y-----",
	[OP_MOVE] = "--y-----",
	[OP_DETACH] = "--y-----",
	[OP_ATTACH] = "y-------",
	[OP_UNINSTALL] = "-yy-----",
	[OP_MARK] = "yyy-----",
	[OP_RECOVER] = "yyy-----",
	[OP_BOOT] = "--yy----",
	[OP_READY] = "--y-----",
	[OP_HALT] = "--yyyyy-",
	[OP_SHUTDOWN] = "----yy--",
	[OP_REBOOT] = "----y---",
	[OP_LOGIN] = "----y---",
	[OP_CONSOLE] = "--yyyyyy",
};

/* Each refusal names the zone and its state, and says what would be right. */
static void operations(void **state)
{
	struct zone_fixture *fixture = *state;
	for (int op = 0; op < OP_COUNT; op++)
		for (int s = 0; s < STATE_COUNT; s++) {
			bool allowed = matrix[op][s] == 'y';
			int rc = zone_state_allows((enum zone_state)s, (enum zone_operation)op,
				"web", &fixture->messages);
			assert_int_equal(rc, allowed ? 0 : -EBUSY);
			if (!allowed) {
				char start[64];
				snprintf(start, sizeof(start), "error: zone web is %s, so ",
					zone_state_name((enum zone_state)s));
				const char *said = str_get(&fixture->said);
				assert_memory_equal(said, start, strlen(start));
				assert_null(strstr(said, "(null)"));
				str_truncate(&fixture->said, 0);
			}
			zone_fixture_said(fixture, NULL);
		}
}

static void advice_fits_the_state(void **state)
{
	struct zone_fixture *fixture = *state;
	zone_state_allows(STATE_INSTALLED, OP_RELOCATE, "web", &fixture->messages);
	zone_fixture_said(fixture, "zoneadm move");
	zone_state_allows(STATE_INCOMPLETE, OP_RELOCATE, "web", &fixture->messages);
	zone_fixture_said(fixture, "uninstall it first");
	zone_state_allows(STATE_RUNNING, OP_RENAME, "web", &fixture->messages);
	zone_fixture_said(fixture, "halt it first");
	zone_state_allows(STATE_INSTALLED, OP_DELETE, "web", &fixture->messages);
	zone_fixture_said(fixture, "delete -F");
	/* Whole sentences, as they are read. */
	static const struct {
		enum zone_state state;
		enum zone_operation operation;
		const char *text;
	} cases[] = {
		{ STATE_READY, OP_MOVE,
			"zone web is ready, so it cannot be moved: halt it first (zoneadm halt)" },
		{ STATE_DOWN, OP_UNINSTALL,
			"zone web is down, so it cannot be uninstalled: halt it first" },
		{ STATE_RUNNING, OP_CLONE_SOURCE,
			"zone web is running, so it cannot be cloned: halt it first" },
		{ STATE_RUNNING, OP_BOOT, "so it cannot be booted: to boot it anew, reboot it" },
		{ STATE_DOWN, OP_BOOT, "so it cannot be booted: halt it first" },
		{ STATE_RUNNING, OP_READY, "so it cannot be made ready: halt it first" },
		{ STATE_READY, OP_READY, "so it cannot be made ready: it can be booted" },
		{ STATE_CONFIGURED, OP_HALT, "so it cannot be halted: only what is installed" },
		{ STATE_READY, OP_SHUTDOWN, "so it cannot be shut down: halt it instead" },
		{ STATE_INSTALLED, OP_SHUTDOWN, "so it cannot be shut down: only a running zone" },
		{ STATE_READY, OP_REBOOT, "so it cannot be rebooted: boot it instead" },
		{ STATE_SHUTTING_DOWN, OP_REBOOT, "rebooted: halt it first (zoneadm halt), then" },
		{ STATE_INSTALLED, OP_LOGIN, "so nothing can be run in it: boot it first" },
		{ STATE_DOWN, OP_LOGIN, "so nothing can be run in it: its console tells" },
		{ STATE_CONFIGURED, OP_CONSOLE, "so it has no console: install it first" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		zone_state_allows(cases[i].state, cases[i].operation, "web", &fixture->messages);
		zone_fixture_said(fixture, cases[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(live),
		cmocka_unit_test(only_stored_states_are_parsed),
		cmocka_unit_test_setup_teardown(
			operations, zone_fixture_setup, zone_fixture_teardown),
		cmocka_unit_test_setup_teardown(
			advice_fits_the_state, zone_fixture_setup, zone_fixture_teardown),
	};
	return cmocka_run_group_tests_name("state", tests, NULL, NULL);
}
