/* test_items.c - the texts that name a system: hosts(5), interfaces(5). */
#include "zone_fixture.h"

#include "identity/items.h"

#include <string.h>

static void hosts_lose_the_name(void **state)
{
	static const struct {
		const char *text, *expected;
	} rows[] = {
		{ "", "" },
		{ "127.0.1.1 web\n", "" },
		{ "127.0.1.1\tweb.example.org\tweb\n", "" },
		{ "127.0.1.1 web # mine\n", "" },
		{ "::1 web", "" },
		{ "127.0.0.1 localhost web # x\n", "127.0.0.1 localhost # x\n" },
		{ "127.0.0.1\tWEB  localhost\r\n", "127.0.0.1  localhost\r\n" },
		{ "127.0.0.1 localhost\n", "127.0.0.1 localhost\n" },
		{ "127.0.1.1 webmail web-2 aweb\n", "127.0.1.1 webmail web-2 aweb\n" },
		{ "10.0.0.5 web web.example.org\n", "10.0.0.5 web web.example.org\n" },
		{ "#127.0.1.1 web\n", "#127.0.1.1 web\n" },
		{ "127.0.1.1 a # web\n", "127.0.1.1 a # web\n" },
		{ "web 127.0.1.1\n\n \t\nx", "web 127.0.1.1\n\n \t\nx" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		AUTO_STR out = STR_EMPTY;
		hosts_forget(rows[i].text, strlen(rows[i].text), "web", &out);
		assert_string_equal(str_get(&out), rows[i].expected);
	}
}

static void interfaces_keep_lo(void **state)
{
	static const struct {
		const char *text, *expected;
		bool elsewhere;
	} rows[] = {
		{ "", "", false },
		{ "# c\n\nsource /etc/network/interfaces.d/*\n",
			"# c\n\nsource /etc/network/interfaces.d/*\n", false },
		{ "source interfaces.d/x", "source interfaces.d/x", false },
		{ "source /etc/network/interfaces.d.old/*\n",
			"source /etc/network/interfaces.d.old/*\n", true },
		{ "source-directory /data\n", "source-directory /data\n", true },
		{ "auto lo\niface lo inet loopback\n\tup true\n",
			"auto lo\niface lo inet loopback\n\tup true\n", false },
		{ "auto lo eth0\n", "auto lo\n", false },
		{ "auto eth0\\\n lo\n", "auto lo\n", false },
		{ "auto lo\\\n eth0", "auto lo\n", false },
		{ "auto lo \\\n\n", "auto lo \\\n\n", false },
		{ "allow-hotplug eth0\niface eth0 inet static\n  address 10.0.0.5\n# c\n\n  up x\n",
			"# c\n\n", false },
		{ "iface lo:1 inet static\n address 10.1.1.1\n", "", false },
		{ "iface eth0 inet dhcp\n up a \\\niface lo inet loopback\n up b\n", "", false },
		{ "# c \\\niface eth0 inet dhcp\n", "# c \\\n", false },
		{ "mapping eth*\n script /x\nauto lo\n", "auto lo\n", false },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		AUTO_STR out = STR_EMPTY;
		assert_int_equal(interfaces_reduce(rows[i].text, strlen(rows[i].text), &out),
			rows[i].elsewhere);
		assert_string_equal(str_get(&out), rows[i].expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hosts_lose_the_name),
		cmocka_unit_test(interfaces_keep_lo),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
