/* test_unconfigure.c - what makes a system the one it is, taken out of hostile roots. */
#include "root_fixture.h"

#include "base/fd.h"
#include "identity/unconfigure.h"
#include "util/alloc.h"
#include "util/root.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#define FIRST_BOOT "uninitialized\n"

static int reset(struct root_fixture *fixture)
{
	static const struct unconfigure_policy policy = { 0 };
	return unconfigure(fixture->root, &policy, fixture->messages);
}

/* Nothing is left of a file that was on its way. */
static void assert_no_temporary(struct root_fixture *fixture)
{
	AUTO_FREE char *path = xasprintf("%s/root/etc", fixture->zone->path);
	DIR *dir = opendir(path);
	assert_non_null(dir);
	for (struct dirent *entry; (entry = readdir(dir));)
		if (strncmp(entry->d_name, ".zoneadm-", 9) == 0)
			fail_msg("%s is left", entry->d_name);
	closedir(dir);
}

/* ---- items ---- */

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

/* ---- links ---- */

static void links_of_files_do_not_lead_outside(void **state)
{
	static const struct {
		const char *path, *name;
		bool stays;
	} rows[] = {
		{ "etc/machine-id", "machine-id", true },
		{ "var/lib/dbus/machine-id", "machine-id", true },
		{ "etc/hosts", "hosts", true },
		{ "etc/hostname", "hostname", false },
		{ "etc/ssh/ssh_host_rsa_key", "ssh_host_rsa_key", false },
		{ "etc/network/interfaces", "interfaces", true },
		{ "var/log/syslog", "syslog", true },
		{ "var/log/syslog.1", "syslog.1", true },
		{ "var/log/journal/x", "", false },
		{ "var/lib/systemd/random-seed", "random-seed", false },
	};
	struct root_fixture *fixture = *state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		put_link_outside(fixture, rows[i].path, rows[i].name);
	assert_int_equal(reset(fixture), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_int_equal(exists(fixture, rows[i].path), rows[i].stays);
	expect(fixture, "etc/machine-id", FIRST_BOOT);
	assert_true(S_ISREG(status(fixture, "etc/machine-id").st_mode));
}

static void links_with_dots_do_not_lead_outside(void **state)
{
	struct root_fixture *fixture = *state;
	put_link(fixture, "etc/machine-id", "../../outside/machine-id");
	put_link(fixture, "etc/hosts", "../../../../outside/hosts");
	put_link(fixture, "etc/ssh", "../../outside");
	put_link(fixture, "var/log", "../../outside");
	assert_int_equal(reset(fixture), 0);
	expect(fixture, "etc/machine-id", FIRST_BOOT);
	assert_true(exists(fixture, "etc/hosts"));
}

static void links_of_directories_do_not_lead_outside(void **state)
{
	static const char *const paths[] = { "etc", "root", "var" };
	static const char *const deeper[] = { "etc/ssh", "etc/network", "etc/NetworkManager",
		"var/log", "var/lib" };
	struct root_fixture *fixture = *state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
		put_link_outside(fixture, paths[i], "");
	assert_int_equal(reset(fixture), 0);
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
		assert_int_equal(unlinkat(fixture->root, paths[i], 0), 0);
	for (size_t i = 0; i < sizeof(deeper) / sizeof(*deeper); i++)
		put_link_outside(fixture, deeper[i], "");
	assert_int_equal(reset(fixture), 0);
}

static void etc_may_be_the_root(void **state)
{
	struct root_fixture *fixture = *state;
	put_link(fixture, "etc", "/");
	put(fixture, "machine-id", "0123\n");
	put(fixture, "hostname", "web\n");
	put(fixture, "hosts", "127.0.1.1 web\n::1 localhost\n");
	assert_int_equal(reset(fixture), 0);
	expect(fixture, "machine-id", FIRST_BOOT);
	expect(fixture, "hostname", NULL);
	expect(fixture, "hosts", "::1 localhost\n");
}

/* A link inside is edited as what it leads to, and its place taken. */
static void link_inside_is_replaced(void **state)
{
	struct root_fixture *fixture = *state;
	put(fixture, "data/hosts", "127.0.1.1 web\n::1 localhost\n");
	put(fixture, "etc/hostname", "web\n");
	put_link(fixture, "etc/hosts", "/data/hosts");
	assert_int_equal(fchmodat(fixture->root, "data/hosts", 0640, 0), 0);
	assert_int_equal(reset(fixture), 0);
	expect(fixture, "etc/hosts", "::1 localhost\n");
	expect(fixture, "data/hosts", "127.0.1.1 web\n::1 localhost\n");
	assert_int_equal(status(fixture, "etc/hosts").st_mode, S_IFREG | 0640);
}

/* Where everything in a directory goes, a link to another directory is not followed. */
static void trees_are_not_reached_through_links(void **state)
{
	static const char *const paths[] = { "var/log", "var/lib/cloud",
		"etc/NetworkManager/system-connections", "etc/network/interfaces.d" };
	struct root_fixture *fixture = *state;
	put(fixture, "data/mine", "iface eth0 inet dhcp\n");
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		put_link(fixture, paths[i], "/");
		assert_int_equal(reset(fixture), 0);
		expect(fixture, "data/mine", "iface eth0 inet dhcp\n");
		AUTO_FREE char *said = xasprintf("warning: the zone's /%s is a symbolic", paths[i]);
		zone_fixture_said(fixture->zone, said);
		assert_int_equal(unlinkat(fixture->root, paths[i], 0), 0);
	}
}

