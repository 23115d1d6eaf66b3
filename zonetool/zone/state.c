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
#define READY (1u << STATE_READY)
#define RUNNING (1u << STATE_RUNNING)
#define SHUTTING_DOWN (1u << STATE_SHUTTING_DOWN)
#define DOWN (1u << STATE_DOWN)
#define EVERY ((1u << STATE_COUNT) - 1)

#define INSTALL_FIRST "install it first (zoneadm install)"
#define BOOT_FIRST "boot it first (zoneadm boot)"
#define HALT_FIRST "halt it first (zoneadm halt)"
#define UNINSTALL_FIRST "uninstall it first (zoneadm uninstall)"

/* What an operation demands, and what is told when it is refused. */
static const struct rule {
	unsigned allowed;    /* states, as bits */
	const char *refusal; /* what cannot be done */
	/* What would be right, by the state the zone is in; NULL where that state is allowed. */
	const char *configured, *incomplete, *installed;
	const char *ready, *running; /* NULL: live */
	const char *live;            /* all states that are not stored */
} rules[OP_COUNT] = {
	[OP_CONFIGURE] = { .allowed = EVERY },
	[OP_RELOCATE] = { .allowed = CONFIGURED,
		.refusal = "what its installation was made from cannot be changed",
		.incomplete = UNINSTALL_FIRST,
		.installed =
			"zoneadm move changes its zonepath; for anything else, uninstall it first",
		.live = HALT_FIRST "; then zoneadm move changes its zonepath" },
	[OP_RENAME] = { .allowed = CONFIGURED | INCOMPLETE | INSTALLED,
		.refusal = "it cannot be renamed",
		.live = HALT_FIRST },
	[OP_DELETE] = { .allowed = CONFIGURED,
		.refusal = "its configuration cannot be deleted",
		.incomplete = UNINSTALL_FIRST ", or leave its files behind with delete -F",
		.installed = UNINSTALL_FIRST ", or leave its files behind with delete -F",
		.live = HALT_FIRST ", then uninstall it" },
	[OP_FORCE_DELETE] = { .allowed = CONFIGURED | INCOMPLETE | INSTALLED,
		.refusal = "its configuration cannot be deleted",
		.live = HALT_FIRST },
	[OP_OVERWRITE] = { .allowed = CONFIGURED,
		.refusal = "it cannot be created anew",
		.incomplete = UNINSTALL_FIRST,
		.installed = UNINSTALL_FIRST,
		.live = HALT_FIRST ", then uninstall it" },
	[OP_INSTALL] = { .allowed = CONFIGURED,
		.refusal = "it cannot be installed",
		.incomplete = UNINSTALL_FIRST,
		.installed = "to install it anew, " UNINSTALL_FIRST,
		.live = HALT_FIRST ", then uninstall it" },
	[OP_CLONE] = { .allowed = CONFIGURED,
		.refusal = "it cannot be made a clone",
		.incomplete = UNINSTALL_FIRST,
		.installed = UNINSTALL_FIRST,
		.live = HALT_FIRST ", then uninstall it" },
	[OP_CLONE_SOURCE] = { .allowed = INSTALLED,
		.refusal = "it cannot be cloned",
		.configured = INSTALL_FIRST,
		.incomplete = UNINSTALL_FIRST,
		.live = HALT_FIRST },
	[OP_MOVE] = { .allowed = INSTALLED,
		.refusal = "it cannot be moved",
		.configured = "install it first, or set its zonepath with zonecfg",
		.incomplete = UNINSTALL_FIRST,
		.live = HALT_FIRST },
	[OP_DETACH] = { .allowed = INSTALLED,
		.refusal = "it cannot be detached",
		.configured = "only what is installed can be; perhaps it is detached already",
		.incomplete = UNINSTALL_FIRST,
		.live = HALT_FIRST },
	[OP_ATTACH] = { .allowed = CONFIGURED,
		.refusal = "it cannot be attached",
		.incomplete = UNINSTALL_FIRST,
		.installed = "its files are there already",
		.live = "its files are there already" },
	[OP_UNINSTALL] = { .allowed = INCOMPLETE | INSTALLED,
		.refusal = "it cannot be uninstalled",
		.configured = "there is nothing to remove; zonecfg deletes its configuration",
		.live = HALT_FIRST },
	[OP_MARK] = { .allowed = CONFIGURED | INCOMPLETE | INSTALLED,
		.refusal = "it cannot be marked",
		.live = HALT_FIRST },
	[OP_RECOVER] = { .allowed = CONFIGURED | INCOMPLETE | INSTALLED,
		.refusal = "nothing of it can be finished or undone",
		.live = HALT_FIRST },
	[OP_BOOT] = { .allowed = INSTALLED | READY,
		.refusal = "it cannot be booted",
		.configured = INSTALL_FIRST,
		.incomplete = UNINSTALL_FIRST,
		.running = "to boot it anew, reboot it (zoneadm reboot)",
		.live = HALT_FIRST },
	[OP_READY] = { .allowed = INSTALLED,
		.refusal = "it cannot be made ready",
		.configured = INSTALL_FIRST,
		.incomplete = UNINSTALL_FIRST,
		.ready = "it can be booted (zoneadm boot)",
		.live = HALT_FIRST },
	[OP_HALT] = { .allowed = INSTALLED | READY | RUNNING | SHUTTING_DOWN | DOWN,
		.refusal = "it cannot be halted",
		.configured = "only what is installed can run",
		.incomplete = "only what is installed can run",
		.live = "unmount its file systems instead" },
	/* Who asks for it again waits for its end, too. */
	[OP_SHUTDOWN] = { .allowed = RUNNING | SHUTTING_DOWN,
		.refusal = "it cannot be shut down",
		.configured = "only a running zone can be",
		.incomplete = "only a running zone can be",
		.installed = "only a running zone can be",
		.live = "halt it instead (zoneadm halt)" },
	[OP_REBOOT] = { .allowed = RUNNING,
		.refusal = "it cannot be rebooted",
		.configured = INSTALL_FIRST ", then boot it",
		.incomplete = UNINSTALL_FIRST,
		.installed = "boot it instead (zoneadm boot)",
		.ready = "boot it instead (zoneadm boot)",
		.live = HALT_FIRST ", then boot it" },
	[OP_LOGIN] = { .allowed = RUNNING,
		.refusal = "nothing can be run in it",
		.configured = INSTALL_FIRST ", then boot it",
		.incomplete = UNINSTALL_FIRST,
		.installed = BOOT_FIRST,
		.ready = BOOT_FIRST,
		.live = "its console tells what it does (zlogin -C)" },
	[OP_CONSOLE] = { .allowed = EVERY & ~(CONFIGURED | INCOMPLETE),
		.refusal = "it has no console",
		.configured = INSTALL_FIRST,
		.incomplete = UNINSTALL_FIRST },
	[OP_VERIFY] = { .allowed = EVERY & ~INCOMPLETE,
		.refusal = "there is nothing whole to verify",
		.incomplete = UNINSTALL_FIRST },
};

const char *zone_state_name(enum zone_state state)
{
	return state_names[state];
}

bool zone_state_is_live(enum zone_state state)
{
	return state > STATE_INSTALLED;
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
	const char *const advice[STATE_COUNT] = {
		[STATE_CONFIGURED] = rule->configured,
		[STATE_INCOMPLETE] = rule->incomplete,
		[STATE_INSTALLED] = rule->installed,
		[STATE_READY] = rule->ready,
		[STATE_RUNNING] = rule->running,
	};
	return message_error(messages, -EBUSY, "zone %s is %s, so %s: %s", name, state_names[state],
		rule->refusal, advice[state] ? advice[state] : rule->live);
}
