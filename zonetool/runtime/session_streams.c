/* session_streams.c - pipes, or a pseudoterminal, that are made in the zone. */
#include "runtime/session_private.h"

#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/vfs.h>
#include <unistd.h>

/*
 * Who reopens such a pipe in the zone, as scripts do that write to /dev/stderr, must be its owner:
 * it is made by the zone's root, who can give it to the user.
 */
static int make_pipes(struct streams *streams, struct messages *messages)
{
	for (int i = 0; i < STREAM_COUNT; i++) {
		int ends[2];
		if (pipe2(ends, O_CLOEXEC) < 0)
			return message_error(
				messages, -errno, "cannot make a pipe: %s", strerror(errno));
		bool input = i == STREAM_INPUT;
		streams->inner[i] = ends[input ? 0 : 1];
		streams->outer[i] = ends[input ? 1 : 0];
		if (fcntl(streams->outer[i], F_SETFL, O_NONBLOCK) < 0)
			return message_error(
				messages, -errno, "cannot set up a pipe: %s", strerror(errno));
	}
	return 0;
}

/*
 * In a devpts nobody can make files: what is called ptmx there is one, whatever the zone's root may
 * have done to /dev.
 */
static int open_master(struct messages *messages)
{
	AUTO_FD dir = open("/dev/pts", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct statfs fs;
	if (dir < 0 || fstatfs(dir, &fs) < 0)
		return message_error(messages, -errno, "/dev/pts in the zone: %s", strerror(errno));
	if (fs.f_type != DEVPTS_SUPER_MAGIC)
		return message_error(messages, -ENODEV,
			"/dev/pts in the zone is not a file system of pseudoterminals: give a "
			"command to do without one, such as sh");
	int fd = openat(dir, "ptmx", O_RDWR | O_NOCTTY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	return fd < 0 ? message_error(messages, -errno, "/dev/pts/ptmx in the zone: %s%s",
		       strerror(errno),
		       errno == ENOSPC ? " (there are no more pseudoterminals)" : "")
		      : fd;
}

static int open_slave(int master, unsigned *ret_number, struct messages *messages)
{
	int unlock = 0;
	int fd = -1;
	if (ioctl(master, TIOCGPTN, ret_number) == 0 && ioctl(master, TIOCSPTLCK, &unlock) == 0)
		fd = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	return fd < 0 ? message_error(
		       messages, -errno, "cannot open a pseudoterminal: %s", strerror(errno))
		      : fd;
}

/* As large as the user's, and with the same keys for erasing. */
static void adopt_settings(const struct keeper *keeper, int master, int slave)
{
	terminal_set_size(master, keeper->size);
	/* Without them it works, too. */
	if (keeper->has_settings)
		(void)tcsetattr(slave, TCSANOW, &keeper->settings);
}

static int make_terminal(
	const struct keeper *keeper, struct streams *streams, struct messages *messages)
{
	int *master = &streams->outer[STREAM_TERMINAL];
	*master = open_master(messages);
	if (*master < 0)
		return *master;
	int slave = open_slave(*master, &streams->pts, messages);
	if (slave < 0)
		return slave;
	adopt_settings(keeper, *master, slave);
	for (int i = 0; i < STREAM_COUNT; i++)
		streams->inner[i] = slave;
	return 0;
}

int streams_make(const struct keeper *keeper, bool terminal, struct streams *ret_streams,
	struct messages *messages)
{
	for (int i = 0; i < STREAM_COUNT; i++)
		ret_streams->inner[i] = ret_streams->outer[i] = -1;
	return terminal ? make_terminal(keeper, ret_streams, messages)
			: make_pipes(ret_streams, messages);
}
