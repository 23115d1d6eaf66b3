/* object.h - one object of a tree, opened in the way its kind allows. */
#ifndef CE_OBJECT_H
#define CE_OBJECT_H

#include "base/fd.h"
#include "sys.h"

#include <sys/stat.h>

struct object {
	int fd;
	bool path_only; /* opened with O_PATH: nothing but a regular file or directory is opened for
			   real */
	struct statx st;
};

#define OBJECT_NONE                                                                                \
	{                                                                                          \
		.fd = -1                                                                           \
	}

static inline void object_close(struct object *object)
{
	object->fd = fd_close(object->fd);
}

#define AUTO_OBJECT __attribute__((cleanup(object_close))) struct object

/*
 * Open name below dirfd and look at it, not following a symbolic link. type is a DT_* hint from
 * the directory; what is really there decides. A regular file is opened for reading; everything
 * else gets an O_PATH fd, so that no fifo or device is ever touched.
 * Returns 0, or a negative errno: -EAGAIN while somebody has a lease on the file, who is being told
 * to give it up; -ESTALE if the name keeps changing its kind under our hands.
 */
int object_open(struct object *ret, int dirfd, const char *name, unsigned char type);

/* Open a directory for reading its names. */
int object_open_dir(struct object *ret, int dirfd, const char *name);

/*
 * Open an object that we have just made in dirfd, with O_PATH; what to check it against is up to
 * the caller.
 */
int object_open_path(struct object *ret, int dirfd, const char *name);

#endif
