/* test_zone_file.c - small files that root relies on. */
#include "zone_fixture.h"

#include "base/fd.h"
#include "util/alloc.h"
#include "util/file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* ---- directories ---- */

/* Open a path below the fixture's. */
static int open_below(struct zone_fixture *fixture, const char *below)
{
	AUTO_FREE char *path = xasprintf("%s%s", fixture->path, below);
	return file_open_directory(path, &fixture->messages);
}

static void make_directory(struct zone_fixture *fixture, const char *name, mode_t mode)
{
	assert_int_equal(mkdirat(fixture->fd, name, 0700), 0);
	assert_int_equal(fchmodat(fixture->fd, name, mode, 0), 0);
}

static void directories_are_opened(void **state)
{
	static const char *const paths[] = { "", "/", "/a", "/a/", "/a/b", "//a//b//", "/./a" };
	struct zone_fixture *fixture = *state;
	make_directory(fixture, "a", 0755);
	make_directory(fixture, "a/b", 0755);
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		AUTO_FD fd = open_below(fixture, paths[i]);
		assert_true(fd >= 0);
		/* Not O_PATH: it is to be synced. */
		assert_int_equal(fsync(fd), 0);
		assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
		AUTO_FREE char *path = xasprintf("%s%s", fixture->path, paths[i]);
		struct stat want, have;
		assert_int_equal(stat(path, &want), 0);
		assert_int_equal(fstat(fd, &have), 0);
		assert_true(want.st_ino == have.st_ino);
	}
	AUTO_FD root = file_open_directory("/", &fixture->messages);
	assert_true(root >= 0);
	assert_int_equal(fcntl(root, F_GETFL) & O_PATH, 0);
	zone_fixture_said(fixture, NULL);
}

static void missing_directories_are_not_described(void **state)
{
	struct zone_fixture *fixture = *state;
	assert_int_equal(open_below(fixture, "/none"), -ENOENT);
	assert_int_equal(open_below(fixture, "/none/below"), -ENOENT);
	zone_fixture_said(fixture, NULL);
}

static void no_directories(void **state)
{
	struct zone_fixture *fixture = *state;
	make_directory(fixture, "real", 0755);
	make_directory(fixture, "real/below", 0755);
	zone_fixture_write(fixture->fd, "file", "");
	assert_int_equal(symlinkat("real", fixture->fd, "link"), 0);
	assert_int_equal(open_below(fixture, "/file"), -ENOTDIR);
	zone_fixture_said(fixture, "/file: it must be a directory, and no symbolic link");
	assert_int_equal(open_below(fixture, "/file/below"), -ENOTDIR);
	zone_fixture_said(fixture, "/file: it must be");
	assert_int_equal(open_below(fixture, "/link"), -ENOTDIR);
	zone_fixture_said(fixture, "/link: it must be");
	assert_int_equal(open_below(fixture, "/link/below"), -ENOTDIR);
	zone_fixture_said(fixture, "/link: it must be");
	assert_int_equal(file_open_directory("etc", &fixture->messages), -EINVAL);
	zone_fixture_said(fixture, "etc: it must be a path from the root");
	assert_int_equal(file_open_directory("", &fixture->messages), -EINVAL);
	zone_fixture_said(fixture, "a path from the root");
}

/* Who may write to a directory on the way may put another one in its place. */
static void directories_of_others(void **state)
{
	static const struct {
		mode_t above, itself;
		const char *said; /* NULL: good */
	} cases[] = {
		{ 0755, 0755, NULL },
		{ 01777, 0700, NULL },
		{ 0775, 0755, "/a is writable by others" },
		{ 0757, 0755, "/a is writable by others" },
		{ 0755, 0775, "/a/b is writable by others" },
		{ 0755, 0757, "/a/b is writable by others" },
		{ 0755, 01777, "/a/b is writable by others" },
	};
	struct zone_fixture *fixture = *state;
	make_directory(fixture, "a", 0755);
	make_directory(fixture, "a/b", 0755);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_int_equal(fchmodat(fixture->fd, "a", cases[i].above, 0), 0);
		assert_int_equal(fchmodat(fixture->fd, "a/b", cases[i].itself, 0), 0);
		AUTO_FD fd = open_below(fixture, "/a/b");
		assert_int_equal(fd < 0 ? fd : 0, cases[i].said ? -EPERM : 0);
		zone_fixture_said(fixture, cases[i].said);
	}
	if (geteuid() != 0)
		skip();
	assert_int_equal(fchmodat(fixture->fd, "a", 01777, 0), 0);
	assert_int_equal(fchmodat(fixture->fd, "a/b", 0700, 0), 0);
	assert_int_equal(fchownat(fixture->fd, "a", 12345, 0, 0), 0);
	assert_int_equal(open_below(fixture, "/a/b"), -EPERM);
	zone_fixture_said(fixture, "/a belongs to user 12345");
}

