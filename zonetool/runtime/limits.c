/* limits.c - what a zone as a whole may use, as files of control groups. */
#include "runtime/limits.h"

#include "util/alloc.h"
#include "zone/prop_parse.h"

#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* ---- numbers of the configuration ---- */

/* A canonical number of CPUs with up to two decimals, in hundredths. */
static uint64_t parse_hundredths(const char *text)
{
	char *end;
	uint64_t hundredths = 100 * strtoull(text, &end, 10);
	if (*end != '.' || !end[1])
		return hundredths;
	hundredths += 10 * (uint64_t)(end[1] - '0');
	return end[2] ? hundredths + (uint64_t)(end[2] - '0') : hundredths;
}

/* ---- numbers of control groups ---- */

static char *format_plain(uint64_t number)
{
	return xasprintf("%" PRIu64, number);
}

/* Both versions count in microseconds of each 100 ms, if they are not told otherwise. */
static char *format_quota(uint64_t hundredths)
{
	return xasprintf("%" PRIu64 " 100000", hundredths * 1000);
}

static char *format_v1_quota(uint64_t hundredths)
{
	return format_plain(hundredths * 1000);
}

/* A group that nobody has set anything for has 100, in version 1 1024: that is one share. */
static char *format_weight(uint64_t shares)
{
	return format_plain(shares * 100);
}

static char *format_v1_weight(uint64_t shares)
{
	return format_plain(shares * 1024);
}

/* A limit: where the configuration has it, and where control groups do. */
struct row {
	enum resource_id type;
	size_t prop;
	uint64_t (*parse)(const char *text);
	const char *rctl; /* its other name; there the number is in the smallest unit */
	const char *controller, *file;
	char *(*format)(uint64_t number);
	const char *v1_file;
	char *(*v1_format)(uint64_t number); /* NULL: with physical memory, in one file */
};

/* Physical memory comes before swap: version 1 needs them in this order. */
static const struct row rows[] = {
	{ RES_CAPPED_MEMORY, MEMORY_PHYSICAL, canonical_number, "zone.max-physical-memory",
		"memory", "memory.max", format_plain, "memory.limit_in_bytes", format_plain },
	{ RES_CAPPED_MEMORY, MEMORY_SWAP, canonical_number, "zone.max-swap", "memory",
		"memory.swap.max", format_plain, "memory.memsw.limit_in_bytes", NULL },
	{ RES_CAPPED_CPU, CAPPED_NCPUS, parse_hundredths, "zone.cpu-cap", "cpu", "cpu.max",
		format_quota, "cpu.cfs_quota_us", format_v1_quota },
	{ RES_ZONE, ZONE_CPU_SHARES, canonical_number, "zone.cpu-shares", "cpu", "cpu.weight",
		format_weight, "cpu.shares", format_v1_weight },
	{ RES_ZONE, ZONE_MAX_PROCESSES, canonical_number, "zone.max-processes", "pids", "pids.max",
		format_plain, "pids.max", format_plain },
};
enum { ROW_COUNT = sizeof(rows) / sizeof(rows[0]) };

/* The zone's resource of this type; NULL: none. */
static const struct resource *find_resource(const struct zone *zone, enum resource_id type)
{
	if (type == RES_ZONE)
		return zone->own;
	for (size_t i = 0; i < zone->count; i++)
		if (zone->resources[i]->type->id == type)
			return zone->resources[i];
	return NULL;
}

static bool find_property(
	const struct zone *zone, const struct row *row, uint64_t *ret_number, char **ret_title)
{
	const struct resource *resource = find_resource(zone, row->type);
	const char *text = resource ? resource_get(resource, row->prop) : NULL;
	if (!text)
		return false;
	const char *prop = resource->type->props[row->prop].name;
	*ret_number = row->parse(text);
	*ret_title = row->type == RES_ZONE
		? xasprintf("%s=%s", prop, text)
		: xasprintf("%s: %s=%s", resource->type->name, prop, text);
	return true;
}

/* zone_check() has made sure of one value, and that no property sets the same. */
static bool find_rctl(
	const struct zone *zone, const struct row *row, uint64_t *ret_number, char **ret_title)
{
	for (size_t i = 0; i < zone->count; i++) {
		const struct resource *rctl = zone->resources[i];
		const char *name = rctl->type->id == RES_RCTL ? resource_get(rctl, RCTL_NAME)
							      : NULL;
		const char *value = name ? resource_get(rctl, RCTL_VALUE) : NULL;
		struct rctl_tuple tuple;
		if (!value || strcmp(name, row->rctl) != 0 || rctl_tuple_parse(value, &tuple) < 0)
			continue;
		const char *expected;
		AUTO_FREE char *number = parse_limit(tuple.limit, &expected);
		/* Other actions are only noted. */
		bool wanted = number && strcmp(tuple.action, "deny") == 0;
		if (wanted) {
			*ret_number = strtoull(number, NULL, 10);
			*ret_title = xasprintf("rctl %s: limit=%s", name, tuple.limit);
		}
		rctl_tuple_free(&tuple);
		return wanted;
	}
	return false;
}

