/* test_props.c - the tables of properties, and what each property takes. */
#include "zone_fixture.h"

#include "util/alloc.h"
#include "zone/prop_parse.h"
#include "zone/props.h"

#include <errno.h>

/* Check one text; returns its canonical form, "" for not set; NULL: it was refused. */
static char *canonical(struct zone_fixture *fixture, const struct prop *prop, const char *text)
{
	AUTO_VALUE value = { .form = prop->kind == PROP_TUPLES ? VALUE_COMPLEX : VALUE_SIMPLE };
	value_take(&value, xstrdup(text));
	if (prop_check(prop, &value, &fixture->messages) < 0)
		return NULL;
	return xstrdup(value.count ? value.items[0] : "");
}

static const struct prop *row(enum resource_id type, const char *name)
{
	const struct prop *prop = prop_find(&resource_types[type], name);
	assert_non_null(prop);
	return prop;
}

/* What a text becomes; NULL: it is refused with a message that names property and text. */
static void expect(struct zone_fixture *fixture, enum resource_id type, const char *name,
	const char *text, const char *wanted)
{
	AUTO_FREE char *got = canonical(fixture, row(type, name), text);
	if (wanted) {
		if (!got)
			fail_msg("%s=%s was refused: %s", name, text, str_get(&fixture->said));
		assert_string_equal(got, wanted);
		zone_fixture_said(fixture, NULL);
		/* A canonical text stays as it is. */
		AUTO_FREE char *again = *got ? canonical(fixture, row(type, name), got)
					     : xstrdup("");
		assert_string_equal(again, wanted);
		return;
	}
	if (got)
		fail_msg("%s=%s was taken, as %s", name, text, got);
	AUTO_FREE char *begin = xasprintf("error: %s", name);
	zone_fixture_said(fixture, begin);
}

/* Rows of the tables are whole, and their examples are right. */
static void tables(void **state)
{
	struct zone_fixture *fixture = *state;
	for (size_t i = 0; i < RES_COUNT; i++) {
		const struct resource_type *type = &resource_types[i];
		assert_int_equal(type->id, i);
		assert_true(type->prop_count > 0);
		for (size_t j = 0; j < type->prop_count; j++) {
			const struct prop *prop = &type->props[j];
			assert_ptr_equal(prop_find(type, prop->name), prop);
			assert_non_null(prop->help);
			if (prop->kind == PROP_REFUSED) {
				assert_null(prop->xml);
				AUTO_FREE char *got = canonical(fixture, prop, "1");
				assert_null(got);
				zone_fixture_said(fixture, prop->help);
				continue;
			}
			assert_non_null(prop->xml);
			assert_non_null(prop->example);
			if (prop->kind == PROP_CHOICE)
				assert_true(prop->choices && !prop->parse);
			/* Lists are shown in brackets, texts with blanks in quotes. */
			if (*prop->example == '[' || *prop->example == '"')
				continue;
			AUTO_FREE char *got = canonical(fixture, prop, prop->example);
			if (!got)
				fail_msg("%s: its example is refused", prop->name);
		}
	}
	assert_null(resource_type_find("zone"));
	assert_null(resource_type_find("nets"));
	assert_ptr_equal(resource_type_find("net"), &resource_types[RES_NET]);
}

static void paths(void **state)
{
	expect(*state, RES_ZONE, "zonepath", "/zones/web", "/zones/web");
	expect(*state, RES_ZONE, "zonepath", "//zones///web/", "/zones/web");
	expect(*state, RES_ZONE, "zonepath", "/zones/a:b c", "/zones/a:b c");
	expect(*state, RES_ZONE, "zonepath", "/", NULL);
	expect(*state, RES_ZONE, "zonepath", "///", NULL);
	expect(*state, RES_ZONE, "zonepath", "", NULL);
	expect(*state, RES_ZONE, "zonepath", "zones/web", NULL);
	expect(*state, RES_ZONE, "zonepath", "/zones/../web", NULL);
	expect(*state, RES_ZONE, "zonepath", "/zones/./web", NULL);
	expect(*state, RES_ZONE, "zonepath", "/zones/\"web\"", NULL);
	expect(*state, RES_ZONE, "zonepath", "/zones/a\nb", NULL);
	expect(*state, RES_FS, "dir", "/", "/");
	expect(*state, RES_FS, "dir", "/..", NULL);
	expect(*state, RES_FS, "dir", "/...", "/...");
	expect(*state, RES_FS, "special", "LABEL=data", "LABEL=data");
	expect(*state, RES_FS, "special", "//dev//sda1", "/dev/sda1");
	expect(*state, RES_FS, "special", "", NULL);
}

