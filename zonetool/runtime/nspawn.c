/* nspawn.c - zones under systemd-nspawn(1): from a configuration to its command line. */
#include "runtime/nspawn_private.h"

#include "identity/items.h"
#include "identity/sysidcfg.h"
#include "runtime/devices.h"
#include "runtime/enter.h"
#include "runtime/firstboot.h"
#include "runtime/network.h"
#include "runtime/platform.h"
#include "runtime/privileges.h"
#include "runtime/shield.h"
#include "util/alloc.h"
#include "util/interface.h"
#include "util/root.h"
#include "zone/here.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

/* All users there are, as they are: the first, and how many. */
#define SAME_USERS "0:4294967295"

/* Where the engine keeps what it does not always take away. */
#define ENGINE_LOCKS "/run/systemd/nspawn/locks"
#define ENGINE_PROPAGATE "/run/systemd/nspawn/propagate"

#define RESOLV_CONF "etc/resolv.conf"

static int check(struct messages *messages)
{
	return engine_check("zones boot in it", messages);
}

/* What the engine calls the zone: like nothing else that runs, whatever the zone's name is. */
static char *machine_name(const struct runtime_zone *zone)
{
	return xasprintf("zone-%u", zone->id);
}

/* ---- the platform ---- */

/* What zoneadm verify has seen may be gone, as when the zone reboots by itself. */
static int check_interface(const struct resource *net, struct messages *messages)
{
	const char *name = resource_get(net, NET_PHYSICAL);
	enum interface_kind kind = interface_find(name);
	AUTO_FREE char *title = resource_title(net);
	if (kind == INTERFACE_NONE)
		return message_error(
			messages, -ENODEV, "%s: this host has no interface %s", title, name);
	if (resource_is(net, NET_TYPE, "veth") && kind != INTERFACE_BRIDGE)
		return message_error(messages, -EINVAL,
			"%s: %s is no bridge, which type=veth connects the zone to", title, name);
	return 0;
}

/* The engine puts one cable into one bridge. */
static int check_network(const struct zone *zone, struct messages *messages)
{
	size_t cables = 0;
	int rc = 0;
	for (size_t i = 0; i < zone->count && !runtime_shares_network(zone); i++) {
		const struct resource *net = zone->resources[i];
		if (net->type->id != RES_NET)
			continue;
		int one = check_interface(net, messages);
		rc = rc < 0 ? rc : one;
		cables += resource_is(net, NET_TYPE, "veth");
	}
	if (rc < 0)
		return rc;
	if (cables <= 1)
		return 0;
	return message_error(messages, -ENOTSUP,
		"the zone has %zu nets with type=veth, and can have one: set type=macvlan in the "
		"others, with the interface behind the bridge",
		cables);
}

/*
 * The engine waits for udevd(8) to have seen an interface, and fails where there is none, unless
 * it finds /sys read-only. It is so in our mount namespace then; the zone gets another one.
 */
static int do_without_udev(struct messages *messages)
{
	struct mount_attr attributes = { .attr_set = MOUNT_ATTR_RDONLY };
	if (access("/run/udev/control", F_OK) == 0
		|| mount_setattr(AT_FDCWD, "/sys", 0, &attributes, sizeof(attributes)) == 0)
		return 0;
	return message_error(messages, -errno, "/sys: cannot be made read-only for the zone: %s",
		strerror(errno));
}

static int prepare(const struct runtime_zone *zone, struct messages *messages)
{
	int rc = check_network(zone->zone, messages);
	if (rc == 0)
		rc = platform_make(zone, messages);
	if (rc == 0)
		rc = do_without_udev(messages);
	if (rc == 0)
		rc = privileges_filter(privileges_set(zone->zone), messages);
	return rc;
}

/* ---- the command line ---- */

static const char *const options[] = {
	ENGINE,
	"--boot",
	"--quiet",
	"--register=no", /* it is no machine of machinectl(1), and in the control group we chose */
	"--keep-unit",
	"--settings=no", /* no file beside the root says otherwise */
	"--console=interactive",
	"--notify-ready=no", /* ready is when init has started */
	"--timezone=off",    /* these two would change files in the root */
	"--link-journal=no",
	NULL,
};

/* What it may have, and nothing that the engine gives besides. */
static void add_capabilities(struct line *line, const struct zone *zone)
{
	const uint64_t known = (UINT64_C(1) << (CAP_LAST_CAP + 1)) - 1;
	uint64_t set = privileges_set(zone);
	AUTO_FREE char *kept = privileges_names(set);
	AUTO_FREE char *dropped = privileges_names(~set & known);
	line_take(line, xasprintf("--capability=%s", kept));
	line_take(line, xasprintf("--drop-capability=%s", dropped));
}

/* "1024", or "infinity". The caller's. */
static char *format_limit(rlim_t number)
{
	return number == RLIM_INFINITY ? xstrdup("infinity")
				       : xasprintf("%llu", (unsigned long long)number);
}

