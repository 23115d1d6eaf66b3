/* test_console.c - a zone's console, on a real pseudoterminal. */
#include "zone_fixture.h"

#include "runtime/console.h"
#include "runtime/control.h"
#include "util/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum {
	QUIET_MS = 20,   /* nothing comes any more */
	PATIENCE_S = 20, /* something must have come */
};

/* A console, and the side of its pseudoterminal that an engine has. */
struct set {
	struct zone_fixture *fixture;
	struct console *console;
	int zone;
};

/* Raw, as systemd-nspawn(1) makes it: what is printed is what is shown, and nothing is echoed. */
static void make_raw(int fd)
{
	struct termios modes;
	assert_int_equal(tcgetattr(fd, &modes), 0);
	cfmakeraw(&modes);
	assert_int_equal(tcsetattr(fd, TCSANOW, &modes), 0);
}

static int open_zone(const struct console *console)
{
	int fd = ioctl(
		console_master(console), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	assert_true(fd >= 0);
	return fd;
}

static struct set begin(void **state)
{
	struct set set = { .fixture = *state };
	assert_int_equal(console_new(-1, &set.console, &set.fixture->messages), 0);
	set.zone = open_zone(set.console);
	make_raw(set.zone);
	return set;
}

static void end(struct set *set)
{
	close(set->zone);
	console_free(set->console);
}

/* What a supervisor does, until nothing happens for so long. Returns how often something did. */
static int turn_for(struct console *console, int quiet_ms)
{
	struct pollfd rows[CONSOLE_VIEWERS_MAX + 1];
	for (int count = 0;; count++) {
		assert_true(count < 10000);
		size_t row_count = console_poll(console, rows);
		assert_int_equal(row_count, console_viewers(console) + 1);
		int rc = poll(rows, row_count, quiet_ms);
		assert_true(rc >= 0);
		if (rc == 0)
			return count;
		console_handle(console, rows, row_count);
	}
}

static int turn(struct console *console)
{
	return turn_for(console, QUIET_MS);
}

static int attach(struct set *set, bool hold)
{
	int fds[2];
	struct control_packet packet;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds), 0);
	assert_int_equal(fcntl(fds[0], F_SETFL, O_NONBLOCK), 0);
	int rc = console_attach(set->console, fds[1], 4711, hold, 0, 0, &set->fixture->messages);
	if (rc < 0) {
		assert_int_equal(control_receive(fds[0], &packet), -EAGAIN);
		close(fds[0]);
		close(fds[1]);
		return rc;
	}
	assert_int_equal(control_receive(fds[0], &packet), 1);
	assert_int_equal(packet.type, CONTROL_END);
	assert_int_equal(packet.status, 0);
	return fds[0];
}

static void print(const struct set *set, const char *text)
{
	assert_int_equal(write(set->zone, text, strlen(text)), strlen(text));
}

/* What somebody sees: the console's bytes, and notices in brackets. */
static void see(struct set *set, int fd, const char *expected)
{
	AUTO_STR seen = STR_EMPTY;
	struct control_packet packet;
	time_t start = time(NULL);
	do {
		turn(set->console);
		while (control_receive(fd, &packet) == 1) {
			if (packet.type == CONTROL_DATA)
				assert_int_equal(str_add(&seen, packet.text, packet.len), 0);
			else if (packet.type == CONTROL_NOTICE)
				text_addf(&seen, "[%s]", packet.text);
			else
				fail();
		}
	} while (seen.len < strlen(expected) && time(NULL) - start < PATIENCE_S);
	assert_string_equal(str_get(&seen), expected);
}

static void type(int fd, const char *text)
{
	struct control_packet packet = { .type = CONTROL_DATA, .len = strlen(text) };
	memcpy(packet.text, text, packet.len);
	assert_int_equal(control_send(fd, &packet), 0);
}

