/* test_control.c - what zoneadm, zlogin and a supervisor say to each other. */
#include "zone_fixture.h"

#include "runtime/control.h"
#include "util/alloc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/* Two ends of a connection. */
struct pair {
	int ours, theirs;
};

static struct pair make_pair(void)
{
	int fds[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds), 0);
	const int size = CONTROL_PACKET_MAX;
	assert_int_equal(setsockopt(fds[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)), 0);
	return (struct pair){ fds[0], fds[1] };
}

static void close_pair(struct pair *pair)
{
	pair->ours = fd_close(pair->ours);
	pair->theirs = fd_close(pair->theirs);
}

static size_t count_fds(void)
{
	size_t count = 0;
	DIR *directory = opendir("/proc/self/fd");
	assert_non_null(directory);
	while (readdir(directory))
		count++;
	closedir(directory);
	return count;
}

/* ---- requests ---- */

static void everything_of_a_request_arrives(void **state)
{
	struct zone_fixture *fixture = *state;
	struct pair pair = make_pair();
	char first[] = "systemd.unit=rescue.target", second[] = "", third[] = "a b\n$x";
	char *arguments[] = { first, second, third, NULL };
	char sysidcfg[] = "timezone=Europe/Berlin\n";
	zone_fixture_write(fixture->fd, "web.lock", "");
	AUTO_FD lock = openat(fixture->fd, "web.lock", O_RDWR | O_CLOEXEC);
	assert_int_equal(flock(lock, LOCK_EX | LOCK_NB), 0);
	struct control_request sent = { .verb = CONTROL_BOOT,
		.timeout = 90,
		.rows = 50,
		.columns = 132,
		.boot = { arguments, true, sysidcfg },
		.lock_fd = lock };
	assert_int_equal(control_send_request(pair.ours, &sent), 0);
	struct control_request got;
	assert_int_equal(control_receive_request(pair.theirs, &got), 0);
	assert_int_equal(got.verb, CONTROL_BOOT);
	assert_int_equal(got.timeout, 90);
	assert_int_equal(got.rows, 50);
	assert_int_equal(got.columns, 132);
	assert_false(got.reboot);
	assert_true(got.boot.single_user);
	assert_int_equal(got.pid, getpid());
	for (int i = 0; i < 3; i++)
		assert_string_equal(got.boot.arguments[i], arguments[i]);
	assert_null(got.boot.arguments[3]);
	assert_string_equal(got.boot.sysidcfg, sysidcfg);
	/* The lock is held until the receiver lets go. */
	lock = fd_close(lock);
	AUTO_FD other = openat(fixture->fd, "web.lock", O_RDWR | O_CLOEXEC);
	assert_int_equal(flock(other, LOCK_EX | LOCK_NB), -1);
	assert_int_equal(fcntl(got.lock_fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	control_request_free(&got);
	assert_int_equal(got.lock_fd, -1);
	assert_int_equal(flock(other, LOCK_EX | LOCK_NB), 0);
	close_pair(&pair);
}

static void little_arrives_as_little(void **state)
{
	(void)state;
	struct pair pair = make_pair();
	struct control_request sent = { .verb = CONTROL_SHUTDOWN, .reboot = true, .lock_fd = -1 };
	struct control_request got;
	assert_int_equal(control_send_request(pair.ours, &sent), 0);
	assert_int_equal(control_receive_request(pair.theirs, &got), 0);
	assert_int_equal(got.verb, CONTROL_SHUTDOWN);
	assert_true(got.reboot);
	assert_false(got.boot.single_user);
	assert_null(got.boot.arguments[0]);
	assert_null(got.boot.sysidcfg);
	assert_int_equal(got.lock_fd, -1);
	control_request_free(&got);
	char empty[] = "";
	sent.boot.sysidcfg = empty;
	assert_int_equal(control_send_request(pair.ours, &sent), 0);
	assert_int_equal(control_receive_request(pair.theirs, &got), 0);
	assert_string_equal(got.boot.sysidcfg, "");
	control_request_free(&got);
	close_pair(&pair);
}

static void the_largest_arrives_and_no_larger_one(void **state)
{
	(void)state;
	struct pair pair = make_pair();
	char *arguments[CONTROL_ARGUMENTS_MAX + 2] = { NULL };
	AUTO_FREE char *sysidcfg = xcalloc(CONTROL_SYSIDCFG_MAX + 2, 1);
	/* What is left for the arguments, but for the beginning of the packet. */
	size_t len = (CONTROL_PACKET_MAX - CONTROL_SYSIDCFG_MAX - 20) / CONTROL_ARGUMENTS_MAX - 1;
	AUTO_FREE char *argument = xcalloc(len + 2, 1);
	memset(sysidcfg, 'x', CONTROL_SYSIDCFG_MAX);
	memset(argument, 'y', len);
	for (int i = 0; i < CONTROL_ARGUMENTS_MAX; i++)
		arguments[i] = argument;
	struct control_request sent = {
		.verb = CONTROL_REBOOT, .boot = { arguments, false, sysidcfg }, .lock_fd = -1
	};
	struct control_request got;
	assert_int_equal(control_send_request(pair.ours, &sent), 0);
	assert_int_equal(control_receive_request(pair.theirs, &got), 0);
	assert_string_equal(got.boot.arguments[CONTROL_ARGUMENTS_MAX - 1], argument);
	assert_string_equal(got.boot.sysidcfg, sysidcfg);
	control_request_free(&got);
	argument[len] = 'y';
	assert_int_equal(control_send_request(pair.ours, &sent), -E2BIG);
	sent.boot.sysidcfg = NULL;
	assert_int_equal(control_send_request(pair.ours, &sent), 0);
	arguments[CONTROL_ARGUMENTS_MAX] = argument;
	assert_int_equal(control_send_request(pair.ours, &sent), -E2BIG);
	arguments[0] = NULL;
	sent.boot.sysidcfg = sysidcfg;
	sysidcfg[CONTROL_SYSIDCFG_MAX] = 'x';
	assert_int_equal(control_send_request(pair.ours, &sent), -E2BIG);
	close_pair(&pair);
}

/* What a good request looks like, byte by byte; each row spoils it. */
static void what_is_no_request_is_refused(void **state)
{
	(void)state;
	static const struct {
		size_t at;
		char byte;
		const char *what;
	} cases[] = {
		{ 0, 2, "another version" },
		{ 1, 'D', "another type" },
		{ 2, CONTROL_VERB_COUNT, "an unknown verb" },
		{ 2, (char)255, "an unknown verb" },
		{ 3, 1 << 2 | 1 << 4, "an unknown flag" },
		{ 3, 0, "a sysidcfg that is not told of" },
		{ 3, 1 << 2 | 1 << 3, "a lock for halt" },
		{ 7, 127, "a time without end" },
		{ 12, 1, "too few arguments" },
		{ 12, 3, "too many" },
		{ 12, 65, "more than can be" },
		{ 15, 1, "more than can be" },
		{ 16, 0, "too little sysidcfg" },
		{ 16, 4, "too much" },
		{ 16, 127, "more than is there" },
		{ 19, (char)255, "more than is there" },
		{ 23, 'x', "an argument without an end" },
		{ 24, 0, "a NUL in the sysidcfg" },
	};
	char good[] = "\1R\2\4\0\0\0\0\0\0\0\0\2\0\0\0\3\0\0\0a\0b\0xyz";
	const size_t len = sizeof(good) - 1;
	struct control_request request;
	bool lock;
	assert_int_equal(control_decode_request(good, len, &request, &lock), 0);
	assert_int_equal(request.verb, CONTROL_HALT);
	assert_string_equal(request.boot.arguments[1], "b");
	assert_string_equal(request.boot.sysidcfg, "xyz");
	assert_false(lock);
	control_request_free(&request);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char bad[sizeof(good)];
		memcpy(bad, good, sizeof(good));
		bad[cases[i].at] = cases[i].byte;
		if (control_decode_request(bad, len, &request, &lock) != -EBADMSG)
			fail_msg("%s was taken", cases[i].what);
		control_request_free(&request);
	}
	for (size_t shorter = 0; shorter < len; shorter++) {
		assert_int_equal(control_decode_request(good, shorter, &request, &lock), -EBADMSG);
		control_request_free(&request);
	}
}

/* Send these bytes with some fds. */
static void send_bytes(int to, const char *bytes, size_t len, size_t fd_count)
{
	union {
		char room[CMSG_SPACE(8 * sizeof(int))];
		struct cmsghdr aligned;
	} control = { 0 };
	struct iovec iov = { .iov_base = (char *)bytes, .iov_len = len };
	struct msghdr message = { .msg_iov = &iov, .msg_iovlen = 1 };
	if (fd_count) {
		message.msg_control = control.room;
		message.msg_controllen = CMSG_SPACE(fd_count * sizeof(int));
		struct cmsghdr *header = CMSG_FIRSTHDR(&message);
		header->cmsg_level = SOL_SOCKET;
		header->cmsg_type = SCM_RIGHTS;
		header->cmsg_len = CMSG_LEN(fd_count * sizeof(int));
		for (size_t i = 0; i < fd_count; i++)
			memcpy(CMSG_DATA(header) + i * sizeof(int), &to, sizeof(int));
	}
	assert_int_equal(sendmsg(to, &message, 0), len);
}

/* Bytes are a request to boot, without and with a lock, and nonsense. */
static void fds_that_do_not_belong_are_closed(void **state)
{
	(void)state;
	static const char plain[] = "\1R\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
	static const char locked[] = "\1R\0\10\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
	static const struct {
		const char *bytes;
		size_t fd_count;
		int result;
	} cases[] = {
		{ plain, 0, 0 },
		{ locked, 1, 0 },
		{ plain, 1, -EBADMSG },
		{ locked, 0, -EBADMSG },
		{ locked, 2, -EBADMSG },
		{ locked, 8, -EBADMSG },
		{ "nonsense of 20 bytes", 3, -EBADMSG },
	};
	struct pair pair = make_pair();
	size_t before = count_fds();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct control_request request;
		send_bytes(pair.ours, cases[i].bytes, 20, cases[i].fd_count);
		assert_int_equal(control_receive_request(pair.theirs, &request), cases[i].result);
		assert_int_equal(request.lock_fd >= 0, cases[i].result == 0 && cases[i].fd_count);
		control_request_free(&request);
		assert_int_equal(count_fds(), before);
	}
	close_pair(&pair);
}

