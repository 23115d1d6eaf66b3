/*
 * launcher.h - the child of zoneadmd that makes a zone's platform, waits to be told to boot, and
 * becomes the engine. If zoneadmd ends before that, so does it, and the platform with it.
 */
#ifndef RUNTIME_LAUNCHER_H
#define RUNTIME_LAUNCHER_H

#include "runtime/runtime.h"

struct launcher {
	pid_t pid;
	int pidfd;
	int channel; /* to poll(2), then launcher_receive(); -1 after its end */
};

/* What it is started with. */
struct launcher_job {
	const struct runtime_ops *ops;
	const struct runtime_zone *zone;
	const char *cgroup;        /* to join when the platform is there; NULL: none */
	int console_fd;            /* the console's master: its other side becomes 0, 1 and 2 */
	int keep_console_fd;       /* the number the master has in the engine, 3 or more */
	const char *notify_socket; /* path for NOTIFY_SOCKET */
};

/* Returns 0 and *ret_launcher, or a negative errno, described. */
int launcher_start(
	const struct launcher_job *job, struct launcher *ret_launcher, struct messages *messages);

enum launcher_event {
	LAUNCHER_MESSAGE, /* it has said something, which was passed on */
	LAUNCHER_READY,   /* the platform is there: launcher_boot() */
	LAUNCHER_STARTED, /* it has become the engine, or has ended: pidfd tells; channel is -1 */
};
/* Read one packet from the channel: waits, unless poll(2) says that there is something. */
enum launcher_event launcher_receive(struct launcher *launcher, struct messages *messages);

/* Tell it to boot the zone. Returns 0 or a negative errno, described. */
int launcher_boot(
	struct launcher *launcher, const struct runtime_boot *boot, struct messages *messages);

/* Close the fds; what has not become an engine ends. */
void launcher_close(struct launcher *launcher);

#endif
