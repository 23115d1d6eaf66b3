/* cgroup.c - the control groups of a zone: made, entered, watched, emptied, removed. */
#include "runtime/cgroup.h"

#include "runtime/cgroup_private.h"

#include "runtime/devices.h"
#include "util/alloc.h"
#include "util/clock.h"
#include "util/file.h"
#include "zone/path.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>

/* The unit of systemd whose group has those of all zones, and in it the group of its process. */
#define HOLDER_UNIT "zone-groups.service"
#define HOLDER "_holder"
/* Below the zone's, and not called as those that systemd-nspawn(1) makes there. */
#define LAUNCHER "launcher"

enum {
	EMPTY_MS = 2000, /* how long groups are given to become empty, after a kill */
	PAUSE_MS = 10,
	DEPTH_MAX = 64,    /* groups in each other that a zone can make */
	GROUPS_MAX = 8192, /* groups at all: they take the kernel's memory */
};

/* A hierarchy without a controller, but with a name: the engine's business, as is systemd's. */
static bool is_named(const struct hierarchy *hierarchy)
{
	return strstr(hierarchy->options, "name=");
}

/* ---- making ---- */

/* Whether systemd has given a group of cgroup2 away, as it marks those with Delegate=. */
static bool is_delegated(const struct hierarchy *unified, const char *group)
{
	static const char *const marks[] = { "trusted.delegate", "user.delegate" };
	AUTO_FREE char *directory = xasprintf("%s/%s", unified->point, group);
	bool delegated = false;
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		char value = 0;
		delegated |= getxattr(directory, marks[i], &value, 1) == 1 && value == '1';
	}
	return delegated;
}

/*
 * The group that has those of the zones: what systemd has delegated for that, beside the unit of
 * this supervisor, or one of our own. Not below the unit: once a group has controllers for others
 * below, systemd cannot start a supervisor in it that takes over from one that was killed. The
 * caller's.
 */
static char *find_top(const struct hierarchy *unified)
{
	AUTO_FREE char *own = hierarchy_group_of(unified, getpid());
	const char *slash = own ? strrchr(own, '/') : NULL;
	char *top = xasprintf("%.*s" HOLDER_UNIT, slash ? (int)(slash - own) + 1 : 0, own);
	if (is_delegated(unified, top))
		return top;
	free(top);
	return xstrdup(CGROUP_ZONES);
}

/*
 * What a zone's group is. Files that the kernel makes beside it, such as cgroup.procs and tasks,
 * have names that a zone can have, too; no zone's begins with "_", which systemd puts before such
 * names as well. The caller's.
 */
static char *name_group(const char *top, const char *zone)
{
	static const char *const files[] = { "tasks", "notify_on_release", "release_agent" };
	bool is_file = strchr(zone, '.');
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		is_file |= strcmp(zone, files[i]) == 0;
	return xasprintf("%s/%s%s", top, is_file ? "_" : "", zone);
}

int cgroup_hold(struct messages *messages)
{
	AUTO_HIERARCHIES hierarchies = { 0 };
	int rc = hierarchies_find(NULL, &hierarchies, messages);
	if (rc < 0)
		return rc;
	const struct hierarchy *unified = &hierarchies.rows[0];
	AUTO_FREE char *own = hierarchy_group_of(unified, getpid());
	/* A systemd that uses version 1 alone has nothing to delegate there. */
	if (!own || !is_delegated(unified, own))
		return 0;
	AUTO_FREE char *group = xasprintf("%s/" HOLDER, own);
	AUTO_FREE char *directory = xasprintf("%s/%s", unified->point, group);
	rc = group_make(unified, group);
	if (rc == 0)
		rc = group_write(directory, "cgroup.procs", "0");
	if (rc < 0)
		return message_error(messages, rc, "cannot move into the control group %s: %s",
			directory, strerror(-rc));
	return 0;
}

