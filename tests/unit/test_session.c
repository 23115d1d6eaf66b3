/* test_session.c - users of a zone, from the text of its files. */
#include "zone_fixture.h"

#include "runtime/session_private.h"

#include <errno.h>

static const char passwd[] = "# a comment\n"
			     "root:x:0:0:root:/root:/bin/bash\n"
			     "\n"
			     "bob:x:1000:1001:Bob,,,:/home/bob:/bin/zsh\n"
			     "bare:x:5:6:::\n"
			     "colon:x:7:8:g:/home:/bin/sh:more\n"
			     "short:x:1000:1000:Short:/home/short\n"
			     "words:x:one:1:w:/:/bin/sh\n"
			     "none:x:4294967295:1:n:/:/bin/sh\n"
			     "huge:x:4294967296:1:h:/:/bin/sh\n"
			     "minus:x:-1:1:m:/:/bin/sh\n"
			     "bob:x:0:0:again:/root:/bin/sh\n"
			     "last:x:4294967294:9:l:/l:/bin/l";

static void found(void **state)
{
	(void)state;
	static const struct {
		const char *name, *home, *shell;
		uid_t uid;
		gid_t gid;
	} cases[] = { { "root", "/root", "/bin/bash", 0, 0 },
		{ "bob", "/home/bob", "/bin/zsh", 1000, 1001 }, { "bare", "/", "/bin/sh", 5, 6 },
		{ "colon", "/home", "/bin/sh:more", 7, 8 },
		{ "last", "/l", "/bin/l", 4294967294, 9 } };
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		AUTO_SESSION_USER user = { 0 };
		assert_int_equal(session_user_parse(passwd, cases[i].name, &user), 0);
		assert_string_equal(user.name, cases[i].name);
		assert_string_equal(user.home, cases[i].home);
		assert_string_equal(user.shell, cases[i].shell);
		assert_int_equal(user.uid, cases[i].uid);
		assert_int_equal(user.gid, cases[i].gid);
		assert_int_equal(user.group_count, 0);
	}
}

/* Nobody becomes root by a line that is not understood. */
static void not_found(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		int rc;
	} cases[] = { { "short", -EINVAL }, { "words", -EINVAL }, { "none", -EINVAL },
		{ "huge", -EINVAL }, { "minus", -EINVAL }, { "ro", -ENOENT }, { "roott", -ENOENT },
		{ "Bob,,,", -ENOENT }, { "x", -ENOENT } };
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		AUTO_SESSION_USER user = { 0 };
		assert_int_equal(session_user_parse(passwd, cases[i].name, &user), cases[i].rc);
		assert_null(user.name);
	}
	AUTO_SESSION_USER user = { 0 };
	assert_int_equal(session_user_parse("", "root", &user), -ENOENT);
}

static void groups(void **state)
{
	(void)state;
	static const char group[] = "root:x:0:\n"
				    "first:x:10:bob\n"
				    "second:x:20:al,bob,cy\n"
				    "third:x:30:bobby,abob\n"
				    "bad:x:no:bob\n"
				    "none:x:4294967295:bob\n"
				    "short:x:40\n"
				    "\n"
				    "empty:x:50:,,bob,\n"
				    "last:x:60:al,bob";
	AUTO_SESSION_USER user = { 0 };
	assert_int_equal(session_user_parse(passwd, "bob", &user), 0);
	session_user_add_groups(&user, group);
	const gid_t wanted[] = { 10, 20, 50, 60 };
	assert_int_equal(user.group_count, 4);
	assert_memory_equal(user.groups, wanted, sizeof(wanted));
}

static void safe_root(void **state)
{
	(void)state;
	AUTO_SESSION_USER user = { 0 };
	session_user_root(&user);
	assert_int_equal(user.uid, 0);
	assert_int_equal(user.gid, 0);
	assert_string_equal(user.home, "/");
	assert_string_equal(user.shell, "/bin/sh");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(found),
		cmocka_unit_test(not_found),
		cmocka_unit_test(groups),
		cmocka_unit_test(safe_root),
	};
	return cmocka_run_group_tests_name("session", tests, NULL, NULL);
}
