/*
 * limits.h - what a zone as a whole may use, as files of control groups and what is written there.
 * Looks at memory only.
 */
#ifndef RUNTIME_LIMITS_H
#define RUNTIME_LIMITS_H

#include "zone/zone.h"

#include <stddef.h>

/* A limit that the zone has. Its texts are static but for title, value and v1_value. */
struct limit {
	char *title;            /* "capped-memory: physical=2G" */
	const char *controller; /* it has the same name in both versions */
	const char *file;       /* of cgroup2 */
	char *value;
	const char *v1_file; /* of version 1 */
	char *v1_value;      /* NULL: version 1 cannot have it: v1_reason */
	const char *v1_reason;
};

struct limits {
	struct limit *rows; /* in the order in which they are to be set */
	size_t count;
};

/* The limits of a zone, but for dedicated-cpu. */
void limits_find(const struct zone *zone, struct limits *ret_limits);
void limits_free(struct limits *limits);
#define AUTO_LIMITS __attribute__((cleanup(limits_free))) struct limits

/*
 * How many CPUs are to be the zone's own: 1 and at least *ret_min, at most *ret_max; 0: it has no
 * dedicated-cpu.
 */
int limits_cpus(const struct zone *zone, unsigned *ret_min, unsigned *ret_max);

/* ---- lists of CPUs: "0-3,8" ---- */

enum {
	LIMITS_CPUS_MAX = 8192, /* CPUs are numbered below this */
};

struct cpus {
	bool has[LIMITS_CPUS_MAX];
};

/* Set cpus->has, or take it away, for all in the list. Returns 0, or -EINVAL: it is none. */
int cpus_parse(const char *text, bool has, struct cpus *cpus);

/*
 * Take away all but the most CPUs, from the lowest up: interrupts and the host's own work are more
 * often on those. Returns how many are left.
 */
unsigned cpus_keep(struct cpus *cpus, unsigned most);

/* The list, the caller's. */
char *cpus_format(const struct cpus *cpus);

#endif
