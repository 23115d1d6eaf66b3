/*
 * platform.h - what a zone's init finds: its root and all that is mounted below, in a mount
 * namespace that goes with the process that made it. Nothing in the zone's files is trusted: mount
 * points are found without following links out of the root.
 */
#ifndef RUNTIME_PLATFORM_H
#define RUNTIME_PLATFORM_H

#include "runtime/runtime.h"

/*
 * In the launcher, whose child becomes the engine: leave the host's mount namespace (its later
 * mounts are still seen, ours never), and mount below PLACE/root the zone's root, without devices,
 * then what it inherits, read-only, its file systems with their options, and its datasets, outer
 * ones first; mount points that are missing are made; and in PLACE what the zone has besides: its
 * devices' nodes and the file of zone/here.h. With a user namespace, ids of what is the zone's own
 * are mapped (mount_setattr(2)); a file system that cannot is named. Returns 0 or a negative errno,
 * described.
 */
int platform_make(const struct runtime_zone *zone, struct messages *messages);

/* PLACE/root. The caller's. */
char *platform_root(const struct runtime_zone *zone);

/* The file that says which zone it is (zone/here.h), to be mounted in it. The caller's. */
char *platform_here(const struct runtime_zone *zone);

/*
 * The zone's own node of a device, to be mounted over its path. The caller's. NULL: there was no
 * such device when the platform was made.
 */
char *platform_device(const struct runtime_zone *zone, const char *path);

#endif
