/* console.c - a zone's console: its pseudoterminal, who looks at it, and what they missed. */
#include "runtime/console.h"

#include "runtime/control.h"
#include "util/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>

enum {
	DRAIN_MAX = 16,       /* reads in a row: what is printed meanwhile is for later */
	FORGET_MAX = 1024,    /* the same of what was typed: more than a socket holds */
	ENGINE_ESCAPE = 0x1d, /* Ctrl-] */
};

/* One that looks. */
struct viewer {
	int fd;
	pid_t pid;
	bool holds;                   /* types, too */
	size_t lost;                  /* bytes it was not sent and not told of */
	char input[CONTROL_DATA_MAX]; /* typed, and not taken by the terminal yet */
	size_t input_at, input_len;
};

struct console {
	int master, slave;
	bool broken; /* there is no other side, and none could be opened */
	struct viewer viewers[CONSOLE_VIEWERS_MAX];
	size_t viewer_count;
	bool after_escape; /* the last byte of input was ENGINE_ESCAPE */
	char kept[CONSOLE_KEPT];
	size_t kept_at, kept_len; /* where the next byte goes; how many there are */
};

/* ---- the pseudoterminal ---- */

/*
 * Its other side is open here, too. So there is always one, and the master never fails with EIO or
 * polls POLLHUP while no engine runs, before the first boot or between two.
 */
static int open_slave(struct console *console)
{
	int fd = ioctl(console->master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	console->broken = fd < 0;
	if (fd < 0)
		return -errno;
	fd_close(console->slave);
	console->slave = fd;
	return 0;
}

/* As a terminal is when it is new, whatever an engine that was killed has made of it. */
static int reset_modes(int slave)
{
	struct termios modes;
	if (tcgetattr(slave, &modes) < 0)
		return -errno;
	modes.c_iflag = ICRNL | IXON | IUTF8;
	modes.c_oflag = OPOST | ONLCR;
	modes.c_lflag = ISIG | ICANON | IEXTEN | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE;
	modes.c_cflag = (modes.c_cflag & ~(tcflag_t)(CSIZE | PARENB)) | CS8 | CREAD;
	return tcsetattr(slave, TCSANOW, &modes) < 0 ? -errno : 0;
}

static void set_size(const struct console *console, unsigned rows, unsigned columns)
{
	if (rows == 0 || columns == 0 || rows > UINT16_MAX || columns > UINT16_MAX)
		return;
	struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns };
	/* Nothing depends on it but how a screen looks. */
	(void)ioctl(console->master, TIOCSWINSZ, &size);
}

static int set_nonblocking(int fd)
{
	int flags = fcntl(fd, F_GETFL);
	return flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0 ? -errno : 0;
}

static int open_master(struct console *console)
{
	console->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (console->master < 0 || grantpt(console->master) < 0 || unlockpt(console->master) < 0)
		return -errno;
	int rc = open_slave(console);
	if (rc == 0)
		rc = reset_modes(console->slave);
	if (rc == 0)
		set_size(console, 24, 80);
	return rc;
}

int console_new(int master_fd, struct console **ret_console, struct messages *messages)
{
	struct console *console = xcalloc(1, sizeof(*console));
	console->master = master_fd;
	console->slave = -1;
	/* Of another's, nobody knows. */
	console->after_escape = master_fd >= 0;
	int rc = master_fd < 0 ? open_master(console) : open_slave(console);
	if (rc == 0)
		rc = set_nonblocking(console->master);
	if (rc < 0) {
		if (master_fd >= 0)
			console->master = -1; /* the caller's still */
		console_free(console);
		return message_error(messages, rc,
			"cannot make a pseudoterminal for the console: %s", strerror(-rc));
	}
	*ret_console = console;
	return 0;
}

void console_free(struct console *console)
{
	if (!console)
		return;
	for (size_t i = 0; i < console->viewer_count; i++)
		fd_close(console->viewers[i].fd);
	fd_close(console->slave);
	fd_close(console->master);
	free(console);
}

int console_master(const struct console *console)
{
	return console->master;
}

/* ---- those who look ---- */

size_t console_viewers(const struct console *console)
{
	return console->viewer_count;
}

/* The last one takes its place: whoever goes through all begins with the last. */
static void drop_viewer(struct console *console, size_t at)
{
	fd_close(console->viewers[at].fd);
	console->viewers[at] = console->viewers[--console->viewer_count];
}

/* Returns 0 or a negative errno: -EAGAIN: it does not read. */
static int send_text(
	const struct viewer *viewer, enum control_type type, const char *text, size_t len)
{
	struct control_packet packet = { .type = type, .len = len };
	memcpy(packet.text, text, len);
	return control_send(viewer->fd, &packet);
}

/* Tell it what it has missed, if it reads again. */
static int tell_lost(struct viewer *viewer)
{
	char text[64];
	int len = snprintf(text, sizeof(text), "%zu bytes lost", viewer->lost);
	int rc = send_text(viewer, CONTROL_NOTICE, text, (size_t)len);
	if (rc == 0)
		viewer->lost = 0;
	return rc;
}