/* physical is the limit of physical memory; 0: there is none. */
static struct limit make_limit(
	const struct row *row, uint64_t number, char *title, uint64_t physical)
{
	struct limit limit = {
		.title = title,
		.controller = row->controller,
		.file = row->file,
		.value = row->format(number),
		.v1_file = row->v1_file,
	};
	if (row->v1_format)
		limit.v1_value = row->v1_format(number);
	else if (physical)
		limit.v1_value = format_plain(physical + number);
	else
		limit.v1_reason = "version 1 of control groups limits swap space only together "
				  "with memory: set physical of capped-memory, too";
	return limit;
}

void limits_find(const struct zone *zone, struct limits *ret_limits)
{
	struct limits limits = { .rows = xcalloc(ROW_COUNT, sizeof(*limits.rows)) };
	uint64_t physical = 0, number;
	char *title;
	for (size_t i = 0; i < ROW_COUNT; i++) {
		const struct row *row = &rows[i];
		if (!find_property(zone, row, &number, &title)
			&& !find_rctl(zone, row, &number, &title))
			continue;
		limits.rows[limits.count++] = make_limit(row, number, title, physical);
		if (row->type == RES_CAPPED_MEMORY && row->prop == MEMORY_PHYSICAL)
			physical = number;
	}
	*ret_limits = limits;
}

void limits_free(struct limits *limits)
{
	for (size_t i = 0; i < limits->count; i++) {
		free(limits->rows[i].title);
		free(limits->rows[i].value);
		free(limits->rows[i].v1_value);
	}
	free(limits->rows);
	*limits = (struct limits){ 0 };
}

int limits_cpus(const struct zone *zone, unsigned *ret_min, unsigned *ret_max)
{
	const struct resource *resource = find_resource(zone, RES_DEDICATED_CPU);
	const char *range = resource ? resource_get(resource, DEDICATED_NCPUS) : NULL;
	if (!range)
		return 0;
	char *end;
	*ret_min = (unsigned)strtoul(range, &end, 10);
	*ret_max = *end == '-' ? (unsigned)strtoul(end + 1, NULL, 10) : *ret_min;
	return 1;
}

/* ---- lists of CPUs ---- */

/* A number at *text, which is moved behind it. */
static bool parse_cpu(const char **text, unsigned long *ret_cpu)
{
	if (**text < '0' || **text > '9')
		return false;
	char *end;
	*ret_cpu = strtoul(*text, &end, 10);
	*text = end;
	return *ret_cpu < LIMITS_CPUS_MAX;
}

int cpus_parse(const char *text, bool has, struct cpus *cpus)
{
	while (*text && *text != '\n') {
		unsigned long low, high;
		if (!parse_cpu(&text, &low))
			return -EINVAL;
		high = low;
		if (*text == '-') {
			text++;
			if (!parse_cpu(&text, &high) || high < low)
				return -EINVAL;
		}
		for (unsigned long cpu = low; cpu <= high; cpu++)
			cpus->has[cpu] = has;
		if (*text == ',')
			text++;
		else if (*text && *text != '\n')
			return -EINVAL;
	}
	return 0;
}

unsigned cpus_keep(struct cpus *cpus, unsigned most)
{
	unsigned kept = 0;
	for (size_t cpu = LIMITS_CPUS_MAX; cpu-- > 0;) {
		cpus->has[cpu] = cpus->has[cpu] && kept < most;
		kept += cpus->has[cpu];
	}
	return kept;
}

char *cpus_format(const struct cpus *cpus)
{
	AUTO_STR text = STR_EMPTY;
	for (size_t low = 0; low < LIMITS_CPUS_MAX; low++) {
		size_t high = low;
		if (!cpus->has[low])
			continue;
		while (high + 1 < LIMITS_CPUS_MAX && cpus->has[high + 1])
			high++;
		text_addf(
			&text, high > low ? "%s%zu-%zu" : "%s%zu", text.len ? "," : "", low, high);
		low = high;
	}
	return text_take(&text);
}
