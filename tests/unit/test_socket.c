/* test_socket.c - names of sockets, and telling who waits at one. */
#include "zone_fixture.h"

#include "base/fd.h"
#include "util/alloc.h"
#include "util/socket.h"

#include <errno.h>
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_there_is_replaced),
		cmocka_unit_test(a_name_in_no_file_system),
		cmocka_unit_test(nobody_waits),
		cmocka_unit_test(names_have_bounds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