/* What cannot be sent is counted, so that it is either there or missing where it is said to be. */
static int send_counted(struct viewer *viewer, enum control_type type, const char *text, size_t len)
{
	int rc = viewer->lost ? tell_lost(viewer) : 0;
	if (rc == 0)
		rc = send_text(viewer, type, text, len);
	if (rc == -EAGAIN) {
		viewer->lost += len;
		return 0;
	}
	return rc;
}

static void send_all(struct console *console, enum control_type type, const char *text, size_t len)
{
	for (size_t i = console->viewer_count; i-- > 0;)
		if (send_counted(&console->viewers[i], type, text, len) < 0)
			drop_viewer(console, i);
}

/* ---- what was shown ---- */

static void keep(struct console *console, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		console->kept[console->kept_at] = bytes[i];
		console->kept_at = (console->kept_at + 1) % CONSOLE_KEPT;
	}
	console->kept_len += len;
	if (console->kept_len > CONSOLE_KEPT)
		console->kept_len = CONSOLE_KEPT;
}

/*
 * What was kept, with a NUL behind it, the caller's. If its beginning is gone it starts with a
 * line, as it could be the middle of a character, or of what a terminal is told.
 */
static char *kept_text(const struct console *console, size_t *ret_len)
{
	size_t len = console->kept_len;
	size_t at = (console->kept_at + CONSOLE_KEPT - len) % CONSOLE_KEPT;
	size_t first = len < CONSOLE_KEPT - at ? len : CONSOLE_KEPT - at;
	char *text = xcalloc(len + 1, 1);
	memcpy(text, console->kept + at, first);
	memcpy(text + first, console->kept, len - first);
	const char *newline = len == CONSOLE_KEPT ? memchr(text, '\n', len) : NULL;
	if (newline) {
		len -= (size_t)(newline + 1 - text);
		memmove(text, newline + 1, len + 1);
	}
	*ret_len = len;
	return text;
}

static void replay(const struct console *console, struct viewer *viewer)
{
	size_t len;
	AUTO_FREE char *text = kept_text(console, &len);
	for (size_t at = 0, part; at < len; at += part) {
		part = len - at < CONTROL_DATA_MAX ? len - at : CONTROL_DATA_MAX;
		/* If it has ended again, poll(2) tells. */
		(void)send_counted(viewer, CONTROL_DATA, text + at, part);
	}
}

/* Take one read's worth of what the zone prints. Returns whether there may be more. */
static bool take_output(struct console *console)
{
	char text[CONTROL_DATA_MAX];
	ssize_t len = read(console->master, text, sizeof(text));
	/* Somebody has hung the terminal up, vhangup(2): our other side is none any more. */
	if (len < 0 && errno == EIO)
		return open_slave(console) == 0; /* else not polled, so that it does not spin */
	if (len <= 0)
		return false;
	keep(console, text, (size_t)len);
	send_all(console, CONTROL_DATA, text, (size_t)len);
	return true;
}

/* What was printed before what is done now is shown before it. */
static void drain(struct console *console)
{
	for (int i = 0; i < DRAIN_MAX && take_output(console); i++)
		;
}

void console_dismiss(struct console *console)
{
	while (console->viewer_count)
		drop_viewer(console, console->viewer_count - 1);
}

void console_notice(struct console *console, const char *text)
{
	size_t len = strnlen(text, CONTROL_DATA_MAX);
	drain(console);
	send_all(console, CONTROL_NOTICE, text, len);
}

char *console_last_lines(struct console *console, size_t lines)
{
	size_t len;
	drain(console);
	AUTO_FREE char *text = kept_text(console, &len);
	return console_lines(text, len, lines);
}

/* ---- attaching ---- */

static const struct viewer *find_holder(const struct console *console)
{
	for (size_t i = 0; i < console->viewer_count; i++)
		if (console->viewers[i].holds)
			return &console->viewers[i];
	return NULL;
}

int console_attach(struct console *console, int fd, pid_t pid, bool hold, unsigned rows,
	unsigned columns, struct messages *messages)
{
	const struct viewer *holder = hold ? find_holder(console) : NULL;
	if (holder)
		return message_error(messages, -EBUSY,
			"the console is in use by process %d: zlogin -C -r shows it read-only",
			(int)holder->pid);
	if (console->viewer_count == CONSOLE_VIEWERS_MAX)
		return message_error(messages, -EUSERS,
			"%d processes look at the console already, and more cannot",
			CONSOLE_VIEWERS_MAX);
	int rc = set_nonblocking(fd);
	const struct control_packet begin = { .type = CONTROL_END };
	if (rc == 0)
		rc = control_send(fd, &begin);
	if (rc < 0)
		return message_error(
			messages, rc, "the console cannot be shown: %s", strerror(-rc));
	drain(console); /* now, as it would be seen twice later */
	struct viewer *viewer = &console->viewers[console->viewer_count++];
	*viewer = (struct viewer){ .fd = fd, .pid = pid, .holds = hold };
	if (hold)
		set_size(console, rows, columns);
	replay(console, viewer);
	return 0;
}

