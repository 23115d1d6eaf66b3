/* tree.h - copying and removing trees with libcopyengine: the only place that does. */
#ifndef UTIL_TREE_H
#define UTIL_TREE_H

#include "util/messages.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a copy is compared with its source for, when it is made. */
enum tree_compare {
	TREE_COMPARE_NOTHING,
	TREE_COMPARE_STRUCTURE, /* names, kinds, sizes and everything but the bytes of files */
	TREE_COMPARE_CONTENTS,  /* those, too, read from storage */
};

/* How a tree is copied or removed, and who is told. */
struct tree_job {
	struct messages *messages;
	/* Called a few times a second, from any thread; or NULL. */
	void (*progress)(void *user, uint64_t objects, uint64_t bytes);
	void *user; /* for progress */
	/* For copies. */
	bool sync; /* bring it to storage */
	enum tree_compare compare;
	bool lossy; /* what the new place cannot hold is a warning; of times it always is */
	const char *const *excludes; /* patterns, see treecp(1) */
	size_t exclude_count;
	/*
	 * For removals, or NULL: told of each subvolume that is met, which stays with the
	 * directories it is in; else that is an error. From any thread, one call at a time.
	 */
	void (*on_subvolume)(void *user, const char *path);
	void *subvolume_user; /* for on_subvolume */
	int names_fd; /* not 0: copy only what is named there, by NUL-terminated names below the
			 source, and the directories on the way */
};

/* What lies below a directory. */
struct tree_size {
	uint64_t objects;
	uint64_t bytes; /* of storage; of a file with several names once */
};

/*
 * Copy all below "from", a directory, into "to", which exists, keeping everything; not what is
 * mounted below "from", unless it is named in a list. Returns 0, or a negative errno, described:
 * also when something was lost or differs. What was copied so far stays.
 */
int tree_copy(const char *from, const char *to, const struct tree_job *job);

/* Count what is below a directory. Returns 0 or a negative errno, described. */
int tree_measure(const char *path, struct tree_size *ret_size, struct messages *messages);

/*
 * Remove a directory with all that is in it, on its file system only; a mount point is emptied.
 * What is missing is no error. Returns 0 or a negative errno, described; what can be removed is.
 */
int tree_remove(const char *path, const struct tree_job *job);

#endif
