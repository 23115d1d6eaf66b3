/* supervisor_notify.c - what the engine tells of the zone's init, as sd_notify(3) does. */
#include "runtime/supervisor_private.h"

#include "base/fd.h"
#include "util/alloc.h"
#include "util/socket.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum {
	NOTIFY_MAX = 4096, /* bytes in a datagram */
	NOTIFY_TURNS = 16, /* datagrams that are read in a row */
};

#define LEADER "X_NSPAWN_LEADER_PID="

int supervisor_notify_open(struct supervisor *s)
{
	AUTO_FREE char *path = xasprintf("%s/notify", s->place);
	const int yes = 1;
	AUTO_FD fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int rc = fd < 0 || setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &yes, sizeof(yes)) < 0
		? -errno
		: socket_bind(fd, path);
	if (rc < 0)
		return message_error(
			&s->messages, rc, "cannot make the socket %s: %s", path, strerror(-rc));
	s->life.notify_fd = fd_take(&fd);
	return 0;
}

/*
 * Read a datagram. Returns its sender, 0 for one that cannot be known, or a negative errno. fds
 * that come with it are closed by the kernel: there is no room for them.
 */
static pid_t receive(int fd, char text[NOTIFY_MAX + 1])
{
	union {
		char room[CMSG_SPACE(sizeof(struct ucred))];
		struct cmsghdr aligned;
	} control;
	struct iovec bytes = { .iov_base = text, .iov_len = NOTIFY_MAX };
	struct msghdr message = { .msg_iov = &bytes,
		.msg_iovlen = 1,
		.msg_control = control.room,
		.msg_controllen = sizeof(control.room) };
	ssize_t len = recvmsg(fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	if (len < 0)
		return -errno;
	text[len] = '\0';
	pid_t pid = 0;
	for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header;
		header = CMSG_NXTHDR(&message, header)) {
		struct ucred sender;
		if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_CREDENTIALS)
			continue;
		memcpy(&sender, CMSG_DATA(header), sizeof(sender));
		pid = sender.pid;
	}
	return message.msg_flags & MSG_TRUNC ? 0 : pid;
}

static void take_line(struct supervisor *s, const char *line)
{
	if (strcmp(line, "READY=1") == 0) {
		supervisor_init_started(s);
		return;
	}
	if (strncmp(line, LEADER, strlen(LEADER)) != 0)
		return;
	const char *number = line + strlen(LEADER);
	char *end;
	errno = 0;
	long pid = strtol(number, &end, 10);
	if (isdigit((unsigned char)*number) && !*end && !errno && pid > 0 && pid <= INT_MAX)
		supervisor_init_is(s, (pid_t)pid);
}

void supervisor_notify_event(struct supervisor *s)
{
	char text[NOTIFY_MAX + 1];
	for (int turns = 0; turns < NOTIFY_TURNS && s->life.notify_fd >= 0; turns++) {
		pid_t sender = receive(s->life.notify_fd, text);
		if (sender < 0)
			return;
		/* The zone's own words, if it has found a way, are not to be believed. */
		if (sender == 0 || sender != s->life.launcher.engine)
			continue;
		char *rest = NULL;
		for (char *line = strtok_r(text, "\n", &rest); line;
			line = strtok_r(NULL, "\n", &rest))
			take_line(s, line);
	}
}
