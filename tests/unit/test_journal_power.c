/*
 * test_journal_power.c - several files change together or not at all, whatever part of what was not
 * synced a power cut leaves.
 */
#include "journal_fixture.h"

#include "base/fd.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What storage may hold: names and the files they stand for. */
struct storage {
	bool has_sub;
	struct name {
		int dir, file;
		char name[40];
	} names[40];
	int count;
};

static void storage_drop(struct storage *storage, int dir, const char *name)
{
	for (int i = 0; i < storage->count; i++)
		if (storage->names[i].dir == dir && strcmp(storage->names[i].name, name) == 0)
			storage->names[i--] = storage->names[--storage->count];
}

static void storage_set(struct storage *storage, int dir, const char *name, int file)
{
	storage_drop(storage, dir, name);
	assert_in_range(storage->count, 0, (int)COUNT(storage->names) - 1);
	struct name *slot = &storage->names[storage->count++];
	*slot = (struct name){ .dir = dir, .file = file };
	snprintf(slot->name, sizeof(slot->name), "%s", name);
}

static bool synced(int dir, int from, int to)
{
	for (int i = from + 1; i < to; i++)
		if (noted->events[i].kind == EVENT_SYNC_DIR && noted->events[i].dir == dir)
			return true;
	return false;
}

/*
 * How much of a change has reached storage at least, and at most, when the power fails at end: 0
 * nothing, 2 all of it; 1: a file that was moved between directories has both names.
 */
static int least(int at, int end)
{
	const struct event *event = &noted->events[at];
	if (event->kind == EVENT_SYNC_DIR || event->kind == EVENT_SYNC_FILE
		|| synced(event->dir, at, end))
		return 2;
	return event->to_dir != event->dir && synced(event->to_dir, at, end) ? 1 : 0;
}

static void storage_change(struct storage *storage, const struct event *event, int part)
{
	if (part == 0)
		return;
	switch (event->kind) {
	case EVENT_MKDIR:
		storage->has_sub = true;
		break;
	case EVENT_CREATE:
		storage_set(storage, event->dir, event->name, event->file);
		break;
	case EVENT_RENAME:
		storage_set(storage, event->to_dir, event->to_name, event->file);
		if (part == 2)
			storage_drop(storage, event->dir, event->name);
		break;
	case EVENT_UNLINK:
		storage_drop(storage, event->dir, event->name);
		break;
	case EVENT_SYNC_FILE:
	case EVENT_SYNC_DIR:
		break;
	}
}

/* A file's contents when the power fails at end: nothing, if it was not synced. */
static const char *stored_contents(int file, int end)
{
	const char *content = "";
	for (int i = 0; i < end; i++)
		if (noted->events[i].kind == EVENT_SYNC_FILE && noted->events[i].file == file)
			content = noted->events[i].content;
	return content;
}

