/* test_packages_files.c - where the files of packages are, whose they are, and what a .deb has. */
#include "packages_fixture.h"

#include <acl/libacl.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/acl.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- paths ---- */

static void names_are_sorted_and_once(void **state)
{
	(void)state;
	AUTO_NAMES names = { 0 };
	names_sort(&names);
	assert_false(names_has(&names, "b"));
	static const char *const texts[] = { "c", "a", "b", "a", "c", "a" };
	for (size_t i = 0; i < COUNT(texts); i++)
		names_add(&names, xstrdup(texts[i]));
	names_sort(&names);
	assert_int_equal(names.count, 3);
	assert_string_equal(names.items[0], "a");
	assert_string_equal(names.items[2], "c");
	assert_true(names_has(&names, "b"));
	assert_false(names_has(&names, "d"));
}

static void diversions_are_found(void **state)
{
	struct zone_fixture *fixture = *state;
	AUTO_DIVERSIONS diversions = { 0 };
	assert_int_equal(diversions_parse(xstrdup("/bin/sh\n/bin/sh.distrib\ndash\n"
						  "/bin/a\n/bin/a.real\n:\n"),
				 "FILE", &diversions, &fixture->messages),
		0);
	assert_int_equal(diversions.count, 2);
	assert_null(diversions_find(&diversions, "/bin/sh", "dash"));
	assert_string_equal(diversions_find(&diversions, "/bin/sh", "bash")->to, "/bin/sh.distrib");
	assert_string_equal(diversions_find(&diversions, "/bin/a", "a")->owner, ":");
	assert_null(diversions_find(&diversions, "/bin/a.real", "a"));
}

static void diversions_that_are_none_are_refused(void **state)
{
	struct zone_fixture *fixture = *state;
	static const char *const texts[] = { "/a\n", "/a\n/b\n", "a\n/b\nc\n", "/a\nb\nc\n",
		"\n/a\n/b\n" };
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct diversions diversions = { 0 };
		assert_int_equal(diversions_parse(xstrdup(texts[i]), "FILE", &diversions,
					 &fixture->messages),
			-EINVAL);
		assert_null(diversions.items);
		zone_fixture_said(fixture, "FILE: it should have three lines");
	}
}

/* Links on the way are followed, and named, but for the last name. */
static void directories_are_resolved(void **state)
{
	struct zone_fixture *fixture = *state;
	AUTO_NAMES links = { 0 };
	AUTO_RESOLVER resolver = { .links = &links };
	assert_int_equal(mkdirat(fixture->fd, "usr", 0755), 0);
	assert_int_equal(mkdirat(fixture->fd, "usr/bin", 0755), 0);
	assert_int_equal(symlinkat("usr/bin", fixture->fd, "bin"), 0);
	assert_int_equal(symlinkat("../bin/.", fixture->fd, "usr/sbin"), 0);
	assert_int_equal(symlinkat("loop", fixture->fd, "loop"), 0);
	static const struct {
		const char *path, *real;
	} cases[] = {
		{ "usr/bin/tool", "usr/bin/tool" },
		{ "bin/tool", "usr/bin/tool" },
		{ "bin/other", "usr/bin/other" },
		{ "usr/sbin/tool", "usr/bin/tool" },
		{ "bin", "bin" },
		{ "usr/../bin/./tool", "usr/bin/tool" },
		{ "missing/tool", NULL },
		{ "loop/tool", NULL },
	};
	AUTO_FREE char *top = realpath(fixture->path, NULL);
	for (size_t i = 0; i < COUNT(cases); i++) {
		AUTO_FREE char *path = xasprintf("%s/%s", top, cases[i].path);
		AUTO_FREE char *real = resolver_path(&resolver, path);
		AUTO_FREE char *wanted = cases[i].real ? xasprintf("%s/%s", top, cases[i].real)
						       : NULL;
		if (!real != !wanted || (real && strcmp(real, wanted) != 0))
			fail_msg("%s is %s", path, real ? real : "nowhere");
	}
	names_sort(&links);
	AUTO_FREE char *bin = xasprintf("%s/bin", top), *sbin = xasprintf("%s/usr/sbin", top);
	assert_true(names_has(&links, bin) && names_has(&links, sbin));
	AUTO_FREE char *etc = resolver_path(&resolver, "/etc");
	assert_string_equal(etc, "/etc");
}

/* ---- whose files are ---- */

static void users_of_the_host_are_in_no_acl(void **state)
{
	struct zone_fixture *fixture = *state;
	static const struct {
		const char *before, *after; /* as setfacl(1) has them */
		unsigned mode;
		bool local;
	} cases[] = {
		{ "u::rw,u:4711:rw,g::r,m::rw,o::-", "u::rw-,g::r--,o::---", 0640, true },
		/* The group gets no more than the mask left it. */
		{ "u::rw,g::rwx,g:4711:r,m::r,o::r", "u::rw-,g::r--,o::r--", 0644, true },
		{ "u::rw,u:4711:rw,u:2:rw,g::r,m::r,o::-", "u::rw-,u:2:rw-,g::r--,m::r--,o::---",
			0640, true },
		{ "u::rw,g::r,g:65534:r,m::r,o::r", "u::rw-,g::r--,g:65534:r--,m::r--,o::r--", 0644,
			false },
	};
	zone_fixture_write(fixture->fd, "file", "");
	AUTO_FREE char *path = xasprintf("%s/file", fixture->path);
	for (size_t i = 0; i < COUNT(cases); i++) {
		acl_t acl = acl_from_text(cases[i].before);
		assert_non_null(acl);
		int rc = acl_set_file(path, ACL_TYPE_ACCESS, acl);
		acl_free(acl);
		if (rc < 0 && errno == ENOTSUP)
			skip();
		assert_int_equal(rc, 0);
		struct stat st;
		assert_int_equal(lstat(path, &st), 0);
		assert_int_equal(owners_local(path, &st), cases[i].local);
		AUTO_FD fd = open(path, O_PATH | O_CLOEXEC);
		assert_int_equal(owners_take_back(fd), 0);
		assert_int_equal(lstat(path, &st), 0);
		assert_int_equal(st.st_mode & 07777, cases[i].mode);
		assert_false(owners_local(path, &st));
		acl = acl_get_file(path, ACL_TYPE_ACCESS);
		char *text = acl_to_any_text(acl, NULL, ',', TEXT_ABBREVIATE | TEXT_NUMERIC_IDS);
		acl_free(acl);
		assert_string_equal(text, cases[i].after);
		acl_free(text);
	}
}

