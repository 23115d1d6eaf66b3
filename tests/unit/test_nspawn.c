/* test_nspawn.c - the engine's command line, from configurations. */
#include "zone_fixture.h"

#include "runtime/nspawn_private.h"
#include "runtime/privileges.h"
#include "util/alloc.h"

#include <linux/capability.h>
#include <string.h>
#include <sys/resource.h>

static struct resource *add(struct zone *zone, enum resource_id type, size_t prop, const char *text)
{
	struct resource *resource = resource_new(&resource_types[type]);
	resource_set(resource, prop, text);
	zone_add(zone, resource);
	return resource;
}

/* The line for a zone of this configuration, as it is otherwise by default. */
static void make(const struct zone *zone, uint32_t uid_shift, const struct runtime_boot *boot,
	struct line *line)
{
	static const char *const more[] = { "--more", NULL };
	const struct runtime_zone life = { .name = "my_zone.1_",
		.zone = zone,
		.zonepath = "/zones/web",
		.place = "/run/zones/my:zone.d",
		.id = 7,
		.uid_shift = uid_shift };
	nspawn_line(&life, boot, more, line);
	/* It ends as argv has to. */
	assert_null(line->words[line->count - 1]);
	line->count--;
}

static size_t count_of(const struct line *line, const char *word)
{
	size_t count = 0;
	for (size_t i = 0; i < line->count; i++)
		count += strcmp(line->words[i], word) == 0;
	return count;
}

/* What stands behind the first word that begins so; NULL: there is none. */
static const char *value_of(const struct line *line, const char *begin)
{
	for (size_t i = 0; i < line->count; i++)
		if (strncmp(line->words[i], begin, strlen(begin)) == 0)
			return line->words[i] + strlen(begin);
	return NULL;
}

/* Whether a list with commas has the word. */
static bool lists(const char *list, const char *word)
{
	AUTO_FREE char *inside = xasprintf(",%s,", list), *wanted = xasprintf(",%s,", word);
	return strstr(inside, wanted) != NULL;
}

static void a_plain_zone(void **state)
{
	(void)state;
	AUTO_ZONE *zone = zone_new();
	AUTO_LINE line = { 0 };
	const struct runtime_boot boot = { 0 };
	make(zone, 0, &boot, &line);
	assert_string_equal(line.words[0], "systemd-nspawn");
	assert_string_equal(value_of(&line, "--machine="), "zone-7");
	assert_string_equal(value_of(&line, "--hostname="), "my-zone-1");
	assert_string_equal(value_of(&line, "--directory="), "/run/zones/my:zone.d/root");
	assert_string_equal(
		value_of(&line, "--bind-ro="), "/run/zones/my\\:zone.d/here:/run/host/zonetool");
	assert_int_equal(count_of(&line, "--private-network"), 1);
	assert_int_equal(count_of(&line, "--more"), 1);
	assert_null(value_of(&line, "--private-users"));
	assert_null(value_of(&line, "--uuid="));
	assert_null(value_of(&line, "--rlimit="));
	/* Nothing is said to init. */
	assert_string_equal(line.words[line.count - 1], "--");
}

static void arguments_are_for_init(void **state)
{
	(void)state;
	AUTO_ZONE *zone = zone_new();
	AUTO_LINE line = { 0 };
	char first[] = "--machine=mine", second[] = "a b";
	char *arguments[] = { first, second, NULL };
	const struct runtime_boot boot = { .single_user = true, .arguments = arguments };
	make(zone, 0, &boot, &line);
	assert_true(line.count > 4);
	char **end = line.words + line.count - 4;
	assert_string_equal(end[0], "--");
	assert_string_equal(end[1], "single");
	assert_string_equal(end[2], first);
	assert_string_equal(end[3], second);
}

static void exactly_the_capabilities(void **state)
{
	(void)state;
	AUTO_ZONE *zone = zone_new();
	AUTO_LINE line = { 0 };
	const struct runtime_boot boot = { 0 };
	zone_set(zone, ZONE_LIMITPRIV, "default,cap_sys_time,!cap_mknod");
	make(zone, 0, &boot, &line);
	const char *kept = value_of(&line, "--capability=");
	const char *dropped = value_of(&line, "--drop-capability=");
	assert_true(lists(kept, "cap_sys_time") && !lists(kept, "cap_mknod"));
	assert_true(lists(dropped, "cap_mknod") && !lists(dropped, "cap_sys_time"));
	/* Each is in one of the two. */
	for (unsigned cap = 0; cap <= CAP_LAST_CAP; cap++) {
		AUTO_FREE char *name = privileges_names(UINT64_C(1) << cap);
		assert_int_equal(lists(kept, name) + lists(dropped, name), 1);
	}
}