/* ---- reading ---- */

static int read_file(struct zone_fixture *fixture, const char *name, size_t max, char **ret_text,
	size_t *ret_len)
{
	return file_read(
		fixture->fd, name, max, "/etc/zones/x", ret_text, ret_len, &fixture->messages);
}

static void files_are_read(void **state)
{
	static const struct {
		size_t size, max;
		int rc;
	} cases[] = {
		{ 0, 0, 0 },
		{ 0, 100, 0 },
		{ 1, 0, -EFBIG },
		{ 100, 100, 0 },
		{ 101, 100, -EFBIG },
		{ 4096, 4096, 0 },
		{ 70000, 1 << 20, 0 },
		{ 70000, 69999, -EFBIG },
		{ 70000, 100, -EFBIG },
	};
	struct zone_fixture *fixture = *state;
	AUTO_FREE char *bytes = xcalloc(70001, 1);
	for (size_t i = 0; i < 70000; i++)
		bytes[i] = (char)('a' + i % 23);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		AUTO_FREE char *want = xstrndup(bytes, cases[i].size);
		zone_fixture_write(fixture->fd, "x", want);
		AUTO_FREE char *text = NULL;
		size_t len = 77;
		assert_int_equal(read_file(fixture, "x", cases[i].max, &text, &len), cases[i].rc);
		zone_fixture_said(fixture, cases[i].rc ? "/etc/zones/x is larger than " : NULL);
		if (cases[i].rc) {
			assert_null(text);
			assert_int_equal(len, 77);
			continue;
		}
		assert_int_equal(len, cases[i].size);
		assert_int_equal(strlen(text), len);
		assert_string_equal(text, want);
	}
}

