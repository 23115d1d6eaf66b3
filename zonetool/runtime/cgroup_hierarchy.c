/* cgroup_hierarchy.c - where control groups are mounted, and what can be done with their files. */
#include "runtime/cgroup_private.h"

#include "util/alloc.h"
#include "util/file.h"
#include "util/mountinfo.h"
#include "zone/path.h"
#include "zone/registry.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libmount.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#define OWN_MOUNT REGISTRY_RUN_PATH "/cgroup"

enum {
	FILE_MAX = 1 << 16, /* bytes that are read of a file, or a little more */
	MAKE_TRIES = 100,   /* another command may remove a group while we make one in it */
};

/* ---- hierarchies ---- */

bool controllers_have(const char *list, const char *controller)
{
	size_t len = strlen(controller);
	for (size_t part; *list; list += part + (list[part] != '\0')) {
		part = strcspn(list, ", \n");
		if (part == len && memcmp(list, controller, len) == 0)
			return true;
	}
	return false;
}

void hierarchies_free(struct hierarchies *hierarchies)
{
	for (size_t i = 0; i < hierarchies->count; i++) {
		free(hierarchies->rows[i].point);
		free(hierarchies->rows[i].root);
		free(hierarchies->rows[i].options);
	}
	free(hierarchies->rows);
	*hierarchies = (struct hierarchies){ 0 };
}

/* Whether the mount is what is seen at its place, from its root, not from a group in it. */
static bool is_usable(const struct mount *mount, bool unified)
{
	const char *root = mount->root;
	struct statfs st;
	while (strncmp(root, "/..", 3) == 0)
		root += 3;
	return strcmp(mount->type, unified ? "cgroup2" : "cgroup") == 0
		&& (!*root || strcmp(root, "/") == 0) && statfs(mount->point, &st) == 0
		&& st.f_type == (unified ? CGROUP2_SUPER_MAGIC : CGROUP_SUPER_MAGIC);
}

static void add_hierarchy(
	struct hierarchies *hierarchies, const struct mount *mount, const char *options)
{
	hierarchies->rows[hierarchies->count++] = (struct hierarchy){
		.point = xstrdup(mount->point),
		.root = xstrdup(strcmp(mount->root, "/") == 0 ? "" : mount->root),
		.options = options ? xstrdup(options) : NULL,
	};
}

/* The mount of cgroup2 that has path, or, if that is NULL, the first one. */
static bool find_unified(
	const struct mount_table *table, const char *path, struct hierarchies *hierarchies)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct mount *mount = &table->rows[i];
		if (!is_usable(mount, true) || (path && !path_inside(path, mount->point)))
			continue;
		add_hierarchy(hierarchies, mount, NULL);
		return true;
	}
	return false;
}

/* Each hierarchy of version 1, once, wherever it is mounted. */
static void find_v1(const struct mount_table *table, struct hierarchies *hierarchies)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct mount *mount = &table->rows[i];
		bool again = false;
		for (size_t j = 0; j < i; j++)
			again |= table->rows[j].device == mount->device
				&& is_usable(&table->rows[j], false);
		if (again || !is_usable(mount, false))
			continue;
		struct libmnt_fs *fs = mnt_table_find_devno(
			table->texts, mount->device, MNT_ITER_FORWARD);
		const char *options = fs ? mnt_fs_get_fs_options(fs) : NULL;
		add_hierarchy(hierarchies, mount, options ? options : "");
	}
}

