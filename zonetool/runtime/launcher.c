/*
 * launcher.c - the child whose child becomes the engine. It talks with zoneadmd through a pair of
 * sockets, the channel, which is closed when a program is run: to zoneadmd the end of it says that
 * the engine runs, or that the child has ended; to the child, that zoneadmd has.
 *
 *   child      'M' severity text ...   'R'                'E' pid   'M' ...      end
 *   zoneadmd                                'B' how to boot
 */
#include "runtime/launcher.h"

#include "runtime/cgroup.h"
#include "util/alloc.h"
#include "util/process.h"
#include "util/run.h"
#include "util/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* In the place of the life: how its engine has ended. */
#define STATUS_FILE "status"

/* The first byte of a packet. */
enum {
	PACKET_MESSAGE = 'M', /* then a digit, the severity, and text */
	PACKET_READY = 'R',
	PACKET_BOOT = 'B',   /* see pack_boot() */
	PACKET_ENGINE = 'E', /* then the number of the process, decimal */
};

enum { MESSAGE_MAX = 32 << 10 }; /* bytes of a message; longer ones end there */

/* ---- packets ---- */

/* Receive one, with a NUL behind it. 1, 0: the other side has ended, or a negative errno. */
static int receive_packet(int channel, char **ret_bytes, size_t *ret_len)
{
	ssize_t len;
	do
		len = recv(channel, NULL, 0, MSG_PEEK | MSG_TRUNC);
	while (len < 0 && errno == EINTR);
	if (len <= 0)
		return len < 0 ? -errno : 0;
	char *bytes = xcalloc((size_t)len + 1, 1);
	if (recv(channel, bytes, (size_t)len, 0) != len) {
		free(bytes);
		return -EIO;
	}
	*ret_bytes = bytes;
	*ret_len = (size_t)len;
	return 1;
}

/*
 * 'B', whether to a single user, whether there is a sysidcfg; that, and the arguments, each with a
 * NUL behind it.
 */
static void pack_boot(const struct runtime_boot *boot, struct str *packet)
{
	text_addc(packet, PACKET_BOOT);
	text_addc(packet, boot->single_user ? '1' : '0');
	text_addc(packet, boot->sysidcfg ? '1' : '0');
	if (boot->sysidcfg && str_add(packet, boot->sysidcfg, strlen(boot->sysidcfg) + 1) < 0)
		alloc_failed();
	for (char **argument = boot->arguments; argument && *argument; argument++)
		if (str_add(packet, *argument, strlen(*argument) + 1) < 0)
			alloc_failed();
}

/* Read a packet of at least one byte, with a NUL behind it. The texts stay in it. */
static void unpack_boot(char *packet, size_t len, struct runtime_boot *ret_boot)
{
	enum { HEAD = 3 };
	char *at = packet + HEAD, *end = packet + len;
	*ret_boot = (struct runtime_boot){ .single_user = packet[1] == '1' };
	if (packet[2] == '1') {
		ret_boot->sysidcfg = at;
		at += strlen(at) + 1;
	}
	size_t count = 0;
	for (const char *next = at; next < end; next += strlen(next) + 1)
		count++;
	ret_boot->arguments = xcalloc(count + 1, sizeof(char *));
	for (size_t i = 0; i < count; i++, at += strlen(at) + 1)
		ret_boot->arguments[i] = at;
}

/* ---- the child ---- */

/* For struct messages: its user is the channel's fd. */
static void emit(struct messages *messages, enum severity severity, const char *text)
{
	AUTO_STR packet = STR_EMPTY;
	text_addf(&packet, "%c%c%.*s", PACKET_MESSAGE, '0' + (int)severity, MESSAGE_MAX, text);
	/* If nobody listens, there is nobody to tell. */
	(void)socket_send(*(const int *)messages->user, packet.data, packet.len, NULL);
}

/*
 * The console's other side becomes standard input, output and error, and the terminal of a session
 * of our own; its master stays under the number that others look for. *channel is moved out of the
 * way. Everything else is closed at once: locks of zoneadmd's must not outlive it here.
 */
