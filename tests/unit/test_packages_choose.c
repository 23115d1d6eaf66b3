/* test_packages_choose.c - which packages a zone gets, of those that the host has. */
#include "packages_fixture.h"

#include <errno.h>

/* ---- versions ---- */

/* deb-version(7): each is greater than the one before. */
static void versions_have_an_order(void **state)
{
	(void)state;
	static const char *const rising[] = { "0.9~~", "0.9~~a", "0.9~", "0.9", "0.9-0.1", "0.9-1~",
		"0.9-1", "0.9-1+b1", "0.9a", "0.9+dfsg-1", "0.9-1-1", "0.10", "1.0", "1.0a",
		"1.01a", "1.2", "1:0", "1:0.1-1", "10:0" };
	for (size_t i = 0; i < COUNT(rising); i++) {
		assert_int_equal(version_compare(rising[i], rising[i]), 0);
		for (size_t j = i + 1; j < COUNT(rising); j++) {
			if (version_compare(rising[i], rising[j]) >= 0
				|| version_compare(rising[j], rising[i]) <= 0)
				fail_msg("%s is not less than %s", rising[i], rising[j]);
		}
	}
	assert_int_equal(version_compare("0:1.0-0", "1.0"), 0);
	assert_int_equal(version_compare("1.00", "1.0"), 0);
}

static void versions_satisfy_relations(void **state)
{
	(void)state;
	static const struct {
		const char *version, *relation, *wanted;
		bool satisfied;
	} cases[] = {
		{ "1.0", "<<", "1.1", true },
		{ "1.0", "<<", "1.0", false },
		{ "1.0", "<=", "1.0", true },
		{ "1.0", "=", "1.0", true },
		{ "1.0", "=", "1.0-1", false },
		{ "1.0", ">=", "1.0~", true },
		{ "1.0~", ">=", "1.0", false },
		{ "1.0", ">>", "1.0", false },
		{ "2.0", ">>", "1.0", true },
	};
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(
			version_satisfies(cases[i].version, cases[i].relation, cases[i].wanted),
			cases[i].satisfied);
}

/* ---- choosing ---- */

/* What is chosen of a database, with blanks between. Returns what choice_make() does. */
static int choose(struct zone_fixture *fixture, const char *text, const char *wanted,
	struct str *ret_names, struct choice *ret_counts)
{
	AUTO_DPKG database = { 0 };
	AUTO_CHOICE choice = { 0 };
	assert_int_equal(dpkg_parse(text, strlen(text), "FILE", &database, &fixture->messages), 0);
	int rc = choice_make(&database, wanted, &choice, &fixture->messages);
	str_truncate(ret_names, 0);
	for (size_t i = 0; rc == 0 && i < database.count; i++) {
		const struct dpkg_package *package = &database.packages[i];
		bool foreign = strcmp(package->architecture, "i386") == 0;
		if (choice.chosen[i])
			text_addf(ret_names, "%s%s%s", ret_names->len ? " " : "", package->name,
				foreign ? ":i386" : "");
	}
	*ret_counts = choice;
	ret_counts->chosen = ret_counts->left_out = NULL;
	return rc;
}

/* The same, which must be these. */
static void chooses(
	struct zone_fixture *fixture, const char *text, const char *wanted, const char *expected)
{
	AUTO_STR names = STR_EMPTY;
	struct choice counts;
	assert_int_equal(choose(fixture, text, wanted, &names, &counts), 0);
	assert_string_equal(str_get(&names), expected);
}

static const char small[] = DPKG
	"Package: base\nPriority: required\nPre-Depends: libc (>= 1)\n" NATIVE "\n"
	"Package: editor\nPriority: important\nDepends: term | terminal (>> 2), pager\n" NATIVE "\n"
	"Package: libc\nPriority: optional\n" NATIVE "\n"
	"Package: less\nPriority: standard\nProvides: pager (= 3), other\n" NATIVE "\n"
	"Package: systemd-sysv\nPriority: optional\nDepends: systemd:any (= 1.0-1),\n libc\n" NATIVE
	"\n"
	"Package: systemd\nPriority: optional\n" NATIVE "\n"
	"Package: xterm\nPriority: optional\nProvides: terminal (= 2.1)\n" NATIVE "\n"
	"Package: linux-image-6.1\nPriority: important\nDepends: kmod\n" NATIVE "\n"
	"Package: kmod\nPriority: optional\n" NATIVE "\n";

