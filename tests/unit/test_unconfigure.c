/* test_unconfigure.c - what makes a system the one it is, taken out of a root. */
#include "unconfigure_fixture.h"

#include "base/fd.h"
#include "identity/unconfigure.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/xattr.h>
#include <unistd.h>

static void empty_root_has_nothing_to_reset(void **state)
{
	struct root_fixture *fixture = *state;
	assert_int_equal(reset(fixture), 0);
	zone_fixture_said(fixture->zone, NULL);
}

/* What is there before, and after; NULL: it is gone. */
static const struct {
	const char *path, *before, *after;
} whole[] = {
	{ "etc/machine-id", "0123456789abcdef0123456789abcdef\n", FIRST_BOOT },
	{ "var/lib/dbus/machine-id", "0123456789abcdef0123456789abcdef\n", NULL },
	{ "etc/hostid", "abcd", NULL },
	{ "etc/hostname", "# c\n web.example.org\n", NULL },
	{ "etc/hosts", "127.0.0.1 localhost\n127.0.1.1 web\n10.0.0.1 db\n",
		"127.0.0.1 localhost\n10.0.0.1 db\n" },
	{ "etc/ssh/ssh_host_rsa_key", "secret", NULL },
	{ "etc/ssh/ssh_host_rsa_key.pub", "public", NULL },
	{ "etc/ssh/ssh_config", "config", "config" },
	{ "var/lib/dhcp/dhclient.eth0.leases", "lease", NULL },
	{ "var/lib/dhcp/dhcpd.leases", "a server's", "a server's" },
	{ "var/lib/dhcpcd/duid", "duid", NULL },
	{ "var/lib/NetworkManager/secret_key", "key", NULL },
	{ "etc/udev/rules.d/70-persistent-net.rules", "rule", NULL },
	{ "etc/udev/rules.d/70-mine.rules", "rule", "rule" },
	{ "var/lib/systemd/random-seed", "seed", NULL },
	{ "var/lib/systemd/credential.secret", "secret", NULL },
	{ "etc/network/interfaces", "auto lo\niface eth0 inet dhcp\n", "auto lo\n" },
	{ "etc/network/interfaces.d/eth0", "iface eth0 inet dhcp\n# c\n", "# c\n" },
	{ "etc/NetworkManager/system-connections/a\nb", "[ipv4]", NULL },
	{ "etc/systemd/network/a.network", "[Network]\nDHCP=yes\n", "[Network]\nDHCP=yes\n" },
	{ "var/lib/cloud/instances/i-1/user-data.txt", "data", NULL },
	{ "var/lib/cloud/data/instance-id", "i-1", NULL },
	{ "var/lib/cloud/seed/nocloud/user-data", "seed", "seed" },
	{ "var/log/syslog", "line", "" },
	{ "var/log/apt/new\nline.log", "line", "" },
	{ "var/log/syslog.1", "line", NULL },
	{ "var/log/apt/history.log.2.gz", "line", NULL },
	{ "var/log/maillog-20240131", "line", NULL },
	{ "var/log/journal/0123456789abcdef0123456789abcdef/system.journal", "log", NULL },
	{ "root/.bash_history", "rm", NULL },
	{ "root/.bashrc", "alias", "alias" },
	{ "etc/.pwd.lock", "", "" },
	{ "etc/shadow", "root:$y$x:2::::::\n", "root:!unprovisioned:2::::::\n" },
};

static void put_whole(struct root_fixture *fixture)
{
	for (size_t i = 0; i < sizeof(whole) / sizeof(*whole); i++)
		put(fixture, whole[i].path, whole[i].before);
	put_link(fixture, "var/lib/cloud/instance", "/var/lib/cloud/instances/i-1");
}

static void expect_whole(struct root_fixture *fixture)
{
	for (size_t i = 0; i < sizeof(whole) / sizeof(*whole); i++)
		expect(fixture, whole[i].path, whole[i].after);
	assert_false(exists(fixture, "var/lib/cloud/instance"));
	assert_false(exists(fixture, "var/lib/cloud/instances"));
	assert_true(exists(fixture, "var/log/journal"));
	assert_no_temporary(fixture);
}

