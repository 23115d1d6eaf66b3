/*
 * supervisor.h - zoneadmd: what one zone does from its boot to its end. It may begin with a zone
 * that lives already, whose supervisor was killed.
 */
#ifndef RUNTIME_SUPERVISOR_H
#define RUNTIME_SUPERVISOR_H

#include "util/messages.h"

/* How it is run. */
struct supervisor_options {
	const char *zone;
	int idle_ms; /* it stays so long when it is of no use, as somebody may come */
	/* Called once, when connections are accepted. */
	void (*ready)(void *user);
	void *user;
};

/*
 * Supervise a zone until it does not live, and nobody is at its console or waits for an answer; or
 * until SIGTERM or SIGINT, upon which it is shut down, or halted if another one comes. messages are
 * for what nobody waits for. Returns 0, or a negative errno, described: -EBUSY: another supervisor
 * does that.
 */
int supervisor_run(const struct supervisor_options *options, struct messages *messages);

#endif