/* What the zone reads. */
static void zone_reads(struct set *set, const char *expected)
{
	char text[CONTROL_DATA_MAX + 1];
	size_t got = 0;
	time_t start = time(NULL);
	do {
		turn(set->console);
		ssize_t len = read(set->zone, text + got, sizeof(text) - 1 - got);
		assert_true(len >= 0 || errno == EAGAIN);
		got += len > 0 ? (size_t)len : 0;
	} while (got < strlen(expected) && time(NULL) - start < PATIENCE_S);
	text[got] = '\0';
	assert_string_equal(text, expected);
}

/* ---- output ---- */

static void shown_to_all(void **state)
{
	struct set set = begin(state);
	AUTO_FD holder = attach(&set, true);
	AUTO_FD watcher = attach(&set, false);
	assert_int_equal(console_viewers(set.console), 2);
	print(&set, "login: \xc3\xa4\x1b[0m");
	see(&set, holder, "login: \xc3\xa4\x1b[0m");
	see(&set, watcher, "login: \xc3\xa4\x1b[0m");
	/* A notice comes behind what was printed before it. */
	print(&set, "bye\r\n");
	while (poll(&(struct pollfd){ console_master(set.console), POLLIN, 0 }, 1, 0) == 0)
		;
	console_notice(set.console, "Zone halted");
	see(&set, watcher, "bye\r\n[Zone halted]");
	holder = fd_close(holder);
	turn(set.console);
	assert_int_equal(console_viewers(set.console), 1);
	watcher = fd_close(watcher);
	turn(set.console);
	assert_int_equal(console_viewers(set.console), 0);
	zone_fixture_said(set.fixture, NULL);
	end(&set);
}

static void shown_to_who_comes_later(void **state)
{
	struct set set = begin(state);
	print(&set, "booting\r\n");
	turn(set.console);
	print(&set, "login: ");
	AUTO_FD one = attach(&set, true);
	see(&set, one, "booting\r\nlogin: ");
	AUTO_FD other = attach(&set, false);
	see(&set, other, "booting\r\nlogin: ");
	console_begin(set.console);
	AUTO_FD third = attach(&set, false);
	see(&set, third, "");
	print(&set, "again");
	see(&set, third, "again");
	end(&set);
}

/* Print lines "0000", "0001", ... of 6 bytes. */
static void print_lines(struct set *set, int from, int to)
{
	for (; from < to; from++) {
		char line[16];
		snprintf(line, sizeof(line), "%04d\r\n", from);
		print(set, line);
		if (from % 100 == 0)
			turn_for(set->console, 0);
	}
	turn(set->console);
}

static void a_bounded_part_is_kept(void **state)
{
	struct set set = begin(state);
	print_lines(&set, 0, 6000);
	AUTO_FD fd = attach(&set, false);
	AUTO_STR expected = STR_EMPTY;
	/* From the first whole line on. */
	for (int i = 6000 - CONSOLE_KEPT / 6; i < 6000; i++)
		text_addf(&expected, "%04d\r\n", i);
	see(&set, fd, str_get(&expected));
	AUTO_FREE char *last = console_last_lines(set.console, 2);
	assert_string_equal(last, "5998\n5999");
	end(&set);
}

static void who_does_not_read_loses_and_is_told(void **state)
{
	struct set set = begin(state);
	AUTO_FD slow = attach(&set, false);
	AUTO_FD other = attach(&set, false);
	struct control_packet packet;
	size_t printed = 0, seen = 0, lost = 0;
	int notices = 0;
	char text[CONTROL_DATA_MAX];
	memset(text, 'x', sizeof(text));
	for (int i = 0; i < 200; i++) {
		ssize_t len = write(set.zone, text, sizeof(text));
		assert_true(len > 0);
		printed += (size_t)len;
		/* Waits for nobody, and nobody waits. */
		turn_for(set.console, 0);
		while (control_receive(other, &packet) == 1)
			;
	}
	turn(set.console);
	assert_int_equal(console_viewers(set.console), 2);
	console_notice(set.console, "1234");
	for (int i = 0; i < 3; i++) {
		while (control_receive(slow, &packet) == 1) {
			if (packet.type == CONTROL_NOTICE) {
				assert_int_equal(sscanf(packet.text, "%zu bytes lost", &lost), 1);
				notices++;
			} else {
				assert_int_equal(notices, 0); /* lost is what comes last */
				seen += packet.len;
			}
		}
		turn(set.console);
	}
	assert_int_equal(notices, 1);
	assert_true(seen > 0 && lost > 4);
	assert_int_equal(seen + lost, printed + 4);
	print(&set, "again");
	see(&set, slow, "again");
	end(&set);
}

