/*
 * cgroup_private.h - what the parts of cgroup.h share: hierarchies, and what can be done in them.
 */
#ifndef RUNTIME_CGROUP_PRIVATE_H
#define RUNTIME_CGROUP_PRIVATE_H

#include "runtime/cgroup.h"

/* A hierarchy of control groups that is mounted, from its root or that of a container. */
struct hierarchy {
	char *point;
	char *root;    /* what the names of groups begin with there: "", or "/.." of a namespace */
	char *options; /* of version 1: its controllers or its name, as mounted; NULL: cgroup2 */
};

/* Those of the host; the first is that of cgroup2. */
struct hierarchies {
	struct hierarchy *rows;
	size_t count;
};

/*
 * Find them. path is a group in cgroup2, the mount of which is wanted; NULL: any, and if there is
 * none one is made. Returns 0 or a negative errno, described; *ret_hierarchies must be freed in
 * every case.
 */
int hierarchies_find(
	const char *path, struct hierarchies *ret_hierarchies, struct messages *messages);
void hierarchies_free(struct hierarchies *hierarchies);
#define AUTO_HIERARCHIES __attribute__((cleanup(hierarchies_free))) struct hierarchies

/* The one of version 1 that has this controller; NULL: none. */
const struct hierarchy *hierarchies_find_v1(
	const struct hierarchies *hierarchies, const char *controller);
/* Whether a list has the controller; separators are commas, blanks and newlines. */
bool controllers_have(const char *list, const char *controller);

/*
 * The group of a process in a hierarchy, without "/" at its beginning; "" is the root. The
 * caller's; NULL: it has none, or none that is seen here.
 */
char *hierarchy_group_of(const struct hierarchy *hierarchy, pid_t pid);

/* Make a group and those above it. Returns 0 or a negative errno, not described. */
int group_make(const struct hierarchy *hierarchy, const char *group);
/* Have cgroup2 manage a controller for this group, as far as that is possible. */
void group_enable(const struct hierarchy *hierarchy, const char *group, const char *controller);
/* The same with all controllers that the group above has. */
void group_enable_all(const struct hierarchy *hierarchy, const char *group);

/* Write to a file of a group, a directory. Returns 0 or a negative errno, not described. */
int group_write(const char *directory, const char *file, const char *text);
/* What a file of a group has, the caller's; NULL: errno tells why. */
char *group_read(const char *directory, const char *file);

/*
 * Remove the groups below a group, deepest first, and itself if that is asked for. What is not
 * there is no error. Returns 0 or a negative errno, not described: -EBUSY: there are processes.
 */
int group_remove(const char *directory, bool itself);

/*
 * Choose the CPUs of a zone with dedicated-cpu for its group, among those that no other zone has
 * chosen. others is a pattern of glob(7) for the groups of other zones, besides "zones/NAME".
 * Returns 0, also with a warning if this host cannot do that, or a negative errno, described.
 */
int cgroup_dedicate(const struct hierarchies *hierarchies, const char *group, const char *others,
	const struct zone *zone, struct messages *messages);

/* Set the limits of the zone's group; one that cannot be is a warning. */
void cgroup_limit(const struct hierarchies *hierarchies, const char *group, const struct zone *zone,
	struct messages *messages);

/*
 * Make a group of the same name in a hierarchy of version 1, and one in it, CGROUP_PAYLOAD, for the
 * zone's processes: the zone, whose namespace begins below, cannot reach the group itself, which
 * has its limits, if any. Returns 0 or a negative errno, not described.
 */
int cgroup_make_v1(const struct hierarchy *hierarchy, const char *group);

#define CGROUP_PAYLOAD "payload" /* systemd-nspawn(1) calls it that, too, in cgroup2 */
#define CGROUP_ZONES "zones"     /* the group that has those of the zones, if systemd has not */

#endif
