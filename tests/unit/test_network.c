/* test_network.c - networks of zones: what is planned on the host, what the engine is told. */
#include "zone_fixture.h"

#include "runtime/network.h"
#include "util/alloc.h"

#include <errno.h>

static void add_net(struct zone *zone, const char *physical, const char *address, const char *type)
{
	struct resource *net = resource_new(&resource_types[RES_NET]);
	resource_set(net, NET_PHYSICAL, physical);
	if (address)
		resource_set(net, NET_ADDRESS, address);
	if (type)
		resource_set(net, NET_TYPE, type);
	zone_add(zone, net);
}

static void expect_options(const struct zone *zone, const char *wanted)
{
	AUTO_STR text = STR_EMPTY;
	char **words = network_options(zone);
	for (char **word = words; *word; word++) {
		text_addf(&text, "%s ", *word);
		free(*word);
	}
	free(words);
	assert_string_equal(str_get(&text), wanted);
}

static void options(void **state)
{
	(void)state;
	AUTO_ZONE *zone = zone_new();
	/* Nothing to share: only a loopback interface. */
	expect_options(zone, "--private-network ");
	assert_null(network_primary(zone));
	zone_set(zone, ZONE_IP_TYPE, "exclusive");
	expect_options(zone, "--private-network ");
	add_net(zone, "eth0", NULL, NULL);
	add_net(zone, "eth1", NULL, "ipvlan");
	add_net(zone, "br0", NULL, "veth");
	add_net(zone, "eth2", NULL, "moved");
	expect_options(zone,
		"--private-network --network-macvlan=eth0 --network-ipvlan=eth1 "
		"--network-bridge=br0 --network-interface=eth2 ");
	AUTO_ZONE *shared = zone_new();
	add_net(shared, "eth0", "192.0.2.1/24", NULL);
	expect_options(shared, "");
	assert_null(network_primary(shared));
}

static void the_first_interface(void **state)
{
	(void)state;
	static const struct {
		const char *physical, *type, *name;
	} rows[] = {
		{ "eth0", NULL, "mv-eth0" },
		{ "eth0", "ipvlan", "iv-eth0" },
		{ "br0", "veth", "host0" },
		{ "eth0", "moved", "eth0" },
		/* 15 characters are possible: else the engine makes a name up. */
		{ "abcdefghijkl", "macvlan", "mv-abcdefghijkl" },
		{ "abcdefghijklm", "macvlan", NULL },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		AUTO_ZONE *zone = zone_new();
		zone_set(zone, ZONE_IP_TYPE, "exclusive");
		add_net(zone, rows[i].physical, NULL, rows[i].type);
		add_net(zone, "other", NULL, "moved");
		AUTO_FREE char *name = network_primary(zone);
		if (rows[i].name)
			assert_string_equal(name, rows[i].name);
		else
			assert_null(name);
	}
}

static void plan(void **state)
{
	(void)state;
	AUTO_ZONE *zone = zone_new();
	AUTO_LIVE live = { 0 };
	add_net(zone, "eth0", "192.0.2.1/24", NULL);
	add_net(zone, "eth0", "198.51.100.1", NULL);
	add_net(zone, "eth1", "2001:db8::1/64", NULL);
	/* What the host has is not the zone's; no more is what is not known. */
	add_net(zone, "lo", "127.0.0.1", NULL);
	add_net(zone, "eth1", "no-such-host.invalid", NULL);
	network_plan(zone, &live);
	assert_int_equal(live.address_count, 3);
	assert_string_equal(live.addresses[0].interface, "eth0");
	assert_string_equal(live.addresses[0].address, "192.0.2.1/24");
	assert_string_equal(live.addresses[1].address, "198.51.100.1/32");
	assert_string_equal(live.addresses[2].interface, "eth1");
	assert_string_equal(live.addresses[2].address, "2001:db8::1/64");
	AUTO_LIVE none = { 0 };
	zone_set(zone, ZONE_IP_TYPE, "exclusive");
	network_plan(zone, &none);
	assert_int_equal(none.address_count, 0);
}

static void what_is_taken_is_named(void **state)
{
	struct zone_fixture *fixture = *state;
	AUTO_ZONE *zone = zone_new();
	AUTO_LIVE live = { 0 };
	add_net(zone, "eth0", "127.0.0.1", NULL);
	network_plan(zone, &live);
	assert_int_equal(network_add(zone, &live, &fixture->messages), -EADDRINUSE);
	zone_fixture_said(fixture,
		"net eth0 127.0.0.1: the host has this address already, on its interface lo");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options),
		cmocka_unit_test(the_first_interface),
		cmocka_unit_test(plan),
		cmocka_unit_test_setup_teardown(
			what_is_taken_is_named, zone_fixture_setup, zone_fixture_teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
