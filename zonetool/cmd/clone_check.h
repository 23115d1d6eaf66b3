/* clone_check.h - whether a zone can be a clone of another, as both are configured. */
#ifndef CMD_CLONE_CHECK_H
#define CMD_CLONE_CHECK_H

#include "util/messages.h"
#include "zone/zone.h"

/*
 * Compare two configurations. What would make the clone wrong is an error: another brand, other
 * inherited directories. What both would use at once is a warning, in the words that zone
 * administrators know. Returns 0 or -EINVAL.
 */
int clone_check(const struct zone *source, const struct zone *clone, struct messages *messages,
	struct messages *warnings);

/* A configuration, and what messages call it, such as "zone web". */
struct clone_side {
	const struct zone *zone;
	const char *name;
};

/*
 * Whether both inherit the same directories, as they must for the files of one to be those of the
 * other. All others are errors that end with the advice. Returns 0 or -EINVAL.
 */
int clone_check_inherited(struct clone_side one, struct clone_side other, const char *advice,
	struct messages *messages);

#endif
