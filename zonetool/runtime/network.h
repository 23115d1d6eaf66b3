/* network.h - a zone's network: addresses on the host's interfaces, or interfaces of its own. */
#ifndef RUNTIME_NETWORK_H
#define RUNTIME_NETWORK_H

#include "runtime/runtime.h"

/*
 * Add to *live the addresses that a zone which shares the host's network is to get: all but those
 * that somebody has already. The caller stores it before network_add(), so that whatever happens
 * then they are taken away again.
 */
void network_plan(const struct zone *zone, struct live *live);

/*
 * Put the addresses of the plan on their interfaces, with the routes of their defrouters. One that
 * the zone is to have and that is not in the plan is an error: the host has it, or a name has no
 * address. Returns 0 or a negative errno, described; some may be there then.
 */
int network_add(const struct zone *zone, const struct live *live, struct messages *messages);

/*
 * Take the addresses in live away; what is not there any more is no error. Returns 0 or a negative
 * errno, described; all are tried.
 */
int network_remove(const struct live *live, struct messages *messages);

/*
 * The options of systemd-nspawn(1) for the zone's network, ending with NULL; the caller's, words
 * and array.
 */
char **network_options(const struct zone *zone);

/*
 * What the first interface of an exclusive zone is called in it. The caller's. NULL: it has none,
 * or one whose name the engine makes up.
 */
char *network_primary(const struct zone *zone);

#endif
