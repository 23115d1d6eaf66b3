/* process.c - processes of others, which have begun at some time, and ends of our own. */
#include "util/process.h"

#include "base/fd.h"
#include "util/alloc.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	STAT_MAX = 4096,  /* bytes of /proc/PID/stat */
	STAT_START = 22,  /* the field, as proc(5) counts them */
	EVENTS_MAX = 256, /* bytes of a cgroup.events */
};

/* A field behind the program's name, which may have blanks and brackets in it; NULL: none. */
static const char *find_field(const char *stat, int number)
{
	const char *at = strrchr(stat, ')');
	for (int i = 2; at && i < number; i++) {
		at = strchr(at, ' ');
		at = at ? at + 1 : NULL;
	}
	return at;
}

int process_find(pid_t pid, struct process *ret_process)
{
	char path[32], stat[STAT_MAX], *end;
	if (pid <= 0)
		return -ESRCH;
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? -ESRCH : -errno;
	ssize_t got = read(fd, stat, sizeof(stat) - 1);
	if (got < 0)
		return -errno;
	stat[got] = '\0';
	const char *field = find_field(stat, STAT_START);
	if (!field || !isdigit((unsigned char)*field))
		return -EIO;
	errno = 0;
	unsigned long long start = strtoull(field, &end, 10);
	if (errno || *end != ' ')
		return -EIO;
	*ret_process = (struct process){ .pid = pid, .start = start };
	return 0;
}

int process_open(const struct process *process)
{
	if (process->pid <= 0)
		return -ESRCH;
	AUTO_FD fd = pidfd_open(process->pid, 0);
	/* EINVAL and ENOENT: the number is that of a thread now. */
	if (fd < 0)
		return errno == EINVAL || errno == ENOENT ? -ESRCH : -errno;
	struct process now;
	int rc = process_find(process->pid, &now);
	/* What has not ended by now had its number all the time. */
	struct pollfd ended = { .fd = fd, .events = POLLIN };
	if (poll(&ended, 1, 0) != 0)
		return -ESRCH;
	if (rc < 0)
		return rc == -ESRCH ? -EPERM : rc;
	return now.start == process->start ? fd_take(&fd) : -ESRCH;
}

bool process_alive(const struct process *process)
{
	AUTO_FD fd = process_open(process);
	return fd >= 0 || fd == -EPERM;
}

bool process_hears(pid_t pid, int number)
{
	static const char *const keys[] = { "\nSigBlk:", "\nSigCgt:" };
	char path[32], status[STAT_MAX];
	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : read(fd, status, sizeof(status) - 1);
	if (got < 0)
		return true;
	status[got] = '\0';
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const char *line = strstr(status, keys[i]);
		if (!line || (strtoull(line + strlen(keys[i]), NULL, 16) >> (number - 1) & 1))
			return true;
	}
	return false;
}

int process_populated(const char *cgroup)
{
	static const char key[] = "populated ";
	char text[EVENTS_MAX];
	AUTO_FREE char *path = xasprintf("%s/cgroup.events", cgroup);
	AUTO_FD fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	/* ENODEV: it was removed after it was opened. */
	if (got < 0 && (errno == ENOENT || errno == ENOTDIR || errno == ENODEV))
		return 0;
	if (got < 0)
		return -errno;
	text[got] = '\0';
	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, key, strlen(key)) == 0)
			return line[strlen(key)] == '1';
	}
	return -EIO;
}

int process_status(int wait_status)
{
	return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status)
				      : PROCESS_SIGNAL + WTERMSIG(wait_status);
}

int process_wait(pid_t child)
{
	int status;
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return process_status(status);
}

void process_kill(pid_t child)
{
	kill(child, SIGKILL);
	/* It is ours, so there is an end to wait for. */
	(void)process_wait(child);
}
