/* test_zone.c - zones in memory, and the rules between their properties. */
#include "random_zone.h"
#include "zone_fixture.h"

#include "util/alloc.h"

#include <errno.h>

/* A zone that is right as it is. */
static struct zone *simple(void)
{
	struct zone *zone = zone_new();
	zone_set(zone, ZONE_NAME, "web");
	zone_set(zone, ZONE_PATH, "/zones/web");
	return zone;
}

static struct resource *add(struct zone *zone, enum resource_id type, const char *const *values)
{
	struct resource *resource = resource_new(&resource_types[type]);
	for (size_t i = 0; i < resource->type->prop_count && values[i]; i++)
		if (*values[i])
			resource_set(resource, i, values[i]);
	zone_add(zone, resource);
	return resource;
}
#define ADD(zone, type, ...) add(zone, type, (const char *const[]){ __VA_ARGS__, NULL })

/* The zone passes, or fails with this message. */
static void expect(struct zone_fixture *fixture, const struct zone *zone, const char *problem)
{
	int rc = zone_check(zone, &fixture->messages);
	if (!problem && rc < 0)
		fail_msg("it was refused: %s", str_get(&fixture->said));
	assert_int_equal(rc, problem ? -EINVAL : 0);
	zone_fixture_said(fixture, problem);
}

static void copies_are_equal(void **state)
{
	(void)state;
	for (unsigned seed = 0; seed < 500; seed++) {
		AUTO_ZONE *zone = random_zone(seed), *copy = zone_copy(zone);
		assert_true(zone_equal(zone, copy));
		assert_true(zone_equal_fixed(zone, copy));
		zone_set(copy, ZONE_BOOTARGS, "changed\xc3\xbc");
		assert_false(zone_equal(zone, copy));
		assert_true(zone_equal_fixed(zone, copy));
	}
}

static void what_is_fixed_by_installing(void **state)
{
	(void)state;
	AUTO_ZONE *zone = simple(), *other = simple();
	ADD(other, RES_NET, "eth0", "192.0.2.1");
	assert_true(zone_equal_fixed(zone, other));
	ADD(other, RES_INHERIT_PKG_DIR, "/opt");
	assert_false(zone_equal_fixed(zone, other));
	ADD(zone, RES_INHERIT_PKG_DIR, "/usr");
	assert_false(zone_equal_fixed(zone, other));
	resource_free(zone_take(zone, 0));
	ADD(zone, RES_INHERIT_PKG_DIR, "/opt");
	assert_true(zone_equal_fixed(zone, other));
	zone_set(zone, ZONE_PATH, "/zones/other");
	assert_false(zone_equal_fixed(zone, other));
}

static void resources_are_sorted_by_type(void **state)
{
	(void)state;
	AUTO_ZONE *zone = simple();
	ADD(zone, RES_ATTR, "b", "string", "1");
	ADD(zone, RES_NET, "eth0", "192.0.2.1");
	ADD(zone, RES_ATTR, "a", "string", "1");
	ADD(zone, RES_FS, "/x", "/x");
	static const char *const titles[] = { "fs /x", "net eth0 192.0.2.1", "attr b", "attr a" };
	for (size_t i = 0; i < 4; i++) {
		AUTO_FREE char *title = resource_title(zone->resources[i]);
		assert_string_equal(title, titles[i]);
	}
	resource_free(zone_take(zone, 1));
	assert_int_equal(zone->count, 3);
	assert_int_equal(zone->resources[1]->type->id, RES_ATTR);
}

static void what_is_required(void **state)
{
	AUTO_ZONE *zone = zone_new();
	assert_int_equal(zone_check(zone, &((struct zone_fixture *)*state)->messages), -EINVAL);
	zone_fixture_said(*state, "zonepath is not set");
	AUTO_ZONE *good = simple();
	expect(*state, good, NULL);
	ADD(good, RES_FS, "/x", "", "", "lofs");
	expect(*state, good, "fs /x: special is not set");
	ADD(good, RES_RCTL, "process.max-stack-size");
	expect(*state, good, "value is not set: add value (priv");
}