/* Returns 0 or a negative errno, described. */
static int restrict_devices(const struct hierarchies *hierarchies, const char *group,
	const struct runtime_zone *zone, struct messages *messages)
{
	AUTO_FREE char *path = xasprintf("%s/%s", hierarchies->rows[0].point, group);
	AUTO_FD fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = fd < 0 ? -errno : devices_restrict(zone->zone, fd);
	const struct hierarchy *v1 = hierarchies_find_v1(hierarchies, "devices");
	if (rc == 0)
		return 0;
	if (v1 && group_make(v1, group) == 0) {
		/* Its payload copies the list when it is made. */
		AUTO_FREE char *v1_path = xasprintf("%s/%s", v1->point, group);
		AUTO_FD v1_fd = open(v1_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (v1_fd >= 0 && devices_restrict_v1(zone->zone, v1_fd) == 0
			&& cgroup_make_v1(v1, group) == 0)
			return 0;
	}
	/* In a user namespace nobody can make devices, nor open those of a mount of its own. */
	if (zone->uid_shift)
		return 0;
	return message_error(messages, -EOPNOTSUPP,
		"zone %s cannot be kept from the devices of this host: its kernel refuses a policy "
		"of devices (%s), and there is no controller \"devices\" of control groups; a user "
		"namespace keeps a zone from them, too: add attr; set name=private-users; set "
		"type=boolean; set value=true; end",
		zone->name, strerror(-rc));
}

/* Groups of the zone's own; kernels before 4.14 do not limit them. */
static void limit_groups(const char *path)
{
	AUTO_FREE char *depth = xasprintf("%d", DEPTH_MAX);
	AUTO_FREE char *count = xasprintf("%d", GROUPS_MAX);
	(void)group_write(path, "cgroup.max.depth", depth);
	(void)group_write(path, "cgroup.max.descendants", count);
}

/*
 * Root of a zone without a user namespace can mount hierarchies of version 1, or make them
 * writable: what it freezes, limits and makes there is then in groups of the zone's, and not in
 * those of whoever has booted it. Last, as new groups copy what those above have. Where the host's
 * are read-only, so are the zone's.
 */
static void make_all_v1(const struct hierarchies *hierarchies, const char *group)
{
	for (size_t i = 1; i < hierarchies->count; i++) {
		const struct hierarchy *v1 = &hierarchies->rows[i];
		AUTO_FREE char *directory = xasprintf("%s/%s", v1->point, group);
		/* One that is half made could not be entered. */
		if (!is_named(v1) && cgroup_make_v1(v1, group) < 0)
			(void)group_remove(directory, true);
	}
}

static int fill_group(const struct hierarchies *hierarchies, const char *group, const char *others,
	const struct runtime_zone *zone, struct messages *messages)
{
	AUTO_FREE char *path = xasprintf("%s/%s", hierarchies->rows[0].point, group);
	int rc = group_make(&hierarchies->rows[0], group);
	if (rc < 0)
		return message_error(
			messages, rc, "cannot make the control group %s: %s", path, strerror(-rc));
	limit_groups(path);
	/* The zone's init limits its services with them. */
	group_enable_all(&hierarchies->rows[0], group);
	rc = restrict_devices(hierarchies, group, zone, messages);
	if (rc == 0)
		rc = cgroup_dedicate(hierarchies, group, others, zone->zone, messages);
	if (rc < 0)
		return rc;
	cgroup_limit(hierarchies, group, zone->zone, messages);
	make_all_v1(hierarchies, group);
	return 0;
}

int cgroup_make(const struct runtime_zone *zone, char **ret_path, struct messages *messages)
{
	AUTO_HIERARCHIES hierarchies = { 0 };
	int rc = hierarchies_find(NULL, &hierarchies, messages);
	if (rc < 0)
		return rc;
	AUTO_FREE char *top = find_top(&hierarchies.rows[0]);
	AUTO_FREE char *group = name_group(top, zone->name);
	AUTO_FREE char *others = xasprintf("%s/*", top);
	AUTO_FREE char *path = xasprintf("%s/%s", hierarchies.rows[0].point, group);
	if (process_populated(path) <= 0) {
		/* What an earlier life has left may have other limits. */
		rc = cgroup_remove(path, messages);
		if (rc < 0)
			return rc;
		rc = fill_group(&hierarchies, group, others, zone, messages);
		if (rc < 0) {
			struct messages quiet = messages_quiet(); /* the first error is told */
			(void)cgroup_remove(path, &quiet);
			return rc;
		}
	}
	*ret_path = path;
	path = NULL;
	return 0;
}

/* ---- entering ---- */

/* The group from the root of its hierarchy: path without the point; both have been compared. */
static const char *group_of_path(const struct hierarchy *unified, const char *path)
{
	const char *group = path + strlen(unified->point);
	return group + strspn(group, "/");
}

/*
 * The directory to enter in a hierarchy, the caller's; NULL: there is nothing of the zone's, or, in
 * cgroup2, init is not in the zone's groups any more.
 */
static char *choose_group(
	const struct hierarchy *hierarchy, const char *top, const struct process *init)
{
	if (init) {
		AUTO_FREE char *group = hierarchy_group_of(hierarchy, init->pid);
		return group && path_inside(group, top)
			? xasprintf("%s/%s", hierarchy->point, group)
			: NULL;
	}
	if (!hierarchy->options)
		return xasprintf("%s/%s", hierarchy->point, top);
	AUTO_FREE char *payload = xasprintf("%s/%s/" CGROUP_PAYLOAD, hierarchy->point, top);
	bool made = !is_named(hierarchy) && access(payload, F_OK) == 0;
	return made ? xstrdup(payload) : NULL;
}

static int enter_group(const char *directory, struct messages *messages)
{
	int rc = group_write(directory, "cgroup.procs", "0");
	if (rc < 0)
		return message_error(messages, rc, "cannot enter the control group %s: %s",
			directory, strerror(-rc));
	return 0;
}

/* An earlier engine leaves groups, and controllers for them, so that path could not be entered. */
static int clear_below(const char *path, struct messages *messages)
{
	int rc = group_remove(path, false);
	AUTO_FREE char *enabled = rc < 0 ? NULL : group_read(path, "cgroup.subtree_control");
	char *rest = enabled;
	for (char *name; rest && rc == 0 && (name = strsep(&rest, " \n"));) {
		AUTO_FREE char *text = xasprintf("-%s", name);
		rc = *name ? group_write(path, "cgroup.subtree_control", text) : 0;
	}
	if (rc < 0)
		return message_error(messages, rc,
			"the groups below the control group %s cannot be removed: %s", path,
			strerror(-rc));
	return 0;
}

int cgroup_join(const char *path, const struct process *init, struct messages *messages)
{
	AUTO_HIERARCHIES hierarchies = { 0 };
	int rc = hierarchies_find(path, &hierarchies, messages);
	if (rc == 0 && !init)
		rc = clear_below(path, messages);
	if (rc < 0)
		return rc;
	const char *top = group_of_path(&hierarchies.rows[0], path);
	for (size_t i = 0; rc == 0 && i < hierarchies.count; i++) {
		AUTO_FREE char *directory = choose_group(&hierarchies.rows[i], top, init);
		/* What was read of it may have been another's that has its number now. */
		if (init && !process_alive(init))
			return message_error(messages, -ESRCH, "the zone's init has ended");
		if (directory)
			rc = enter_group(directory, messages);
		else if (i == 0)
			rc = message_error(messages, -ESRCH,
				"the zone's init is not in the control group %s", path);
	}
	return rc;
}

int cgroup_step(const char *path, bool aside, struct messages *messages)
{
	AUTO_FREE char *directory = xasprintf(aside ? "%s/" LAUNCHER : "%s", path);
	if (aside && mkdir(directory, 0755) < 0 && errno != EEXIST)
		return message_error(messages, -errno, "cannot make the control group %s: %s",
			directory, strerror(errno));
	return enter_group(directory, messages);
}

/* ---- processes ---- */

int cgroup_watch(const char *path, int *ret_fd, struct messages *messages)
{
	AUTO_FREE char *file = xasprintf("%s/cgroup.events", path);
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return message_error(
			messages, -errno, "cannot watch %s: %s", file, strerror(errno));
	*ret_fd = fd;
	return 0;
}

/* What is done to a process of a zone. */
typedef void process_action(pid_t pid, const char *group);

/*
 * Do it to what is in a group now, not below. The group is an fd, as its name, which the zone has
 * chosen, can be longer than a path may be.
 */
static void act_listed(int dir_fd, process_action *act, const char *group)
{
	AUTO_FREE char *directory = xasprintf("/proc/self/fd/%d", dir_fd);
	AUTO_FREE char *list = group_read(directory, "cgroup.procs");
	char *rest = list;
	/* A line without its end may be cut off. */
	for (char *line; rest && (line = strsep(&rest, "\n")) && rest;) {
		pid_t pid = (pid_t)strtol(line, NULL, 10);
		/* 0: of a PID namespace above; a kill of 0 would be of ourselves. */
		if (pid > 1)
			act(pid, group);
	}
}

/* The same with all below, and fd is closed; DEPTH_MAX bounds the depth, and so the fds. */
static void act_below(int fd, process_action *act, const char *group)
{
	act_listed(fd, act, group);
	DIR *dir = fdopendir(fd);
	if (!dir) {
		fd_close(fd);
		return;
	}
	for (const struct dirent *entry; (entry = readdir(dir));) {
		if (entry->d_type != DT_DIR || strcmp(entry->d_name, ".") == 0
			|| strcmp(entry->d_name, "..") == 0)
			continue;
		int below = openat(
			dirfd(dir), entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (below >= 0)
			act_below(below, act, group);
	}
	closedir(dir);
}

static void act_tree(const char *path, process_action *act, const char *group)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0)
		act_below(fd, act, group);
}

