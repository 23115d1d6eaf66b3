/* supervisor_life.c - a life of the zone, from ready to its end: its engine, its init. */
#include "runtime/supervisor_private.h"

#include "base/fd.h"
#include "util/alloc.h"
#include "util/clock.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

enum {
	START_WAIT_MS = 60000, /* for the engine to start init */
	TRIAL_MS = 300,        /* that init must have run until a boot has succeeded */
	ASK_MS = 50,           /* until init is asked again to shut down */
	ENGINE_WAIT_MS = 5000, /* for the engine to end after init */
	CONSOLE_LINES = 10,    /* of the console, that tell why a boot failed */
};

struct runtime_zone supervisor_zone(const struct supervisor *s)
{
	const struct supervisor_life *life = &s->life;
	return (struct runtime_zone){ .name = s->name,
		.zone = life->zone,
		.zonepath = life->zonepath,
		.place = s->place,
		.id = life->live.id,
		.uid_shift = life->uid_shift };
}

/* ---- what a life has ---- */

void supervisor_life_init(struct supervisor_life *life)
{
	*life = (struct supervisor_life){ .live.console_fd = -1,
		.launcher = { .pidfd = -1, .channel = -1 },
		.init_pidfd = -1,
		.notify_fd = -1,
		.cgroup_fd = -1,
		.zone_lock_fd = -1 };
}

void supervisor_life_clear(struct supervisor_life *life)
{
	launcher_close(&life->launcher);
	fd_close(life->init_pidfd);
	fd_close(life->notify_fd);
	fd_close(life->cgroup_fd);
	fd_close(life->zone_lock_fd);
	live_free(&life->live);
	zone_free(life->zone);
	free(life->zonepath);
	runtime_boot_free(&life->boot);
	runtime_boot_free(&life->again);
	supervisor_life_init(life);
}

int supervisor_enter(struct supervisor *s, enum supervisor_phase phase)
{
	struct supervisor_life *life = &s->life;
	enum zone_state state = supervisor_state(phase);
	if (life->live.state != state)
		life->live.since = time(NULL);
	life->phase = phase;
	life->live.state = state;
	/* Until it runs, so that it does although this supervisor is killed on the way. */
	if (phase >= LIFE_RUNNING)
		life->live.again = phase >= LIFE_HALTING && life->goal == GOAL_RUNNING
			&& !life->error;
	return life->recorded ? live_store(s->run_fd, s->name, &life->live, &s->messages) : 0;
}

void supervisor_stay_off(struct supervisor *s)
{
	s->life.goal = GOAL_OFF;
	/* What cannot be stored was described. */
	(void)supervisor_enter(s, s->life.phase);
}

/* ---- from ready to running ---- */

/* It is where it was to go. */
static void announce(struct supervisor *s)
{
	s->life.announced = true;
	s->life.deadline = 0;
	/* It lives, which keeps others off. */
	s->life.zone_lock_fd = fd_close(s->life.zone_lock_fd);
	supervisor_answer_all(s, WAIT_UP, 0, NULL);
}

static void ready(struct supervisor *s)
{
	int rc = supervisor_enter(s, LIFE_READY);
	if (rc < 0) {
		supervisor_halt(s, rc);
	} else if (s->life.goal == GOAL_READY) {
		console_notice(s->console, "Zone readied");
		announce(s);
	} else {
		supervisor_boot(s);
	}
}

void supervisor_boot(struct supervisor *s)
{
	struct supervisor_life *life = &s->life;
	life->goal = GOAL_RUNNING;
	life->announced = false;
	console_begin(s->console);
	console_notice(s->console, "Zone booting up");
	int rc = launcher_boot(&life->launcher, &life->boot, &s->messages);
	if (rc == 0)
		rc = supervisor_enter(s, LIFE_BOOTING);
	life->deadline = clock_ms() + START_WAIT_MS;
	if (rc < 0)
		supervisor_halt(s, rc);
}

void supervisor_launcher_event(struct supervisor *s)
{
	enum launcher_event event = launcher_receive(&s->life.launcher, &s->messages);
	/* What comes of its end is told by its pidfd. */
	if (event == LAUNCHER_READY && s->life.phase == LIFE_PREPARING)
		ready(s);
}

/* Init has started, and which it is is known: now it only has to stay. */
static void begin_trial(struct supervisor *s)
{
	struct supervisor_life *life = &s->life;
	if (life->phase == LIFE_BOOTING && life->init_started && life->init_pidfd >= 0)
		life->deadline = clock_ms() + TRIAL_MS;
}

