/*
 * zoneadmd.c - zoneadmd: the supervisor of one zone, which zoneadm and zlogin start when they need
 * it: as a daemon, or, with -f, as the main process of the unit zoneadmd@NAME.service of systemd.
 * With -g it is that of zone-groups.service, and holds what systemd gives to zones.
 *
 * The map of what has to do with zones that run, from the top; zlogin.c and zone_generator.c are
 * programs of one file each:
 *
 *   runtime/supervisor.c     the loop: what has happened?
 *     supervisor_client.c      connections: requests come, answers go
 *     supervisor_request.c     what a request does; supervisor_decide.c: the tables that say so
 *     supervisor_start.c       from installed on: what a life has on the host, and its launcher
 *     supervisor_life.c        from ready to running, and to its end: engine, init
 *     supervisor_notify.c      what the engine tells meanwhile
 *     supervisor_halt.c        and back: everything is killed, and taken away
 *     supervisor_adopt.c       a life whose supervisor was killed
 *     supervisor_look.c        a zone that is not there any more
 *   runtime/session.c        zlogin: a program in a zone; session_user.c: whose it is;
 *                            session_program.c: how it begins; session_keeper.c: who waits for it;
 *                            session_relay.c session_streams.c: its input and output
 *     console_client.c         zlogin -C: the other end of a console
 *     terminal.c flow.c        the user's terminal; bytes from here to there
 *   runtime/nspawn.c         what zones run under; null.c: without root, for trying;
 *                            runtime.c: which of them
 *     launcher.c               the child that makes the platform, and whose child is the engine
 *     firstboot.c              what a first boot does besides
 *     enter.c                  a process becomes one of a zone that runs
 *     shield.c                 until then, what it runs is the host's, and cannot be changed
 *   runtime/platform.c       what init finds: platform_place.c: mount points, platform_tree.c:
 *                            mounts and whose ids they show, platform_devices.c: devices
 *   runtime/network.c        addresses and interfaces
 *   runtime/cgroup.c         control groups: cgroup_hierarchy.c: where they are, cgroup_limit.c:
 *                            what is limited; limits.c: the table of limits; cgroup_inside.c: of
 *                            programs in zones that do not run
 *     devices.c privileges.c   what the zone's processes may open, have and call
 *   runtime/console.c        the console; console_lines.c: its last lines, for messages
 *     control.c                connections; control_text.c: what goes over them
 */
#include "base/fd.h"
#include "runtime/cgroup.h"
#include "runtime/supervisor.h"
#include "util/alloc.h"
#include "util/process.h"
#include "util/option.h"
#include "util/program.h"
#include "util/socket.h"
#include "zone/name.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

enum {
	STATUS_USAGE = 2,
	/* The unit is started beside the command that wants it, which a busy boot may hold up. */
	IDLE_UNIT_MS = 10000,
	IDLE_DAEMON_MS = 1000,
};

static const char usage[] = "usage:\tzoneadmd [-f] -z ZONE\n"
			    "\tzoneadmd -g\n"
			    "\tzoneadmd --help | --version\n";
static const char help[] =
	"\n"
	"Supervise a zone: boot and halt it as zoneadm asks for, hold its console.\n"
	"zoneadm and zlogin start it when they need it, and it ends by itself.\n"
	"\n"
	"-f\tstay in the foreground, and tell systemd when it is ready\n"
	"-g\thold the control groups of all zones, for systemd\n"
	"\n"
	"The manual: man zoneadmd\n";

/* The command line. */
struct arguments {
	const char *zone;
	bool foreground, groups, help, version;
};

/* Where messages go, and who waits for the first connection to be possible. */
struct daemon {
	struct arguments arguments;
	bool at_terminal; /* what is written to standard error is seen */
	int ready_fd;     /* the parent's, which ends when something is written; -1: none */
};

/* ---- messages ---- */

static void emit(struct messages *messages, enum severity severity, const char *text)
{
	const struct daemon *daemon = messages->user;
	static const int priorities[] = { [MESSAGE_NOTE] = LOG_INFO,
		[MESSAGE_WARNING] = LOG_WARNING,
		[MESSAGE_ERROR] = LOG_ERR };
	static char name[] = "zoneadmd";
	/* Who started us by the way wants to hear of what is wrong only. */
	if (daemon->at_terminal && (daemon->arguments.foreground || severity != MESSAGE_NOTE)) {
		struct messages shown = { .user = name };
		program_emit(&shown, severity, text);
	}
	syslog(priorities[severity], "%s", text);
}

/* ---- ready ---- */

/* Nobody is there any more who reads what we write. */
static void leave_terminal(struct daemon *daemon)
{
	AUTO_FD null = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (int fd = STDIN_FILENO; null >= 0 && fd <= STDERR_FILENO; fd++)
		dup2(null, fd);
	daemon->at_terminal = false;
}

static void ready(void *user)
{
	struct daemon *daemon = user;
	if (daemon->arguments.foreground) {
		int rc = socket_notify("READY=1");
		if (rc < 0)
			syslog(LOG_WARNING, "cannot notify $NOTIFY_SOCKET: %s", strerror(-rc));
		return;
	}
	leave_terminal(daemon);
	/* If the parent was killed, nobody waits. */
	(void)!write(daemon->ready_fd, "", 1);
	daemon->ready_fd = fd_close(daemon->ready_fd);
}