static void users_and_identity(void **state)
{
	(void)state;
	AUTO_ZONE *zone = zone_new();
	AUTO_LINE line = { 0 };
	const struct runtime_boot boot = { 0 };
	zone_set(zone, ZONE_MACHINE_ID, "0123456789abcdef0123456789abcdef");
	make(zone, 655360, &boot, &line);
	assert_string_equal(value_of(&line, "--private-users="), "655360:65536");
	assert_string_equal(value_of(&line, "--private-users-ownership="), "off");
	assert_string_equal(value_of(&line, "--uuid="), "0123456789abcdef0123456789abcdef");
}

/* The --rlimit of a zone with this rctl. The caller's; NULL: there is none. */
static char *limit_of(const char *name, const char *first, const char *second)
{
	AUTO_ZONE *zone = zone_new();
	AUTO_LINE line = { 0 };
	const struct runtime_boot boot = { 0 };
	struct resource *rctl = add(zone, RES_RCTL, RCTL_NAME, name);
	value_take(&rctl->values[RCTL_VALUE], xstrdup(first));
	if (second)
		value_take(&rctl->values[RCTL_VALUE], xstrdup(second));
	make(zone, 0, &boot, &line);
	const char *value = value_of(&line, "--rlimit=");
	return value ? xstrdup(value) : NULL;
}

static void limits_of_processes(void **state)
{
	(void)state;
	AUTO_FREE char *both = limit_of("process.max-file-descriptor",
		"(priv=basic,limit=700,action=deny)", "(priv=privileged,limit=800,action=deny)");
	assert_string_equal(both, "RLIMIT_NOFILE=700:800");
	AUTO_FREE char *hard = limit_of(
		"process.max-stack-size", "(priv=privileged,limit=4096,action=deny)", NULL);
	assert_string_equal(hard, "RLIMIT_STACK=4096:4096");
	/* The engine does not know suffixes of numbers that are no sizes. */
	AUTO_FREE char *many = limit_of("process.max-file-descriptor",
		"(priv=basic,limit=2K,action=deny)", "(priv=privileged,limit=4K,action=deny)");
	assert_string_equal(many, "RLIMIT_NOFILE=2048:4096");
	/* Noted only; of the zone as a whole. */
	assert_null(
		limit_of("process.max-cpu-time", "(priv=privileged,limit=5,action=none)", NULL));
	assert_null(
		limit_of("zone.max-processes", "(priv=privileged,limit=500,action=deny)", NULL));
	/* A soft limit alone leaves the hard one, but is never above it. */
	const struct rlimit low = { 100, 100 }, none = { 100, RLIM_INFINITY };
	struct rlimit before;
	assert_int_equal(getrlimit(RLIMIT_CORE, &before), 0);
	const char *const soft = "(priv=basic,limit=200,action=deny)";
	if (before.rlim_max == RLIM_INFINITY) {
		assert_int_equal(setrlimit(RLIMIT_CORE, &none), 0);
		AUTO_FREE char *unlimited = limit_of("process.max-core-size", soft, NULL);
		assert_string_equal(unlimited, "RLIMIT_CORE=200:infinity");
	}
	assert_int_equal(setrlimit(RLIMIT_CORE, &low), 0);
	AUTO_FREE char *raised = limit_of("process.max-core-size", soft, NULL);
	assert_string_equal(raised, "RLIMIT_CORE=200:200");
}

static void networks(void **state)
{
	(void)state;
	AUTO_ZONE *shared = zone_new();
	AUTO_LINE line = { 0 };
	const struct runtime_boot boot = { 0 };
	resource_set(add(shared, RES_NET, NET_PHYSICAL, "eth0"), NET_ADDRESS, "192.0.2.1/24");
	make(shared, 0, &boot, &line);
	assert_null(value_of(&line, "--private-network"));
	assert_false(lists(value_of(&line, "--capability="), "cap_net_admin"));
	line_free(&line);
	zone_set(shared, ZONE_IP_TYPE, "exclusive");
	make(shared, 0, &boot, &line);
	assert_string_equal(value_of(&line, "--network-macvlan="), "eth0");
	assert_true(lists(value_of(&line, "--capability="), "cap_net_admin"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plain_zone),
		cmocka_unit_test(arguments_are_for_init),
		cmocka_unit_test(exactly_the_capabilities),
		cmocka_unit_test(users_and_identity),
		cmocka_unit_test(limits_of_processes),
		cmocka_unit_test(networks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
