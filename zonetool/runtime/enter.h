/* enter.h - becoming a process of a zone that runs: zlogin. */
#ifndef RUNTIME_ENTER_H
#define RUNTIME_ENTER_H

#include "util/messages.h"
#include "zone/live.h"
#include "zone/zone.h"

/*
 * runtime_ops.enter of runtimes with containers. Of fds but 0, 1 and 2 none stays open in a program
 * that is run later; until then the zone's root can take any of them, too, from processes that are
 * forked. The working directory is the zone's root, the umask 022, and the user the zone's root.
 * Returns 0 or a negative errno, described.
 */
int enter_zone(const struct live *live, const struct zone *zone, struct messages *messages);

#endif