static void networks(void **state)
{
	AUTO_ZONE *zone = simple();
	struct resource *net = ADD(zone, RES_NET, "eth0");
	expect(*state, zone, "net eth0: address is not set");
	resource_set(net, NET_ADDRESS, "192.0.2.1");
	expect(*state, zone, NULL);
	resource_set(net, NET_TYPE, "macvlan");
	expect(*state, zone, "type is for zones with ip-type=exclusive");
	zone_set(zone, ZONE_IP_TYPE, "exclusive");
	expect(*state, zone, "clear address and defrouter");
	resource_set(net, NET_ADDRESS, NULL);
	expect(*state, zone, NULL);
	ADD(zone, RES_NET, "eth0");
	expect(*state, zone, "has one like this already");
}

static void limits(void **state)
{
	AUTO_ZONE *zone = simple();
	ADD(zone, RES_CAPPED_MEMORY, "", "");
	expect(*state, zone, "neither physical nor swap");
	resource_set(zone->resources[0], MEMORY_SWAP, "1G");
	expect(*state, zone, NULL);
	ADD(zone, RES_RCTL, "zone.max-swap", "(priv=privileged,limit=5,action=deny)");
	expect(*state, zone, "capped-memory sets the same limit");
	resource_free(zone_take(zone, 1));
	struct resource *rctl = ADD(
		zone, RES_RCTL, "zone.max-processes", "(priv=privileged,limit=1K,action=deny)");
	expect(*state, zone, NULL);
	resource_set(rctl, RCTL_VALUE, "(priv=privileged,limit=1024,action=deny)");
	expect(*state, zone, NULL);
	resource_set(rctl, RCTL_VALUE, "(priv=privileged,limit=99,action=deny)");
	expect(*state, zone, "the limit 99 is not a number from 100");
	resource_set(rctl, RCTL_VALUE, "(priv=basic,limit=1024,action=deny)");
	expect(*state, zone, "priv=privileged");
	zone_set(zone, ZONE_MAX_PROCESSES, "500");
	expect(*state, zone, "max-processes sets the same limit");
	zone_set(zone, ZONE_MAX_PROCESSES, NULL);
	resource_set(rctl, RCTL_NAME, "process.max-file-descriptor");
	expect(*state, zone, NULL);
	value_take(&rctl->values[RCTL_VALUE], xstrdup("(priv=privileged,limit=2K,action=deny)"));
	expect(*state, zone, NULL);
	value_take(&rctl->values[RCTL_VALUE], xstrdup("(priv=privileged,limit=3K,action=deny)"));
	expect(*state, zone, "several values with the same priv");
	for (size_t i = 0; i < zone->count; i++)
		if (zone->resources[i] == rctl)
			resource_free(zone_take(zone, i));
	ADD(zone, RES_CAPPED_CPU, "1.5");
	expect(*state, zone, NULL);
	ADD(zone, RES_DEDICATED_CPU, "2");
	expect(*state, zone, "dedicated CPUs cannot be capped");
	ADD(zone, RES_CAPPED_CPU, "1");
	expect(*state, zone, "has one already");
}

static void attributes(void **state)
{
	AUTO_ZONE *zone = simple();
	struct resource *attr = ADD(zone, RES_ATTR, "x", "int", "-12");
	expect(*state, zone, NULL);
	resource_set(attr, ATTR_TYPE, "uint");
	expect(*state, zone, "attr x: the value of a uint");
	resource_set(attr, ATTR_TYPE, "boolean");
	expect(*state, zone, "true or false");
	resource_set(attr, ATTR_VALUE, "true");
	expect(*state, zone, NULL);
}

static void too_many(void **state)
{
	AUTO_ZONE *zone = simple();
	for (int i = 0; i <= ZONE_RESOURCES_MAX; i++) {
		AUTO_FREE char *name = xasprintf("a%d", i);
		ADD(zone, RES_ATTR, name, "string", "x");
	}
	expect(*state, zone, "at most 4096");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copies_are_equal),
		cmocka_unit_test(what_is_fixed_by_installing),
		cmocka_unit_test(resources_are_sorted_by_type),
		cmocka_unit_test(what_is_required),
		cmocka_unit_test(networks),
		cmocka_unit_test(limits),
		cmocka_unit_test(attributes),
		cmocka_unit_test(too_many),
	};
	return cmocka_run_group_tests(tests, zone_fixture_setup, zone_fixture_teardown);
}