static void nul_bytes_are_read(void **state)
{
	struct zone_fixture *fixture = *state;
	AUTO_FD fd = openat(fixture->fd, "x", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	assert_int_equal(write(fd, "a\0b", 3), 3);
	AUTO_FREE char *text = NULL;
	size_t len;
	assert_int_equal(read_file(fixture, "x", 10, &text, &len), 0);
	assert_int_equal(len, 3);
	assert_memory_equal(text, "a\0b", 4);
}

static void expect_unreadable(struct zone_fixture *fixture, int want, const char *said)
{
	char *text = NULL;
	size_t len = 77;
	assert_int_equal(read_file(fixture, "x", 100, &text, &len), want);
	assert_null(text);
	assert_int_equal(len, 77);
	zone_fixture_said(fixture, said);
}

static void what_is_no_trusted_file_is_not_read(void **state)
{
	struct zone_fixture *fixture = *state;
	expect_unreadable(fixture, -ENOENT, NULL);
	zone_fixture_write(fixture->fd, "real", "text");
	assert_int_equal(symlinkat("real", fixture->fd, "x"), 0);
	expect_unreadable(fixture, -ELOOP, "/etc/zones/x: it must be a regular file");
	assert_int_equal(unlinkat(fixture->fd, "x", 0), 0);
	make_directory(fixture, "x", 0755);
	expect_unreadable(fixture, -EINVAL, "/etc/zones/x: it must be a regular file");
	assert_int_equal(unlinkat(fixture->fd, "x", AT_REMOVEDIR), 0);
	/* Nobody writes to it: reading must not wait. */
	assert_int_equal(mkfifoat(fixture->fd, "x", 0600), 0);
	expect_unreadable(fixture, -EINVAL, "/etc/zones/x: it must be a regular file");
	assert_int_equal(unlinkat(fixture->fd, "x", 0), 0);
	AUTO_FD server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	AUTO_FREE char *path = xasprintf("%s/x", fixture->path);
	strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
	assert_int_equal(bind(server, (struct sockaddr *)&address, sizeof(address)), 0);
	expect_unreadable(fixture, -ENXIO, "/etc/zones/x: it must be a regular file");
	assert_int_equal(unlinkat(fixture->fd, "x", 0), 0);
	zone_fixture_write(fixture->fd, "x", "text");
	assert_int_equal(fchmodat(fixture->fd, "x", 0664, 0), 0);
	expect_unreadable(fixture, -EPERM, "chmod go-w /etc/zones/x");
	assert_int_equal(fchmodat(fixture->fd, "x", 0646, 0), 0);
	expect_unreadable(fixture, -EPERM, "/etc/zones/x is writable by others");
	if (geteuid() != 0)
		skip();
	assert_int_equal(fchmodat(fixture->fd, "x", 0644, 0), 0);
	assert_int_equal(fchownat(fixture->fd, "x", 12345, 0, 0), 0);
	expect_unreadable(fixture, -EPERM, "chown root /etc/zones/x");
}

/* ---- writing ---- */

static int create(struct zone_fixture *fixture, const char *text, size_t len)
{
	return file_create(fixture->fd, "x", text, len, "/etc/zones/x", &fixture->messages);
}

static void files_are_made(void **state)
{
	struct zone_fixture *fixture = *state;
	mode_t mask = umask(077);
	assert_int_equal(create(fixture, "text", 4), 0);
	umask(mask);
	zone_fixture_said(fixture, NULL);
	zone_fixture_expect(fixture->fd, "x", "text");
	struct stat st;
	assert_int_equal(fstatat(fixture->fd, "x", &st, 0), 0);
	assert_int_equal(st.st_mode, S_IFREG | 0644);
	assert_int_equal(file_sync_directory(fixture->fd, "/etc/zones", &fixture->messages), 0);
}

static void existing_files_are_left_alone(void **state)
{
	struct zone_fixture *fixture = *state;
	zone_fixture_write(fixture->fd, "x", "before");
	assert_int_equal(create(fixture, "after", 5), -EEXIST);
	zone_fixture_said(fixture, "cannot make /etc/zones/x: ");
	zone_fixture_expect(fixture->fd, "x", "before");
	assert_int_equal(unlinkat(fixture->fd, "x", 0), 0);
	assert_int_equal(symlinkat("elsewhere", fixture->fd, "x"), 0);
	assert_int_equal(create(fixture, "after", 5), -EEXIST);
	zone_fixture_said(fixture, "cannot make /etc/zones/x: ");
	zone_fixture_expect(fixture->fd, "elsewhere", NULL);
}

static void failures_leave_nothing(void **state)
{
	struct zone_fixture *fixture = *state;
	static char text[8192];
	memset(text, 't', sizeof(text));
	struct rlimit before;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	const struct rlimit small = { 4096, before.rlim_max };
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	int rc = create(fixture, text, sizeof(text));
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(rc, -EFBIG);
	zone_fixture_said(fixture, "cannot write /etc/zones/x: ");
	zone_fixture_expect(fixture->fd, "x", NULL);
}

static void what_cannot_be_synced_is_told(void **state)
{
	struct zone_fixture *fixture = *state;
	assert_int_equal(file_sync_directory(-1, "/etc/zones", &fixture->messages), -EBADF);
	zone_fixture_said(fixture, "cannot bring /etc/zones to storage");
	assert_int_equal(file_trusted(-1, "/etc/zones", &fixture->messages), -EBADF);
	zone_fixture_said(fixture, "/etc/zones: ");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, zone_fixture_setup, zone_fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(directories_are_opened),
		TEST(missing_directories_are_not_described),
		TEST(no_directories),
		TEST(directories_of_others),
		TEST(files_are_read),
		TEST(nul_bytes_are_read),
		TEST(what_is_no_trusted_file_is_not_read),
		TEST(files_are_made),
		TEST(existing_files_are_left_alone),
		TEST(failures_leave_nothing),
		TEST(what_cannot_be_synced_is_told),
	};
	return cmocka_run_group_tests_name("zone_file", tests, NULL, NULL);
}
