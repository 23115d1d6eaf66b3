/*
 * attach_update.h - zoneadm attach -u: the packages of a sparse zone, of which this host has files,
 * brought to the versions of this host before the zone is attached.
 */
#ifndef CMD_ATTACH_UPDATE_H
#define CMD_ATTACH_UPDATE_H

#include "cmd/inventory.h"
#include "cmd/work.h"

/* Whether an update was begun and not completed: 1, 0, or a negative errno, described. */
int attach_update_begun(const struct work *work, int zonepath_fd);
/* Forget about it: what is in the zone stays. Returns 0 or a negative errno, described. */
int attach_update_forget(const char *zonepath, struct messages *messages);

/*
 * Update what differs; or if show is true, only tell what would be done. argv is the command line.
 * Returns 0 or a negative errno, described.
 */
int attach_update(
	struct work *work, const struct inventory *inventory, bool begun, bool show, char **argv);

#endif
