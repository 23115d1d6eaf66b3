/*
 * launcher.h - the child of zoneadmd that makes a zone's platform, waits to be told to boot, and
 * has a child that becomes the engine. If zoneadmd ends before that, so does it, and the platform
 * with it. From then on it only waits for the engine, to leave word of how that has ended: only a
 * parent learns it, and zoneadmd may be another one by then.
 */
#ifndef RUNTIME_LAUNCHER_H
#define RUNTIME_LAUNCHER_H

#include "runtime/runtime.h"

struct launcher {
	pid_t pid; /* ends with the engine, and with its status */
	int pidfd;
	pid_t engine; /* its child, once there is one; 0: none is known */
	int channel;  /* to poll(2), then launcher_receive(); -1 after its end */
	bool told;    /* what went wrong was described */
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
	LAUNCHER_MESSAGE, /* it has said something, which was passed on or stored */
	LAUNCHER_READY,   /* the platform is there: launcher_boot() */
	LAUNCHER_STARTED, /* the engine runs, or it has ended: pidfd tells; channel is -1 */
};
/* Read one packet from the channel: waits, unless poll(2) says that there is something. */
enum launcher_event launcher_receive(struct launcher *launcher, struct messages *messages);

/* Tell it to boot the zone. Returns 0 or a negative errno, described. */
int launcher_boot(
	struct launcher *launcher, const struct runtime_boot *boot, struct messages *messages);

enum {
	LAUNCHER_STATUS_UNKNOWN = -1, /* nobody knows */
};
/*
 * How the engine has ended, for who is not the launcher's parent: its status, as process_wait()
 * gives it, which is written down in the place of the life; LAUNCHER_STATUS_UNKNOWN: it has not, or
 * the launcher was killed, too.
 */
int launcher_read_status(const char *place);

/* Close the fds; what has no engine yet ends. */
void launcher_close(struct launcher *launcher);

#endif
