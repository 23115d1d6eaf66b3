/*
 * verify.h - everything zoneadm verify checks: the configuration against itself, against the other
 * zones, and against this machine. Nothing is made or changed.
 */
#ifndef ZONE_VERIFY_H
#define ZONE_VERIFY_H

#include "zone/registry.h"

/*
 * Check a stored zone. entry is its line in the index; index has all zones. All problems are
 * described, warnings too. Returns 0, or -EINVAL if there was an error.
 */
int zone_verify(struct registry *registry, const struct index *index,
	const struct index_entry *entry, const struct registry_zone *zone,
	struct messages *messages);

#endif
