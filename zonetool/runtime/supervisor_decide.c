/* supervisor_decide.c - what a request does to a zone, and where a zone goes whose engine ended. */
#include "runtime/supervisor_private.h"

/* What a request does, by the phase that the zone is in. */
static const enum supervisor_action actions[CONTROL_VERB_COUNT][LIFE_COUNT] = {
	[CONTROL_BOOT] = {
		[LIFE_OFF] = ACTION_START,
		[LIFE_PREPARING] = ACTION_REFUSE_BUSY,
		[LIFE_READY] = ACTION_BOOT,
		[LIFE_BOOTING] = ACTION_REFUSE_BUSY,
		[LIFE_RUNNING] = ACTION_NONE,
		[LIFE_SHUTTING_DOWN] = ACTION_REFUSE_BUSY,
		[LIFE_HALTING] = ACTION_START_AFTER,
		[LIFE_DOWN] = ACTION_REFUSE_REMAINS,
	},
	[CONTROL_READY] = {
		[LIFE_OFF] = ACTION_START,
		[LIFE_PREPARING] = ACTION_REFUSE_BUSY,
		[LIFE_READY] = ACTION_NONE,
		[LIFE_BOOTING] = ACTION_REFUSE_BUSY,
		[LIFE_RUNNING] = ACTION_REFUSE_LIVE,
		[LIFE_SHUTTING_DOWN] = ACTION_REFUSE_BUSY,
		[LIFE_HALTING] = ACTION_START_AFTER,
		[LIFE_DOWN] = ACTION_REFUSE_REMAINS,
	},
	[CONTROL_HALT] = {
		[LIFE_OFF] = ACTION_NONE,
		[LIFE_PREPARING ... LIFE_SHUTTING_DOWN] = ACTION_HALT,
		[LIFE_HALTING] = ACTION_WAIT,
		[LIFE_DOWN] = ACTION_HALT,
	},
	[CONTROL_SHUTDOWN] = {
		[LIFE_OFF ... LIFE_READY] = ACTION_REFUSE_OFF,
		[LIFE_BOOTING] = ACTION_REFUSE_BUSY,
		[LIFE_RUNNING] = ACTION_SHUTDOWN,
		[LIFE_SHUTTING_DOWN] = ACTION_REFUSE_TWICE,
		[LIFE_HALTING] = ACTION_REFUSE_BUSY,
		[LIFE_DOWN] = ACTION_REFUSE_REMAINS,
	},
	[CONTROL_REBOOT] = {
		[LIFE_OFF ... LIFE_READY] = ACTION_REFUSE_OFF,
		[LIFE_BOOTING] = ACTION_REFUSE_BUSY,
		[LIFE_RUNNING ... LIFE_SHUTTING_DOWN] = ACTION_RESTART,
		[LIFE_HALTING] = ACTION_REFUSE_BUSY,
		[LIFE_DOWN] = ACTION_REFUSE_REMAINS,
	},
	[CONTROL_CONSOLE] = { [LIFE_OFF ... LIFE_DOWN] = ACTION_CONSOLE },
	[CONTROL_WATCH] = { [LIFE_OFF ... LIFE_DOWN] = ACTION_CONSOLE },
};

enum supervisor_action supervisor_decide(
	enum control_verb verb, enum supervisor_phase phase, enum supervisor_goal goal)
{
	enum supervisor_action action = actions[verb][phase];
	/* One start after another: the second would take the place of the first. */
	if (action == ACTION_START_AFTER && goal != GOAL_OFF)
		return ACTION_REFUSE_BUSY;
	return action;
}

enum supervisor_goal supervisor_goal_after(
	enum supervisor_phase phase, enum supervisor_goal goal, int status)
{
	enum supervisor_goal wish = status == RUNTIME_REBOOT ? GOAL_RUNNING : GOAL_OFF;
	switch (phase) {
	case LIFE_RUNNING:
		/* Its own wish; unless it runs it has none. */
		return wish;
	case LIFE_SHUTTING_DOWN:
		return goal == GOAL_UNKNOWN ? wish : goal;
	case LIFE_HALTING:
	case LIFE_DOWN:
		return goal;
	case LIFE_OFF:
	case LIFE_PREPARING:
	case LIFE_READY:
	case LIFE_BOOTING:
	case LIFE_COUNT:
		break;
	}
	return GOAL_OFF;
}

enum zone_state supervisor_state(enum supervisor_phase phase)
{
	static const enum zone_state states[LIFE_COUNT] = {
		[LIFE_OFF] = STATE_INSTALLED,
		[LIFE_PREPARING] = STATE_READY,
		[LIFE_READY] = STATE_READY,
		/* Until init is known to run: it may never. */
		[LIFE_BOOTING] = STATE_READY,
		[LIFE_RUNNING] = STATE_RUNNING,
		[LIFE_SHUTTING_DOWN] = STATE_SHUTTING_DOWN,
		[LIFE_HALTING] = STATE_SHUTTING_DOWN,
		[LIFE_DOWN] = STATE_DOWN,
	};
	return states[phase];
}
