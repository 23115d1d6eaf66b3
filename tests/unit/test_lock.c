/* test_lock.c - one command at a time. */
#include "zone_fixture.h"

#include "base/fd.h"
#include "zone/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int take(struct zone_fixture *fixture, enum lock_mode mode, int wait_ms)
{
	struct lock_request request = { fixture->fd, fixture->path, "web.lock", mode, wait_ms,
		"zone web", "zonecfg -z web" };
	return lock_take(&request, &fixture->messages);
}

/* A process that holds the lock, until *release is closed. */
static pid_t hold_in_child(struct zone_fixture *fixture, enum lock_mode mode, int *release)
{
	int ready[2], stop[2];
	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	assert_int_equal(pipe2(stop, O_CLOEXEC), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(stop[1]);
		int fd = take(fixture, mode, 0);
		char byte = fd < 0 ? '-' : '+';
		ssize_t done = write(ready[1], &byte, 1);
		done += read(stop[0], &byte, 1);
		_exit(done == 1 ? 0 : 1);
	}
	close(ready[1]);
	close(stop[0]);
	char byte = '-';
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(byte, '+');
	close(ready[0]);
	*release = stop[1];
	return pid;
}

static void let_go(pid_t pid, int release)
{
	close(release);
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void says_who_holds_it(void **state)
{
	struct zone_fixture *fixture = *state;
	AUTO_FD fd = take(fixture, LOCK_EXCLUSIVE, 0);
	assert_true(fd >= 0);
	zone_fixture_said(fixture, NULL);
	char text[64];
	snprintf(text, sizeof(text), "%d zonecfg -z web\n", (int)getpid());
	zone_fixture_expect(fixture->fd, "web.lock", text);
	struct stat st;
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_mode, S_IFREG | 0600);
	assert_int_equal(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
}

static void a_longer_text_is_cut_off(void **state)
{
	struct zone_fixture *fixture = *state;
	zone_fixture_write(fixture->fd, "web.lock", "99999 something much longer than ours was\n");
	assert_int_equal(fchmodat(fixture->fd, "web.lock", 0600, 0), 0);
	says_who_holds_it(state);
}

static void excluded_at_once(void **state)
{
	struct zone_fixture *fixture = *state;
	AUTO_FD fd = take(fixture, LOCK_EXCLUSIVE, 0);
	assert_true(fd >= 0);
	assert_int_equal(take(fixture, LOCK_EXCLUSIVE, 0), -EBUSY);
	assert_int_equal(take(fixture, LOCK_SHARED, 0), -EBUSY);
	zone_fixture_said(fixture, NULL);
	fd = fd_close(fd);
	fd = take(fixture, LOCK_SHARED, 0);
	assert_true(fd >= 0);
}

static void shared_by_several(void **state)
{
	struct zone_fixture *fixture = *state;
	AUTO_FD one = take(fixture, LOCK_SHARED, 0);
	AUTO_FD other = take(fixture, LOCK_SHARED, 0);
	assert_true(one >= 0 && other >= 0);
	assert_int_equal(take(fixture, LOCK_EXCLUSIVE, 0), -EBUSY);
	one = fd_close(one);
	assert_int_equal(take(fixture, LOCK_EXCLUSIVE, 0), -EBUSY);
	other = fd_close(other);
	one = take(fixture, LOCK_EXCLUSIVE, 0);
	assert_true(one >= 0);
}

static void locks_of_other_zones_are_free(void **state)
{
	struct zone_fixture *fixture = *state;
	AUTO_FD fd = take(fixture, LOCK_EXCLUSIVE, 0);
	struct lock_request request = { fixture->fd, fixture->path, "db.lock", LOCK_EXCLUSIVE, 0,
		"zone db", "test" };
	AUTO_FD other = lock_take(&request, &fixture->messages);
	assert_true(fd >= 0 && other >= 0);
}

static long elapsed_ms(const struct timespec *since)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - since->tv_sec) * 1000 + (now.tv_nsec - since->tv_nsec) / 1000000;
}

