/* test_mountinfo.c - tables of mounts: odd lines, and this machine's own. */
#include "zone_fixture.h"

#include "util/alloc.h"
#include "util/mountinfo.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

static struct mount_table read_text(struct zone_fixture *fixture, const char *text)
{
	struct mount_table table = { 0 };
	AUTO_FREE char *path = xasprintf("%s/table", fixture->path);
	zone_fixture_write(fixture->fd, "table", text);
	assert_int_equal(mountinfo_read(path, &table), 0);
	return table;
}

static void expect(const struct mount *have, const struct mount *want)
{
	assert_int_equal(have->id, want->id);
	assert_int_equal(have->device, want->device);
	assert_string_equal(have->root, want->root);
	assert_string_equal(have->point, want->point);
	assert_string_equal(have->type, want->type);
	assert_string_equal(have->source, want->source);
}

static void lines_are_understood(void **state)
{
	const struct {
		const char *line;
		struct mount want;
	} rows[] = {
		{ "21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n",
			{ 21, makedev(8, 1), "/", "/", "ext4", "/dev/sda1" } },
		{ "22 21 0:5 / /dev rw - devtmpfs devtmpfs rw,size=1k\n",
			{ 22, makedev(0, 5), "/", "/dev", "devtmpfs", "devtmpfs" } },
		{ "23 21 8:1 /a\\040b /c\\011d\\012e\\134f\\134040 rw - ext4 /dev/x\\040y rw\n",
			{ 23, makedev(8, 1), "/a b", "/c\td\ne\\f\\040", "ext4", "/dev/x y" } },
		{ "24 21 259:1048575 /gone//deleted /p ro shared:1 master:2 - xfs /dev/n rw\n",
			{ 24, makedev(259, 1048575), "/gone//deleted", "/p", "xfs", "/dev/n" } },
		{ "25 21 0:40 / /z\\303\\274 rw - fuse.zfs tank/a rw\n",
			{ 25, makedev(0, 40), "/", "/z\xc3\xbc", "fuse.zfs", "tank/a" } },
		{ "26 21 0:41 / /- rw master:3 propagate_from:2 - tmpfs - rw\n",
			{ 26, makedev(0, 41), "/", "/-", "tmpfs", "-" } },
		{ "27 21 0:42 / /empty rw - tmpfs  rw\n",
			{ 27, makedev(0, 42), "/", "/empty", "tmpfs", "" } },
		{ "28 21 0:43 / /none rw - tmpfs none rw\n",
			{ 28, makedev(0, 43), "/", "/none", "tmpfs", "none" } },
		{ "29 21 0:44 /@/x /btrfs rw - btrfs LABEL=a rw,subvol=/@/x\n",
			{ 29, makedev(0, 44), "/@/x", "/btrfs", "btrfs", "LABEL=a" } },
		{ "30 21 0:4 mnt:[4026532300] /run/ns rw - nsfs nsfs rw\n",
			{ 30, makedev(0, 4), "mnt:[4026532300]", "/run/ns", "nsfs", "nsfs" } },
		{ "31 21 8:1 / /high\\377byte rw - ext4 /dev/sda1 rw",
			{ 31, makedev(8, 1), "/",
				"/high\xff"
				"byte",
				"ext4", "/dev/sda1" } },
	};
	enum { COUNT = sizeof(rows) / sizeof(rows[0]) };
	AUTO_STR text = STR_EMPTY;
	for (size_t i = 0; i < COUNT; i++)
		text_adds(&text, rows[i].line);
	AUTO_MOUNT_TABLE table = read_text(*state, str_get(&text));
	assert_int_equal(table.count, COUNT);
	for (size_t i = 0; i < COUNT; i++) {
		expect(&table.rows[i], &rows[i].want);
		assert_ptr_equal(mountinfo_find(&table, rows[i].want.id), &table.rows[i]);
	}
	assert_null(mountinfo_find(&table, 999));
}

