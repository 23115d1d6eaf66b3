/*
 * zfs_list.c - what there is of ZFS: from /proc/self/mountinfo and from zfs(8); and running that.
 */
#include "storage/zfs_private.h"

#include "util/alloc.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/mountinfo.h"
#include "util/run.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define OURS "SUNWzone"
#define COLUMNS "name,origin,createtxg,canmount," ZFS_OWNER ",mountpoint"

enum {
	PAUSE_MS = 50,
	DIGITS_MAX = 18, /* of the number of a snapshot */
};

/* ---- mounts ---- */

bool zfs_on(const char *path, char **ret_name, bool *ret_root)
{
	AUTO_MOUNT_TABLE table = { 0 };
	if (mountinfo_read(MOUNTINFO_SELF, &table) < 0)
		return false;
	const struct mount *mount = mountinfo_find_at(&table, AT_FDCWD, path);
	/* A whole file system, and no snapshot: what is below .zfs/snapshot is mounted as well. */
	if (!mount || !mountinfo_is_zfs(mount) || strcmp(mount->root, "/") != 0
		|| strchr(mount->source, '@'))
		return false;
	*ret_name = xstrdup(mount->source);
	*ret_root = strcmp(mount->point, path) == 0;
	return true;
}

char *zfs_at(const char *path)
{
	char *name;
	bool root;
	if (!zfs_on(path, &name, &root))
		return NULL;
	if (root)
		return name;
	free(name);
	return NULL;
}

/* ---- names ---- */

int zfs_pool_len(const char *name)
{
	return (int)strcspn(name, "/@");
}

bool zfs_same_pool(const char *a, const char *b)
{
	int len = zfs_pool_len(a);
	return len == zfs_pool_len(b) && memcmp(a, b, (size_t)len) == 0;
}

/* As zfs_namecheck.c of both has it, without the % that is for their own names. */
static bool component_legal(const char *name)
{
	return *name && strcmp(name, ".") != 0 && strcmp(name, "..") != 0
		&& strspn(name,
			   "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
			   "-_.: ")
		== strlen(name);
}

char *zfs_name_for(const char *path)
{
	const char *last = strrchr(path, '/') + 1;
	AUTO_FREE char *above = file_above(path);
	AUTO_FREE char *parent = zfs_at(above);
	if (!parent || !component_legal(last)
		|| strlen(parent) + 1 + strlen(last) > ZFS_NAME_BYTES_MAX)
		return NULL;
	/* "legacy", or elsewhere: what is made below it would not be mounted here. */
	AUTO_FREE char *mountpoint = zfs_get(parent, "mountpoint", "value");
	if (!mountpoint || strcmp(mountpoint, above) != 0)
		return NULL;
	return xasprintf("%s/%s", parent, last);
}

bool zfs_snapshot_numbered(const char *name, unsigned long long *ret_number)
{
	if (strncmp(name, OURS, strlen(OURS)) != 0)
		return false;
	const char *digits = name + strlen(OURS);
	size_t len = strlen(digits);
	if (len == 0 || len > DIGITS_MAX || strspn(digits, "0123456789") != len)
		return false;
	*ret_number = strtoull(digits, NULL, 10);
	return true;
}

const char *zfs_snapshot_of(const char *name, const char *dataset)
{
	size_t len = strlen(dataset);
	return strncmp(name, dataset, len) == 0 && name[len] == '@' ? name + len + 1 : NULL;
}

/* ---- lists ---- */

static void rows_parse(struct zfs_rows *rows, char *text)
{
	size_t room = 0;
	for (char *line; (line = strsep(&text, "\n"));) {
		char *name = strsep(&line, "\t"), *origin = strsep(&line, "\t");
		char *created = strsep(&line, "\t"), *can_mount = strsep(&line, "\t");
		char *owner = strsep(&line, "\t");
		if (!line)
			continue; /* the end, or the rest of a mount point with a newline */
		if (rows->count == room) {
			room = room ? room * 2 : 64;
			rows->rows = xrealloc(rows->rows, room, sizeof(*rows->rows));
		}
		rows->rows[rows->count++] = (struct zfs_row){ .name = xstrdup(name),
			.origin = xstrdup(origin),
			.mountpoint = xstrdup(line),
			.created = strtoull(created, NULL, 10),
			.can_mount = strcmp(can_mount, "on") == 0,
			.by_hand = strcmp(can_mount, "noauto") == 0,
			.marked = strcmp(owner, "-") != 0 };
	}
}

int zfs_list(const char *dataset, struct zfs_rows *ret_rows, struct messages *messages)
{
	AUTO_RUN_OUTPUT output = { NULL, NULL };
	struct run run = { .argv = dataset ? ZFS("list", "-H", "-r", "-t",
					   "filesystem,volume,snapshot", "-o", COLUMNS, dataset)
					   : ZFS("list", "-H", "-t", "filesystem", "-o", COLUMNS) };
	int rc = run_checked(&run, &output, messages);
	if (rc < 0)
		return rc;
	*ret_rows = (struct zfs_rows){ NULL, 0 };
	rows_parse(ret_rows, output.out);
	return 0;
}

int zfs_list_pool(const char *dataset, struct zfs_rows *ret_rows, struct messages *messages)
{
	AUTO_FREE char *pool = xasprintf("%.*s", zfs_pool_len(dataset), dataset);
	return zfs_list(pool, ret_rows, messages);
}

