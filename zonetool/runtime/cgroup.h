/*
 * cgroup.h - the control groups of a zone. The one in cgroup2 is always there, if need be in a
 * mount of our own: all processes of the zone are in it, so that it proves whether there are any,
 * and they are all killed through it. Limits are set there; where the host has a controller in a
 * hierarchy of version 1 only, in the group of the same name there. The zone has one in each.
 */
#ifndef RUNTIME_CGROUP_H
#define RUNTIME_CGROUP_H

#include "runtime/runtime.h"
#include "util/process.h"

/*
 * Make the control group of a zone, with the limits of its configuration (capped-*, dedicated-cpu,
 * max-processes, cpu-shares, rctl zone.*) and its policy of devices (devices.h); or find it as it
 * is, if there are processes in it. A limit that this host cannot enforce is a warning that says
 * which and why; without a policy of devices only a zone with a user namespace is let live. Below
 * that of zone-groups.service, if systemd has started this program, elsewhere "zones/NAME" from the
 * root. Returns 0 and *ret_path, the directory in cgroup2, the caller's; or a negative errno,
 * described.
 */
int cgroup_make(const struct runtime_zone *zone, char **ret_path, struct messages *messages);

/*
 * Make way for the groups of zones below the group that systemd has delegated to this program, if
 * it has: this program moves into one of its own below. Returns 0 or a negative errno, described.
 */
int cgroup_hold(struct messages *messages);

/*
 * Enter the zone's groups, with what is forked later: those that init is in, or, if that is NULL,
 * that of path; empty groups that an earlier life has left below it are removed then. Returns 0 or
 * a negative errno, described.
 */
int cgroup_join(const char *path, const struct process *init, struct messages *messages);

/*
 * For a program in the root of a zone that does not run: a group in cgroup2, and one of the same
 * name in systemd's hierarchy of version 1, if there is one, as systemd-nspawn(1) leaves groups
 * below the one that it is in. Returns 0, *ret_path for cgroup_remove(), the caller's, and *ret_fds
 * to be closed: cgroup.procs of both, or -1; or a negative errno, described.
 */
int cgroup_make_inside(
	const char *zone, char **ret_path, int ret_fds[2], struct messages *messages);

/* Remove what such programs have left that were killed. */
void cgroup_forget_inside(const char *zone);

/*
 * Who has joined goes aside, into a group below path in cgroup2; or, if aside is false, comes back.
 * A group in which the engine makes others may have no processes of its own, and who only waits for
 * the engine stays. Returns 0 or a negative errno, described.
 */
int cgroup_step(const char *path, bool aside, struct messages *messages);

/*
 * An fd that poll(2)s POLLPRI whenever process_populated() changes, and until it was read from its
 * beginning again. Returns 0 and *ret_fd, or a negative errno, described.
 */
int cgroup_watch(const char *path, int *ret_fd, struct messages *messages);

/*
 * Kill all processes in it and below. They may end a moment later, or, if they hang in the kernel,
 * not: cgroup_watch() tells. Returns 0 or a negative errno, described.
 */
int cgroup_kill(const char *path, struct messages *messages);

/*
 * Have processes in it and below end that were killed, and are frozen by the freezer of version 1,
 * where no signal reaches them. It takes a while for each process.
 */
void cgroup_thaw(const char *path);

/*
 * Remove it, and those below, in all hierarchies; what is not there is no error. Returns 0 or a
 * negative errno, described: -EBUSY: there are processes.
 */
int cgroup_remove(const char *path, struct messages *messages);

#endif
