/*
 * root.h - files in the root of a zone that does not run, whose users may have made there what they
 * liked. Paths have no "/" at their beginning. They are resolved inside the root (openat2(2)):
 * links, absolute ones too, stay in it, and nothing that is mounted below it is entered. No device
 * or fifo is ever opened. What chattr(1) +i or +a forbids is done all the same, and the flags are
 * put back on what stays.
 *
 * Nothing is brought to storage: the caller syncs the file system when all is done.
 */
#ifndef UTIL_ROOT_H
#define UTIL_ROOT_H

#include "util/messages.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
	ROOT_TEXT_MAX = 64 << 20, /* bytes in a file that is edited */
	ROOT_ENTER = INT_MAX,     /* what a visit returns to have the directory walked, too */
};

/* What a row of a table removes. */
enum root_kind {
	ROOT_FILE,    /* all but directories */
	ROOT_NO_LINK, /* all but directories and symbolic links */
	ROOT_TREE,    /* all, and what is in directories; never through a link to the directory */
};

/* Files to remove. */
struct root_row {
	const char *directory, *pattern; /* fnmatch(3), of names in the directory */
	enum root_kind kind;
};

/* The result of two things that were both tried: the first error, or the greater value. */
static inline int root_both(int first, int second)
{
	if (first < 0 || second < 0)
		return first < 0 ? first : second;
	return first > second ? first : second;
}

/*
 * openat2(2), again if something was renamed or mounted on this machine meanwhile; resolve is of
 * RESOLVE_IN_ROOT and others. Returns an fd, closed when a program is run, or a negative errno.
 */
int root_openat2(int dir_fd, const char *path, int flags, unsigned mode, uint64_t resolve);

/* The path as it can stand in a message, where a newline would begin another: the caller's. */
char *root_shown(const char *path);

/* Whether there is such a name, be it a link that leads nowhere. 1, 0, or an errno, described. */
int root_exists(int root_fd, const char *path, struct messages *messages);

/*
 * Read the regular file that path leads to, of at most max bytes. *ret_text has a NUL behind it and
 * is the caller's. Returns 0, or a negative errno: -ENOENT is not described; -EINVAL: not a regular
 * file; -EFBIG: larger than max.
 */
int root_read(int root_fd, const char *path, size_t max, char **ret_text, size_t *ret_len,
	struct messages *messages);

/*
 * Give path this text, as a new regular file in the place of the old, in one step. It gets owner,
 * mode, extended attributes and flags of the regular file that path led to; if there was none, the
 * owner of the directory and mode 0444. A symbolic link is replaced, not followed. Returns 0 or a
 * negative errno, described.
 */
int root_replace(
	int root_fd, const char *path, const char *text, size_t len, struct messages *messages);

/*
 * Remove what the rows name, up to one without a directory. What is not there is no error; a
 * directory in the place of a file stays, with a warning. Returns 1, 0 if there was nothing, or a
 * negative errno, described; all are tried.
 */
int root_remove(int root_fd, const struct root_row *rows, struct messages *messages);

/* ---- walking ---- */

/* A name that a walk has met. */
struct root_name {
	int dir_fd;
	const char *name;
	const char *path; /* in the root */
	mode_t type;      /* S_IFMT */
	bool below;       /* not in the directory where the walk began, but in one in it */
};

struct root_walk {
	/*
	 * Returns a value that is not negative, or a negative errno, described; the walk goes on.
	 */
	int (*visit)(const struct root_walk *walk, const struct root_name *name);
	/* The same of a directory that was walked without errors; or NULL. */
	int (*leave)(const struct root_walk *walk, const struct root_name *name);
	const void *user; /* for visit */
	struct messages *messages;
};

/*
 * Visit each name in the directory, and in those for which visit returns ROOT_ENTER, however deep
 * they are. A path that is a symbolic link itself is not followed if own is true, with a warning.
 * Returns the greatest result, 0 if there is no such directory, or the first error, described.
 */
int root_walk(int root_fd, const char *path, bool own, const struct root_walk *walk);

/* Remove the name, which is no directory. Returns 1, or a negative errno, described. */
int root_unlink(const struct root_name *name, struct messages *messages);

/*
 * Empty the regular file in place. Returns 1, 0 if it was empty already or, with a warning, has
 * other names, which may be no logs; or a negative errno, described.
 */
int root_truncate(const struct root_name *name, struct messages *messages);

#endif
