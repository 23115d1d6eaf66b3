/*
 * platform_driver.c - a zone's platform and engine without a supervisor, for platform_*.sh:
 *
 *   platform_driver boot ZONE ID UID-SHIFT CONSOLE [ARGUMENT...]
 *   platform_driver network add|remove ZONE ID
 *
 * The zone is one of the registry's. boot copies what the console shows to the file CONSOLE, prints
 * "ready" when the platform is there, then waits for a line on standard input, which is to say
 * "boot"; prints "init PID" when init has started; and tells it what the next line says: "poweroff"
 * or "reboot". "kill" kills the engine instead. At the end it prints "status N", the engine's.
 */
#include "runtime/cgroup.h"
#include "runtime/launcher.h"
#include "runtime/network.h"
#include "util/alloc.h"
#include "util/program.h"
#include "zone/registry.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/pidfd.h>
#include <unistd.h>

enum {
	CONSOLE_FD = 3, /* in the engine */
	WAIT_MS = 60000,
	ARGUMENTS_MAX = 16,
};

static struct messages messages = { .emit = program_emit };

static _Noreturn void fail(const char *what)
{
	fprintf(stderr, "platform_driver: %s: %s\n", what, strerror(errno));
	exit(1);
}

static struct zone *load(const char *name)
{
	struct registry *registry;
	struct zone *zone;
	if (registry_open("platform_driver", &registry, &messages) < 0
		|| registry_load_file(registry, name, &zone, &messages) < 0)
		exit(1);
	registry_close(registry);
	return zone;
}

/* ---- the network ---- */

static int network(char **argv)
{
	AUTO_ZONE *zone = load(argv[1]);
	AUTO_LIVE live = { .id = (unsigned)strtoul(argv[2], NULL, 10) };
	network_plan(zone, &live);
	if (strcmp(argv[0], "add") == 0)
		return network_add(zone, &live, &messages) < 0;
	/* Addresses that are there are in no plan: so it is made as it was before. */
	for (size_t i = 0; i < zone->count; i++)
		if (zone->resources[i]->type->id == RES_NET)
			live_add_address(&live, resource_get(zone->resources[i], NET_PHYSICAL),
				resource_get(zone->resources[i], NET_ADDRESS));
	return network_remove(&live, &messages) < 0;
}

/* ---- boot ---- */

struct life {
	struct launcher launcher;
	int console_fd, notify_fd, log_fd;
	int init_pidfd; /* -1: none yet */
	bool ready, booted, told;
	pid_t init;
};

static int open_notify(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (strlen(path) >= sizeof(address.sun_path) || fd < 0)
		fail(path);
	memcpy(address.sun_path, path, strlen(path));
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		fail(path);
	return fd;
}

static void show_console(struct life *life)
{
	char bytes[4096];
	ssize_t len = read(life->console_fd, bytes, sizeof(bytes));
	if (len > 0 && write(life->log_fd, bytes, (size_t)len) != len)
		fail("the console's file");
}

static void hear(struct life *life)
{
	static const char leader[] = "X_NSPAWN_LEADER_PID=";
	char text[4096];
	ssize_t len = recv(life->notify_fd, text, sizeof(text) - 1, 0);
	if (len < 0)
		fail("recv");
	text[len] = '\0';
	const char *at = strstr(text, leader);
	if (at && life->init_pidfd < 0) {
		life->init = (pid_t)strtol(at + strlen(leader), NULL, 10);
		life->init_pidfd = pidfd_open(life->init, 0);
	}
	if (strncmp(text, "READY=1", 7) == 0 && life->init && !life->booted) {
		life->booted = true;
		printf("init %d\n", (int)life->init);
	}
}

static void obey(struct life *life, const struct runtime_boot *boot)
{
	char line[32] = "";
	ssize_t len = read(0, line, sizeof(line) - 1);
	line[len > 0 ? strcspn(line, "\n") : 0] = '\0';
	life->told = true;
	if (strcmp(line, "boot") == 0) {
		life->told = false;
		if (launcher_boot(&life->launcher, boot, &messages) < 0)
			exit(1);
	} else if (strcmp(line, "kill") == 0) {
		kill(life->launcher.pid, SIGKILL);
	} else if (life->init_pidfd >= 0) {
		if (runtime_nspawn.shutdown(life->init_pidfd, strcmp(line, "reboot") == 0) < 0)
			fail("shutdown");
	} else {
		launcher_close(&life->launcher);
	}
}

