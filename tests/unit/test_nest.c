/* test_nest.c - is one directory inside the other? Asked of real ones. */
#include "fixture.h"

#include "nest.h"

#include "base/fd.h"

#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <stdio.h>

/* By the whole path: the fixture's own fd does not lead to mounts made in another namespace. */
static int open_in(const struct fixture *f, const char *name, int flags)
{
	char path[128];
	snprintf(path, sizeof(path), "%s/%s", name[0] == '/' ? "" : f->path, name);
	int fd = open(path, flags | O_DIRECTORY | O_CLOEXEC);
	assert_true(fd >= 0);
	return fd;
}

static bool inside(const struct fixture *f, const char *src, const char *dst)
{
	AUTO_FD src_fd = open_in(f, src, O_PATH);
	AUTO_FD dst_fd = open_in(f, dst, O_RDONLY);
	return nest_inside(src_fd, dst_fd, false);
}

/* src/a/b and src/ab: the second is no part of "src/a", though its path begins so. */
static void make_tree(const struct fixture *f)
{
	assert_int_equal(mkdirat(f->fd, "src/a", 0755), 0);
	assert_int_equal(mkdirat(f->fd, "src/a/b", 0755), 0);
	assert_int_equal(mkdirat(f->fd, "src/ab", 0755), 0);
}

static void real_directories(void **state)
{
	struct fixture *f = *state;
	make_tree(f);
	assert_true(inside(f, "src", "src"));
	assert_true(inside(f, "src", "src/a"));
	assert_true(inside(f, "src", "src/a/b"));
	assert_true(inside(f, "src/a", "src/a/b"));
	assert_false(inside(f, "src/a", "src"));
	assert_false(inside(f, "src", "dst"));
	assert_false(inside(f, "src/a", "src/ab"));
	assert_false(inside(f, "src/a/b", "src/ab"));
}

static void the_root_has_everything(void **state)
{
	struct fixture *f = *state;
	assert_true(inside(f, "/", "dst"));
	assert_true(inside(f, "/", "/"));
	assert_false(inside(f, "dst", "/"));
}

static void symbolic_links_do_not_hide_it(void **state)
{
	struct fixture *f = *state;
	make_tree(f);
	assert_int_equal(symlinkat("../src/a", f->fd, "dst/way"), 0);
	assert_true(inside(f, "src", "dst/way"));
	assert_true(inside(f, "src", "dst/way/b"));
}

static void closed_fds_are_not_inside(void **state)
{
	struct fixture *f = *state;
	assert_false(nest_inside(-1, f->fds[0], false));
	assert_false(nest_inside(f->fds[0], -1, false));
}

static int bind_to(const struct fixture *f, const char *from, const char *to)
{
	char source[96], target[96];
	snprintf(source, sizeof(source), "%s/%s", f->path, from);
	snprintf(target, sizeof(target), "%s/%s", f->path, to);
	return mount(source, target, NULL, MS_BIND, NULL);
}

/* In a process of its own, whose mounts end with it: 0 as it should be, 1 not, 77 not allowed. */
static int check_binds(const struct fixture *f)
{
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return 77;
	if (mkdirat(f->fd, "dst/in", 0755) < 0 || mkdirat(f->fd, "dst/with blank", 0755) < 0)
		return 1;
	if (bind_to(f, "src/a", "dst/in") < 0 || bind_to(f, "src/a", "dst/with blank") < 0)
		return 77;
	bool as_expected = inside(f, "src", "dst/in") && inside(f, "src", "dst/in/b")
		&& inside(f, "src/a/b", "dst/in/b") && inside(f, "dst/in", "src/a/b")
		&& inside(f, "src", "dst/with blank") && inside(f, "src/a", "dst/with blank/b")
		&& !inside(f, "src/ab", "dst/in") && !inside(f, "src/a/b", "dst/in");
	return as_expected ? 0 : 1;
}

static void bind_mounts(void **state)
{
	struct fixture *f = *state;
	make_tree(f);
	if (geteuid() != 0)
		skip();
	pid_t child = fork();
	if (child == 0)
		_exit(check_binds(f));
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

#define test(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(real_directories),
		test(the_root_has_everything),
		test(symbolic_links_do_not_hide_it),
		test(closed_fds_are_not_inside),
		test(bind_mounts),
	};
	return cmocka_run_group_tests_name("nest", tests, NULL, NULL);
}
