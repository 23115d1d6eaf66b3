/* stats.c - live counters. */
#include "stats.h"

#include <sys/stat.h>

void stats_add_object(struct stats *stats, uint32_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		stats_add(stats, copied.files, 1);
		break;
	case S_IFDIR:
		stats_add(stats, copied.directories, 1);
		break;
	case S_IFLNK:
		stats_add(stats, copied.symlinks, 1);
		break;
	case S_IFIFO:
		stats_add(stats, copied.fifos, 1);
		break;
	case S_IFSOCK:
		stats_add(stats, copied.sockets, 1);
		break;
	case S_IFCHR:
		stats_add(stats, copied.char_devices, 1);
		break;
	case S_IFBLK:
		stats_add(stats, copied.block_devices, 1);
		break;
	default:
		break;
	}
}

void stats_sum(const struct stats *stats, struct ce_stats *ret)
{
	uint64_t *sum = (uint64_t *)((char *)ret + STATS_FIRST);
	for (size_t i = 0; i < STATS_COUNT; i++)
		sum[i] += atomic_load_explicit(&stats->counters[i], memory_order_relaxed);
	ret->methods |= atomic_load_explicit(&stats->methods, memory_order_relaxed);
}
