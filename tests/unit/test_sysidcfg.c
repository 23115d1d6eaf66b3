/* test_sysidcfg.c - answers to a first boot's questions: what is right, and what becomes of it. */
#include "root_fixture.h"

#include "base/fd.h"
#include "identity/sysidcfg_private.h"
#include "util/alloc.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define HASH "$6$salt$0123456789012345678901234567890123456789"

static const struct sysidcfg_zone shared = { 0 };

static int parse(struct root_fixture *fixture, const char *text, struct sysidcfg **ret_sysidcfg)
{
	return sysidcfg_parse(text, strlen(text), "FILE", ret_sysidcfg, fixture->messages);
}

static void put_system(struct root_fixture *fixture)
{
	put(fixture, "etc/shadow", "daemon:*:1:0:99999:7:::\nroot:!unprovisioned:1:0:99999:7:::\n");
	put(fixture, "etc/hosts", "127.0.0.1 localhost\n127.0.1.1 old\n::1 localhost\n");
	put(fixture, "usr/share/zoneinfo/Europe/Berlin", "TZif2");
	put(fixture, "usr/lib/systemd/system/systemd-networkd.service", "");
	put(fixture, "usr/lib/terminfo/v/vt100", "");
}

/* Apply the text, as a boot does; returns as sysidcfg_boot(). */
static int boot(struct root_fixture *fixture, const char *text, const struct sysidcfg_zone *zone)
{
	return sysidcfg_boot(fixture->root, text, zone, fixture->messages);
}

/* ---- what is right ---- */

static void syntax_is_that_of_solaris(void **state)
{
	struct root_fixture *fixture = *state;
	AUTO_SYSIDCFG *sysidcfg = NULL;
	assert_int_equal(
		parse(fixture,
			"# a comment with { and '\n"
			"TimeZone = 'US/Central' # another\n"
			"\tterminal=\"xterm\"  system_locale=C\r\n"
			"network_interface=eth0{dhcp}network_interface=eth1\n"
			"   { primary hostname=web ip_address = 192.0.2.7 netmask=255.255.254.0\n"
			"     protocol_ipv6=NO default_route=none } # end\n"
			"name_service=dns {name_server=192.0.2.1 , 2001:db8::1,\n"
			"\t192.0.2.3 search=a.org,b.org}\n"
			"root_password=" HASH,
			&sysidcfg),
		0);
	zone_fixture_said(fixture->zone, NULL);
	assert_string_equal(sysidcfg->answers[SLOT_TIMEZONE].text, "US/Central");
	assert_int_equal(sysidcfg->answers[SLOT_TIMEZONE].line, 2);
	assert_string_equal(sysidcfg->answers[SLOT_TERMINAL].text, "xterm");
	assert_string_equal(sysidcfg->answers[SLOT_LOCALE].text, "C");
	assert_string_equal(
		sysidcfg->answers[SLOT_SERVERS].text, "192.0.2.1,2001:db8::1,192.0.2.3");
	assert_int_equal(sysidcfg->answers[SLOT_SEARCH].line, 8);
	assert_string_equal(sysidcfg->answers[SLOT_PASSWORD].text, HASH);
	assert_int_equal(sysidcfg->interface_count, 2);
	const struct sysidcfg_interface *primary = sysidcfg_primary(sysidcfg);
	assert_string_equal(primary->name.text, "eth1");
	assert_int_equal(primary->name.line, 4);
	assert_string_equal(primary->answers[NETWORK_ADDRESS].text, "192.0.2.7");
	assert_int_equal(primary->answers[NETWORK_ADDRESS].line, 5);
	assert_non_null(sysidcfg->interfaces[0].answers[NETWORK_DHCP].text);
}

static const char *const right[] = {
	"",
	"\n\n# nothing",
	"root_password=$y$j9T$salt$hash",
	"root_password=\"$5$rounds=5000$salt$hash\"",
	"root_password=*LK*",
	"network_interface=NONE {hostname=web}",
	"network_interface=none",
	"network_interface=PRIMARY {}",
	"name_service=NONE security_policy=none nfs4_domain=Dynamic",
	"name_service=DNS",
	"security_policy=Kerberos {default_realm=EXAMPLE.COM kdc=a.example.com,b:88}",
	"timezone=Etc/GMT+7",
};