static void kill_one(pid_t pid, const char *group)
{
	(void)group;
	(void)kill(pid, SIGKILL);
}

/*
 * For Linux before 5.14, without cgroup.kill: one by one, frozen meanwhile so that nothing is born
 * (since 5.2), until there is nothing left, or what is left does not end.
 */
static int kill_slowly(const char *path)
{
	int populated = 1;
	(void)group_write(path, "cgroup.freeze", "1");
	for (int waited = 0; populated > 0 && waited < EMPTY_MS; waited += PAUSE_MS) {
		act_tree(path, kill_one, NULL);
		clock_pause(PAUSE_MS);
		populated = process_populated(path);
	}
	(void)group_write(path, "cgroup.freeze", "0");
	return populated < 0 ? populated : 0;
}

int cgroup_kill(const char *path, struct messages *messages)
{
	int rc = group_write(path, "cgroup.kill", "1");
	if (rc < 0)
		rc = kill_slowly(path);
	if (rc < 0)
		return message_error(messages, rc,
			"cannot kill the processes in the control group %s: %s", path,
			strerror(-rc));
	return 0;
}

static void move_one(pid_t pid, const char *group)
{
	AUTO_FREE char *text = xasprintf("%d", (int)pid);
	(void)group_write(group, "cgroup.procs", text);
}