static int supervise(struct daemon *daemon)
{
	AUTO_FREE char *ident = xasprintf("zoneadmd[%s]", daemon->arguments.zone);
	struct messages messages = { .emit = emit, .user = daemon };
	struct supervisor_options options = {
		.zone = daemon->arguments.zone,
		.idle_ms = daemon->arguments.foreground ? IDLE_UNIT_MS : IDLE_DAEMON_MS,
		.ready = ready,
		.user = daemon,
	};
	openlog(ident, LOG_PID, LOG_DAEMON);
	int rc = supervisor_run(&options, &messages);
	closelog();
	/* Whoever wanted a supervisor has one, but a unit of systemd has not. */
	if (rc == -EBUSY && !daemon->arguments.foreground)
		return 0;
	return rc < 0;
}

/* ---- a daemon ---- */

/* Go on in a child; the parent ends when that is ready, or with the child. */
static int daemonize(struct daemon *daemon, struct messages *messages)
{
	int fds[2];
	if (pipe2(fds, O_CLOEXEC) < 0) {
		message_error(messages, -errno, "cannot make a pipe: %s", strerror(errno));
		return 1;
	}
	pid_t pid = fork();
	if (pid < 0) {
		message_error(messages, -errno, "cannot start a process: %s", strerror(errno));
		return 1;
	}
	if (pid == 0) {
		close(fds[0]);
		setsid();
		daemon->ready_fd = fds[1];
		return supervise(daemon);
	}
	close(fds[1]);
	char byte;
	ssize_t len;
	while ((len = read(fds[0], &byte, 1)) < 0 && errno == EINTR)
		;
	if (len == 1)
		return 0;
	int status = process_wait(pid);
	return status < 0 ? 1 : status;
}

/*
 * Whether it is the journal, which has what goes to syslog(3) already; the variable alone is
 * inherited by programs whose output goes elsewhere. See systemd.exec(5).
 */
static bool is_journal(int fd)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long device, inode;
	struct stat st;
	return stream && sscanf(stream, "%llu:%llu", &device, &inode) == 2 && fstat(fd, &st) == 0
		&& st.st_dev == device && st.st_ino == inode;
}

/* ---- the control groups of all zones ---- */

/* A group that systemd has delegated is there as long as it has a process, which this one is. */
static int hold_groups(struct messages *messages)
{
	int rc = cgroup_hold(messages);
	if (rc < 0)
		return 1;
	rc = socket_notify("READY=1");
	if (rc < 0) {
		message_error(
			messages, rc, "cannot tell systemd that this is ready: %s", strerror(-rc));
		return 1;
	}
	for (;;)
		pause();
}

/* ---- the command line ---- */

/* Returns 0 or -EINVAL, described. */
static int parse(int argc, char **argv, struct arguments *ret_arguments, struct messages *messages)
{
	static const struct option longs[] = { { "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'v' }, { 0 } };
	struct arguments arguments = { 0 };
	for (int c; (c = option_next(argc, argv, "+fgz:", longs)) != -1;) {
		if (c == 'h')
			arguments.help = true;
		else if (c == 'v')
			arguments.version = true;
		else if (c == 'f')
			arguments.foreground = true;
		else if (c == 'g')
			arguments.groups = true;
		else if (c == 'z' && !arguments.zone)
			arguments.zone = optarg;
		else
			return message_error(messages, -EINVAL, "%s",
				c == '?' ? option_wrong() : "-z can be given once");
	}
	*ret_arguments = arguments;
	if (arguments.help || arguments.version)
		return 0;
	if (optind < argc)
		return message_error(messages, -EINVAL, "%s: no operand is expected", argv[optind]);
	if (arguments.groups && (arguments.zone || arguments.foreground))
		return message_error(messages, -EINVAL, "-g is not about a zone: give it alone");
	if (arguments.groups)
		return 0;
	return arguments.zone ? 0 : message_error(messages, -EINVAL, "which zone? -z names it");
}

/* Returns 0 or -EINVAL, described. */
static int check_zone(const struct arguments *arguments, struct messages *messages)
{
	if (arguments->groups)
		return 0;
	const char *expected = zone_name_wrong(arguments->zone);
	return expected
		? message_error(messages, -EINVAL, "\"%s\" is not %s", arguments->zone, expected)
		: 0;
}

int main(int argc, char **argv)
{
	static char name[] = "zoneadmd";
	struct messages messages = { .emit = program_emit, .user = name };
	struct daemon daemon = { .at_terminal = true, .ready_fd = -1 };
	struct arguments *arguments = &daemon.arguments;
	program_begin();
	if (parse(argc, argv, arguments, &messages) < 0) {
		fputs(usage, stderr);
		return STATUS_USAGE;
	}
	if (arguments->help || arguments->version) {
		if (arguments->help)
			printf("%s%s", usage, help);
		else
			program_version(name);
		return program_end(0, &messages);
	}
	if (check_zone(arguments, &messages) < 0)
		return STATUS_USAGE;
	if (geteuid() != 0) {
		message_error(&messages, -EPERM, "only root may supervise zones");
		return 1;
	}
	if (chdir("/") < 0) {
		message_error(&messages, -errno, "/: %s", strerror(errno));
		return 1;
	}
	if (arguments->groups)
		return hold_groups(&messages);
	if (!arguments->foreground)
		return daemonize(&daemon, &messages);
	daemon.at_terminal = !is_journal(STDERR_FILENO);
	return supervise(&daemon);
}
