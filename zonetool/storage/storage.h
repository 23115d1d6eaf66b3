/*
 * storage.h - how zonepaths are made, copied and removed on a kind of storage. A backend is a const
 * table of functions; the first in storage_list that suits a place is used there.
 */
#ifndef STORAGE_STORAGE_H
#define STORAGE_STORAGE_H

#include "util/messages.h"

#include <stdbool.h>
#include <stdint.h>

/* What a copy or removal is told, and tells. */
struct storage_job {
	struct messages *messages;
	bool verify; /* compare contents, too, after a copy */
	/* Called a few times a second, from any thread; or NULL. */
	void (*progress)(void *user, uint64_t objects, uint64_t bytes);
	void *user; /* for progress */
};

/* What lies below a directory. */
struct storage_size {
	uint64_t objects, bytes;
};

struct storage_ops {
	const char *name;
	/* Whether a zonepath that is to be made at path would be this backend's. */
	bool (*probe)(const char *path);
	/*
	 * Make an empty zonepath, root's and mode 0700, whose parent exists; -EEXIST, not
	 * described, if there is one. Everything else that fails is described.
	 */
	int (*create)(const char *path, struct messages *messages);
	/*
	 * Make "to" the same as "from" without copying; 1: it cannot, they are to be copied. "to"
	 * does not exist. NULL: it never can.
	 */
	int (*clone)(const char *from, const char *to, struct messages *messages);
	/* Remove a zonepath with all that is in it. What is missing is no error. */
	int (*destroy)(const char *path, const struct storage_job *job);
};

/* Any file system: a zonepath is a directory. */
extern const struct storage_ops storage_directory;

/* The backend for a zonepath to be made at path, or of the one that is there. */
const struct storage_ops *storage_probe(const char *path);

/*
 * Copy all below "from", a directory, into "to", which create() has made, keeping everything, and
 * bring it to storage; then compare. Returns 0, or a negative errno, described: also when something
 * was lost or differs. What was copied so far stays.
 */
int tree_copy(const char *from, const char *to, const struct storage_job *job);

/* Count what is below a directory. Returns 0 or a negative errno, described. */
int tree_size(const char *path, struct storage_size *ret_size, struct messages *messages);

/*
 * Remove a directory with all that is in it, on its file system only. Returns 0 or a negative
 * errno, described; what can be removed is.
 */
int tree_remove(const char *path, const struct storage_job *job);

#endif