static void a_request_may_not_come(void **state)
{
	(void)state;
	struct pair pair = make_pair();
	struct control_request request;
	assert_int_equal(fcntl(pair.theirs, F_SETFL, O_NONBLOCK), 0);
	assert_int_equal(control_receive_request(pair.theirs, &request), -EAGAIN);
	control_request_free(&request);
	AUTO_FREE char *bytes = xcalloc(CONTROL_PACKET_MAX + 1, 1);
	send_bytes(pair.ours, bytes, CONTROL_PACKET_MAX + 1, 1);
	size_t before = count_fds();
	assert_int_equal(control_receive_request(pair.theirs, &request), -EMSGSIZE);
	control_request_free(&request);
	assert_int_equal(count_fds(), before);
	pair.ours = fd_close(pair.ours);
	assert_int_equal(control_receive_request(pair.theirs, &request), -ECONNRESET);
	control_request_free(&request);
	close_pair(&pair);
}

/* ---- other packets ---- */

static void packets_arrive(void **state)
{
	(void)state;
	static const struct control_packet packets[] = {
		{ .type = CONTROL_MESSAGE,
			.severity = MESSAGE_WARNING,
			.len = 5,
			.text = "h\xc3\xa4-\n" },
		{ .type = CONTROL_END, .status = -EBUSY },
		{ .type = CONTROL_END },
		{ .type = CONTROL_DATA, .len = 3, .text = "a\0b" },
		{ .type = CONTROL_DATA },
		{ .type = CONTROL_NOTICE, .len = 4, .text = "text" },
		{ .type = CONTROL_SIZE, .rows = 65535, .columns = 1 },
	};
	struct pair pair = make_pair();
	for (size_t i = 0; i < sizeof(packets) / sizeof(packets[0]); i++) {
		const struct control_packet *sent = &packets[i];
		struct control_packet got;
		memset(&got, 0xff, sizeof(got));
		assert_int_equal(control_send(pair.ours, sent), 0);
		assert_int_equal(control_receive(pair.theirs, &got), 1);
		assert_int_equal(got.type, sent->type);
		assert_int_equal(got.severity, sent->severity);
		assert_int_equal(got.status, sent->status);
		assert_int_equal(got.rows, sent->rows);
		assert_int_equal(got.columns, sent->columns);
		assert_int_equal(got.len, sent->len);
		assert_memory_equal(got.text, sent->text, sent->len + 1);
	}
	pair.ours = fd_close(pair.ours);
	struct control_packet got;
	assert_int_equal(control_receive(pair.theirs, &got), 0);
	/* And no signal. */
	assert_int_equal(control_send(pair.theirs, &packets[0]), -EPIPE);
	close_pair(&pair);
}