static void hear_launcher(struct life *life)
{
	if (launcher_receive(&life->launcher, &messages) != LAUNCHER_READY)
		return;
	life->ready = true;
	puts("ready");
}

static int live(struct life *life, const struct runtime_boot *boot)
{
	int status = 0;
	struct pollfd rows[5];
	for (;;) {
		rows[0] = (struct pollfd){ life->console_fd, POLLIN, 0 };
		rows[1] = (struct pollfd){ life->notify_fd, POLLIN, 0 };
		rows[2] = (struct pollfd){ life->ready && !life->told ? 0 : -1, POLLIN, 0 };
		rows[3] = (struct pollfd){ life->launcher.channel, POLLIN, 0 };
		rows[4] = (struct pollfd){ life->launcher.pidfd, POLLIN, 0 };
		if (poll(rows, 5, WAIT_MS) <= 0)
			fail("nothing happens");
		if (rows[0].revents & POLLIN)
			show_console(life);
		if (rows[1].revents)
			hear(life);
		if (rows[3].revents)
			hear_launcher(life);
		else if (rows[2].revents)
			obey(life, boot);
		else if (rows[4].revents || life->launcher.pidfd < 0)
			break;
	}
	if (waitpid(life->launcher.pid, &status, 0) < 0)
		fail("waitpid");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int boot(char **argv, size_t count)
{
	AUTO_ZONE *zone = load(argv[0]);
	char *arguments[ARGUMENTS_MAX + 1] = { NULL };
	for (size_t i = 4; i < count && i - 4 < ARGUMENTS_MAX; i++)
		arguments[i - 4] = argv[i];
	const struct runtime_boot how = { .arguments = arguments };
	AUTO_FREE char *place = xasprintf("/run/zones/%s.d", argv[0]);
	AUTO_FREE char *notify = xasprintf("%s/notify", place);
	const struct runtime_zone life_zone = { .name = argv[0],
		.zone = zone,
		.zonepath = zone_get(zone, ZONE_PATH),
		.place = place,
		.id = (unsigned)strtoul(argv[1], NULL, 10),
		.uid_shift = (uint32_t)strtoul(argv[2], NULL, 10) };
	AUTO_FREE char *cgroup = NULL;
	if (mkdir(place, 0700) < 0)
		fail(place);
	if (runtime_nspawn.check(&messages) < 0 || cgroup_make(&life_zone, &cgroup, &messages) < 0)
		return 1;
	struct life life = { .init_pidfd = -1, .notify_fd = open_notify(notify) };
	life.log_fd = open(argv[3], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	life.console_fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (life.log_fd < 0 || life.console_fd < 0 || unlockpt(life.console_fd) < 0)
		fail("the console");
	const struct launcher_job job = { .ops = &runtime_nspawn,
		.zone = &life_zone,
		.cgroup = cgroup,
		.console_fd = life.console_fd,
		.keep_console_fd = CONSOLE_FD,
		.notify_socket = notify };
	if (launcher_start(&job, &life.launcher, &messages) < 0)
		return 1;
	printf("status %d\n", live(&life, &how));
	launcher_close(&life.launcher);
	int rc = cgroup_kill(cgroup, &messages);
	while (rc == 0 && process_populated(cgroup) > 0)
		usleep(10000);
	if (rc == 0)
		rc = cgroup_remove(cgroup, &messages);
	if (rc == 0)
		rc = runtime_nspawn.forget(&life_zone, &messages);
	return rc < 0;
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	program_begin();
	if (argc == 5 && strcmp(argv[1], "network") == 0)
		return network(argv + 2);
	if (argc >= 6 && strcmp(argv[1], "boot") == 0)
		return boot(argv + 2, (size_t)argc - 2);
	fprintf(stderr, "usage: see platform_driver.c\n");
	return 2;
}
