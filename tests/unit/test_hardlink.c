/* test_hardlink.c - groups of names of one object: who copies, who waits, who links. */
#include "fixture.h"

#include "hardlink.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct object source(uint64_t ino, uint32_t nlink)
{
	return (struct object){ .fd = -1,
		.st = { .stx_mode = S_IFREG | 0644,
			.stx_ino = ino,
			.stx_nlink = nlink,
			.stx_mask = STATX_BTIME,
			.stx_btime = { .tv_sec = 1000 } } };
}

static const struct statx made = { .stx_ino = 77, .stx_dev_major = 3, .stx_dev_minor = 4 };

static int claim(
	struct fixture *f, const char *name, const struct object *src, struct hardlink **ret_group)
{
	struct place at = f->place;
	at.name = at.dest_name = name;
	return hardlink_claim(&f->worker, &at, src, ret_group);
}

/* The first name is copied; returns those that waited. */
static struct waiter *done(
	struct fixture *f, struct hardlink *group, const char *name, const struct statx *dst)
{
	struct place at = f->place;
	at.name = at.dest_name = name;
	return hardlink_done(&f->worker, group, &at, dst, 0);
}

static unsigned drop_waiters(struct fixture *f, struct waiter *waiters)
{
	unsigned count = 0;
	for (struct waiter *next; waiters; waiters = next, count++) {
		next = waiters->next;
		assert_ptr_equal(waiters->dir, f->base);
		atomic_fetch_sub(&waiters->dir->pending, 1);
		free(waiters);
	}
	return count;
}

static void one_name_is_no_group(void **state)
{
	struct fixture *f = *state;
	struct hardlink *group = NULL;
	struct object src = source(1, 1);
	assert_int_equal(claim(f, "a", &src, &group), HARDLINK_NONE);
	src.st.stx_nlink = 5;
	f->ctx.keep &= ~(uint32_t)CE_ATTR_LINKS;
	assert_int_equal(claim(f, "a", &src, &group), HARDLINK_NONE);
	assert_null(group);
}

/* A copy that is in dst, so that links to it can be made. */
static struct statx make_copy(struct fixture *f, const char *name)
{
	struct statx st;
	fixture_file(f->fds[1], name, "x", 1);
	assert_int_equal(statx(f->fds[1], name, 0, STATX_BASIC_STATS, &st), 0);
	return st;
}

/* With its last name a group is closed: the same number would be the first of another. */
static void first_copies_others_link(void **state)
{
	struct fixture *f = *state;
	struct hardlink *group;
	struct object src = source(1, 3);
	assert_int_equal(claim(f, "a", &src, &group), HARDLINK_COPY);
	assert_null(done(f, group, "a", &made));
	assert_int_equal(claim(f, "b", &src, &group), HARDLINK_READY);
	hardlink_linked(&f->worker, group);
	assert_int_equal(claim(f, "c", &src, &group), HARDLINK_READY);
	hardlink_linked(&f->worker, group);
	assert_int_equal(atomic_load(&f->base->refs), 1);
	assert_int_equal(claim(f, "d", &src, &group), HARDLINK_COPY);
	assert_null(done(f, group, "d", NULL));
}

/* Where names may be met twice, all of an object are linked, however often they come. */
static void repeated_names_are_linked(void **state)
{
	struct fixture *f = *state;
	struct hardlink *group;
	struct object src = source(1, 2);
	f->ctx.repeats = true;
	assert_int_equal(claim(f, "a", &src, &group), HARDLINK_COPY);
	assert_null(done(f, group, "a", &made));
	for (int i = 0; i < 4; i++) {
		assert_int_equal(claim(f, "a", &src, &group), HARDLINK_READY);
		hardlink_linked(&f->worker, group);
	}
	hardlinks_finish(&f->worker);
	assert_int_equal(atomic_load(&f->base->refs), 1);
}

