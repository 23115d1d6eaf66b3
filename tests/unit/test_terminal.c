/* test_terminal.c - what is typed to leave; a terminal that is made raw and put back. */
#include "zone_fixture.h"

#include "base/fd.h"
#include "runtime/flow.h"
#include "runtime/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	PATIENCE_MS = 20000, /* something must have come */
};

/* All of it at once, and byte by byte, come to the same. */
static void check_typed(int character, const char *typed, const char *passed, bool leaves)
{
	char out[256], one[2];
	size_t len = strlen(typed), got = 0;
	bool leave = false;
	struct escape at_once = { .character = character };
	got = escape_filter(&at_once, typed, len, out, &leave);
	out[got] = '\0';
	assert_string_equal(out, passed);
	assert_int_equal(leave, leaves);
	struct escape by_byte = { .character = character };
	leave = false;
	got = 0;
	for (size_t i = 0; i < len && !leave; i++) {
		size_t count = escape_filter(&by_byte, typed + i, 1, one, &leave);
		memcpy(out + got, one, count);
		got += count;
	}
	out[got] = '\0';
	assert_string_equal(out, passed);
	assert_int_equal(leave, leaves);
}

static void leaving(void **state)
{
	(void)state;
	check_typed('~', "~.", "", true);
	check_typed('~', "~\004", "", true);
	check_typed('~', "ls\r~.more", "ls\r", true);
	check_typed('~', "ls\n~.", "ls\n", true);
	check_typed('@', "@.", "", true);
	check_typed('\035', "x\r\035.", "x\r", true);
}

static void staying(void **state)
{
	(void)state;
	check_typed('~', "", "", false);
	check_typed('~', "ls ~.\r", "ls ~.\r", false);
	check_typed('~', "~~.", "~.", false);
	check_typed('~', "~~~.", "~~.", false);
	check_typed('~', "~/bin/x\r", "~/bin/x\r", false);
	check_typed('~', "~\r.", "~\r.", false);
	check_typed('~', "~\r~~", "~\r~", false);
	check_typed('~', "\r~", "\r", false); /* what follows is not known yet */
	check_typed('@', "~.", "~.", false);
	check_typed(ESCAPE_NONE, "~.\r~.\377", "~.\r~.\377", false);
}

/* One byte more than was typed, and never more than that. */
static void held_back_is_passed_on_later(void **state)
{
	(void)state;
	struct escape escape = { .character = '~' };
	char out[4] = { 0 };
	bool leave;
	assert_int_equal(escape_filter(&escape, "~", 1, out, &leave), 0);
	assert_int_equal(escape_filter(&escape, "ab", 2, out, &leave), 3);
	assert_string_equal(out, "~ab");
}

static void characters(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int character;
	} cases[] = { { "~", '~' }, { "@", '@' }, { "\\", '\\' }, { "\\035", 29 }, { "\\1", 1 },
		{ "\\176", '~' }, { "", -EINVAL }, { "ab", -EINVAL }, { "\\0", -EINVAL },
		{ "\\8", -EINVAL }, { "\\0351", -EINVAL }, { "\\35x", -EINVAL }, { ".", -EINVAL },
		{ "\\056", -EINVAL }, { "\\015", -EINVAL }, { "\n", -EINVAL },
		{ "\303\244", -EINVAL }, { "\344", -EINVAL }, { "\\377", -EINVAL } };
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(escape_parse(cases[i].text), cases[i].character);
}

/* ---- the terminal ---- */

/* A child makes it raw and ends as told; is it as it was before? */
static void put_back_after(int how)
{
	AUTO_FD master = -1, slave = -1;
	assert_int_equal(openpty(&master, &slave, NULL, NULL, NULL), 0);
	struct termios before, during, after;
	assert_true(terminal_settings(slave, &before));
	int ready[2], go[2];
	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	assert_int_equal(pipe2(go, O_CLOEXEC), 0);
	pid_t pid = fork();
	if (pid == 0) {
		struct messages quiet = messages_quiet();
		char byte = terminal_raw(slave, &quiet) == 0 ? '+' : '-';
		ssize_t done = write(ready[1], &byte, 1) + read(go[0], &byte, 1);
		if (how == 0)
			exit(done == 2 ? 0 : 1);
		raise(how);
		_exit(1);
	}
	char byte = '-';
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(byte, '+');
	assert_true(terminal_settings(slave, &during));
	assert_int_equal(during.c_lflag & (tcflag_t)(ICANON | ECHO | ISIG), 0);
	assert_int_equal(write(go[1], "x", 1), 1);
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(how ? WIFSIGNALED(status) && WTERMSIG(status) == how : status == 0);
	assert_true(terminal_settings(slave, &after));
	assert_int_equal(after.c_lflag, before.c_lflag);
	assert_int_equal(after.c_iflag, before.c_iflag);
	assert_int_equal(after.c_oflag, before.c_oflag);
	for (int i = 0; i < 2; i++) {
		close(ready[i]);
		close(go[i]);
	}
}

