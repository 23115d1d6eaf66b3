/* test_concurrency.c - when more workers are worth having. */
#include "fixture.h"

#include "concurrency.h"

#define MS ((uint64_t)1000000)

/* Shares are of one CPU; a look every 50 ms, from a clock that starts anywhere. */
static struct usage later(
	const struct usage *from, double cpus_busy, double cpus_iowait, uint64_t blocks)
{
	double wall = 50 * (double)MS;
	return (struct usage){ .time_ns = from->time_ns + 50 * MS,
		.cpu_ns = from->cpu_ns + (uint64_t)(wall * cpus_busy),
		.iowait_ns = from->iowait_ns + (uint64_t)(wall * cpus_iowait),
		.blocks_read = from->blocks_read + blocks };
}

static const struct usage began = { .time_ns = 1000 * MS, .cpu_ns = 7 * MS, .blocks_read = 5 };

/* What two workers, at most 32, become after so many looks of one kind. */
static unsigned after(unsigned looks, double busy, double iowait, uint64_t blocks, bool idle)
{
	struct concurrency c;
	struct usage now = began;
	concurrency_init(&c, 2, 32, &now);
	for (unsigned i = 0; i < looks; i++) {
		now = later(&now, busy, iowait, blocks);
		concurrency_decide(&c, &now, idle);
	}
	return c.workers;
}

static void busy_workers_stay(void **state)
{
	(void)state;
	assert_int_equal(after(20, 1.9, 0.1, 1000, false), 2);
}

static void waiting_for_locks_is_no_reason(void **state)
{
	(void)state;
	assert_int_equal(after(20, 0.8, 0.1, 1000, false), 2);
}

static void others_waiting_is_no_reason(void **state)
{
	(void)state;
	assert_int_equal(after(20, 0.8, 1.2, 0, false), 2);
}

static void no_work_is_no_reason(void **state)
{
	(void)state;
	assert_int_equal(after(20, 0.8, 1.2, 1000, true), 2);
}

static void waiting_for_storage_doubles(void **state)
{
	(void)state;
	assert_int_equal(after(1, 0.8, 1.1, 1000, false), 4);
}

/* The same rate with twice the workers: the storage has no more to give. */
static void without_gain_it_stays(void **state)
{
	(void)state;
	assert_int_equal(after(50, 0.8, 1.1, 1000, false), 4);
}

static void with_gain_it_grows_to_the_limit(void **state)
{
	(void)state;
	struct concurrency c;
	struct usage now = began;
	concurrency_init(&c, 2, 32, &now);
	static const unsigned expected[] = { 4, 8, 16, 32, 32, 32 };
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		now = later(&now, 0.8, 1.1, 1000 * c.workers);
		assert_int_equal(concurrency_decide(&c, &now, false), expected[i]);
	}
}

static void a_limit_that_is_no_double_is_reached(void **state)
{
	(void)state;
	struct concurrency c;
	struct usage now = began;
	concurrency_init(&c, 2, 3, &now);
	now = later(&now, 0.8, 1.1, 1000);
	assert_int_equal(concurrency_decide(&c, &now, false), 3);
}

/* Asked twice at the same instant, nothing is divided by zero. */
static void no_time_no_change(void **state)
{
	(void)state;
	struct concurrency c;
	concurrency_init(&c, 2, 32, &began);
	assert_int_equal(concurrency_decide(&c, &began, false), 2);
}

static void usage_moves_forward(void **state)
{
	(void)state;
	struct usage first = concurrency_usage();
	volatile unsigned long sum = 0;
	for (unsigned long i = 0; i < 30000000; i++)
		sum += i;
	struct usage second = concurrency_usage();
	assert_true(sum > 0);
	assert_true(second.time_ns > first.time_ns);
	assert_true(second.cpu_ns > first.cpu_ns);
}

static void default_fits_the_cpus(void **state)
{
	(void)state;
	unsigned most, first = concurrency_default(&most);
	assert_in_range(first, 1, 16);
	assert_true(most >= first);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(busy_workers_stay),
		cmocka_unit_test(waiting_for_locks_is_no_reason),
		cmocka_unit_test(others_waiting_is_no_reason),
		cmocka_unit_test(no_work_is_no_reason),
		cmocka_unit_test(waiting_for_storage_doubles),
		cmocka_unit_test(without_gain_it_stays),
		cmocka_unit_test(with_gain_it_grows_to_the_limit),
		cmocka_unit_test(a_limit_that_is_no_double_is_reached),
		cmocka_unit_test(no_time_no_change),
		cmocka_unit_test(usage_moves_forward),
		cmocka_unit_test(default_fits_the_cpus),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
