/* test_supervisor.c - what a supervisor decides: on requests, and at the end of an engine. */
#include "zone_fixture.h"

#include "runtime/supervisor_private.h"

/*
 * By phase, from off to down: s start, a start after that, b boot, . nothing to do, h halt, w wait,
 * d shut down, r restart, c console; refused: B busy, L it is live, T twice, O off, R remains.
 */
static const char *const matrix[CONTROL_VERB_COUNT] = {
	[CONTROL_BOOT] = "sBbB.BaR",
	[CONTROL_READY] = "sB.BLBaR",
	[CONTROL_HALT] = ".hhhhhwh",
	[CONTROL_SHUTDOWN] = "OOOBdTBR",
	[CONTROL_REBOOT] = "OOOBrrBR",
	[CONTROL_CONSOLE] = "cccccccc",
	[CONTROL_WATCH] = "cccccccc",
};

static char letter(enum supervisor_action action)
{
	switch (action) {
	case ACTION_NONE:
		return '.';
	case ACTION_START:
		return 's';
	case ACTION_BOOT:
		return 'b';
	case ACTION_START_AFTER:
		return 'a';
	case ACTION_HALT:
		return 'h';
	case ACTION_WAIT:
		return 'w';
	case ACTION_SHUTDOWN:
		return 'd';
	case ACTION_RESTART:
		return 'r';
	case ACTION_CONSOLE:
		return 'c';
	case ACTION_REFUSE_BUSY:
		return 'B';
	case ACTION_REFUSE_LIVE:
		return 'L';
	case ACTION_REFUSE_TWICE:
		return 'T';
	case ACTION_REFUSE_OFF:
		return 'O';
	case ACTION_REFUSE_REMAINS:
		return 'R';
	}
	return '?';
}

static void requests(void **state)
{
	(void)state;
	for (int verb = 0; verb < CONTROL_VERB_COUNT; verb++)
		for (int phase = 0; phase < LIFE_COUNT; phase++)
			assert_int_equal(letter(supervisor_decide((enum control_verb)verb,
						 (enum supervisor_phase)phase, GOAL_OFF)),
				matrix[verb][phase]);
}

/* A zone that is being halted in order to boot again is not told to boot twice. */
static void one_start_at_a_time(void **state)
{
	(void)state;
	const enum supervisor_goal goals[] = { GOAL_READY, GOAL_RUNNING };
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(supervisor_decide(CONTROL_BOOT, LIFE_HALTING, goals[i]),
			ACTION_REFUSE_BUSY);
		assert_int_equal(supervisor_decide(CONTROL_READY, LIFE_HALTING, goals[i]),
			ACTION_REFUSE_BUSY);
		/* That it is to be halted is always heard. */
		assert_int_equal(
			supervisor_decide(CONTROL_HALT, LIFE_HALTING, goals[i]), ACTION_WAIT);
	}
}

/* Only a zone that runs, and that nobody halts, decides itself where it goes. */
static void engine_ends(void **state)
{
	(void)state;
	const int statuses[] = { 0, 1, RUNTIME_REBOOT, 137, LAUNCHER_STATUS_UNKNOWN };
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
		bool reboots = statuses[i] == RUNTIME_REBOOT;
		for (int phase = 0; phase < LIFE_COUNT; phase++)
			for (int goal = GOAL_OFF; goal <= GOAL_RUNNING; goal++) {
				bool asked = phase >= LIFE_SHUTTING_DOWN && phase <= LIFE_DOWN;
				enum supervisor_goal expected = asked ? (enum supervisor_goal)goal
					: phase == LIFE_RUNNING && reboots ? GOAL_RUNNING
									   : GOAL_OFF;
				assert_int_equal(supervisor_goal_after((enum supervisor_phase)phase,
							 (enum supervisor_goal)goal, statuses[i]),
					expected);
			}
		/* Who has asked it to shut down was killed: it knows what for. */
		assert_int_equal(
			supervisor_goal_after(LIFE_SHUTTING_DOWN, GOAL_UNKNOWN, statuses[i]),
			reboots ? GOAL_RUNNING : GOAL_OFF);
	}
}

/* What is told of a zone that lives is never a state that is stored, and running only if it is. */
static void states(void **state)
{
	(void)state;
	for (int phase = LIFE_PREPARING; phase < LIFE_COUNT; phase++) {
		enum zone_state told = supervisor_state((enum supervisor_phase)phase);
		assert_true(told >= STATE_READY && told <= STATE_DOWN);
		assert_int_equal(told == STATE_RUNNING, phase == LIFE_RUNNING);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests),
		cmocka_unit_test(one_start_at_a_time),
		cmocka_unit_test(engine_ends),
		cmocka_unit_test(states),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