static void right_texts_are_taken_in_silence(void **state)
{
	struct root_fixture *fixture = *state;
	for (size_t i = 0; i < sizeof(right) / sizeof(*right); i++) {
		AUTO_SYSIDCFG *sysidcfg = NULL;
		if (parse(fixture, right[i], &sysidcfg) != 0)
			fail_msg("%s: %s", right[i], str_get(&fixture->zone->said));
		assert_int_equal(sysidcfg->warning_count, 0);
	}
	zone_fixture_said(fixture->zone, NULL);
}

/* ---- what is wrong ---- */

static const struct {
	const char *text, *said;
} wrong[] = {
	{ "\ntimezon=UTC", "FILE: line 2: \"timezon\" is no keyword: did you mean timezone?" },
	{ "xyzzy=1", "\"xyzzy\" is no keyword: there are network_interface, system_locale" },
	{ "timezone", "line 1: \"=\" and a value are missing behind timezone" },
	{ "timezone=\nterminal=x", "line 1: a value is expected" },
	{ "timezone='UTC\n", "line 1: the quote at the end" },
	{ "timezone=UT'C'", "quoted as a whole" },
	{ "timezone='UTC'x", "a blank is expected behind the quote" },
	{ "timezone=\"a\tb\"", "printable ASCII" },
	{ "timezone=\303\204", "value is expected" },
	{ "timezone=../../etc/shadow", "timezone must be the name" },
	{ "timezone=/etc/shadow", "timezone must be the name" },
	{ "timezone=a//b", "timezone must be the name" },
	{ "timezone=UTC {a=b}", "no block can follow this value of timezone" },
	{ "system_locale=C;reboot", "system_locale must be" },
	{ "terminal=../x", "terminal must be" },
	{ "terminal=-x", "terminal must be" },
	{ "root_password=''", "root_password must be a hash of crypt(5)" },
	{ "root_password='$6$a:0:0::/:/bin/sh'", "root_password must be a hash" },
	{ "root_password=$6$salt$", "root_password must be a hash" },
	{ "root_password=!unprovisioned", "root_password must be a hash" },
	{ "nfs4_domain=-a", "nfs4_domain must be" },
	{ "name_service=LDAP\n{profile=x}", "line 1: name_service cannot be \"LDAP\": take DNS" },
	{ "name_service=NIS+", "cannot be \"NIS+\"" },
	{ "name_service=bind", "there are DNS and NONE" },
	{ "name_service=DNS {name_server=a.example.com}", "name_server must be up to three IP" },
	{ "name_service=DNS {name_server=1.1.1.1,1.1.1.2,1.1.1.3,1.1.1.4}", "name_server must be" },
	{ "name_service=DNS {name_server=1.1.1.1,}", "line 1: a value is expected" },
	{ "name_service=DNS {name_servr=1.1.1.1}", "did you mean name_server?" },
	{ "name_service=DNS {domain_name=a.org}", "needs name_server=ADDRESS" },
	{ "name_service=NONE {domain_name=a.org}", "no block can follow" },
	{ "security_policy=kerberos", "needs {default_realm=REALM}" },
	{ "security_policy=kerberos {default_realm=a}b", "\"b\" is no keyword" },
	{ "network_interface=eth0 {hostname=a\n\ndhcp", "line 1: \"}\" is missing" },
	{ "network_interface=eth0\n\n}", "line 3: a \"}\" without" },
	{ "{dhcp}", "without a keyword" },
	{ "network_interface=eth0 {{}", "a \"{\" in the block that begins on line 1" },
	{ "network_interface=eth0 {dhcp=yes}", "dhcp has no value" },
	{ "network_interface=eth0 {hostname}", "missing behind hostname" },
	{ "network_interface=eth0 {hostname=a_b}", "hostname must be" },
	{ "network_interface=eth0 {hostname=a..b}", "hostname must be" },
	{ "network_interface=eth0 {hostname=localhost.x}", "hostname must be" },
	{ "network_interface=eth0 {hostname=192.0.2.1}", "hostname must be" },
	{ "network_interface=eth0 {ip_address=256.0.0.1}", "ip_address must be" },
	{ "network_interface=eth0 {ip_address=127.0.0.1}", "ip_address must be" },
	{ "network_interface=eth0 {netmask=255.0.255.0}", "netmask must be" },
	{ "network_interface=eth0 {default_route=gw}", "default_route must be NONE" },
	{ "network_interface=eth0 {protocol_ipv6=1}", "protocol_ipv6 must be yes or no" },
	{ "network_interface=eth0 {dhcp ip_address=192.0.2.1}", "exclude each other" },
	{ "network_interface=NONE {ip_address=192.0.2.1}", "no property here: there are hostname" },
	{ "network_interface=../eth0", "network_interface must be PRIMARY, NONE" },
	{ "network_interface=a-very-long-name", "network_interface must be" },
	{ "network_interface=eth0 {} network_interface=ETH0 {}", "a second time" },
	{ "network_interface=NONE network_interface=eth0", "the only network_interface" },
	{ "network_interface=a{primary}\nnetwork_interface=b{primary}",
		"line 2: only one interface can be primary: that of line 1" },
};