void supervisor_init_is(struct supervisor *s, pid_t pid)
{
	struct supervisor_life *life = &s->life;
	if (life->phase != LIFE_BOOTING || life->init_pidfd >= 0)
		return;
	struct process init;
	/* If it has ended already, so does the engine in a moment, which tells how. */
	if (process_find(pid, &init) < 0)
		return;
	int pidfd = process_open(&init);
	if (pidfd < 0)
		return;
	life->init_pidfd = pidfd;
	life->live.init = init;
	int rc = supervisor_enter(s, LIFE_BOOTING);
	if (rc < 0)
		supervisor_halt(s, rc);
	else
		begin_trial(s);
}

void supervisor_init_started(struct supervisor *s)
{
	/* Said again later, by the zone itself perhaps: that it has booted. */
	if (s->life.phase != LIFE_BOOTING || s->life.init_started)
		return;
	s->life.init_started = true;
	begin_trial(s);
}

/* ---- from running to its end ---- */

void supervisor_shutdown(struct supervisor *s)
{
	struct supervisor_life *life = &s->life;
	bool reboot = life->goal == GOAL_RUNNING;
	console_notice(s->console, reboot ? "Zone rebooting" : "Zone shutting down");
	/* What cannot be stored was described, and is no reason to go on running. */
	(void)supervisor_enter(s, LIFE_SHUTTING_DOWN);
	life->deadline = clock_ms() + (int64_t)life->timeout * 1000;
	supervisor_ask(s);
}

void supervisor_ask(struct supervisor *s)
{
	struct supervisor_life *life = &s->life;
	bool reboot = life->goal == GOAL_RUNNING;
	/* One that has just begun is deaf for it until it has got so far. */
	bool hears = process_hears(life->live.init.pid, runtime_shutdown_signal(reboot));
	life->tick = hears ? 0 : clock_ms() + ASK_MS;
	if (!hears)
		return;
	int rc = life->init_pidfd < 0 ? -ESRCH : life->ops->shutdown(life->init_pidfd, reboot);
	if (rc < 0) {
		message_warning(&s->messages,
			"the init of zone %s cannot be told to shut down, so the zone is halted: "
			"%s",
			s->name, strerror(-rc));
		supervisor_halt(s, 0);
	}
}

/* What ended instead of running on, and how; the caller's. */
static char *describe_end(const struct supervisor_life *life, int status)
{
	if (life->init_started)
		return xasprintf(": its init ended with status %d", status);
	/* Why is known better, and was said. */
	if (life->launcher.told)
		return xstrdup("");
	if (status == PROCESS_SIGNAL + SIGKILL)
		return xstrdup(": what it was to run in was killed, as when memory is short");
	return xasprintf(": what it was to run in ended with status %d", status);
}

/* The zone has not come up: what went wrong, and its own words. Returns -EIO. */
static int boot_failed(struct supervisor *s, const char *what)
{
	AUTO_FREE char *lines = console_last_lines(s->console, CONSOLE_LINES);
	AUTO_STR text = STR_EMPTY;
	text_addf(&text, "zone %s did not boot%s", s->name, what);
	if (*lines)
		text_adds(&text, "; the last lines of its console:");
	else if (*what)
		text_adds(&text, "; its console shows nothing");
	for (const char *at = lines; *at;) {
		size_t len = strcspn(at, "\n");
		text_addf(&text, "\n    %.*s", (int)len, at);
		at += len + (at[len] == '\n');
	}
	return message_error(&s->messages, -EIO, "%s", str_get(&text));
}

/* The status of an engine that has ended, as a shell gives it. */
static int reap(struct supervisor *s)
{
	struct supervisor_life *life = &s->life;
	int wait_status;
	int status = life->child ? LAUNCHER_STATUS_UNKNOWN : launcher_read_status(s->place);
	if (life->child && waitpid(life->launcher.pid, &wait_status, WNOHANG) > 0)
		status = process_status(wait_status);
	launcher_close(&life->launcher);
	life->launcher =
		(struct launcher){ .pidfd = -1, .channel = -1, .told = life->launcher.told };
	life->live.engine = (struct process){ 0 };
	return status;
}

void supervisor_reboot_itself(struct supervisor *s)
{
	struct supervisor_life *life = &s->life;
	life->goal = GOAL_RUNNING;
	console_notice(s->console, "Zone rebooting");
	runtime_boot_free(&life->again);
	runtime_boot_set_arguments(&life->again, NULL, life->zone);
	supervisor_halt(s, 0);
}

