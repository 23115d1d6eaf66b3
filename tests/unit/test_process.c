/* test_process.c - processes of others: told apart from those that have their numbers later. */
#include "zone_fixture.h"

#include "base/fd.h"
#include "util/process.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* A child that waits to be killed, once it has this name. */
static pid_t begin(const char *name)
{
	int ready[2];
	char byte = '-';
	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		bool named = prctl(PR_SET_NAME, name) == 0;
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (!named || write(ready[1], "+", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return pid;
}

static void end(pid_t pid)
{
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void finds_itself(void **state)
{
	(void)state;
	struct process process = { 0 };
	assert_int_equal(process_find(getpid(), &process), 0);
	assert_int_equal(process.pid, getpid());
	assert_true(process.start > 0);
	assert_true(process_alive(&process));
	AUTO_FD fd = process_open(&process);
	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
}

/* What stands between brackets in /proc/PID/stat is the program's to choose. */
static void any_name(void **state)
{
	(void)state;
	static const char *const names[] = { ") R 1 1", "a b) (c", "((", "))))", "x\n1 2", "" };
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct process plain, named;
		pid_t pid = begin("plain"), other = begin(names[i]);
		assert_int_equal(process_find(pid, &plain), 0);
		assert_int_equal(process_find(other, &named), 0);
		/* Begun one after the other, within seconds. */
		assert_true(named.start >= plain.start);
		assert_true(named.start - plain.start < 60 * (uint64_t)sysconf(_SC_CLK_TCK));
		assert_true(process_alive(&named));
		end(pid);
		end(other);
	}
}

static void another_with_its_number(void **state)
{
	(void)state;
	struct process process;
	pid_t pid = begin("child");
	assert_int_equal(process_find(pid, &process), 0);
	process.start--;
	assert_int_equal(process_open(&process), -ESRCH);
	assert_false(process_alive(&process));
	end(pid);
}

static void a_zombie_has_ended(void **state)
{
	(void)state;
	struct process process;
	siginfo_t info;
	pid_t pid = begin("child");
	assert_int_equal(process_find(pid, &process), 0);
	AUTO_FD fd = process_open(&process);
	assert_true(fd >= 0);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
	assert_int_equal(process_open(&process), -ESRCH);
	assert_false(process_alive(&process));
	/* What was opened before stays its own. */
	assert_int_equal(syscall(SYS_pidfd_send_signal, fd, 0, NULL, 0), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(process_find(pid, &process), -ESRCH);
	assert_int_equal(process_open(&process), -ESRCH);
}

static void nobody(void **state)
{
	(void)state;
	struct process process = { .pid = 4711, .start = 1 };
	static const pid_t pids[] = { 0, -1, INT32_MAX };
	for (size_t i = 0; i < sizeof(pids) / sizeof(pids[0]); i++) {
		assert_int_equal(process_find(pids[i], &process), -ESRCH);
		assert_int_equal(process.pid, 4711);
		assert_int_equal(process_open(&(struct process){ .pid = pids[i] }), -ESRCH);
	}
}

static int release[2];
static pid_t thread_id;

static void *wait_in_thread(void *ready)
{
	char byte;
	thread_id = (pid_t)syscall(SYS_gettid);
	ssize_t done = write(*(int *)ready, "+", 1);
	done += read(release[0], &byte, 1);
	return done == 2 ? ready : NULL;
}

/* The number of a thread is no process's. */
static void a_thread_is_none(void **state)
{
	(void)state;
	int ready[2];
	char byte;
	pthread_t thread;
	void *result = NULL;
	struct process process;
	assert_int_equal(pipe(ready), 0);
	assert_int_equal(pipe(release), 0);
	assert_int_equal(pthread_create(&thread, NULL, wait_in_thread, &ready[1]), 0);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(process_find(thread_id, &process), 0);
	assert_int_equal(process_open(&process), -ESRCH);
	assert_int_equal(write(release[1], "+", 1), 1);
	assert_int_equal(pthread_join(thread, &result), 0);
	assert_non_null(result);
	for (int i = 0; i < 2; i++) {
		close(ready[i]);
		close(release[i]);
	}
}

/* A child that exits with this status, or is killed by a signal. */
static pid_t child_ending(int status, int signal_number)
{
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid > 0)
		return pid;
	if (signal_number)
		raise(signal_number);
	_exit(status);
}

static void children_end(void **state)
{
	(void)state;
	assert_int_equal(process_wait(child_ending(0, 0)), 0);
	assert_int_equal(process_wait(child_ending(133, 0)), 133);
	assert_int_equal(process_wait(child_ending(0, SIGKILL)), 128 + SIGKILL);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		for (;;)
			pause();
	process_kill(pid);
	assert_int_equal(process_wait(pid), -ECHILD);
}

static void note(int number)
{
	(void)number;
}

/* A signal that would be ignored, or do what signals do, comes to nothing that listens. */
static void who_hears(void **state)
{
	(void)state;
	const int number = SIGRTMIN + 4;
	sigset_t set, before;
	sigemptyset(&set);
	sigaddset(&set, number);
	assert_false(process_hears(getpid(), number));
	assert_int_equal(sigprocmask(SIG_BLOCK, &set, &before), 0);
	assert_true(process_hears(getpid(), number));
	assert_false(process_hears(getpid(), number + 1));
	assert_false(process_hears(getpid(), number - 1));
	assert_int_equal(sigprocmask(SIG_SETMASK, &before, NULL), 0);
	signal(number, SIG_IGN);
	assert_false(process_hears(getpid(), number));
	signal(number, note);
	assert_true(process_hears(getpid(), number));
	signal(number, SIG_DFL);
	assert_true(process_hears(0, number));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_itself),
		cmocka_unit_test(any_name),
		cmocka_unit_test(another_with_its_number),
		cmocka_unit_test(a_zombie_has_ended),
		cmocka_unit_test(nobody),
		cmocka_unit_test(a_thread_is_none),
		cmocka_unit_test(children_end),
		cmocka_unit_test(who_hears),
	};
	return cmocka_run_group_tests_name("process", tests, NULL, NULL);
}