/* The engine gives init limits of its own, whatever this process has: so it is told. */
static void add_limits(struct line *line, const struct zone *zone)
{
	for (size_t i = 0; i < zone->count; i++) {
		struct process_limit limit;
		if (!privileges_limit(zone->resources[i], &limit))
			continue;
		AUTO_FREE char *soft = format_limit(limit.values.rlim_cur);
		AUTO_FREE char *hard = format_limit(limit.values.rlim_max);
		line_take(line, xasprintf("--rlimit=%s=%s:%s", limit.name, soft, hard));
	}
}

static void add_devices(struct line *line, const struct runtime_zone *zone)
{
	/* What matches nothing was said when the platform was made. */
	struct messages quiet = messages_quiet();
	char **paths = devices_match(zone->zone, &quiet);
	for (char **path = paths; *path; path++) {
		AUTO_FREE char *node = platform_device(zone, *path);
		if (node)
			line_bind(line, "--bind", node, *path);
		free(*path);
	}
	free(paths);
}

static void add_identity(struct line *line, const struct runtime_zone *zone)
{
	AUTO_FREE char *machine = machine_name(zone);
	AUTO_FREE char *hostname = runtime_hostname(zone->name);
	AUTO_FREE char *root = platform_root(zone);
	AUTO_FREE char *here = platform_here(zone);
	const char *id = zone_get(zone->zone, ZONE_MACHINE_ID);
	line_take(line, xasprintf("--machine=%s", machine));
	line_take(line, xasprintf("--hostname=%s", hostname));
	line_take(line, xasprintf("--directory=%s", root));
	line_bind(line, "--bind-ro", here, HERE_FILE);
	if (id)
		line_take(line, xasprintf("--uuid=%s", id));
	/* The platform has mapped the files already. */
	if (zone->uid_shift)
		line_take(line,
			xasprintf("--private-users=%u:%d", zone->uid_shift, RUNTIME_SHIFT_RANGE));
	else if (runtime_locks_mounts(zone->zone))
		line_take(line, xstrdup("--private-users=" SAME_USERS));
	if (zone->uid_shift || runtime_locks_mounts(zone->zone))
		line_take(line, xstrdup("--private-users-ownership=off"));
}

void nspawn_line(const struct runtime_zone *zone, const struct runtime_boot *boot,
	const char *const *more, struct line *line)
{
	line_add(line, options);
	add_identity(line, zone);
	add_capabilities(line, zone->zone);
	add_limits(line, zone->zone);
	add_devices(line, zone);
	char **network = network_options(zone->zone);
	for (char **word = network; *word; word++)
		line_take(line, *word);
	free(network);
	line_add(line, more);
	line_take(line, xstrdup("--"));
	if (boot->single_user)
		line_take(line, xstrdup("single"));
	if (boot->arguments)
		line_add(line, (const char *const *)boot->arguments);
	line_take(line, NULL);
}

/* ---- files of the zone's ---- */

/* Make the zone's machine-id what its configuration says. */
static int set_machine_id(const struct runtime_zone *zone, int root_fd, struct messages *messages)
{
	const char *id = zone_get(zone->zone, ZONE_MACHINE_ID);
	AUTO_FREE char *text = id ? xasprintf("%s\n", id) : NULL;
	AUTO_FREE char *has = NULL;
	size_t len;
	struct messages quiet = messages_quiet();
	int rc = root_read(root_fd, MACHINE_ID, MACHINE_ID_TEXT_MAX, &has, &len, &quiet);
	/* The engine reads it, too, and would wait for somebody at the other end of a fifo. */
	if (rc == -EINVAL)
		return message_error(messages, rc,
			"/" MACHINE_ID " of the zone is no regular file: remove it, and the zone "
			"makes itself one");
	if (!id || (rc == 0 && strcmp(has, text) == 0))
		return 0;
	return root_replace(root_fd, MACHINE_ID, text, strlen(text), messages);
}

/*
 * Whether the zone is to see the host's name servers, in a mount over its file, which stays as it
 * is: if it uses the host's network and says nothing of its own.
 */
static int wants_host_names(const struct runtime_zone *zone, int root_fd, struct messages *messages)
{
	AUTO_FREE char *text = NULL;
	size_t len = 0;
	struct messages quiet = messages_quiet();
	if (!runtime_shares_network(zone->zone) || access("/" RESOLV_CONF, R_OK) < 0)
		return 0;
	int exists = root_exists(root_fd, RESOLV_CONF, messages);
	if (exists <= 0)
		return exists < 0 ? exists : 1;
	/* A link, which leads to what a service of the zone's writes, is an answer, too. */
	int rc = root_read(root_fd, RESOLV_CONF, ROOT_TEXT_MAX, &text, &len, &quiet);
	return rc == 0 && len == 0;
}

