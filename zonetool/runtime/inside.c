/* inside.c - a program in a zone's root: in a container of systemd-nspawn(1). */
#include "runtime/inside.h"

#include "base/fd.h"
#include "runtime/cgroup.h"
#include "runtime/engine.h"
#include "runtime/runtime.h"
#include "util/alloc.h"
#include "util/run.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/*
 * What root may do in a container, but what scripts of packages have no use for: with devices, the
 * network, the machine's clock, limits and audit, mounts, other processes.
 */
#define DROPPED                                                                                    \
	"CAP_AUDIT_CONTROL,CAP_IPC_OWNER,CAP_LEASE,CAP_LINUX_IMMUTABLE,CAP_MKNOD,CAP_NET_ADMIN,"   \
	"CAP_NET_BIND_SERVICE,CAP_NET_BROADCAST,CAP_NET_RAW,CAP_SYS_ADMIN,CAP_SYS_BOOT,"           \
	"CAP_SYS_NICE,CAP_SYS_PTRACE,CAP_SYS_RESOURCE,CAP_SYS_TTY_CONFIG"

static const char *const options[] = {
	ENGINE,
	"--quiet",
	"--register=no", /* it is no machine of machinectl(1) */
	"--keep-unit",
	"--private-network", /* with a loopback interface and nothing else */
	"--as-pid2",
	"--console=pipe",
	"--resolv-conf=off", /* these three would change files in the root */
	"--timezone=off",
	"--link-journal=no",
	"--settings=no", /* nor does a file beside the root say otherwise */
	"--drop-capability=" DROPPED,
	NULL,
};

/*
 * What the zone has from the host, to be read: scripts of packages are for the zone's own files.
 * File systems on devices are mounted below its root already.
 */
static void add_shared(struct line *line, const struct resource *resource)
{
	const char *dir = resource->type->id == RES_INHERIT_PKG_DIR
		? resource_get(resource, INHERIT_DIR)
		: NULL;
	if (dir)
		line_bind(line, "--bind-ro", dir, dir);
	else if (resource->type->id == RES_FS
		&& strcmp(resource_get(resource, FS_TYPE), "lofs") == 0)
		line_bind(line, "--bind-ro", resource_get(resource, FS_SPECIAL),
			resource_get(resource, FS_DIR));
}

static void make_line(struct line *line, const struct inside *inside, const char *const *argv)
{
	line_add(line, options);
	/* Nothing else that runs has this name, whatever the zone is called. */
	line_take(line, xasprintf("--machine=zoneadm-%d", (int)getpid()));
	AUTO_FREE char *hostname = runtime_hostname(zone_get(inside->zone, ZONE_NAME));
	line_take(line, xasprintf("--hostname=%s", hostname));
	line_take(line, xasprintf("--directory=%s", inside->root));
	for (size_t i = 0; i < inside->zone->count; i++)
		add_shared(line, inside->zone->resources[i]);
	line_take(line, xstrdup("--"));
	line_add(line, argv);
	line_take(line, NULL);
}

int inside_check(struct messages *messages)
{
	return engine_check("packages are configured in a container of it", messages);
}

int inside_run(const struct inside *inside, const char *const *argv)
{
	AUTO_LINE line = { 0 };
	make_line(&line, inside, argv);
	/* fsync(2) does nothing inside: who has the root filled brings it to storage as a whole. */
	static const char *const env[] = { "SYSTEMD_SUPPRESS_SYNC=1", NULL };
	struct run run = { .argv = (const char *const *)line.words,
		.env = env,
		.log_fd = inside->log_fd,
		.die_with_us = true };
	/* Where control groups cannot be made, it may be that they are not needed either. */
	struct messages quiet = messages_quiet();
	AUTO_FREE char *group = NULL;
	(void)cgroup_make_inside(zone_get(inside->zone, ZONE_NAME), &group, run.group_fds, &quiet);
	int status = run_program(&run, NULL);
	for (int i = 0; group && i < 2; i++)
		fd_close(run.group_fds[i]);
	if (group)
		(void)cgroup_remove(group, inside->messages);
	if (status < 0)
		return message_error(
			inside->messages, status, "cannot run " ENGINE ": %s", strerror(-status));
	if (status == RUN_NOT_FOUND)
		return inside_check(inside->messages) < 0 ? -ENOENT : status;
	return status;
}
