/*
 * test_unconfigure_hostile.c - roots that want to have something outside of them reset, or the
 * program run out of time or memory.
 */
#include "unconfigure_fixture.h"

#include "base/fd.h"
#include "util/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/sysmacros.h>
#include <unistd.h>

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

/* ---- size, depth ---- */

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

int main(void)
{
	if (!root_fixture_possible())
		return 77;
	const struct CMUnitTest tests[] = {
		ROOT_TEST(links_of_files_do_not_lead_outside),
		ROOT_TEST(links_with_dots_do_not_lead_outside),
		ROOT_TEST(links_of_directories_do_not_lead_outside),
		ROOT_TEST(etc_may_be_the_root),
		ROOT_TEST(link_inside_is_replaced),
		ROOT_TEST(trees_are_not_reached_through_links),
		ROOT_TEST(links_in_a_circle_are_an_error),
		ROOT_TEST(mounts_are_not_entered),
		ROOT_TEST(hard_links_of_logs_stay),
		ROOT_TEST(fifos_and_devices_are_removed),
		ROOT_TEST(fifos_where_text_is_read_are_errors),
		ROOT_TEST(special_files_among_logs_stay),
		ROOT_TEST(directories_in_place_of_files),
		ROOT_TEST(names_of_new_files_are_not_taken),
		ROOT_TEST(files_in_place_of_directories),
		ROOT_TEST(huge_files),
		ROOT_TEST(depth_has_no_bound),
	};
	return cmocka_run_group_tests_name("unconfigure_hostile", tests, NULL, NULL);
}
