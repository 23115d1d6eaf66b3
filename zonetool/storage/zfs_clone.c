/* zfs_clone.c - zones cloned without copying: a snapshot of the source, and a clone of that. */
#include "storage/zfs_private.h"

#include "util/alloc.h"
#include "util/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a clone has as its source has it, whatever is above: its files would change otherwise. */
static const char *const kept_properties[] = { "acltype", "xattr", "setuid", "devices", "exec",
	"atime", "relatime" };
enum { KEPT = sizeof(kept_properties) / sizeof(kept_properties[0]) };

/* What is not to be shared with the network just because what is above it is (6962440). */
static const char *const share_properties[] = { "sharenfs", "sharesmb" };
enum { SHARES = sizeof(share_properties) / sizeof(share_properties[0]) };

/* ---- planning ---- */

/* A person's choice: DATASET@NAME, @NAME or NAME. Returns 0 or -ENOENT, described. */
static int find_wanted(const struct zfs_rows *pool, const char *dataset, const char *wanted,
	char **ret_snapshot, struct messages *messages)
{
	const char *at = strchr(wanted, '@');
	AUTO_FREE char *snapshot = at && at != wanted
		? xstrdup(wanted)
		: xasprintf("%s@%s", dataset, at ? at + 1 : wanted);
	if (!zfs_snapshot_of(snapshot, dataset) || !zfs_find(pool, snapshot))
		return message_error(messages, -ENOENT,
			"%s is no snapshot of the source, %s: zfs list -t snapshot -r %s shows "
			"them",
			wanted, dataset, dataset);
	*ret_snapshot = xstrdup(snapshot);
	return 0;
}

int zfs_plan_clone(const char *from, const char *to, const char *wanted, char **ret_snapshot,
	struct messages *messages)
{
	AUTO_FREE char *dataset = zfs_at(from), *name = zfs_name_for(to);
	if (!dataset || !name || !zfs_same_pool(dataset, name))
		return 1;
	AUTO_ROWS pool = { NULL, 0 };
	int rc = zfs_list_pool(dataset, &pool, messages);
	if (rc < 0)
		return rc;
	if (wanted)
		return find_wanted(&pool, dataset, wanted, ret_snapshot, messages);
	/* Free in the whole pool: snapshots come together when clones are promoted. */
	*ret_snapshot = xasprintf("%s@SUNWzone%llu", dataset, zfs_free_number(&pool));
	return 0;
}

/* ---- snapshots ---- */

static bool is_owner(const char *snapshot, const char *owner)
{
	AUTO_FREE char *value = zfs_get(snapshot, ZFS_OWNER, "value");
	AUTO_FREE char *source = zfs_get(snapshot, ZFS_OWNER, "source");
	return value && source && strcmp(value, owner) == 0 && strcmp(source, "local") == 0;
}

/*
 * Take the snapshot, unless it is one that a person took. Returns 0, -EAGAIN, not described, or
 * another negative errno, described.
 */
static int take(
	const char *from, const char *snapshot, const char *owner, const struct storage_job *job)
{
	AUTO_ROWS pool = { NULL, 0 };
	int rc = zfs_list_pool(snapshot, &pool, job->messages);
	if (rc < 0)
		return rc;
	bool exists = zfs_find(&pool, snapshot) != NULL;
	if (!owner)
		return exists ? 0 : message_error(job->messages, -ENOENT, "%s is gone", snapshot);
	if (exists)
		return is_owner(snapshot, owner) ? 0 : -EAGAIN;
	AUTO_FD fd = open(from, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || syncfs(fd) < 0)
		return message_error(job->messages, -errno, "%s: %s", from, strerror(errno));
	AUTO_FREE char *mark = xasprintf(ZFS_OWNER "=%s", owner);
	if (zfs_try(job, ZFS("snapshot", "-o", mark, snapshot)) || is_owner(snapshot, owner))
		return 0;
	zfs_rows_free(&pool);
	rc = zfs_list_pool(snapshot, &pool, job->messages);
	if (rc < 0)
		return rc;
	if (zfs_find(&pool, snapshot))
		return -EAGAIN;
	return zfs_insist(job, ZFS("snapshot", "-o", mark, snapshot));
}

