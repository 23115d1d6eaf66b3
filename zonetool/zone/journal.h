/*
 * journal.h - several files of one directory change together or not at all, whatever kills the
 * program or the machine in between: a redo log.
 *
 *   stage     each new text goes to a file of its own in DIRECTORY/.transaction, and to storage
 *   record    the list of what is to be done goes beside them, and to storage
 *   commit    renaming that list to "record": from here on the change has happened
 *   apply     staged files are renamed to where they belong, others removed; to storage
 *   forget    the record is removed
 *
 * A transaction that died before its commit leaves staged files, which the next one removes; one
 * that died later leaves the record, and the next one applies it again. All of that may be repeated
 * from any point.
 */
#ifndef ZONE_JOURNAL_H
#define ZONE_JOURNAL_H

#include "util/messages.h"

#include <stdbool.h>
#include <stddef.h>

enum {
	JOURNAL_STEPS_MAX = 8, /* in one transaction */
};

struct journal_step {
	const char *name; /* in the directory: letters, digits, "_", "-", ".", no "." in front */
	const char *text; /* its new contents; NULL: remove it */
	size_t len;
};

/*
 * Carry out all steps, in their order; each is about another file. dir_fd is the directory, path
 * its path for messages. Only one process may do this at a time: the caller holds the registry's
 * lock and has called journal_recover() since. Returns 0, or a negative errno, described. On
 * failure before the commit nothing has changed; a failure later says so, and the next
 * journal_recover() goes on.
 */
int journal_commit(int dir_fd, const char *path, const struct journal_step *steps, size_t count,
	struct messages *messages);

/*
 * Whether somebody's transaction is under way, or was left behind: cheap. Users who may not look
 * are told that there is none, as they could do nothing about it.
 */
bool journal_pending(int dir_fd);

/*
 * Finish or undo what a dead process left behind. The caller holds the registry's lock. Returns 0
 * or a negative errno, described.
 */
int journal_recover(int dir_fd, const char *path, struct messages *messages);

#endif
