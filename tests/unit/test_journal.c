/*
 * test_journal.c - several files change together: what is done when nothing goes wrong, and what is
 * refused.
 */
#include "journal_fixture.h"

#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void all_steps_are_carried_out(void **state)
{
	struct zone_fixture *fixture = *state;
	assert_false(journal_pending(fixture->fd));
	assert_int_equal(recover(fixture), 0);
	assert_int_equal(commit_rename(fixture), 0);
	assert_int_equal(state_of(fixture->fd), RENAMED);
	assert_false(journal_pending(fixture->fd));
	assert_int_equal(recover(fixture), 0);
	assert_int_equal(commit_create(fixture), 0);
	assert_int_equal(state_of(fixture->fd), CREATED);
	zone_fixture_said(fixture, NULL);
	struct stat st;
	assert_int_equal(fstatat(fixture->fd, "index", &st, 0), 0);
	assert_int_equal(st.st_mode, S_IFREG | 0644);
	assert_int_equal(fstatat(fixture->fd, ".transaction", &st, 0), 0);
	assert_int_equal(st.st_mode, S_IFDIR | 0700);
}

static void removing_what_is_gone(void **state)
{
	struct zone_fixture *fixture = *state;
	const struct journal_step steps[] = { { .name = "gone.xml" }, STEP("empty.xml", "") };
	assert_int_equal(journal_commit(fixture->fd, "/z", steps, 2, &fixture->messages), 0);
	zone_fixture_expect(fixture->fd, "empty.xml", "");
	zone_fixture_said(fixture, NULL);
}

static void impossible_steps_are_refused(void **state)
{
	static const char *const names[] = { "", ".", "..", "a/b", "/a", "../a", ".transaction",
		"a b", "a\nb", "-a", "\xc3\xa4", "directory", "old.xml" };
	struct zone_fixture *fixture = *state;
	assert_int_equal(mkdirat(fixture->fd, "directory", 0755), 0);
	for (size_t i = 0; i < COUNT(names); i++) {
		const struct journal_step steps[] = { STEP("old.xml", "x"), { names[i], "x", 1 } };
		int rc = journal_commit(fixture->fd, "/z", steps, 2, &fixture->messages);
		assert_int_equal(rc, strcmp(names[i], "directory") == 0 ? -EISDIR : -EINVAL);
		zone_fixture_said(fixture, "error: ");
		assert_false(journal_pending(fixture->fd));
		assert_int_equal(state_of(fixture->fd), FIRST);
	}
	struct journal_step many[JOURNAL_STEPS_MAX + 1] = { 0 };
	assert_int_equal(
		journal_commit(fixture->fd, "/z", many, COUNT(many), &fixture->messages), -E2BIG);
}

static void as_many_steps_as_there_may_be(void **state)
{
	struct zone_fixture *fixture = *state;
	char names[JOURNAL_STEPS_MAX][256];
	struct journal_step steps[JOURNAL_STEPS_MAX];
	for (int i = 0; i < JOURNAL_STEPS_MAX; i++) {
		memset(names[i], 'a' + i, 255);
		names[i][255] = '\0';
		steps[i] = (struct journal_step){ names[i], names[i], 255 };
	}
	/* The record, at its largest, must be readable: die when it was written. */
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		noted->on = false;
		calls.counting = true;
		calls.fail_at = 1 + 1 + 4 * (JOURNAL_STEPS_MAX + 1) + 2 + 1 + 1;
		journal_commit(fixture->fd, "/z", steps, JOURNAL_STEPS_MAX, &fixture->messages);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_true(journal_pending(fixture->fd));
	zone_fixture_expect(fixture->fd, names[0], NULL);
	assert_int_equal(recover(fixture), 0);
	for (int i = 0; i < JOURNAL_STEPS_MAX; i++)
		zone_fixture_expect(fixture->fd, names[i], names[i]);
	assert_false(journal_pending(fixture->fd));
}

