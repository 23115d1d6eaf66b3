/* test_run.c - other programs: what they get, what they say, how they end. */
#include "zone_fixture.h"

#include "util/alloc.h"
#include "util/run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Only here, to have programs that do what a test needs. */
#define SH(script) ((const char *const[]){ "sh", "-c", script, NULL })

static void both_outputs_and_the_status(void **state)
{
	(void)state;
	AUTO_RUN_OUTPUT output = { NULL, NULL };
	struct run run = { .argv = SH("echo out; echo err >&2; echo >&2; exit 3") };
	assert_int_equal(run_program(&run, &output), 3);
	assert_string_equal(output.out, "out\n");
	assert_string_equal(output.err, "err");
}

static void arguments_are_not_understood(void **state)
{
	(void)state;
	AUTO_RUN_OUTPUT output = { NULL, NULL };
	const char *const argv[] = { "printf", "%s|", "a b", "$HOME;`id`", "", "*", NULL };
	struct run run = { .argv = argv };
	assert_int_equal(run_program(&run, &output), 0);
	assert_string_equal(output.out, "a b|$HOME;`id`||*|");
}

static void environment_is_ours(void **state)
{
	(void)state;
	AUTO_RUN_OUTPUT output = { NULL, NULL };
	const char *const env[] = { "MORE=1", "LAST=x y", NULL };
	assert_int_equal(setenv("PATH", "/nowhere", 1), 0);
	assert_int_equal(setenv("LD_PRELOAD_OF_SOMEBODY", "1", 1), 0);
	struct run run = { .argv = (const char *const[]){ "env", NULL }, .env = env };
	assert_int_equal(run_program(&run, &output), 0);
	assert_string_equal(
		output.out, "PATH=/usr/sbin:/usr/bin:/sbin:/bin\nLC_ALL=C\nMORE=1\nLAST=x y\n");
}

static void no_such_program(void **state)
{
	struct zone_fixture *fixture = *state;
	AUTO_RUN_OUTPUT output = { NULL, NULL };
	struct run run = { .argv = (const char *const[]){ "zonetool-has-no-such", "-x", NULL } };
	assert_int_equal(run_program(&run, &output), RUN_NOT_FOUND);
	assert_string_equal(output.out, "");
	assert_int_equal(run_checked(&run, NULL, &fixture->messages), -EIO);
	zone_fixture_said(fixture, "zonetool-has-no-such -x: there is no such program");
}

static void signals_are_told(void **state)
{
	struct zone_fixture *fixture = *state;
	struct run run = { .argv = SH("kill -9 $$") };
	assert_int_equal(run_program(&run, NULL), 128 + SIGKILL);
	assert_int_equal(run_checked(&run, NULL, &fixture->messages), -EIO);
	zone_fixture_said(fixture, "it was killed by signal 9");
}

static void failure_is_described(void **state)
{
	struct zone_fixture *fixture = *state;
	const char *const argv[] = { "sh", "-c", "printf 'one\\ntwo\\033[31m\\n\\n' >&2; exit 1",
		"name", NULL };
	struct run run = { .argv = argv };
	assert_int_equal(run_checked(&run, NULL, &fixture->messages), -EIO);
	zone_fixture_said(fixture, " name: one; two [31m\n");
	run.argv = (const char *const[]){ "false", NULL };
	assert_int_equal(run_checked(&run, NULL, &fixture->messages), -EIO);
	zone_fixture_said(fixture, "false: it failed with status 1");
	run.argv = (const char *const[]){ "true", NULL };
	assert_int_equal(run_checked(&run, NULL, &fixture->messages), 0);
	zone_fixture_said(fixture, NULL);
}

/* More than the pipes hold, in both at once: neither waits for the other. */
static void much_output(void **state)
{
	(void)state;
	AUTO_RUN_OUTPUT output = { NULL, NULL };
	struct run run = { .argv = SH("i=0; while [ $i -lt 200 ]; do printf %8192s x; "
				      "printf %8192s y >&2; i=$((i + 1)); done") };
	assert_int_equal(run_program(&run, &output), 0);
	assert_int_equal(strlen(output.out), 200 * 8192);
	assert_int_equal(strlen(output.err), 200 * 8192);
}

static void too_much_output(void **state)
{
	struct zone_fixture *fixture = *state;
	AUTO_RUN_OUTPUT output = { NULL, NULL };
	struct run run = { .argv = (const char *const[]){ "yes", NULL } };
	assert_int_equal(run_program(&run, &output), -EFBIG);
	assert_true(strlen(output.out) <= RUN_OUTPUT_MAX);
	assert_int_equal(run_checked(&run, NULL, &fixture->messages), -EFBIG);
	zone_fixture_said(fixture, "yes: it prints more than");
}

/* What it leaves behind keeps its pipes; it has ended all the same. */
static void daemons_are_not_waited_for(void **state)
{
	(void)state;
	AUTO_RUN_OUTPUT output = { NULL, NULL };
	struct run run = { .argv = SH("sleep 30 & echo $!") };
	time_t before = time(NULL);
	assert_int_equal(run_program(&run, &output), 0);
	assert_true(time(NULL) - before < 20);
	pid_t pid = (pid_t)strtol(output.out, NULL, 10);
	assert_true(pid > 1);
	assert_int_equal(kill(pid, SIGKILL), 0);
}

static void only_its_own_fds(void **state)
{
	struct zone_fixture *fixture = *state;
	AUTO_RUN_OUTPUT output = { NULL, NULL };
	AUTO_FD leaky = openat(fixture->fd, ".", O_RDONLY | O_DIRECTORY); /* inherited by exec */
	AUTO_FD high = fcntl(leaky, F_DUPFD, 200);
	assert_true(leaky >= 0 && high >= 200);
	struct run run = { .argv = SH("cd /proc/self/fd && echo * && read x; echo $?") };
	/* The shell has the directory open that it looks into. */
	assert_int_equal(run_program(&run, &output), 0);
	assert_string_equal(output.out, "0 1 2 3\n1\n");
}

