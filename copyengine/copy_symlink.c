/* copy_symlink.c - symbolic links: their text, owner, times and extended attributes. */
#include "copy.h"

#include <errno.h>
#include <limits.h>
#include <unistd.h>

static int make_symlink(struct worker *worker, int dirfd, const char *name, void *arg)
{
	(void)worker;
	return symlinkat(arg, dirfd, name) < 0 ? -errno : 0;
}

enum copy_result copy_symlink(struct worker *worker, const struct place *at,
	const struct object *src, struct copy_made *ret_made)
{
	char text[PATH_MAX];
	ssize_t len = readlinkat(src->fd, "", text, sizeof(text));
	if (len < 0 || len == (ssize_t)sizeof(text)) {
		report_error(worker, at, CE_OP_READ, len < 0 ? -errno : -ENAMETOOLONG);
		return COPY_FAILED;
	}
	text[len] = '\0';
	struct target target;
	return copy_node(worker, at, src, target_make(worker, at, src, make_symlink, text, &target),
		&target, ret_made);
}
