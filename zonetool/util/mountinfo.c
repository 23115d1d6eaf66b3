/* mountinfo.c - what is mounted in a mount namespace: libmount reads it. */
#include "util/mountinfo.h"

#include "util/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <libmount.h>
#include <string.h>
#include <sys/stat.h>

static bool take_row(struct libmnt_fs *fs, struct mount *ret_mount)
{
	const char *source = mnt_fs_get_source(fs);
	struct mount mount = {
		.id = (uint64_t)mnt_fs_get_id(fs),
		.device = mnt_fs_get_devno(fs),
		.root = mnt_fs_get_root(fs),
		.point = mnt_fs_get_target(fs),
		.type = mnt_fs_get_fstype(fs),
		.source = source ? source : "none", /* which libmount leaves out */
	};
	if (!mount.root || !mount.point || mount.point[0] != '/' || !mount.type)
		return false;
	*ret_mount = mount;
	return true;
}

int mountinfo_read(const char *file, struct mount_table *ret_table)
{
	struct libmnt_table *texts = mnt_new_table();
	struct libmnt_iter *iter = mnt_new_iter(MNT_ITER_FORWARD);
	if (!texts || !iter)
		alloc_failed();
	/* Not mnt_table_parse_mtab(), which would add what /run/mount/utab claims. */
	int rc = mnt_table_parse_file(texts, file);
	if (rc == -ENOMEM)
		alloc_failed();
	if (rc < 0) {
		mnt_free_iter(iter);
		mnt_unref_table(texts);
		return rc;
	}
	struct mount_table table = { .texts = texts,
		.rows = xcalloc((size_t)mnt_table_get_nents(texts) + 1, sizeof(*table.rows)) };
	for (struct libmnt_fs *fs; mnt_table_next_fs(texts, iter, &fs) == 0;)
		table.count += take_row(fs, &table.rows[table.count]);
	mnt_free_iter(iter);
	*ret_table = table;
	return 0;
}

void mountinfo_free(struct mount_table *table)
{
	free(table->rows);
	mnt_unref_table(table->texts);
	*table = (struct mount_table){ 0 };
}

const struct mount *mountinfo_find(const struct mount_table *table, uint64_t id)
{
	for (size_t i = 0; i < table->count; i++)
		if (table->rows[i].id == id)
			return &table->rows[i];
	return NULL;
}

const struct mount *mountinfo_find_at(const struct mount_table *table, int dir_fd, const char *path)
{
	struct statx st;
	/* Before Linux 5.8 the mask comes back without the number. */
	if (statx(dir_fd, path, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH, STATX_MNT_ID, &st) < 0
		|| !(st.stx_mask & STATX_MNT_ID))
		return NULL;
	return mountinfo_find(table, st.stx_mnt_id);
}

bool mountinfo_is_zfs(const struct mount *mount)
{
	return strcmp(mount->type, "zfs") == 0 || strcmp(mount->type, "fuse.zfs") == 0;
}