static void the_default_is_a_small_system(void **state)
{
	struct zone_fixture *fixture = *state;
	chooses(fixture, small, NULL, "base dpkg editor less libc systemd systemd-sysv xterm");
	AUTO_STR names = STR_EMPTY;
	struct choice counts;
	assert_int_equal(choose(fixture, small, NULL, &names, &counts), 0);
	assert_int_equal(counts.count, 8);
	assert_int_equal(counts.skipped, 1);
	assert_true(counts.init);
	zone_fixture_said(fixture, NULL);
}

static void all_is_all_but_the_hosts_own(void **state)
{
	struct zone_fixture *fixture = *state;
	chooses(fixture, small, "all",
		"base dpkg editor kmod less libc systemd systemd-sysv xterm");
}

static void a_list_has_what_it_needs(void **state)
{
	struct zone_fixture *fixture = *state;
	chooses(fixture, small, " less,xterm:amd64\tless ", "base dpkg less libc xterm");
	AUTO_STR names = STR_EMPTY;
	struct choice counts;
	assert_int_equal(choose(fixture, small, "less", &names, &counts), 0);
	assert_false(counts.init);
	/* Who names it gets it. */
	chooses(fixture, small, "linux-image-6.1", "base dpkg kmod libc linux-image-6.1");
}

static void a_list_names_what_is_installed(void **state)
{
	struct zone_fixture *fixture = *state;
	AUTO_STR names = STR_EMPTY;
	struct choice counts;
	assert_int_equal(
		choose(fixture, small, "less emacs xterm:i386,vi", &names, &counts), -ENOENT);
	zone_fixture_said(fixture, "them: emacs, xterm:i386, vi\n");
	assert_int_equal(choose(fixture, small, ", ,", &names, &counts), -EINVAL);
	zone_fixture_said(fixture, "no package is named");
	/* What is provided is not installed. */
	assert_int_equal(choose(fixture, small, "pager", &names, &counts), -ENOENT);
	zone_fixture_said(fixture, "it: pager\n");
}

static void what_is_needed_is_not_left_out(void **state)
{
	struct zone_fixture *fixture = *state;
	static const char text[] = DPKG
		"Package: app\nPriority: important\nDepends: mdadm | lvm2\n" NATIVE "\n"
		"Package: mdadm\nPriority: important\nSection: admin\n" NATIVE "\n"
		"Package: lvm2\nPriority: important\nSection: admin\n" NATIVE "\n"
		"Package: tool\nPriority: important\nSection: contrib/kernel\n" NATIVE "\n";
	chooses(fixture, text, NULL, "app dpkg mdadm");
	AUTO_STR names = STR_EMPTY;
	struct choice counts;
	assert_int_equal(choose(fixture, text, NULL, &names, &counts), 0);
	assert_int_equal(counts.skipped, 2);
}

/* The first that is installed in the right version, and what is chosen anyway before others. */
static void alternatives_are_those_installed(void **state)
{
	struct zone_fixture *fixture = *state;
	static const char text[] = DPKG
		"Package: app\nPriority: important\nDepends: a (>= 2) | b, c | v (>= 1), w, "
		"gone\n" NATIVE "\n"
		"Package: a\nPriority: optional\n" NATIVE "\n"
		"Package: b\nPriority: optional\n" NATIVE "\n"
		"Package: p\nPriority: optional\nProvides: v\n" NATIVE "\n"
		"Package: q\nPriority: optional\nProvides: v (=1.5), w\n" NATIVE "\n"
		"Package: r\nPriority: important\nProvides: w\n" NATIVE "\n";
	chooses(fixture, text, NULL, "app b dpkg q r");
}