static void put(struct zone_fixture *fixture, const char *name, const char *text)
{
	AUTO_FD fd = openat(fixture->fd, ".transaction", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(fd >= 0);
	zone_fixture_write(fd, name, text);
}

/* Nothing of a damaged record is applied, and nothing is cleaned away. */
static void damaged_records(void **state)
{
#define START "zonetool transaction 1\n"
#define TOKEN "0123456789abcdef"
	static const char *const records[] = {
		"",
		"\n",
		START,
		START "end",
		START "end\n\n",
		START "end\nend\n",
		"zonetool transaction 2\nend\n",
		"zonetool transaction 1 \nend\n",
		START "remove old.xml\n",
		START "remove old.xml\nen\n",
		START "remove old.xml\nremove old.xml\nend\n",
		START "remove old.xml\nremove ../a\nend\n",
		START "remove old.xml\nremove a/b\nend\n",
		START "remove old.xml\nremove .\nend\n",
		START "remove old.xml\nremove \nend\n",
		START "remove old.xml\nremove\nend\n",
		START "remove old.xml\nremove a b\nend\n",
		START "remove old.xml\nremove a\r\nend\n",
		START "remove old.xml\nRemove a\nend\n",
		START "remove old.xml\n\nend\n",
		START "remove old.xml\nreplace\nend\n",
		START "remove old.xml\nreplace a\nend\n",
		START "remove old.xml\nreplace " TOKEN ".0\nend\n",
		START "remove old.xml\nreplace " TOKEN ".0 \nend\n",
		START "remove old.xml\nreplace " TOKEN "0.0 a\nend\n",
		START "remove old.xml\nreplace " TOKEN ".00 a\nend\n",
		START "remove old.xml\nreplace " TOKEN ". a\nend\n",
		START "remove old.xml\nreplace ../index a\nend\n",
		START
		"remove a\nremove b\nremove c\nremove d\nremove e\nremove f\nremove g\nremove h\n"
		"remove old.xml\nend\n",
	};
	struct zone_fixture *fixture = *state;
	assert_int_equal(mkdirat(fixture->fd, ".transaction", 0700), 0);
	put(fixture, TOKEN ".0", "staged");
	for (size_t i = 0; i < COUNT(records); i++) {
		put(fixture, "record", records[i]);
		assert_int_equal(recover(fixture), -EBADMSG);
		zone_fixture_said(fixture, "error: /z/.transaction/record is damaged");
		assert_int_equal(commit_rename(fixture), -EBUSY);
		zone_fixture_said(fixture, "/z/.transaction/record");
		assert_int_equal(state_of(fixture->fd), FIRST);
		zone_fixture_expect(fixture->fd, ".transaction/" TOKEN ".0", "staged");
	}
	put(fixture, "record", START "remove old.xml\nreplace " TOKEN ".0 new.xml\nend\n");
	assert_int_equal(recover(fixture), 0);
	zone_fixture_expect(fixture->fd, "old.xml", NULL);
	zone_fixture_expect(fixture->fd, "new.xml", "staged");
	assert_false(journal_pending(fixture->fd));
}

static void hostile_directories(void **state)
{
	struct zone_fixture *fixture = *state;
	noted->on = false;
	assert_int_equal(mkdirat(fixture->fd, "elsewhere", 0700), 0);
	zone_fixture_write(fixture->fd, "elsewhere/record", START "remove old.xml\nend\n");
	assert_int_equal(symlinkat("elsewhere", fixture->fd, ".transaction"), 0);
	assert_true(journal_pending(fixture->fd));
	assert_int_equal(recover(fixture), -ENOTDIR);
	zone_fixture_said(fixture, "no symbolic link");
	assert_int_equal(commit_create(fixture), -ENOTDIR);
	zone_fixture_said(fixture, "no symbolic link");
	assert_int_equal(unlinkat(fixture->fd, ".transaction", 0), 0);
	assert_int_equal(renameat(fixture->fd, "elsewhere", fixture->fd, ".transaction"), 0);
	assert_int_equal(fchmodat(fixture->fd, ".transaction", 0770, 0), 0);
	assert_int_equal(recover(fixture), -EPERM);
	zone_fixture_said(fixture, "/z/.transaction is writable by others");
	assert_int_equal(fchmodat(fixture->fd, ".transaction", 0700, 0), 0);
	assert_int_equal(fchmodat(fixture->fd, ".transaction/record", 0666, 0), 0);
	assert_int_equal(recover(fixture), -EPERM);
	zone_fixture_said(fixture, "/z/.transaction/record is writable by others");
	assert_int_equal(state_of(fixture->fd), FIRST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		JOURNAL_TEST(all_steps_are_carried_out),
		JOURNAL_TEST(removing_what_is_gone),
		JOURNAL_TEST(impossible_steps_are_refused),
		JOURNAL_TEST(as_many_steps_as_there_may_be),
		JOURNAL_TEST(damaged_records),
		JOURNAL_TEST(hostile_directories),
	};
	return cmocka_run_group_tests_name("journal", tests, journal_fixture_begin, NULL);
}