static void what_is_no_packet_is_refused(void **state)
{
	(void)state;
	static const struct {
		const char *bytes;
		size_t len;
	} cases[] = {
		{ "", 0 }, { "\1E\0\0\0\0\0\0\0\0\0", 11 }, /* too short */
		{ "\2E\0\0\0\0\0\0\0\0\0\0", 12 },          /* another version */
		{ "\1Q\0\0\0\0\0\0\0\0\0\0", 12 },          /* an unknown type */
		{ "\1R\0\0\0\0\0\0\0\0\0\0", 12 },          /* a request */
		{ "\1E\0\0\1\0\0\0\0\0\0\0", 12 },          /* a status that is no error */
		{ "\1E\0\0\0\0\0\200\0\0\0\0", 12 },        /* or none of the kernel's */
		{ "\1E\0\0\0\0\0\0\0\0\0\0x", 13 },         /* text at the end of the answer */
		{ "\1E\0\1\0\0\0\0\0\0\0\0", 12 },          /* what is not used */
		{ "\1E\1\0\0\0\0\0\0\0\0\0", 12 },          /* a severity of no message */
		{ "\1M\3\0\0\0\0\0\0\0\0\0x", 13 },         /* an unknown severity */
		{ "\1M\0\0\377\377\377\377\0\0\0\0", 12 },  /* a status of a message */
		{ "\1M\0\0\0\0\0\0\0\0\0\0a\0b", 15 },      /* a NUL in a message */
		{ "\1N\0\0\0\0\0\0\0\0\0\0a\0", 14 },       /* and in a notice */
		{ "\1D\0\0\0\0\0\0\1\0\0\0x", 13 },         /* rows of data */
		{ "\1D\0\0\0\0\0\0\0\0\1\0x", 13 },         /* and columns */
		{ "\1W\0\0\0\0\0\0\1\0\1\0x", 13 },         /* text of a size */
	};
	struct control_packet packet;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(control_decode(cases[i].bytes, cases[i].len, &packet), -EBADMSG);
	AUTO_FREE char *bytes = xcalloc(12 + CONTROL_DATA_MAX + 1, 1);
	bytes[0] = 1;
	bytes[1] = CONTROL_DATA;
	assert_int_equal(control_decode(bytes, 12 + CONTROL_DATA_MAX, &packet), 0);
	assert_int_equal(packet.len, CONTROL_DATA_MAX);
	assert_int_equal(control_decode(bytes, 12 + CONTROL_DATA_MAX + 1, &packet), -EBADMSG);
	struct pair pair = make_pair();
	send_bytes(pair.ours, bytes, 12 + CONTROL_DATA_MAX + 1, 0);
	assert_int_equal(control_receive(pair.theirs, &packet), -EBADMSG);
	packet = (struct control_packet){ .type = CONTROL_END, .status = 1 };
	assert_int_equal(control_send(pair.ours, &packet), -EBADMSG);
	close_pair(&pair);
}

