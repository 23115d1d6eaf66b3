/* enter.c - becoming a process of a zone that runs. */
#include "runtime/enter.h"

#include "runtime/cgroup.h"
#include "runtime/privileges.h"
#include "util/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	STATUS_MAX = 16384, /* bytes of /proc/PID/status; groups are in it */
	NAMESPACES = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS
		| CLONE_NEWCGROUP,
};

/* What is known of the zone's init before anything of the zone is touched. */
struct door {
	int pidfd;
	int root_fd;
	uint64_t bounds; /* the capabilities that it can have */
	bool users;      /* it has a user namespace of its own */
};

static void door_close(struct door *door)
{
	fd_close(door->pidfd);
	fd_close(door->root_fd);
}
#define AUTO_DOOR __attribute__((cleanup(door_close))) struct door

/* Returns 0 or a negative errno. */
static int read_bounds(int process_fd, uint64_t *ret_bounds)
{
	AUTO_FD fd = openat(process_fd, "status", O_RDONLY | O_CLOEXEC);
	char text[STATUS_MAX];
	ssize_t got = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	if (got < 0)
		return -errno;
	text[got] = '\0';
	/* A line's beginning: the name of the program, which the zone chooses, has no newline. */
	const char *line = strstr(text, "\nCapBnd:");
	if (!line)
		return -EIO;
	*ret_bounds = strtoull(line + strlen("\nCapBnd:"), NULL, 16);
	return 0;
}

static int compare_users(int process_fd, bool *ret_users)
{
	struct stat own, theirs;
	if (stat("/proc/self/ns/user", &own) < 0 || fstatat(process_fd, "ns/user", &theirs, 0) < 0)
		return -errno;
	*ret_users = own.st_dev != theirs.st_dev || own.st_ino != theirs.st_ino;
	return 0;
}

static int open_door(const struct process *init, struct door *door)
{
	door->pidfd = process_open(init);
	if (door->pidfd < 0)
		return door->pidfd;
	AUTO_FREE char *path = xasprintf("/proc/%d", (int)init->pid);
	AUTO_FD process_fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (process_fd < 0)
		return errno == ENOENT ? -ESRCH : -errno;
	door->root_fd = openat(process_fd, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (door->root_fd < 0)
		return errno == ENOENT ? -ESRCH : -errno;
	int rc = read_bounds(process_fd, &door->bounds);
	rc = rc < 0 ? rc : compare_users(process_fd, &door->users);
	if (rc < 0)
		return rc;
	/* As it has not ended now, all that was read of its number was of it. */
	struct pollfd ended = { .fd = door->pidfd, .events = POLLIN };
	return poll(&ended, 1, 0) == 0 ? 0 : -ESRCH;
}

/*
 * All namespaces in one step, of the process that the pidfd is of: the kernel enters the user
 * namespace first, whose rights the others then take, and all of them or none (setns(2)). The
 * control groups come before: a control group namespace shows them from where init is.
 */
static int pass_door(const struct door *door)
{
	if (setns(door->pidfd, NAMESPACES | (door->users ? CLONE_NEWUSER : 0)) < 0)
		return -errno;
	/* The namespace's own root need not be that of the zone. */
	if (fchdir(door->root_fd) < 0 || chroot(".") < 0 || chdir("/") < 0)
		return -errno;
	/* Groups first: without the user's rights they could not be left any more. */
	if (setgroups(0, NULL) < 0 || setresgid(0, 0, 0) < 0 || setresuid(0, 0, 0) < 0)
		return -errno;
	umask(022);
	return close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) < 0 ? -errno : 0;
}

static int describe(int code, const char *name, struct messages *messages)
{
	if (code == -ESRCH)
		return message_error(messages, code, "zone %s: its init has ended", name);
	return message_error(messages, code, "zone %s cannot be entered: %s%s", name,
		strerror(-code),
		code == -EINVAL ? "; it takes Linux 5.8 or newer, and a process with one thread"
				: "");
}

int enter_zone(const struct live *live, const struct zone *zone, struct messages *messages)
{
	const char *name = zone_get(zone, ZONE_NAME);
	AUTO_DOOR door = { .pidfd = -1, .root_fd = -1 };
	int rc = open_door(&live->init, &door);
	if (rc < 0)
		return describe(rc, name, messages);
	if (!live->cgroup)
		return message_error(
			messages, -EINVAL, "zone %s has no control group to enter", name);
	rc = cgroup_join(live->cgroup, &live->init, messages);
	if (rc < 0)
		return rc;
	rc = privileges_limits(zone, messages);
	if (rc < 0)
		return rc;
	rc = pass_door(&door);
	if (rc < 0)
		return describe(rc, name, messages);
	/* The configuration may have changed since the boot; nobody here gets more than init. */
	uint64_t set = privileges_set(zone) & door.bounds;
	rc = privileges_filter(set, messages);
	return rc < 0 ? rc : privileges_drop(set, messages);
}