static void whole_root_is_reset_once(void **state)
{
	struct root_fixture *fixture = *state;
	put_whole(fixture);
	assert_int_equal(reset(fixture), 0);
	expect_whole(fixture);
	for (size_t i = 0; i < unconfigure_item_count; i++)
		assert_non_null(strstr(str_get(&fixture->zone->said), unconfigure_items[i].name));
	zone_fixture_said(fixture->zone, "note: reset: machine-id, hostname, ");
	assert_int_equal(reset(fixture), 0);
	expect_whole(fixture);
	zone_fixture_said(fixture->zone, NULL);
}

static void policy_decides_about_logs_and_password(void **state)
{
	struct root_fixture *fixture = *state;
	struct unconfigure_policy policy = { .keep_logs = true };
	assert_false(unconfigure_parse_password("none", &policy));
	assert_true(unconfigure_parse_password("keep", &policy) && policy.keep_password);
	assert_true(unconfigure_parse_password("ask", &policy) && !policy.keep_password);
	put(fixture, "etc/shadow", "daemon:*:1::::::\nroot:$y$x:2:0:9:7:::\nrooted:y:3::::::\n");
	put(fixture, "var/log/syslog", "line");
	put(fixture, "var/log/syslog.1", "line");
	put(fixture, "etc/hostname", "web\n");
	for (int i = 0; i < 2; i++) {
		assert_int_equal(unconfigure(fixture->root, &policy, fixture->messages), 0);
		expect(fixture, "etc/shadow",
			"daemon:*:1::::::\nroot:!unprovisioned:2:0:9:7:::\nrooted:y:3::::::\n");
		expect(fixture, "var/log/syslog", "line");
		expect(fixture, "var/log/syslog.1", "line");
		assert_false(exists(fixture, "etc/hostname"));
		zone_fixture_said(fixture->zone, i ? NULL : "note: reset: hostname, root-password");
	}
}

/* Whatever stands in the file: a line of root is changed, or nothing is. */
static void odd_shadows_stay(void **state)
{
	static const char *const odd[] = { "", "root", "root:", "root:x", "root:x\n", "\n\n:\n",
		" root:x:1\n", "daemon:*:1:" };
	struct root_fixture *fixture = *state;
	const struct unconfigure_policy policy = { 0 };
	for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
		put(fixture, "etc/shadow", odd[i]);
		assert_int_equal(unconfigure(fixture->root, &policy, fixture->messages), 0);
		expect(fixture, "etc/shadow", odd[i]);
	}
	zone_fixture_said(fixture->zone, NULL);
}

static void files_keep_owner_mode_and_attributes(void **state)
{
	static const char *const paths[] = { "etc/hosts", "etc/machine-id", "var/log/syslog" };
	struct root_fixture *fixture = *state;
	put_whole(fixture);
	bool xattrs = true;
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		AUTO_FD fd = openat(fixture->root, paths[i], O_RDWR | O_CLOEXEC);
		assert_int_equal(fchown(fd, 1234, 5678), 0);
		assert_int_equal(fchmod(fd, 0641), 0);
		xattrs &= fsetxattr(fd, "trusted.mark", "x", 1, 0) == 0;
	}
	assert_int_equal(reset(fixture), 0);
	expect_whole(fixture);
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		char value[2];
		struct stat st = status(fixture, paths[i]);
		assert_int_equal(st.st_uid, 1234);
		assert_int_equal(st.st_gid, 5678);
		assert_int_equal(st.st_mode & 07777, 0641);
		AUTO_FD fd = openat(fixture->root, paths[i], O_RDONLY | O_CLOEXEC);
		assert_true(!xattrs || fgetxattr(fd, "trusted.mark", value, 2) == 1);
	}
}

static void fixed_addresses_are_warned_of(void **state)
{
	static const char text[] = "[Match]\nName=host0\n[Network]\n Address = 10.0.0.5/24\n";
	struct root_fixture *fixture = *state;
	put(fixture, "etc/systemd/network/b\n.network", text);
	assert_int_equal(reset(fixture), 0);
	expect(fixture, "etc/systemd/network/b\n.network", text);
	zone_fixture_said(fixture->zone, "warning: the zone's /etc/systemd/network/b\\012.network");
}

