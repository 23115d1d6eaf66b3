/* terminal.c - the terminal of who calls zlogin. */
#include "runtime/terminal.h"

#include "base/fd.h"
#include "util/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum {
	EOF_CHARACTER = '\004', /* ^D */
	OCTAL_DIGITS_MAX = 3,
	ASCII_MAX = 0x7f,
	SAY_MS = 500, /* how long a terminal may not be read when it is told something */
};

/* What ends a program at once; those signals that end it in order are the event loop's. */
static const int fatal[] = { SIGABRT, SIGALRM, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGSYS, SIGTRAP,
	SIGUSR1, SIGUSR2, SIGXCPU, SIGXFSZ };
enum { FATAL_COUNT = sizeof(fatal) / sizeof(fatal[0]) };

/* The terminal is the process's, so this is, too: handlers of signals have nothing else. */
static struct {
	int fd;                        /* -1: it never was raw */
	volatile sig_atomic_t changed; /* it is raw */
	struct termios before, raw;
	struct sigaction actions[FATAL_COUNT];
} terminal = { .fd = -1 };

struct terminal_size terminal_size(int fd)
{
	struct winsize size;
	if (ioctl(fd, TIOCGWINSZ, &size) < 0)
		return (struct terminal_size){ 0 };
	return (struct terminal_size){ size.ws_row, size.ws_col };
}

void terminal_set_size(int fd, struct terminal_size size)
{
	struct winsize window = { .ws_row = (unsigned short)size.rows,
		.ws_col = (unsigned short)size.columns };
	/* One that is just being closed has no size any more, and nobody who looks at it. */
	if (fd >= 0 && size.rows && size.columns)
		(void)ioctl(fd, TIOCSWINSZ, &window);
}

bool terminal_settings(int fd, struct termios *ret_settings)
{
	return tcgetattr(fd, ret_settings) == 0;
}

void terminal_restore(void)
{
	int err = errno;
	if (terminal.changed && tcsetattr(terminal.fd, TCSADRAIN, &terminal.before) == 0)
		terminal.changed = 0;
	errno = err;
}

void terminal_again(void)
{
	if (terminal.fd >= 0 && tcsetattr(terminal.fd, TCSADRAIN, &terminal.raw) == 0)
		terminal.changed = 1;
}

/* What the signal did before, it does again: at once if it was raised, or when a fault recurs. */
static void restore_and_die(int number)
{
	terminal_restore();
	for (int i = 0; i < FATAL_COUNT; i++)
		if (fatal[i] == number)
			sigaction(number, &terminal.actions[i], NULL);
	raise(number);
}

/* Once in a program, so that what was before is not our own. */
static int arrange_restoring(void)
{
	if (terminal.fd >= 0)
		return 0;
	if (atexit(terminal_restore) != 0)
		return -ENOMEM;
	struct sigaction action = { .sa_handler = restore_and_die };
	for (int i = 0; i < FATAL_COUNT; i++) {
		sigaction(fatal[i], NULL, &terminal.actions[i]);
		if (terminal.actions[i].sa_handler != SIG_IGN)
			sigaction(fatal[i], &action, NULL);
	}
	return 0;
}

int terminal_raw(int fd, struct messages *messages)
{
	int rc = tcgetattr(fd, &terminal.before) < 0 ? -errno : arrange_restoring();
	if (rc < 0)
		return message_error(
			messages, rc, "cannot prepare the terminal: %s", strerror(-rc));
	terminal.raw = terminal.before;
	cfmakeraw(&terminal.raw);
	terminal.raw.c_cc[VMIN] = 1;
	terminal.raw.c_cc[VTIME] = 0;
	terminal.fd = fd;
	terminal_again();
	return terminal.changed ? 0
				: message_error(messages, -EIO,
					"the terminal cannot be made raw: %s", strerror(errno));
}

void terminal_stop(void)
{
	terminal_restore();
	raise(SIGSTOP);
	terminal_again();
}

int terminal_signals(const int *signals)
{
	sigset_t set;
	sigemptyset(&set);
	for (; *signals; signals++) {
		struct sigaction action;
		/* What is blocked comes even if it is ignored. */
		if (sigaction(*signals, NULL, &action) == 0 && action.sa_handler != SIG_IGN)
			sigaddset(&set, *signals);
	}
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -errno;
	int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd < 0 ? -errno : fd;
}

int terminal_output(int fd)
{
	AUTO_FREE char *path = xasprintf("/proc/self/fd/%d", fd);
	int own = isatty(fd) ? open(path, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC) : -1;
	return own < 0 ? fd : own;
}

/* Nobody is told if that fails. */
static void say(int fd, const char *text)
{
	struct pollfd room = { .fd = fd, .events = POLLOUT };
	for (size_t len = strlen(text); len > 0;) {
		ssize_t done = write(fd, text, len);
		if (done < 0 && errno != EINTR && (errno != EAGAIN || poll(&room, 1, SAY_MS) <= 0))
			return;
		if (done > 0) {
			text += done;
			len -= (size_t)done;
		}
	}
}

void terminal_say(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	AUTO_FREE char *text = xvasprintf(format, args);
	va_end(args);
	/* In lines of its own, whatever was shown before. In a raw terminal "\n" goes down only. */
	const char *newline = terminal.changed ? "\r\n" : "\n";
	AUTO_STR lines = STR_EMPTY;
	text_addf(&lines, "%s[", terminal.changed ? newline : "");
	for (const char *c = text; *c; c++) {
		if (*c == '\n')
			text_adds(&lines, newline);
		else
			text_addc(&lines, *c);
	}
	text_addf(&lines, "]%s", newline);
	int fd = terminal_output(STDERR_FILENO);
	say(fd, str_get(&lines));
	if (fd != STDERR_FILENO)
		fd_close(fd);
}

/* ---- leaving ---- */

static bool ends_line(char c)
{
	return c == '\r' || c == '\n';
}

size_t escape_filter(
	struct escape *escape, const char *typed, size_t len, char *out, bool *ret_leave)
{
	size_t got = 0;
	*ret_leave = false;
	for (size_t i = 0; i < len; i++) {
		char c = typed[i];
		bool is_escape = escape->character != ESCAPE_NONE && c == (char)escape->character;
		if (escape->held) {
			escape->held = false;
			if (c == '.' || c == EOF_CHARACTER) {
				*ret_leave = true;
				return got;
			}
			out[got++] = (char)escape->character;
			if (is_escape) {
				escape->inside = true;
				continue;
			}
		} else if (is_escape && !escape->inside) {
			escape->held = true;
			continue;
		}
		out[got++] = c;
		escape->inside = !ends_line(c);
	}
	return got;
}

static int octal_parse(const char *text)
{
	size_t len = strspn(text, "01234567");
	if (len == 0 || len > OCTAL_DIGITS_MAX || text[len])
		return -EINVAL;
	return (int)strtol(text, NULL, 8);
}

int escape_parse(const char *text)
{
	int c = text[0] == '\\' && text[1] ? octal_parse(text + 1)
		: text[0] && !text[1]      ? (unsigned char)text[0]
					   : -EINVAL;
	return c > 0 && c <= ASCII_MAX && c != '.' && !ends_line((char)c) ? c : -EINVAL;
}
