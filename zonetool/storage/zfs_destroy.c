/*
 * zfs_destroy.c - destroying a zone's dataset without what is somebody else's: zfs destroy is never
 * given -r, -R or -f, so that it refuses whatever this file has not thought of; and what was cloned
 * from the dataset is promoted first.
 */
#include "storage/zfs_private.h"

#include "util/alloc.h"
#include "util/run.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum {
	NAMED_MAX = 5, /* of somebody else's, in a message */
};

/* A dataset that goes. */
struct doomed {
	const struct storage_job *job;
	const char *path;
	char *name;
	char *origin; /* what it was cloned from when it went, or NULL */
};

/* Whether zfs mounts it at path itself, and it is no pool: what else is there was put by fstab. */
static bool belongs(const struct zfs_row *row, const char *path)
{
	return strcmp(row->mountpoint, path) == 0 && strchr(row->name, '/');
}

static bool is_foreign(const struct zfs_row *row, const char *dataset)
{
	size_t len = strlen(dataset);
	unsigned long long number;
	const char *snapshot = zfs_snapshot_of(row->name, dataset);
	if (snapshot)
		return !zfs_snapshot_ours(snapshot, &number);
	return strncmp(row->name, dataset, len) == 0 && row->name[len] == '/';
}

/* What would go with the dataset is the zone's. Returns 0 or -EBUSY, described. */
static int check_foreign(
	const struct zfs_rows *rows, const char *dataset, struct messages *messages)
{
	size_t found = 0;
	AUTO_STR names = STR_EMPTY;
	for (size_t i = 0; i < rows->count; i++) {
		if (!is_foreign(&rows->rows[i], dataset))
			continue;
		if (found++ < NAMED_MAX)
			text_addf(&names, "%s%s", names.len ? ", " : "", rows->rows[i].name);
	}
	if (found == 0)
		return 0;
	if (found > NAMED_MAX)
		text_addf(&names, " and %zu more", found - NAMED_MAX);
	return message_error(messages, -EBUSY,
		"%s has snapshots or file systems that are not the zone's and would go with it: "
		"%s: move or destroy them first",
		dataset, str_get(&names));
}

int zfs_check_destroy(const char *path, struct messages *messages)
{
	AUTO_ROWS rows = { NULL, 0 };
	AUTO_FREE char *name = zfs_at(path);
	int rc = name ? zfs_list(name, &rows, messages) : 0;
	if (rc < 0)
		return rc;
	const struct zfs_row *row = name ? zfs_find(&rows, name) : NULL;
	/* A file system that is only emptied keeps what it has. */
	return row && belongs(row, path) ? check_foreign(&rows, name, messages) : 0;
}

/* ---- the steps ---- */

/* A snapshot of the dataset that cannot go to this clone with the others, as that has its name. */
static const struct zfs_row *find_conflict(
	const struct zfs_rows *pool, const char *dataset, const char *clone)
{
	for (size_t i = 0; i < pool->count; i++) {
		const char *snapshot = zfs_snapshot_of(pool->rows[i].name, dataset);
		if (!snapshot)
			continue;
		AUTO_FREE char *same = xasprintf("%s@%s", clone, snapshot);
		if (zfs_find(pool, same))
			return &pool->rows[i];
	}
	return NULL;
}

/* Run a step. Returns 1, or, if it has failed, 0; the last time described, -EIO or the like. */
static int step(const struct doomed *doomed, bool last, const char *const *argv)
{
	if (last) {
		int rc = zfs_do(doomed->job, argv);
		return rc < 0 ? rc : 1;
	}
	return zfs_try(doomed->job, argv);
}

/* Give a clone all that it depends on. */
static int step_promote(
	const struct doomed *doomed, const struct zfs_rows *pool, const char *clone, bool last)
{
	const struct zfs_row *conflict = find_conflict(pool, doomed->name, clone);
	if (!conflict)
		return step(doomed, last, ZFS("promote", clone));
	AUTO_FREE char *name = xasprintf("%s@SUNWzone%llu", doomed->name, zfs_free_number(pool));
	return step(doomed, last, ZFS("rename", conflict->name, name));
}

/* The next of all that has to be done, as what there is tells. Returns as step() does. */
static int step_next(struct doomed *doomed, const struct zfs_rows *pool, bool last)
{
	for (size_t i = 0; i < pool->count; i++)
		if (zfs_snapshot_of(pool->rows[i].origin, doomed->name))
			return step_promote(doomed, pool, pool->rows[i].name, last);
	for (size_t i = 0; i < pool->count; i++)
		if (zfs_snapshot_of(pool->rows[i].name, doomed->name))
			return step(doomed, last, ZFS("destroy", pool->rows[i].name));
	AUTO_FREE char *mounted = zfs_at(doomed->path);
	if (mounted && strcmp(mounted, doomed->name) == 0)
		return step(doomed, last, ZFS("unmount", doomed->name));
	/* Now, so that no kill leaves it. */
	rmdir(doomed->path);
	free(doomed->origin);
	doomed->origin = xstrdup(zfs_find(pool, doomed->name)->origin);
	return step(doomed, last, ZFS("destroy", doomed->name));
}

