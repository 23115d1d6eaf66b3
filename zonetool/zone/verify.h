/*
 * verify.h - everything zoneadm verify checks: the configuration against itself, against the other
 * zones, and against this machine. Nothing is made or changed.
 */
#ifndef ZONE_VERIFY_H
#define ZONE_VERIFY_H

#include "zone/registry.h"

/*
 * Check a stored zone. entry is its line in the index, incomplete if the caller is about to install
 * it; index has all zones. All problems are described, warnings too. Returns 0, or -EINVAL if there
 * was an error.
 */
int zone_verify(struct registry *registry, const struct index *index,
	const struct index_entry *entry, const struct registry_zone *zone,
	struct messages *messages);

/*
 * Check whether a zone could live at a normalised absolute path: the rules for zonepaths, beside
 * all zones of the index except the one of this name ("": of none). Returns 0 or -EINVAL,
 * described.
 */
int zone_verify_place(
	const struct index *index, const char *path, const char *except, struct messages *messages);

/*
 * What a zonepath has in it that is not the zone's: a few names as text, the caller's; NULL:
 * nothing, or it cannot be read.
 */
char *zone_foreign_files(const char *zonepath);

#endif
