/* lock.c - one command at a time: locks on files in /run/zones. */
#include "zone/lock.h"

#include "util/alloc.h"
#include "util/clock.h"
#include "util/file.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	HOLDER_MAX = 256, /* bytes that are read of what a holder says about itself */
	POLL_MS = 50,
	SILENT_MS = 300, /* a wait that nobody notices is not told of */
};

static int open_lock(const struct lock_request *request, struct messages *messages)
{
	AUTO_FREE char *path = xasprintf("%s/%s", request->run_path, request->name);
	/* O_NONBLOCK: opening must not wait, whatever is there. */
	AUTO_FD fd = openat(request->run_fd, request->name,
		O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600);
	if (fd < 0)
		return message_error(messages, -errno, "cannot open the lock %s: %s", path,
			errno == ELOOP ? "it must be a file, and no symbolic link"
				       : strerror(errno));
	struct stat st;
	if (fstat(fd, &st) < 0)
		return message_error(messages, -errno, "the lock %s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return message_error(
			messages, -EINVAL, "the lock %s must be a regular file: remove it", path);
	int rc = file_trusted(fd, path, messages);
	return rc < 0 ? rc : fd_take(&fd);
}

/* Returns 0, -EAGAIN if somebody else holds it, or another negative errno. */
static int try_lock(int fd, enum lock_mode mode)
{
	int how = mode == LOCK_SHARED ? LOCK_SH : LOCK_EX;
	return flock(fd, how | LOCK_NB) < 0 ? -errno : 0;
}

/*
 * Say in the file who holds it: "PID COMMAND". Of several shared holders the last one is named. It
 * is advice for those who wait, so the lock is good even if it cannot be written. A reader stops at
 * the newline, so it does not matter that a longer text of an earlier holder is cut off later.
 */
static void write_holder(int fd, const char *command)
{
	AUTO_FREE char *text = xasprintf("%d %s\n", (int)getpid(), command);
	size_t len = strlen(text);
	ssize_t done = pwrite(fd, text, len, 0);
	if (done > 0)
		(void)!ftruncate(fd, done);
}

/*
 * Who holds the lock, as far as the file tells: the caller's. A holder that has locked but not yet
 * written leaves the name of an earlier one, which is not named if it has ended.
 */
static char *read_holder(int fd)
{
	char text[HOLDER_MAX + 1];
	ssize_t got = pread(fd, text, HOLDER_MAX, 0);
	text[got > 0 ? got : 0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	char *command;
	errno = 0;
	long pid = strtol(text, &command, 10);
	if (!isdigit((unsigned char)text[0]) || *command != ' ' || !command[1] || errno || pid <= 0
		|| pid > INT_MAX || (kill((pid_t)pid, 0) < 0 && errno == ESRCH))
		return xstrdup("another command");
	for (char *c = command; *c; c++)
		if (!isascii(*c) || !isprint((unsigned char)*c))
			*c = '?';
	return xasprintf("process %ld (%s)", pid, command + 1);
}

/* Wait for a lock that is taken. Returns as try_lock() does. */
static int wait_for_lock(int fd, enum lock_mode mode, int wait_ms)
{
	int64_t end = clock_ms() + wait_ms;
	for (;;) {
		int64_t left = end - clock_ms();
		if (left <= 0)
			return try_lock(fd, mode);
		clock_pause(left < POLL_MS ? left : POLL_MS);
		int rc = try_lock(fd, mode);
		if (rc != -EAGAIN)
			return rc;
	}
}

/*
 * Whether the file that was locked is still the one that others find: somebody may have removed it
 * with a lock on it, or as a leftover, and then two could hold the lock.
 */
static bool is_current(int run_fd, const char *name, int fd)
{
	struct stat ours, theirs;
	return fstat(fd, &ours) == 0 && fstatat(run_fd, name, &theirs, AT_SYMLINK_NOFOLLOW) == 0
		&& ours.st_dev == theirs.st_dev && ours.st_ino == theirs.st_ino;
}

/* Lock an opened file. Returns 0, or a negative errno, described unless it is -EBUSY at once. */
static int lock_file(const struct lock_request *request, int fd, struct messages *messages)
{
	int rc = try_lock(fd, request->mode);
	if (rc == -EAGAIN && request->wait_ms <= 0)
		return -EBUSY;
	if (rc == -EAGAIN) {
		int silent = request->wait_ms < SILENT_MS ? request->wait_ms : SILENT_MS;
		rc = wait_for_lock(fd, request->mode, silent);
		if (rc == -EAGAIN && silent < request->wait_ms) {
			AUTO_FREE char *holder = read_holder(fd);
			message_note(messages, "waiting for %s, which is using %s", holder,
				request->purpose);
			rc = wait_for_lock(fd, request->mode, request->wait_ms - silent);
		}
	}
	if (rc == -EAGAIN) {
		AUTO_FREE char *holder = read_holder(fd);
		return message_error(messages, -EBUSY,
			"%s is in use by %s, also after %g seconds: repeat the command when that "
			"one has ended",
			request->purpose, holder, request->wait_ms / 1000.0);
	}
	if (rc < 0)
		return message_error(messages, rc, "cannot lock %s (%s/%s): %s", request->purpose,
			request->run_path, request->name, strerror(-rc));
	return 0;
}

int lock_take(const struct lock_request *request, struct messages *messages)
{
	for (;;) {
		AUTO_FD fd = open_lock(request, messages);
		if (fd < 0)
			return fd_take(&fd);
		int rc = lock_file(request, fd, messages);
		if (rc < 0)
			return rc;
		if (!is_current(request->run_fd, request->name, fd))
			continue;
		write_holder(fd, request->command);
		return fd_take(&fd);
	}
}

int lock_remove(int run_fd, const char *name, int fd)
{
	/* While it is held: then the file is nobody else's lock. */
	if (fd >= 0 && is_current(run_fd, name, fd))
		(void)unlinkat(run_fd, name, 0);
	return fd_close(fd);
}