/*
 * Step after step until it is gone, looking again each time: others clone and destroy in the same
 * pool, and the last of its users may need a moment to let go of it.
 */
static int destroy_dataset(struct doomed *doomed)
{
	struct messages *messages = doomed->job->messages;
	for (int failed = 0; failed < ZFS_TRIES_MAX;) {
		AUTO_ROWS pool = { NULL, 0 };
		int rc = zfs_list_pool(doomed->name, &pool, messages);
		if (rc < 0)
			return rc;
		const struct zfs_row *row = zfs_find(&pool, doomed->name);
		if (!row)
			return 0;
		if (!belongs(row, doomed->path))
			return message_error(messages, -EBUSY,
				"%s was changed by somebody else, and stays: its mount point is %s",
				doomed->name, row->mountpoint);
		rc = check_foreign(&pool, doomed->name, messages);
		if (rc == 0)
			rc = step_next(doomed, &pool, failed + 1 == ZFS_TRIES_MAX);
		if (rc < 0)
			return rc;
		if (rc == 0) {
			failed++;
			zfs_pause();
		}
	}
	return -EBUSY;
}

/* The dataset that zfs would mount at path, and has not. Returns 0, *ret_name NULL if none. */
static int find_unmounted(const char *path, char **ret_name, struct messages *messages)
{
	AUTO_ROWS rows = { NULL, 0 };
	int rc = zfs_list(NULL, &rows, messages);
	*ret_name = NULL;
	for (size_t i = 0; rc == 0 && i < rows.count; i++) {
		if (!belongs(&rows.rows[i], path) || !rows.rows[i].can_mount)
			continue;
		if (*ret_name)
			rc = message_error(messages, -EBUSY,
				"%s and %s have the same mount point, %s: which is the zone's "
				"cannot be told",
				*ret_name, rows.rows[i].name, path);
		else
			*ret_name = xstrdup(rows.rows[i].name);
	}
	return rc;
}

int zfs_destroy_snapshot(const char *snapshot, const struct storage_job *job)
{
	for (int i = 1;; i++) {
		AUTO_ROWS pool = { NULL, 0 };
		int rc = zfs_list_pool(snapshot, &pool, job->messages);
		if (rc < 0 || !zfs_find(&pool, snapshot) || zfs_clone_of(&pool, snapshot))
			return rc;
		if (i == ZFS_TRIES_MAX)
			return zfs_do(job, ZFS("destroy", snapshot));
		if (!zfs_try(job, ZFS("destroy", snapshot)))
			zfs_pause();
	}
}

/* What it was cloned from has no use any more, if that was a snapshot that clone() took. */
static int destroy_origin(const char *origin, const struct storage_job *job)
{
	unsigned long long number;
	const char *at = strchr(origin, '@');
	if (!at || !zfs_snapshot_ours(at + 1, &number))
		return 0;
	AUTO_FREE char *source = zfs_get(origin, ZFS_OWNER, "source");
	return source && strcmp(source, "local") == 0 ? zfs_destroy_snapshot(origin, job) : 0;
}

int zfs_destroy(const char *path, const struct storage_job *job)
{
	struct doomed doomed = { .job = job, .path = path, .name = zfs_at(path) };
	int rc = doomed.name ? 0 : find_unmounted(path, &doomed.name, job->messages);
	if (rc < 0 || !doomed.name) {
		/* What it was mounted on may be left of it. */
		if (rc == 0)
			zfs_remove_mountpoint(path, job);
		free(doomed.name);
		return rc;
	}
	AUTO_FREE char *mountpoint = zfs_get(doomed.name, "mountpoint", "value");
	if (mountpoint && (strcmp(mountpoint, path) != 0 || !strchr(doomed.name, '/'))) {
		free(doomed.name);
		return storage_directory.destroy(path, job);
	}
	rc = destroy_dataset(&doomed);
	if (rc == 0) {
		zfs_remove_mountpoint(path, job);
		rc = doomed.origin ? destroy_origin(doomed.origin, job) : 0;
	} else {
		struct messages quiet = messages_quiet();
		struct storage_job again = { .messages = &quiet, .lock_fd = job->lock_fd };
		zfs_try(&again, ZFS("mount", doomed.name));
	}
	free(doomed.name);
	free(doomed.origin);
	return rc;
}