static void wrong_lines_are_named(void **state)
{
	struct root_fixture *fixture = *state;
	put_system(fixture);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		int rc = boot(fixture, wrong[i].text, &shared);
		if (rc != -EINVAL)
			fail_msg("%s: %d", wrong[i].text, rc);
		assert_null(strstr(str_get(&fixture->zone->said), "$6$"));
		AUTO_FREE char *said = xstrdup(
			strncmp(wrong[i].said, "FILE", 4) == 0 ? wrong[i].said + 4 : wrong[i].said);
		zone_fixture_said(fixture->zone, said);
	}
	expect(fixture, "etc/hosts", "127.0.0.1 localhost\n127.0.1.1 old\n::1 localhost\n");
	assert_false(exists(fixture, "etc/hostname"));
}

static void a_nul_is_no_end(void **state)
{
	struct root_fixture *fixture = *state;
	struct sysidcfg *sysidcfg = NULL;
	static const char text[] = "timezone=UTC\n\0root_password=secret\n";
	assert_int_equal(
		sysidcfg_parse(text, sizeof(text) - 1, "FILE", &sysidcfg, fixture->messages),
		-EINVAL);
	zone_fixture_said(fixture->zone, "line 2: a keyword is expected");
}

static void all_wrong_lines_are_named_at_once(void **state)
{
	struct root_fixture *fixture = *state;
	assert_int_equal(
		boot(fixture, "a=1\nnetwork_interface=eth0 {dhcp=1}\nb=2\n", &shared), -EINVAL);
	assert_int_equal(fixture->messages->error_count, 3);
	zone_fixture_said(fixture->zone, "line 3: \"b\" is no keyword");
}

/* ---- what becomes of it ---- */

static void answers_are_given(void **state)
{
	struct root_fixture *fixture = *state;
	put_system(fixture);
	put(fixture, "etc/idmapd.conf",
		"[General]\nVerbosity = 0\n# Domain = x\ndomain=old\n[Mapping]\n");
	put_link_outside(fixture, "etc/resolv.conf", "hosts");
	put_link_outside(fixture, "etc/localtime", "hostname");
	assert_int_equal(
		boot(fixture,
			"system_locale=C.UTF-8 timezone=Europe/Berlin terminal=vt100\n"
			"root_password=" HASH "\n"
			"network_interface=PRIMARY {hostname=web}\n"
			"name_service=DNS {domain_name=example.com name_server=192.0.2.1}\n"
			"nfs4_domain=example.org\n"
			"security_policy=kerberos {default_realm=EXAMPLE.COM\n"
			"kdc=a.example.com,b.example.com admin_server=a.example.com}\n",
			&shared),
		1);
	zone_fixture_said(fixture->zone, NULL);
	expect(fixture, "etc/locale.conf", "LANG=C.UTF-8\n");
	expect(fixture, "etc/default/locale", "LANG=C.UTF-8\n");
	expect(fixture, "etc/timezone", "Europe/Berlin\n");
	char target[64] = "";
	assert_true(readlinkat(fixture->root, "etc/localtime", target, sizeof(target) - 1) > 0);
	assert_string_equal(target, "/usr/share/zoneinfo/Europe/Berlin");
	expect(fixture, "etc/systemd/system/console-getty.service.d/sysidcfg.conf",
		"[Service]\nEnvironment=TERM=vt100\n");
	expect(fixture, "etc/hostname", "web\n");
	expect(fixture, "etc/hosts",
		"127.0.0.1 localhost\n127.0.1.1\tweb.example.com web\n::1 localhost\n");
	expect(fixture, "etc/resolv.conf", "search example.com\nnameserver 192.0.2.1\n");
	expect(fixture, "etc/idmapd.conf",
		"[General]\nDomain = example.org\nVerbosity = 0\n# Domain = x\n[Mapping]\n");
	expect(fixture, "etc/krb5.conf",
		"[libdefaults]\n\tdefault_realm = EXAMPLE.COM\n\n[realms]\n\tEXAMPLE.COM = {\n"
		"\t\tkdc = a.example.com\n\t\tkdc = b.example.com\n"
		"\t\tadmin_server = a.example.com\n\t}\n");
	assert_int_equal(status(fixture, "etc/hostname").st_mode, S_IFREG | 0644);
	assert_false(exists(fixture, "etc/systemd/network"));
}

