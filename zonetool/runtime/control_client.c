/* control_client.c - zoneadm's and zlogin's end: the supervisor is found, or started, and asked. */
#include "runtime/control.h"

#include "util/alloc.h"
#include "util/clock.h"
#include "util/run.h"
#include "util/socket.h"
#include "zone/registry.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

enum {
	STARTS = 10,      /* a supervisor that is just ending is in the way of the next one */
	LISTEN_MS = 1000, /* how long one may take until it listens */
	PAUSE_MS = 20,
	ANSWER_S = 30, /* how long one that listens may take until it accepts */
	TRIES = 3,     /* a supervisor that was just ending has not read what it was sent */
};

/* ---- starting ---- */

/* The program beside this one, if it is there, or a name to be looked for. The caller's. */
static char *find_program(void)
{
	char self[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self));
	const char *slash = len > 0 && len < PATH_MAX ? memrchr(self, '/', (size_t)len) : NULL;
	if (slash) {
		AUTO_FREE char *beside = xasprintf("%.*s/zoneadmd", (int)(slash - self), self);
		if (access(beside, X_OK) == 0)
			return xstrdup(beside);
	}
	return xstrdup("zoneadmd");
}

/* Whether systemd is there, and the zones that it sees are ours. */
static bool systemd_is_there(void)
{
	struct stat st, ours, its;
	return stat("/run/systemd/system", &st) == 0 && S_ISDIR(st.st_mode)
		&& stat(REGISTRY_PATH, &ours) == 0 && stat("/proc/1/root" REGISTRY_PATH, &its) == 0
		&& ours.st_dev == its.st_dev && ours.st_ino == its.st_ino;
}

/* Returns the exit status or a negative errno, as run_program() does. */
static int start_supervisor(const char *name, struct run_output *output)
{
	const char *runtime = getenv(RUNTIME_VARIABLE);
	/* What is in our environment is not in systemd's. */
	if (!runtime && systemd_is_there()) {
		/* As the units have it: names stand in them as they are. */
		AUTO_FREE char *unit = xasprintf("zoneadmd@%s.service", name);
		const char *const argv[] = { "systemctl", "start", unit, NULL };
		return run_program(&(struct run){ .argv = argv }, output);
	}
	AUTO_FREE char *program = find_program();
	AUTO_FREE char *variable = runtime ? xasprintf(RUNTIME_VARIABLE "=%s", runtime) : NULL;
	const char *const argv[] = { program, "-z", name, NULL };
	const char *const env[] = { variable, NULL };
	return run_program(&(struct run){ .argv = argv, .env = env }, output);
}

/* ---- connecting ---- */

/* Returns an fd or a negative errno, not described: -ENOENT, -ECONNREFUSED: there is nobody. */
static int try_connect(const char *path)
{
	struct sockaddr_un address;
	int rc = socket_address(path, &address);
	if (rc < 0)
		return rc;
	AUTO_FD fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	/* One packet must fit; the kernel doubles it. It may refuse: then sending fails. */
	const int size = CONTROL_PACKET_MAX;
	const struct timeval patience = { .tv_sec = ANSWER_S };
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)) < 0)
		return -errno;
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		return -errno;
	return fd_take(&fd);
}

static bool nobody_listens(int rc)
{
	return rc == -ENOENT || rc == -ECONNREFUSED;
}

/* The same, again and again until somebody listens. */
static int connect_within(const char *path, long wait_ms)
{
	int rc;
	for (long waited = 0;
		(rc = try_connect(path)) < 0 && nobody_listens(rc) && waited < wait_ms;
		waited += PAUSE_MS)
		clock_pause(PAUSE_MS);
	return rc;
}

/* Describe why there is no supervisor that could be asked. Returns a negative errno. */
static int tell_not_started(
	const char *name, int status, const struct run_output *output, struct messages *messages)
{
	if (status < 0)
		return message_error(messages, status, "cannot start the supervisor of zone %s: %s",
			name, strerror(-status));
	if (*output->err)
		return message_error(messages, -EIO, "cannot start the supervisor of zone %s: %s",
			name, output->err);
	if (status == RUN_NOT_FOUND)
		return message_error(messages, -ENOENT,
			"cannot start the supervisor of zone %s: there is no program zoneadmd "
			"beside this one or in the system's directories",
			name);
	if (status > 0)
		return message_error(messages, -EIO,
			"cannot start the supervisor of zone %s: it ended with status %d", name,
			status);
	return message_error(messages, -ETIMEDOUT,
		"the supervisor of zone %s was started, but does not listen", name);
}

int control_connect(const char *name, struct messages *messages)
{
	AUTO_FREE char *path = xasprintf(REGISTRY_RUN_PATH "/%s.zoneadmd", name);
	AUTO_RUN_OUTPUT output = { NULL, NULL };
	int fd = try_connect(path), status = 0;
	for (int i = 0; i < STARTS && status == 0 && nobody_listens(fd); i++) {
		/* If another command has started one just now, ours ends: that one will do. */
		run_output_free(&output);
		status = start_supervisor(name, &output);
		fd = connect_within(path, LISTEN_MS);
	}
	if (nobody_listens(fd))
		return tell_not_started(name, status, &output, messages);
	if (output.err && *output.err)
		message_note(messages, "%s", output.err);
	if (fd == -EAGAIN)
		return message_error(messages, -ETIMEDOUT,
			"%s: the supervisor of zone %s does not answer", path, name);
	if (fd < 0)
		return message_error(messages, fd, "%s: %s", path, strerror(-fd));
	return fd;
}