/* ---- what is typed ---- */

/*
 * Add what was typed to what waits for the terminal. systemd-nspawn(1) takes some sequences for
 * itself that begin with two ENGINE_ESCAPE in a row: a third within a second ends the zone at once,
 * and since its version 258 an r or a p reboots it or powers it off. It looks at the clock when it
 * reads, which may be much later: so it never gets two in a row, however slowly they are typed.
 */
static void add_input(struct console *console, struct viewer *viewer, const char *text, size_t len)
{
	viewer->input_at = viewer->input_len = 0;
	for (size_t i = 0; i < len; i++) {
		bool escape = text[i] == ENGINE_ESCAPE;
		if (!escape || !console->after_escape)
			viewer->input[viewer->input_len++] = text[i];
		console->after_escape = escape;
	}
}

static void write_input(struct console *console, struct viewer *viewer)
{
	while (viewer->input_at < viewer->input_len) {
		ssize_t len = write(console->master, viewer->input + viewer->input_at,
			viewer->input_len - viewer->input_at);
		if (len < 0 && errno == EINTR)
			continue;
		/* What the terminal does not take now stays; other errors come when it is read. */
		if (len <= 0)
			return;
		viewer->input_at += (size_t)len;
	}
	viewer->input_at = viewer->input_len = 0;
}

/* Returns 0, or a negative errno: it is to be dropped. */
static int take_packet(struct console *console, struct viewer *viewer)
{
	struct control_packet packet;
	int rc = control_receive(viewer->fd, &packet);
	if (rc <= 0)
		return rc == -EAGAIN ? 0 : rc < 0 ? rc : -ECONNRESET;
	if (packet.type != CONTROL_DATA && packet.type != CONTROL_SIZE)
		return -EBADMSG;
	/* Who only watches has no say. */
	if (!viewer->holds)
		return 0;
	if (packet.type == CONTROL_SIZE) {
		set_size(console, packet.rows, packet.columns);
		return 0;
	}
	add_input(console, viewer, packet.text, packet.len);
	write_input(console, viewer);
	return 0;
}

/* What was typed while nobody read it is not for the zone that boots now. */
static void forget_input(struct console *console)
{
	for (size_t at = console->viewer_count; at-- > 0;) {
		struct viewer *viewer = &console->viewers[at];
		struct pollfd row = { .fd = viewer->fd, .events = POLLIN };
		int rc = 0;
		for (int i = 0; i < FORGET_MAX && rc == 0 && poll(&row, 1, 0) > 0; i++)
			rc = take_packet(console, viewer);
		viewer->input_at = viewer->input_len = 0;
		if (rc < 0)
			drop_viewer(console, at);
	}
	(void)tcflush(console->slave, TCIOFLUSH); /* what the terminal has of it */
}

void console_begin(struct console *console)
{
	drain(console);
	if (console->broken)
		(void)open_slave(console); /* if it still cannot be, neither can the engine's */
	console->kept_len = 0;
	forget_input(console);
	(void)reset_modes(console->slave);
}

/* ---- poll(2) ---- */

size_t console_poll(const struct console *console, struct pollfd *rows)
{
	rows[0] = (struct pollfd){ .fd = console->broken ? -1 : console->master, .events = POLLIN };
	for (size_t i = 0; i < console->viewer_count; i++) {
		const struct viewer *viewer = &console->viewers[i];
		struct pollfd *row = &rows[i + 1];
		*row = (struct pollfd){ .fd = viewer->fd };
		/* Until the terminal has taken what was typed, no more is taken from who types. */
		if (viewer->input_len)
			rows[0].events |= POLLOUT;
		else
			row->events |= POLLIN;
		/* To be told that something was lost; what comes meanwhile does not wait for it. */
		if (viewer->lost)
			row->events |= POLLOUT;
	}
	return console->viewer_count + 1;
}

static void handle_viewer(struct console *console, size_t at, short events)
{
	struct viewer *viewer = &console->viewers[at];
	int rc = 0;
	if ((events & POLLOUT) && viewer->lost)
		rc = tell_lost(viewer);
	if (rc == -EAGAIN)
		rc = 0;
	/* Who has left while the terminal does not take what he typed is not waited for. */
	if (rc == 0 && (events & (POLLHUP | POLLERR | POLLNVAL)) && viewer->input_len)
		rc = -ECONNRESET;
	else if (rc == 0 && (events & ~POLLOUT))
		rc = take_packet(console, viewer);
	if (rc < 0)
		drop_viewer(console, at);
}

void console_handle(struct console *console, const struct pollfd *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (rows[i].revents == 0)
			continue;
		if (rows[i].fd == console->master) {
			for (size_t at = 0; at < console->viewer_count; at++)
				write_input(console, &console->viewers[at]);
			if (rows[i].revents & ~POLLOUT)
				take_output(console);
			continue;
		}
		for (size_t at = console->viewer_count; at-- > 0;)
			if (console->viewers[at].fd == rows[i].fd)
				handle_viewer(console, at, rows[i].revents);
	}
}
