/* object.c - one object of a tree, opened in the way its kind allows. */
#include "object.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>

/* Take an fd over and look at it. */
static int object_init(struct object *ret, int fd, bool path_only)
{
	if (fd < 0)
		return fd;
	struct object object = { .fd = fd, .path_only = path_only };
	int rc = sys_fstat(fd, &object.st);
	if (rc < 0)
		object_close(&object);
	else
		*ret = object;
	return rc;
}

int object_open_dir(struct object *ret, int dirfd, const char *name)
{
	return object_init(ret, sys_open_read(dirfd, name, O_DIRECTORY), false);
}

int object_open_path(struct object *ret, int dirfd, const char *name)
{
	return object_init(ret, sys_openat(dirfd, name, O_PATH | O_NOFOLLOW, 0), true);
}

static int open_file(struct object *ret, int dirfd, const char *name)
{
	return object_init(ret, sys_open_read(dirfd, name, 0), false);
}

/*
 * A name that turns out to be of another kind than expected was exchanged since the directory was
 * read: try again as what it is now. O_NONBLOCK makes opening a fifo by mistake harmless.
 */
int object_open(struct object *ret, int dirfd, const char *name, unsigned char type)
{
	bool as_file = type == DT_REG;
	for (int tries = 0; tries < 4; tries++) {
		struct object object = OBJECT_NONE;
		int rc = as_file ? open_file(&object, dirfd, name)
				 : object_open_path(&object, dirfd, name);
		if (as_file && (rc == -ELOOP || rc == -ENXIO || rc == -ENODEV)) {
			as_file = false;
			continue;
		}
		if (rc < 0)
			return rc;
		if (S_ISREG(object.st.stx_mode) == as_file) {
			*ret = object;
			return 0;
		}
		as_file = S_ISREG(object.st.stx_mode);
		object_close(&object);
	}
	return -ESTALE;
}
