/* test_path.c - where a zone may live, on real directories. */
#include "zone_fixture.h"

#include "util/alloc.h"
#include "zone/path.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	STRANGER = 12345, /* a user that is not root */
};

/* Owners can be set by root only, and what is checked is that things are root's. */
#define NEED_ROOT()                                                                                \
	do {                                                                                       \
		if (geteuid() != 0)                                                                \
			skip();                                                                    \
	} while (0)

/* Make the directory name below the fixture's with exactly this mode. */
static void make(struct zone_fixture *fixture, const char *name, mode_t mode)
{
	assert_int_equal(mkdirat(fixture->fd, name, 0700), 0);
	assert_int_equal(fchmodat(fixture->fd, name, mode, 0), 0);
}

static int check(struct zone_fixture *fixture, const char *name, bool *ret_exists)
{
	AUTO_FREE char *path = xasprintf("%s/%s", fixture->path, name);
	return path_check(path, ret_exists, &fixture->messages);
}

/* The path must be refused, with a message that has all these parts. */
static void refused(struct zone_fixture *fixture, const char *name, const char *const *parts)
{
	bool exists;
	assert_int_equal(check(fixture, name, &exists), -EINVAL);
	for (; *parts; parts++)
		if (!strstr(str_get(&fixture->said), *parts))
			fail_msg("\"%s\" is not in: %s", *parts, str_get(&fixture->said));
	str_truncate(&fixture->said, 0);
}

#define REFUSED(fixture, name, ...)                                                                \
	refused(fixture, name, (const char *const[]){ __VA_ARGS__, NULL })

static void overlap_is_by_component(void **state)
{
	(void)state;
	static const struct {
		const char *a, *b;
		bool inside, overlap;
	} rows[] = {
		{ "/zones/a", "/zones/a", true, true },
		{ "/zones/a/b", "/zones/a", true, true },
		{ "/zones/a", "/zones/a/b", false, true },
		{ "/zones/ab", "/zones/a", false, false },
		{ "/zones/a", "/zones/ab", false, false },
		{ "/zones/a", "/", true, true },
		{ "/", "/zones/a", false, true },
		{ "/", "/", true, true },
		{ "tank/a/b", "tank/a", true, true },
		{ "tank/a", "tank/ab", false, false },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(path_inside(rows[i].a, rows[i].b), rows[i].inside);
		assert_int_equal(path_overlap(rows[i].a, rows[i].b), rows[i].overlap);
	}
}

static void a_good_one_is_silent(void **state)
{
	NEED_ROOT();
	struct zone_fixture *fixture = *state;
	bool exists = false;
	make(fixture, "zone", 0700);
	assert_int_equal(check(fixture, "zone", &exists), 0);
	assert_true(exists);
	assert_int_equal(fixture->messages.error_count, 0);
}

static void a_missing_one_is_told_apart(void **state)
{
	NEED_ROOT();
	struct zone_fixture *fixture = *state;
	bool exists = true;
	assert_int_equal(check(fixture, "zone", &exists), 0);
	assert_false(exists);
	exists = true;
	assert_int_equal(check(fixture, "not/yet/there", &exists), 0);
	assert_false(exists);
}

static void all_problems_are_described(void **state)
{
	NEED_ROOT();
	struct zone_fixture *fixture = *state;
	make(fixture, "parent", 0775);
	make(fixture, "parent/zone", 0755);
	assert_int_equal(fchownat(fixture->fd, "parent", STRANGER, 0, 0), 0);
	assert_int_equal(fchownat(fixture->fd, "parent/zone", STRANGER, 0, 0), 0);
	REFUSED(fixture, "parent/zone",
		"parent, the directory that holds the zonepath, belongs to "
		"user 12345",
		"parent, the directory that holds the zonepath, has mode 0775",
		"zone belongs to user 12345", "zone has mode 0755");
	assert_int_equal(fixture->messages.error_count, 4);
}

static void modes_are_exact(void **state)
{
	NEED_ROOT();
	struct zone_fixture *fixture = *state;
	static const mode_t wrong[] = { 0701, 0710, 0750, 0500, 0000, 0777, 0720 };
	bool exists;
	make(fixture, "zone", 0700);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(fchmodat(fixture->fd, "zone", wrong[i], 0), 0);
		REFUSED(fixture, "zone", "it must be 0700");
	}
	/* What chmod(1) leaves on a directory is no reason. */
	assert_int_equal(fchmodat(fixture->fd, "zone", 02700, 0), 0);
	assert_int_equal(check(fixture, "zone", &exists), 0);
}