static void names(void **state)
{
	expect(*state, RES_ZONE, "zonename", "web", "web");
	expect(*state, RES_ZONE, "zonename", "1", "1");
	expect(*state, RES_ZONE, "zonename", "a_b-c.d", "a_b-c.d");
	expect(*state, RES_ZONE, "zonename",
		"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggg",
		"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggg");
	expect(*state, RES_ZONE, "zonename",
		"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggg", NULL);
	expect(*state, RES_ZONE, "zonename", "global", NULL);
	expect(*state, RES_ZONE, "zonename", "", NULL);
	expect(*state, RES_ZONE, "zonename", ".web", NULL);
	expect(*state, RES_ZONE, "zonename", "-web", NULL);
	expect(*state, RES_ZONE, "zonename", "../etc", NULL);
	expect(*state, RES_ZONE, "zonename", "a/b", NULL);
	expect(*state, RES_ZONE, "zonename", "gr\xc3\xbcn", NULL);
	expect(*state, RES_ATTR, "name", "comment", "comment");
	expect(*state, RES_ATTR, "name", "-x", NULL);
	expect(*state, RES_NET, "physical", "eth0", "eth0");
	expect(*state, RES_NET, "physical", "eth0:1", NULL);
	expect(*state, RES_NET, "physical", "a/b", NULL);
	expect(*state, RES_NET, "physical", "sixteen-letters-", NULL);
	expect(*state, RES_DATASET, "name", "tank/data", "tank/data");
	expect(*state, RES_DATASET, "name", "/srv//vol/", "/srv/vol");
	expect(*state, RES_DATASET, "name", "tank//data", NULL);
	expect(*state, RES_DATASET, "name", "tank/", NULL);
	expect(*state, RES_ADMIN, "user", "alice", "alice");
	expect(*state, RES_ADMIN, "user", "-R", NULL);
}

static void choices_and_defaults(void **state)
{
	expect(*state, RES_ZONE, "autoboot", "true", "true");
	expect(*state, RES_ZONE, "autoboot", "false", "");
	expect(*state, RES_ZONE, "autoboot", "yes", NULL);
	expect(*state, RES_ZONE, "autoboot", "", NULL);
	expect(*state, RES_ZONE, "brand", "native", "");
	expect(*state, RES_ZONE, "brand", "lx", NULL);
	expect(*state, RES_ZONE, "ip-type", "exclusive", "exclusive");
	expect(*state, RES_ZONE, "ip-type", "shared", "");
	expect(*state, RES_ZONE, "limitpriv", "default", "");
}

static void numbers(void **state)
{
	expect(*state, RES_ZONE, "max-processes", "100", "100");
	expect(*state, RES_ZONE, "max-processes", "0100", "100");
	expect(*state, RES_ZONE, "max-processes", "99", NULL);
	expect(*state, RES_ZONE, "max-processes", "4194305", NULL);
	expect(*state, RES_ZONE, "max-processes", "99999999999999999999999", NULL);
	expect(*state, RES_ZONE, "max-processes", "-100", NULL);
	expect(*state, RES_ZONE, "max-processes", "1e3", NULL);
	expect(*state, RES_ZONE, "cpu-shares", "100", "100");
	expect(*state, RES_ZONE, "cpu-shares", "0", NULL);
	expect(*state, RES_ZONE, "cpu-shares", "101", NULL);
	expect(*state, RES_CAPPED_CPU, "ncpus", "1.50", "1.5");
	expect(*state, RES_CAPPED_CPU, "ncpus", "2.0", "2");
	expect(*state, RES_CAPPED_CPU, "ncpus", "0.01", "0.01");
	expect(*state, RES_CAPPED_CPU, "ncpus", "0.05", "0.05");
	expect(*state, RES_CAPPED_CPU, "ncpus", "0", NULL);
	expect(*state, RES_CAPPED_CPU, "ncpus", "0.001", NULL);
	expect(*state, RES_CAPPED_CPU, "ncpus", ".5", NULL);
	expect(*state, RES_CAPPED_CPU, "ncpus", "1.", NULL);
	expect(*state, RES_CAPPED_CPU, "ncpus", "8193", NULL);
	expect(*state, RES_DEDICATED_CPU, "ncpus", "2-4", "2-4");
	expect(*state, RES_DEDICATED_CPU, "ncpus", "3-3", "3");
	expect(*state, RES_DEDICATED_CPU, "ncpus", "4-2", NULL);
	expect(*state, RES_DEDICATED_CPU, "ncpus", "0", NULL);
	expect(*state, RES_DEDICATED_CPU, "ncpus", "1-", NULL);
	expect(*state, RES_DEDICATED_CPU, "ncpus", "1-2-3", NULL);
}

