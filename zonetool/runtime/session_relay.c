/* session_relay.c - the event loop between the program in a zone and the user. */
#include "runtime/session_private.h"

#include "base/fd.h"
#include "runtime/flow.h"
#include "util/clock.h"
#include "util/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>

#ifndef PIDFD_SIGNAL_PROCESS_GROUP
#define PIDFD_SIGNAL_PROCESS_GROUP (1U << 2) /* since Linux 6.9 */
#endif

enum {
	/* After the program's end, what it left running may print still: until it pauses; */
	QUIET_MS = 200,
	LATE_MS = 1000,     /* or so long, if the user is not slower; */
	LATE_MAX = 2 << 20, /* or so many bytes, more than a pipe that the program has filled has */
	ROW_SIGNALS = 0,
	ROW_RESULT,
	ROW_FLOWS,
	ROW_COUNT = ROW_FLOWS + STREAM_COUNT * FLOW_ROWS,
	FLOW_IN = 0, /* from the user */
};

/* What is passed on to the program. */
static const int pipe_signals[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, 0 };
/* The same ends a session on a terminal; the others are about that. */
static const int tty_signals[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGCONT, SIGTSTP, SIGWINCH,
	0 };

struct state {
	struct relay *relay;
	struct messages *messages;
	int signal_fd;
	struct escape escape;
	struct flow *flows;
	size_t flow_count;
	bool ended;   /* the program has */
	int64_t late; /* since then, until when what is printed still is waited for */
	bool lost;
	bool left;       /* the user has */
	int status;      /* as waitpid(2) gives it, or of left */
	bool given_up;   /* nobody waits for what may still be printed */
	bool unreadable; /* output could not be written, or input not be read */
};

static void leave(struct state *state, int status)
{
	state->left = true;
	state->status = status;
}

/* ---- signals ---- */

/*
 * To the process group that the program began with. The pidfd names it whatever numbers are in use
 * by now; kernels that cannot do that tell the program alone.
 */
static void forward(struct state *state, int number)
{
	int fd = state->relay->program_fd;
	if (pidfd_send_signal(fd, number, NULL, PIDFD_SIGNAL_PROCESS_GROUP) == 0)
		return;
	if (pidfd_send_signal(fd, number, NULL, 0) < 0 && errno != ESRCH)
		message_warning(state->messages, "cannot pass signal %d on to the zone: %s", number,
			strerror(errno));
}

static void copy_size(struct state *state)
{
	terminal_set_size(state->flows[FLOW_IN].to, terminal_size(STDIN_FILENO));
}

static void handle_signal(struct state *state, int number)
{
	switch (number) {
	case SIGCONT:
		terminal_again();
		copy_size(state);
		break;
	case SIGTSTP:
		terminal_stop();
		copy_size(state);
		break;
	case SIGWINCH:
		copy_size(state);
		break;
	default:
		if (state->ended)
			state->given_up = true;
		else if (!state->relay->session->terminal)
			forward(state, number);
		else
			leave(state, PROCESS_SIGNAL + number);
	}
}

static void handle_signals(struct state *state)
{
	struct signalfd_siginfo info;
	while (read(state->signal_fd, &info, sizeof(info)) == sizeof(info))
		handle_signal(state, (int)info.ssi_signo);
}

/* ---- the program's end ---- */