static void links_in_a_circle_are_an_error(void **state)
{
	struct root_fixture *fixture = *state;
	put_link(fixture, "etc/hosts", "hosts");
	put(fixture, "etc/hostname", "web\n");
	assert_int_equal(reset(fixture), -ELOOP);
	zone_fixture_said(fixture->zone, "error: cannot read the zone's /etc/hosts");
	expect(fixture, "etc/hostname", "web\n");
}

/* What is mounted in the root is not the zone's, even without a link. */
static void mounts_are_not_entered(void **state)
{
	struct root_fixture *fixture = *state;
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		skip();
	/* What was opened before is in the old mount namespace. */
	fd_close(fixture->root);
	AUTO_FREE char *root = xasprintf("%s/root", fixture->zone->path);
	fixture->root = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	put(fixture, "var/log/journal/x", "line");
	put(fixture, "etc/ssh/x", "");
	AUTO_FREE char *outside = xasprintf("%s/outside", fixture->zone->path);
	AUTO_FREE char *logs = xasprintf("%s/var/log/journal", root);
	AUTO_FREE char *keys = xasprintf("%s/etc/ssh", root);
	assert_int_equal(mount(outside, logs, NULL, MS_BIND, NULL), 0);
	assert_int_equal(mount(outside, keys, NULL, MS_BIND, NULL), 0);
	int rc = reset(fixture);
	assert_int_equal(umount2(logs, MNT_DETACH), 0);
	assert_int_equal(umount2(keys, MNT_DETACH), 0);
	assert_int_equal(rc, -EXDEV);
	zone_fixture_said(fixture->zone, "/etc/ssh: a file system is mounted there");
}

static void hard_links_of_logs_stay(void **state)
{
	struct root_fixture *fixture = *state;
	put(fixture, "var/log/a", "data\n");
	assert_int_equal(linkat(fixture->root, "var/log/a", fixture->root, "data", 0), 0);
	assert_int_equal(reset(fixture), 0);
	expect(fixture, "data", "data\n");
	zone_fixture_said(fixture->zone, "warning: the zone's /var/log/a is not emptied");
}

/* ---- what is no regular file ---- */

static const char *const single[] = { "etc/machine-id", "etc/ssh/ssh_host_rsa_key", "etc/hostid",
	"var/lib/dbus/machine-id", "var/lib/systemd/random-seed",
	"etc/NetworkManager/system-connections/x", "root/.bash_history" };

/* Nobody waits for a fifo, and no device is opened: this one has no driver. */
static void fifos_and_devices_are_removed(void **state)
{
	static const mode_t types[] = { S_IFIFO, S_IFCHR, S_IFBLK, S_IFSOCK };
	struct root_fixture *fixture = *state;
	for (size_t type = 0; type < sizeof(types) / sizeof(*types); type++) {
		for (size_t i = 0; i < sizeof(single) / sizeof(*single); i++) {
			put_directories(fixture, single[i]);
			unlinkat(fixture->root, single[i], 0);
			assert_int_equal(mknodat(fixture->root, single[i], types[type] | 0600,
						 makedev(240, 255)),
				0);
		}
		assert_int_equal(reset(fixture), 0);
		expect(fixture, "etc/machine-id", FIRST_BOOT);
		for (size_t i = 1; i < sizeof(single) / sizeof(*single); i++)
			assert_false(exists(fixture, single[i]));
	}
}

static void fifos_where_text_is_read_are_errors(void **state)
{
	static const char *const paths[] = { "etc/hostname", "etc/hosts",
		"etc/network/interfaces" };
	struct root_fixture *fixture = *state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		put(fixture, "etc/hostname", "web\n");
		put_directories(fixture, paths[i]);
		unlinkat(fixture->root, paths[i], 0);
		assert_int_equal(mkfifoat(fixture->root, paths[i], 0600), 0);
		assert_int_equal(reset(fixture), -EINVAL);
		zone_fixture_said(fixture->zone, "it must be a regular file");
		assert_int_equal(unlinkat(fixture->root, paths[i], 0), 0);
	}
}

static void special_files_among_logs_stay(void **state)
{
	struct root_fixture *fixture = *state;
	put(fixture, "var/log/a", "line\n");
	assert_int_equal(mkfifoat(fixture->root, "var/log/fifo", 0600), 0);
	assert_int_equal(mkfifoat(fixture->root, "var/log/fifo.1", 0600), 0);
	assert_int_equal(reset(fixture), 0);
	assert_true(exists(fixture, "var/log/fifo") && exists(fixture, "var/log/fifo.1"));
	expect(fixture, "var/log/a", "");
}

