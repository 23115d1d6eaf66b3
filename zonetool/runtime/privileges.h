/*
 * privileges.h - what processes of a zone may have, whoever starts them: the engine's, which are
 * init and all that it starts, or zlogin.
 */
#ifndef RUNTIME_PRIVILEGES_H
#define RUNTIME_PRIVILEGES_H

#include "util/messages.h"
#include "zone/zone.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>

/* The capabilities of the zone, as bits: the default ones and the changes of its limitpriv. */
uint64_t privileges_set(const struct zone *zone);

/* Their names, with commas between them, as systemd-nspawn(1) takes them. The caller's. */
char *privileges_names(uint64_t set);

/*
 * Refuse this process and its children the system calls that reach the host past all namespaces,
 * such as kexec_load(2), open_by_handle_at(2) and init_module(2): with EPERM. One for which there
 * is a capability is not refused if set, the zone's, has that. Needs CAP_SYS_ADMIN; programs can
 * still have the set-user-ID bit. Returns 0 or a negative errno, described.
 */
int privileges_filter(uint64_t set, struct messages *messages);

/*
 * Give up all capabilities but those of set, for good, in this process and its children, which is
 * to have entered the zone. Returns 0 or a negative errno, described.
 */
int privileges_drop(uint64_t set, struct messages *messages);

/* A limit of each process. */
struct process_limit {
	int resource;     /* for setrlimit(2): RLIMIT_NOFILE */
	const char *name; /* the same for systemd-nspawn(1): "RLIMIT_NOFILE" */
	struct rlimit values;
};

/*
 * What a resource of the zone, if it is an rctl process.*, makes of the limits that this process
 * has. Returns false if it limits no processes, or is only noted (another action than deny).
 */
bool privileges_limit(const struct resource *rctl, struct process_limit *ret_limit);
/* Set all of these limits of the zone on this process. 0 or a negative errno, described. */
int privileges_limits(const struct zone *zone, struct messages *messages);

#endif
