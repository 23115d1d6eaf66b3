/* supervisor_request.c - what a request does: refused, answered at once, or begun. */
#include "runtime/supervisor_private.h"

#include "base/fd.h"

#include <errno.h>

/* Why a request cannot be met now, to complete "zone web ". */
static const char *const busy_texts[LIFE_COUNT] = {
	[LIFE_OFF] = "does not live",
	[LIFE_PREPARING] = "is being made ready",
	[LIFE_READY] = "is being made ready",
	[LIFE_BOOTING] = "is booting",
	[LIFE_RUNNING] = "is running",
	[LIFE_SHUTTING_DOWN] = "is being shut down",
	[LIFE_HALTING] = "is being halted",
	[LIFE_DOWN] = "is being halted",
};

/* Why a request is refused, to complete "zone web " likewise. NULL: the phase says it. */
static const struct {
	int error;
	const char *text;
} refusals[] = {
	[ACTION_REFUSE_BUSY] = { -EBUSY, NULL },
	[ACTION_REFUSE_LIVE] = { -EBUSY,
		"is running: it would have to be halted to be made ready (zoneadm halt)" },
	[ACTION_REFUSE_TWICE] = { -EBUSY,
		"is being shut down already: zoneadm halt does not wait for it" },
	[ACTION_REFUSE_OFF] = { -ESRCH, "is not running: zoneadm boot starts it" },
	[ACTION_REFUSE_REMAINS] = { -EBUSY,
		"is down, but not gone: processes of it cannot be ended, or what it had cannot be "
		"taken away; zoneadm halt tries again, and says what it is" },
};

static int refuse(
	const struct supervisor *s, enum supervisor_action action, struct messages *messages)
{
	if (refusals[action].text)
		return message_error(messages, refusals[action].error, "zone %s %s", s->name,
			refusals[action].text);
	return message_error(messages, refusals[action].error,
		"zone %s %s: repeat the command when that is done, or halt the zone (zoneadm halt)",
		s->name, busy_texts[s->life.phase]);
}

/* What is so already, to complete "zone web is already ". */
static const char *already(enum control_verb verb)
{
	return verb == CONTROL_HALT ? "halted" : verb == CONTROL_READY ? "ready" : "booted";
}

/* Whether a new life may begin. Returns 0 or a negative errno, described. */
static int check_ending(const struct supervisor *s, struct messages *messages)
{
	return s->ending ? message_error(messages, -EBUSY,
		       "zoneadmd of zone %s was told to end: repeat the command", s->name)
			 : 0;
}

/* The same for this request. */
static int may_start(const struct supervisor *s, const struct control_request *request,
	struct messages *messages)
{
	int rc = check_ending(s, messages);
	if (rc < 0)
		return rc;
	if (request->lock_fd < 0)
		return message_error(
			messages, -EINVAL, "a zone is booted by who holds its lock: use zoneadm");
	return 0;
}

static void take_boot(struct runtime_boot *boot, struct control_request *request)
{
	runtime_boot_free(boot);
	*boot = request->boot;
	request->boot = (struct runtime_boot){ 0 };
}

static void take_lock(struct supervisor *s, struct control_request *request)
{
	fd_close(s->life.zone_lock_fd);
	s->life.zone_lock_fd = fd_take(&request->lock_fd);
}

static enum supervisor_goal goal_of(const struct control_request *request)
{
	return request->verb == CONTROL_READY ? GOAL_READY : GOAL_RUNNING;
}

static int start(struct supervisor *s, struct supervisor_client *client,
	struct control_request *request, struct messages *messages)
{
	int rc = may_start(s, request, messages);
	if (rc < 0)
		return rc;
	if (s->life.phase == LIFE_HALTING) {
		/* Those whose boot has failed have nothing to do with this one. */
		supervisor_answer_all(s, WAIT_UP, s->life.error, NULL);
		client->wait = WAIT_UP;
		take_lock(s, request);
		take_boot(&s->life.again, request);
		s->life.goal = goal_of(request);
		s->life.error = 0;
		return 0;
	}
	client->wait = WAIT_UP;
	take_lock(s, request);
	take_boot(&s->life.boot, request);
	supervisor_start(s, goal_of(request));
	return 0;
}

