/* concurrency.c - how many workers: more while they wait for storage, as long as it helps. */
#include "concurrency.h"

#include <sched.h>
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/* The share of the workers' CPUs that must be unused, and of this what storage must account for. */
#define UNUSED_MIN 0.25
#define IOWAIT_MIN 0.5

/* What twice the workers have to gain, and how many looks they have for it. */
#define GAIN 1.1
#define STALLS_MAX 4

/* More make no gain on the machines measured, while each costs a stack and buffers. */
#define WORKERS_DEFAULT 16
#define WORKERS_WAITING 32

unsigned concurrency_default(unsigned *ret_max)
{
	cpu_set_t set;
	int count = sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;
	*ret_max = WORKERS_WAITING;
	return count < 1 ? 1 : count > WORKERS_DEFAULT ? WORKERS_DEFAULT : (unsigned)count;
}

void concurrency_init(
	struct concurrency *c, unsigned workers, unsigned workers_max, const struct usage *now)
{
	*c = (struct concurrency){ .workers = workers,
		.workers_max = workers_max,
		.workers_first = workers,
		.since = *now };
}

/* Begin to look anew, with this many workers. */
static void restart(struct concurrency *c, unsigned workers, const struct usage *now)
{
	c->workers = workers;
	c->since = *now;
	c->stalls = 0;
}

/* Whether workers waited for storage since, and for little else. */
static bool waited_for_storage(const struct concurrency *c, const struct usage *now)
{
	double could = (double)(now->time_ns - c->since.time_ns) * c->workers_first;
	double unused = could - (double)(now->cpu_ns - c->since.cpu_ns);
	/* The kernel's figure may also go back, says proc(5). */
	double iowait = (double)now->iowait_ns - (double)c->since.iowait_ns;
	return now->blocks_read > c->since.blocks_read && unused > UNUSED_MIN * could
		&& iowait > IOWAIT_MIN * unused;
}

unsigned concurrency_decide(struct concurrency *c, const struct usage *now, bool some_idle)
{
	uint64_t wall = now->time_ns - c->since.time_ns;
	if (wall < CONCURRENCY_TICK_MS * (uint64_t)1000000 || concurrency_settled(c))
		return c->workers;
	if (some_idle || !waited_for_storage(c, now)) {
		restart(c, c->workers, now);
		return c->workers;
	}
	double rate = (double)(now->blocks_read - c->since.blocks_read) * 1e9 / (double)wall;
	if (rate >= GAIN * c->best) {
		unsigned twice = 2 * c->workers;
		c->best = rate;
		restart(c, twice < c->workers_max ? twice : c->workers_max, now);
	} else if (++c->stalls == STALLS_MAX) {
		/*
		 * That many gained nothing: stay, and only a storage that got faster is tried
		 * again.
		 */
		restart(c, c->workers, now);
	}
	return c->workers;
}

/* The fifth number of the first line of proc(5)'s stat, in clock ticks; 0 where there is none. */
static uint64_t read_iowait(void)
{
	FILE *stat = fopen("/proc/stat", "re");
	unsigned long long ticks = 0;
	if (!stat || fscanf(stat, "cpu %*u %*u %*u %*u %llu", &ticks) != 1)
		ticks = 0;
	if (stat)
		fclose(stat);
	return ticks * (1000000000 / (uint64_t)sysconf(_SC_CLK_TCK));
}

struct usage concurrency_usage(void)
{
	struct rusage used;
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	getrusage(RUSAGE_SELF, &used);
	uint64_t microseconds = (uint64_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000
		+ (uint64_t)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
	return (struct usage){ .time_ns = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec,
		.cpu_ns = microseconds * 1000,
		.iowait_ns = read_iowait(),
		.blocks_read = (uint64_t)used.ru_inblock };
}
