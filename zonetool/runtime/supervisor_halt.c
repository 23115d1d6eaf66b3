/* supervisor_halt.c - the end of a life: everything is killed, and what it had is taken away. */
#include "runtime/supervisor_private.h"

#include "base/fd.h"
#include "runtime/cgroup.h"
#include "runtime/network.h"
#include "util/clock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

enum {
	GIVE_UP_MS = 10000, /* when it is said that it does not end */
	THAW_MS = 500,      /* when what has not ended may be frozen */
	TICK_MS = 50,       /* what cannot be waited for is tried again so often */
	TICK_DOWN_MS = 1000,
};

/* ---- killing ---- */

/* All at once, the engine, too: a zone whose engine is killed alone lives on. */
static void kill_all(struct supervisor *s, struct messages *messages)
{
	struct supervisor_life *life = &s->life;
	if (life->live.cgroup)
		(void)cgroup_kill(life->live.cgroup, messages);
	/* It may not have come into the group yet. */
	if (life->launcher.pidfd >= 0)
		(void)pidfd_send_signal(life->launcher.pidfd, SIGKILL, NULL, 0);
	if (life->init_pidfd >= 0)
		(void)pidfd_send_signal(life->init_pidfd, SIGKILL, NULL, 0);
}

/* Whether there is a process still. Returns 0, or -EBUSY or another negative errno, described. */
static int check_killed(struct supervisor *s, struct messages *messages)
{
	struct supervisor_life *life = &s->life;
	if (life->launcher.pid)
		return message_error(messages, -EBUSY,
			"process %d, which zone %s runs in, was killed and does not end: it waits "
			"for the kernel, such as for a file system that does not answer",
			(int)life->launcher.pid, s->name);
	int populated = life->live.cgroup ? process_populated(life->live.cgroup) : 0;
	if (populated == 1)
		return message_error(messages, -EBUSY,
			"processes of zone %s were killed and do not end: they are in %s; they "
			"wait for the kernel, such as for a file system that does not answer",
			s->name, life->live.cgroup);
	if (populated < 0)
		return message_error(messages, populated, "cannot tell what runs in %s: %s",
			life->live.cgroup, strerror(-populated));
	return 0;
}

/* ---- taking away ---- */

/* Root's own directory, with what was made there: sockets, files, empty mount points. */
static int remove_place(const struct supervisor *s, struct messages *messages)
{
	DIR *dir = opendir(s->place);
	if (!dir)
		return errno == ENOENT
			? 0
			: message_error(messages, -errno, "%s: %s", s->place, strerror(errno));
	int rc = 0;
	for (const struct dirent *entry; (entry = readdir(dir));) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (unlinkat(dirfd(dir), entry->d_name, 0) < 0
			&& (errno != EISDIR
				|| unlinkat(dirfd(dir), entry->d_name, AT_REMOVEDIR) < 0))
			rc = message_error(messages, -errno, "cannot remove %s/%s: %s", s->place,
				entry->d_name, strerror(errno));
	}
	closedir(dir);
	if (rc == 0 && rmdir(s->place) < 0)
		rc = message_error(
			messages, -errno, "cannot remove %s: %s", s->place, strerror(errno));
	return rc;
}

static int first_error(int first, int second)
{
	return first < 0 ? first : second;
}

/* All are tried, as each is worth having back. Returns 0 or a negative errno, described. */
static int take_away(struct supervisor *s, struct messages *messages)
{
	struct supervisor_life *life = &s->life;
	if (!life->recorded)
		return 0;
	int rc = 0;
	if (life->ops->contains) {
		rc = network_remove(&life->live, messages);
		if (life->live.cgroup)
			rc = first_error(rc, cgroup_remove(life->live.cgroup, messages));
	}
	if (life->ops->forget && life->zonepath) {
		struct runtime_zone zone = supervisor_zone(s);
		rc = first_error(rc, life->ops->forget(&zone, messages));
	}
	rc = first_error(rc, remove_place(s, messages));
	/* The record goes last, and stays if the zone is to live on. */
	if (rc == 0 && (life->goal == GOAL_OFF || life->error))
		rc = live_forget(s->run_fd, s->name, messages);
	return rc;
}

/* ---- the end, and what comes after ---- */

/*
 * The next life begins where this one ends. What is recorded is so until the next one is, so that
 * nobody takes the zone for one that is off; and if there will be none, it goes.
 */
static void start_again(struct supervisor *s)
{
	struct supervisor_life *life = &s->life;
	struct supervisor_life old = *life;
	supervisor_life_init(life);
	life->live = old.live;
	life->live.addresses = NULL;
	life->live.address_count = 0;
	life->live.cgroup = NULL;
	life->recorded = old.recorded;
	life->ops = old.ops;
	life->boot = old.again;
	life->zone_lock_fd = old.zone_lock_fd;
	old.again = (struct runtime_boot){ 0 };
	old.zone_lock_fd = -1;
	old.live.runtime = NULL;
	enum supervisor_goal goal = old.goal;
	supervisor_life_clear(&old);
	supervisor_start(s, goal);
}

/* Nothing is left. */
static void finish(struct supervisor *s)
{
	struct supervisor_life *life = &s->life;
	int error = life->error;
	supervisor_answer_all(s, WAIT_OFF, 0, NULL);
	if (!error && life->goal != GOAL_OFF) {
		start_again(s);
		return;
	}
	console_notice(s->console, error && !life->announced ? "Zone boot failed" : "Zone halted");
	supervisor_life_clear(life);
	if (error)
		supervisor_answer_all(s, WAIT_UP, error, NULL);
	else
		supervisor_answer_all(s, WAIT_UP, -ECANCELED, "was halted meanwhile");
}

/* It takes too long: those who wait are told, and it goes on being tried. */
static void give_up(struct supervisor *s, int rc)
{
	s->life.goal = GOAL_OFF;
	/* What cannot be stored was described. */
	(void)supervisor_enter(s, LIFE_DOWN);
	message_error(&s->messages, rc,
		"zone %s is down, and not gone: zoneadm halt tries again, as zoneadmd does",
		s->name);
	s->life.deadline = 0;
	s->life.zone_lock_fd = fd_close(s->life.zone_lock_fd);
	supervisor_answer_all(s, WAIT_OFF, rc, NULL);
	supervisor_answer_all(s, WAIT_UP, rc, NULL);
}

void supervisor_halt_try(struct supervisor *s)
{
	struct supervisor_life *life = &s->life;
	int64_t now = clock_ms();
	bool last = life->phase == LIFE_HALTING && now >= life->deadline;
	/* What is in the way is told once. */
	struct messages quiet = messages_quiet();
	struct messages *messages = last ? &s->messages : &quiet;
	int rc = check_killed(s, messages);
	if (rc == 0)
		rc = take_away(s, messages);
	if (rc == 0) {
		finish(s);
		return;
	}
	kill_all(s, &quiet);
	if (life->live.cgroup && now >= life->deadline - GIVE_UP_MS + THAW_MS)
		cgroup_thaw(life->live.cgroup);
	if (last)
		give_up(s, rc);
	life->tick = now + (life->phase == LIFE_DOWN ? TICK_DOWN_MS : TICK_MS);
}

void supervisor_halt(struct supervisor *s, int error)
{
	struct supervisor_life *life = &s->life;
	if (error)
		life->error = error;
	life->deadline = clock_ms() + GIVE_UP_MS;
	/* What cannot be stored was described, and is no reason not to halt. */
	(void)supervisor_enter(s, LIFE_HALTING);
	kill_all(s, &s->messages);
	supervisor_halt_try(s);
}
