/* cgroup_limit.c - the limits of a zone's groups, in whichever version the host has them. */
#include "runtime/cgroup_private.h"

#include "runtime/limits.h"
#include "util/alloc.h"
#include "util/file.h"
#include "zone/lock.h"
#include "zone/registry.h"

#include <errno.h>
#include <glob.h>
#include <string.h>

int cgroup_make_v1(const struct hierarchy *hierarchy, const char *group)
{
	int rc = group_make(hierarchy, group);
	if (rc < 0)
		return rc;
	/* Memory counts with that of the groups above: before Linux 5.11 if told so only. */
	if (controllers_have(hierarchy->options, "memory")) {
		AUTO_FREE char *directory = xasprintf("%s/%s", hierarchy->point, group);
		(void)group_write(directory, "memory.use_hierarchy", "1");
	}
	AUTO_FREE char *payload = xasprintf("%s/" CGROUP_PAYLOAD, group);
	return group_make(hierarchy, payload);
}

/* Whether cgroup2 has the controller here; then it manages it for the group from now on. */
static bool enable_controller(
	const struct hierarchies *hierarchies, const char *group, const char *controller)
{
	const struct hierarchy *unified = &hierarchies->rows[0];
	AUTO_FREE char *list = group_read(unified->point, "cgroup.controllers");
	if (!list || !controllers_have(list, controller))
		return false;
	group_enable(unified, group, controller);
	return true;
}

static void warn(const struct limit *limit, const char *reason, struct messages *messages)
{
	message_warning(
		messages, "%s: the zone boots without this limit: %s", limit->title, reason);
}

static int set_v1(const struct hierarchy *hierarchy, const char *group, const struct limit *limit)
{
	AUTO_FREE char *directory = xasprintf("%s/%s", hierarchy->point, group);
	int rc = cgroup_make_v1(hierarchy, group);
	return rc < 0 ? rc : group_write(directory, limit->v1_file, limit->v1_value);
}

static void set_limit(const struct hierarchies *hierarchies, const char *group,
	const struct limit *limit, struct messages *messages)
{
	const struct hierarchy *v1 = hierarchies_find_v1(hierarchies, limit->controller);
	const struct hierarchy *used = &hierarchies->rows[0];
	const char *file = limit->file;
	int rc;
	if (enable_controller(hierarchies, group, limit->controller)) {
		AUTO_FREE char *directory = xasprintf("%s/%s", used->point, group);
		rc = group_write(directory, file, limit->value);
	} else if (!v1) {
		AUTO_FREE char *reason = xasprintf(
			"this host has no control groups with the controller \"%s\"",
			limit->controller);
		return warn(limit, reason, messages);
	} else if (!limit->v1_value) {
		return warn(limit, limit->v1_reason, messages);
	} else {
		used = v1;
		file = limit->v1_file;
		rc = set_v1(v1, group, limit);
	}
	if (rc == 0)
		return;
	AUTO_FREE char *reason = xasprintf("%s/%s/%s %s%s", used->point, group, file,
		rc == -ENOENT ? "is not there: this kernel was built or booted without it" : ": ",
		rc == -ENOENT ? "" : strerror(-rc));
	warn(limit, reason, messages);
}

void cgroup_limit(const struct hierarchies *hierarchies, const char *group, const struct zone *zone,
	struct messages *messages)
{
	AUTO_LIMITS limits = { 0 };
	limits_find(zone, &limits);
	for (size_t i = 0; i < limits.count; i++)
		set_limit(hierarchies, group, &limits.rows[i], messages);
}

/* ---- CPUs ---- */

/* Take away the CPUs that the groups which match have chosen; in cgroup2 others have none there. */
static void take_away(const char *pattern, struct cpus *cpus)
{
	glob_t found = { 0 };
	if (glob(pattern, GLOB_NOSORT, NULL, &found) == 0)
		for (size_t i = 0; i < found.gl_pathc; i++) {
			AUTO_FREE char *chosen = group_read(found.gl_pathv[i], "cpuset.cpus");
			/* A list that is not understood takes nothing more. */
			if (chosen)
				(void)cpus_parse(chosen, false, cpus);
		}
	globfree(&found);
}

/* Those of this host that no zone has; the group has been removed if it was there. */
static int find_free(const struct hierarchy *hierarchy, const char *others, struct cpus *ret_cpus)
{
	const char *file = hierarchy->options ? "cpuset.effective_cpus" : "cpuset.cpus.effective";
	AUTO_FREE char *all = group_read(hierarchy->point, file);
	int rc = all ? cpus_parse(all, true, ret_cpus) : -errno;
	if (rc < 0)
		return rc;
	const char *const patterns[] = { CGROUP_ZONES "/*", others };
	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		AUTO_FREE char *pattern = xasprintf("%s/%s", hierarchy->point, patterns[i]);
		take_away(pattern, ret_cpus);
	}
	return 0;
}

static int choose(const struct hierarchy *hierarchy, const char *group, const char *others,
	const struct zone *zone, struct messages *messages)
{
	AUTO_FREE struct cpus *cpus = xcalloc(1, sizeof(*cpus));
	unsigned min = 0, max = 0;
	limits_cpus(zone, &min, &max);
	int rc = find_free(hierarchy, others, cpus);
	if (rc < 0)
		return message_error(messages, rc, "dedicated-cpu: the CPUs of %s: %s",
			hierarchy->point, strerror(-rc));
	unsigned kept = cpus_keep(cpus, max);
	if (kept < min)
		return message_error(messages, -EBUSY,
			"dedicated-cpu: ncpus must be at most %u now: so many CPUs of this host "
			"are no other zone's",
			kept);
	AUTO_FREE char *list = cpus_format(cpus);
	AUTO_FREE char *directory = xasprintf("%s/%s", hierarchy->point, group);
	rc = group_make(hierarchy, group);
	if (rc == 0)
		rc = group_write(directory, "cpuset.cpus", list);
	/* Below it version 1 copies them. */
	if (rc == 0 && hierarchy->options)
		rc = cgroup_make_v1(hierarchy, group);
	if (rc < 0)
		return message_error(messages, rc, "dedicated-cpu: %s/cpuset.cpus=%s: %s",
			directory, list, strerror(-rc));
	return 0;
}

int cgroup_dedicate(const struct hierarchies *hierarchies, const char *group, const char *others,
	const struct zone *zone, struct messages *messages)
{
	unsigned min, max;
	if (!limits_cpus(zone, &min, &max))
		return 0;
	const struct hierarchy *hierarchy = enable_controller(hierarchies, group, "cpuset")
		? &hierarchies->rows[0]
		: hierarchies_find_v1(hierarchies, "cpuset");
	if (!hierarchy) {
		message_warning(messages,
			"dedicated-cpu: the zone boots without CPUs of its own: this host has no "
			"control groups with the controller \"cpuset\"");
		return 0;
	}
	AUTO_FD run_fd = file_open_directory(REGISTRY_RUN_PATH, messages);
	if (run_fd < 0)
		return run_fd == -ENOENT ? message_error(
			       messages, run_fd, "there is no directory " REGISTRY_RUN_PATH)
					 : run_fd;
	struct lock_request request = {
		.run_fd = run_fd,
		.run_path = REGISTRY_RUN_PATH,
		.name = "cpus.lock",
		.mode = LOCK_EXCLUSIVE,
		.wait_ms = LOCK_WAIT_MS,
		.purpose = "the choice of dedicated CPUs",
		.command = "zoneadmd",
	};
	AUTO_FD lock = lock_take(&request, messages);
	return lock < 0 ? lock : choose(hierarchy, group, others, zone, messages);
}
