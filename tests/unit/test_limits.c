/* test_limits.c - what a zone may use, as files of control groups; lists of CPUs. */
#include "zone_fixture.h"

#include "runtime/limits.h"
#include "util/alloc.h"

#include <errno.h>
#include <string.h>

static struct resource *add(struct zone *zone, enum resource_id type, size_t prop, const char *text)
{
	struct resource *resource = resource_new(&resource_types[type]);
	resource_set(resource, prop, text);
	zone_add(zone, resource);
	return resource;
}

static void add_rctl(struct zone *zone, const char *name, const char *value)
{
	resource_set(add(zone, RES_RCTL, RCTL_NAME, name), RCTL_VALUE, value);
}

/* All limits as text: "TITLE: FILE=VALUE V1-FILE=VALUE\n". */
static void expect(const struct zone *zone, const char *wanted)
{
	AUTO_LIMITS limits = { 0 };
	AUTO_STR text = STR_EMPTY;
	limits_find(zone, &limits);
	for (size_t i = 0; i < limits.count; i++) {
		const struct limit *limit = &limits.rows[i];
		assert_true(!limit->v1_value == !!limit->v1_reason);
		/* The file's name begins with that of its controller. */
		assert_int_equal(
			strncmp(limit->file, limit->controller, strlen(limit->controller)), 0);
		text_addf(&text, "%s: %s=%s %s=%s\n", limit->title, limit->file, limit->value,
			limit->v1_file, limit->v1_value ? limit->v1_value : "-");
	}
	assert_string_equal(str_get(&text), wanted);
}

static void nothing_set_is_nothing(void **state)
{
	(void)state;
	AUTO_ZONE *zone = zone_new();
	expect(zone, "");
	unsigned min, max;
	assert_int_equal(limits_cpus(zone, &min, &max), 0);
}

static void properties(void **state)
{
	(void)state;
	AUTO_ZONE *zone = zone_new();
	zone_set(zone, ZONE_MAX_PROCESSES, "1000");
	zone_set(zone, ZONE_CPU_SHARES, "4");
	add(zone, RES_CAPPED_CPU, CAPPED_NCPUS, "1.5");
	resource_set(add(zone, RES_CAPPED_MEMORY, MEMORY_PHYSICAL, "2G"), MEMORY_SWAP, "512M");
	expect(zone,
		"capped-memory: physical=2G: memory.max=2147483648 "
		"memory.limit_in_bytes=2147483648\n"
		"capped-memory: swap=512M: memory.swap.max=536870912 "
		"memory.memsw.limit_in_bytes=2684354560\n"
		"capped-cpu: ncpus=1.5: cpu.max=150000 100000 cpu.cfs_quota_us=150000\n"
		"cpu-shares=4: cpu.weight=400 cpu.shares=4096\n"
		"max-processes=1000: pids.max=1000 pids.max=1000\n");
}

