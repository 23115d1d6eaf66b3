/* test_xattr_class.c - which attribute names belong to which class, and lists of names. */
#include "fixture.h"

#include "xattr.h"

static void classes(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		int class;
	} rows[] = {
		{ "user.comment", CE_ATTR_XATTR },
		{ "user.", CE_ATTR_XATTR },
		{ "trusted.overlay.opaque", CE_ATTR_XATTR },
		{ "security.selinux", CE_ATTR_XATTR },
		{ "security.ima", CE_ATTR_XATTR },
		{ "security.capability", CE_ATTR_CAPS },
		{ "security.capability2", CE_ATTR_XATTR },
		{ "system.posix_acl_access", CE_ATTR_ACL },
		{ "system.posix_acl_default", CE_ATTR_ACL },
		{ "system.nfs4_acl", CE_ATTR_ACL },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if ((int)xattr_class(rows[i].name) != rows[i].class)
			fail_msg("%s: class %#x", rows[i].name, xattr_class(rows[i].name));
}

static void names_are_found_whole(void **state)
{
	(void)state;
	static const char names[] = "user.a\0user.bc\0security.capability";
	ssize_t size = (ssize_t)sizeof(names);
	assert_true(xattr_listed(names, size, "user.a"));
	assert_true(xattr_listed(names, size, "user.bc"));
	assert_true(xattr_listed(names, size, "security.capability"));
	assert_false(xattr_listed(names, size, "user.b"));
	assert_false(xattr_listed(names, size, "user.abc"));
	assert_false(xattr_listed(names, size, ""));
	assert_false(xattr_listed(names, 7, "user.bc"));
	assert_false(xattr_listed(names, 0, "user.a"));
}

static int load(void **state)
{
	(void)state;
	xattr_init();
	xattr_init();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(classes),
		cmocka_unit_test(names_are_found_whole),
	};
	return cmocka_run_group_tests_name("xattr_class", tests, load, NULL);
}
