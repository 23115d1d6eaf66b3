/*
 * mounts.h - what a zone has mounted below its root, while the root is filled: file systems on
 * devices are there, and get the files that belong in them. What is the host's, lofs and
 * inherit-pkg-dir, and what is empty whenever the zone boots, gets its mount point only.
 */
#ifndef INSTALL_MOUNTS_H
#define INSTALL_MOUNTS_H

#include "util/messages.h"
#include "zone/zone.h"

/*
 * Make the mount points in the empty root, and mount what is to be there; the caller has a mount
 * namespace of its own, with which everything goes in any case. Returns how many are mounted, or a
 * negative errno, described.
 */
int mounts_begin(const struct zone *zone, int root_fd, struct messages *messages);

/* Bring what is mounted to storage, and unmount it. Returns 0 or a negative errno, described. */
int mounts_end(const struct zone *zone, int root_fd, struct messages *messages);

#endif