static void architectures_go_together(void **state)
{
	struct zone_fixture *fixture = *state;
	static const char text[] = DPKG
		"Package: libc\nPriority: optional\n" NATIVE "Multi-Arch: same\n\n"
		"Package: libc\nPriority: optional\n" INSTALLED
		"Architecture: i386\nVersion: 1.0-1\nMulti-Arch: same\n\n"
		"Package: base\nPriority: required\n" INSTALLED "Architecture: i386\nVersion: 1\n\n"
		"Package: wine\nPriority: optional\nDepends: libc\n" INSTALLED
		"Architecture: i386\nVersion: 1\n\n"
		"Package: script\nPriority: optional\nDepends: libc\n" INSTALLED
		"Architecture: all\nVersion: 1\n\n";
	chooses(fixture, text, "wine", "dpkg libc:i386 wine:i386");
	chooses(fixture, text, "script", "dpkg libc script");
	chooses(fixture, text, "libc:i386", "dpkg libc:i386");
	chooses(fixture, text, NULL, "dpkg");
}

static void packages_have_reasons(void **state)
{
	(void)state;
	static const struct {
		const char *name, *section;
		bool left_out;
	} cases[] = {
		{ "linux-image-amd64", "kernel", true },
		{ "linux-libc-dev", "devel", false },
		{ "squashfs-tools", "kernel", false },
		{ "linux-headers-6.1.0-18-common", "kernel", true },
		{ "grub-pc", "admin", true },
		{ "firmware-iwlwifi", "non-free-firmware/kernel", true },
		{ "intel-microcode", "non-free-firmware/admin", true },
		{ "initramfs-tools-core", "utils", true },
		{ "zfs-dkms", "contrib/kernel", true },
		{ "zfsutils-linux", "contrib/admin", false },
		{ "systemd", "admin", false },
		{ "systemd-sysv", "admin", false },
		{ "kmod", "admin", false },
		{ "libpam-modules", "admin", false },
		{ "bash", "shells", false },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct dpkg_package package = { .name = cases[i].name,
			.section = cases[i].section };
		if (!choice_reason(&package) == cases[i].left_out)
			fail_msg("%s", cases[i].name);
	}
}

/* ---- updates ---- */

/* What is chosen when "wanted" is brought to a zone that has the packages of a text. */
static void updates(struct zone_fixture *fixture, const char *zone_text, const char *wanted,
	const char *expected)
{
	AUTO_DPKG host = { 0 }, zone = { 0 };
	AUTO_CHOICE choice = { 0 };
	AUTO_STR names = STR_EMPTY;
	struct messages *messages = &fixture->messages;
	assert_int_equal(dpkg_parse(small, strlen(small), "HOST", &host, messages), 0);
	assert_int_equal(dpkg_parse(zone_text, strlen(zone_text), "ZONE", &zone, messages), 0);
	AUTO_FREE bool *list = xcalloc(host.count, sizeof(*list));
	list[dpkg_find(&host, wanted) - host.packages] = true;
	choice_update(&host, &zone, list, &choice);
	for (size_t i = 0; i < host.count; i++)
		if (choice.chosen[i])
			text_addf(&names, "%s%s", names.len ? " " : "", host.packages[i].name);
	assert_string_equal(str_get(&names), expected);
}

static void updates_add_what_is_missing(void **state)
{
	struct zone_fixture *fixture = *state;
	updates(fixture, DPKG, "base", "base libc");
	updates(fixture, DPKG "Package: libc\n" NATIVE, "base", "base");
	updates(fixture, DPKG, "editor", "editor less xterm");
	/* What the zone has from elsewhere is as good, but not in a version that is too old. */
	updates(fixture, DPKG "Package: most\nProvides: pager\n" NATIVE "\nPackage: term\n" NATIVE,
		"editor", "editor");
	updates(fixture,
		DPKG "Package: systemd\nStatus: install ok installed\nArchitecture: amd64\n"
		     "Version: 0.9-1\n\nPackage: libc\n" NATIVE,
		"systemd-sysv", "systemd systemd-sysv");
}

int main(void)
{
#define TEST(function)                                                                             \
	cmocka_unit_test_setup_teardown(function, zone_fixture_setup, zone_fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(versions_have_an_order),
		TEST(versions_satisfy_relations),
		TEST(the_default_is_a_small_system),
		TEST(all_is_all_but_the_hosts_own),
		TEST(a_list_has_what_it_needs),
		TEST(a_list_names_what_is_installed),
		TEST(what_is_needed_is_not_left_out),
		TEST(alternatives_are_those_installed),
		TEST(architectures_go_together),
		TEST(packages_have_reasons),
		TEST(updates_add_what_is_missing),
	};
	return cmocka_run_group_tests_name("packages_choose", tests, NULL, NULL);
}
