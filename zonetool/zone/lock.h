/*
 * lock.h - one command at a time: locks on files in /run/zones. They are the kernel's (flock(2)),
 * so they are gone when their holder is, however it ended. The file says who holds it, and stays
 * unless its holder removes it.
 */
#ifndef ZONE_LOCK_H
#define ZONE_LOCK_H

#include "util/messages.h"

enum lock_mode {
	LOCK_SHARED, /* others may hold it shared, too: the source of a clone */
	LOCK_EXCLUSIVE,
};

enum {
	LOCK_WAIT_MS = 5000,        /* how long a command waits for another one */
	LOCK_WAIT_LONG_MS = 120000, /* the same in the middle of something */
};

/* What is to be locked, and how. */
struct lock_request {
	int run_fd;           /* the directory of the lock's file */
	const char *run_path; /* its path, for messages */
	const char *name;     /* the file */
	enum lock_mode mode;
	int wait_ms;         /* how long to wait for somebody else; 0: not at all */
	const char *purpose; /* what is locked, to complete "... is in use by": "zone web" */
	const char *command; /* what others are told we are: "zonecfg -z web" */
};

/*
 * Take a lock. Once it has to wait it says for whom. Returns an fd that holds the lock until it is
 * closed, or a negative errno, described: -EBUSY: somebody else holds it still (described, unless
 * wait_ms is 0).
 */
int lock_take(const struct lock_request *request, struct messages *messages);

/*
 * Let go of a lock that is exclusive and that no other process has a copy of, and remove its file,
 * so that what is locked for a moment leaves nothing. Who has opened the file meanwhile finds that
 * it is not the one any more. Returns -1, as fd_close() does.
 */
int lock_remove(int run_fd, const char *name, int fd);

#endif