static void only_roots_password_changes(void **state)
{
	static const struct {
		const char *before, *after;
	} shadows[] = {
		{ "", "root:H:7:0:99999:7:::\n" },
		{ "root:x:1:2:3:4:5:6:7\nrooty:x:1:\n", "root:H:7:2:3:4:5:6:7\nrooty:x:1:\n" },
		{ "a:*:1::::::\nroot::1", "a:*:1::::::\nroot:H:7:0:99999:7:::\n" },
		{ "a:*:1::::::", "a:*:1::::::\nroot:H:7:0:99999:7:::\n" },
		{ "root:a:1:0:9:7:::\nroot:b:1:0:9:7:::\n", "root:H:7:0:9:7:::\n" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(shadows) / sizeof(*shadows); i++) {
		AUTO_STR out = STR_EMPTY;
		shadow_set_root(shadows[i].before, strlen(shadows[i].before), "H", 7, &out);
		assert_string_equal(str_get(&out), shadows[i].after);
	}
}

static void interfaces_are_those_of_networkd(void **state)
{
	static const struct sysidcfg_zone own = { .own_interfaces = true, .primary = "eth0" },
					  unknown = { .own_interfaces = true };
	struct root_fixture *fixture = *state;
	put_system(fixture);
	put(fixture, "etc/systemd/network/10-sysidcfg-old.network", "");
	put(fixture, "etc/systemd/network/50-mine.network", "");
	static const char *const text =
		"network_interface=PRIMARY {hostname=a ip_address=192.0.2.9 netmask=255.255.255.0\n"
		"default_route=192.0.2.1 protocol_ipv6=no}\n"
		"network_interface=eth1 {dhcp protocol_ipv6=yes}\n";
	assert_int_equal(boot(fixture, text, &own), 1);
	zone_fixture_said(fixture->zone, NULL);
	expect(fixture, "etc/systemd/network/11-sysidcfg-primary.network",
		"[Match]\nName=eth0 mv-eth0 iv-eth0\n\n[Network]\nAddress=192.0.2.9/24\n"
		"Gateway=192.0.2.1\nLinkLocalAddressing=no\nIPv6AcceptRA=no\n");
	expect(fixture, "etc/systemd/network/10-sysidcfg-eth1.network",
		"[Match]\nName=eth1 mv-eth1 iv-eth1\n\n[Network]\nDHCP=yes\n"
		"LinkLocalAddressing=ipv6\nIPv6AcceptRA=yes\n");
	assert_false(exists(fixture, "etc/systemd/network/10-sysidcfg-old.network"));
	assert_true(exists(fixture, "etc/systemd/network/50-mine.network"));
	char target[64] = "";
	assert_true(readlinkat(fixture->root,
			    "etc/systemd/system/multi-user.target.wants/systemd-networkd.service",
			    target, sizeof(target) - 1)
		> 0);
	assert_string_equal(target, "/usr/lib/systemd/system/systemd-networkd.service");
	assert_int_equal(boot(fixture, "network_interface=PRIMARY {dhcp}", &unknown), 1);
	expect(fixture, "etc/systemd/network/11-sysidcfg-primary.network",
		"[Match]\nType=ether\n\n[Network]\nDHCP=ipv4\n");
	assert_false(exists(fixture, "etc/systemd/network/10-sysidcfg-eth1.network"));
}

static void what_the_zone_has_not_is_refused_before_anything(void **state)
{
	static const struct sysidcfg_zone own = { .own_interfaces = true };
	static const struct {
		const char *text, *said;
	} refused[] = {
		{ "network_interface=eth0 {hostname=b}\ntimezone=Mars/Base",
			"line 2: timezone=Mars/Base: the zone has no such time zone" },
		{ "network_interface=eth0 {hostname=b}\ntimezone=Europe", "no such time zone" },
		{ "network_interface=eth0 {hostname=b ip_address=192.0.2.1}", "needs a netmask" },
	};
	struct root_fixture *fixture = *state;
	put_system(fixture);
	put_link_outside(fixture, "usr/share/zoneinfo/Out", "hosts");
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		assert_int_equal(boot(fixture, refused[i].text, &own), -EINVAL);
		zone_fixture_said(fixture->zone, refused[i].said);
		assert_false(exists(fixture, "etc/hostname"));
	}
	assert_int_equal(
		unlinkat(fixture->root, "usr/lib/systemd/system/systemd-networkd.service", 0), 0);
	assert_int_equal(boot(fixture, "network_interface=eth0 {dhcp}", &own), -EINVAL);
	zone_fixture_said(fixture->zone, "has no systemd-networkd");
	/* A sparse zone has what its host has, which is not to be seen here. */
	assert_int_equal(renameat(fixture->root, "usr", fixture->root, "gone"), 0);
	assert_int_equal(
		boot(fixture, "timezone=Mars/Base network_interface=eth0 {dhcp}", &own), 1);
	zone_fixture_said(fixture->zone, NULL);
}

