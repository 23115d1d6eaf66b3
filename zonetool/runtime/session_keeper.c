/* session_keeper.c - the process that enters a zone, starts the program there, and waits for it. */
#include "runtime/session_private.h"

#include "runtime/control.h"
#include "util/alloc.h"
#include "util/socket.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	SAID_FD = 3, /* where the keeper has them */
	RESULT_FD = 4,
	TERM_LEN_MAX = 64,
};

/* It does not outlive zlogin. Credentials that change undo this. */
static int die_with(pid_t parent)
{
	return prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent ? -ESRCH : 0;
}

/* Of all that the host's user has open, nothing stays. */
static int leave_fds(struct keeper *keeper)
{
	int said = fcntl(keeper->said_fd, F_DUPFD_CLOEXEC, RESULT_FD + 1);
	int result = fcntl(keeper->result_fd, F_DUPFD_CLOEXEC, RESULT_FD + 1);
	if (said < 0 || result < 0 || dup3(said, SAID_FD, O_CLOEXEC) < 0
		|| dup3(result, RESULT_FD, O_CLOEXEC) < 0 || close_range(RESULT_FD + 1, ~0U, 0) < 0)
		return -errno;
	keeper->said_fd = SAID_FD;
	keeper->result_fd = RESULT_FD;
	AUTO_FD null = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (int i = 0; i < STREAM_COUNT; i++)
		if (null < 0 || dup2(null, i) < 0)
			return -errno;
	return 0;
}

/* The variables of the host's user are not even in memory that the zone could look into. */
static void leave_environment(void)
{
	for (char **variable = environ; variable && *variable; variable++)
		explicit_bzero(*variable, strlen(*variable));
	clearenv();
}

/* Nor are the keys. Kernels without keyrings have none to leave. */
static int leave_keys(void)
{
	return syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL, 0, 0, 0) < 0
			&& errno != ENOSYS
		? -errno
		: 0;
}

/* The kind of the user's terminal, if that is a word; the caller's, or NULL. */
static char *kind_of_terminal(void)
{
	const char *term = getenv("TERM");
	if (!term || !*term || strlen(term) > TERM_LEN_MAX)
		return NULL;
	for (const char *c = term; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("-+._", *c))
			return NULL;
	return xstrdup(term);
}

static int leave_host(struct keeper *keeper, struct messages *messages)
{
	int rc = die_with(keeper->parent);
	/* What is typed to interrupt the program is for zlogin, which passes it on. */
	if (rc == 0 && (setsid() < 0 || prctl(PR_SET_DUMPABLE, 0) < 0))
		rc = -errno;
	if (rc == 0)
		rc = leave_fds(keeper);
	if (rc == 0)
		rc = leave_keys();
	leave_environment();
	return rc < 0
		? message_error(messages, rc, "cannot prepare to enter the zone: %s", strerror(-rc))
		: 0;
}

/* ---- telling zlogin ---- */

static int send_started(int fd, const struct streams *streams, int program_fd)
{
	const struct keeper_started started = { .pts = streams->pts };
	struct socket_fds fds = { { program_fd }, 1 };
	for (int i = 0; i < STREAM_COUNT; i++)
		if (streams->outer[i] >= 0)
			fds.fds[fds.count++] = streams->outer[i];
	return socket_send(fd, &started, sizeof(started), &fds);
}

/* ---- the program ---- */

static void close_inner(struct streams *streams)
{
	for (int i = 0; i < STREAM_COUNT; i++)
		if (i == 0 || streams->inner[i] != streams->inner[0])
			fd_close(streams->inner[i]);
}

/* From here on standard input and outputs are the program's, in all processes that are forked. */
static int place_streams(struct streams *streams, struct messages *messages)
{
	for (int i = 0; i < STREAM_COUNT; i++)
		if (dup2(streams->inner[i], i) < 0)
			return message_error(messages, -errno, "cannot set up the program's %s: %s",
				i == STREAM_INPUT ? "input" : "output", strerror(errno));
	close_inner(streams);
	return 0;
}

/* In the program's process, where nothing of ours is to be seen in /proc. */
static _Noreturn void begin_program(
	const struct session *session, const char *term, pid_t keeper, struct messages *messages)
{
	if (close_range(SAID_FD + 1, ~0U, 0) < 0) {
		message_error(messages, -errno, "cannot close what the program is not to have: %s",
			strerror(errno));
		_exit(SESSION_CANNOT);
	}
	program_run(session, term, keeper, messages);
}

static pid_t start_program(
	const struct session *session, const char *term, struct messages *messages)
{
	pid_t self = getpid();
	pid_t pid = fork();
	if (pid == 0)
		begin_program(session, term, self, messages);
	if (pid < 0)
		return message_error(messages, -errno, "cannot start a process in zone %s: %s",
			session->name,
			errno == ENOMEM           ? "its init is ending"
				: errno == EAGAIN ? "it has as many as it may have"
						  : strerror(errno));
	return pid;
}

/* In the zone. Returns the program's pid or a negative errno, described. */
static pid_t enter_and_start(const struct session *session, const struct keeper *keeper,
	struct streams *streams, const char *term, struct messages *messages)
{
	int rc = session->ops->enter(session->live, session->zone, messages);
	if (rc < 0)
		return rc;
	if (die_with(keeper->parent) < 0)
		return -ESRCH; /* who would be told has ended */
	if (chdir("/") < 0)
		return message_error(messages, -errno, "the root of zone %s: %s", session->name,
			strerror(errno));
	rc = streams_make(keeper, session->terminal, streams, messages);
	if (rc == 0)
		rc = place_streams(streams, messages);
	return rc < 0 ? rc : start_program(session, term, messages);
}

/* Wait for the program's end, and tell. Returns whether it was told. */
static bool await_end(pid_t pid)
{
	struct keeper_ended ended;
	while (waitpid(pid, &ended.status, 0) < 0)
		if (errno != EINTR)
			return false;
	return send(RESULT_FD, &ended, sizeof(ended), MSG_NOSIGNAL) == sizeof(ended);
}

_Noreturn void keeper_run(const struct session *session, struct keeper *keeper)
{
	struct messages messages = control_messages(&keeper->said_fd);
	AUTO_FREE char *term = kind_of_terminal();
	struct streams streams;
	if (leave_host(keeper, &messages) < 0)
		_exit(SESSION_CANNOT);
	pid_t pid = enter_and_start(session, keeper, &streams, term, &messages);
	if (pid < 0)
		_exit(SESSION_CANNOT);
	AUTO_FD program_fd = pidfd_open(pid, 0);
	int rc = program_fd < 0 ? -errno : send_started(RESULT_FD, &streams, program_fd);
	if (rc < 0) {
		message_error(
			&messages, rc, "cannot pass the program's streams on: %s", strerror(-rc));
		_exit(SESSION_CANNOT); /* the program ends with us */
	}
	/* A pseudoterminal hangs up when zlogin ends, not when we do. */
	close_range(0, STREAM_COUNT - 1, 0);
	for (int i = 0; i < STREAM_COUNT; i++)
		fd_close(streams.outer[i]);
	fd_close(SAID_FD);
	_exit(await_end(pid) ? 0 : SESSION_CANNOT);
}
