/*
 * confine_driver.c - control groups, policies and privileges of zones by themselves, for
 * confine.sh:
 *
 *   confine_driver [--no-bpf] make ZONE UID-SHIFT      prints the group's directory
 *   confine_driver join DIRECTORY COMMAND...           COMMAND in it
 *   confine_driver populated | kill | remove | watch DIRECTORY
 *   confine_driver drop ZONE COMMAND...                COMMAND with a zone's privileges
 *   confine_driver enter ZONE DIRECTORY PID COMMAND... COMMAND in the zone whose init PID is
 *
 * The zone is one of the registry's. --no-bpf: as on a kernel that refuses bpf(2).
 */
#include "runtime/cgroup.h"
#include "runtime/enter.h"
#include "runtime/privileges.h"
#include "util/alloc.h"
#include "util/program.h"
#include "zone/registry.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static struct messages messages = { .emit = program_emit };

static _Noreturn void run(char **argv)
{
	execvp(argv[0], argv);
	fprintf(stderr, "%s: %s\n", argv[0], strerror(errno));
	exit(127);
}

static struct zone *load(const char *name)
{
	struct registry *registry;
	struct zone *zone;
	if (registry_open("confine_driver", &registry, &messages) < 0
		|| registry_load_file(registry, name, &zone, &messages) < 0)
		exit(1);
	registry_close(registry);
	return zone;
}

static int make(char **argv)
{
	AUTO_ZONE *zone = load(argv[0]);
	struct runtime_zone life = {
		.name = argv[0], .zone = zone, .uid_shift = (uint32_t)strtoul(argv[1], NULL, 10)
	};
	AUTO_FREE char *path = NULL;
	if (cgroup_make(&life, &path, &messages) < 0)
		return 1;
	puts(path);
	return 0;
}

static int join(char **argv)
{
	if (cgroup_join(argv[0], NULL, &messages) < 0)
		return 1;
	run(argv + 1);
}

static int populated(char **argv)
{
	int rc = process_populated(argv[0]);
	printf("%d\n", rc);
	return rc < 0;
}

/* Wait until the group is empty. */
static int watch(char **argv)
{
	struct pollfd events = { .fd = -1, .events = POLLPRI };
	char text[256];
	if (cgroup_watch(argv[0], &events.fd, &messages) < 0)
		return 1;
	while (process_populated(argv[0]) > 0) {
		if (pread(events.fd, text, sizeof(text), 0) < 0
			|| (process_populated(argv[0]) > 0 && poll(&events, 1, 10000) != 1))
			return 1;
	}
	return 0;
}

static int kill_all(char **argv)
{
	return cgroup_kill(argv[0], &messages) < 0;
}

static int remove_all(char **argv)
{
	return cgroup_remove(argv[0], &messages) < 0;
}

static int drop(char **argv)
{
	AUTO_ZONE *zone = load(argv[0]);
	uint64_t set = privileges_set(zone);
	if (privileges_limits(zone, &messages) < 0 || privileges_filter(set, &messages) < 0
		|| privileges_drop(set, &messages) < 0)
		return 1;
	run(argv + 1);
}

static int enter(char **argv)
{
	AUTO_ZONE *zone = load(argv[0]);
	struct live live = { .cgroup = argv[1] };
	if (process_find((pid_t)strtol(argv[2], NULL, 10), &live.init) < 0
		|| enter_zone(&live, zone, &messages) < 0)
		_exit(1);
	pid_t pid = fork();
	if (pid == 0)
		run(argv + 3);
	int status;
	/* A sanitizer would wait at exit for a thread that it cannot see in its namespace. */
	_exit(pid < 0 || waitpid(pid, &status, 0) < 0 || !WIFEXITED(status) ? 1
									    : WEXITSTATUS(status));
}

static const struct {
	const char *name;
	int least; /* operands */
	int (*call)(char **argv);
} commands[] = {
	{ "make", 2, make },
	{ "join", 2, join },
	{ "populated", 1, populated },
	{ "watch", 1, watch },
	{ "kill", 1, kill_all },
	{ "remove", 1, remove_all },
	{ "drop", 2, drop },
	{ "enter", 4, enter },
};

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "--no-bpf") == 0) {
		if (privileges_filter(0, &messages) < 0)
			return 1;
		argv++;
		argc--;
	}
	for (size_t i = 0; argc > 1 && i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(argv[1], commands[i].name) == 0 && argc - 2 >= commands[i].least)
			return commands[i].call(argv + 2);
	return 2;
}