/* ---- input ---- */

static void only_the_holder_types(void **state)
{
	struct set set = begin(state);
	AUTO_FD watcher = attach(&set, false);
	AUTO_FD holder = attach(&set, true);
	type(watcher, "rm -rf\r");
	type(holder, "root\r");
	zone_reads(&set, "root\r");
	assert_int_equal(attach(&set, true), -EBUSY);
	zone_fixture_said(set.fixture, "error: the console is in use by process 4711");
	assert_int_equal(console_viewers(set.console), 2);
	holder = fd_close(holder);
	turn(set.console);
	AUTO_FD next = attach(&set, true);
	assert_true(next >= 0);
	type(next, "x");
	zone_reads(&set, "x");
	end(&set);
}

static void so_many_and_no_more(void **state)
{
	struct set set = begin(state);
	int fds[CONSOLE_VIEWERS_MAX];
	for (int i = 0; i < CONSOLE_VIEWERS_MAX; i++)
		fds[i] = attach(&set, i == 3);
	assert_int_equal(attach(&set, false), -EUSERS);
	zone_fixture_said(set.fixture, "error: 8 processes look at the console already");
	print(&set, "all");
	for (int i = 0; i < CONSOLE_VIEWERS_MAX; i++)
		see(&set, fds[i], "all");
	for (int i = 0; i < CONSOLE_VIEWERS_MAX; i += 2)
		close(fds[i]);
	turn(set.console);
	assert_int_equal(console_viewers(set.console), CONSOLE_VIEWERS_MAX / 2);
	print(&set, "half");
	for (int i = 1; i < CONSOLE_VIEWERS_MAX; i += 2) {
		see(&set, fds[i], "half");
		close(fds[i]);
	}
	end(&set);
}

static void the_engine_sees_no_escape(void **state)
{
	struct set set = begin(state);
	AUTO_FD fd = attach(&set, true);
	type(fd,
		"a\x1d\x1d\x1d\x1d"
		"b\x1dr\x1d");
	zone_reads(&set,
		"a\x1d"
		"b\x1dr\x1d");
	type(fd, "\x1d");
	type(fd, "\x1dp");
	zone_reads(&set, "p");
	type(fd, "\x1d");
	/* Nor from two people. */
	turn(set.console);
	fd = fd_close(fd);
	turn(set.console);
	AUTO_FD next = attach(&set, true);
	type(next, "\x1dq\x1d");
	zone_reads(&set, "\x1dq\x1d");
	end(&set);
}

