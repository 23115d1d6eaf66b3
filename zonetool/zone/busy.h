/* busy.h - who uses a directory tree: mounts below it, and processes that have something of it. */
#ifndef ZONE_BUSY_H
#define ZONE_BUSY_H

#include "util/messages.h"

/*
 * Describe what keeps a zonepath from being moved or removed: each mount on a directory below it,
 * or on it, in any mount namespace of this host,
 * but for a dataset of ZFS on it; each process whose working directory, root,
 * program or open file lies in it. path is normalised. Returns 0, or -EBUSY, described, or another
 * negative errno, described: -ELOOP: the path leads through a symbolic link, where /proc would tell
 * of other names.
 */
int busy_check(const char *path, struct messages *messages);

/* The same of what stays where it is, so that a mount on it is no reason. */
int busy_check_inside(const char *path, struct messages *messages);

/*
 * The same of mounts below it only: for a tree that is only read, as others may do at the same
 * time.
 */
int busy_check_mounts(const char *path, struct messages *messages);

#endif
