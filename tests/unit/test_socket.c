/* test_socket.c - names of sockets, telling who waits at one, and packets with fds. */
#include "zone_fixture.h"

#include "base/fd.h"
#include "util/alloc.h"
#include "util/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A socket that hears what is told at path. */
static int listen_at(const char *path)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0);
	assert_int_equal(socket_bind(fd, path), 0);
	return fd;
}

static void assert_heard(int fd, const char *text)
{
	char got[64];
	ssize_t len = recv(fd, got, sizeof(got) - 1, MSG_DONTWAIT);
	assert_int_equal(len, strlen(text));
	got[len] = '\0';
	assert_string_equal(got, text);
}

static void what_was_there_is_replaced(void **state)
{
	(void)state;
	AUTO_FREE char *path = xasprintf("/tmp/test_socket.%d", (int)getpid());
	AUTO_FD old = listen_at(path);
	AUTO_FD now = listen_at(path);
	assert_int_not_equal(now, old);
	assert_int_equal(setenv("NOTIFY_SOCKET", path, 1), 0);
	assert_int_equal(socket_notify("READY=1"), 0);
	assert_heard(now, "READY=1");
	assert_int_equal(unlink(path), 0);
	/* Whoever waited is gone. */
	assert_int_equal(socket_notify("READY=1"), -ENOENT);
}

static void a_name_in_no_file_system(void **state)
{
	(void)state;
	AUTO_FREE char *name = xasprintf("@test_socket.%d", (int)getpid());
	struct sockaddr_un address;
	assert_int_equal(socket_address(name, &address), 0);
	address.sun_path[0] = '\0';
	AUTO_FD fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name));
	assert_int_equal(bind(fd, (const struct sockaddr *)&address, size), 0);
	assert_int_equal(setenv("NOTIFY_SOCKET", name, 1), 0);
	assert_int_equal(socket_notify("X_NSPAWN_LEADER_PID=7"), 0);
	assert_heard(fd, "X_NSPAWN_LEADER_PID=7");
}

static void nobody_waits(void **state)
{
	(void)state;
	unsetenv("NOTIFY_SOCKET");
	assert_int_equal(socket_notify("READY=1"), 0);
}

static void names_have_bounds(void **state)
{
	(void)state;
	struct sockaddr_un address;
	char path[sizeof(address.sun_path) + 1] = "";
	memset(path, '/', sizeof(address.sun_path));
	assert_int_equal(socket_address(path, &address), -ENAMETOOLONG);
	assert_int_equal(socket_bind(-1, path), -ENAMETOOLONG);
	path[sizeof(address.sun_path) - 1] = '\0';
	assert_int_equal(socket_address(path, &address), 0);
	assert_string_equal(address.sun_path, path);
}

/* What is in a pipe says which fd it is. */
static int make_marked(char mark)
{
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], &mark, 1), 1);
	close(ends[1]);
	return ends[0];
}

static void assert_marked(int fd, char mark)
{
	char got;
	assert_int_equal(read(fd, &got, 1), 1);
	assert_int_equal(got, mark);
	assert_int_equal(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
}

static void fds_come_with_a_packet(void **state)
{
	(void)state;
	int ends[2];
	char got[8];
	struct socket_fds fds = { .count = SOCKET_FDS_MAX };
	AUTO_SOCKET_FDS received = { .count = 0 };
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
	for (int i = 0; i < SOCKET_FDS_MAX; i++)
		fds.fds[i] = make_marked((char)('a' + i));
	assert_int_equal(socket_send(ends[0], "four", 4, &fds), 0);
	assert_int_equal(socket_send(ends[0], "none", 4, NULL), 0);
	assert_int_equal(socket_send(ends[0], "too long", 8, &fds), 0);
	socket_fds_close(&fds);
	assert_int_equal(socket_receive(ends[1], got, sizeof(got), &received), 4);
	assert_memory_equal(got, "four", 4);
	assert_int_equal(received.count, SOCKET_FDS_MAX);
	for (int i = 0; i < SOCKET_FDS_MAX; i++)
		assert_marked(received.fds[i], (char)('a' + i));
	socket_fds_close(&received);
	assert_int_equal(socket_receive(ends[1], got, sizeof(got), &received), 4);
	assert_int_equal(received.count, 0);
	assert_int_equal(socket_receive(ends[1], got, 7, &received), -EMSGSIZE);
	assert_int_equal(received.count, 0);
	close(ends[0]);
	assert_int_equal(socket_receive(ends[1], got, sizeof(got), &received), 0);
	assert_int_equal(socket_send(ends[1], "late", 4, NULL), -EPIPE);
	close(ends[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_there_is_replaced),
		cmocka_unit_test(a_name_in_no_file_system),
		cmocka_unit_test(nobody_waits),
		cmocka_unit_test(names_have_bounds),
		cmocka_unit_test(fds_come_with_a_packet),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