static void put_back(void **state)
{
	(void)state;
	static const int ways[] = { 0, SIGABRT, SIGUSR1, SIGALRM, SIGXCPU };
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		put_back_after(ways[i]);
}

/* Every line of it begins at the left, although a raw terminal is told just what to do. */
static void says_lines(void **state)
{
	(void)state;
	AUTO_FD master = -1, slave = -1;
	assert_int_equal(openpty(&master, &slave, NULL, NULL, NULL), 0);
	pid_t pid = fork();
	if (pid == 0) {
		struct messages quiet = messages_quiet();
		if (dup2(slave, STDERR_FILENO) < 0 || terminal_raw(slave, &quiet) < 0)
			_exit(1);
		terminal_say("NOTICE: %s", "it did not boot:\n    its last line");
		terminal_restore();
		terminal_say("closed");
		_exit(0);
	}
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	static const char expected[] =
		"\r\n[NOTICE: it did not boot:\r\n    its last line]\r\n[closed]\r\n";
	char text[sizeof(expected)] = { 0 };
	for (size_t len = 0; len < sizeof(expected) - 1;) {
		struct pollfd row = { master, POLLIN, 0 };
		assert_int_equal(poll(&row, 1, PATIENCE_MS), 1);
		ssize_t got = read(master, text + len, sizeof(expected) - 1 - len);
		assert_true(got > 0);
		len += (size_t)got;
	}
	assert_string_equal(text, expected);
}

static void no_terminal(void **state)
{
	struct zone_fixture *fixture = *state;
	AUTO_FD fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	assert_int_equal(terminal_raw(fd, &fixture->messages), -ENOTTY);
	zone_fixture_said(fixture, "cannot prepare the terminal");
	struct terminal_size size = terminal_size(fd);
	assert_int_equal(size.rows, 0);
	assert_int_equal(size.columns, 0);
}

