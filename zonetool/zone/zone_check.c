/*
 * zone_check.c - the rules between properties: what is required, what excludes what. They look at
 * memory only; what depends on this machine is verify.c's.
 */
#include "zone/zone.h"

#include "util/alloc.h"
#include "zone/prop_parse.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Describe a problem of a resource. Returns -EINVAL. */
static int complain(const struct resource *resource, const char *problem, struct messages *messages)
{
	AUTO_FREE char *title = resource_title(resource);
	return message_error(messages, -EINVAL, "%s: %s", title, problem);
}

static int check_required(const struct resource *resource, struct messages *messages)
{
	int rc = 0;
	for (size_t i = 0; i < resource->type->prop_count; i++) {
		const struct prop *prop = &resource->type->props[i];
		if (!(prop->flags & PROP_REQUIRED) || resource->values[i].count)
			continue;
		AUTO_FREE char *problem = xasprintf("%s is not set: %s %s%s%s", prop->name,
			prop->kind == PROP_TUPLES ? "add" : "set", prop->name,
			prop->kind == PROP_TUPLES ? " " : "=", prop->example);
		rc = complain(resource, problem, messages);
	}
	return rc;
}

/* ---- one type of resource ---- */

static int check_net(const struct zone *zone, const struct resource *net, struct messages *messages)
{
	bool address = net->values[NET_ADDRESS].count, router = net->values[NET_DEFROUTER].count;
	if (strcmp(zone_get(zone, ZONE_IP_TYPE), "exclusive") == 0) {
		if (address || router)
			return complain(net,
				"a zone with ip-type=exclusive sets its addresses and routes "
				"itself: clear address and defrouter, or set ip-type=shared",
				messages);
		return 0;
	}
	int rc = 0;
	if (!address)
		rc = complain(net,
			"address is not set: set address=192.0.2.10/24, or set ip-type=exclusive "
			"in the zone",
			messages);
	if (net->values[NET_TYPE].count)
		rc = complain(net,
			"type is for zones with ip-type=exclusive: clear type, or set "
			"ip-type=exclusive in the zone",
			messages);
	return rc;
}

static bool is_integer(const char *text, bool sign)
{
	if (sign && (*text == '-' || *text == '+'))
		text++;
	size_t digits = strspn(text, "0123456789");
	return digits > 0 && digits <= 18 && !text[digits];
}

static int check_attr(
	const struct zone *zone, const struct resource *attr, struct messages *messages)
{
	(void)zone;
	const char *type = resource_get(attr, ATTR_TYPE), *value = resource_get(attr, ATTR_VALUE);
	if (!type || !value)
		return 0; /* check_required() has told */
	if (strcmp(type, "boolean") == 0 && strcmp(value, "true") != 0
		&& strcmp(value, "false") != 0)
		return complain(attr, "the value of a boolean is true or false", messages);
	if (strcmp(type, "int") == 0 && !is_integer(value, true))
		return complain(attr, "the value of an int is a whole number of at most 18 digits",
			messages);
	if (strcmp(type, "uint") == 0 && !is_integer(value, false))
		return complain(attr,
			"the value of a uint is a whole number without a sign, of at most 18 "
			"digits",
			messages);
	return 0;
}

static int check_capped_memory(
	const struct zone *zone, const struct resource *memory, struct messages *messages)
{
	(void)zone;
	if (memory->values[MEMORY_PHYSICAL].count || memory->values[MEMORY_SWAP].count)
		return 0;
	return complain(memory, "neither physical nor swap is set: set physical=2G", messages);
}

/* Whether the zone has a resource of this type. */
static bool has_type(const struct zone *zone, enum resource_id type)
{
	for (size_t i = 0; i < zone->count; i++)
		if (zone->resources[i]->type->id == type)
			return true;
	return false;
}

static int check_dedicated_cpu(
	const struct zone *zone, const struct resource *dedicated, struct messages *messages)
{
	int rc = 0;
	if (has_type(zone, RES_CAPPED_CPU))
		rc = complain(dedicated,
			"dedicated CPUs cannot be capped: remove capped-cpu or dedicated-cpu",
			messages);
	if (zone->own->values[ZONE_CPU_SHARES].count)
		rc = complain(dedicated,
			"dedicated CPUs are not shared: clear cpu-shares or remove dedicated-cpu",
			messages);
	return rc;
}

/* A limit of the zone's cgroup: what it can be, and the property that says the same. */
struct cgroup_limit {
	const char *rctl;
	prop_parse *parse;
	enum resource_id type;
	size_t prop; /* of the zone, if that is the type */
};

static const struct cgroup_limit cgroup_limits[] = {
	{ "zone.max-processes", parse_max_processes, RES_ZONE, ZONE_MAX_PROCESSES },
	{ "zone.cpu-shares", parse_cpu_shares, RES_ZONE, ZONE_CPU_SHARES },
	{ "zone.cpu-cap", parse_cpu_cap, RES_CAPPED_CPU, 0 },
	{ "zone.max-physical-memory", parse_physical_memory, RES_CAPPED_MEMORY, 0 },
	{ "zone.max-swap", parse_swap, RES_CAPPED_MEMORY, 0 },
};

