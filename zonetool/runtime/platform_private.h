/* platform_private.h - what the parts of platform.h share. */
#ifndef RUNTIME_PLATFORM_PRIVATE_H
#define RUNTIME_PLATFORM_PRIVATE_H

#include "runtime/platform.h"

#include <stdint.h>

/* A platform that is being made. */
struct platform {
	const struct runtime_zone *zone;
	struct messages *messages;
	int root_fd;  /* PLACE/root, with what is mounted there so far; -1: nothing yet */
	int users_fd; /* a user namespace with the zone's ids; -1: it has those of the host */
};

/* ---- platform_tree.c: mounts that are nowhere yet ---- */

/* What a mount is to have. */
struct tree_options {
	uint64_t set, clear; /* MOUNT_ATTR_* */
	bool recursive;      /* with what is mounted below */
	bool unmapped;       /* ids stay the host's, also in a zone that has its own */
};

/*
 * A user namespace whose ids 0 to RUNTIME_SHIFT_RANGE - 1 are the host's from shift on. Returns an
 * fd or a negative errno, described.
 */
int tree_users(uint32_t shift, struct messages *messages);

/* The options of an fs of type lofs. */
struct tree_options tree_lofs_options(const struct resource *fs);

/*
 * What is seen at a path of the host, as a mount of its own, without devices whatever the options
 * are; later mounts of the host do not come into it. title is the resource's, for messages. Returns
 * an fd or a negative errno, described.
 */
int tree_clone(const struct platform *platform, const char *path,
	const struct tree_options *options, const char *title);

/*
 * Mount an fs that is of another type, after a check of its device if it names one; scratch is an
 * empty directory on the host. Returns an fd or a negative errno, described.
 */
int tree_mount(const struct platform *platform, const struct resource *fs, const char *scratch,
	const char *title);

/* ---- platform_place.c: where they are put ---- */

/*
 * Put a tree at a path of the zone, without a slash at its beginning; what is missing on the way is
 * made. Symbolic links are followed as the zone would follow them: never out of its root. Returns 0
 * or a negative errno, described.
 */
int place_attach(const struct platform *platform, int tree_fd, const char *path, const char *title);

/* ---- platform_devices.c ---- */

#define PLACE_DEVICES "dev" /* in PLACE: a directory for the zone's device nodes */

/*
 * Make nodes of the zone's devices, for it alone: what it does to them is not done to the host's.
 * Returns 0 or a negative errno, described.
 */
int platform_devices(const struct platform *platform);

#endif