static void sizes(void **state)
{
	expect(*state, RES_CAPPED_MEMORY, "physical", "2048m", "2G");
	expect(*state, RES_CAPPED_MEMORY, "physical", "1048576", "1M");
	expect(*state, RES_CAPPED_MEMORY, "physical", "1048577", "1048577");
	expect(*state, RES_CAPPED_MEMORY, "physical", "1048575", NULL);
	expect(*state, RES_CAPPED_MEMORY, "physical", "1.5G", NULL);
	expect(*state, RES_CAPPED_MEMORY, "physical", "1GB", NULL);
	expect(*state, RES_CAPPED_MEMORY, "physical", "18446744073709551616", NULL);
	expect(*state, RES_CAPPED_MEMORY, "physical", "99999999T", NULL);
	expect(*state, RES_CAPPED_MEMORY, "swap", "0", "0");
	expect(*state, RES_CAPPED_MEMORY, "swap", "0K", "0");
	expect(*state, RES_CAPPED_MEMORY, "swap", "", NULL);
	assert_true(canonical_number("0") == 0 && canonical_number("1048577") == 1048577);
	assert_true(canonical_number("3K") == 3072 && canonical_number("2G") == UINT64_C(2) << 30);
	assert_true(canonical_number("1048576T") == UINT64_C(1) << 60);
}

static void addresses(void **state)
{
	expect(*state, RES_NET, "address", "192.0.2.10", "192.0.2.10");
	expect(*state, RES_NET, "address", "192.0.2.10/024", "192.0.2.10/24");
	expect(*state, RES_NET, "address", "192.0.2.10/33", NULL);
	expect(*state, RES_NET, "address", "192.0.2.256", NULL);
	expect(*state, RES_NET, "address", "192.0.2", NULL);
	expect(*state, RES_NET, "address", "192.0.2.10/", NULL);
	expect(*state, RES_NET, "address", "2001:DB8:0::10/64", "2001:db8::10/64");
	expect(*state, RES_NET, "address", "2001:db8::10", NULL);
	expect(*state, RES_NET, "address", "2001:db8::10/129", NULL);
	expect(*state, RES_NET, "address", "web.example.org", "web.example.org");
	expect(*state, RES_NET, "address", "web-1/24", "web-1/24");
	expect(*state, RES_NET, "address", "-web", NULL);
	expect(*state, RES_NET, "address", "web..org", NULL);
	expect(*state, RES_NET, "address", "", NULL);
	expect(*state, RES_NET, "defrouter", "192.0.2.1", "192.0.2.1");
	expect(*state, RES_NET, "defrouter", "192.0.2.1/24", NULL);
	expect(*state, RES_NET, "defrouter", "router", NULL);
}

static void lists_in_a_text(void **state)
{
	expect(*state, RES_ZONE, "limitpriv", "default,NET_ADMIN,!cap_mknod",
		"default,cap_net_admin,!cap_mknod");
	expect(*state, RES_ZONE, "limitpriv", "cap_net_admin", NULL);
	expect(*state, RES_ZONE, "limitpriv", "default,", NULL);
	expect(*state, RES_ZONE, "limitpriv", "default,cap_fly", NULL);
	expect(*state, RES_ZONE, "limitpriv", "default,12", NULL);
	expect(*state, RES_ZONE, "limitpriv", "default,sys_module", NULL);
	expect(*state, RES_ZONE, "limitpriv", "default,bpf,!cap_bpf", NULL);
	expect(*state, RES_ZONE, "limitpriv", "default,!cap_setuid", NULL);
	expect(*state, RES_ZONE, "limitpriv", "default,net_admin,cap_net_admin", NULL);
	expect(*state, RES_ZONE, "fs-allowed", "ext4,xfs", "ext4,xfs");
	expect(*state, RES_ZONE, "fs-allowed", "ext4,,xfs", NULL);
	expect(*state, RES_ZONE, "fs-allowed", "ext4,ext4", NULL);
	expect(*state, RES_ADMIN, "auths", "login,manage", "login,manage");
	expect(*state, RES_ADMIN, "auths", "root", NULL);
	expect(*state, RES_ZONE, "machine-id", "0123456789ABCDEF0123456789abcdef",
		"0123456789abcdef0123456789abcdef");
	expect(*state, RES_ZONE, "machine-id", "00000000000000000000000000000000", NULL);
	expect(*state, RES_ZONE, "machine-id", "0123", NULL);
}