static int arrange_fds(const struct launcher_job *job, int *channel)
{
	int keep = job->keep_console_fd;
	/* So that neither is overwritten by the other. */
	int moved = fcntl(*channel, F_DUPFD_CLOEXEC, keep + 1);
	int master = fcntl(job->console_fd, F_DUPFD_CLOEXEC, keep + 1);
	if (moved < 0 || master < 0 || dup2(master, keep) < 0)
		return -errno;
	*channel = moved;
	if (setsid() < 0)
		return -errno;
	int console = ioctl(keep, TIOCGPTPEER, O_RDWR | O_NOCTTY);
	if (console < 0 || ioctl(console, TIOCSCTTY, 0) < 0)
		return -errno;
	for (int fd = 0; fd <= 2; fd++)
		if (dup2(console, fd) < 0)
			return -errno;
	if ((keep > 3 && close_range(3, (unsigned)keep - 1, 0) < 0)
		|| (moved > keep + 1 && close_range((unsigned)keep + 1, (unsigned)moved - 1, 0) < 0)
		|| close_range((unsigned)moved + 1, ~0U, 0) < 0)
		return -errno;
	return 0;
}

/* Make the zone's platform, and say so. Returns 0 or a negative errno, described. */
static int child_prepare(const struct launcher_job *job, int channel, struct messages *messages)
{
	int rc = job->ops->prepare ? job->ops->prepare(job->zone, messages) : 0;
	/* Not before: in the group, the devices of the zone's file systems cannot be opened. */
	if (rc == 0 && job->cgroup)
		rc = cgroup_join(job->cgroup, NULL, messages);
	if (rc < 0)
		return rc;
	const char ready = PACKET_READY;
	return socket_send(channel, &ready, 1, NULL);
}

/* ---- the engine, and who waits for it ---- */

/* The process that becomes the engine. Returns a negative errno, described. */
static int engine_run(const struct launcher_job *job, const struct runtime_boot *boot, int channel,
	struct messages *messages)
{
	AUTO_FREE char *packet = xasprintf("%c%d", PACKET_ENGINE, (int)getpid());
	int rc = job->cgroup ? cgroup_step(job->cgroup, false, messages) : 0;
	if (rc < 0)
		return rc;
	/* Before what the engine itself says. If nobody listens, nobody believes it. */
	(void)socket_send(channel, packet, strlen(packet), NULL);
	return job->ops->start(job->zone, boot, messages);
}

/*
 * Wait for the engine, and end as it did; first it is written down, for who is not our parent. What
 * is typed on the console is not for us.
 */
static _Noreturn void engine_wait(pid_t engine, int status_fd)
{
	sigset_t all;
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	int status = process_wait(engine);
	if (status < 0)
		_exit(1);
	(void)dprintf(status_fd, "%d\n", status);
	_exit(status);
}

int launcher_read_status(const char *place)
{
	char text[16], end;
	int status;
	AUTO_FREE char *path = xasprintf("%s/" STATUS_FILE, place);
	AUTO_FD fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	ssize_t len = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	if (len <= 0)
		return LAUNCHER_STATUS_UNKNOWN;
	text[len] = '\0';
	return sscanf(text, "%d%c", &status, &end) == 2 && end == '\n' ? status
								       : LAUNCHER_STATUS_UNKNOWN;
}

/*
 * Returns a negative errno, described: in what was to become the engine, or before there was such a
 * process.
 */
static int child_start(const struct launcher_job *job, const struct runtime_boot *boot, int channel,
	struct messages *messages)
{
	AUTO_FREE char *path = xasprintf("%s/" STATUS_FILE, job->zone->place);
	AUTO_FD status_fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (status_fd < 0)
		return message_error(messages, -errno, "cannot make %s: %s", path, strerror(errno));
	int rc = job->cgroup ? cgroup_step(job->cgroup, true, messages) : 0;
	pid_t pid = rc < 0 ? -1 : fork();
	if (rc == 0 && pid < 0)
		rc = message_error(messages, -errno, "cannot start a process: %s", strerror(errno));
	if (pid > 0) {
		fd_close(channel);
		engine_wait(pid, status_fd);
	}
	return rc < 0 ? rc : engine_run(job, boot, channel, messages);
}

