/* verify_zonepath.c - a zonepath beside those of other zones, and what is in it. */
#include "zone/verify.h"
#include "zone/verify_parts.h"

#include "util/alloc.h"
#include "util/file.h"
#include "zone/manifest.h"
#include "zone/path.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

/* ---- the way to a directory, whatever its names are ---- */

/* A directory on the way. */
struct step {
	uint64_t device, inode;
	uint64_t mount; /* statx(2)'s number of the mount that it is on */
	size_t len;     /* of the path so far; 0: the root */
};

/* As much of a way as exists, from the root down. */
struct way {
	struct step *steps;
	size_t count;
};

/* Look at the first len bytes of path; the rest is cut off meanwhile. */
static bool step_look(char *path, size_t len, struct step *ret_step)
{
	struct statx st;
	char cut = path[len];
	path[len] = '\0';
	/* No server is asked: another zone's may be one that does not answer. */
	int rc = statx(AT_FDCWD, len ? path : "/", AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT,
		STATX_INO | STATX_MNT_ID, &st);
	path[len] = cut;
	if (rc < 0)
		return false;
	*ret_step = (struct step){ makedev(st.stx_dev_major, st.stx_dev_minor), st.stx_ino,
		st.stx_mnt_id, len };
	return true;
}

/* The way along the first len bytes of an absolute path. The caller frees its steps. */
static struct way way_along(const char *path, size_t len)
{
	AUTO_FREE char *copy = xstrdup(path);
	struct way way = { .steps = xcalloc(len + 1, sizeof(*way.steps)) };
	for (size_t at = 0; step_look(copy, at, &way.steps[way.count]);) {
		way.count++;
		if (at == len)
			break;
		at += 1 + strcspn(copy + at + 1, "/");
	}
	return way;
}

/*
 * Whether one of two paths is, or would be, in the other: they are if they go on like that from a
 * directory that both come through, each by a name of its own.
 */
static bool step_overlaps(
	const struct way *way, const char *path, const struct step *step, const char *other)
{
	for (size_t i = 0; i < way->count; i++)
		if (way->steps[i].device == step->device && way->steps[i].inode == step->inode
			&& path_overlap(path + way->steps[i].len, other + step->len))
			return true;
	return false;
}

/* ---- other zones ---- */

/* A zonepath beside all others. */
struct beside {
	const char *zonepath;
	struct way way;
	const struct mount_table *mounts;
	struct path_place place;
	const char *parent; /* that of the other zone before: most have the same */
	size_t parent_len;
	struct way parent_way;
};

/*
 * Whether they overlap although no directory is on both ways: a mount shows some directory of one
 * of them elsewhere. step is the last one of the other's way that exists.
 */
static bool overlaps_by_place(
	const struct beside *beside, const char *other, const struct step *step)
{
	/* On one mount, the names have told. */
	if (!beside->place.path || beside->way.steps[beside->way.count - 1].mount == step->mount)
		return false;
	struct path_place place;
	path_find_place(mountinfo_find(beside->mounts, step->mount), other, &place);
	bool overlap = place.path && place.device == beside->place.device
		&& path_overlap(place.path, beside->place.path);
	free(place.path);
	return overlap;
}

/* Whether the zonepath and another zone's are the same directory, or one is below the other. */
static bool overlaps_by_mount(struct beside *beside, const char *other)
{
	size_t parent_len = (size_t)(strrchr(other, '/') - other);
	if (!beside->parent || beside->parent_len != parent_len
		|| strncmp(beside->parent, other, parent_len) != 0) {
		free(beside->parent_way.steps);
		beside->parent_way = way_along(other, parent_len);
		beside->parent = other;
		beside->parent_len = parent_len;
	}
	AUTO_FREE char *copy = xstrdup(other);
	const struct way *parent_way = &beside->parent_way;
	struct step last;
	if (step_look(copy, strlen(other), &last)) {
		if (step_overlaps(&beside->way, beside->zonepath, &last, other))
			return true;
	} else if (parent_way->count) {
		last = parent_way->steps[parent_way->count - 1];
	} else {
		return false;
	}
	for (size_t i = 0; i < parent_way->count; i++)
		if (step_overlaps(&beside->way, beside->zonepath, &parent_way->steps[i], other))
			return true;
	return overlaps_by_place(beside, other, &last);
}

