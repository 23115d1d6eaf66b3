/* supervisor.c - the loop of a zone's supervisor: what has happened? */
#include "runtime/supervisor.h"

#include "runtime/supervisor_private.h"

#include "base/fd.h"
#include "util/alloc.h"
#include "util/clock.h"
#include "util/file.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	EVENTS_MAX = 4096, /* bytes in a cgroup.events, more than it has */
};

/* What poll(2) looks at; the rows of clients, and then those of the console, follow. */
enum {
	ROW_LISTEN,
	ROW_SIGNAL,
	ROW_CHANNEL, /* of the life: see what happens to it first */
	ROW_NOTIFY,
	ROW_ENGINE,
	ROW_INIT,
	ROW_CGROUP,
	ROW_CLIENTS,
	ROW_CONSOLE = ROW_CLIENTS + SUPERVISOR_CLIENTS_MAX,
	ROW_COUNT = ROW_CONSOLE + CONSOLE_VIEWERS_MAX + 1,
};

/* ---- signals ---- */

/* As systemctl(1) stop does: the zone is shut down; a second time it is halted. */
static void end_by_signal(struct supervisor *s)
{
	bool again = s->ending;
	s->ending = true;
	if (s->life.phase == LIFE_OFF)
		return;
	supervisor_stay_off(s);
	if (s->life.phase == LIFE_RUNNING && !again) {
		s->life.timeout = CONTROL_SHUTDOWN_S;
		supervisor_shutdown(s);
	} else if (s->life.phase < LIFE_SHUTTING_DOWN
		|| (s->life.phase == LIFE_SHUTTING_DOWN && again)) {
		supervisor_halt(s, 0);
	}
}

static void signal_event(struct supervisor *s)
{
	struct signalfd_siginfo info;
	if (read(s->signal_fd, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT)
		end_by_signal(s);
}

static int open_signals(struct supervisor *s)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP); /* read, and nothing more */
	signal(SIGPIPE, SIG_IGN);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -errno;
	s->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return s->signal_fd < 0 ? -errno : 0;
}

/* ---- beginning ---- */

static int open_run(struct supervisor *s)
{
	if (mkdir(REGISTRY_RUN_PATH, 0755) < 0 && errno != EEXIST)
		return message_error(
			s->log, -errno, "cannot make %s: %s", REGISTRY_RUN_PATH, strerror(errno));
	s->run_fd = file_open_directory(REGISTRY_RUN_PATH, s->log);
	return s->run_fd == -ENOENT
		? message_error(s->log, -ENOENT, "%s: %s", REGISTRY_RUN_PATH, strerror(ENOENT))
		: s->run_fd;
}

static int take_lock(struct supervisor *s)
{
	s->lock_fd = live_lock(s->run_fd, s->name, s->log);
	if (s->lock_fd == -EBUSY)
		message_note(s->log, "zone %s has a supervisor", s->name);
	return s->lock_fd;
}

static int open_socket(struct supervisor *s)
{
	s->listen_fd = control_listen(s->socket);
	return s->listen_fd < 0 ? message_error(s->log, s->listen_fd,
		       "cannot make the socket %s: %s", s->socket, strerror(-s->listen_fd))
				: 0;
}

static int begin(struct supervisor *s)
{
	int rc = open_run(s);
	if (rc >= 0)
		rc = take_lock(s);
	if (rc < 0)
		return rc;
	rc = open_signals(s);
	if (rc < 0)
		return message_error(s->log, rc, "cannot receive signals: %s", strerror(-rc));
	rc = supervisor_adopt(s);
	return rc < 0 ? rc : open_socket(s);
}

/* ---- the loop ---- */

/* Then it waits for its processes to end, and for nothing else. */
static bool is_halting(const struct supervisor_life *life)
{
	return life->phase == LIFE_HALTING || life->phase == LIFE_DOWN;
}

static void fill_rows(const struct supervisor *s, struct pollfd rows[ROW_COUNT], size_t *ret_count)
{
	const struct supervisor_life *life = &s->life;
	bool full = supervisor_client_count(s) == SUPERVISOR_CLIENTS_MAX;
	bool halting = is_halting(life);
	rows[ROW_LISTEN] = (struct pollfd){ full ? -1 : s->listen_fd, POLLIN, 0 };
	rows[ROW_SIGNAL] = (struct pollfd){ s->signal_fd, POLLIN, 0 };
	rows[ROW_CHANNEL] = (struct pollfd){ life->launcher.channel, POLLIN, 0 };
	rows[ROW_NOTIFY] = (struct pollfd){ life->notify_fd, POLLIN, 0 };
	rows[ROW_ENGINE] = (struct pollfd){ life->launcher.pidfd, POLLIN, 0 };
	rows[ROW_INIT] = (struct pollfd){ life->init_pidfd, POLLIN, 0 };
	rows[ROW_CGROUP] = (struct pollfd){ halting ? life->cgroup_fd : -1, POLLPRI, 0 };
	for (size_t i = 0; i < SUPERVISOR_CLIENTS_MAX; i++)
		rows[ROW_CLIENTS + i] = (struct pollfd){ s->clients[i].fd, POLLIN, 0 };
	*ret_count = ROW_CONSOLE + console_poll(s->console, &rows[ROW_CONSOLE]);
}

static void cgroup_event(struct supervisor *s)
{
	/* What was read is no news any more. */
	char text[EVENTS_MAX];
	(void)!pread(s->life.cgroup_fd, text, sizeof(text), 0);
	supervisor_halt_try(s);
}