/* A limit must not be said twice, and must be one the cgroup can have. */
static int check_cgroup_limit(const struct zone *zone, const struct resource *rctl,
	const struct cgroup_limit *limit, struct messages *messages)
{
	bool own = limit->type == RES_ZONE;
	const char *instead = own ? resource_types[RES_ZONE].props[limit->prop].name
				  : resource_types[limit->type].name;
	if (own ? zone->own->values[limit->prop].count > 0 : has_type(zone, limit->type)) {
		AUTO_FREE char *problem = xasprintf(
			"%s sets the same limit: keep one of the two", instead);
		return complain(rctl, problem, messages);
	}
	struct rctl_tuple tuple;
	if (!rctl->values[RCTL_VALUE].count
		|| rctl_tuple_parse(rctl->values[RCTL_VALUE].items[0], &tuple) < 0)
		return 0; /* check_required() has told */
	const char *expected = NULL;
	AUTO_FREE char *number = parse_limit(tuple.limit, &expected);
	AUTO_FREE char *canonical = number ? limit->parse(number, &expected) : NULL;
	AUTO_FREE char *problem = NULL;
	if (strcmp(tuple.priv, "privileged") != 0)
		problem = xstrdup("a zone as a whole has only one limit: priv=privileged");
	else if (!canonical)
		problem = xasprintf("the limit %s is not %s", tuple.limit, expected);
	rctl_tuple_free(&tuple);
	return problem ? complain(rctl, problem, messages) : 0;
}

/* The limit of the value with this priv; 0: there is none. */
static uint64_t limit_of(const struct value *value, const char *priv)
{
	uint64_t limit = 0;
	for (size_t i = 0; i < value->count; i++) {
		struct rctl_tuple tuple;
		const char *expected;
		if (rctl_tuple_parse(value->items[i], &tuple) < 0)
			continue;
		AUTO_FREE char *number = parse_limit(tuple.limit, &expected);
		if (strcmp(tuple.priv, priv) == 0 && number)
			limit = strtoull(number, NULL, 10);
		rctl_tuple_free(&tuple);
	}
	return limit;
}

/* One value for each privilege, at most, and the soft limit below the hard one. */
static int check_privileges(const struct resource *rctl, struct messages *messages)
{
	const struct value *value = &rctl->values[RCTL_VALUE];
	size_t privileged = 0;
	for (size_t i = 0; i < value->count; i++)
		privileged += strncmp(value->items[i], "(priv=privileged,", 17) == 0;
	uint64_t hard = limit_of(value, "privileged");
	if (hard && limit_of(value, "basic") > hard)
		return complain(
			rctl, "the limit of priv=basic is above that of priv=privileged", messages);
	if (privileged <= 1 && value->count - privileged <= 1)
		return 0;
	return complain(rctl, "it has several values with the same priv: keep one", messages);
}

static int check_rctl(
	const struct zone *zone, const struct resource *rctl, struct messages *messages)
{
	int rc = check_privileges(rctl, messages);
	const char *name = resource_get(rctl, RCTL_NAME);
	for (size_t i = 0; name && i < sizeof(cgroup_limits) / sizeof(cgroup_limits[0]); i++)
		if (strcmp(name, cgroup_limits[i].rctl) == 0
			&& check_cgroup_limit(zone, rctl, &cgroup_limits[i], messages) < 0)
			rc = -EINVAL;
	return rc;
}

typedef int resource_rule(
	const struct zone *zone, const struct resource *resource, struct messages *messages);

/* By enum resource_id; NULL: no rule of its own. */
static resource_rule *const rules[RES_COUNT] = {
	[RES_NET] = check_net,
	[RES_DEDICATED_CPU] = check_dedicated_cpu,
	[RES_CAPPED_MEMORY] = check_capped_memory,
	[RES_RCTL] = check_rctl,
	[RES_ATTR] = check_attr,
};

/* ---- the whole ---- */

static int check_duplicates(
	const struct zone *zone, const struct resource *resource, struct messages *messages)
{
	for (size_t i = 0; i < zone->count; i++) {
		const struct resource *other = zone->resources[i];
		/* Of two, the later one is told of: once. */
		if (other == resource)
			break;
		if (!resource_same_key(other, resource))
			continue;
		return complain(resource,
			resource->type->flags & TYPE_SINGLE
				? "the zone has one already: select it to change it"
				: "the zone has one like this already: select it to change it",
			messages);
	}
	return 0;
}

int resource_check(
	const struct zone *zone, const struct resource *resource, struct messages *messages)
{
	int rc = check_required(resource, messages);
	resource_rule *rule = rules[resource->type->id];
	if (rule && rule(zone, resource, messages) < 0)
		rc = -EINVAL;
	if (check_duplicates(zone, resource, messages) < 0)
		rc = -EINVAL;
	return rc;
}

int zone_check(const struct zone *zone, struct messages *messages)
{
	int rc = check_required(zone->own, messages);
	for (size_t i = 0; i < zone->count; i++)
		if (resource_check(zone, zone->resources[i], messages) < 0)
			rc = -EINVAL;
	if (zone->count > ZONE_RESOURCES_MAX)
		rc = message_error(messages, -EINVAL,
			"the zone has %zu resources: at most %d are possible", zone->count,
			ZONE_RESOURCES_MAX);
	return rc;
}
