/* test_object.c - opening objects of every kind, whatever the directory said they were. */
#include "fixture.h"

#include "object.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <stdio.h>

static void make_socket(const struct fixture *f, const char *name)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	snprintf(address.sun_path, sizeof(address.sun_path), "%s/src/%s", f->path, name);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	close(fd);
}

static void make_kinds(const struct fixture *f)
{
	int fd = f->fds[CE_SIDE_SOURCE];
	fixture_file(fd, "file", "content", 7);
	assert_int_equal(mkdirat(fd, "directory", 0755), 0);
	assert_int_equal(symlinkat("file", fd, "link"), 0);
	assert_int_equal(symlinkat("nowhere", fd, "dangling"), 0);
	assert_int_equal(symlinkat("circle", fd, "circle"), 0);
	assert_int_equal(mkfifoat(fd, "fifo", 0644), 0);
	make_socket(f, "socket");
}

/* Open with a hint, and check the kind and the way it was opened. */
static void expect(const struct fixture *f, const char *name, unsigned char hint, mode_t kind)
{
	AUTO_OBJECT object = OBJECT_NONE;
	assert_int_equal(object_open(&object, f->fds[CE_SIDE_SOURCE], name, hint), 0);
	assert_int_equal(object.st.stx_mode & S_IFMT, kind);
	assert_int_equal(object.path_only, kind != S_IFREG);
	assert_int_equal(object.st.stx_ino, fixture_ino(f->fds[CE_SIDE_SOURCE], name));
	int flags = fcntl(object.fd, F_GETFL);
	assert_int_equal(!!(flags & O_PATH), kind != S_IFREG);
	assert_true(fcntl(object.fd, F_GETFD) & FD_CLOEXEC);
}

/* A fifo without a writer would block, if it were opened: a wrong hint must not make us. */
static void every_kind_by_every_hint(void **state)
{
	static const unsigned char hints[] = { DT_REG, DT_DIR, DT_LNK, DT_FIFO, DT_SOCK, DT_CHR,
		DT_BLK, DT_UNKNOWN };
	struct fixture *f = *state;
	make_kinds(f);
	for (size_t i = 0; i < sizeof(hints); i++) {
		expect(f, "file", hints[i], S_IFREG);
		expect(f, "directory", hints[i], S_IFDIR);
		expect(f, "link", hints[i], S_IFLNK);
		expect(f, "dangling", hints[i], S_IFLNK);
		expect(f, "circle", hints[i], S_IFLNK);
		expect(f, "fifo", hints[i], S_IFIFO);
		expect(f, "socket", hints[i], S_IFSOCK);
	}
}

static void devices(void **state)
{
	struct fixture *f = *state;
	/* No driver has this number: opening the device itself would fail. */
	if (mknodat(f->fds[0], "null", S_IFCHR | 0600, makedev(1, 3)) < 0
		|| mknodat(f->fds[0], "none", S_IFBLK | 0600, makedev(4000, 1)) < 0)
		skip();
	expect(f, "null", DT_CHR, S_IFCHR);
	expect(f, "null", DT_REG, S_IFCHR);
	expect(f, "none", DT_BLK, S_IFBLK);
	expect(f, "none", DT_REG, S_IFBLK);
}

static void failures_leave_nothing(void **state)
{
	struct fixture *f = *state;
	unsigned before = fixture_open_fds();
	struct object object = OBJECT_NONE;
	assert_int_equal(object_open(&object, f->fds[0], "missing", DT_REG), -ENOENT);
	assert_int_equal(object_open(&object, f->fds[0], "missing", DT_DIR), -ENOENT);
	assert_int_equal(object_open_path(&object, f->fds[0], "missing"), -ENOENT);
	assert_int_equal(object.fd, -1);
	assert_int_equal(fixture_open_fds(), before);
}

static void path_fd_does_not_follow(void **state)
{
	struct fixture *f = *state;
	make_kinds(f);
	AUTO_OBJECT object = OBJECT_NONE;
	assert_int_equal(object_open_path(&object, f->fds[0], "link"), 0);
	assert_true(S_ISLNK(object.st.stx_mode));
	assert_true(object.path_only);
}

struct swapper {
	int dirfd;
	atomic_bool stop;
};

/* Put the two names in each other's place as fast as it goes. */
static void *swap(void *arg)
{
	struct swapper *swapper = arg;
	while (!atomic_load(&swapper->stop))
		sys_rename(swapper->dirfd, "file", "fifo", RENAME_EXCHANGE);
	return NULL;
}

/* What is opened is what is said: never a fifo taken for a file, or a file opened by path alone. */
static void swapped_under_our_hands(void **state)
{
	struct fixture *f = *state;
	make_kinds(f);
	struct swapper swapper = { .dirfd = f->fds[0] };
	pthread_t thread;
	assert_int_equal(pthread_create(&thread, NULL, swap, &swapper), 0);
	unsigned bad = 0;
	for (int i = 0; i < 5000; i++) {
		AUTO_OBJECT object = OBJECT_NONE;
		int rc = object_open(&object, f->fds[0], "file", i % 2 ? DT_REG : DT_FIFO);
		bad += rc == 0 ? object.path_only == S_ISREG(object.st.stx_mode) : rc != -ESTALE;
	}
	atomic_store(&swapper.stop, true);
	pthread_join(thread, NULL);
	assert_int_equal(bad, 0);
}

#define test(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(every_kind_by_every_hint),
		test(devices),
		test(failures_leave_nothing),
		test(path_fd_does_not_follow),
		test(swapped_under_our_hands),
	};
	return cmocka_run_group_tests_name("object", tests, NULL, NULL);
}
