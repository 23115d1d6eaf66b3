/* console_client.h - zlogin -C: a zone's console on the user's terminal. */
#ifndef RUNTIME_CONSOLE_CLIENT_H
#define RUNTIME_CONSOLE_CLIENT_H

#include "util/messages.h"

#include <stdbool.h>

struct console_client {
	const char *name; /* of the zone */
	bool read_only;   /* beside somebody else, who has it */
	int escape;       /* character for leaving, or ESCAPE_NONE */
	bool quiet;       /* do not tell when it begins and ends */
};

/*
 * Show the console, and pass on what is typed if standard input is a terminal or anything else,
 * until the user leaves, or the supervisor ends. Returns 0; 128 and the number of the signal that
 * ended it; or a negative errno, described: -EBUSY: somebody else has it.
 */
int console_client_run(const struct console_client *client, struct messages *messages);

#endif
