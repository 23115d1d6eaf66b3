/* console_client.c - the user's end of a console. */
#include "runtime/console_client.h"

#include "base/fd.h"
#include "runtime/control.h"
#include "runtime/terminal.h"
#include "util/process.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>

enum {
	TYPED_MAX = 1024, /* bytes that are read at once */
	ROW_SIGNALS = 0,
	ROW_INPUT,
	ROW_CONSOLE,
	ROW_OUTPUT,
	ROW_COUNT,
};

/* What ends it; the others are about the terminal. */
static const int pipe_signals[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, 0 };
static const int tty_signals[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGCONT, SIGTSTP, SIGWINCH,
	0 };

struct state {
	const struct console_client *client;
	struct messages *messages;
	int fd; /* to the supervisor */
	int signal_fd;
	int output;    /* standard output, or the terminal that it is */
	bool terminal; /* standard input is one */
	bool input;    /* there may be more of it */
	struct escape escape;
	struct control_packet typed; /* what was typed, and not sent yet */
	bool resized;                /* and that was not sent yet */
	struct control_packet shown; /* what was received, and not all written yet */
	size_t shown_at;
	bool done;
	int status;
};

static void end(struct state *state, int status)
{
	state->done = true;
	state->status = status;
}

/* ---- asking for it ---- */

/* Returns 0 or a negative errno, described. */
static int await_answer(int fd, const char *name, struct messages *messages)
{
	size_t errors = messages->error_count;
	struct control_packet packet;
	int rc;
	while ((rc = control_receive(fd, &packet)) > 0 && packet.type == CONTROL_MESSAGE)
		message_pass(messages, packet.severity, packet.text);
	if (rc > 0)
		rc = packet.type == CONTROL_END ? packet.status : -EBADMSG;
	else if (rc == 0)
		rc = -EPIPE;
	if (rc < 0 && messages->error_count == errors)
		message_error(messages, rc,
			"the supervisor of zone %s does not give its console: %s", name,
			strerror(-rc));
	return rc;
}

/* Returns an fd that carries the console, or a negative errno, described. */
static int open_console(const struct console_client *client, struct messages *messages)
{
	AUTO_FD fd = control_connect(client->name, messages);
	if (fd < 0)
		return fd;
	struct terminal_size size = terminal_size(STDIN_FILENO);
	struct control_request request = {
		.verb = client->read_only ? CONTROL_WATCH : CONTROL_CONSOLE,
		.rows = size.rows,
		.columns = size.columns,
		.pid = getpid(),
		.lock_fd = -1,
	};
	int rc = control_send_request(fd, &request);
	if (rc < 0)
		return message_error(messages, rc, "asking the supervisor of zone %s: %s",
			client->name, strerror(-rc));
	rc = await_answer(fd, client->name, messages);
	return rc < 0 ? rc : fd_take(&fd);
}

/* ---- from the user ---- */

/* Send what waits; if the supervisor does not take it, later. */
static int send_typed(struct state *state)
{
	int rc = state->typed.len ? control_send(state->fd, &state->typed) : 0;
	if (rc == 0)
		state->typed.len = 0;
	if (rc == 0 && state->resized) {
		struct terminal_size size = terminal_size(STDIN_FILENO);
		const struct control_packet packet = {
			.type = CONTROL_SIZE, .rows = size.rows, .columns = size.columns
		};
		rc = control_send(state->fd, &packet);
		state->resized = rc < 0;
	}
	return rc == -EAGAIN ? 0 : rc;
}

/* A file's end is not the console's; a terminal's is. */
static void end_input(struct state *state, int rc)
{
	state->input = false;
	if (state->terminal)
		end(state, PROCESS_SIGNAL + SIGHUP);
	else if (rc < 0 && rc != -EBADF)
		message_error(state->messages, rc, "standard input: %s", strerror(-rc));
}