static void not_everybody_may_read(void **state)
{
	struct zone_fixture *fixture = *state;
	static const struct {
		unsigned directory, file;
		const char *acl;
		bool all;
	} cases[] = {
		{ 0755, 0644, NULL, true },
		{ 0755, 0640, NULL, false },
		{ 0755, 0604, NULL, false },
		{ 0700, 0644, NULL, false },
		{ 0755, 0644, "u::rw,u:4711:rw,g::r,m::rw,o::r", true },
		{ 0755, 0644, "u::rw,u:4711:-,g::r,m::r,o::r", false },
		{ 0755, 0644, "u::rw,g::-,g:4711:r,m::r,o::r", false },
	};
	assert_int_equal(fchmod(fixture->fd, 0755), 0);
	if (!owners_all_may_read(fixture->path))
		skip(); /* what it is in is for few */
	AUTO_FREE char *directory = xasprintf("%s/directory", fixture->path);
	AUTO_FREE char *path = xasprintf("%s/file", directory);
	assert_int_equal(mkdir(directory, 0755), 0);
	for (size_t i = 0; i < COUNT(cases); i++) {
		AUTO_FD fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		assert_true(fd >= 0);
		assert_int_equal(fchmod(fd, cases[i].file), 0);
		assert_int_equal(chmod(directory, cases[i].directory), 0);
		if (cases[i].acl) {
			acl_t acl = acl_from_text(cases[i].acl);
			assert_int_equal(acl_set_fd(fd, acl), 0);
			acl_free(acl);
		}
		if (owners_all_may_read(path) != cases[i].all)
			fail_msg("%zu", i);
		assert_int_equal(unlink(path), 0);
	}
	assert_false(owners_all_may_read(path));
}

/* ---- packages ---- */

static void what_is_no_package_has_no_files(void **state)
{
	struct zone_fixture *fixture = *state;
	AUTO_FREE char *path = xasprintf("%s/a.deb", fixture->path);
	struct shipped shipped = { 0 };
	assert_int_equal(deb_read(path, "/etc/a", 100, &shipped), 1);
	static const char *const texts[] = { "", "no archive", "!<arch>\n",
		"!<arch>\ndata.tar        0           0     0     644     4         `\nnone" };
	for (size_t i = 0; i < COUNT(texts); i++) {
		zone_fixture_write(fixture->fd, "a.deb", texts[i]);
		assert_int_not_equal(deb_read(path, "/etc/a", 100, &shipped), 0);
		assert_null(shipped.text);
	}
}

/* libarchive would have lrzip(1) undo this, as root. */
static void packages_run_no_programs(void **state)
{
	struct zone_fixture *fixture = *state;
	AUTO_FREE char *path = xasprintf("%s/a.deb", fixture->path);
	AUTO_FREE char *ran = xasprintf("%s/ran", fixture->path);
	AUTO_FREE char *program = xasprintf("#!/bin/sh\n: >%s\n", ran);
	zone_fixture_write(fixture->fd, "lrzip", program);
	assert_int_equal(fchmodat(fixture->fd, "lrzip", 0755, 0), 0);
	static const char deb[] =
		"!<arch>\ndata.tar.lrz    0           0     0     644     20        `\n"
		"LRZI\0\6\0\0\0\0\0\0\0\0\0\0\0\0\0";
	AUTO_FD fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	assert_int_equal(write(fd, deb, sizeof(deb)), sizeof(deb));
	AUTO_FREE char *before = xstrdup(getenv("PATH"));
	assert_int_equal(setenv("PATH", fixture->path, 1), 0);
	struct shipped shipped = { 0 };
	int rc = deb_read(path, "/etc/a", 100, &shipped);
	assert_int_equal(setenv("PATH", before, 1), 0);
	assert_int_not_equal(rc, 0);
	assert_int_equal(access(ran, F_OK), -1);
}

int main(void)
{
#define TEST(function)                                                                             \
	cmocka_unit_test_setup_teardown(function, zone_fixture_setup, zone_fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(names_are_sorted_and_once),
		TEST(diversions_are_found),
		TEST(diversions_that_are_none_are_refused),
		TEST(directories_are_resolved),
		TEST(users_of_the_host_are_in_no_acl),
		TEST(not_everybody_may_read),
		TEST(what_is_no_package_has_no_files),
		TEST(packages_run_no_programs),
	};
	return cmocka_run_group_tests_name("packages_files", tests, NULL, NULL);
}