/* A lock that outlives its holder as long as the program runs. */
static void lock_is_held_with_us(void **state)
{
	struct zone_fixture *fixture = *state;
	AUTO_FREE char *path = xasprintf("%s/lock", fixture->path);
	int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(flock(lock, LOCK_EX | LOCK_NB), 0);
	struct run run = { .argv = SH("sleep 30 >/dev/null 2>&1 & echo $!"), .hold_fd = lock };
	AUTO_RUN_OUTPUT output = { NULL, NULL };
	assert_int_equal(run_program(&run, &output), 0);
	pid_t pid = (pid_t)strtol(output.out, NULL, 10);
	assert_true(pid > 1);
	close(lock);
	AUTO_FD other = open(path, O_RDWR | O_CLOEXEC);
	assert_int_equal(flock(other, LOCK_EX | LOCK_NB), -1);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(flock(other, LOCK_EX), 0);
}

static void log_takes_both(void **state)
{
	struct zone_fixture *fixture = *state;
	AUTO_FD log = openat(fixture->fd, "log", O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	AUTO_RUN_OUTPUT output = { NULL, NULL };
	struct run run = { .argv = SH("echo out; echo err >&2; exit 2"), .log_fd = log };
	assert_int_equal(run_program(&run, &output), 2);
	assert_string_equal(output.out, "");
	assert_string_equal(output.err, "");
	zone_fixture_expect(fixture->fd, "log", "out\nerr\n");
	assert_int_equal(run_checked(&run, NULL, &fixture->messages), -EIO);
	zone_fixture_said(fixture, "it failed with status 2");
}

/* However the caller treats signals, and whatever it has blocked. */
static void signals_are_as_new(void **state)
{
	(void)state;
	sigset_t blocked, before;
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGTERM);
	sigprocmask(SIG_BLOCK, &blocked, &before);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGCHLD, SIG_IGN); /* as some parents leave it: statuses would get lost */
	AUTO_RUN_OUTPUT output = { NULL, NULL };
	struct run run = { .argv = (const char *const[]){ "sed", "-n", "/^Sig[BI]/s/.*:\t//p",
				   "/proc/self/status", NULL } };
	int status = run_program(&run, &output);
	assert_true(signal(SIGCHLD, SIG_DFL) == SIG_IGN); /* and it is put back */
	signal(SIGPIPE, SIG_DFL);
	sigprocmask(SIG_SETMASK, &before, NULL);
	assert_int_equal(status, 0);
	assert_string_equal(output.out, "0000000000000000\n0000000000000000\n");
}

/* Killed while it waits: the program goes with it, or stays, as was asked for. */
static void dies_with_us(void **state)
{
	(void)state;
	for (int die = 0; die < 2; die++) {
		int pipe_fds[2];
		assert_int_equal(pipe2(pipe_fds, O_CLOEXEC), 0);
		pid_t pid = fork();
		assert_true(pid >= 0);
		if (pid == 0) {
			struct run run = { .argv = SH("echo $$; exec sleep 30"),
				.log_fd = pipe_fds[1],
				.die_with_us = die == 1 };
			close(pipe_fds[0]);
			_exit(run_program(&run, NULL) == 0 ? 0 : 1);
		}
		close(pipe_fds[1]);
		char text[32] = "";
		assert_true(read(pipe_fds[0], text, sizeof(text) - 1) > 1);
		pid_t program = (pid_t)strtol(text, NULL, 10);
		assert_true(program > 1);
		assert_int_equal(kill(pid, SIGKILL), 0);
		assert_int_equal(waitpid(pid, NULL, 0), pid);
		/* The end of the pipe comes when the program has ended, too. */
		assert_int_equal(fcntl(pipe_fds[0], F_SETFL, O_NONBLOCK), 0);
		struct timespec moment = { .tv_nsec = 10000000 };
		ssize_t len = -1;
		for (int i = 0; i < (die ? 1000 : 20) && len < 0; i++) {
			nanosleep(&moment, NULL);
			len = read(pipe_fds[0], text, sizeof(text));
		}
		assert_int_equal(len, die ? 0 : -1);
		assert_true(die || kill(program, SIGKILL) == 0);
		close(pipe_fds[0]);
	}
}

/* The caller's standard fds may be closed: then the numbers are those of other files. */
static void closed_standard_fds(void **state)
{
	(void)state;
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		AUTO_RUN_OUTPUT output = { NULL, NULL };
		struct run run = { .argv = SH("echo out; echo err >&2") };
		for (int fd = 0; fd < 3; fd++)
			close(fd);
		int status = run_program(&run, &output);
		_exit(status == 0 && strcmp(output.out, "out\n") == 0
					&& strcmp(output.err, "err") == 0
				? 0
				: 1);
	}
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, zone_fixture_setup, zone_fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(both_outputs_and_the_status),
		TEST(arguments_are_not_understood),
		TEST(environment_is_ours),
		TEST(no_such_program),
		TEST(signals_are_told),
		TEST(failure_is_described),
		TEST(much_output),
		TEST(too_much_output),
		TEST(daemons_are_not_waited_for),
		TEST(only_its_own_fds),
		TEST(lock_is_held_with_us),
		TEST(log_takes_both),
		TEST(signals_are_as_new),
		TEST(dies_with_us),
		TEST(closed_standard_fds),
	};
	return cmocka_run_group_tests_name("run", tests, NULL, NULL);
}