/* The engine of a zone that was up has ended: as was wanted by somebody, or not. */
static void ended(struct supervisor *s, int status)
{
	struct supervisor_life *life = &s->life;
	bool asked = life->phase == LIFE_SHUTTING_DOWN && life->goal != GOAL_UNKNOWN;
	life->goal = supervisor_goal_after(life->phase, life->goal, status);
	if (status > 0 && status != RUNTIME_REBOOT && !asked)
		message_warning(&s->messages,
			"zone %s has ended with status %d: what is left of it is killed", s->name,
			status);
	if (!asked && life->goal == GOAL_RUNNING)
		supervisor_reboot_itself(s);
	else
		supervisor_halt(s, 0);
}

void supervisor_engine_event(struct supervisor *s)
{
	struct supervisor_life *life = &s->life;
	/* What it has said before comes before: why it has ended, perhaps. */
	while (life->launcher.channel >= 0) {
		struct pollfd row = { life->launcher.channel, POLLIN, 0 };
		if (poll(&row, 1, 0) <= 0)
			break;
		launcher_receive(&life->launcher, &s->messages);
	}
	int status = reap(s);
	AUTO_FREE char *what = describe_end(life, status);
	switch (life->phase) {
	case LIFE_PREPARING:
	case LIFE_READY:
		message_error(&s->messages, -EIO, "zone %s is not ready%s", s->name, what);
		supervisor_halt(s, -EIO);
		break;
	case LIFE_BOOTING:
		supervisor_halt(s, boot_failed(s, what));
		break;
	case LIFE_RUNNING:
	case LIFE_SHUTTING_DOWN:
		ended(s, status);
		break;
	case LIFE_HALTING:
	case LIFE_DOWN:
		supervisor_halt_try(s);
		break;
	case LIFE_OFF:
	case LIFE_COUNT:
		break;
	}
}

void supervisor_init_event(struct supervisor *s)
{
	struct supervisor_life *life = &s->life;
	life->init_pidfd = fd_close(life->init_pidfd);
	life->live.init = (struct process){ 0 };
	if (life->phase >= LIFE_HALTING)
		return;
	life->tick = 0; /* it need not be asked to end any more */
	/* The engine knows how it has ended; if there is none any more, it may have left word. */
	if (life->launcher.pid)
		life->deadline = clock_ms() + ENGINE_WAIT_MS;
	else
		ended(s, launcher_read_status(s->place));
}

/*
 * Whether init is a program of the zone's by now: until then it has that of the engine, its parent,
 * and may fail to become another. What cannot be looked at is taken to be one; how it ends is told.
 */
static bool init_is_program(const struct supervisor_life *life)
{
	struct stat init, engine;
	AUTO_FREE char *init_path = xasprintf("/proc/%d/exe", (int)life->live.init.pid);
	AUTO_FREE char *engine_path = xasprintf("/proc/%d/exe", (int)life->launcher.engine);
	return life->live.init.pid == life->launcher.engine || stat(init_path, &init) < 0
		|| stat(engine_path, &engine) < 0 || init.st_dev != engine.st_dev
		|| init.st_ino != engine.st_ino;
}

/* Init has run for as long as that is looked at. */
static void end_trial(struct supervisor *s)
{
	struct supervisor_life *life = &s->life;
	if (!init_is_program(life) && ++life->trials < START_WAIT_MS / TRIAL_MS) {
		begin_trial(s);
		return;
	}
	if (supervisor_enter(s, LIFE_RUNNING) < 0)
		message_warning(&s->messages, "zone %s runs all the same", s->name);
	announce(s);
}

void supervisor_deadline(struct supervisor *s)
{
	struct supervisor_life *life = &s->life;
	bool init_ended = life->init_pidfd < 0;
	life->deadline = 0;
	if (life->phase == LIFE_BOOTING && life->init_started && !init_ended) {
		end_trial(s);
		return;
	}
	if (life->phase == LIFE_BOOTING) {
		supervisor_halt(s,
			boot_failed(s,
				life->init_started ? ": its init has ended, but not what it ran in"
						   : ": its init has not started"));
		return;
	}
	if (init_ended)
		message_warning(&s->messages,
			"the init of zone %s has ended, but not what it ran in: it is halted",
			s->name);
	else
		message_warning(&s->messages,
			"zone %s has not shut down within %u seconds: it is halted", s->name,
			life->timeout);
	life->goal = supervisor_goal_after(life->phase, life->goal, LAUNCHER_STATUS_UNKNOWN);
	supervisor_halt(s, 0);
}