static void extremes(void **state)
{
	(void)state;
	static const struct {
		const char *ncpus, *wanted;
	} cases[] = {
		{ "0.01", "capped-cpu: ncpus=0.01: cpu.max=1000 100000 cpu.cfs_quota_us=1000\n" },
		{ "0.5", "capped-cpu: ncpus=0.5: cpu.max=50000 100000 cpu.cfs_quota_us=50000\n" },
		{ "12", "capped-cpu: ncpus=12: cpu.max=1200000 100000 cpu.cfs_quota_us=1200000\n" },
		{ "8192",
			"capped-cpu: ncpus=8192: cpu.max=819200000 100000 "
			"cpu.cfs_quota_us=819200000\n" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		AUTO_ZONE *zone = zone_new();
		add(zone, RES_CAPPED_CPU, CAPPED_NCPUS, cases[i].ncpus);
		expect(zone, cases[i].wanted);
	}
	/* cgroups(7): weights are from 1 to 10000; shares of version 1 to 262144. */
	AUTO_ZONE *zone = zone_new();
	zone_set(zone, ZONE_CPU_SHARES, "100");
	expect(zone, "cpu-shares=100: cpu.weight=10000 cpu.shares=102400\n");
}

static void controls_mean_the_same(void **state)
{
	(void)state;
	AUTO_ZONE *zone = zone_new();
	add_rctl(zone, "zone.cpu-cap", "(priv=privileged,limit=150,action=deny)");
	add_rctl(zone, "zone.max-physical-memory", "(priv=privileged,limit=2g,action=deny)");
	add_rctl(zone, "zone.max-swap", "(priv=privileged,limit=0,action=deny)");
	add_rctl(zone, "zone.max-processes", "(priv=privileged,limit=1K,action=deny)");
	add_rctl(zone, "zone.cpu-shares", "(priv=privileged,limit=7,action=none)");
	expect(zone,
		"rctl zone.max-physical-memory: limit=2g: memory.max=2147483648 "
		"memory.limit_in_bytes=2147483648\n"
		"rctl zone.max-swap: limit=0: memory.swap.max=0 "
		"memory.memsw.limit_in_bytes=2147483648\n"
		"rctl zone.cpu-cap: limit=150: cpu.max=150000 100000 cpu.cfs_quota_us=150000\n"
		"rctl zone.max-processes: limit=1K: pids.max=1024 pids.max=1024\n");
}

static void swap_alone_is_not_for_version_1(void **state)
{
	(void)state;
	AUTO_ZONE *zone = zone_new();
	add(zone, RES_CAPPED_MEMORY, MEMORY_SWAP, "1G");
	expect(zone,
		"capped-memory: swap=1G: memory.swap.max=1073741824 "
		"memory.memsw.limit_in_bytes=-\n");
}

static void dedicated(void **state)
{
	(void)state;
	unsigned min = 0, max = 0;
	AUTO_ZONE *zone = zone_new();
	struct resource *cpu = add(zone, RES_DEDICATED_CPU, DEDICATED_NCPUS, "3");
	assert_int_equal(limits_cpus(zone, &min, &max), 1);
	assert_true(min == 3 && max == 3);
	resource_set(cpu, DEDICATED_NCPUS, "2-4");
	assert_int_equal(limits_cpus(zone, &min, &max), 1);
	assert_true(min == 2 && max == 4);
}

static void lists_of_cpus(void **state)
{
	(void)state;
	AUTO_FREE struct cpus *cpus = xcalloc(1, sizeof(*cpus));
	assert_int_equal(cpus_parse("0-7,9,8191\n", true, cpus), 0);
	assert_int_equal(cpus_parse("2-3,8,9", false, cpus), 0);
	AUTO_FREE char *text = cpus_format(cpus);
	assert_string_equal(text, "0-1,4-7,8191");
	assert_int_equal(cpus_keep(cpus, 100), 7);
	assert_int_equal(cpus_keep(cpus, 3), 3);
	AUTO_FREE char *kept = cpus_format(cpus);
	assert_string_equal(kept, "6-7,8191");
	assert_int_equal(cpus_keep(cpus, 0), 0);
	AUTO_FREE char *none = cpus_format(cpus);
	assert_string_equal(none, "");
	assert_int_equal(cpus_parse("", true, cpus), 0);
	assert_int_equal(cpus_parse("\n", true, cpus), 0);
	static const char *const wrong[] = { "x", "1-", "-1", "3-2", "8192", "0-8192", "1;2",
		"99999999999999999999", "1,x" };
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(cpus_parse(wrong[i], true, cpus), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_set_is_nothing),
		cmocka_unit_test(properties),
		cmocka_unit_test(extremes),
		cmocka_unit_test(controls_mean_the_same),
		cmocka_unit_test(swap_alone_is_not_for_version_1),
		cmocka_unit_test(dedicated),
		cmocka_unit_test(lists_of_cpus),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