void zfs_rows_free(struct zfs_rows *rows)
{
	for (size_t i = 0; i < rows->count; i++) {
		free(rows->rows[i].name);
		free(rows->rows[i].origin);
		free(rows->rows[i].mountpoint);
	}
	free(rows->rows);
	*rows = (struct zfs_rows){ NULL, 0 };
}

const struct zfs_row *zfs_find(const struct zfs_rows *rows, const char *name)
{
	for (size_t i = 0; i < rows->count; i++)
		if (strcmp(rows->rows[i].name, name) == 0)
			return &rows->rows[i];
	return NULL;
}

bool zfs_took(const struct zfs_row *snapshot)
{
	unsigned long long number;
	const char *at = strchr(snapshot->name, '@');
	if (!at || !snapshot->marked || !zfs_snapshot_numbered(at + 1, &number))
		return false;
	AUTO_FREE char *source = zfs_get(snapshot->name, ZFS_OWNER, "source");
	/* NULL: it had the mark, and is gone meanwhile. */
	return !source || strcmp(source, "local") == 0;
}

/* The file systems with this mount point. Returns how many, and *ret_first. */
static int count_at(const struct zfs_rows *rows, const char *path, bool by_hand,
	const struct zfs_row **ret_first)
{
	int count = 0;
	for (size_t i = rows->count; i-- > 0;) {
		const struct zfs_row *row = &rows->rows[i];
		if (strcmp(row->mountpoint, path) != 0
			|| !(by_hand ? row->by_hand : row->can_mount))
			continue;
		*ret_first = row;
		count++;
	}
	return count;
}

int zfs_find_unmounted(const struct zfs_rows *rows, const char *path,
	const struct zfs_row **ret_row, struct messages *messages)
{
	const struct zfs_row *row = NULL;
	int count = count_at(rows, path, false, &row);
	if (count > 1)
		return message_error(messages, -EBUSY,
			"%s and %d more ZFS file systems have the mount point %s: mount the zone's",
			row->name, count - 1, path);
	/* It may be a copy, such as a backup: whose it is, a person tells by mounting it. */
	if (count == 0 && count_at(rows, path, true, &row) > 0)
		return message_error(messages, -EBUSY,
			"%s, whose mount point is %s, is not mounted, and its canmount is noauto: "
			"if it is the zone's, mount it (zfs mount); else change its mount point",
			row->name, path);
	*ret_row = row;
	return 0;
}

/* A person's may be so high that the next would have too many digits: it is never come to. */
static const unsigned long long COUNTED_MAX = 1000000000000000;

unsigned long long zfs_free_number(const struct zfs_rows *pool)
{
	unsigned long long highest = 0, number;
	for (size_t i = 0; i < pool->count; i++) {
		const char *at = strchr(pool->rows[i].name, '@');
		if (at && zfs_snapshot_numbered(at + 1, &number) && number > highest
			&& number < COUNTED_MAX)
			highest = number;
	}
	return highest + 1;
}

const struct zfs_row *zfs_clone_of(const struct zfs_rows *pool, const char *snapshot)
{
	for (size_t i = 0; i < pool->count; i++)
		if (strcmp(pool->rows[i].origin, snapshot) == 0)
			return &pool->rows[i];
	return NULL;
}

char *zfs_get(const char *name, const char *property, const char *field)
{
	AUTO_RUN_OUTPUT output = { NULL, NULL };
	struct run run = { .argv = ZFS("get", "-H", "-p", "-o", field, property, name) };
	if (run_program(&run, &output) != 0)
		return NULL;
	size_t len = strlen(output.out);
	return xstrndup(output.out, len > 0 ? len - 1 : 0); /* without its newline */
}

/* ---- commands ---- */

bool zfs_try(const struct storage_job *job, const char *const *argv)
{
	AUTO_RUN_OUTPUT output = { NULL, NULL };
	struct run run = { .argv = argv, .hold_fd = job->lock_fd };
	return run_program(&run, &output) == 0;
}

int zfs_do(const struct storage_job *job, const char *const *argv)
{
	struct run run = { .argv = argv, .hold_fd = job->lock_fd };
	return run_checked(&run, NULL, job->messages);
}

void zfs_pause(void)
{
	clock_pause(PAUSE_MS);
}

int zfs_insist(const struct storage_job *job, const char *const *argv)
{
	for (int i = 1; i < ZFS_TRIES_MAX; i++) {
		if (zfs_try(job, argv))
			return 0;
		zfs_pause();
	}
	return zfs_do(job, argv);
}

int zfs_mount(const char *name, const char *path, const struct storage_job *job)
{
	for (int i = 0; i < ZFS_TRIES_MAX; i++) {
		AUTO_FREE char *there = zfs_at(path);
		if (there && strcmp(there, name) == 0)
			return 0;
		if (i > 0)
			zfs_pause();
		if (!zfs_try(job, ZFS("mount", name)) && i + 1 == ZFS_TRIES_MAX)
			return zfs_do(job, ZFS("mount", name));
	}
	return message_error(job->messages, -EIO,
		"%s is mounted, but not at %s in this mount namespace: see its property mountpoint",
		name, path);
}

void zfs_remove_mountpoint(const char *path, const struct storage_job *job)
{
	if (rmdir(path) < 0 && errno != ENOENT)
		message_warning(job->messages,
			"the directory %s, which a ZFS file system was mounted on, stays: %s", path,
			strerror(errno));
}
