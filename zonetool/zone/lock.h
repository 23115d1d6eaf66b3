/*
 * lock.h - one command at a time: locks on files in /run/zones. They are the kernel's (flock(2)),
 * so they are gone when their holder is, however it ended. The file stays and says who holds it.
 */
#ifndef ZONE_LOCK_H
#define ZONE_LOCK_H

#include "util/messages.h"

enum lock_mode {
	LOCK_SHARED, /* others may hold it shared, too: the source of a clone */
	LOCK_EXCLUSIVE,
};

enum {
	LOCK_WAIT_MS = 5000, /* how long a command waits for another one */
};

/*
 * Take the lock of the file name in the directory run_fd, waiting up to wait_ms milliseconds. Once
 * it has to wait it says for whom. purpose is what is locked, to complete "... is in use by":
 * "zone web"; command is what others are told we are, such as "zonecfg -z web". Returns an fd that
 * holds the lock until it is closed, or a negative errno, described: -EBUSY: somebody else holds it
 * still (described, unless wait_ms is 0).
 */
int lock_take(int run_fd, const char *name, enum lock_mode mode, int wait_ms, const char *purpose,
	const char *command, struct messages *messages);

#endif
