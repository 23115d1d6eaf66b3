/*
 * inventory.h - what is installed in a zone, beside what was when it was detached, and beside this
 * host. A zone is whole or sparse: only what a sparse one inherits must be the host's.
 */
#ifndef CMD_INVENTORY_H
#define CMD_INVENTORY_H

#include "install/dpkg.h"
#include "zone/manifest.h"

/* Add all packages of a database to a manifest, which is sorted then. */
void inventory_add(struct manifest *manifest, const struct dpkg_database *database);

/* Warn of what differs between a manifest and what is in the zone's root, at path, now. */
void inventory_warn_changed(const struct manifest *before, const struct manifest *now,
	const char *path, struct messages *messages);

/* What is to fit this host. */
struct inventory {
	const char *name;                /* of the zone, or of the manifest */
	const struct manifest *manifest; /* its configuration, and its packages now */
	int root_fd;                     /* its root; negative: it is not here */
	const struct dpkg_database *own; /* what is installed in the root */
	struct messages *messages;
};

/*
 * Check that the zone fits this host: that its programs can run here, and that this host has what
 * the zone's package database says of directories it inherits. Returns 0, or -EINVAL or another
 * negative errno, described.
 */
int inventory_check_host(const struct inventory *inventory);

#endif