static void doubts_are_warnings(void **state)
{
	static const struct {
		const char *text, *said;
	} doubted[] = {
		{ "keyboard=German", "line 1: keyboard has no meaning" },
		{ "display=ati {size=15-inch dhcp}", "display has no meaning" },
		{ "timezone=Europe/Berlin\ntimezone=UTC", "line 2: a second timezone is ignored" },
		{ "root_password=rJmvTUXM10cU6", "root_password is hashed in an old way" },
		{ "system_locale=xx_XX.UTF-8", "the zone has no locale xx_XX.UTF-8" },
		{ "terminal=sun-cmd", "the zone does not know terminal sun-cmd" },
		{ "network_interface=eth0 {netmask=255.0.0.0}", "netmask has no meaning" },
		{ "network_interface=eth0 {dhcp}", "the addresses of network_interface=eth0" },
	};
	struct root_fixture *fixture = *state;
	put_system(fixture);
	for (size_t i = 0; i < sizeof(doubted) / sizeof(*doubted); i++) {
		assert_int_equal(boot(fixture, doubted[i].text, &shared), 1);
		zone_fixture_said(fixture->zone, doubted[i].said);
	}
	assert_int_equal(fixture->messages->error_count, 0);
	expect(fixture, "etc/timezone", "Europe/Berlin\n");
}

/* ---- where it is kept ---- */

static void a_kept_file_is_applied_once(void **state)
{
	struct root_fixture *fixture = *state;
	put_system(fixture);
	assert_int_equal(boot(fixture, NULL, &shared), 0);
	put(fixture, SYSIDCFG_PATH, "an older one, for all to read");
	assert_int_equal(sysidcfg_store(fixture->root, "network_interface=NONE {hostname=kept}",
				 fixture->messages),
		0);
	assert_int_equal(status(fixture, SYSIDCFG_PATH).st_mode, S_IFREG | 0600);
	assert_int_equal(boot(fixture, NULL, &shared), 1);
	expect(fixture, "etc/hostname", "kept\n");
	expect(fixture, SYSIDCFG_PATH, NULL);
	zone_fixture_said(fixture->zone, NULL);
}