static void check_overlap(const struct verify *verify, const char *zonepath)
{
	struct beside beside = { .zonepath = zonepath,
		.way = way_along(zonepath, strlen(zonepath)),
		.mounts = &verify->mounts };
	if (beside.way.count) {
		const struct step *last = &beside.way.steps[beside.way.count - 1];
		path_find_place(
			mountinfo_find(beside.mounts, last->mount), zonepath, &beside.place);
	}
	for (size_t i = 0; i < verify->index->count; i++) {
		const struct index_line *line = &verify->index->lines[i];
		const struct index_entry *other = &line->entry;
		if (line->text || strcmp(other->name, verify->entry->name) == 0
			|| strcmp(other->name, "global") == 0 || !*other->zonepath)
			continue;
		if (path_overlap(zonepath, other->zonepath))
			message_error(verify->messages, -EINVAL,
				"zonepath %s and %s, the zonepath of zone %s, overlap: neither may "
				"lie in the other",
				zonepath, other->zonepath, other->name);
		else if (overlaps_by_mount(&beside, other->zonepath))
			message_error(verify->messages, -EINVAL,
				"zonepath %s and %s, the zonepath of zone %s, are one directory, "
				"or one lies in the other, by way of a mount or a link: give one "
				"of the zones another zonepath",
				zonepath, other->zonepath, other->name);
	}
	free(beside.way.steps);
	free(beside.parent_way.steps);
	free(beside.place.path);
}

/* ---- what is in it ---- */

enum {
	NAMED_MAX = 3, /* how many of several things a message names */
};

/* Things that a message is about: the first ones by name, and how many more there are. */
struct few {
	struct str names;
	size_t count;
};

static void few_add(struct few *few, const char *name)
{
	if (few->count++ < NAMED_MAX)
		text_addf(&few->names, "%s%s", few->names.len ? ", " : "", name);
}

/* "a, b, c and 2 more" */
static const char *few_text(struct few *few)
{
	if (few->count > NAMED_MAX)
		text_addf(&few->names, " and %zu more", few->count - NAMED_MAX);
	return str_get(&few->names);
}

/*
 * What can be in the zonepath of a zone, or of one that was detached; a file system has lost+found,
 * and systemd-nspawn makes the lock.
 */
static bool is_zones(const char *name)
{
	static const char *const names[] = { ".", "..", "root", "dev", "lu", MANIFEST_NEW,
		"lost+found", ".#root.lck" };
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	size_t len = strlen(name);
	return len >= 8 && strncmp(name, "SUNW", 4) == 0 && strcmp(name + len - 4, ".xml") == 0;
}

static void gather_foreign(DIR *dir, struct few *few)
{
	for (struct dirent *entry; (entry = readdir(dir));)
		if (!is_zones(entry->d_name))
			few_add(few, entry->d_name);
}

char *zone_foreign_files(const char *zonepath)
{
	struct few few = { .names = STR_EMPTY };
	DIR *dir = opendir(zonepath);
	if (!dir)
		return NULL;
	gather_foreign(dir, &few);
	closedir(dir);
	char *text = few.count ? xstrdup(few_text(&few)) : NULL;
	str_free(&few.names);
	return text;
}

static void check_foreign(const struct verify *verify, DIR *dir, const char *zonepath)
{
	bool installed = verify->entry->state > STATE_INCOMPLETE;
	struct few few = { .names = STR_EMPTY };
	gather_foreign(dir, &few);
	if (few.count)
		message_warning(verify->messages,
			"zonepath %s has in it what is no zone's: %s: move that away%s", zonepath,
			few_text(&few),
			installed ? "" : ", or choose a directory of the zone's own");
	str_free(&few.names);
}