static int make_mount(struct messages *messages)
{
	if ((mkdir(REGISTRY_RUN_PATH, 0755) < 0 && errno != EEXIST)
		|| (mkdir(OWN_MOUNT, 0700) < 0 && errno != EEXIST))
		return message_error(messages, -errno, "cannot make the directory %s: %s",
			OWN_MOUNT, strerror(errno));
	AUTO_FD fd = file_open_directory(OWN_MOUNT, messages);
	if (fd < 0)
		return fd;
	if (mount("cgroup2", OWN_MOUNT, "cgroup2", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0)
		return message_error(messages, -errno,
			"cannot mount cgroup2, which zones need to run, at %s: %s", OWN_MOUNT,
			strerror(errno));
	return 0;
}

int hierarchies_find(
	const char *path, struct hierarchies *ret_hierarchies, struct messages *messages)
{
	*ret_hierarchies = (struct hierarchies){ 0 };
	for (bool made = false;; made = true) {
		AUTO_MOUNT_TABLE table = { 0 };
		int rc = mountinfo_read(MOUNTINFO_SELF, &table);
		if (rc < 0)
			return message_error(
				messages, rc, "cannot read " MOUNTINFO_SELF ": %s", strerror(-rc));
		hierarchies_free(ret_hierarchies);
		ret_hierarchies->rows = xcalloc(table.count + 1, sizeof(struct hierarchy));
		if (find_unified(&table, path, ret_hierarchies)) {
			find_v1(&table, ret_hierarchies);
			return 0;
		}
		if (path || made)
			break;
		rc = make_mount(messages);
		if (rc < 0)
			return rc;
	}
	return message_error(messages, -ENOENT, "no cgroup2 is mounted at %s%s",
		path ? "a directory above " : "", path ? path : OWN_MOUNT);
}

const struct hierarchy *hierarchies_find_v1(
	const struct hierarchies *hierarchies, const char *controller)
{
	for (size_t i = 1; i < hierarchies->count; i++)
		if (controllers_have(hierarchies->rows[i].options, controller))
			return &hierarchies->rows[i];
	return NULL;
}

/* Whether a line of /proc/PID/cgroup is about it: "0::/GROUP", "4:cpu,cpuacct:/GROUP". */
static bool is_line_of(const struct hierarchy *hierarchy, const char *controllers)
{
	if (!hierarchy->options)
		return !*controllers;
	AUTO_FREE char *first = xstrndup(controllers, strcspn(controllers, ","));
	return *first && controllers_have(hierarchy->options, first);
}

char *hierarchy_group_of(const struct hierarchy *hierarchy, pid_t pid)
{
	AUTO_FREE char *process = xasprintf("/proc/%d", (int)pid);
	AUTO_FREE char *text = group_read(process, "cgroup");
	char *rest = text;
	for (char *line; rest && (line = strsep(&rest, "\n"));) {
		char *controllers = strchr(line, ':');
		char *group = controllers ? strchr(controllers + 1, ':') : NULL;
		if (!group)
			continue;
		*group++ = '\0';
		if (!is_line_of(hierarchy, controllers + 1))
			continue;
		/* More of "/..": outside of what is mounted. */
		size_t len = strlen(hierarchy->root);
		bool seen = strncmp(group, hierarchy->root, len) == 0 && group[len] == '/'
			&& strncmp(group + len, "/..", 3) != 0;
		return seen ? xstrdup(group + len + 1) : NULL;
	}
	return NULL;
}

/* ---- files of groups ---- */

int group_write(const char *directory, const char *file, const char *text)
{
	AUTO_FREE char *path = xasprintf("%s/%s", directory, file);
	AUTO_FD fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	/* In one write: the kernel takes each for a whole. */
	return write(fd, text, strlen(text)) < 0 ? -errno : 0;
}

char *group_read(const char *directory, const char *file)
{
	AUTO_FREE char *path = xasprintf("%s/%s", directory, file);
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	AUTO_STR text = STR_EMPTY;
	int rc = file_read_all(fd, FILE_MAX, &text);
	if (rc == 0 || rc == -EFBIG)
		return text_take(&text);
	errno = -rc;
	return NULL;
}

/* ---- making and removing groups ---- */

/* In version 1 a new group has no CPUs and no memory nodes, and nothing can enter it. */
static int inherit_cpuset(const char *directory)
{
	static const char *const files[] = { "cpuset.cpus", "cpuset.mems" };
	AUTO_FREE char *above = file_above(directory);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		AUTO_FREE char *has = group_read(directory, files[i]);
		AUTO_FREE char *value = group_read(above, files[i]);
		int rc = !has || !value ? -errno
			: *has == '\n'  ? group_write(directory, files[i], value)
					: 0;
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int make_one(const struct hierarchy *hierarchy, const char *directory)
{
	if (mkdir(directory, 0755) < 0 && errno != EEXIST)
		return -errno;
	bool cpuset = hierarchy->options && controllers_have(hierarchy->options, "cpuset");
	return cpuset ? inherit_cpuset(directory) : 0;
}

static int try_make(const struct hierarchy *hierarchy, const char *group)
{
	for (size_t end = 0; group[end]; end += group[end] == '/') {
		end += strcspn(group + end, "/");
		AUTO_FREE char *directory = xasprintf("%s/%.*s", hierarchy->point, (int)end, group);
		int rc = make_one(hierarchy, directory);
		if (rc < 0)
			return rc;
	}
	return 0;
}

int group_make(const struct hierarchy *hierarchy, const char *group)
{
	int rc = -ENOENT;
	for (int i = 0; rc == -ENOENT && i < MAKE_TRIES; i++)
		rc = try_make(hierarchy, group);
	return rc;
}

void group_enable(const struct hierarchy *hierarchy, const char *group, const char *controller)
{
	AUTO_FREE char *text = xasprintf("+%s", controller);
	/* From the root down, in each above the group. Whether it worked the limit's file tells. */
	for (const char *end = group; end; end = strchr(end + 1, '/')) {
		AUTO_FREE char *directory = xasprintf(
			"%s/%.*s", hierarchy->point, (int)(end - group), group);
		AUTO_FREE char *enabled = group_read(directory, "cgroup.subtree_control");
		/* The groups above one that systemd has delegated are its own. */
		if (!enabled || !controllers_have(enabled, controller))
			(void)group_write(directory, "cgroup.subtree_control", text);
	}
}

void group_enable_all(const struct hierarchy *hierarchy, const char *group)
{
	AUTO_FREE char *directory = xasprintf("%s/%s", hierarchy->point, group);
	AUTO_FREE char *above = file_above(directory);
	AUTO_FREE char *has = group_read(above, "cgroup.controllers");
	char *rest = has;
	for (char *name; rest && (name = strsep(&rest, " \n"));) {
		AUTO_FREE char *text = xasprintf("+%s", name);
		if (*name)
			(void)group_write(above, "cgroup.subtree_control", text);
	}
}

/* A name of a group in the directory, the caller's; NULL: there is none. */
static char *first_group(int dir_fd)
{
	int fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	char *name = NULL;
	if (!dir) {
		fd_close(fd);
		return NULL;
	}
	for (const struct dirent *entry; !name && (entry = readdir(dir));)
		if (entry->d_type == DT_DIR && strcmp(entry->d_name, ".") != 0
			&& strcmp(entry->d_name, "..") != 0)
			name = xstrdup(entry->d_name);
	closedir(dir);
	return name;
}

/* The way down to a group: the names of the directories on it. */
struct way {
	char **names;
	size_t depth, room;
};

static void way_push(struct way *way, char *taken)
{
	if (way->depth == way->room) {
		way->room = way->room * 2 + 16;
		way->names = xrealloc(way->names, way->room, sizeof(*way->names));
	}
	way->names[way->depth++] = taken;
}

static void way_free(struct way *way)
{
	while (way->depth)
		free(way->names[--way->depth]);
	free(way->names);
}

/* Move *fd to another directory, seen from it. */
static int move_to(int *fd, const char *name)
{
	int next = openat(*fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (next < 0)
		return -errno;
	fd_close(*fd);
	*fd = next;
	return 0;
}

/*
 * Remove all below fd, which moves. However deep the groups are that a zone has made, they take one
 * fd and no stack.
 */
static int remove_below(int *fd, struct way *way)
{
	for (;;) {
		char *name = first_group(*fd);
		if (name) {
			way_push(way, name);
			int rc = move_to(fd, name);
			if (rc < 0)
				return rc;
			continue;
		}
		if (way->depth == 0)
			return 0;
		int rc = move_to(fd, "..");
		if (rc < 0)
			return rc;
		AUTO_FREE char *done = way->names[--way->depth];
		if (unlinkat(*fd, done, AT_REMOVEDIR) < 0 && errno != ENOENT)
			return -errno;
	}
}

int group_remove(const char *directory, bool itself)
{
	AUTO_FD fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	struct way way = { 0 };
	int rc = remove_below(&fd, &way);
	way_free(&way);
	if (rc == 0 && itself && rmdir(directory) < 0 && errno != ENOENT)
		rc = -errno;
	return rc;
}
