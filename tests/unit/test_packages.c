/* test_packages.c - which packages a zone gets, where their files are, and what dpkg is told. */
#include "zone_fixture.h"

#include "install/packages_private.h"
#include "util/alloc.h"

#include <acl/libacl.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/acl.h>
#include <sys/stat.h>
#include <unistd.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define INSTALLED "Status: install ok installed\n"
#define NATIVE INSTALLED "Architecture: amd64\nVersion: 1.0-1\n"
#define DPKG "Package: dpkg\nEssential: yes\nPriority: required\n" NATIVE "\n"

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

/* ---- dpkg's database ---- */

static void installed_becomes_unpacked(void **state)
{
	struct zone_fixture *fixture = *state;
	static const char text[] =
		"Package: a\nStatus: hold ok installed\nConfig-Version: 0.9\nArchitecture: all\n"
		"Version: 1\nTriggers-Pending: ldconfig\n more\nConffiles:\n /etc/a 1234\n"
		"Description: a\n Status: of a\n\n";
	AUTO_DPKG database = { 0 };
	AUTO_STR out = STR_EMPTY;
	assert_int_equal(dpkg_parse(text, strlen(text), "FILE", &database, &fixture->messages), 0);
	database_unpacked(&database.packages[0], &out);
	assert_string_equal(str_get(&out),
		"Package: a\nStatus: hold ok unpacked\nArchitecture: all\nVersion: 1\n"
		"Conffiles:\n /etc/a 1234\nDescription: a\n Status: of a\n\n");
}

static void triggers_are_of_chosen_packages(void **state)
{
	struct zone_fixture *fixture = *state;
	static const char text[] = DPKG "Package: libc-bin\nPriority: required\n" NATIVE "\n"
					"Package: other\nPriority: optional\n" NATIVE "\n";
	AUTO_DPKG database = { 0 };
	AUTO_CHOICE choice = { 0 };
	AUTO_STR out = STR_EMPTY;
	assert_int_equal(dpkg_parse(text, strlen(text), "FILE", &database, &fixture->messages), 0);
	assert_int_equal(choice_make(&database, NULL, &choice, &fixture->messages), 0);
	database_triggers(&choice, true,
		"libc-bin\nother\nlibc-bin/noawait\nlibc-bin:amd64\nlibc-bin:i386\n"
		"/usr/lib/a libc-bin\n/usr/lib/libc-bin other/noawait\n/x dpkg/noawait\n",
		&out);
	assert_string_equal(str_get(&out),
		"libc-bin\nlibc-bin/noawait\nlibc-bin:amd64\n/usr/lib/a libc-bin\n"
		"/x dpkg/noawait\n");
	assert_true(choice_has(&choice, "libc-bin:amd64"));
	assert_false(choice_has(&choice, "libc-bin:i386"));
	assert_false(choice_has(&choice, "libc"));
	assert_false(choice_has(&choice, ""));
}

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

static void updates_become_unpacked(void **state)
{
	struct zone_fixture *fixture = *state;
	static const char host_text[] = DPKG
		"Package: a\nStatus: install ok installed\nArchitecture: all\nVersion: 2\n"
		"Conffiles:\n /etc/a 22\n /etc/new 33\n /etc/was 44 obsolete\n"
		"Description: new\n\n"
		"Package: b\nStatus: install ok installed\nArchitecture: all\nVersion: 3\n\n";
	static const char zone_text[] =
		"Package: own\nStatus: install ok installed\nArchitecture: all\nVersion: 9\n\n"
		"Package: a\nStatus: hold ok installed\nArchitecture: all\nVersion: 1\n"
		"Conffiles:\n /etc/a 11\n /etc/gone 12\n /etc/older 13 obsolete\n"
		"Description: old\n";
	AUTO_DPKG host = { 0 }, zone = { 0 };
	AUTO_CHOICE choice = { 0 };
	AUTO_STR text = STR_EMPTY;
	struct messages *messages = &fixture->messages;
	assert_int_equal(dpkg_parse(host_text, strlen(host_text), "HOST", &host, messages), 0);
	assert_int_equal(dpkg_parse(zone_text, strlen(zone_text), "ZONE", &zone, messages), 0);
	bool wanted[] = { true, true, false };
	choice_update(&host, &zone, wanted, &choice);
	database_status(&choice, &zone, &text);
	assert_string_equal(str_get(&text),
		"Package: a\nArchitecture: all\nVersion: 2\nDescription: new\n"
		"Status: hold ok unpacked\nConfig-Version: 1\n"
		"Conffiles:\n /etc/a 11\n /etc/new newconffile\n /etc/gone 12 obsolete\n"
		" /etc/older 13 obsolete\n\n"
		"Package: b\nArchitecture: all\nVersion: 3\nStatus: install ok unpacked\n\n"
		"Package: own\nStatus: install ok installed\nArchitecture: all\nVersion: 9\n\n");
}

/* On a host whose /var is elsewhere, the zone's link of that name means a place in the zone. */
static void the_database_is_made_behind_links(void **state)
{
	struct zone_fixture *fixture = *state;
	AUTO_DPKG database = { 0 };
	AUTO_CHOICE choice = { 0 };
	assert_int_equal(dpkg_parse(DPKG, strlen(DPKG), "FILE", &database, &fixture->messages), 0);
	assert_int_equal(choice_make(&database, NULL, &choice, &fixture->messages), 0);
	static const char *const made[] = { "data", "data/var", "data/var/lib",
		"data/var/lib/dpkg" };
	for (size_t i = 0; i < COUNT(made); i++)
		assert_int_equal(mkdirat(fixture->fd, made[i], 0755), 0);
	assert_int_equal(symlinkat("/data/var", fixture->fd, "var"), 0);
	const struct install_job job = { .messages = &fixture->messages };
	const struct files files = { .choice = &choice, .messages = &fixture->messages };
	assert_int_equal(database_make(&files, &job, fixture->fd), 0);
	struct stat st;
	assert_int_equal(fstatat(fixture->fd, "data/var/lib/dpkg/updates", &st, 0), 0);
	assert_true(S_ISDIR(st.st_mode));
	assert_int_equal(fstatat(fixture->fd, "data/var/lib/dpkg/status", &st, 0), 0);
	assert_int_equal(packages_unlink(fixture->fd, "var/lib/dpkg/status"), 0);
	assert_int_equal(fstatat(fixture->fd, "data/var/lib/dpkg/status", &st, 0), -1);
	assert_int_equal(fstatat(AT_FDCWD, "/data/var", &st, 0), -1);
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
		TEST(names_are_sorted_and_once),
		TEST(diversions_are_found),
		TEST(diversions_that_are_none_are_refused),
		TEST(directories_are_resolved),
		TEST(installed_becomes_unpacked),
		TEST(triggers_are_of_chosen_packages),
		TEST(updates_add_what_is_missing),
		TEST(updates_become_unpacked),
		TEST(the_database_is_made_behind_links),
		TEST(users_of_the_host_are_in_no_acl),
		TEST(not_everybody_may_read),
		TEST(what_is_no_package_has_no_files),
		TEST(packages_run_no_programs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
