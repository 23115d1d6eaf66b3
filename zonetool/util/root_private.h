/* root_private.h - what the parts of root.h share. */
#ifndef UTIL_ROOT_PRIVATE_H
#define UTIL_ROOT_PRIVATE_H

#include "util/root.h"

/*
 * Open inside the directory, which nothing leads out of. Returns an fd or a negative errno;
 * -ENOENT, too, if something on the way is no directory.
 */
int root_resolve(int dir_fd, const char *path, int flags);

/* Open anew, to read or write, what was resolved with O_PATH. Returns an fd or a negative errno. */
int root_reopen(int fd, int flags);

/*
 * Open a regular file, with flags for resolving (O_NOFOLLOW) and O_RDONLY. Returns an fd, or a
 * negative errno: -EINVAL: it is no regular file.
 */
int root_open_regular(int dir_fd, const char *path, int flags);

/*
 * Take off the flags that forbid changes, if there are any, and put them back. fd may be -1, the
 * flags 0. root_unlock() returns what it took off; root_relock() 0 or a negative errno.
 */
int root_unlock(int fd);
int root_relock(int fd, int flags);

/* Describe that this could not be done to the path. Returns code. */
int root_fail(struct messages *messages, int code, const char *verb, const char *path);

#endif
