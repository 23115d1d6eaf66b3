/*
 * stats.h - live counters, one slot per worker, summed when somebody asks.
 *
 * A slot is written by its own thread only, so counting takes no lock and no locked instruction;
 * readers may see a slot a moment old.
 */
#ifndef CE_STATS_H
#define CE_STATS_H

#include "copyengine.h"

#include <stdalign.h>
#include <stdatomic.h>

/* The counters are the run of uint64_t members of struct ce_stats, in its order. */
#define STATS_FIRST offsetof(struct ce_stats, copied)
#define STATS_COUNT ((offsetof(struct ce_stats, methods) - STATS_FIRST) / sizeof(uint64_t))
#define STATS_INDEX(member) ((offsetof(struct ce_stats, member) - STATS_FIRST) / sizeof(uint64_t))

struct stats {
	alignas(64) _Atomic uint64_t counters[STATS_COUNT];
	atomic_uint methods;
};

static inline void stats_add_index(struct stats *stats, size_t index, uint64_t n)
{
	_Atomic uint64_t *counter = &stats->counters[index];
	uint64_t value = atomic_load_explicit(counter, memory_order_relaxed);
	atomic_store_explicit(counter, value + n, memory_order_relaxed);
}

/* Add n to a member of struct ce_stats; by the slot's own thread only. */
#define stats_add(stats, member, n) stats_add_index(stats, STATS_INDEX(member), n)

/* Note a way in which content was copied. */
static inline void stats_method(struct stats *stats, enum ce_method method)
{
	if (!(atomic_load_explicit(&stats->methods, memory_order_relaxed) & method))
		atomic_fetch_or_explicit(&stats->methods, method, memory_order_relaxed);
}

/* Count one object of the kind that mode says as copied. */
void stats_add_object(struct stats *stats, uint32_t mode);

/* Add a slot's counters to ret. Any thread. */
void stats_sum(const struct stats *stats, struct ce_stats *ret);

#endif
