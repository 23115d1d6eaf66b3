/*
 * inventory.h - what is installed in a zone, beside what was when it was detached, and beside this
 * host. A zone is whole or sparse: only what a sparse one inherits must be the host's.
 */
#ifndef CMD_INVENTORY_H
#define CMD_INVENTORY_H

#include "install/dpkg.h"
#include "zone/manifest.h"

/* Add the packages of a database that have this standing to a manifest, which is sorted then. */
void inventory_add(struct manifest *manifest, const struct dpkg_database *database,
	enum dpkg_standing standing);

/* Warn of what differs between a manifest and what is in the zone's root, at path, now. */
void inventory_warn_changed(const struct manifest *before, const struct manifest *now,
	const char *path, struct messages *messages);

/* What is to fit this host. */
struct inventory {
	const char *name;                /* of the zone, or of the manifest */
	const struct manifest *manifest; /* its configuration, and its packages now */
	int root_fd;                     /* its root; negative: it is not here */
	const struct dpkg_database *own; /* what is in the root */
	struct messages *messages;
};

/* Whether the zone inherits directories of its host. */
bool inventory_is_sparse(const struct zone *zone);

/* What the zone's package database says of directories it inherits, and this host's does not. */
struct inventory_difference {
	char *name;    /* "NAME:ARCHITECTURE" */
	char *version; /* that of the zone */
	char *here;    /* that of this host, or NULL */
};
struct inventory_differences {
	struct inventory_difference *rows;
	size_t count;
};
void inventory_differences_free(struct inventory_differences *differences);
#define AUTO_DIFFERENCES                                                                           \
	__attribute__((cleanup(inventory_differences_free))) struct inventory_differences

/*
 * Find them, having checked that the zone's programs can run here. Returns 0 and *ret_differences,
 * which inventory_differences_free() frees, or -EINVAL or another negative errno, described.
 */
int inventory_compare_host(
	const struct inventory *inventory, struct inventory_differences *ret_differences);

/*
 * Check that the zone fits this host: that its programs can run here, and that this host has what
 * the zone's package database says of directories it inherits. Returns 0, or -EINVAL or another
 * negative errno, described.
 */
int inventory_check_host(const struct inventory *inventory);

#endif
