/*
 * session.h - a program run in a zone that runs, on behalf of somebody on the host.
 *
 *   zlogin ──fork──> keeper: enters the zone, but not its PID namespace; reports how it ended
 *                      └─fork──> the program, in the zone
 *
 * Nothing of the host's goes along: no fd but pipes or a pseudoterminal that were made in the zone,
 * no variable but TERM, no keyring, no controlling terminal. What the zone's processes could get
 * hold of, by ptrace(2) or /proc, is what the program has anyway.
 */
#ifndef RUNTIME_SESSION_H
#define RUNTIME_SESSION_H

#include "runtime/runtime.h"

enum {
	SESSION_CANNOT = 125,       /* the program was not started, or is lost */
	SESSION_NOT_RUNNABLE = 126, /* it is there, but cannot be run */
	SESSION_NOT_FOUND = 127,
};

struct session {
	const char *name;              /* of the zone */
	const struct zone *zone;       /* its configuration */
	const struct live *live;       /* where it runs */
	const struct runtime_ops *ops; /* what it runs under */
	const char *user;              /* who the program runs as: a name in the zone */
	char **command; /* ends with NULL; without any words: a shell, that of the user */
	bool joined;    /* the words are a script for the user's shell */
	bool safe;      /* rely on nothing in the zone but /bin/sh and the command */
	bool no_input;  /* there is nothing on standard input */
	bool terminal;  /* on a pseudoterminal; standard input is a terminal */
	int escape;     /* character for leaving that, or ESCAPE_NONE */
	bool quiet;     /* do not tell when it begins and ends */
};

/*
 * Run it to its end, passing on its input, both outputs, and signals. Returns its status, as
 * process_wait() gives it; SESSION_CANNOT and the following: described here, or by the program
 * itself. A terminal that the user leaves ends with 0.
 */
int session_run(const struct session *session, struct messages *messages);

#endif