static void included_files_elsewhere_are_warned_of(void **state)
{
	struct root_fixture *fixture = *state;
	put(fixture, "etc/network/interfaces", "source /data/*\n");
	assert_int_equal(reset(fixture), 0);
	zone_fixture_said(fixture->zone, "includes files that are not in");
}

static void localhost_stays_in_hosts(void **state)
{
	struct root_fixture *fixture = *state;
	put(fixture, "etc/hostname", "localhost\n");
	put(fixture, "etc/hosts", "127.0.0.1 localhost\n");
	assert_int_equal(reset(fixture), 0);
	expect(fixture, "etc/hosts", "127.0.0.1 localhost\n");
	expect(fixture, "etc/hostname", NULL);
}

/* ---- flags of inodes ---- */

enum {
	LOCKED = FS_IMMUTABLE_FL | FS_APPEND_FL,
};

/* As chattr(1), of these flags. Returns whether the file system has them. */
static bool set_flags(struct root_fixture *fixture, const char *path, int flags)
{
	int all;
	AUTO_FD fd = openat(fixture->root, path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	if (ioctl(fd, FS_IOC_GETFLAGS, &all) < 0)
		return false;
	all = (all & ~LOCKED) | flags;
	return ioctl(fd, FS_IOC_SETFLAGS, &all) == 0;
}

static int get_flags(struct root_fixture *fixture, const char *path)
{
	int flags = 0;
	AUTO_FD fd = openat(fixture->root, path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(ioctl(fd, FS_IOC_GETFLAGS, &flags), 0);
	return flags & LOCKED;
}

static void flags_are_put_back(void **state)
{
	static const struct {
		const char *path;
		int flags;
		bool stays;
	} rows[] = {
		{ "etc/hosts", FS_IMMUTABLE_FL, true },
		{ "etc/machine-id", FS_IMMUTABLE_FL | FS_APPEND_FL, true },
		{ "etc/hostname", FS_IMMUTABLE_FL, false },
		{ "etc/ssh/ssh_host_rsa_key", FS_IMMUTABLE_FL, false },
		{ "etc/network/interfaces", FS_APPEND_FL, true },
		{ "var/log/syslog", FS_APPEND_FL, true },
		{ "var/log/syslog.1", FS_APPEND_FL, false },
		{ "var/lib/cloud/instances/i-1/user-data.txt", FS_IMMUTABLE_FL, false },
		{ "var/lib/cloud/instances/i-1", FS_IMMUTABLE_FL, false },
		{ "etc", FS_IMMUTABLE_FL, true },
		{ "etc/ssh", FS_IMMUTABLE_FL, true },
		{ "etc/network", FS_APPEND_FL, true },
		{ "var/log", FS_IMMUTABLE_FL, true },
	};
	struct root_fixture *fixture = *state;
	put_whole(fixture);
	if (!set_flags(fixture, rows[0].path, 0))
		skip();
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_true(set_flags(fixture, rows[i].path, rows[i].flags));
	int rc = reset(fixture);
	int found[sizeof(rows) / sizeof(*rows)];
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		found[i] = exists(fixture, rows[i].path) ? get_flags(fixture, rows[i].path) : -1;
		if (found[i] >= 0)
			set_flags(fixture, rows[i].path, 0); /* so that it can be removed */
	}
	assert_int_equal(rc, 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_int_equal(found[i], rows[i].stays ? rows[i].flags : -1);
	expect_whole(fixture);
}

int main(void)
{
	if (!root_fixture_possible())
		return 77;
	const struct CMUnitTest tests[] = {
		ROOT_TEST(empty_root_has_nothing_to_reset),
		ROOT_TEST(whole_root_is_reset_once),
		ROOT_TEST(policy_decides_about_logs_and_password),
		ROOT_TEST(odd_shadows_stay),
		ROOT_TEST(files_keep_owner_mode_and_attributes),
		ROOT_TEST(fixed_addresses_are_warned_of),
		ROOT_TEST(included_files_elsewhere_are_warned_of),
		ROOT_TEST(localhost_stays_in_hosts),
		ROOT_TEST(flags_are_put_back),
	};
	return cmocka_run_group_tests_name("unconfigure", tests, NULL, NULL);
}
