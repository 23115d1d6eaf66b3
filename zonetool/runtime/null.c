/*
 * null.c - a runtime without containers, so that the commands can be tried where there is no root:
 * the engine is its own init. It shows on the console what it was called with, then echoes what is
 * typed there. A boot argument "fail" makes the boot fail, "hang" makes it deaf for shutdowns.
 */
#include "runtime/runtime.h"

#include "base/fd.h"
#include "util/alloc.h"
#include "util/socket.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum {
	LINE_MAX_BYTES = 4096, /* of what is typed, at once: more than a terminal has */
};

static int check(struct messages *messages)
{
	(void)messages;
	return 0;
}

/* ---- the engine ---- */

static bool has_argument(const struct runtime_boot *boot, const char *wanted)
{
	for (char *const *argument = boot->arguments; argument && *argument; argument++)
		if (strcmp(*argument, wanted) == 0)
			return true;
	return false;
}

static void show(const struct runtime_zone *zone, const struct runtime_boot *boot)
{
	printf("boot %s %u%s", zone->name, zone->id, boot->single_user ? " single" : "");
	for (char *const *argument = boot->arguments; argument && *argument; argument++)
		printf(" %s", *argument);
	printf("\n");
	if (boot->sysidcfg)
		printf("sysidcfg %zu\n", strlen(boot->sysidcfg));
	fflush(stdout);
}

static int open_signals(void)
{
	const int numbers[] = { SIGTERM, SIGINT, runtime_shutdown_signal(false),
		runtime_shutdown_signal(true) };
	sigset_t set;
	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		sigaddset(&set, numbers[i]);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -errno;
	int fd = signalfd(-1, &set, SFD_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* Returns the status to end with, or -1 to go on. */
static int take_signal(int fd, bool deaf)
{
	struct signalfd_siginfo info;
	if (read(fd, &info, sizeof(info)) != sizeof(info) || deaf)
		return -1;
	bool again = info.ssi_signo == SIGINT
		|| (int)info.ssi_signo == runtime_shutdown_signal(true);
	printf("%s\n", again ? "reboot" : "power off");
	fflush(stdout);
	return again ? RUNTIME_REBOOT : 0;
}

/* Returns the status to end with. */
static int serve(int signal_fd, bool deaf)
{
	struct pollfd rows[] = { { signal_fd, POLLIN, 0 }, { STDIN_FILENO, POLLIN, 0 } };
	char line[LINE_MAX_BYTES];
	for (;;) {
		if (poll(rows, 2, -1) < 0 && errno != EINTR)
			return 1;
		int status = rows[0].revents ? take_signal(signal_fd, deaf) : -1;
		if (status >= 0)
			return status;
		ssize_t len = rows[1].revents ? read(STDIN_FILENO, line, sizeof(line)) : 0;
		if (len < 0)
			return 1;
		if (len > 0) {
			printf("read %.*s", (int)len, line);
			fflush(stdout);
		}
	}
}

static int start(
	const struct runtime_zone *zone, const struct runtime_boot *boot, struct messages *messages)
{
	show(zone, boot);
	if (has_argument(boot, "fail")) {
		printf("\033[1mnull: told to fail\033[0m\n");
		fflush(stdout);
		_exit(1);
	}
	AUTO_FD signal_fd = open_signals();
	AUTO_FREE char *leader = xasprintf("X_NSPAWN_LEADER_PID=%d", (int)getpid());
	int rc = signal_fd < 0 ? signal_fd : socket_notify(leader);
	if (rc == 0)
		rc = socket_notify("READY=1");
	if (rc < 0)
		return message_error(messages, rc, "null: %s", strerror(-rc));
	_exit(serve(signal_fd, has_argument(boot, "hang")));
}

/* ---- a zone that runs ---- */

static int enter(const struct live *live, const struct zone *zone, struct messages *messages)
{
	(void)live, (void)zone;
	return chdir("/") < 0 ? message_error(messages, -errno, "/: %s", strerror(errno)) : 0;
}

const struct runtime_ops runtime_null = {
	.name = "null",
	.check = check,
	.start = start,
	.shutdown = runtime_shutdown,
	.enter = enter,
};
