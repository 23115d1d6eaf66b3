/* life.c - what the subcommands share that begin a zone's life or end it. */
#include "cmd/life.h"

#include "cmd/work.h"
#include "zone/verify.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>

const char *life_parse_words(int argc, char **argv, char ***ret_words)
{
	*ret_words = strcmp(argv[optind - 1], "--") == 0 ? argv + optind : NULL;
	return *ret_words || optind == argc ? NULL
					    : "no operand is expected; the arguments of the zone's "
					      "init come after --";
}

static int find_state(const struct adm *adm)
{
	return registry_state(adm->registry, adm->entry->name, adm->entry->state, adm->messages);
}

static int check_user(const struct adm *adm)
{
	return registry_writable()
		? 0
		: message_error(adm->messages, -EPERM, "only root may start and stop zones");
}

int life_check(struct adm *adm, enum zone_operation operation)
{
	int rc = check_user(adm);
	int state = rc < 0 ? rc : find_state(adm);
	if (state >= 0)
		rc = zone_state_allows(
			(enum zone_state)state, operation, adm->entry->name, adm->messages);
	return rc < 0 ? rc : state;
}

/* ---- booting ---- */

/* As zoneadm verify does. Returns 0 or a negative errno, described. */
static int verify(const struct adm *adm, const struct registry_zone *zone)
{
	int rc = zone_verify(adm->registry, &adm->index, adm->entry, zone, adm->messages);
	if (rc < 0)
		message_error(adm->messages, rc, "zone '%s' failed to verify", adm->entry->name);
	return rc;
}

int life_ask(struct adm *adm, const struct control_request *request)
{
	int rc = control_ask(adm->entry->name, request, adm->messages);
	return rc < 0 ? CMD_FAILED : CMD_DONE;
}

/* A start: which state it is for, and what that is called. */
struct start {
	enum zone_operation operation;
	enum zone_state state;
	const char *text;
};

static bool has_started(const struct adm *adm, const struct start *start, enum zone_state state)
{
	if (state == start->state)
		message_note(adm->messages, "zone %s is already %s", adm->entry->name, start->text);
	return state == start->state;
}

/* With the zone locked. */
static int start_locked(
	struct work *work, const struct start *start, struct control_request *request, char **words)
{
	struct adm *adm = work->adm;
	if (has_started(adm, start, work->state))
		return CMD_DONE;
	const struct registry_zone zone = { .zone = work->zone, .state = work->state };
	if (zone_state_allows(work->state, start->operation, work->name, adm->messages) < 0
		|| verify(adm, &zone) < 0)
		return CMD_FAILED;
	runtime_boot_set_arguments(&request->boot, words, work->zone);
	request->lock_fd = work->lock_fd;
	return life_ask(adm, request);
}

int life_start(struct adm *adm, struct control_request *request, char **words)
{
	static const struct start boot = { OP_BOOT, STATE_RUNNING, "booted" };
	static const struct start ready = { OP_READY, STATE_READY, "ready" };
	const struct start *start = request->verb == CONTROL_READY ? &ready : &boot;
	int state = check_user(adm) < 0 ? -EPERM : find_state(adm);
	if (state < 0)
		return CMD_FAILED;
	if (has_started(adm, start, (enum zone_state)state))
		return CMD_DONE;
	if (zone_state_allows(
		    (enum zone_state)state, start->operation, adm->entry->name, adm->messages)
		< 0)
		return CMD_FAILED;
	/* Who starts it at the same time is waited for, and has done it then: any state will do. */
	AUTO_WORK work = { .lock_fd = -1 };
	if (work_begin(adm, OP_CONFIGURE, &work) < 0)
		return CMD_FAILED;
	return start_locked(&work, start, request, words);
}

int life_restart(struct adm *adm, struct control_request *request, char **words)
{
	struct registry_zone zone;
	const char *name = adm->entry->name;
	int rc = registry_load(adm->registry, name, &zone, adm->messages);
	if (rc == -ENOENT)
		registry_unknown(name, adm->messages);
	if (rc < 0)
		return CMD_FAILED;
	rc = verify(adm, &zone);
	if (rc == 0)
		runtime_boot_set_arguments(&request->boot, words, zone.zone);
	zone_free(zone.zone);
	return rc < 0 ? CMD_FAILED : life_ask(adm, request);
}