/* Sticky is enough higher up, where what root has made stays root's, but not for the parent. */
static void sticky_is_for_the_way_only(void **state)
{
	NEED_ROOT();
	struct zone_fixture *fixture = *state;
	bool exists;
	make(fixture, "open", 01777);
	make(fixture, "open/parent", 0755);
	make(fixture, "open/parent/zone", 0700);
	make(fixture, "open/zone", 0700);
	assert_int_equal(check(fixture, "open/parent/zone", &exists), 0);
	REFUSED(fixture, "open/zone", "open, the directory that holds the zonepath, has mode 1777");
	REFUSED(fixture, "open/new", "has mode 1777");
	REFUSED(fixture, "open/new/zone", "has mode 1777");
	assert_int_equal(fchmodat(fixture->fd, "open", 0777, 0), 0);
	REFUSED(fixture, "open/parent/zone",
		"open, a directory on the way to the zonepath, has mode "
		"0777");
	assert_int_equal(fchmodat(fixture->fd, "open", 0755, 0), 0);
	assert_int_equal(fchownat(fixture->fd, "open", STRANGER, 0, 0), 0);
	REFUSED(fixture, "open/parent/zone", "on the way to the zonepath, belongs to user 12345");
}

static void parent_must_be_usable(void **state)
{
	NEED_ROOT();
	struct zone_fixture *fixture = *state;
	make(fixture, "parent", 0555);
	REFUSED(fixture, "parent/zone", "mode 0555", "give root these rights");
}

static void links_are_not_followed(void **state)
{
	NEED_ROOT();
	struct zone_fixture *fixture = *state;
	make(fixture, "real", 0755);
	make(fixture, "real/zone", 0700);
	assert_int_equal(symlinkat("real", fixture->fd, "link"), 0);
	assert_int_equal(symlinkat("zone", fixture->fd, "real/link"), 0);
	assert_int_equal(symlinkat("nowhere", fixture->fd, "dangling"), 0);
	REFUSED(fixture, "link/zone", "/link is a symbolic link");
	REFUSED(fixture, "real/link", "/real/link is a symbolic link");
	REFUSED(fixture, "dangling", "/dangling is a symbolic link");
}

static void files_are_no_directories(void **state)
{
	NEED_ROOT();
	struct zone_fixture *fixture = *state;
	zone_fixture_write(fixture->fd, "file", "");
	REFUSED(fixture, "file", "/file is not a directory");
	REFUSED(fixture, "file/zone", "/file is not a directory");
}

static void other_than_absolute_is_refused(void **state)
{
	struct zone_fixture *fixture = *state;
	static const char *const wrong[] = { "", "/", "zones/a" };
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		bool exists;
		assert_int_equal(path_check(wrong[i], &exists, &fixture->messages), -EINVAL);
		zone_fixture_said(fixture, "is not an absolute path below /");
	}
}

/* Returns the code; what was said must be one error, which has no command to paste. */
static int check_absolute(struct zone_fixture *fixture, const char *path)
{
	bool exists;
	size_t before = fixture->messages.error_count;
	int rc = path_check(path, &exists, &fixture->messages);
	if (rc == -EPERM) {
		assert_int_equal(fixture->messages.error_count, before + 1);
		assert_non_null(strstr(str_get(&fixture->said), "/zones/NAME"));
		assert_null(strstr(str_get(&fixture->said), "chmod"));
	}
	str_truncate(&fixture->said, 0);
	return rc;
}

static void places_of_the_system_hold_no_zones(void **state)
{
	struct zone_fixture *fixture = *state;
	static const char *const refused[] = { "/usr", "/usr/local", "/usr/bin", "/usr/lib/zones",
		"/etc", "/etc/zones", "/etc/zones/.transaction", "/dev", "/dev/zones", "/dev/shm",
		"/srv", "/boot", "/boot/x/y", "/tmp", "/var/tmp", "/var", "/var/lib", "/root",
		"/run", "/run/zones", "/run/zones/x", "/proc/x", "/proc/sys/zone", "/sys/x",
		"/home", "/opt", "/mnt", "/media", "/sbin/x", "/lib", "/lib64" };
	static const char *const judged[] = { "/usr/binary", "/etcetera/web", "/var/lib/zones/web",
		"/srv/web", "/dev/shm/web", "/run/zones2", "/opt/web" };
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		assert_int_equal(check_absolute(fixture, refused[i]), -EPERM);
	for (size_t i = 0; i < sizeof(judged) / sizeof(judged[0]); i++)
		assert_int_not_equal(check_absolute(fixture, judged[i]), -EPERM);
	assert_null(path_network(fixture->fd));
}