static void handle_result(struct state *state)
{
	struct keeper_ended ended;
	ssize_t len = recv(state->relay->result_fd, &ended, sizeof(ended), MSG_DONTWAIT);
	if (len < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	state->ended = true;
	state->late = clock_ms() + LATE_MS;
	state->lost = len != sizeof(ended);
	if (!state->lost)
		state->status = ended.status;
	flow_end(&state->flows[FLOW_IN]);
	for (size_t i = FLOW_IN + 1; i < state->flow_count; i++)
		state->flows[i].rest = LATE_MAX;
}

/* Whether all that was printed has been passed on; what is not yet there may come still. */
static bool drained(const struct state *state)
{
	for (size_t i = FLOW_IN + 1; i < state->flow_count; i++)
		if (!flow_over(&state->flows[i]))
			return false;
	return true;
}

static bool busy(const struct state *state)
{
	for (size_t i = FLOW_IN + 1; i < state->flow_count; i++)
		if (flow_busy(&state->flows[i]))
			return true;
	return false;
}

/* For poll(2): how long there may be nothing to do. */
static int patience(const struct state *state)
{
	if (!state->ended || busy(state))
		return -1;
	int64_t left = state->late - clock_ms();
	return left < 0 ? 0 : left < QUIET_MS ? (int)left : QUIET_MS;
}

/* ---- bytes ---- */

/* What is no failure: the reader has gone, or the terminal of the zone has been closed. */
static void tell_flow(struct state *state, size_t index, int rc, bool reading)
{
	bool outside = (index == FLOW_IN) == reading;
	if (!outside || rc == -EPIPE)
		return;
	/* Who has closed standard input has nothing to say. */
	if (reading && (rc == -EBADF || (state->relay->session->terminal && rc == -EIO)))
		return;
	state->unreadable = true;
	message_error(state->messages, rc, "standard %s: %s",
		index == FLOW_IN                 ? "input"
			: index == STREAM_OUTPUT ? "output"
						 : "error",
		strerror(-rc));
}

static void handle_flows(struct state *state, const struct pollfd *rows)
{
	for (size_t i = 0; i < state->flow_count; i++) {
		bool reading;
		int rc = flow_handle(&state->flows[i], rows + i * FLOW_ROWS, &reading);
		if (rc < 0)
			tell_flow(state, i, rc, reading);
	}
	const struct flow *in = &state->flows[FLOW_IN];
	if (!state->relay->session->terminal || !(in->left || in->dry))
		return;
	if (state->ended)
		state->given_up = true;
	else /* dry: the user's terminal has gone */
		leave(state, in->left ? 0 : PROCESS_SIGNAL + SIGHUP);
}

/* One round. Returns 0 or a negative errno, not described. */
static int turn(struct state *state)
{
	struct pollfd rows[ROW_COUNT] = { [ROW_SIGNALS] = { .fd = state->signal_fd,
						  .events = POLLIN },
		[ROW_RESULT] = {
			.fd = state->ended ? -1 : state->relay->result_fd, .events = POLLIN } };
	for (size_t i = 0; i < state->flow_count; i++)
		flow_poll(&state->flows[i], rows + ROW_FLOWS + i * FLOW_ROWS);
	int ready = poll(rows, ROW_FLOWS + state->flow_count * FLOW_ROWS, patience(state));
	if (ready < 0)
		return errno == EINTR ? 0 : -errno;
	if (ready == 0)
		state->given_up = true;
	if (rows[ROW_SIGNALS].revents)
		handle_signals(state);
	handle_flows(state, rows + ROW_FLOWS);
	if (rows[ROW_RESULT].revents)
		handle_result(state);
	return 0;
}

/* ---- from the beginning to the end ---- */

static int open_flows(struct state *state)
{
	struct relay *relay = state->relay;
	bool terminal = relay->session->terminal;
	state->flow_count = terminal ? 2 : STREAM_COUNT;
	for (size_t i = 0; i < state->flow_count; i++)
		state->flows[i] = (struct flow){ .from = (int)i,
			.to = i == FLOW_IN ? fd_take(&relay->streams[STREAM_INPUT])
					   : terminal_output((int)i),
			.rest = SIZE_MAX };
	if (terminal) {
		state->flows[STREAM_INPUT].escape = &state->escape;
		state->flows[STREAM_OUTPUT].from = fcntl(
			state->flows[STREAM_INPUT].to, F_DUPFD_CLOEXEC, STREAM_COUNT);
		return state->flows[STREAM_OUTPUT].from < 0 ? -errno : 0;
	}
	for (size_t i = STREAM_OUTPUT; i < STREAM_COUNT; i++)
		state->flows[i].from = fd_take(&relay->streams[i]);
	if (relay->session->no_input)
		flow_stop(&state->flows[STREAM_INPUT]);
	return 0;
}

static enum relay_end conclude(const struct state *state, int *ret_status)
{
	if (state->lost)
		return RELAY_LOST;
	*ret_status = state->status;
	/* What the user asked for has not all been done, whatever the program says. */
	if (state->ended && state->unreadable)
		*ret_status = SESSION_CANNOT << 8;
	return state->ended ? RELAY_ENDED : RELAY_LEFT;
}

enum relay_end relay_run(struct relay *relay, int *ret_status, struct messages *messages)
{
	static struct flow flows[STREAM_COUNT]; /* large, and there is one relay in a program */
	AUTO_FD signal_fd = terminal_signals(relay->session->terminal ? tty_signals : pipe_signals);
	struct state state = { .relay = relay,
		.messages = messages,
		.signal_fd = signal_fd,
		.escape = { .character = relay->session->escape },
		.flows = flows };
	int rc = signal_fd < 0 ? signal_fd : open_flows(&state);
	while (rc == 0 && !state.left && !state.given_up && !(state.ended && drained(&state)))
		rc = turn(&state);
	for (size_t i = 0; i < state.flow_count; i++)
		flow_close(&flows[i]);
	if (rc < 0) {
		message_error(messages, rc, "cannot wait for zone %s: %s", relay->session->name,
			strerror(-rc));
		state.lost = true;
	}
	return conclude(&state, ret_status);
}