/* Expected by its number alone; claimed only as the very object; and no worse when taken back. */
static void unopened_names(void **state)
{
	struct fixture *f = *state;
	struct hardlink *group, *ready = NULL;
	struct object src = source(1, 3), reused = source(1, 3);
	struct place at = f->place;
	src.st.stx_dev_major = (uint32_t)(at.dir->pair->source->dev >> 32);
	src.st.stx_dev_minor = (uint32_t)at.dir->pair->source->dev;
	reused.st = src.st;
	reused.st.stx_btime.tv_sec++;
	at.ino_hint = 1;
	assert_false(hardlink_expected(&f->worker, &at));
	assert_int_equal(claim(f, "a", &src, &group), HARDLINK_COPY);
	assert_false(hardlink_expected(&f->worker, &at));
	assert_false(hardlink_claim_ready(&f->worker, &src.st, &ready));
	assert_null(done(f, group, "a", &made));
	assert_true(hardlink_expected(&f->worker, &at));
	assert_false(hardlink_claim_ready(&f->worker, &reused.st, &ready));
	reused.st = src.st;
	reused.st.stx_nlink = 1;
	assert_false(hardlink_claim_ready(&f->worker, &reused.st, &ready));
	for (int i = 0; i < 5; i++) {
		assert_true(hardlink_claim_ready(&f->worker, &src.st, &ready));
		hardlink_unclaim(&f->worker, ready);
	}
	for (int i = 0; i < 2; i++) {
		assert_true(hardlink_claim_ready(&f->worker, &src.st, &ready));
		hardlink_linked(&f->worker, ready);
	}
	assert_false(hardlink_expected(&f->worker, &at));
	at.ino_hint = 0;
	assert_false(hardlink_expected(&f->worker, &at));
}

static void names_wait_for_the_copy(void **state)
{
	struct fixture *f = *state;
	struct hardlink *group, *none;
	struct object src = source(1, 4);
	unsigned pending = atomic_load(&f->base->pending);
	assert_int_equal(claim(f, "a", &src, &group), HARDLINK_COPY);
	assert_int_equal(claim(f, "b", &src, &none), HARDLINK_WAITING);
	assert_int_equal(claim(f, "c", &src, &none), HARDLINK_WAITING);
	assert_int_equal(atomic_load(&f->base->pending), pending + 2);
	assert_int_equal(drop_waiters(f, done(f, group, "a", &made)), 2);
	/* They claim once more, and are not the last: "d" is still to come. */
	for (int i = 0; i < 3; i++) {
		assert_int_equal(claim(f, "b", &src, &group), HARDLINK_READY);
		hardlink_linked(&f->worker, group);
		assert_int_equal(atomic_load(&f->base->refs), i == 2 ? 1 : 2);
	}
}

/* At the top of a pair the copy may have another name; a waiter keeps both. */
static void waiter_keeps_both_names(void **state)
{
	struct fixture *f = *state;
	struct hardlink *group, *none;
	struct object src = source(1, 2);
	struct place at = f->place;
	char name[] = "source name", dest_name[] = "other";
	assert_int_equal(claim(f, "a", &src, &group), HARDLINK_COPY);
	at.name = name;
	at.dest_name = dest_name;
	assert_int_equal(hardlink_claim(&f->worker, &at, &src, &none), HARDLINK_WAITING);
	memset(name, '?', sizeof(name) - 1);
	memset(dest_name, '?', sizeof(dest_name) - 1);
	struct waiter *waiter = done(f, group, "a", &made);
	assert_string_equal(waiter->name, "source name");
	assert_string_equal(waiter->dest_name, "other");
	assert_int_equal(waiter->mode, S_IFREG | 0644);
	drop_waiters(f, waiter);
}

