/* test_linkmap.c - inodes of two trees and their correspondence. */
#include "fixture.h"

#include "linkmap.h"

#include <pthread.h>

static struct inode_id inode(uint64_t ino)
{
	return (struct inode_id){ .dev = 7, .ino = ino };
}

static bool keep;

static int setup(void **state)
{
	keep = false;
	*state = linkmap_create(&keep);
	return *state ? 0 : -1;
}

static int teardown(void **state)
{
	linkmap_destroy(*state);
	return 0;
}

static void first_of_its_names(void **state)
{
	for (int round = 0; round < 2; round++) {
		assert_int_equal(linkmap_first(*state, inode(1), 3), 1);
		assert_int_equal(linkmap_first(*state, inode(2), 2), 1);
		assert_int_equal(linkmap_first(*state, inode(1), 3), 0);
		assert_int_equal(linkmap_first(*state, inode(1), 3), 0);
		assert_int_equal(linkmap_first(*state, inode(2), 2), 0);
		assert_int_equal(linkmap_first(*state, inode(3), 1), 1);
	}
}

static void same_on_both_sides(void **state)
{
	for (int i = 0; i < 3; i++)
		assert_int_equal(linkmap_check(*state, inode(1), inode(100), 3), 1);
}

static void another_inode_disagrees(void **state)
{
	assert_int_equal(linkmap_check(*state, inode(1), inode(100), 3), 1);
	assert_int_equal(linkmap_check(*state, inode(1), inode(101), 3), 0);
	assert_int_equal(linkmap_check(*state, inode(1), inode(100), 3), 1);
}

static void another_device_disagrees(void **state)
{
	struct inode_id elsewhere = { .dev = 8, .ino = 100 };
	assert_int_equal(linkmap_check(*state, inode(1), inode(100), 2), 1);
	assert_int_equal(linkmap_check(*state, inode(1), elsewhere, 2), 0);
}

static void devices_are_apart(void **state)
{
	struct inode_id elsewhere = { .dev = 8, .ino = 1 };
	assert_int_equal(linkmap_check(*state, inode(1), inode(100), 2), 1);
	assert_int_equal(linkmap_check(*state, elsewhere, inode(200), 2), 1);
}

/* One name: nothing to agree with, and nothing may be kept that would never be removed. */
static void single_names_agree(void **state)
{
	for (uint64_t i = 0; i < 3; i++)
		assert_int_equal(linkmap_check(*state, inode(1), inode(100 + i), 1), 1);
	assert_int_equal(linkmap_check(*state, inode(1), inode(100), 0), 1);
}

/* After the last name the number may be used anew, for another file. */
static void entry_ends_with_its_last_name(void **state)
{
	assert_int_equal(linkmap_check(*state, inode(1), inode(100), 2), 1);
	assert_int_equal(linkmap_check(*state, inode(1), inode(100), 2), 1);
	assert_int_equal(linkmap_check(*state, inode(1), inode(200), 2), 1);
}

/* Where names may be met twice, none is known to be the last. */
static void entries_are_kept(void **state)
{
	keep = true;
	for (int i = 0; i < 4; i++)
		assert_int_equal(linkmap_check(*state, inode(1), inode(100), 2), 1);
	assert_int_equal(linkmap_check(*state, inode(1), inode(200), 2), 0);
	assert_int_equal(linkmap_first(*state, inode(2), 2), 1);
	for (int i = 0; i < 4; i++)
		assert_int_equal(linkmap_first(*state, inode(2), 2), 0);
}

/* Many more than the first table has room for, found again after it has grown. */
static void table_grows(void **state)
{
	enum { MANY = 5000 };
	for (uint64_t i = 0; i < MANY; i++)
		assert_int_equal(linkmap_check(*state, inode(i), inode(i + MANY), 2), 1);
	for (uint64_t i = 0; i < MANY; i++)
		assert_int_equal(linkmap_check(*state, inode(i), inode(i), 2), 0);
}

static void *check_many(void *map)
{
	intptr_t disagreed = 0;
	for (uint64_t i = 0; i < 20000; i++)
		disagreed += linkmap_check(map, inode(i % 500), inode(i % 500 + 1), UINT32_MAX)
			!= 1;
	return (void *)disagreed;
}

static void threads_share_it(void **state)
{
	pthread_t threads[4];
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, check_many, *state), 0);
	for (int i = 0; i < 4; i++) {
		void *disagreed;
		pthread_join(threads[i], &disagreed);
		assert_null(disagreed);
	}
}

static void destroying_nothing(void **state)
{
	(void)state;
	linkmap_destroy(NULL);
}

#define test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(first_of_its_names),
		test(same_on_both_sides),
		test(another_inode_disagrees),
		test(another_device_disagrees),
		test(devices_are_apart),
		test(single_names_agree),
		test(entry_ends_with_its_last_name),
		test(entries_are_kept),
		test(table_grows),
		test(threads_share_it),
		cmocka_unit_test(destroying_nothing),
	};
	return cmocka_run_group_tests_name("linkmap", tests, NULL, NULL);
}