static void check_mounts(const struct verify *verify, const char *zonepath)
{
	struct few few = { .names = STR_EMPTY };
	for (size_t i = 0; i < verify->mounts.count; i++)
		if (path_inside(verify->mounts.rows[i].point, zonepath))
			few_add(&few, verify->mounts.rows[i].point);
	if (few.count)
		message_warning(verify->messages,
			"zonepath %s has mounts on it or below it: %s: unmount what is not the "
			"zone's, as all of that will be treated as its files",
			zonepath, few_text(&few));
	str_free(&few.names);
}

/* ---- its root ---- */

/* A zone that is only configured has no tree yet: what lies there is somebody's. */
static void check_no_root(
	const struct verify *verify, int zonepath_fd, int root_fd, const char *zonepath)
{
	if (faccessat(zonepath_fd, MANIFEST_NAME, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		message_warning(verify->messages,
			"zonepath %s holds a detached zone: attach it (zoneadm -z %s attach), or "
			"move it away",
			zonepath, verify->entry->name);
	else if (file_is_empty_directory(root_fd, ".", NULL) == 0)
		message_error(verify->messages, -EINVAL,
			"%s/root has files, although the zone is not installed: move or remove it",
			zonepath);
}

/* What the zone's state says about its root. */
static void check_root(const struct verify *verify, int zonepath_fd, const char *zonepath)
{
	bool installed = verify->entry->state > STATE_INCOMPLETE;
	AUTO_FD root = openat(zonepath_fd, "root", O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;
	if (root < 0 && errno == ENOENT && !installed)
		return;
	if (root < 0 && errno == ENOENT)
		message_error(verify->messages, -EINVAL,
			"the zone is %s, but %s/root does not exist: restore it, or uninstall the "
			"zone",
			zone_state_name(verify->entry->state), zonepath);
	else if (root < 0 || fstat(root, &st) < 0)
		message_error(verify->messages, -EINVAL, "%s/root: %s", zonepath, strerror(errno));
	else if (!S_ISDIR(st.st_mode))
		message_error(verify->messages, -EINVAL, "%s/root is not a directory", zonepath);
	else if (!installed)
		check_no_root(verify, zonepath_fd, root, zonepath);
}

/* What is in a zonepath that exists. */
static void check_inside(const struct verify *verify, const char *zonepath)
{
	check_mounts(verify, zonepath);
	AUTO_FD fd = open(zonepath, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir && errno == EACCES) {
		message_warning(verify->messages,
			"zonepath %s: what is in it was not looked at, which takes root", zonepath);
	} else if (!dir) {
		message_error(
			verify->messages, -EINVAL, "zonepath %s: %s", zonepath, strerror(errno));
	} else {
		check_foreign(verify, dir, zonepath);
		check_root(verify, fd, zonepath);
		fd_take(&fd); /* dir's */
		closedir(dir);
	}
}

void verify_zonepath(const struct verify *verify)
{
	const char *zonepath = zone_get(verify->zone, ZONE_PATH);
	bool exists = false;
	if (!zonepath)
		return; /* zone_check() has told */
	int rc = path_check(zonepath, &exists, verify->messages);
	if (rc == -EPERM)
		return; /* whatever else is to be said, it is the wrong place */
	check_overlap(verify, zonepath);
	if (exists)
		check_inside(verify, zonepath);
	else if (rc < 0)
		return; /* perhaps it exists behind what is wrong */
	else if (verify->entry->state == STATE_CONFIGURED)
		message_warning(verify->messages,
			"zonepath %s does not exist yet: installing the zone will make it",
			zonepath);
	else if (verify->entry->state != STATE_INCOMPLETE) /* it is being installed */
		message_error(verify->messages, -EINVAL,
			"the zone is %s, but its zonepath %s does not exist: mount or restore it",
			zone_state_name(verify->entry->state), zonepath);
}

int zone_verify_place(
	const struct index *index, const char *path, const char *except, struct messages *messages)
{
	size_t before = messages->error_count;
	struct index_entry self = { .name = (char *)except };
	struct verify verify = { .index = index, .entry = &self, .messages = messages };
	bool exists;
	if (path_check(path, &exists, messages) != -EPERM) {
		verify.mounts = verify_mounts(messages);
		check_overlap(&verify, path);
		mountinfo_free(&verify.mounts);
	}
	return messages->error_count > before ? -EINVAL : 0;
}