/* Before init reads them. Not where the platform has mounted them, perhaps with other ids. */
static int prepare_files(const struct runtime_zone *zone, const struct runtime_boot *boot,
	struct line *more, struct messages *messages)
{
	AUTO_FREE char *path = xasprintf("%s/root", zone->zonepath);
	AUTO_FREE char *primary = network_primary(zone->zone);
	const struct sysidcfg_zone answers = { .primary = primary,
		.own_interfaces = strcmp(zone_get(zone->zone, ZONE_IP_TYPE), "exclusive") == 0 };
	AUTO_FD root_fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (root_fd < 0)
		return message_error(messages, -errno, "%s: %s", path, strerror(errno));
	int rc = sysidcfg_boot(root_fd, boot->sysidcfg, &answers, messages);
	if (rc >= 0)
		rc = set_machine_id(zone, root_fd, messages);
	int host_names = rc < 0 ? rc : wants_host_names(zone, root_fd, messages);
	if (host_names < 0)
		return host_names;
	line_take(more, xasprintf("--resolv-conf=%s", host_names ? "bind-host" : "off"));
	rc = firstboot_options(zone, root_fd, more, messages);
	line_take(more, NULL);
	return rc;
}

/* Whether a path of the zone's leads to something, or to what the engine will complain about. */
static bool leads_somewhere(int root_fd, const char *path)
{
	AUTO_FD fd = root_openat2(root_fd, path, O_PATH, 0, RESOLVE_IN_ROOT);
	return fd != -ENOENT;
}

/* What the engine looks for in what it takes for a system that can boot. */
static int check_system(const struct runtime_zone *zone, struct messages *messages)
{
	AUTO_FREE char *path = platform_root(zone);
	AUTO_FD root_fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (root_fd < 0)
		return message_error(messages, -errno, "%s: %s", path, strerror(errno));
	if (!leads_somewhere(root_fd, "etc/os-release")
		&& !leads_somewhere(root_fd, "usr/lib/os-release"))
		return message_error(messages, -ENOENT,
			"the zone's root is no system: it has no /usr/lib/os-release and no "
			"/etc/os-release");
	if (!leads_somewhere(root_fd, "usr/lib/systemd/systemd")
		&& !leads_somewhere(root_fd, "lib/systemd/systemd")
		&& !leads_somewhere(root_fd, "sbin/init"))
		return message_error(messages, -ENOENT,
			"the zone has no init: neither /usr/lib/systemd/systemd nor /sbin/init");
	return 0;
}

/* ---- the engine ---- */

static int start(
	const struct runtime_zone *zone, const struct runtime_boot *boot, struct messages *messages)
{
	AUTO_LINE line = { 0 };
	AUTO_LINE more = { 0 };
	AUTO_FREE char *socket = NULL;
	int rc = check_system(zone, messages);
	if (rc == 0)
		rc = prepare_files(zone, boot, &more, messages);
	if (rc == 0)
		rc = shield_system(messages);
	if (rc < 0)
		return rc;
	nspawn_line(zone, boot, (const char *const *)more.words, &line);
	if (getenv("NOTIFY_SOCKET"))
		socket = xstrdup(getenv("NOTIFY_SOCKET"));
	/* TERM is what init takes the console for: what every terminal understands. */
	if (clearenv() != 0 || setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1) < 0
		|| setenv("LC_ALL", "C", 1) < 0 || setenv("TERM", "vt220", 1) < 0
		|| (socket && setenv("NOTIFY_SOCKET", socket, 1) < 0))
		alloc_failed();
	execvp(line.words[0], line.words);
	return message_error(messages, -errno, "cannot run " ENGINE ": %s", strerror(errno));
}

/* ---- afterwards ---- */

/* Remove the lock that the engine holds on the root's inode, unless another has it now. */
static int remove_lock(const struct runtime_zone *zone, struct messages *messages)
{
	AUTO_FREE char *root = xasprintf("%s/root", zone->zonepath);
	struct stat st;
	if (lstat(root, &st) < 0)
		return errno == ENOENT
			? 0
			: message_error(messages, -errno, "%s: %s", root, strerror(errno));
	AUTO_FREE char *path = xasprintf(
		ENGINE_LOCKS "/inode-%lu:%lu", (unsigned long)st.st_dev, (unsigned long)st.st_ino);
	AUTO_FD fd = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	if (fd < 0)
		return errno == ENOENT
			? 0
			: message_error(messages, -errno, "%s: %s", path, strerror(errno));
	if (fcntl(fd, F_OFD_SETLK, &lock) < 0)
		return errno == EAGAIN || errno == EACCES
			? 0
			: message_error(messages, -errno, "%s: %s", path, strerror(errno));
	return unlink(path) < 0 && errno != ENOENT
		? message_error(messages, -errno, "cannot remove %s: %s", path, strerror(errno))
		: 0;
}

static int forget(const struct runtime_zone *zone, struct messages *messages)
{
	AUTO_FREE char *machine = machine_name(zone);
	AUTO_FREE char *path = xasprintf(ENGINE_PROPAGATE "/%s", machine);
	int rc = remove_lock(zone, messages);
	if (rmdir(path) < 0 && errno != ENOENT)
		rc = message_error(messages, -errno, "cannot remove %s: %s", path, strerror(errno));
	return rc;
}

const struct runtime_ops runtime_nspawn = {
	.name = "nspawn",
	.contains = true,
	.check = check,
	.prepare = prepare,
	.start = start,
	.shutdown = runtime_shutdown,
	.enter = enter_zone,
	.forget = forget,
};
