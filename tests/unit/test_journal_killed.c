/*
 * test_journal_killed.c - several files change together or not at all, whichever call the process
 * dies in, and whichever call fails.
 */
#include "journal_fixture.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* Back to the first state, with as much of .transaction as there was. */
static void start_over(struct zone_fixture *fixture)
{
	assert_int_equal(recover(fixture), 0);
	unlinkat(fixture->fd, "new.xml", 0);
	zone_fixture_write(fixture->fd, "index", states[FIRST].index);
	zone_fixture_write(fixture->fd, "old.xml", states[FIRST].old);
	str_truncate(&fixture->said, 0);
	assert_int_equal(state_of(fixture->fd), FIRST);
}

static void killed_anywhere(void **state)
{
	struct zone_fixture *fixture = *state;
	noted->on = false;
	calls.no_sync = true;
	bool seen[COUNT(states)] = { false };
	for (int at = 1; run_dying(fixture, commit_rename, at); at++) {
		assert_int_equal(recover(fixture), 0);
		int now = state_of(fixture->fd);
		assert_in_range(now, FIRST, RENAMED);
		/* Once it has happened, it happens with every later death. */
		assert_false(now == FIRST && seen[RENAMED]);
		seen[now] = true;
		assert_false(journal_pending(fixture->fd));
		start_over(fixture);
	}
	assert_true(seen[FIRST] && seen[RENAMED]);
}

/* Recovery dies as well: in its first call, then in its second one, and so on. */
static void killed_again_and_again(void **state)
{
	struct zone_fixture *fixture = *state;
	noted->on = false;
	calls.no_sync = true;
	for (int at = 1; run_dying(fixture, commit_rename, at); at++) {
		for (int again = 1; run_dying(fixture, recover, again); again++)
			;
		assert_in_range(state_of(fixture->fd), FIRST, RENAMED);
		assert_false(journal_pending(fixture->fd));
		start_over(fixture);
	}
	assert_int_equal(state_of(fixture->fd), RENAMED);
}

/* What is said about a failure is so: either nothing has changed, or recovery will finish it. */
static void every_call_fails(void **state)
{
	struct zone_fixture *fixture = *state;
	noted->on = false;
	calls.no_sync = true;
	int refused = 0, recorded = 0;
	for (int at = 1;; at++) {
		calls.fail_at = at;
		int rc = run_counting(fixture, commit_rename);
		calls.fail_at = 0;
		if (calls.count < at) {
			assert_int_equal(rc, 0);
			break;
		}
		assert_int_equal(rc, -EIO);
		assert_non_null(strstr(str_get(&fixture->said), "error: "));
		bool said = strstr(str_get(&fixture->said), "decided and recorded") != NULL;
		assert_true(said || state_of(fixture->fd) == FIRST);
		if (said && journal_pending(fixture->fd))
			assert_int_equal(commit_create(fixture), -EBUSY);
		assert_int_equal(recover(fixture), 0);
		assert_int_equal(state_of(fixture->fd), said ? RENAMED : FIRST);
		assert_false(journal_pending(fixture->fd));
		*(said ? &recorded : &refused) += 1;
		start_over(fixture);
	}
	assert_true(refused > 10 && recorded > 5);
}

/* A new file that is not there was put in its place before; but not in its own transaction. */
static void what_vanishes_is_missed(void **state)
{
	struct zone_fixture *fixture = *state;
	noted->on = false;
	calls.no_sync = true;
	calls.fail_errno = ENOENT;
	int refused = 0;
	for (int at = 1; calls.count >= at - 1; at++) {
		calls.fail_at = at;
		int rc = run_counting(fixture, commit_rename);
		calls.fail_at = 0;
		if (rc == 0)
			assert_int_equal(state_of(fixture->fd), RENAMED);
		else
			zone_fixture_said(fixture, "error: ");
		refused += rc < 0;
		start_over(fixture);
	}
	calls.fail_errno = EIO;
	assert_true(refused > 10);
}

static void every_call_of_recovery_fails(void **state)
{
	struct zone_fixture *fixture = *state;
	noted->on = false;
	calls.no_sync = true;
	for (int at = 1; run_dying(fixture, commit_rename, at); at++) {
		int rc = -EIO;
		for (int fail = 1; rc < 0; fail++) {
			calls.fail_at = fail;
			rc = run_counting(fixture, recover);
			calls.fail_at = 0;
			assert_true(rc == 0 || rc == -EIO);
		}
		assert_in_range(state_of(fixture->fd), FIRST, RENAMED);
		start_over(fixture);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		JOURNAL_TEST(killed_anywhere),
		JOURNAL_TEST(killed_again_and_again),
		JOURNAL_TEST(every_call_fails),
		JOURNAL_TEST(what_vanishes_is_missed),
		JOURNAL_TEST(every_call_of_recovery_fails),
	};
	return cmocka_run_group_tests_name("journal_killed", tests, journal_fixture_begin, NULL);
}