int zfs_drop_snapshot(const char *snapshot, const char *owner, const struct storage_job *job)
{
	unsigned long long number;
	const char *at = strchr(snapshot, '@');
	if (!at || *snapshot == '-' || !zfs_snapshot_numbered(at + 1, &number)
		|| !is_owner(snapshot, owner))
		return 0;
	return zfs_destroy_snapshot(snapshot, job);
}

/* ---- cloning ---- */

/* The command; the caller frees what options holds. */
struct clone_argv {
	const char *argv[3 + 2 * (KEPT + SHARES) + 2];
	size_t count;
	char *options[KEPT + SHARES];
	size_t option_count;
};

static void add_option(struct clone_argv *clone, const char *property, const char *value)
{
	char *option = xasprintf("%s=%s", property, value);
	clone->options[clone->option_count++] = option;
	clone->argv[clone->count++] = "-o";
	clone->argv[clone->count++] = option;
}

/* Its properties are inherited from what is above it, not from what it is cloned from. */
static void add_options(struct clone_argv *clone, const char *dataset, const char *name)
{
	AUTO_FREE char *above = xstrndup(name, (size_t)(strrchr(name, '/') - name));
	for (size_t i = 0; i < KEPT; i++) {
		AUTO_FREE char *value = zfs_get(dataset, kept_properties[i], "value");
		AUTO_FREE char *inherited = zfs_get(above, kept_properties[i], "value");
		if (value && inherited && strcmp(value, inherited) != 0)
			add_option(clone, kept_properties[i], value);
	}
	for (size_t i = 0; i < SHARES; i++) {
		AUTO_FREE char *value = zfs_get(above, share_properties[i], "value");
		if (value && strcmp(value, "off") != 0)
			add_option(clone, share_properties[i], "off");
	}
}

static int clone_snapshot(
	const char *dataset, const char *snapshot, const char *name, const struct storage_job *job)
{
	struct clone_argv clone = { .argv = { "zfs", "clone" }, .count = 2 };
	add_options(&clone, dataset, name);
	clone.argv[clone.count++] = snapshot;
	clone.argv[clone.count++] = name;
	int rc = zfs_do(job, clone.argv);
	for (size_t i = 0; i < clone.option_count; i++)
		free(clone.options[i]);
	/* It may have come to be without being mounted. */
	AUTO_FREE char *origin = rc < 0 ? zfs_get(name, "origin", "value") : NULL;
	if (origin && strcmp(origin, snapshot) == 0)
		zfs_do(job, ZFS("destroy", name));
	return rc;
}

int zfs_clone(const char *from, const char *to, const char *snapshot, const char *owner,
	const struct storage_job *job)
{
	struct stat st;
	AUTO_FREE char *dataset = zfs_at(from), *name = zfs_name_for(to);
	if (!dataset || !name || !zfs_snapshot_of(snapshot, dataset))
		return message_error(job->messages, -EINVAL,
			"%s cannot be cloned to %s: file systems were mounted or unmounted",
			snapshot, to);
	if (lstat(to, &st) == 0)
		return message_error(
			job->messages, -EEXIST, "cannot make %s: %s", to, strerror(EEXIST));
	int rc = take(from, snapshot, owner, job);
	if (rc < 0)
		return rc;
	rc = clone_snapshot(dataset, snapshot, name, job);
	if (rc < 0) {
		if (owner)
			zfs_drop_snapshot(snapshot, owner, job);
		return rc;
	}
	rc = zfs_mount(name, to, job);
	if (rc < 0)
		zfs_destroy(to, job); /* and the snapshot with it */
	return rc;
}
