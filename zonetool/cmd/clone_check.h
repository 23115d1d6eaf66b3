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

#endif