/* The next of the names that waited becomes the first. */
static void failed_first(void **state)
{
	struct fixture *f = *state;
	struct hardlink *group, *next;
	struct object src = source(1, 2);
	assert_int_equal(claim(f, "a", &src, &group), HARDLINK_COPY);
	assert_int_equal(claim(f, "b", &src, &next), HARDLINK_WAITING);
	assert_int_equal(drop_waiters(f, done(f, group, "a", NULL)), 1);
	assert_int_equal(claim(f, "b", &src, &next), HARDLINK_COPY);
	assert_null(done(f, next, "b", &made));
}

/* A number freed and used again during the run is another object: its birth tells. */
static void reused_inode_number(void **state)
{
	struct fixture *f = *state;
	struct hardlink *group;
	struct object src = source(1, 2);
	assert_int_equal(claim(f, "a", &src, &group), HARDLINK_COPY);
	assert_null(done(f, group, "a", &made));
	src.st.stx_btime.tv_nsec++;
	assert_int_equal(claim(f, "b", &src, &group), HARDLINK_COPY);
	assert_null(done(f, group, "b", &made));
	src.st.stx_mask = 0; /* a file system without birth times: the number is all there is */
	assert_int_equal(claim(f, "c", &src, &group), HARDLINK_COPY);
	assert_null(done(f, group, "c", &made));
	src.st.stx_btime.tv_sec = 0;
	assert_int_equal(claim(f, "d", &src, &group), HARDLINK_READY);
	hardlink_linked(&f->worker, group);
}

static void devices_are_apart(void **state)
{
	struct fixture *f = *state;
	struct hardlink *group;
	struct object src = source(1, 2);
	assert_int_equal(claim(f, "a", &src, &group), HARDLINK_COPY);
	src.st.stx_dev_minor++;
	assert_int_equal(claim(f, "b", &src, &group), HARDLINK_COPY);
	src.st.stx_dev_major++;
	assert_int_equal(claim(f, "c", &src, &group), HARDLINK_COPY);
}

static void links_are_made_and_known(void **state)
{
	struct fixture *f = *state;
	struct hardlink *group;
	struct object src = source(1, 2);
	struct statx st = make_copy(f, "a"), other = st;
	assert_int_equal(claim(f, "a", &src, &group), HARDLINK_COPY);
	assert_null(done(f, group, "a", &st));
	assert_int_equal(claim(f, "b", &src, &group), HARDLINK_READY);
	struct hardlink_copy *copy = hardlink_get(&f->worker, group);
	assert_int_equal(hardlink_make(&f->worker, copy, f->fds[1], "b"), 0);
	assert_int_equal(fixture_ino(f->fds[1], "b"), fixture_ino(f->fds[1], "a"));
	assert_true(hardlink_is(copy, &st));
	other.stx_ino++;
	assert_false(hardlink_is(copy, &other));
	other = st;
	other.stx_dev_minor++;
	assert_false(hardlink_is(copy, &other));
	hardlink_put(&f->worker, copy);
	hardlink_linked(&f->worker, group);
}

/* Somebody exchanged the copy: what stands there now must not be spread. */
static void strangers_are_not_linked(void **state)
{
	struct fixture *f = *state;
	struct hardlink *group;
	struct object src = source(1, 2);
	struct statx st = make_copy(f, "a");
	assert_int_equal(claim(f, "a", &src, &group), HARDLINK_COPY);
	assert_null(done(f, group, "a", &st));
	make_copy(f, "planted");
	assert_int_equal(renameat(f->fds[1], "planted", f->fds[1], "a"), 0);
	assert_int_equal(claim(f, "b", &src, &group), HARDLINK_READY);
	struct hardlink_copy *copy = hardlink_get(&f->worker, group);
	assert_int_equal(hardlink_make(&f->worker, copy, f->fds[1], "b"), -ESTALE);
	assert_false(fixture_exists(f->fds[1], "b"));
	hardlink_put(&f->worker, copy);
	hardlink_linked(&f->worker, group);
}

