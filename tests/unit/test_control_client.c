/*
 * test_control_client.c - asking a supervisor: what is shown of its answer, and what happens if it
 * ends before that. Where the sockets are, with another /run.
 */
#include "zone_fixture.h"

#include "runtime/control.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SKIPPED = 77 };

/* What a supervisor does with one connection after the other; -1: the last. */
enum act {
	ACT_ANSWER = 1, /* with a note, a warning and the end */
	ACT_FAIL,       /* with an end of -ENOSPC, and nothing else */
	ACT_REFUSE,     /* with an error, and the end */
	ACT_DIE,        /* it has read what was asked */
	ACT_CLOSE,      /* it has not */
	ACT_OTHER,      /* of another version */
	ACT_KILL,       /* who asks is killed by a signal */
};

static void act(int fd, enum act what)
{
	struct messages messages = control_messages(&fd);
	struct control_packet end = { .type = CONTROL_END };
	struct control_request request = { .lock_fd = -1 };
	if (what == ACT_CLOSE)
		return;
	while (control_receive_request(fd, &request) == -EAGAIN)
		;
	if (what == ACT_ANSWER) {
		message_note(&messages, "it takes a while");
		message_warning(&messages, "no limit");
	}
	if (what == ACT_REFUSE)
		message_error(&messages, -EBUSY, "zone web is busy");
	if (what == ACT_FAIL || what == ACT_REFUSE)
		end.status = -ENOSPC;
	if (what == ACT_OTHER)
		(void)!write(fd, "\2E0000000000", 12);
	if (what == ACT_KILL)
		kill(request.pid, SIGINT);
	else if (what != ACT_DIE && what != ACT_OTHER)
		control_send(fd, &end);
	if (what == ACT_KILL) /* then it closes */
		poll(&(struct pollfd){ .fd = fd }, 1, -1);
	control_request_free(&request);
}

static pid_t serve(const enum act *acts)
{
	int listening = control_listen("/run/zones/web.zoneadmd");
	assert_true(listening >= 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid > 0) {
		close(listening);
		return pid;
	}
	for (; *acts; acts++) {
		int fd;
		while ((fd = control_accept(listening)) < 0)
			usleep(1000);
		act(fd, *acts);
		close(fd);
	}
	_exit(0);
}

/* In a process of its own, as that has mounts of its own then. */
static int ask_inside(struct zone_fixture *fixture)
{
	static const struct {
		enum act acts[5];
		int result;
		const char *said;
	} cases[] = {
		{ { ACT_ANSWER }, 0, "note: it takes a while\nwarning: no limit\n" },
		{ { ACT_FAIL }, -ENOSPC, "error: zone web: No space left on device\n" },
		{ { ACT_REFUSE }, -ENOSPC, "error: zone web is busy\n" },
		{ { ACT_DIE }, -EPIPE,
			"error: the supervisor of zone web ended before it answered: zoneadm -z "
			"web halt cleans up\n" },
		{ { ACT_CLOSE, ACT_CLOSE, ACT_ANSWER }, 0,
			"note: it takes a while\nwarning: no limit\n" },
		{ { ACT_CLOSE, ACT_CLOSE, ACT_CLOSE }, -ECONNRESET,
			"error: the supervisor of zone web has ended, again and again, before it "
			"read what was asked\n" },
		{ { ACT_OTHER }, -EBADMSG,
			"error: the supervisor of zone web says what is not understood here: it "
			"may be of another version of zonetool\n" },
	};
	const struct control_request request = { .verb = CONTROL_HALT, .lock_fd = -1 };
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		pid_t pid = serve(cases[i].acts);
		int rc = control_ask("web", &request, &fixture->messages);
		int status;
		waitpid(pid, &status, 0);
		if (rc != cases[i].result || strcmp(str_get(&fixture->said), cases[i].said) != 0) {
			fprintf(stderr, "case %zu: %d, %s", i, rc, str_get(&fixture->said));
			return 1;
		}
		str_truncate(&fixture->said, 0);
	}
	return 0;
}

/* For a process whose memory nobody sees. */
static void write_said(struct messages *messages, enum severity severity, const char *text)
{
	const struct zone_fixture *fixture = messages->user;
	zone_fixture_write(fixture->fd, severity == MESSAGE_NOTE ? "note" : "other", text);
}

/* The signal that came comes again when it was said what goes on. */
static int interrupt_inside(struct zone_fixture *fixture)
{
	const struct control_request request = { .verb = CONTROL_HALT, .lock_fd = -1 };
	serve((const enum act[]){ ACT_KILL, ACT_ANSWER, 0 });
	pid_t pid = fork();
	if (pid == 0) {
		signal(SIGINT, SIG_DFL);
		struct messages messages = { .emit = write_said, .user = fixture };
		control_ask("web", &request, &messages);
		_exit(2);
	}
	int status;
	waitpid(pid, &status, 0);
	if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGINT)
		return 1;
	return control_ask("web", &request, &fixture->messages) == 0 ? 0 : 2;
}

static void run_inside(struct zone_fixture *fixture, int (*inside)(struct zone_fixture *))
{
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (unshare(CLONE_NEWNS | (geteuid() ? CLONE_NEWUSER : 0)) < 0
			|| mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0
			|| mount("none", "/run", "tmpfs", 0, NULL) < 0
			|| mkdir("/run/zones", 0755) < 0)
			_exit(SKIPPED);
		_exit(inside(fixture));
	}
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == SKIPPED)
		skip();
	assert_int_equal(status, 0);
}

static void asks_and_shows_the_answer(void **state)
{
	run_inside(*state, ask_inside);
}

static void can_be_interrupted(void **state)
{
	const struct zone_fixture *fixture = *state;
	run_inside(*state, interrupt_inside);
	zone_fixture_expect(
		fixture->fd, "note", "interrupted, but what was asked of the supervisor goes on");
	zone_fixture_expect(fixture->fd, "other", NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, zone_fixture_setup, zone_fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(asks_and_shows_the_answer),
		TEST(can_be_interrupted),
	};
	return cmocka_run_group_tests_name("control_client", tests, NULL, NULL);
}