static void who_does_not_read_is_not_waited_for(void **state)
{
	(void)state;
	struct pair pair = make_pair();
	struct control_packet packet = { .type = CONTROL_DATA, .len = CONTROL_DATA_MAX };
	int rc, sent = 0;
	while ((rc = control_send(pair.ours, &packet)) == 0 && sent < 10000)
		sent++;
	assert_int_equal(rc, -EAGAIN);
	assert_true(sent >= 4); /* what a console keeps */
	close_pair(&pair);
}

static void messages_go_to_the_other_side(void **state)
{
	(void)state;
	struct pair pair = make_pair();
	struct messages messages = control_messages(&pair.ours);
	struct control_packet packet;
	assert_int_equal(message_error(&messages, -EIO, "zone %s", "web"), -EIO);
	assert_int_equal(control_receive(pair.theirs, &packet), 1);
	assert_int_equal(packet.type, CONTROL_MESSAGE);
	assert_int_equal(packet.severity, MESSAGE_ERROR);
	assert_string_equal(packet.text, "zone web");
	message_note(&messages, "%s", "");
	assert_int_equal(control_receive(pair.theirs, &packet), 1);
	assert_int_equal(packet.severity, MESSAGE_NOTE);
	assert_string_equal(packet.text, "");
	close_pair(&pair);
}

