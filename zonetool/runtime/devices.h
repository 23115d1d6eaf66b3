/*
 * devices.h - which devices a zone's processes may open or make: a program of BPF on its control
 * group (cgroup2), so that it holds whatever root in the zone mounts or makes.
 */
#ifndef RUNTIME_DEVICES_H
#define RUNTIME_DEVICES_H

#include "runtime/runtime.h"

/*
 * Restrict the processes of the control group, an opened directory of cgroup2, to the devices that
 * every system has (null, zero, full, random, urandom, tty, pts, ptmx), and those that the zone's
 * device resources match on this host. The console is not among them: that of a zone is a pts, and
 * /dev/console is the host's. What is restricted already is restricted further. Returns 0 or a
 * negative errno, not described: -EPERM, -EINVAL, -ENOSYS: this kernel has no such policies.
 */
int devices_restrict(const struct zone *zone, int cgroup_fd);

/*
 * The same with the controller "devices" of version 1: group_fd is an opened group of it, without
 * groups below. Returns 0 or a negative errno, not described.
 */
int devices_restrict_v1(const struct zone *zone, int group_fd);

/*
 * The paths of the devices on this host that the zone's resources match, ending with NULL, and
 * sorted; the caller's, paths and array. A resource that matches nothing is a warning.
 */
char **devices_match(const struct zone *zone, struct messages *messages);

#endif