/* Make a directory as storage has it, and recover. Returns its state. */
static int state_after(struct zone_fixture *fixture, const struct storage *storage, int end)
{
	assert_int_equal(mkdirat(fixture->fd, "copy", 0755), 0);
	int dirs[2] = { openat(fixture->fd, "copy", O_RDONLY | O_DIRECTORY | O_CLOEXEC), -1 };
	if (storage->has_sub) {
		assert_int_equal(mkdirat(dirs[0], ".transaction", 0700), 0);
		dirs[1] = openat(dirs[0], ".transaction", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
	for (int i = 0; i < storage->count; i++) {
		const struct name *name = &storage->names[i];
		if (name->dir == 0 || storage->has_sub)
			make_file(dirs[name->dir], name->name, stored_contents(name->file, end));
	}
	assert_int_equal(journal_recover(dirs[0], "/z", &fixture->messages), 0);
	zone_fixture_said(fixture, NULL);
	assert_false(journal_pending(dirs[0]));
	int now = state_of(dirs[0]);
	static const char *const files[] = { "index", "old.xml", "new.xml" };
	for (size_t i = 0; i < COUNT(files); i++)
		unlinkat(dirs[0], files[i], 0);
	unlinkat(dirs[0], ".transaction", AT_REMOVEDIR);
	fd_close(dirs[0]);
	fd_close(dirs[1]);
	/* Anything else in it would make this fail. */
	assert_int_equal(unlinkat(fixture->fd, "copy", AT_REMOVEDIR), 0);
	return now;
}

/* A moment when nothing was under way, and the state it was in. */
struct mark {
	int event, state;
};

/* Count parts up to the next combination, as digits of a number. Returns false after the last. */
static bool next_parts(int *parts, int end)
{
	for (int i = 0; i < end; i++) {
		const struct event *event = &noted->events[i];
		if (parts[i] < 2) {
			parts[i] += event->to_dir == event->dir ? 2 : 1;
			return true;
		}
		parts[i] = least(i, end);
	}
	return false;
}

/* The power fails at end: whatever reached storage, the state is that before or that after. */
static int cut_power(struct zone_fixture *fixture, int end, int before, int after)
{
	int parts[EVENTS_MAX], count = 0;
	for (int i = 0; i < end; i++)
		parts[i] = least(i, end);
	do {
		struct storage storage = { 0 };
		for (int i = 0; i < end; i++)
			storage_change(&storage, &noted->events[i], parts[i]);
		int now = state_after(fixture, &storage, end);
		if (now != before && now != after)
			fail_msg("state %d after event %d, in combination %d", now, end, count);
		count++;
	} while (next_parts(parts, end));
	return count;
}

static int cut_power_everywhere(struct zone_fixture *fixture, const struct mark *marks, int count)
{
	int cuts = 0;
	noted->on = false;
	calls.no_sync = true;
	for (int i = 0; i < count; i++) {
		/* At return, it has reached storage. */
		cuts += cut_power(fixture, marks[i].event, marks[i].state, marks[i].state);
		for (int at = marks[i].event + 1; i + 1 < count && at < marks[i + 1].event; at++)
			cuts += cut_power(fixture, at, marks[i].state, marks[i + 1].state);
	}
	calls.no_sync = false;
	return cuts;
}

static struct mark mark_here(struct zone_fixture *fixture)
{
	return (struct mark){ noted->count, state_of(fixture->fd) };
}

static void power_cut_anywhere(void **state)
{
	struct zone_fixture *fixture = *state;
	struct mark marks[3] = { mark_here(fixture) };
	assert_int_equal(commit_rename(fixture), 0);
	marks[1] = mark_here(fixture);
	assert_int_equal(recover(fixture), 0);
	assert_int_equal(commit_create(fixture), 0);
	marks[2] = mark_here(fixture);
	assert_int_equal(marks[0].state, FIRST);
	assert_int_equal(marks[1].state, RENAMED);
	assert_int_equal(marks[2].state, CREATED);
	assert_true(cut_power_everywhere(fixture, marks, 3) > 100);
}

/* What somebody else does afterwards is not undone by a record that is there again. */
static void nothing_is_undone_later(void **state)
{
	struct zone_fixture *fixture = *state;
	assert_int_equal(commit_rename(fixture), 0);
	make_file(fixture->fd, "old.xml", states[BY_HAND].old);
	assert_int_equal(fsync(fixture->fd), 0);
	const struct mark mark = mark_here(fixture);
	assert_int_equal(mark.state, BY_HAND);
	cut_power_everywhere(fixture, &mark, 1);
}

/* A process dies, the next command recovers and changes more, and then the power fails. */
static void killed_and_power_cut(void **state)
{
	bool going_on = true;
	for (int at = 1; going_on; at++) {
		struct zone_fixture *fixture = *state;
		struct mark marks[3] = { mark_here(fixture) };
		calls.no_sync = true;
		going_on = run_dying(fixture, commit_rename, at);
		assert_int_equal(recover(fixture), 0);
		marks[1] = mark_here(fixture);
		assert_int_equal(commit_create(fixture), 0);
		marks[2] = mark_here(fixture);
		assert_in_range(marks[1].state, FIRST, RENAMED);
		assert_int_equal(marks[2].state, marks[1].state == FIRST ? CREATED_ONLY : CREATED);
		cut_power_everywhere(fixture, marks, 3);
		zone_fixture_teardown(state);
		journal_fixture_setup(state);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		JOURNAL_TEST(power_cut_anywhere),
		JOURNAL_TEST(nothing_is_undone_later),
		JOURNAL_TEST(killed_and_power_cut),
	};
	return cmocka_run_group_tests_name("journal_power", tests, journal_fixture_begin, NULL);
}
