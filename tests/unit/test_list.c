/* test_list.c - linked lists. */
#include "fixture.h"

#include "base/list.h"

struct item {
	int value;
	struct list link;
};

struct lists {
	struct list head;
	struct item items[3];
};

static void setup(struct lists *lists)
{
	list_init(&lists->head);
	for (int i = 0; i < 3; i++) {
		lists->items[i].value = i;
		list_init(&lists->items[i].link);
	}
}

/* Check the order of values from both ends. */
static void expect(const struct list *head, const int *values, size_t count)
{
	const struct list *forth = head->next, *back = head->prev;
	for (size_t i = 0; i < count; i++, forth = forth->next, back = back->prev) {
		assert_int_equal(container_of(forth, struct item, link)->value, values[i]);
		assert_int_equal(
			container_of(back, struct item, link)->value, values[count - 1 - i]);
	}
	assert_ptr_equal(forth, head);
	assert_ptr_equal(back, head);
}

static void new_is_empty(void **state)
{
	(void)state;
	struct lists l;
	setup(&l);
	assert_true(list_empty(&l.head));
	assert_false(list_linked(&l.items[0].link));
}

static void both_ends(void **state)
{
	(void)state;
	struct lists l;
	setup(&l);
	list_add_first(&l.head, &l.items[1].link);
	list_add_first(&l.head, &l.items[0].link);
	list_add_last(&l.head, &l.items[2].link);
	expect(&l.head, (int[]){ 0, 1, 2 }, 3);
	assert_true(list_linked(&l.items[1].link));
}

static void removed_can_be_linked_again(void **state)
{
	(void)state;
	struct lists l;
	setup(&l);
	for (int i = 0; i < 3; i++)
		list_add_last(&l.head, &l.items[i].link);
	list_remove(&l.items[1].link);
	assert_false(list_linked(&l.items[1].link));
	expect(&l.head, (int[]){ 0, 2 }, 2);
	list_add_last(&l.head, &l.items[1].link);
	expect(&l.head, (int[]){ 0, 2, 1 }, 3);
}

/* Unlinking what is on no list must do nothing: a directory's fd may or may not be waiting. */
static void removing_twice_is_harmless(void **state)
{
	(void)state;
	struct lists l;
	setup(&l);
	list_add_last(&l.head, &l.items[0].link);
	list_remove(&l.items[0].link);
	list_remove(&l.items[0].link);
	assert_true(list_empty(&l.head));
}

static void taking_all(void **state)
{
	(void)state;
	struct lists l;
	struct list to;
	setup(&l);
	list_init(&to);
	list_take_all(&to, &l.head);
	assert_true(list_empty(&to));
	for (int i = 0; i < 3; i++)
		list_add_last(&l.head, &l.items[i].link);
	list_take_all(&to, &l.head);
	assert_true(list_empty(&l.head));
	expect(&to, (int[]){ 0, 1, 2 }, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(new_is_empty),
		cmocka_unit_test(both_ends),
		cmocka_unit_test(removed_can_be_linked_again),
		cmocka_unit_test(removing_twice_is_harmless),
		cmocka_unit_test(taking_all),
	};
	return cmocka_run_group_tests_name("list", tests, NULL, NULL);
}
