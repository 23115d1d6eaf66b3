/*
 * life.h - what the subcommands share that begin a zone's life or end it: boot, ready, reboot,
 * shutdown, halt. They check what was asked for; the zone's supervisor does it (runtime/control.h).
 */
#ifndef CMD_LIFE_H
#define CMD_LIFE_H

#include "cmd/cmd.h"

#include "runtime/control.h"

/*
 * What follows the options that getopt(3) has read: nothing, or "--" and the words for the zone's
 * init, *ret_words; NULL: no "--", so those of its configuration. Returns NULL or what is wrong.
 */
const char *life_parse_words(int argc, char **argv, char ***ret_words);

/*
 * Whether root asks, and the zone's state allows the operation. Returns the enum zone_state or a
 * negative errno, described.
 */
int life_check(struct adm *adm, enum zone_operation operation);

/*
 * Have an installed zone booted or made ready: it is locked, verified, and its supervisor asked. If
 * it is what it is to become already, that is a note. Returns an exit status.
 */
int life_start(struct adm *adm, struct control_request *request, char **words);

/*
 * Ask for what boots a running zone again, CONTROL_REBOOT or CONTROL_SHUTDOWN, after verifying that
 * it can be booted. Returns an exit status.
 */
int life_restart(struct adm *adm, struct control_request *request, char **words);

/* Ask the supervisor of the zone. Returns an exit status. */
int life_ask(struct adm *adm, const struct control_request *request);

#endif