static void read_typed(struct state *state)
{
	char typed[TYPED_MAX];
	ssize_t len = read(STDIN_FILENO, typed, sizeof(typed));
	if (len < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (len <= 0) {
		end_input(state, len < 0 ? -errno : 0);
		return;
	}
	bool leave;
	struct control_packet *packet = &state->typed;
	packet->len += escape_filter(
		&state->escape, typed, (size_t)len, packet->text + packet->len, &leave);
	if (state->client->read_only)
		packet->len = 0;
	if (leave)
		end(state, 0);
}

static bool has_room(const struct state *state)
{
	return state->typed.len + TYPED_MAX + 1 <= CONTROL_DATA_MAX;
}

static void handle_signal(struct state *state, int number)
{
	switch (number) {
	case SIGTSTP:
		terminal_stop();
		break;
	case SIGCONT:
		terminal_again();
		break;
	case SIGWINCH:
		break;
	default:
		end(state, PROCESS_SIGNAL + number);
		return;
	}
	state->resized = !state->client->read_only;
}

static void handle_signals(struct state *state)
{
	struct signalfd_siginfo info;
	while (read(state->signal_fd, &info, sizeof(info)) == sizeof(info))
		handle_signal(state, (int)info.ssi_signo);
}

/* ---- from the console ---- */

/* Returns 0 or a negative errno, described. */
static int receive(struct state *state)
{
	struct control_packet packet;
	int rc = control_receive(state->fd, &packet);
	/* The supervisor ends when the zone is gone for good; killed, it takes nothing along. */
	if (rc == 0 || rc == -ECONNRESET) {
		end(state, 0);
		return 0;
	}
	if (rc < 0)
		return message_error(state->messages, rc, "the console of zone %s: %s",
			state->client->name, strerror(-rc));
	if (packet.type == CONTROL_NOTICE) {
		terminal_say("NOTICE: %s", packet.text);
		return 0;
	}
	if (packet.type != CONTROL_DATA)
		return 0; /* of a later version */
	state->shown = packet;
	state->shown_at = 0;
	return 0;
}

/*
 * Write of what was received as much as goes without waiting: a packet is no larger than what a
 * pipe has room for when poll(2) says so. Returns 0 or a negative errno, described.
 */
static int show(struct state *state)
{
	struct control_packet *shown = &state->shown;
	ssize_t done = write(
		state->output, shown->text + state->shown_at, shown->len - state->shown_at);
	if (done < 0 && errno != EAGAIN && errno != EINTR)
		return message_error(
			state->messages, -errno, "standard output: %s", strerror(errno));
	state->shown_at += done > 0 ? (size_t)done : 0;
	if (state->shown_at == shown->len)
		shown->len = 0;
	return 0;
}

/* One round. Returns 0 or a negative errno, described. */
static int turn(struct state *state)
{
	bool waits = state->typed.len || state->resized;
	struct pollfd rows[ROW_COUNT] = {
		[ROW_SIGNALS] = { .fd = state->signal_fd, .events = POLLIN },
		[ROW_INPUT] = { .fd = state->input && has_room(state) ? STDIN_FILENO : -1,
			.events = POLLIN },
		[ROW_CONSOLE] = { .fd = state->shown.len ? -1 : state->fd,
			.events = (short)(POLLIN | (waits ? POLLOUT : 0)) },
		[ROW_OUTPUT] = { .fd = state->shown.len ? state->output : -1, .events = POLLOUT },
	};
	if (poll(rows, ROW_COUNT, -1) < 0)
		return errno == EINTR ? 0
				      : message_error(state->messages, -errno,
					      "cannot wait for the console: %s", strerror(errno));
	if (rows[ROW_SIGNALS].revents)
		handle_signals(state);
	if (rows[ROW_INPUT].revents)
		read_typed(state);
	int rc = send_typed(state);
	if (rc < 0 && rc != -EPIPE && rc != -ECONNRESET) /* those are seen when it is read */
		return message_error(state->messages, rc, "the console of zone %s: %s",
			state->client->name, strerror(-rc));
	if (rows[ROW_OUTPUT].revents)
		return show(state);
	return rows[ROW_CONSOLE].revents & ~POLLOUT ? receive(state) : 0;
}

static int serve(struct state *state)
{
	int rc = 0;
	while (rc == 0 && !state->done)
		rc = turn(state);
	return rc < 0 ? rc : state->status;
}

int console_client_run(const struct console_client *client, struct messages *messages)
{
	signal(SIGPIPE, SIG_IGN);
	AUTO_FD fd = open_console(client, messages);
	if (fd < 0)
		return fd;
	bool terminal = isatty(STDIN_FILENO);
	AUTO_FD signal_fd = terminal_signals(terminal ? tty_signals : pipe_signals);
	if (signal_fd < 0)
		return message_error(
			messages, signal_fd, "cannot wait for signals: %s", strerror(-signal_fd));
	struct state state = { .client = client,
		.messages = messages,
		.fd = fd,
		.signal_fd = signal_fd,
		.output = terminal_output(STDOUT_FILENO),
		.terminal = terminal,
		.input = terminal || !client->read_only,
		.escape = { .character = terminal ? client->escape : ESCAPE_NONE },
		.typed = { .type = CONTROL_DATA } };
	if (!client->quiet)
		terminal_say("Connected to zone '%s' console", client->name);
	int rc = terminal ? terminal_raw(STDIN_FILENO, messages) : 0;
	if (rc == 0)
		rc = serve(&state);
	terminal_restore();
	if (!client->quiet)
		terminal_say("Connection to zone '%s' console closed", client->name);
	if (state.output != STDOUT_FILENO)
		fd_close(state.output);
	return rc;
}