static void a_full_terminal_takes_no_more(void **state)
{
	struct set set = begin(state);
	AUTO_FD fd = attach(&set, true);
	char text[CONTROL_DATA_MAX + 1];
	memset(text, 'i', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	struct control_packet packet = { .type = CONTROL_DATA, .len = CONTROL_DATA_MAX };
	memcpy(packet.text, text, CONTROL_DATA_MAX);
	size_t typed = 0, got = 0;
	for (int rc = 0; rc == 0;) {
		rc = control_send(fd, &packet);
		if (rc == 0)
			typed += packet.len;
		else
			assert_int_equal(rc, -EAGAIN);
		assert_true(typed < 10 << 20);
		assert_true(turn_for(set.console, 1) < 100); /* and there is no spinning */
	}
	/* What it holds was kept, and comes when it is read. */
	print(&set, "still shown");
	see(&set, fd, "still shown");
	for (ssize_t len = 1; len > 0;) {
		len = read(set.zone, text, sizeof(text));
		got += len > 0 ? (size_t)len : 0;
		turn_for(set.console, 1);
	}
	assert_int_equal(got, typed);
	end(&set);
}

static void who_leaves_a_full_terminal_is_gone(void **state)
{
	struct set set = begin(state);
	AUTO_FD fd = attach(&set, true);
	struct control_packet packet = { .type = CONTROL_DATA, .len = CONTROL_DATA_MAX };
	while (control_send(fd, &packet) == 0)
		turn_for(set.console, 0);
	fd = fd_close(fd);
	turn(set.console);
	assert_int_equal(console_viewers(set.console), 0);
	end(&set);
}

static void what_nobody_read_is_not_for_the_next_boot(void **state)
{
	struct set set = begin(state);
	AUTO_FD fd = attach(&set, true);
	type(fd, "reboot\r");
	turn(set.console);
	console_begin(set.console);
	make_raw(set.zone);
	zone_reads(&set, "");
	/* Nor if the terminal could not even take it. */
	struct control_packet packet = { .type = CONTROL_DATA, .len = CONTROL_DATA_MAX };
	memset(packet.text, 'i', CONTROL_DATA_MAX);
	while (control_send(fd, &packet) == 0)
		turn_for(set.console, 0);
	console_begin(set.console);
	make_raw(set.zone);
	zone_reads(&set, "");
	type(fd, "root\r");
	zone_reads(&set, "root\r");
	AUTO_FREE char *lines = console_last_lines(set.console, 1);
	assert_string_equal(lines, "");
	end(&set);
}

static void a_stranger_is_dropped(void **state)
{
	struct set set = begin(state);
	AUTO_FD fd = attach(&set, true);
	struct control_packet packet = { .type = CONTROL_END };
	assert_int_equal(control_send(fd, &packet), 0);
	turn(set.console);
	assert_int_equal(console_viewers(set.console), 0);
	AUTO_FD other = attach(&set, true);
	assert_int_equal(send(other, "nonsense", 8, 0), 8);
	turn(set.console);
	assert_int_equal(console_viewers(set.console), 0);
	end(&set);
}

/* ---- the terminal ---- */

static void is_size(const struct set *set, int rows, int columns)
{
	struct winsize size;
	assert_int_equal(ioctl(set->zone, TIOCGWINSZ, &size), 0);
	assert_int_equal(size.ws_row, rows);
	assert_int_equal(size.ws_col, columns);
}

static void has_the_size_of_the_holders(void **state)
{
	struct set set = begin(state);
	is_size(&set, 24, 80);
	AUTO_FD watcher = attach(&set, false);
	AUTO_FD holder = attach(&set, true);
	is_size(&set, 24, 80);
	struct control_packet packet = { .type = CONTROL_SIZE, .rows = 50, .columns = 132 };
	assert_int_equal(control_send(watcher, &packet), 0);
	turn(set.console);
	is_size(&set, 24, 80);
	assert_int_equal(control_send(holder, &packet), 0);
	turn(set.console);
	is_size(&set, 50, 132);
	packet.rows = 0;
	assert_int_equal(control_send(holder, &packet), 0);
	turn(set.console);
	is_size(&set, 50, 132);
	holder = fd_close(holder);
	turn(set.console);
	int fds[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds), 0);
	assert_int_equal(
		console_attach(set.console, fds[1], 1, true, 25, 81, &set.fixture->messages), 0);
	is_size(&set, 25, 81);
	close(fds[0]);
	end(&set);
}

static void is_new_at_each_boot(void **state)
{
	struct set set = begin(state);
	struct termios modes;
	console_begin(set.console);
	assert_int_equal(tcgetattr(set.zone, &modes), 0);
	assert_int_equal(modes.c_lflag & (ICANON | ECHO | ISIG), ICANON | ECHO | ISIG);
	assert_int_equal(modes.c_oflag & (OPOST | ONLCR), OPOST | ONLCR);
	assert_int_equal(modes.c_iflag & (ICRNL | ISTRIP), ICRNL);
	end(&set);
}