/* A group whose copy has as many links as it can have, and a name that is claimed as READY. */
static struct hardlink_copy *fill_group(struct fixture *f, struct hardlink **ret_group)
{
	struct object src = source(1, 3);
	assert_int_equal(claim(f, "a", &src, ret_group), HARDLINK_COPY);
	assert_null(done(f, *ret_group, "a", &made));
	assert_int_equal(claim(f, "b", &src, ret_group), HARDLINK_READY);
	return hardlink_get(&f->worker, *ret_group);
}

/* The first that is refused makes the next copy, which takes over. */
static void restarting(void **state)
{
	struct fixture *f = *state;
	struct hardlink *group;
	struct statx second = made;
	second.stx_ino++;
	struct hardlink_copy *full = fill_group(f, &group);
	struct hardlink_copy *now = hardlink_get_next(&f->worker, group, full);
	assert_ptr_equal(now, full);
	hardlink_put(&f->worker, now);
	hardlink_restart(&f->worker, group, &f->place, &second, 0);
	now = hardlink_get_next(&f->worker, group, full);
	assert_true(hardlink_is(full, &made));
	assert_true(hardlink_is(now, &second));
	hardlink_put(&f->worker, full);
	hardlink_put(&f->worker, now);
	hardlink_linked(&f->worker, group);
}

/* The next copy cannot be made: the worker that comes then may try. */
static void restarting_in_vain(void **state)
{
	struct fixture *f = *state;
	struct hardlink *group;
	struct hardlink_copy *full = fill_group(f, &group);
	for (int i = 0; i < 2; i++) {
		struct hardlink_copy *now = hardlink_get_next(&f->worker, group, full);
		assert_ptr_equal(now, full);
		hardlink_put(&f->worker, now);
		hardlink_restart(&f->worker, group, &f->place, NULL, 0);
	}
	hardlink_put(&f->worker, full);
	hardlink_linked(&f->worker, group);
}

/* More names turn up than there were links: made during the copy. Each is linked all the same. */
static void more_names_than_links(void **state)
{
	struct fixture *f = *state;
	struct hardlink *group;
	struct object src = source(1, 2);
	assert_int_equal(claim(f, "a", &src, &group), HARDLINK_COPY);
	struct hardlink *none;
	assert_int_equal(claim(f, "b", &src, &none), HARDLINK_WAITING);
	assert_int_equal(claim(f, "c", &src, &none), HARDLINK_WAITING);
	assert_int_equal(drop_waiters(f, done(f, group, "a", &made)), 2);
	assert_int_equal(claim(f, "b", &src, &group), HARDLINK_READY);
	assert_int_equal(claim(f, "c", &src, &group), HARDLINK_READY);
	hardlink_linked(&f->worker, group);
	assert_int_equal(atomic_load(&f->base->refs), 2);
	hardlink_linked(&f->worker, group);
	assert_int_equal(atomic_load(&f->base->refs), 1);
}

/* What is still open at the end lets go of its directories. */
static void finishing_open_groups(void **state)
{
	struct fixture *f = *state;
	struct hardlink *group;
	for (uint64_t ino = 1; ino <= 3000; ino++) {
		struct object src = source(ino, 2);
		assert_int_equal(claim(f, "a", &src, &group), HARDLINK_COPY);
		assert_null(done(f, group, "a", &made));
	}
	assert_int_equal(atomic_load(&f->base->refs), 3001);
	hardlinks_finish(&f->worker);
	assert_int_equal(atomic_load(&f->base->refs), 1);
}

/* ---- many threads ---- */

#define THREADS 4
#define INODES 200
#define NAMES 40 /* of each inode, over all threads */

struct crowd {
	struct fixture *f;
	atomic_uint next, copies[INODES], links[INODES];
};

static void deal_with(struct crowd *crowd, struct worker *worker, unsigned inode);