static void a_wrong_file_stays_and_one_that_is_given_wins(void **state)
{
	struct root_fixture *fixture = *state;
	put_system(fixture);
	put(fixture, SYSIDCFG_PATH, "network_interface=NONE {hostname=kept}\nbad\n");
	assert_int_equal(boot(fixture, NULL, &shared), -EINVAL);
	zone_fixture_said(fixture->zone, "the zone's /etc/sysidcfg: line 2: \"bad\"");
	assert_true(exists(fixture, SYSIDCFG_PATH));
	assert_false(exists(fixture, "etc/hostname"));
	assert_int_equal(boot(fixture, "network_interface=NONE {hostname=given}", &shared), 1);
	expect(fixture, "etc/hostname", "given\n");
	expect(fixture, SYSIDCFG_PATH, NULL);
}

static void links_do_not_lead_out(void **state)
{
	struct root_fixture *fixture = *state;
	static const char *const names[] = { "hosts", "hostname", "shadow", "localtime", "timezone",
		"locale.conf", "default", "resolv.conf", "krb5.conf", "idmapd.conf" };
	put_system(fixture);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		AUTO_FREE char *path = xasprintf("etc/%s", names[i]);
		unlinkat(fixture->root, path, 0);
		put_link_outside(fixture, path, strcmp(names[i], "default") ? "hosts" : "");
	}
	/* A directory that leads nowhere in the root is no place for a file. */
	assert_int_equal(boot(fixture, "system_locale=C", &shared), -EEXIST);
	zone_fixture_said(fixture->zone, "cannot make the zone's /etc/default/locale");
	assert_int_equal(unlinkat(fixture->root, "etc/default", 0), 0);
	assert_int_equal(boot(fixture,
				 "system_locale=C timezone=Europe/Berlin root_password=" HASH
				 " network_interface=eth0 {hostname=b} nfs4_domain=a.org\n"
				 "name_service=DNS {name_server=192.0.2.1}\n"
				 "security_policy=kerberos {default_realm=A}",
				 &shared),
		1);
	expect(fixture, "etc/hostname", "b\n");
	assert_int_equal(status(fixture, "etc/shadow").st_mode, S_IFREG | 0600);
	/* No device or fifo is waited for. */
	assert_int_equal(mkfifoat(fixture->root, SYSIDCFG_PATH, 0600), 0);
	assert_int_equal(boot(fixture, NULL, &shared), -EINVAL);
	zone_fixture_said(fixture->zone, "it must be a regular file");
}

static void files_of_the_host_are_read(void **state)
{
	struct root_fixture *fixture = *state;
	AUTO_FREE char *path = xasprintf("%s/answers", fixture->zone->path);
	AUTO_FREE char *text = NULL;
	assert_int_equal(sysidcfg_read(path, &text, fixture->messages), -ENOENT);
	zone_fixture_said(fixture->zone, path);
	zone_fixture_write(fixture->zone->fd, "answers", "timezone=UTC\n");
	assert_int_equal(sysidcfg_read(path, &text, fixture->messages), 0);
	assert_string_equal(text, "timezone=UTC\n");
	zone_fixture_said(fixture->zone, NULL);
	AUTO_STR large = STR_EMPTY;
	while (large.len <= SYSIDCFG_SIZE_MAX)
		text_adds(&large, "# a line of this file\n");
	zone_fixture_write(fixture->zone->fd, "answers", large.data);
	AUTO_FREE char *none = NULL;
	assert_int_equal(sysidcfg_read(path, &none, fixture->messages), -EFBIG);
	assert_null(none);
	zone_fixture_said(fixture->zone, "at most 65536 bytes");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ROOT_TEST(syntax_is_that_of_solaris),
		ROOT_TEST(right_texts_are_taken_in_silence),
		ROOT_TEST(wrong_lines_are_named),
		ROOT_TEST(a_nul_is_no_end),
		ROOT_TEST(all_wrong_lines_are_named_at_once),
		ROOT_TEST(answers_are_given),
		ROOT_TEST(only_roots_password_changes),
		ROOT_TEST(interfaces_are_those_of_networkd),
		ROOT_TEST(what_the_zone_has_not_is_refused_before_anything),
		ROOT_TEST(doubts_are_warnings),
		ROOT_TEST(a_kept_file_is_applied_once),
		ROOT_TEST(a_wrong_file_stays_and_one_that_is_given_wins),
		ROOT_TEST(links_do_not_lead_out),
		ROOT_TEST(files_of_the_host_are_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