static int child_boot(const struct launcher_job *job, int channel, struct messages *messages)
{
	char *packet = NULL;
	size_t len = 0;
	int rc = receive_packet(channel, &packet, &len);
	if (rc <= 0)
		return rc; /* zoneadmd has ended, and so does what waits for it */
	struct runtime_boot boot;
	unpack_boot(packet, len, &boot);
	/* From here on it is the zone's, and goes on without us. */
	if (prctl(PR_SET_PDEATHSIG, 0) < 0 || setenv("NOTIFY_SOCKET", job->notify_socket, 1) < 0)
		return message_error(
			messages, -errno, "cannot start the zone: %s", strerror(errno));
	return child_start(job, &boot, channel, messages);
}

static _Noreturn void child_run(const struct launcher_job *job, int channel, pid_t parent)
{
	struct messages messages = { .emit = emit, .user = &channel };
	/* If zoneadmd died before the first call, nobody would tell: so it looks. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
		_exit(1);
	run_reset_signals();
	umask(022);
	int rc = arrange_fds(job, &channel);
	if (rc < 0)
		message_error(&messages, rc, "cannot give the console to zone %s: %s",
			job->zone->name, strerror(-rc));
	if (rc == 0)
		rc = child_prepare(job, channel, &messages);
	if (rc == 0)
		child_boot(job, channel, &messages);
	_exit(1);
}

/* ---- zoneadmd ---- */

int launcher_start(
	const struct launcher_job *job, struct launcher *ret_launcher, struct messages *messages)
{
	int ends[2];
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return message_error(
			messages, -errno, "cannot make a pair of sockets: %s", strerror(errno));
	AUTO_FD ours = ends[0], theirs = ends[1];
	pid_t parent = getpid(), pid = fork();
	if (pid < 0)
		return message_error(
			messages, -errno, "cannot start a process: %s", strerror(errno));
	if (pid == 0)
		child_run(job, theirs, parent);
	int pidfd = pidfd_open(pid, 0);
	if (pidfd < 0) {
		int code = message_error(
			messages, -errno, "cannot watch process %d: %s", (int)pid, strerror(errno));
		process_kill(pid);
		return code;
	}
	*ret_launcher = (struct launcher){ .pid = pid, .pidfd = pidfd, .channel = fd_take(&ours) };
	return 0;
}

enum launcher_event launcher_receive(struct launcher *launcher, struct messages *messages)
{
	AUTO_FREE char *packet = NULL;
	size_t len = 0;
	int rc = receive_packet(launcher->channel, &packet, &len);
	if (rc <= 0) {
		/* Its end, or that it ended before it read what we sent. */
		launcher->channel = fd_close(launcher->channel);
		return LAUNCHER_STARTED;
	}
	if (*packet == PACKET_READY)
		return LAUNCHER_READY;
	if (*packet == PACKET_ENGINE) {
		launcher->engine = (pid_t)strtol(packet + 1, NULL, 10);
		return LAUNCHER_MESSAGE;
	}
	enum severity severity = (enum severity)(packet[1] - '0');
	launcher->told |= severity == MESSAGE_ERROR;
	message_pass(messages, severity, packet + 2);
	return LAUNCHER_MESSAGE;
}

int launcher_boot(
	struct launcher *launcher, const struct runtime_boot *boot, struct messages *messages)
{
	AUTO_STR packet = STR_EMPTY;
	pack_boot(boot, &packet);
	int rc = socket_send(launcher->channel, packet.data, packet.len, NULL);
	if (rc == -EMSGSIZE)
		return message_error(messages, rc,
			"the boot arguments and the sysidcfg are longer than a message between "
			"processes of this host can be: see net.core.wmem_default of sysctl(8)");
	if (rc < 0)
		return message_error(messages, rc,
			"the process that was to start the zone has ended: %s", strerror(-rc));
	return 0;
}

void launcher_close(struct launcher *launcher)
{
	launcher->channel = fd_close(launcher->channel);
	launcher->pidfd = fd_close(launcher->pidfd);
}