/* ---- file systems that a program provides ---- */

/* What a request of the kernel gets: the root, a directory of root's with nothing in it. */
static void serve_one(int fuse_fd, const struct fuse_in_header *request)
{
	struct {
		struct fuse_out_header header;
		union {
			struct fuse_init_out init;
			struct fuse_attr_out attr;
			struct fuse_statfs_out statfs;
		};
	} reply = { .header = { .len = sizeof(reply.header), .unique = request->unique } };
	switch (request->opcode) {
	case FUSE_INIT:
		reply.init = (struct fuse_init_out){ .major = FUSE_KERNEL_VERSION,
			.minor = FUSE_KERNEL_MINOR_VERSION,
			.max_write = 4096 };
		reply.header.len += sizeof(reply.init);
		break;
	case FUSE_GETATTR:
		reply.attr.attr = (struct fuse_attr){ .ino = 1, .mode = S_IFDIR | 0700 };
		reply.header.len += sizeof(reply.attr);
		break;
	case FUSE_STATFS:
		reply.header.len += sizeof(reply.statfs);
		break;
	default:
		reply.header.error = -ENOENT;
	}
	if (write(fuse_fd, &reply, reply.header.len) < 0)
		_exit(1);
}

/* Serve until the file system is unmounted. */
static _Noreturn void serve(int fuse_fd)
{
	union {
		struct fuse_in_header header;
		char bytes[1 << 16]; /* more than the kernel ever wants there to be */
	} request;
	while (read(fuse_fd, &request, sizeof(request)) > 0)
		if (request.header.opcode != FUSE_FORGET
			&& request.header.opcode != FUSE_BATCH_FORGET)
			serve_one(fuse_fd, &request.header);
	_exit(0);
}

/* Check a zonepath on a file system of this type, and one in it: both are taken. */
static void check_on(struct zone_fixture *fixture, const char *type)
{
	AUTO_FREE char *point = xasprintf("%s/zone", fixture->path);
	AUTO_FD fuse_fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	if (fuse_fd < 0)
		skip();
	AUTO_FREE char *options = xasprintf("fd=%d,rootmode=40000,user_id=0,group_id=0", fuse_fd);
	if (mount("nothing", point, type, 0, options) < 0)
		skip(); /* not in this container */
	pid_t server = fork();
	if (server == 0)
		serve(fuse_fd);
	bool exists, exists_below;
	int rc = check(fixture, "zone", &exists);
	int rc_below = check(fixture, "zone/below", &exists_below);
	umount2(point, MNT_DETACH);
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
	assert_int_equal(rc, 0);
	assert_int_equal(rc_below, 0);
	assert_true(exists);
	assert_false(exists_below);
}

static void programs_are_warned_of(void **state)
{
	NEED_ROOT();
	struct zone_fixture *fixture = *state;
	/* No mount is seen by others, or outlives the test. */
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		skip();
	make(fixture, "zone", 0700);
	check_on(fixture, "fuse.zfs");
	zone_fixture_said(fixture, NULL);
	check_on(fixture, "fuse");
	zone_fixture_said(fixture, "zone is on a file system that a program provides (FUSE)");
	check_on(fixture, "fuse.zfs2");
	zone_fixture_said(fixture, "zone/below is on a file system that a program provides (FUSE)");
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, zone_fixture_setup, zone_fixture_teardown)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(overlap_is_by_component),
		TEST(a_good_one_is_silent),
		TEST(a_missing_one_is_told_apart),
		TEST(all_problems_are_described),
		TEST(modes_are_exact),
		TEST(sticky_is_for_the_way_only),
		TEST(parent_must_be_usable),
		TEST(links_are_not_followed),
		TEST(files_are_no_directories),
		TEST(other_than_absolute_is_refused),
		TEST(places_of_the_system_hold_no_zones),
		TEST(programs_are_warned_of),
	};
	return cmocka_run_group_tests_name("path", tests, NULL, NULL);
}