/* The parts of a text that is too long, put together again with what was between them. */
static void check_parts(const char *text, size_t first_len, size_t second_at)
{
	struct pair pair = make_pair();
	struct messages messages = control_messages(&pair.ours);
	struct control_packet packet;
	message_warning(&messages, "%s", text);
	assert_int_equal(control_receive(pair.theirs, &packet), 1);
	assert_int_equal(packet.len, first_len);
	assert_memory_equal(packet.text, text, first_len);
	assert_int_equal(control_receive(pair.theirs, &packet), 1);
	assert_int_equal(packet.severity, MESSAGE_WARNING);
	assert_string_equal(packet.text, text + second_at);
	pair.ours = fd_close(pair.ours);
	assert_int_equal(control_receive(pair.theirs, &packet), 0);
	close_pair(&pair);
}

static void a_long_message_goes_in_parts(void **state)
{
	(void)state;
	char text[CONTROL_DATA_MAX + 101];
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	check_parts(text, CONTROL_DATA_MAX, CONTROL_DATA_MAX);
	memcpy(text + CONTROL_DATA_MAX - 1, "\xe2\x82\xac", 3);
	check_parts(text, CONTROL_DATA_MAX - 1, CONTROL_DATA_MAX - 1);
	text[CONTROL_DATA_MAX - 10] = '\n';
	check_parts(text, CONTROL_DATA_MAX - 10, CONTROL_DATA_MAX - 9);
}

/* ---- the supervisor's socket ---- */

static int connect_to(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0);
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	close(fd);
	return -1;
}

static void listens_for_this_user(void **state)
{
	struct zone_fixture *fixture = *state;
	AUTO_FREE char *path = xasprintf("%s/web.zoneadmd", fixture->path);
	AUTO_FD listening = control_listen(path);
	assert_true(listening >= 0);
	struct stat st;
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode, S_IFSOCK | 0600);
	assert_int_equal(control_accept(listening), -EAGAIN);
	AUTO_FD client = connect_to(path);
	AUTO_FD accepted = control_accept(listening);
	assert_true(client >= 0 && accepted >= 0);
	assert_int_equal(fcntl(accepted, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
	assert_int_equal(fcntl(accepted, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	/* What a killed one has left is in nobody's way. */
	listening = fd_close(listening);
	assert_int_equal(connect_to(path), -1);
	listening = control_listen(path);
	assert_true(listening >= 0);
	AUTO_FD again = connect_to(path);
	assert_true(again >= 0);
	char longer[200];
	memset(longer, '/', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	assert_int_equal(control_listen(longer), -ENAMETOOLONG);
}

static void other_users_are_refused(void **state)
{
	struct zone_fixture *fixture = *state;
	if (geteuid() != 0)
		skip();
	AUTO_FREE char *path = xasprintf("%s/web.zoneadmd", fixture->path);
	AUTO_FD listening = control_listen(path);
	assert_true(listening >= 0);
	/* As if the file's mode were not enough. */
	assert_int_equal(chmod(path, 0666), 0);
	assert_int_equal(chmod(fixture->path, 0755), 0);
	pid_t pid = fork();
	if (pid == 0) {
		if (setuid(65534) < 0)
			_exit(1);
		_exit(connect_to(path) < 0);
	}
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(control_accept(listening), -EPERM);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, zone_fixture_setup, zone_fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(everything_of_a_request_arrives),
		TEST(little_arrives_as_little),
		TEST(the_largest_arrives_and_no_larger_one),
		TEST(what_is_no_request_is_refused),
		TEST(fds_that_do_not_belong_are_closed),
		TEST(a_request_may_not_come),
		TEST(packets_arrive),
		TEST(what_is_no_packet_is_refused),
		TEST(who_does_not_read_is_not_waited_for),
		TEST(messages_go_to_the_other_side),
		TEST(a_long_message_goes_in_parts),
		TEST(listens_for_this_user),
		TEST(other_users_are_refused),
	};
	return cmocka_run_group_tests_name("control", tests, NULL, NULL);
}