/* What is not understood is passed over, and what comes after it is not. */
static void other_lines_are_passed_over(void **state)
{
	static const char *const wrong[] = { "\n", "x", "22", "22 21 8:1", "22 21 8:1 /",
		"22 21 8:1 / /p", "22 21 8:1 / /p rw", "22 21 8:1 / /p rw shared:1",
		"22 21 8:1 / /p rw - ext4", "x 21 8:1 / /p rw - ext4 /dev/sda1 rw",
		"22 21 8.1 / /p rw - ext4 /dev/sda1 rw", "22 21 8:1 / p rw - ext4 /dev/sda1 rw",
		"# 21 8:1 / /p rw - ext4 /dev/sda1 rw" };
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		AUTO_FREE char *text = xasprintf("21 1 8:1 / / rw - ext4 /dev/sda1 rw\n%s\n"
						 "23 21 8:2 / /b rw - ext4 /dev/sda2 rw\n",
			wrong[i]);
		AUTO_MOUNT_TABLE table = read_text(*state, text);
		assert_int_equal(table.count, 2);
		assert_string_equal(table.rows[0].point, "/");
		assert_string_equal(table.rows[1].point, "/b");
		assert_null(mountinfo_find(&table, 22));
	}
}

static void a_file_of_something_else_has_no_mounts(void **state)
{
	static const char *const texts[] = { "", "\n", "/dev/sda1 / ext4 rw 0 0\n",
		"root:x:0:0:root:/root:/bin/bash\n", "Filename\tType\tSize\tUsed\tPriority\n" };
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		AUTO_MOUNT_TABLE table = read_text(*state, texts[i]);
		assert_int_equal(table.count, 0);
	}
}

static void what_cannot_be_read_is_told(void **state)
{
	(void)state;
	struct mount_table table = { 0 };
	assert_int_equal(mountinfo_read("/proc/self/no-such-table", &table), -ENOENT);
	assert_int_equal(mountinfo_read("/proc/0/mountinfo", &table), -ENOENT);
	assert_null(table.texts);
}

static void this_machine_is_known(void **state)
{
	struct zone_fixture *fixture = *state;
	AUTO_MOUNT_TABLE table = { 0 };
	assert_int_equal(mountinfo_read(MOUNTINFO_SELF, &table), 0);
	const struct mount *proc = mountinfo_find_at(&table, AT_FDCWD, "/proc");
	assert_non_null(proc);
	assert_string_equal(proc->point, "/proc");
	assert_string_equal(proc->type, "proc");
	struct stat st;
	assert_int_equal(stat("/proc", &st), 0);
	assert_int_equal(proc->device, st.st_dev);
	AUTO_FD fd = open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC);
	assert_ptr_equal(mountinfo_find_at(&table, fd, ""), proc);
	assert_ptr_equal(mountinfo_find_at(&table, fd, "status"), proc);
	/* A link is on the mount that it is on, and not where it leads. */
	assert_int_equal(symlinkat("/proc", fixture->fd, "link"), 0);
	const struct mount *mount = mountinfo_find_at(&table, fixture->fd, "link");
	assert_non_null(mount);
	assert_ptr_not_equal(mount, proc);
	assert_ptr_equal(mount, mountinfo_find_at(&table, fixture->fd, ""));
	assert_null(mountinfo_find_at(&table, fixture->fd, "missing"));
}

static void zfs_has_two_types(void **state)
{
	(void)state;
	static const struct {
		const char *type;
		bool zfs;
	} rows[] = { { "zfs", true }, { "fuse.zfs", true }, { "fuse", false },
		{ "fuse.zfs2", false }, { "fuse.sshfs", false }, { "ext4", false } };
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(
			mountinfo_is_zfs(&(struct mount){ .type = rows[i].type }), rows[i].zfs);
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, zone_fixture_setup, zone_fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(lines_are_understood),
		TEST(other_lines_are_passed_over),
		TEST(a_file_of_something_else_has_no_mounts),
		cmocka_unit_test(what_cannot_be_read_is_told),
		TEST(this_machine_is_known),
		cmocka_unit_test(zfs_has_two_types),
	};
	return cmocka_run_group_tests_name("mountinfo", tests, NULL, NULL);
}