/*
 * One thing at a time happens to the life: after that its fds may be others. What has happened
 * beside it is seen the next time.
 */
static void handle_life(struct supervisor *s, const struct pollfd rows[ROW_COUNT])
{
	static void (*const handlers[])(struct supervisor * s) = {
		[ROW_CHANNEL] = supervisor_launcher_event,
		[ROW_NOTIFY] = supervisor_notify_event,
		[ROW_ENGINE] = supervisor_engine_event,
		[ROW_INIT] = supervisor_init_event,
		[ROW_CGROUP] = cgroup_event,
	};
	for (int row = ROW_CHANNEL; row <= ROW_CGROUP; row++) {
		if (rows[row].revents) {
			handlers[row](s);
			return;
		}
	}
	int64_t now = clock_ms();
	bool halting = is_halting(&s->life);
	if (halting && s->life.tick <= now)
		supervisor_halt_try(s);
	else if (!halting && s->life.deadline && s->life.deadline <= now)
		supervisor_deadline(s);
	else if (s->life.phase == LIFE_SHUTTING_DOWN && s->life.tick && s->life.tick <= now)
		supervisor_ask(s);
}

/* What was there of clients when poll(2) looked; one that was answered since has no fd. */
static void handle_clients(struct supervisor *s, const struct pollfd rows[ROW_COUNT])
{
	for (size_t i = 0; i < SUPERVISOR_CLIENTS_MAX; i++) {
		const struct pollfd *row = &rows[ROW_CLIENTS + i];
		if (row->revents && s->clients[i].fd == row->fd)
			supervisor_client_event(s, &s->clients[i]);
	}
	if (rows[ROW_LISTEN].revents)
		supervisor_accept(s);
}

static int64_t sooner(int64_t a, int64_t b)
{
	return !a || (b && b < a) ? b : a;
}

/* When something is to be done although nothing happens: milliseconds from now, or -1: never. */
static int timeout(struct supervisor *s)
{
	const struct supervisor_life *life = &s->life;
	bool halting = is_halting(life);
	int64_t next = sooner(supervisor_clients_expire(s), life->tick);
	if (!halting)
		next = sooner(next, life->deadline);
	if (life->phase == LIFE_OFF)
		next = sooner(next, s->idle_since + s->idle_ms);
	if (life->phase == LIFE_OFF && console_viewers(s->console))
		next = sooner(next, s->look_next);
	if (!next)
		return -1;
	int64_t left = next - clock_ms();
	return left < 0 ? 0 : (int)left;
}

static int turn(struct supervisor *s)
{
	struct pollfd rows[ROW_COUNT];
	size_t count;
	int wait = timeout(s);
	fill_rows(s, rows, &count);
	if (poll(rows, count, wait) < 0)
		return errno == EINTR ? 0
				      : message_error(s->log, -errno,
					      "cannot wait for what happens to zone %s: %s",
					      s->name, strerror(errno));
	console_handle(s->console, &rows[ROW_CONSOLE], count - ROW_CONSOLE);
	supervisor_look(s);
	handle_life(s, rows);
	handle_clients(s, rows);
	if (rows[ROW_SIGNAL].revents)
		signal_event(s);
	return 0;
}

/* ---- ending ---- */

/* Whether there is a reason to stay. */
static bool needed(struct supervisor *s)
{
	bool off = s->life.phase == LIFE_OFF;
	if (s->ending && (off || s->life.phase == LIFE_DOWN))
		return false;
	if (!off || supervisor_client_count(s) || console_viewers(s->console)) {
		s->idle_since = clock_ms();
		return true;
	}
	return clock_ms() < s->idle_since + s->idle_ms;
}

/*
 * Stop listening; whoever comes from now on starts another supervisor. Returns whether nobody has
 * come just before.
 */
static bool stop_listening(struct supervisor *s)
{
	shutdown(s->listen_fd, SHUT_RD);
	supervisor_accept(s);
	return supervisor_client_count(s) == 0;
}

static int loop(struct supervisor *s)
{
	int rc = 0;
	s->idle_since = clock_ms();
	while (rc == 0) {
		if (needed(s)) {
			rc = turn(s);
		} else if (s->ending || stop_listening(s)) {
			break;
		} else {
			fd_close(s->listen_fd);
			rc = open_socket(s);
		}
	}
	return rc;
}

int supervisor_run(const struct supervisor_options *options, struct messages *messages)
{
	struct supervisor s = { .name = options->zone,
		.idle_ms = options->idle_ms,
		.log = messages,
		.run_fd = -1,
		.lock_fd = -1,
		.signal_fd = -1,
		.listen_fd = -1,
		.socket = xasprintf("%s/%s.zoneadmd", REGISTRY_RUN_PATH, options->zone),
		.place = xasprintf("%s/%s.d", REGISTRY_RUN_PATH, options->zone) };
	supervisor_clients_begin(&s);
	supervisor_life_init(&s.life);
	int rc = begin(&s);
	if (rc == 0) {
		options->ready(options->user);
		rc = loop(&s);
		/* Before the lock goes: then it would be another one's. */
		unlink(s.socket);
	}
	supervisor_clients_end(&s);
	supervisor_life_clear(&s.life);
	console_free(s.console);
	fd_close(s.listen_fd);
	fd_close(s.signal_fd);
	/* The last of all: then another supervisor may begin. */
	if (s.lock_fd >= 0)
		live_unlock(s.run_fd, s.name, s.lock_fd);
	fd_close(s.run_fd);
	free(s.socket);
	free(s.place);
	return rc;
}
