/* state.c - the states of a zone, and which operation is allowed in which. */
#include "zone/state.h"

#include <errno.h>
#include <string.h>

static const char *const state_names[STATE_COUNT] = {
	[STATE_CONFIGURED] = "configured",
	[STATE_INCOMPLETE] = "incomplete",
	[STATE_INSTALLED] = "installed",
	[STATE_READY] = "ready",
	[STATE_RUNNING] = "running",
	[STATE_SHUTTING_DOWN] = "shutting_down",
	[STATE_DOWN] = "down",
	[STATE_MOUNTED] = "mounted",
};

#define CONFIGURED (1u << STATE_CONFIGURED)
#define INCOMPLETE (1u << STATE_INCOMPLETE)
#define INSTALLED (1u << STATE_INSTALLED)
#define EVERY ((1u << STATE_COUNT) - 1)

#define HALT_FIRST "halt it first (zoneadm halt)"

/* What an operation demands, and what is told when it is refused. */
static const struct rule {
	unsigned allowed;    /* states, as bits */
	const char *refusal; /* what cannot be done */
	/* What would be right, by the state the zone is in; NULL where that state is allowed. */
	const char *incomplete, *installed, *live;
} rules[OP_COUNT] = {
	[OP_CONFIGURE] = { EVERY, NULL, NULL, NULL, NULL },
	[OP_RELOCATE] = { CONFIGURED, "what its installation was made from cannot be changed",
		"uninstall it first (zoneadm uninstall)",
		"zoneadm move changes its zonepath; for anything else, uninstall it first",
		HALT_FIRST "; then zoneadm move changes its zonepath" },
	[OP_RENAME] = { CONFIGURED | INCOMPLETE | INSTALLED, "it cannot be renamed", NULL, NULL,
		HALT_FIRST },
	[OP_DELETE] = { CONFIGURED, "its configuration cannot be deleted",
		"uninstall it first (zoneadm uninstall), or leave its files behind with delete -F",
		"uninstall it first (zoneadm uninstall), or leave its files behind with delete -F",
		HALT_FIRST ", then uninstall it" },
	[OP_FORCE_DELETE] = { CONFIGURED | INCOMPLETE | INSTALLED,
		"its configuration cannot be deleted", NULL, NULL, HALT_FIRST },
	[OP_OVERWRITE] = { CONFIGURED, "it cannot be created anew",
		"uninstall it first (zoneadm uninstall)", "uninstall it first (zoneadm uninstall)",
		HALT_FIRST ", then uninstall it" },
	[OP_VERIFY] = { EVERY & ~INCOMPLETE, "there is nothing whole to verify",
		"uninstall it first (zoneadm uninstall)", NULL, NULL },
};

const char *zone_state_name(enum zone_state state)
{
	return state_names[state];
}

int zone_state_parse(const char *name)
{
	for (int state = 0; state <= STATE_INSTALLED; state++)
		if (strcmp(name, state_names[state]) == 0)
			return state;
	return -EINVAL;
}

int zone_state_allows(enum zone_state state, enum zone_operation operation, const char *name,
	struct messages *messages)
{
	const struct rule *rule = &rules[operation];
	if (rule->allowed & (1u << state))
		return 0;
	const char *instead = state == STATE_INCOMPLETE ? rule->incomplete
		: state == STATE_INSTALLED              ? rule->installed
							: rule->live;
	return message_error(messages, -EBUSY, "zone %s is %s, so %s: %s", name, state_names[state],
		rule->refusal, instead);
}
