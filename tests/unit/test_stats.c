/* test_stats.c - counters: each must show in its own member, and in no other. */
#include "fixture.h"

#include "stats.h"

#include <string.h>

struct row {
	const char *name;
	size_t index, offset;
};

#define ROW(member)                                                                                \
	{                                                                                          \
#member, STATS_INDEX(member), offsetof(struct ce_stats, member)                    \
	}

/* Every counter of struct ce_stats; one that is missing here fails all_are_listed(). */
static const struct row rows[] = {
	ROW(copied.files),
	ROW(copied.directories),
	ROW(copied.symlinks),
	ROW(copied.fifos),
	ROW(copied.sockets),
	ROW(copied.char_devices),
	ROW(copied.block_devices),
	ROW(hard_links),
	ROW(unchanged),
	ROW(repaired),
	ROW(replaced),
	ROW(excluded),
	ROW(other_mounts),
	ROW(found_objects),
	ROW(found_bytes),
	ROW(done_objects),
	ROW(done_bytes),
	ROW(bytes_read),
	ROW(bytes_written),
	ROW(bytes_reflinked),
	ROW(bytes_holes),
	ROW(errors),
	ROW(conflicts),
	ROW(changed),
	ROW(losses),
	ROW(differences),
	ROW(verified),
	ROW(kept),
	ROW(left),
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

static void expect_only(const struct stats *stats, size_t offset, const char *name)
{
	struct ce_stats have = { .size = 0 }, want = { .size = 0 };
	stats_sum(stats, &have);
	*(uint64_t *)((char *)&want + offset) = 3;
	if (memcmp(&have, &want, sizeof(have)) != 0)
		fail_msg("%s counted elsewhere", name);
}

static void each_counter_has_its_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		struct stats stats = { .methods = 0 };
		stats_add_index(&stats, rows[i].index, 1);
		stats_add_index(&stats, rows[i].index, 2);
		expect_only(&stats, rows[i].offset, rows[i].name);
	}
}

static void losses_by_class(void **state)
{
	(void)state;
	for (size_t bit = 0; bit < CE_ATTR_COUNT; bit++) {
		struct stats stats = { .methods = 0 };
		stats_add(&stats, losses_by_attr[bit], 3);
		expect_only(&stats, offsetof(struct ce_stats, losses_by_attr) + 8 * bit, "a class");
	}
}

static void all_are_listed(void **state)
{
	(void)state;
	assert_int_equal(STATS_COUNT, ROWS + CE_ATTR_COUNT);
	assert_int_equal(sizeof(struct ce_counts) % sizeof(uint64_t), 0);
}

static void each_kind_has_its_counter(void **state)
{
	(void)state;
	static const struct {
		uint32_t mode;
		size_t offset;
	} kinds[] = {
		{ S_IFREG | 0644, offsetof(struct ce_stats, copied.files) },
		{ S_IFDIR | 0755, offsetof(struct ce_stats, copied.directories) },
		{ S_IFLNK | 0777, offsetof(struct ce_stats, copied.symlinks) },
		{ S_IFIFO | 0600, offsetof(struct ce_stats, copied.fifos) },
		{ S_IFSOCK | 0600, offsetof(struct ce_stats, copied.sockets) },
		{ S_IFCHR | 0600, offsetof(struct ce_stats, copied.char_devices) },
		{ S_IFBLK | 0600, offsetof(struct ce_stats, copied.block_devices) },
	};
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct stats stats = { .methods = 0 };
		for (int n = 0; n < 3; n++)
			stats_add_object(&stats, kinds[i].mode);
		expect_only(&stats, kinds[i].offset, "a kind");
	}
}

static void unknown_kind_counts_nowhere(void **state)
{
	(void)state;
	struct stats stats = { .methods = 0 };
	struct ce_stats have = { .size = 0 }, want = { .size = 0 };
	stats_add_object(&stats, 0644);
	stats_sum(&stats, &have);
	assert_memory_equal(&have, &want, sizeof(have));
}

static void slots_add_up(void **state)
{
	(void)state;
	struct stats a = { .methods = 0 }, b = { .methods = 0 };
	struct ce_stats sum = { .size = 0 };
	stats_add(&a, errors, 2);
	stats_add(&b, errors, UINT64_C(1) << 40);
	stats_method(&a, CE_METHOD_REFLINK);
	stats_method(&b, CE_METHOD_IO_URING);
	stats_method(&b, CE_METHOD_IO_URING);
	stats_sum(&a, &sum);
	stats_sum(&b, &sum);
	assert_int_equal(sum.errors, (UINT64_C(1) << 40) + 2);
	assert_int_equal(sum.methods, CE_METHOD_REFLINK | CE_METHOD_IO_URING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_counter_has_its_place),
		cmocka_unit_test(losses_by_class),
		cmocka_unit_test(all_are_listed),
		cmocka_unit_test(each_kind_has_its_counter),
		cmocka_unit_test(unknown_kind_counts_nowhere),
		cmocka_unit_test(slots_add_up),
	};
	return cmocka_run_group_tests_name("stats", tests, NULL, NULL);
}
