/*
 * state.h - the states of a zone, and which operation is allowed in which.
 *
 *   configured --install, clone, attach--> incomplete --> installed --ready--> ready
 *       ^                                      |            |    ^               |
 *       +------------- uninstall, detach ------+------------+    |              boot
 *                                                                |               v
 *                          down <-- shutting_down <--------------+---halt-----running
 *
 * The first three are stored in the index; the others are the kernel's and go with it: live.h.
 */
#ifndef ZONE_STATE_H
#define ZONE_STATE_H

#include "util/messages.h"

#include <stdbool.h>

enum zone_state {
	STATE_CONFIGURED, /* there is a configuration, and nothing else */
	STATE_INCOMPLETE, /* install, clone or uninstall is under way, or died */
	STATE_INSTALLED,  /* the tree is complete, the zone is off */
	STATE_READY,      /* the virtual platform is up, no processes */
	STATE_RUNNING,
	STATE_SHUTTING_DOWN,
	STATE_DOWN,
	STATE_MOUNTED, /* its file systems are mounted for maintenance */
	STATE_COUNT,
};

/* "configured", ... */
const char *zone_state_name(enum zone_state state);
/* Whether it is one of those that are never stored: the zone lives. */
bool zone_state_is_live(enum zone_state state);
/* The stored state of this name, or -EINVAL. */
int zone_state_parse(const char *name);

enum zone_operation {
	OP_CONFIGURE,    /* change properties that are free in every state */
	OP_RELOCATE,     /* set zonepath, and what else is fixed once the zone is installed */
	OP_RENAME,       /* set zonename */
	OP_DELETE,       /* delete */
	OP_FORCE_DELETE, /* delete -F: the files stay */
	OP_OVERWRITE,    /* create over an existing zone */
	OP_VERIFY,
	OP_INSTALL,
	OP_CLONE,        /* install it as a clone */
	OP_CLONE_SOURCE, /* make a clone of it */
	OP_MOVE,
	OP_DETACH,
	OP_ATTACH,
	OP_UNINSTALL,
	OP_MARK,
	OP_RECOVER,
	OP_BOOT,
	OP_READY,
	OP_HALT, /* also of an installed zone: there is nothing to do */
	OP_SHUTDOWN,
	OP_REBOOT,
	OP_LOGIN,   /* run a program in it */
	OP_CONSOLE, /* look at its console, also before it boots */
	OP_COUNT,
};

/*
 * Whether a zone in this state allows an operation. Returns 0, or -EBUSY, described: name is the
 * zone's.
 */
int zone_state_allows(enum zone_state state, enum zone_operation operation, const char *name,
	struct messages *messages);

#endif