static void finish_copy(
	struct crowd *crowd, struct worker *worker, struct hardlink *group, unsigned inode)
{
	atomic_fetch_add(&crowd->copies[inode], 1);
	struct waiter *waiters = hardlink_done(worker, group, &crowd->f->place, &made, 0);
	for (struct waiter *next; waiters; waiters = next) {
		next = waiters->next;
		atomic_fetch_sub(&waiters->dir->pending, 1);
		free(waiters);
		deal_with(crowd, worker, inode);
	}
}

static void deal_with(struct crowd *crowd, struct worker *worker, unsigned inode)
{
	struct object src = source(inode + 1, NAMES);
	struct hardlink *group;
	switch (hardlink_claim(worker, &crowd->f->place, &src, &group)) {
	case HARDLINK_COPY:
		sched_yield(); /* so that others come to wait */
		finish_copy(crowd, worker, group, inode);
		break;
	case HARDLINK_READY:
		atomic_fetch_add(&crowd->links[inode], 1);
		hardlink_linked(worker, group);
		break;
	default:
		break;
	}
}

static void *crowd_main(void *arg)
{
	struct crowd *crowd = arg;
	struct worker worker = { .ctx = &crowd->f->ctx };
	for (unsigned i; (i = atomic_fetch_add(&crowd->next, 1)) < INODES * NAMES;)
		deal_with(crowd, &worker, i / NAMES); /* neighbours are of one object */
	return NULL;
}

/* Of each object one name is copied and all others are linked, and every group is closed once. */
static void each_name_once(void **state)
{
	struct crowd crowd = { .f = *state };
	pthread_t threads[THREADS];
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, crowd_main, &crowd), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	for (unsigned i = 0; i < INODES; i++) {
		assert_int_equal(atomic_load(&crowd.copies[i]), 1);
		assert_int_equal(atomic_load(&crowd.links[i]), NAMES - 1);
	}
	assert_int_equal(atomic_load(&crowd.f->base->refs), 1); /* every group is closed */
	assert_int_equal(atomic_load(&crowd.f->base->pending), 1);
}

/* When too many names wait, workers do, until the copy is made. */
struct late {
	struct fixture *f;
	struct hardlink *group;
	atomic_bool released;
	atomic_int claimed;
};

static void *late_main(void *arg)
{
	struct late *late = arg;
	struct worker worker = { .ctx = &late->f->ctx };
	struct object src = source(1, 100000);
	struct hardlink *group;
	int rc = hardlink_claim(&worker, &late->f->place, &src, &group);
	atomic_store(&late->claimed, atomic_load(&late->released) ? rc : -1);
	hardlink_linked(&worker, group);
	return NULL;
}

static void waiting_is_bounded(void **state)
{
	struct fixture *f = *state;
	struct late late = { .f = f };
	struct object src = source(1, 100000);
	struct hardlink *none;
	pthread_t thread;
	assert_int_equal(claim(f, "a", &src, &late.group), HARDLINK_COPY);
	for (int i = 0; i < 4096; i++)
		assert_int_equal(claim(f, "b", &src, &none), HARDLINK_WAITING);
	assert_int_equal(pthread_create(&thread, NULL, late_main, &late), 0);
	usleep(50000);
	atomic_store(&late.released, true);
	assert_int_equal(drop_waiters(f, done(f, late.group, "a", &made)), 4096);
	pthread_join(thread, NULL);
	assert_int_equal(atomic_load(&late.claimed), HARDLINK_READY);
}

#define test(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(one_name_is_no_group),
		test(first_copies_others_link),
		test(repeated_names_are_linked),
		test(unopened_names),
		test(names_wait_for_the_copy),
		test(waiter_keeps_both_names),
		test(failed_first),
		test(reused_inode_number),
		test(devices_are_apart),
		test(links_are_made_and_known),
		test(strangers_are_not_linked),
		test(restarting),
		test(restarting_in_vain),
		test(more_names_than_links),
		test(finishing_open_groups),
		test(each_name_once),
		test(waiting_is_bounded),
	};
	return cmocka_run_group_tests_name("hardlink", tests, NULL, NULL);
}