static void outlives_the_engine(void **state)
{
	struct set set = begin(state);
	AUTO_FD fd = attach(&set, true);
	print(&set, "last words");
	close(set.zone);
	see(&set, fd, "last words");
	assert_true(turn(set.console) == 0);
	assert_int_equal(console_viewers(set.console), 1);
	set.zone = open_zone(set.console);
	print(&set, "first words");
	see(&set, fd, "first words");
	end(&set);
}

/* A supervisor was killed; the engine goes on, and keeps the master for the next. */
static void is_taken_over(void **state)
{
	struct set set = begin(state);
	int master = dup(console_master(set.console));
	assert_true(master >= 0);
	console_free(set.console);
	print(&set, "meanwhile");
	assert_int_equal(console_new(master, &set.console, &set.fixture->messages), 0);
	assert_int_equal(console_master(set.console), master);
	struct termios modes;
	assert_int_equal(tcgetattr(set.zone, &modes), 0);
	assert_int_equal(modes.c_lflag & ICANON, 0); /* as it was */
	AUTO_FD fd = attach(&set, true);
	see(&set, fd, "meanwhile");
	/* The one before may have passed one on. */
	type(fd, "\x1dx\x1d");
	zone_reads(&set, "x\x1d");
	end(&set);
	int pipes[2];
	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	struct console *none;
	assert_true(console_new(pipes[0], &none, &set.fixture->messages) < 0);
	zone_fixture_said(set.fixture, "error: cannot make a pseudoterminal for the console");
	assert_int_equal(close(pipes[0]), 0);
	close(pipes[1]);
}

static void survives_a_hangup(void **state)
{
	struct set set = begin(state);
	AUTO_FD fd = attach(&set, true);
	if (ioctl(set.zone, TIOCVHANGUP) < 0) {
		end(&set);
		skip();
	}
	assert_true(turn(set.console) < 10);
	close(set.zone);
	set.zone = open_zone(set.console);
	make_raw(set.zone);
	print(&set, "here again");
	see(&set, fd, "here again");
	/* The other side cannot be had: there is no spinning, and it is for the next boot. */
	struct rlimit before, none;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	none = (struct rlimit){ 0, before.rlim_max };
	assert_int_equal(ioctl(set.zone, TIOCVHANGUP), 0);
	close(set.zone);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	struct pollfd rows[CONSOLE_VIEWERS_MAX + 1];
	size_t count = console_poll(set.console, rows);
	rows[0].revents = POLLHUP;
	rows[1].revents = 0;
	console_handle(set.console, rows, count);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_int_equal(turn(set.console), 0);
	console_begin(set.console);
	set.zone = open_zone(set.console);
	make_raw(set.zone);
	print(&set, "once more");
	see(&set, fd, "once more");
	end(&set);
}

static void the_last_lines_are_there_at_once(void **state)
{
	struct set set = begin(state);
	print(&set, "Failed to mount API filesystems.\r\nFreezing execution.\r\n");
	while (poll(&(struct pollfd){ console_master(set.console), POLLIN, 0 }, 1, 0) == 0)
		;
	AUTO_FREE char *lines = console_last_lines(set.console, 1);
	assert_string_equal(lines, "Freezing execution.");
	end(&set);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, zone_fixture_setup, zone_fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(shown_to_all),
		TEST(shown_to_who_comes_later),
		TEST(a_bounded_part_is_kept),
		TEST(who_does_not_read_loses_and_is_told),
		TEST(only_the_holder_types),
		TEST(so_many_and_no_more),
		TEST(the_engine_sees_no_escape),
		TEST(a_full_terminal_takes_no_more),
		TEST(who_leaves_a_full_terminal_is_gone),
		TEST(what_nobody_read_is_not_for_the_next_boot),
		TEST(a_stranger_is_dropped),
		TEST(has_the_size_of_the_holders),
		TEST(is_new_at_each_boot),
		TEST(outlives_the_engine),
		TEST(is_taken_over),
		TEST(survives_a_hangup),
		TEST(the_last_lines_are_there_at_once),
	};
	return cmocka_run_group_tests_name("console", tests, NULL, NULL);
}
