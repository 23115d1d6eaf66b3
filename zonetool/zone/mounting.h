/* mounting.h - the file systems of a zone that are on devices, or in memory: as mount(8) mounts. */
#ifndef ZONE_MOUNTING_H
#define ZONE_MOUNTING_H

#include "util/messages.h"
#include "zone/zone.h"

/*
 * Mount the fs, which is not of type lofs, with its options on the opened directory; the caller has
 * a mount namespace of its own. Returns 0 or a negative errno, described.
 */
int mounting_mount(const struct resource *fs, int place_fd, struct messages *messages);

#endif