static void directories_in_place_of_files(void **state)
{
	struct root_fixture *fixture = *state;
	put(fixture, "etc/ssh/ssh_host_rsa_key/mine", "x");
	assert_int_equal(reset(fixture), 0);
	expect(fixture, "etc/ssh/ssh_host_rsa_key/mine", "x");
	zone_fixture_said(fixture->zone, "it is a directory, and a file was expected");
	put(fixture, "etc/machine-id/mine", "x");
	assert_int_equal(reset(fixture), -EISDIR);
	expect(fixture, "etc/machine-id/mine", "x");
	zone_fixture_said(fixture->zone, "error: cannot replace the zone's /etc/machine-id");
	assert_no_temporary(fixture);
}

/* The name that a new file once had until it was whole is anybody's. */
static void names_of_new_files_are_not_taken(void **state)
{
	struct root_fixture *fixture = *state;
	put(fixture, "etc/machine-id", "0123456789abcdef0123456789abcdef\n");
	put(fixture, "etc/.zoneadm-new/mine", "x");
	assert_int_equal(reset(fixture), 0);
	expect(fixture, "etc/machine-id", FIRST_BOOT);
	expect(fixture, "etc/.zoneadm-new/mine", "x");
}

static void files_in_place_of_directories(void **state)
{
	struct root_fixture *fixture = *state;
	put(fixture, "etc", "x");
	put(fixture, "var/log", "x");
	put(fixture, "var/lib", "x");
	assert_int_equal(reset(fixture), 0);
	zone_fixture_said(fixture->zone, NULL);
	expect(fixture, "var/log", "x");
}

/* ---- size, depth, flags ---- */

static void huge_files(void **state)
{
	struct root_fixture *fixture = *state;
	put(fixture, "etc/hostname", "web\n");
	put(fixture, "etc/hosts", "");
	put(fixture, "etc/machine-id", "");
	put(fixture, "var/log/big", "");
	static const char *const paths[] = { "etc/hosts", "etc/machine-id", "var/log/big" };
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		AUTO_FD fd = openat(fixture->root, paths[i], O_WRONLY | O_CLOEXEC);
		assert_int_equal(ftruncate(fd, (off_t)1 << 40), 0);
	}
	assert_int_equal(reset(fixture), -EFBIG);
	zone_fixture_said(fixture->zone, "error: cannot read the zone's /etc/hosts: it is larger");
	expect(fixture, "etc/hostname", "web\n"); /* kept for another attempt */
	expect(fixture, "etc/machine-id", FIRST_BOOT);
	expect(fixture, "var/log/big", "");
}

/* Neither stack nor descriptors are a limit to how deep logs, or what is removed, can lie. */
static void depth_has_no_bound(void **state)
{
	enum {
		DEPTH = 1500,
		FDS = 64,
	};
	struct root_fixture *fixture = *state;
	struct rlimit before;
	AUTO_STR below = STR_EMPTY;
	for (int i = 0; i < DEPTH; i++)
		text_adds(&below, "/d");
	AUTO_FREE char *log = xasprintf("var/log/app%s/log", below.data);
	AUTO_FREE char *removed = xasprintf("var/log/journal%s/log", below.data);
	put(fixture, log, "line");
	put(fixture, "var/log/app/d/last", "line"); /* what is met on the way up, too */
	put(fixture, removed, "line");
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	const struct rlimit few = { FDS, before.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	int rc = reset(fixture);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_int_equal(rc, 0);
	expect(fixture, log, "");
	expect(fixture, "var/log/app/d/last", "");
	assert_false(exists(fixture, "var/log/journal/d"));
	assert_true(exists(fixture, "var/log/journal"));
}

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
	if (geteuid() != 0) {
		fputs("only root can make the files that are tried\n", stderr);
		return 77;
	}
#define TEST(function)                                                                             \
	cmocka_unit_test_setup_teardown(function, root_fixture_setup, root_fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(empty_root_has_nothing_to_reset),
		TEST(whole_root_is_reset_once),
		TEST(policy_decides_about_logs_and_password),
		TEST(odd_shadows_stay),
		TEST(files_keep_owner_mode_and_attributes),
		TEST(fixed_addresses_are_warned_of),
		TEST(included_files_elsewhere_are_warned_of),
		TEST(localhost_stays_in_hosts),
		TEST(links_of_files_do_not_lead_outside),
		TEST(links_with_dots_do_not_lead_outside),
		TEST(links_of_directories_do_not_lead_outside),
		TEST(etc_may_be_the_root),
		TEST(link_inside_is_replaced),
		TEST(trees_are_not_reached_through_links),
		TEST(links_in_a_circle_are_an_error),
		TEST(mounts_are_not_entered),
		TEST(hard_links_of_logs_stay),
		TEST(fifos_and_devices_are_removed),
		TEST(fifos_where_text_is_read_are_errors),
		TEST(special_files_among_logs_stay),
		TEST(directories_in_place_of_files),
		TEST(names_of_new_files_are_not_taken),
		TEST(files_in_place_of_directories),
		TEST(huge_files),
		TEST(depth_has_no_bound),
		TEST(flags_are_put_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
