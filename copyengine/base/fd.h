/* fd.h - file descriptors and heap memory that locals own, and handing them over. */
#ifndef BASE_FD_H
#define BASE_FD_H

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

/* Close fd unless it is negative, leaving errno alone. Returns -1, the empty value. */
static inline int fd_close(int fd)
{
	if (fd >= 0) {
		int saved = errno;
		close(fd);
		errno = saved;
	}
	return -1;
}

/* Hand over what *fd owns: its value, with -1 left behind. */
static inline int fd_take(int *fd)
{
	int taken = *fd;
	*fd = -1;
	return taken;
}

static inline void fd_cleanup(int *fd)
{
	fd_close(*fd);
}

static inline void free_cleanup(void *slot)
{
	free(*(void **)slot);
}

/* A local that closes (frees) what it holds when it goes out of scope. */
#define AUTO_FD __attribute__((cleanup(fd_cleanup))) int
#define AUTO_FREE __attribute__((cleanup(free_cleanup)))

#endif