static void gives_up_naming_the_holder(void **state)
{
	struct zone_fixture *fixture = *state;
	int release;
	pid_t pid = hold_in_child(fixture, LOCK_EXCLUSIVE, &release);
	struct timespec start;
	clock_gettime(CLOCK_MONOTONIC, &start);
	assert_int_equal(take(fixture, LOCK_EXCLUSIVE, 420), -EBUSY);
	assert_true(elapsed_ms(&start) >= 419);
	char text[256];
	snprintf(text, sizeof(text),
		"note: waiting for process %d (zonecfg -z web), which is using zone web\n"
		"error: zone web is in use by process %d (zonecfg -z web), also after 0.42 "
		"seconds: ",
		(int)pid, (int)pid);
	zone_fixture_said(fixture, text);
	let_go(pid, release);
}

/* The holder lets go when it is told that somebody waits, long before the wait ends. */
static void release_holder(struct messages *messages, enum severity severity, const char *text)
{
	int *release = messages->user;
	assert_int_equal(severity, MESSAGE_NOTE);
	assert_non_null(strstr(text, "waiting for process "));
	*release = fd_close(*release);
}

static void waits_until_it_is_free(void **state)
{
	struct zone_fixture *fixture = *state;
	int release;
	pid_t pid = hold_in_child(fixture, LOCK_SHARED, &release);
	fixture->messages = (struct messages){ .emit = release_holder, .user = &release };
	AUTO_FD fd = take(fixture, LOCK_EXCLUSIVE, 60000);
	assert_true(fd >= 0);
	assert_int_equal(release, -1);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void free_when_the_holder_is_killed(void **state)
{
	struct zone_fixture *fixture = *state;
	int release;
	pid_t pid = hold_in_child(fixture, LOCK_EXCLUSIVE, &release);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	close(release);
	AUTO_FD fd = take(fixture, LOCK_EXCLUSIVE, 0);
	assert_true(fd >= 0);
}

/* What the file says is advice, and may be anything. */
static void strange_holders(void **state)
{
	static const struct {
		const char *text, *shown;
	} cases[] = {
		{ "", "another command" },
		{ "\n", "another command" },
		{ "1", "another command" },
		{ "1 ", "another command" },
		{ "-1 x\n", "another command" },
		{ " 1 x\n", "another command" },
		{ "0 x\n", "another command" },
		{ "x\n", "another command" },
		{ "99999999999999999999 x\n", "another command" },
		{ "4294967297 x\n", "another command" },
		{ "2147483647 nobody has this number\n", "another command" },
		{ "1 init\n", "process 1 (init), " },
		{ "1 init", "process 1 (init), " },
		{ "1 a\033[2Jb\xc3\xa4\n",
			"process 1 (a?[2Jb?"
			"?), " },
		{ "1 first\nsecond\n", "process 1 (first), " },
	};
	struct zone_fixture *fixture = *state;
	AUTO_FD fd = take(fixture, LOCK_EXCLUSIVE, 0);
	assert_true(fd >= 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		zone_fixture_write(fixture->fd, "web.lock", cases[i].text);
		assert_int_equal(take(fixture, LOCK_SHARED, 1), -EBUSY);
		zone_fixture_said(fixture, cases[i].shown);
	}
	char longer[1000] = "1 ";
	memset(longer + 2, 'x', sizeof(longer) - 3);
	zone_fixture_write(fixture->fd, "web.lock", longer);
	assert_int_equal(take(fixture, LOCK_SHARED, 1), -EBUSY);
	assert_true(fixture->said.len < 900);
}

static void what_is_no_trusted_file_is_refused(void **state)
{
	struct zone_fixture *fixture = *state;
	assert_int_equal(symlinkat("elsewhere", fixture->fd, "web.lock"), 0);
	assert_int_equal(take(fixture, LOCK_EXCLUSIVE, 0), -ELOOP);
	zone_fixture_said(fixture, "no symbolic link");
	zone_fixture_expect(fixture->fd, "elsewhere", NULL);
	assert_int_equal(unlinkat(fixture->fd, "web.lock", 0), 0);
	assert_int_equal(mkfifoat(fixture->fd, "web.lock", 0600), 0);
	assert_int_equal(take(fixture, LOCK_EXCLUSIVE, 0), -EINVAL);
	zone_fixture_said(fixture, "must be a regular file");
	assert_int_equal(unlinkat(fixture->fd, "web.lock", 0), 0);
	assert_int_equal(mkdirat(fixture->fd, "web.lock", 0700), 0);
	assert_int_equal(take(fixture, LOCK_EXCLUSIVE, 0), -EISDIR);
	zone_fixture_said(fixture, "cannot open the lock");
	assert_int_equal(unlinkat(fixture->fd, "web.lock", AT_REMOVEDIR), 0);
	zone_fixture_write(fixture->fd, "web.lock", "");
	assert_int_equal(fchmodat(fixture->fd, "web.lock", 0666, 0), 0);
	assert_int_equal(take(fixture, LOCK_EXCLUSIVE, 0), -EPERM);
	zone_fixture_said(fixture, "writable by others");
}

/* Whether the process has the file of that name open, be it removed. */
static bool has_open(pid_t pid, const char *name)
{
	char path[64], target[4096];
	bool found = false;
	for (int fd = 0; fd < 64 && !found; fd++) {
		snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)pid, fd);
		ssize_t len = readlink(path, target, sizeof(target) - 1);
		target[len > 0 ? len : 0] = '\0';
		found = strstr(target, name) != NULL;
	}
	return found;
}

