/*
 * zfs_destroy.c - destroying a zone's dataset without what is somebody else's: zfs destroy is never
 * given -r, -R or -f, so that it refuses whatever this file has not thought of; and what was cloned
 * from the dataset is promoted first. The snapshots up to the last one that has a clone go over to
 * the clones by that, a person's as well as ours; of the others only ours are destroyed.
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

/*
 * The snapshot that a row was cloned from, if that is one of the dataset's: promoting it makes this
 * one, and all that are older, its own. Else NULL.
 */
static const struct zfs_row *cloned_from(
	const struct zfs_rows *pool, const struct zfs_row *row, const char *dataset)
{
	return zfs_snapshot_of(row->origin, dataset) ? zfs_find(pool, row->origin) : NULL;
}

/* Until when, in transactions, the snapshots of the dataset go over to what was cloned from it. */
static unsigned long long last_leaving(const struct zfs_rows *pool, const char *dataset)
{
	unsigned long long last = 0;
	for (size_t i = 0; i < pool->count; i++) {
		const struct zfs_row *origin = cloned_from(pool, &pool->rows[i], dataset);
		if (origin && origin->created > last)
			last = origin->created;
	}
	return last;
}

static bool is_foreign(const struct zfs_row *row, const char *dataset, unsigned long long last)
{
	size_t len = strlen(dataset);
	if (zfs_snapshot_of(row->name, dataset))
		return row->created > last && !zfs_took(row);
	return strncmp(row->name, dataset, len) == 0 && row->name[len] == '/';
}

/* What would go with the dataset is the zone's. Returns 0 or -EBUSY, described. */
static int check_foreign(
	const struct zfs_rows *pool, const char *dataset, struct messages *messages)
{
	size_t found = 0;
	unsigned long long last = last_leaving(pool, dataset);
	AUTO_STR names = STR_EMPTY;
	for (size_t i = 0; i < pool->count; i++) {
		if (!is_foreign(&pool->rows[i], dataset, last))
			continue;
		if (found++ < NAMED_MAX)
			text_addf(&names, "%s%s", names.len ? ", " : "", pool->rows[i].name);
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

/*
 * A snapshot of the dataset, a person's or one of ours, that cannot go over to this clone, as that
 * has one of the same name; or NULL.
 */
static const struct zfs_row *find_conflict(
	const struct zfs_rows *pool, const char *dataset, const struct zfs_row *clone, bool persons)
{
	const struct zfs_row *origin = cloned_from(pool, clone, dataset);
	for (size_t i = 0; origin && i < pool->count; i++) {
		const struct zfs_row *row = &pool->rows[i];
		const char *snapshot = zfs_snapshot_of(row->name, dataset);
		if (!snapshot || row->created > origin->created)
			continue;
		AUTO_FREE char *same = xasprintf("%s@%s", clone->name, snapshot);
		if (zfs_find(pool, same) && zfs_took(row) != persons)
			return row;
	}
	return NULL;
}

/* What goes over to clones can: ours get other names. Returns 0 or -EBUSY, described. */
static int check_conflicts(
	const struct zfs_rows *pool, const char *dataset, struct messages *messages)
{
	for (size_t i = 0; i < pool->count; i++) {
		const struct zfs_row *clone = &pool->rows[i];
		const struct zfs_row *conflict = find_conflict(pool, dataset, clone, true);
		if (conflict)
			return message_error(messages, -EBUSY,
				"%s belongs to %s when %s is gone, and that has a snapshot of the "
				"same name: rename one of them first",
				conflict->name, clone->name, dataset);
	}
	return 0;
}

/* Nothing that is not the zone's stands in the way. Returns 0 or -EBUSY, described. */
static int check(const struct zfs_rows *pool, const char *dataset, struct messages *messages)
{
	int rc = check_foreign(pool, dataset, messages);
	return rc < 0 ? rc : check_conflicts(pool, dataset, messages);
}

int zfs_check_destroy(const char *path, struct messages *messages)
{
	AUTO_ROWS pool = { NULL, 0 };
	AUTO_FREE char *name = zfs_at(path);
	int rc = name ? zfs_list_pool(name, &pool, messages) : 0;
	if (rc < 0)
		return rc;
	const struct zfs_row *row = name ? zfs_find(&pool, name) : NULL;
	/* A file system that is only emptied keeps what it has. */
	return row && belongs(row, path) ? check(&pool, name, messages) : 0;
}

/* ---- the steps ---- */

/* Run a step. Returns 1, or, if it has failed, 0; the last time described, -EIO or the like. */
static int step(const struct doomed *doomed, bool last, const char *const *argv)
{
	if (last) {
		int rc = zfs_do(doomed->job, argv);
		return rc < 0 ? rc : 1;
	}
	return zfs_try(doomed->job, argv);
}

/* Say of a person's snapshots where they are now. */
static void tell_gone_over(const struct doomed *doomed, const struct zfs_rows *pool,
	const struct zfs_row *clone, const struct zfs_row *origin)
{
	for (size_t i = 0; i < pool->count; i++) {
		const struct zfs_row *row = &pool->rows[i];
		const char *snapshot = zfs_snapshot_of(row->name, doomed->name);
		if (snapshot && row->created <= origin->created && !row->marked)
			message_note(doomed->job->messages,
				"snapshot %s belongs to a clone from now on: %s@%s", snapshot,
				clone->name, snapshot);
	}
}

/* Give a clone all that it depends on. */
static int step_promote(const struct doomed *doomed, const struct zfs_rows *pool,
	const struct zfs_row *clone, const struct zfs_row *origin, bool last)
{
	const struct zfs_row *conflict = find_conflict(pool, doomed->name, clone, false);
	if (conflict) {
		AUTO_FREE char *name = xasprintf(
			"%s@SUNWzone%llu", doomed->name, zfs_free_number(pool));
		return step(doomed, last, ZFS("rename", conflict->name, name));
	}
	int rc = step(doomed, last, ZFS("promote", clone->name));
	if (rc > 0)
		tell_gone_over(doomed, pool, clone, origin);
	return rc;
}

/* The next of all that has to be done, as what there is tells. Returns as step() does. */
static int step_next(struct doomed *doomed, const struct zfs_rows *pool, bool last)
{
	for (size_t i = 0; i < pool->count; i++) {
		const struct zfs_row *origin = cloned_from(pool, &pool->rows[i], doomed->name);
		if (origin)
			return step_promote(doomed, pool, &pool->rows[i], origin, last);
	}
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
		rc = check(&pool, doomed->name, messages);
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

/* The dataset that zfs would mount at path, and has not. Returns 0; *ret_name is set if any. */
static int find_unmounted(const char *path, char **ret_name, struct messages *messages)
{
	AUTO_ROWS rows = { NULL, 0 };
	const struct zfs_row *row = NULL;
	int rc = zfs_list(NULL, &rows, messages);
	if (rc == 0)
		rc = zfs_find_unmounted(&rows, path, &row, messages);
	if (rc == 0 && row && belongs(row, path))
		*ret_name = xstrdup(row->name);
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
	AUTO_ROWS pool = { NULL, 0 };
	if (!strchr(origin, '@'))
		return 0;
	int rc = zfs_list_pool(origin, &pool, job->messages);
	const struct zfs_row *row = rc < 0 ? NULL : zfs_find(&pool, origin);
	return row && zfs_took(row) ? zfs_destroy_snapshot(origin, job) : rc;
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