static void ignored_signals_stay_ignored(void **state)
{
	(void)state;
	sigset_t before;
	sigprocmask(SIG_SETMASK, NULL, &before);
	signal(SIGHUP, SIG_IGN);
	AUTO_FD fd = terminal_signals((const int[]){ SIGHUP, SIGTERM, 0 });
	assert_true(fd >= 0);
	raise(SIGHUP);
	raise(SIGTERM);
	struct signalfd_siginfo info;
	assert_int_equal(read(fd, &info, sizeof(info)), sizeof(info));
	assert_int_equal(info.ssi_signo, SIGTERM);
	assert_int_equal(read(fd, &info, sizeof(info)), -1);
	signal(SIGHUP, SIG_DFL);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

/* ---- flows ---- */

static struct flow flow;

/* A flow between two pipes; what the test has are the outer ends. */
static void make_flow(int *ret_in, int *ret_out)
{
	int from[2], to[2];
	assert_int_equal(pipe2(from, O_CLOEXEC | O_NONBLOCK), 0);
	assert_int_equal(pipe2(to, O_CLOEXEC | O_NONBLOCK), 0);
	flow = (struct flow){ .from = from[0], .to = to[1], .rest = SIZE_MAX };
	*ret_in = from[1];
	*ret_out = to[0];
}

/* Until nothing more can be done. Returns what writing failed with, or 0. */
static int turn(void)
{
	struct pollfd rows[FLOW_ROWS];
	for (;;) {
		bool reading;
		flow_poll(&flow, rows);
		if (flow_over(&flow) || poll(rows, FLOW_ROWS, 0) <= 0)
			return 0;
		int rc = flow_handle(&flow, rows, &reading);
		if (rc < 0)
			return rc;
	}
}

static void all_of_it_arrives(void **state)
{
	(void)state;
	static char sent[3 * FLOW_ROOM], got[3 * FLOW_ROOM];
	for (size_t i = 0; i < sizeof(sent); i++)
		sent[i] = (char)(i * 7 + i / 251);
	int in, out;
	make_flow(&in, &out);
	size_t sent_len = 0, got_len = 0;
	while (got_len < sizeof(got)) {
		ssize_t len = sent_len < sizeof(sent)
			? write(in, sent + sent_len, sizeof(sent) - sent_len)
			: 0;
		sent_len += len > 0 ? (size_t)len : 0;
		if (sent_len == sizeof(sent))
			in = fd_close(in);
		assert_int_equal(turn(), 0);
		len = read(out, got + got_len, 1000);
		got_len += len > 0 ? (size_t)len : 0;
	}
	assert_memory_equal(got, sent, sizeof(sent));
	assert_int_equal(turn(), 0);
	assert_true(flow_over(&flow));
	assert_int_equal(read(out, got, 1), 0);
	close(out);
}

/* What nobody takes is not read without bounds. */
static void a_slow_reader_holds_it_up(void **state)
{
	(void)state;
	char block[4096] = { 0 };
	int in, out;
	make_flow(&in, &out);
	size_t total = 0;
	for (int idle = 0; idle < 2;) {
		ssize_t len = write(in, block, sizeof(block));
		total += len > 0 ? (size_t)len : 0;
		idle = len > 0 ? 0 : idle + 1;
		assert_int_equal(turn(), 0);
	}
	assert_true(flow_busy(&flow));
	assert_true(total <= 3 * FLOW_ROOM + 2 * sizeof(block));
	flow_close(&flow);
	close(in);
	close(out);
}

static void nobody_reads_any_more(void **state)
{
	(void)state;
	int in, out;
	signal(SIGPIPE, SIG_IGN);
	make_flow(&in, &out);
	close(out);
	assert_int_equal(turn(), 0);
	assert_true(flow_over(&flow));
	assert_int_equal(write(in, "x", 1), -1);
	assert_int_equal(errno, EPIPE);
	close(in);
}

static void stopping_keeps_what_has_come(void **state)
{
	(void)state;
	int in, out;
	char got[8];
	make_flow(&in, &out);
	assert_int_equal(write(in, "abc", 3), 3);
	struct pollfd rows[FLOW_ROWS];
	bool reading;
	flow_poll(&flow, rows);
	assert_int_equal(poll(rows, FLOW_ROWS, 0), 1);
	assert_int_equal(flow_handle(&flow, rows, &reading), 0);
	flow_stop(&flow);
	assert_false(flow_over(&flow));
	assert_int_equal(turn(), 0);
	assert_int_equal(read(out, got, sizeof(got)), 3);
	assert_int_equal(read(out, got, sizeof(got)), 0);
	assert_true(flow_over(&flow));
	close(in);
	close(out);
}

/* Whatever the other side does, the user can leave. */
static void who_types_is_heard_to_the_end(void **state)
{
	(void)state;
	int in, out;
	struct escape escape = { .character = '~' };
	make_flow(&in, &out);
	flow.escape = &escape;
	close(out);
	struct pollfd rows[FLOW_ROWS];
	bool reading;
	flow_poll(&flow, rows);
	assert_int_equal(poll(rows, FLOW_ROWS, 0), 1);
	assert_int_equal(flow_handle(&flow, rows, &reading), 0);
	assert_int_equal(flow.to, -1);
	/* More than there is room for: it goes nowhere. */
	for (int i = 0; i < 3; i++) {
		static char block[FLOW_ROOM / 2];
		memset(block, 'x', sizeof(block));
		assert_int_equal(write(in, block, sizeof(block)), sizeof(block));
		flow_poll(&flow, rows);
		assert_int_equal(rows[0].fd, flow.from);
		assert_int_equal(poll(rows, FLOW_ROWS, 0), 1);
		assert_int_equal(flow_handle(&flow, rows, &reading), 0);
	}
	assert_false(flow.left);
	assert_int_equal(write(in, "\r~.", 3), 3);
	flow_poll(&flow, rows);
	assert_int_equal(poll(rows, FLOW_ROWS, 0), 1);
	assert_int_equal(flow_handle(&flow, rows, &reading), 0);
	assert_true(flow.left);
	flow_close(&flow);
	close(in);
}

static void no_more_comes_than_may(void **state)
{
	(void)state;
	int in, out;
	char got[16];
	make_flow(&in, &out);
	flow.rest = 5;
	assert_int_equal(write(in, "abcdefgh", 8), 8);
	assert_int_equal(turn(), 0);
	assert_true(flow_over(&flow));
	assert_int_equal(read(out, got, sizeof(got)), 5);
	assert_int_equal(read(out, got, sizeof(got)), 0);
	close(in);
	close(out);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, zone_fixture_setup, zone_fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(leaving),
		TEST(staying),
		TEST(held_back_is_passed_on_later),
		TEST(characters),
		TEST(put_back),
		TEST(says_lines),
		TEST(no_terminal),
		TEST(ignored_signals_stay_ignored),
		TEST(all_of_it_arrives),
		TEST(a_slow_reader_holds_it_up),
		TEST(nobody_reads_any_more),
		TEST(stopping_keeps_what_has_come),
		TEST(who_types_is_heard_to_the_end),
		TEST(no_more_comes_than_may),
	};
	return cmocka_run_group_tests_name("terminal", tests, NULL, NULL);
}
