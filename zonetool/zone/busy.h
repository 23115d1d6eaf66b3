/* busy.h - who uses a directory tree: mounts below it, and processes that have something of it. */
#ifndef ZONE_BUSY_H
#define ZONE_BUSY_H

#include "util/messages.h"

/*
 * Describe what keeps a zonepath from being moved or removed. In any mount namespace of this host,
 * these are the mounts on a directory below it, or on it, but for a dataset of ZFS on it, and those
 * of it or of a part of it elsewhere (bind mounts; before Linux 5.8 these are not known). And each
 * process whose working directory, root, program or open file lies in it; not one that only has a
 * file mapped: reading the maps of all processes takes longer than all else here.
 *
 * path is normalised. Returns 0, or -EBUSY, described, or another negative errno, described:
 * -ELOOP: the path leads through a symbolic link, where /proc would tell of other names.
 */
int busy_check(const char *path, struct messages *messages);

/* The same of what stays where it is, so that a mount on it is no reason. */
int busy_check_inside(const char *path, struct messages *messages);

/*
 * The same of a tree that is only read, as others may do at the same time: mounts below it, and
 * processes that run in it, in whatever mount namespace, or have a file of it open to write.
 */
int busy_check_source(const char *path, struct messages *messages);

#endif