static void complex_values(void **state)
{
	expect(*state, RES_RCTL, "value", "(priv=privileged,limit=5,action=deny)",
		"(priv=privileged,limit=5,action=deny)");
	expect(*state, RES_RCTL, "value", "(action=none,limit=2G,priv=basic)",
		"(priv=basic,limit=2G,action=none)");
	expect(*state, RES_RCTL, "value", "(priv=privileged,limit=1024,action=deny)",
		"(priv=privileged,limit=1024,action=deny)");
	expect(*state, RES_RCTL, "value", "(priv=privileged,limit=5)", NULL);
	expect(*state, RES_RCTL, "value", "(priv=privileged,limit=5,action=deny,x=y)", NULL);
	expect(*state, RES_RCTL, "value", "(priv=privileged,limit=5,limit=6,action=deny)", NULL);
	expect(*state, RES_RCTL, "value", "(priv=root,limit=5,action=deny)", NULL);
	expect(*state, RES_RCTL, "value", "(priv=basic,limit=many,action=deny)", NULL);
	expect(*state, RES_RCTL, "value", "(priv=basic,limit=5,action=signal)", NULL);
	expect(*state, RES_RCTL, "value", "5", NULL);
	expect(*state, RES_RCTL, "value", "", NULL);
	expect(*state, RES_RCTL, "value", "()", NULL);
	expect(*state, RES_RCTL, "name", "zone.cpu-cap", "zone.cpu-cap");
	expect(*state, RES_RCTL, "name", "zone.max-lwps", NULL);
}

static void lists(void **state)
{
	struct zone_fixture *fixture = *state;
	const struct prop *options = row(RES_FS, "options");
	AUTO_VALUE value = VALUE_EMPTY;
	assert_int_equal(prop_check(options, &value, &fixture->messages), 0);
	value_take(&value, xstrdup("ro"));
	value_take(&value, xstrdup("size=1m"));
	assert_int_equal(prop_check(options, &value, &fixture->messages), 0);
	assert_int_equal(value.count, 2);
	value_take(&value, xstrdup("ro"));
	assert_int_equal(prop_check(options, &value, &fixture->messages), -EINVAL);
	zone_fixture_said(fixture, "twice");
	assert_int_equal(value.count, 3);
	assert_int_equal(prop_check(row(RES_FS, "dir"), &value, &fixture->messages), -EINVAL);
	zone_fixture_said(fixture, "no list");
	/* Not even a list of one, or something complex. */
	AUTO_VALUE one = { .form = VALUE_LIST };
	value_take(&one, xstrdup("/x"));
	assert_int_equal(prop_check(row(RES_FS, "dir"), &one, &fixture->messages), -EINVAL);
	zone_fixture_said(fixture, "no list");
	one.form = VALUE_COMPLEX;
	assert_int_equal(prop_check(row(RES_FS, "dir"), &one, &fixture->messages), -EINVAL);
	zone_fixture_said(fixture, "no list");
	assert_int_equal(prop_check(options, &one, &fixture->messages), -EINVAL);
	zone_fixture_said(fixture, "a list of texts");
	one.form = VALUE_SIMPLE;
	assert_int_equal(prop_check(row(RES_RCTL, "value"), &one, &fixture->messages), -EINVAL);
	zone_fixture_said(fixture, "complex values");
	AUTO_VALUE many = { .form = VALUE_LIST };
	for (int i = 0; i <= VALUE_ITEMS_MAX; i++)
		value_take(&many, xasprintf("x%d", i));
	assert_int_equal(prop_check(options, &many, &fixture->messages), -EINVAL);
	zone_fixture_said(fixture, "more than 1024 items");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables),
		cmocka_unit_test(paths),
		cmocka_unit_test(names),
		cmocka_unit_test(choices_and_defaults),
		cmocka_unit_test(numbers),
		cmocka_unit_test(sizes),
		cmocka_unit_test(addresses),
		cmocka_unit_test(lists_in_a_text),
		cmocka_unit_test(complex_values),
		cmocka_unit_test(lists),
	};
	return cmocka_run_group_tests(tests, zone_fixture_setup, zone_fixture_teardown);
}