/* A process that waits for the lock, which held is; it writes a byte to *news when it has it. */
static pid_t wait_in_child(struct zone_fixture *fixture, int held, int *news)
{
	int begun[2], has[2];
	char byte;
	assert_int_equal(pipe2(begun, O_CLOEXEC), 0);
	assert_int_equal(pipe2(has, O_CLOEXEC), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(held);
		close(begun[1]);
		int fd = take(fixture, LOCK_EXCLUSIVE, 20000);
		_exit(fd >= 0 && write(has[1], "+", 1) == 1 ? 0 : 1);
	}
	close(begun[1]);
	close(has[1]);
	/* It has closed what was inherited: then only what it waits with is open. */
	assert_int_equal(read(begun[0], &byte, 1), 0);
	close(begun[0]);
	while (!has_open(pid, "web.lock"))
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	*news = has[0];
	return pid;
}

/* A holder removes the file; who has waited with it waits for the next holder, too. */
static void removed_by_its_holder(void **state)
{
	struct zone_fixture *fixture = *state;
	int news, status;
	char byte;
	int first = take(fixture, LOCK_EXCLUSIVE, 0);
	assert_true(first >= 0);
	pid_t pid = wait_in_child(fixture, first, &news);
	assert_int_equal(unlinkat(fixture->fd, "web.lock", 0), 0);
	int second = take(fixture, LOCK_EXCLUSIVE, 0);
	assert_true(second >= 0);
	/* It is not the first one's file any more. */
	assert_int_equal(lock_remove(fixture->fd, "web.lock", first), -1);
	assert_int_equal(faccessat(fixture->fd, "web.lock", F_OK, 0), 0);
	struct pollfd row = { news, POLLIN, 0 };
	assert_int_equal(poll(&row, 1, 300), 0);
	assert_int_equal(lock_remove(fixture->fd, "web.lock", second), -1);
	assert_int_equal(read(news, &byte, 1), 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(news);
	first = take(fixture, LOCK_EXCLUSIVE, 0);
	lock_remove(fixture->fd, "web.lock", first);
	assert_int_equal(faccessat(fixture->fd, "web.lock", F_OK, 0), -1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, zone_fixture_setup, zone_fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(says_who_holds_it),
		TEST(a_longer_text_is_cut_off),
		TEST(excluded_at_once),
		TEST(shared_by_several),
		TEST(locks_of_other_zones_are_free),
		TEST(gives_up_naming_the_holder),
		TEST(waits_until_it_is_free),
		TEST(free_when_the_holder_is_killed),
		TEST(strange_holders),
		TEST(removed_by_its_holder),
		TEST(what_is_no_trusted_file_is_refused),
	};
	return cmocka_run_group_tests_name("lock", tests, NULL, NULL);
}
