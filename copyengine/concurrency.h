/*
 * concurrency.h - how many workers: one per CPU while the source is in memory, more while they wait
 * for storage.
 *
 * What a waiting worker costs is nothing, and what several ask for at once storage serves together;
 * how many it can serve is not to be known in advance (a disk that says it rotates may be a virtual
 * one), but seen: workers are doubled for as long as that makes the reading faster. Only waiting
 * for storage counts, as the system tells it (iowait), not waiting for a lock of the file system,
 * which more workers would only make longer; and only while this process reads from storage at all.
 * So other programs' waiting may at worst try more workers, which then must prove their worth.
 */
#ifndef CE_CONCURRENCY_H
#define CE_CONCURRENCY_H

#include <stdbool.h>
#include <stdint.h>

/* What the process has used up at a moment. */
struct usage {
	uint64_t time_ns; /* the clock */
	uint64_t cpu_ns;
	uint64_t iowait_ns;   /* of all CPUs, system-wide: idle while something waits for storage */
	uint64_t blocks_read; /* from storage */
};

struct concurrency {
	unsigned workers, workers_max;
	unsigned workers_first; /* as many as can be busy */
	struct usage since;     /* when there came to be that many workers */
	double best;            /* blocks per second with fewer */
	unsigned stalls;        /* looks in a row without a gain */
};

/* How long a look takes, milliseconds: calling concurrency_decide() more often changes nothing. */
#define CONCURRENCY_TICK_MS 50

/* Where the caller has no wish: one worker per CPU this process may use, and how many at most. */
unsigned concurrency_default(unsigned *ret_max);

void concurrency_init(
	struct concurrency *c, unsigned workers, unsigned workers_max, const struct usage *now);

/* Whether there are as many workers as there may be: nothing is left to decide. */
static inline bool concurrency_settled(const struct concurrency *c)
{
	return c->workers == c->workers_max;
}

/* How many workers there should be from now on: never fewer than before. Makes no system call. */
unsigned concurrency_decide(struct concurrency *c, const struct usage *now, bool some_idle);

/* What this process, all threads, has used up by now. */
struct usage concurrency_usage(void);

#endif
