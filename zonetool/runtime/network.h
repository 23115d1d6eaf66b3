/* network.h - a zone's network: addresses on the host's interfaces, or interfaces of its own. */
#ifndef RUNTIME_NETWORK_H
#define RUNTIME_NETWORK_H

#include "runtime/runtime.h"

/*
 * Put the addresses of a zone that shares the host's network on their interfaces, with the routes
 * of their defrouters; each is in *live before it is made, which the caller stores. One that is
 * there already is an error: somebody else has it. Returns 0 or a negative errno, described.
 */
int network_add(const struct zone *zone, struct live *live, struct messages *messages);

/* Store *live after network_plan(), before network_add(): which addresses there will be. */
void network_plan(const struct zone *zone, struct live *live);

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
