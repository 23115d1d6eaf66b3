/* test_acl.c - access control lists, on a file system that has them. */
#include "fixture.h"

#include "acl.h"
#include "xattr.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/acl.h>

/* $TMPDIR may be without ACLs; /dev/shm, where it exists, has them. */
static int setup(void **state)
{
	*state = access("/dev/shm", W_OK) == 0 ? fixture_in("/dev/shm") : NULL;
	if (!*state)
		fixture_setup(state);
	return *state ? 0 : -1;
}

/* Make a file with an access ACL. False: the file system has none. */
static bool make(const struct fixture *f, const char *name, const char *text)
{
	char path[96];
	snprintf(path, sizeof(path), "%s/src/%s", f->path, name);
	fixture_file(f->fds[0], name, "", 0);
	acl_t acl = acl_from_text(text);
	assert_non_null(acl);
	int rc = acl_set_file(path, ACL_TYPE_ACCESS, acl);
	acl_free(acl);
	return rc == 0;
}

static uint32_t permissions_without(const struct fixture *f, const char *name, bool path_only)
{
	AUTO_OBJECT object = OBJECT_NONE;
	if (path_only)
		assert_int_equal(object_open_path(&object, f->fds[0], name), 0);
	else
		assert_int_equal(object_open(&object, f->fds[0], name, DT_REG), 0);
	uint32_t mode = acl_mode_without(&object);
	assert_int_equal(mode & S_IFMT, object.st.stx_mode & S_IFMT);
	return mode & 07777;
}

/* The group bits of the mode are the mask; the group itself has less. */
static void group_gets_no_more_than_it_had(void **state)
{
	static const struct {
		const char *text;
		uint32_t mode;
	} rows[] = {
		{ "u::rw-,u:7:rwx,g::r--,m::rwx,o::---", 0640 },
		{ "u::rwx,u:7:rwx,g::---,m::rwx,o::r-x", 0705 },
		{ "u::rw-,u:7:rwx,g::rwx,m::r--,o::r--", 0644 },
		{ "u::rw-,g::rw-,g:9:rwx,m::r-x,o::---", 0640 },
		{ "u::rw-,g::r--,o::r--", 0644 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!make(*state, "file", rows[i].text))
			skip();
		assert_int_equal(permissions_without(*state, "file", false), rows[i].mode);
		assert_int_equal(permissions_without(*state, "file", true), rows[i].mode);
	}
}

static void special_bits_stay(void **state)
{
	struct fixture *f = *state;
	if (!make(f, "file", "u::rwx,u:7:rwx,g::r--,m::rwx,o::---"))
		skip();
	assert_int_equal(fchmodat(f->fds[0], "file", 06770, 0), 0);
	assert_int_equal(permissions_without(f, "file", false), 06740);
}

static void without_an_acl_the_mode_is_the_mode(void **state)
{
	struct fixture *f = *state;
	fixture_file(f->fds[0], "file", "", 0);
	assert_int_equal(fchmodat(f->fds[0], "file", 0751, 0), 0);
	assert_int_equal(symlinkat("file", f->fds[0], "link"), 0);
	assert_int_equal(permissions_without(f, "file", false), 0751);
	assert_int_equal(permissions_without(f, "link", true), 0777);
}

static bool is_trivial(const struct fixture *f, const char *name)
{
	AUTO_OBJECT object = OBJECT_NONE;
	assert_int_equal(object_open(&object, f->fds[0], name, DT_REG), 0);
	return acl_is_trivial(&object);
}

static void trivial_if_the_mode_says_the_same(void **state)
{
	struct fixture *f = *state;
	if (!make(f, "named", "u::rw-,u:7:r--,g::r--,m::r--,o::r--"))
		skip();
	assert_true(make(f, "plain", "u::rw-,g::r--,o::r--"));
	assert_true(make(f, "masked", "u::rw-,g::rw-,m::r--,o::r--"));
	assert_false(is_trivial(f, "named"));
	assert_true(is_trivial(f, "plain"));
	assert_false(is_trivial(f, "masked"));
}

static void text_of_an_acl(void **state)
{
	struct fixture *f = *state;
	if (!make(f, "file", "u::rw-,u:7:rwx,g::r--,m::rwx,o::---"))
		skip();
	AUTO_OBJECT object = OBJECT_NONE;
	AUTO_STR text = STR_EMPTY;
	assert_int_equal(object_open(&object, f->fds[0], "file", DT_REG), 0);
	assert_int_equal(str_adds(&text, "acl "), 0);
	acl_text(&object, &text);
	assert_string_equal(str_get(&text), "acl u::rw-,u:7:rwx,g::r--,m::rwx,o::---");
}

#define test(name) cmocka_unit_test_setup_teardown(name, setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(group_gets_no_more_than_it_had),
		test(special_bits_stay),
		test(without_an_acl_the_mode_is_the_mode),
		test(trivial_if_the_mode_says_the_same),
		test(text_of_an_acl),
	};
	return cmocka_run_group_tests_name("acl", tests, NULL, NULL);
}