/* The platform is there; if it was made of another configuration, it is made anew. */
static int boot_ready(struct supervisor *s, struct supervisor_client *client,
	struct control_request *request, struct messages *messages)
{
	int rc = may_start(s, request, messages);
	if (rc < 0)
		return rc;
	struct registry *registry;
	rc = registry_open("zoneadmd", &registry, messages);
	if (rc < 0)
		return rc;
	struct registry_version version = registry_version(registry, s->name);
	registry_close(registry);
	client->wait = WAIT_UP;
	take_lock(s, request);
	if (!registry_version_equal(&version, &s->life.version)) {
		message_note(messages,
			"zone %s was reconfigured since it was made ready, which is done again",
			s->name);
		take_boot(&s->life.again, request);
		s->life.goal = GOAL_RUNNING;
		supervisor_halt(s, 0);
		return 0;
	}
	take_boot(&s->life.boot, request);
	supervisor_boot(s);
	return 0;
}

static void halt(struct supervisor *s, struct supervisor_client *client)
{
	client->wait = WAIT_OFF;
	supervisor_stay_off(s);
	if (s->life.phase != LIFE_HALTING)
		supervisor_halt(s, 0);
}

static int restart(struct supervisor *s, struct supervisor_client *client,
	struct control_request *request, struct messages *messages)
{
	int rc = check_ending(s, messages);
	if (rc < 0)
		return rc;
	/* Who waits for it to be off is not to wait for ever. */
	supervisor_answer_all(s, WAIT_OFF, -ECANCELED, "is rebooted instead");
	client->wait = WAIT_UP;
	take_boot(&s->life.again, request);
	s->life.goal = GOAL_RUNNING;
	console_notice(s->console, "Zone rebooting");
	supervisor_halt(s, 0);
	return 0;
}

static void shut_down(
	struct supervisor *s, struct supervisor_client *client, struct control_request *request)
{
	client->wait = request->reboot ? WAIT_UP : WAIT_OFF;
	s->life.goal = request->reboot ? GOAL_RUNNING : GOAL_OFF;
	s->life.timeout = request->timeout;
	take_boot(&s->life.again, request);
	supervisor_shutdown(s);
}

/* Hand the connection to the console, whose it is then. */
static int attach(struct supervisor *s, struct supervisor_client *client,
	const struct control_request *request, struct messages *messages)
{
	int rc = console_attach(s->console, client->fd, request->pid,
		request->verb == CONTROL_CONSOLE, request->rows, request->columns, messages);
	if (rc < 0)
		return rc;
	client->fd = -1;
	return 0;
}

void supervisor_request(
	struct supervisor *s, struct supervisor_client *client, struct control_request *request)
{
	struct messages messages = control_messages(&client->fd);
	enum supervisor_action action = supervisor_decide(
		request->verb, s->life.phase, s->life.goal);
	int rc = 0;
	switch (action) {
	case ACTION_NONE:
		message_note(&messages, "zone %s is already %s", s->name, already(request->verb));
		supervisor_answer(client, 0);
		return;
	case ACTION_START:
	case ACTION_START_AFTER:
		rc = start(s, client, request, &messages);
		break;
	case ACTION_BOOT:
		rc = boot_ready(s, client, request, &messages);
		break;
	case ACTION_HALT:
	case ACTION_WAIT:
		halt(s, client);
		break;
	case ACTION_SHUTDOWN:
		shut_down(s, client, request);
		break;
	case ACTION_RESTART:
		rc = restart(s, client, request, &messages);
		break;
	case ACTION_CONSOLE:
		rc = attach(s, client, request, &messages);
		break;
	case ACTION_REFUSE_BUSY:
	case ACTION_REFUSE_LIVE:
	case ACTION_REFUSE_TWICE:
	case ACTION_REFUSE_OFF:
	case ACTION_REFUSE_REMAINS:
		rc = refuse(s, action, &messages);
		break;
	}
	if (rc < 0)
		supervisor_answer(client, rc);
}