void cgroup_thaw(const char *path)
{
	AUTO_HIERARCHIES hierarchies = { 0 };
	struct messages quiet = messages_quiet();
	if (hierarchies_find(path, &hierarchies, &quiet) < 0)
		return;
	const struct hierarchy *freezer = hierarchies_find_v1(&hierarchies, "freezer");
	if (!freezer)
		return;
	/* Wherever they are below it, in this one they are not frozen: the zone cannot reach it. */
	AUTO_FREE char *group = xasprintf(
		"%s/%s", freezer->point, group_of_path(&hierarchies.rows[0], path));
	act_tree(path, move_one, group);
}

/* ---- removing ---- */

/* "; process 4711 (rsync) is in it", or ""; the caller's. */
static char *describe_first(const char *directory)
{
	AUTO_FREE char *list = group_read(directory, "cgroup.procs");
	pid_t pid = list ? (pid_t)strtol(list, NULL, 10) : 0;
	if (pid <= 0)
		return xstrdup("");
	AUTO_FREE char *process = xasprintf("/proc/%d", (int)pid);
	AUTO_FREE char *name = group_read(process, "comm");
	return xasprintf("; process %d (%.*s) is in it", (int)pid,
		name ? (int)strcspn(name, "\n") : 0, name ? name : "");
}

/* What was killed leaves its groups a moment later. *waited_ms is that for all of a zone's. */
static int remove_patiently(const char *directory, int *waited_ms)
{
	int rc = group_remove(directory, true);
	for (; (rc == -EBUSY || rc == -ENOENT) && *waited_ms < EMPTY_MS; *waited_ms += PAUSE_MS) {
		clock_pause(PAUSE_MS);
		rc = group_remove(directory, true);
	}
	return rc;
}

int cgroup_remove(const char *path, struct messages *messages)
{
	AUTO_HIERARCHIES hierarchies = { 0 };
	int result = hierarchies_find(path, &hierarchies, messages);
	if (result < 0)
		return result;
	const char *group = group_of_path(&hierarchies.rows[0], path);
	int waited_ms = 0;
	for (size_t i = 0; i < hierarchies.count; i++) {
		AUTO_FREE char *directory = xasprintf("%s/%s", hierarchies.rows[i].point, group);
		int rc = remove_patiently(directory, &waited_ms);
		if (rc < 0) {
			AUTO_FREE char *who = describe_first(directory);
			message_error(messages, rc, "cannot remove the control group %s: %s%s",
				directory, strerror(-rc), who);
			result = result < 0 ? result : rc;
			continue;
		}
		/*
		 * The last zone takes the group that was made for all with it; in version 1, the
		 * one above was made with the zone's, as systemd gives away those of cgroup2 only.
		 */
		AUTO_FREE char *above = file_above(directory);
		if (i > 0 || strncmp(group, CGROUP_ZONES "/", strlen(CGROUP_ZONES "/")) == 0)
			(void)rmdir(above);
	}
	return result;
}