/* ---- waiting for an answer, and for the user's patience ---- */

static const int deadly[] = { SIGINT, SIGTERM };
enum { DEADLY_COUNT = sizeof(deadly) / sizeof(deadly[0]) };
static volatile sig_atomic_t caught;

/* What signals did before. */
struct patience {
	struct sigaction actions[DEADLY_COUNT];
	sigset_t mask;
};

static void note_signal(int number)
{
	caught = number;
}

/* From here on the signals come in ppoll(2) only. */
static void patience_begin(struct patience *patience)
{
	const struct sigaction action = { .sa_handler = note_signal };
	sigset_t blocked;
	caught = 0;
	sigemptyset(&blocked);
	for (int i = 0; i < DEADLY_COUNT; i++)
		sigaddset(&blocked, deadly[i]);
	sigprocmask(SIG_BLOCK, &blocked, &patience->mask);
	for (int i = 0; i < DEADLY_COUNT; i++) {
		sigaction(deadly[i], NULL, &patience->actions[i]);
		if (patience->actions[i].sa_handler != SIG_IGN)
			sigaction(deadly[i], &action, NULL);
	}
}

static void patience_end(const struct patience *patience)
{
	for (int i = 0; i < DEADLY_COUNT; i++)
		sigaction(deadly[i], &patience->actions[i], NULL);
	sigprocmask(SIG_SETMASK, &patience->mask, NULL);
}

/*
 * Show what comes, up to the end of the answer. Returns 1 and *ret_status, or a negative errno:
 * -EINTR: a signal came; -ECONNRESET: what was sent has not been read; -EPIPE: it ended before it
 * answered.
 */
static int await(int fd, const sigset_t *mask, int *ret_status, struct messages *messages)
{
	struct control_packet packet;
	for (bool read = false;; read = true) {
		struct pollfd row = { .fd = fd, .events = POLLIN };
		while (ppoll(&row, 1, NULL, mask) < 0)
			if (errno != EINTR || caught)
				return -errno;
		int rc = control_receive(fd, &packet);
		if (rc == 0 || (rc == -ECONNRESET && read))
			return -EPIPE;
		if (rc < 0)
			return rc;
		if (packet.type == CONTROL_END) {
			*ret_status = packet.status;
			return 1;
		}
		if (packet.type != CONTROL_MESSAGE)
			return -EBADMSG;
		message_pass(messages, packet.severity, packet.text);
	}
}

/* Ask once. Returns as await() does, signals are as they were. */
static int ask_once(
	int fd, const struct control_request *request, int *ret_status, struct messages *messages)
{
	struct patience patience;
	patience_begin(&patience);
	int rc = control_send_request(fd, request);
	if (rc == 0)
		rc = await(fd, &patience.mask, ret_status, messages);
	else if (rc == -EPIPE) /* who closed while it was sent has not read it */
		rc = -ECONNRESET;
	if (rc == -EINTR)
		message_note(messages, "interrupted, but what was asked of the supervisor goes on");
	patience_end(&patience);
	if (rc == -EINTR)
		raise(caught);
	return rc;
}

/* Describe why there was no answer. Returns a negative errno. */
static int tell_no_answer(const char *name, int rc, struct messages *messages)
{
	switch (rc) {
	case -EINTR:
		return rc;
	case -E2BIG:
		return message_error(messages, rc,
			"too much for one request: there can be %d arguments, and %d KiB of them "
			"and of the sysidcfg",
			CONTROL_ARGUMENTS_MAX, CONTROL_PACKET_MAX >> 10);
	case -EPIPE:
		return message_error(messages, rc,
			"the supervisor of zone %s ended before it answered: zoneadm -z %s halt "
			"cleans up",
			name, name);
	case -ECONNRESET:
		return message_error(messages, rc,
			"the supervisor of zone %s has ended, again and again, before it read what "
			"was asked",
			name);
	case -EBADMSG:
		return message_error(messages, rc,
			"the supervisor of zone %s says what is not understood here: it may be of "
			"another version of zonetool",
			name);
	default:
		return message_error(
			messages, rc, "asking the supervisor of zone %s: %s", name, strerror(-rc));
	}
}

int control_ask(const char *name, const struct control_request *request, struct messages *messages)
{
	size_t errors = messages->error_count;
	int rc = -ECONNRESET, status = 0;
	for (int i = 0; i < TRIES && rc == -ECONNRESET; i++) {
		AUTO_FD fd = control_connect(name, messages);
		if (fd < 0)
			return fd;
		rc = ask_once(fd, request, &status, messages);
	}
	if (rc < 0)
		return tell_no_answer(name, rc, messages);
	if (status < 0 && messages->error_count == errors)
		message_error(messages, status, "zone %s: %s", name, strerror(-status));
	return status;
}
