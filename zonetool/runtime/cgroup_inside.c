/* cgroup_inside.c - control groups of programs that run in the root of a zone that does not run. */
#include "runtime/cgroup_private.h"

#include "util/alloc.h"
#include "util/process.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

/* No name of a zone begins so. Behind it and the zone's name is a number that nobody else has. */
#define PREFIX CGROUP_ZONES "/+"

/* What has processes, in cgroup2, is left alone, in every hierarchy. */
static void remove_left(const struct hierarchies *hierarchies, const char *zone)
{
	const struct hierarchy *unified = &hierarchies->rows[0];
	for (size_t i = 0; i < hierarchies->count; i++) {
		const char *point = hierarchies->rows[i].point;
		AUTO_FREE char *pattern = xasprintf("%s/" PREFIX "%s+*", point, zone);
		glob_t found;
		if (glob(pattern, GLOB_NOSORT, NULL, &found) != 0)
			continue;
		for (size_t j = 0; j < found.gl_pathc; j++) {
			const char *group = found.gl_pathv[j] + strlen(point);
			AUTO_FREE char *twin = xasprintf("%s%s", unified->point, group);
			if (process_populated(twin) == 0)
				(void)group_remove(found.gl_pathv[j], true);
		}
		globfree(&found);
		/* As the last zone does. */
		AUTO_FREE char *zones = xasprintf("%s/" CGROUP_ZONES, point);
		(void)rmdir(zones);
	}
}

void cgroup_forget_inside(const char *zone)
{
	AUTO_HIERARCHIES hierarchies = { 0 };
	struct messages quiet = messages_quiet();
	if (hierarchies_find(NULL, &hierarchies, &quiet) == 0)
		remove_left(&hierarchies, zone);
}

/* Make it, and open its list of processes. Returns an fd or a negative errno. */
static int open_group(const struct hierarchy *hierarchy, const char *group)
{
	AUTO_FREE char *file = xasprintf("%s/%s/cgroup.procs", hierarchy->point, group);
	int rc = group_make(hierarchy, group);
	if (rc < 0)
		return rc;
	int fd = open(file, O_WRONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int cgroup_make_inside(const char *zone, char **ret_path, int ret_fds[2], struct messages *messages)
{
	AUTO_HIERARCHIES hierarchies = { 0 };
	unsigned number;
	int rc = hierarchies_find(NULL, &hierarchies, messages);
	if (rc < 0)
		return rc;
	if (getrandom(&number, sizeof(number), 0) != sizeof(number))
		return message_error(messages, -EIO,
			"cannot name a control group: getrandom(2) gives no random number");
	const struct hierarchy *unified = &hierarchies.rows[0];
	const struct hierarchy *named = hierarchies_find_v1(&hierarchies, "name=systemd");
	AUTO_FREE char *group = xasprintf(PREFIX "%s+%08x", zone, number);
	AUTO_FREE char *path = xasprintf("%s/%s", unified->point, group);
	remove_left(&hierarchies, zone);
	AUTO_FD first = open_group(unified, group);
	AUTO_FD second = first >= 0 && named ? open_group(named, group) : -1;
	rc = first < 0 ? first : named && second < 0 ? second : 0;
	if (rc < 0) {
		struct messages quiet = messages_quiet();
		(void)cgroup_remove(path, &quiet);
		return message_error(
			messages, rc, "cannot make the control group %s: %s", path, strerror(-rc));
	}
	ret_fds[0] = fd_take(&first);
	ret_fds[1] = fd_take(&second);
	*ret_path = path;
	path = NULL;
	return 0;
}
