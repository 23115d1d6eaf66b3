/* supervisor_adopt.c - a life whose supervisor was killed: it is taken over, or cleaned up. */
#include "runtime/supervisor_private.h"

#include "base/fd.h"
#include "runtime/cgroup.h"
#include "util/alloc.h"
#include "util/clock.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

/* For the engine to end after init; not longer, as somebody waits for this supervisor to begin. */
enum { ENGINE_WAIT_MS = 1000 };

/*
 * The console's master, of which the engine has a copy: by number, as the pseudoterminal has no
 * name that another one could not have by now. Returns an fd or a negative errno.
 */
static int fetch_console(const struct supervisor *s)
{
	const struct supervisor_life *life = &s->life;
	if (life->launcher.pidfd < 0 || life->live.console_fd < 0)
		return -ESRCH;
	int fd = pidfd_getfd(life->launcher.pidfd, life->live.console_fd, 0);
	return fd < 0 ? -errno : fd;
}

/* The console, that of the zone if it has one. Returns 0 or a negative errno, described. */
static int make_console(struct supervisor *s)
{
	int master = fetch_console(s);
	if (master < 0 && s->life.init_pidfd >= 0)
		message_warning(s->log,
			"the console of zone %s cannot be had back, only another one: %s", s->name,
			strerror(-master));
	int rc = console_new(master < 0 ? -1 : master, &s->console, s->log);
	if (rc < 0)
		fd_close(master);
	return rc;
}

/*
 * Where the zone is, and, if it lives, how it is configured. It may be unknown by now, if it was
 * deleted by force; one that does not even live is not supervised.
 */
static int find_zone(struct supervisor *s)
{
	struct registry *registry;
	int rc = registry_open("zoneadmd", &registry, s->log);
	if (rc < 0)
		return rc;
	struct index index = { 0 };
	struct registry_zone stored = { 0 };
	rc = registry_index(registry, &index, s->log);
	const struct index_entry *entry = rc == 0 ? index_find(&index, s->name) : NULL;
	if (rc == 0 && !entry && !s->life.recorded)
		rc = registry_unknown(s->name, s->log);
	if (entry && s->life.recorded) {
		s->life.zonepath = xstrdup(entry->zonepath);
		/* What is wrong with it was described, and is in the way of the next boot only. */
		(void)registry_load(registry, s->name, &stored, s->log);
		s->life.zone = stored.zone;
		s->life.version = stored.version;
	}
	index_free(&index);
	registry_close(registry);
	return rc;
}

/* *ret_pidfd is -1 if the process does not run. Returns 0 or a negative errno, described. */
static int open_process(const struct supervisor *s, const struct process *process, int *ret_pidfd)
{
	int fd = process_open(process);
	*ret_pidfd = fd < 0 ? -1 : fd;
	if (fd >= 0 || fd == -ESRCH)
		return 0;
	return message_error(s->log, fd, "cannot tell whether process %d of zone %s runs: %s",
		(int)process->pid, s->name, strerror(-fd));
}

static int open_processes(struct supervisor *s)
{
	struct supervisor_life *life = &s->life;
	int rc = open_process(s, &life->live.engine, &life->launcher.pidfd);
	if (life->launcher.pidfd >= 0)
		life->launcher.pid = life->live.engine.pid;
	return rc < 0 ? rc : open_process(s, &life->live.init, &life->init_pidfd);
}

/* A zone that runs is taken over: its shutdown, too, if it was being shut down. */
static int take_over(struct supervisor *s)
{
	struct supervisor_life *life = &s->life;
	bool ending = life->live.state == STATE_SHUTTING_DOWN;
	if (ending)
		life->goal = GOAL_UNKNOWN;
	int rc = process_find(getpid(), &life->live.supervisor);
	if (rc < 0)
		return message_error(
			s->log, rc, "cannot tell when zoneadmd began: %s", strerror(-rc));
	life->live.supervised = true;
	life->announced = true;
	life->init_started = true;
	life->timeout = CONTROL_SHUTDOWN_S; /* what is left of it nobody knows */
	if (ending)
		life->deadline = clock_ms() + (int64_t)life->timeout * 1000;
	rc = supervisor_notify_open(s);
	if (rc == 0 && life->live.cgroup)
		rc = cgroup_watch(life->live.cgroup, &life->cgroup_fd, s->log);
	if (rc == 0)
		rc = supervisor_enter(s, ending ? LIFE_SHUTTING_DOWN : LIFE_RUNNING);
	if (rc == 0)
		message_note(s->log,
			"zone %s runs, and its supervisor was killed: this one goes on", s->name);
	return rc;
}

/*
 * Whether its init has ended to boot again while nobody watched. The engine ends in a moment, and
 * leaves word of how; so does one that is gone already.
 */
static bool has_rebooted(const struct supervisor *s)
{
	const struct supervisor_life *life = &s->life;
	struct pollfd engine = { life->launcher.pidfd, POLLIN, 0 };
	if (!life->live.init.pid)
		return false;
	if (engine.fd >= 0)
		(void)poll(&engine, 1, ENGINE_WAIT_MS);
	return launcher_read_status(s->place) == RUNTIME_REBOOT;
}

/*
 * Whether the zone is to boot again, as it was about to; then it is locked. As nothing of it lives,
 * others may have begun to work on it: they come first.
 */
static bool wants_reboot(struct supervisor *s)
{
	struct supervisor_life *life = &s->life;
	if (!life->zone || (!life->live.again && !has_rebooted(s)))
		return false;
	struct registry *registry;
	struct messages quiet = messages_quiet();
	if (registry_open("zoneadmd", &registry, s->log) < 0)
		return false;
	life->zone_lock_fd = registry_lock_zone(registry, s->name, LOCK_EXCLUSIVE, 0, &quiet);
	registry_close(registry);
	return life->zone_lock_fd >= 0;
}

int supervisor_adopt(struct supervisor *s)
{
	struct supervisor_life *life = &s->life;
	int rc = live_find(s->run_fd, s->name, &life->live, s->log);
	if (rc < 0)
		return rc;
	life->recorded = life->live.runtime;
	rc = find_zone(s);
	if (rc < 0)
		return rc;
	if (!life->recorded)
		return make_console(s);
	life->ops = runtime_find(life->live.runtime);
	if (!life->ops)
		return message_error(s->log, -ENOTSUP,
			"zone %s was booted under \"%s\", which this zoneadmd does not know: it is "
			"of another version",
			s->name, life->live.runtime);
	rc = open_processes(s);
	if (rc == 0)
		rc = make_console(s);
	if (rc < 0)
		return rc;
	/*
	 * Whoever looks at it is no reason to kill what runs: without its engine it has lost its
	 * console, but it works, and can be shut down. Without its init there is nothing to go on
	 * with: that goes, and comes again if that is what it wanted.
	 */
	if (life->init_pidfd >= 0)
		return take_over(s);
	/* If it cannot be watched, it is looked at now and then. */
	struct messages quiet = messages_quiet();
	if (life->live.cgroup)
		(void)cgroup_watch(life->live.cgroup, &life->cgroup_fd, &quiet);
	if (wants_reboot(s))
		supervisor_reboot_itself(s);
	else
		supervisor_halt(s, 0);
	return 0;
}
