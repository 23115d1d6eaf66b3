/* session.c - a program run in a zone: begun, waited for, and how it ended. */
#include "runtime/session.h"

#include "runtime/session_private.h"

#include "base/fd.h"
#include "runtime/control.h"
#include "util/socket.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

/* A keeper that was started. */
struct running {
	pid_t keeper;
	int said_fd;
	struct relay relay;
	unsigned pts;
};

static int start_keeper(
	const struct session *session, struct running *running, struct messages *messages)
{
	int said[2] = { -1, -1 }, result[2] = { -1, -1 };
	pid_t parent = getpid(), pid = -1;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, said) == 0
		&& socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, result) == 0)
		pid = fork();
	if (pid == 0) {
		struct keeper keeper = { .said_fd = said[1],
			.result_fd = result[1],
			.parent = parent,
			.size = terminal_size(STDIN_FILENO) };
		keeper.has_settings = terminal_settings(STDIN_FILENO, &keeper.settings);
		keeper_run(session, &keeper);
	}
	int rc = pid < 0 ? -errno : 0;
	fd_close(said[1]);
	fd_close(result[1]);
	running->keeper = pid;
	running->said_fd = said[0];
	running->relay.result_fd = result[0];
	return rc < 0 ? message_error(messages, rc, "cannot start a process: %s", strerror(-rc))
		      : 0;
}

/* Show what is said until the program has begun. Returns whether it has, as far as is known. */
static bool await_begin(struct running *running, struct messages *messages)
{
	size_t errors = messages->error_count;
	struct control_packet packet;
	while (control_receive(running->said_fd, &packet) > 0)
		if (packet.type == CONTROL_MESSAGE)
			message_pass(messages, packet.severity, packet.text);
	return messages->error_count == errors;
}

/* Returns 0 or a negative errno, not described. */
static int receive_started(const struct session *session, struct running *running)
{
	struct keeper_started started;
	AUTO_SOCKET_FDS fds = { .count = 0 };
	size_t expected = 1 + (session->terminal ? 1 : STREAM_COUNT);
	ssize_t len = socket_receive(running->relay.result_fd, &started, sizeof(started), &fds);
	if (len <= 0)
		return len < 0 ? (int)len : -ESRCH;
	if (len != sizeof(started) || fds.count != expected)
		return -EBADMSG;
	running->pts = started.pts;
	running->relay.program_fd = fd_take(&fds.fds[0]);
	for (size_t i = 1; i < expected; i++)
		running->relay.streams[i - 1] = fd_take(&fds.fds[i]);
	return 0;
}

static void end_keeper(struct running *running)
{
	if (running->keeper > 0)
		process_kill(running->keeper);
	fd_close(running->said_fd);
	fd_close(running->relay.result_fd);
	fd_close(running->relay.program_fd);
	for (int i = 0; i < STREAM_COUNT; i++)
		fd_close(running->relay.streams[i]);
}

/* ---- the end ---- */

/* A program that could not begin has said why, and ends with the status for that. */
static int failed_status(struct running *running)
{
	struct keeper_ended ended;
	ssize_t len = recv(running->relay.result_fd, &ended, sizeof(ended), 0);
	return len == sizeof(ended) && WIFEXITED(ended.status) && WEXITSTATUS(ended.status)
		? WEXITSTATUS(ended.status)
		: SESSION_CANNOT;
}

static int lost(const struct session *session, struct messages *messages)
{
	message_error(messages, -EIO,
		"zone %s was halted, or has lost the process that this waited for", session->name);
	return SESSION_CANNOT;
}

/* On a terminal: the user is told where the session begins and where it ends. */
static int relay(const struct session *session, struct running *running, struct messages *messages)
{
	bool tell = session->terminal && !session->quiet;
	if (tell)
		terminal_say("Connected to zone '%s' pts/%u", session->name, running->pts);
	if (session->terminal && terminal_raw(STDIN_FILENO, messages) < 0)
		return SESSION_CANNOT;
	int status = 0;
	enum relay_end end = relay_run(&running->relay, &status, messages);
	terminal_restore();
	if (tell)
		terminal_say("Connection to zone '%s' pts/%u closed", session->name, running->pts);
	switch (end) {
	case RELAY_ENDED:
		return process_status(status);
	case RELAY_LEFT:
		return status;
	case RELAY_LOST:
		return lost(session, messages);
	}
	return SESSION_CANNOT;
}

int session_run(const struct session *session, struct messages *messages)
{
	struct running running = { .keeper = -1,
		.said_fd = -1,
		.relay = { .session = session,
			.result_fd = -1,
			.program_fd = -1,
			.streams = { -1, -1, -1 } } };
	/* Whoever reads our output may go; and the keeper waits for its child. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
	int status = SESSION_CANNOT;
	if (start_keeper(session, &running, messages) == 0) {
		bool begun = await_begin(&running, messages);
		int rc = receive_started(session, &running);
		if (begun && rc == 0)
			status = relay(session, &running, messages);
		else if (begun)
			status = lost(session, messages);
		else if (rc == 0)
			status = failed_status(&running);
	}
	end_keeper(&running);
	return status;
}
