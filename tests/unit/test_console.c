/* test_console.c - what a zone's console shows, and the pseudoterminal that it is. */
#include "console_fixture.h"

#include "base/fd.h"
#include "util/alloc.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

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
	await_output(set.console);
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
	await_output(set.console);
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
		TEST(has_the_size_of_the_holders),
		TEST(is_new_at_each_boot),
		TEST(outlives_the_engine),
		TEST(is_taken_over),
		TEST(survives_a_hangup),
		TEST(the_last_lines_are_there_at_once),
	};
	return cmocka_run_group_tests_name("console", tests, NULL, NULL);
}
