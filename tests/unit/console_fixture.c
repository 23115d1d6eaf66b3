/* console_fixture.c - what the tests of the console share. */
#include "console_fixture.h"

#include "util/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum {
	QUIET_MS = 20,   /* nothing comes any more */
	PATIENCE_S = 20, /* something must have come */
};

void make_raw(int fd)
{
	struct termios modes;
	assert_int_equal(tcgetattr(fd, &modes), 0);
	cfmakeraw(&modes);
	assert_int_equal(tcsetattr(fd, TCSANOW, &modes), 0);
}

int open_zone(const struct console *console)
{
	int fd = ioctl(
		console_master(console), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	assert_true(fd >= 0);
	return fd;
}

struct set begin(void **state)
{
	struct set set = { .fixture = *state };
	assert_int_equal(console_new(-1, &set.console, &set.fixture->messages), 0);
	set.zone = open_zone(set.console);
	make_raw(set.zone);
	return set;
}

void end(struct set *set)
{
	close(set->zone);
	console_free(set->console);
}

int turn_for(struct console *console, int quiet_ms)
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

int turn(struct console *console)
{
	return turn_for(console, QUIET_MS);
}

void await_output(const struct console *console)
{
	struct pollfd row = { console_master(console), POLLIN, 0 };
	assert_int_equal(poll(&row, 1, PATIENCE_S * 1000), 1);
}

int attach(struct set *set, bool hold)
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

void print(const struct set *set, const char *text)
{
	assert_int_equal(write(set->zone, text, strlen(text)), strlen(text));
}

void see(struct set *set, int fd, const char *expected)
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

void type(int fd, const char *text)
{
	struct control_packet packet = { .type = CONTROL_DATA, .len = strlen(text) };
	memcpy(packet.text, text, packet.len);
	assert_int_equal(control_send(fd, &packet), 0);
}

void zone_reads(struct set *set, const char *expected)
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
