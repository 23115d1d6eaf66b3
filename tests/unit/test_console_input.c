/* test_console_input.c - who may type at a zone's console, and what the zone reads of it. */
#include "console_fixture.h"

#include "base/fd.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

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

#define TEST(name) cmocka_unit_test_setup_teardown(name, zone_fixture_setup, zone_fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(only_the_holder_types),
		TEST(so_many_and_no_more),
		TEST(the_engine_sees_no_escape),
		TEST(a_full_terminal_takes_no_more),
		TEST(who_leaves_a_full_terminal_is_gone),
		TEST(what_nobody_read_is_not_for_the_next_boot),
		TEST(a_stranger_is_dropped),
	};
	return cmocka_run_group_tests_name("console_input", tests, NULL, NULL);
}
