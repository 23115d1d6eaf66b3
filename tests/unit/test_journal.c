/*
 * test_journal.c - several files change together or not at all: whichever call the process dies in,
 * whichever call fails, and whatever part of what was not synced a power cut leaves.
 */
#include "zone_fixture.h"

#include "base/fd.h"
#include "zone/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- system calls, which this program defines itself: counted, noted, or made to fail ---- */

enum event_kind {
	EVENT_MKDIR,
	EVENT_CREATE,
	EVENT_RENAME,
	EVENT_UNLINK,
	EVENT_SYNC_FILE,
	EVENT_SYNC_DIR,
};

/* A change that was made, or brought to storage. The directory is 0, its .transaction is 1. */
struct event {
	enum event_kind kind;
	int dir, to_dir;
	char name[40], to_name[40];
	ino_t ino;         /* CREATE */
	int file;          /* which file it is about: the number of the event that created it */
	char content[300]; /* SYNC_FILE */
};

enum { EVENTS_MAX = 200 };

/* Shared with children that die. */
static struct log {
	bool on;
	ino_t root; /* of directory 0 */
	int count;
	struct event events[EVENTS_MAX];
} * noted;

static int calls;           /* so far, while counting */
static int die_at, fail_at; /* the number of the call, from 1; 0: none */
static int fail_errno = EIO;
static bool counting, no_sync; /* no_sync: fsync() does nothing, to be fast */

/* One call comes. Returns whether it is to fail. */
static bool call_comes(void)
{
	if (!counting)
		return false;
	calls++;
	if (calls == die_at)
		_exit(0);
	return calls == fail_at;
}

static int dir_number(int fd)
{
	struct stat st;
	if (fstat(fd, &st) < 0)
		abort();
	return st.st_ino != noted->root;
}

static int file_number(ino_t ino)
{
	for (int i = noted->count - 1; i >= 0; i--)
		if (noted->events[i].kind == EVENT_CREATE && noted->events[i].ino == ino)
			return i;
	abort();
}

static struct event *note(enum event_kind kind, int dir_fd, const char *name)
{
	if (noted->count == EVENTS_MAX)
		abort();
	struct event *event = &noted->events[noted->count];
	*event = (struct event){ .kind = kind, .dir = dir_number(dir_fd), .file = noted->count };
	event->to_dir = event->dir;
	snprintf(event->name, sizeof(event->name), "%s", name);
	noted->count++;
	return event;
}

static ino_t inode(int dir_fd, const char *name)
{
	struct stat st;
	if (fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		abort();
	return st.st_ino;
}

static int failed(void)
{
	errno = fail_errno;
	return -1;
}

int openat(int dir_fd, const char *name, int flags, ...)
{
	va_list args;
	va_start(args, flags);
	mode_t mode = flags & O_CREAT ? va_arg(args, mode_t) : 0;
	va_end(args);
	if (call_comes())
		return failed();
	int fd = (int)syscall(SYS_openat, dir_fd, name, flags, mode);
	if (fd >= 0 && noted->on && (flags & O_CREAT))
		note(EVENT_CREATE, dir_fd, name)->ino = inode(dir_fd, name);
	return fd;
}

ssize_t write(int fd, const void *bytes, size_t size)
{
	return call_comes() ? failed() : syscall(SYS_write, fd, bytes, size);
}

int fchmod(int fd, mode_t mode)
{
	return call_comes() ? failed() : (int)syscall(SYS_fchmod, fd, mode);
}

static void note_sync(int fd)
{
	struct stat st;
	if (fstat(fd, &st) < 0)
		abort();
	if (S_ISDIR(st.st_mode)) {
		note(EVENT_SYNC_DIR, fd, "");
		return;
	}
	char path[40];
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	int file = file_number(st.st_ino);
	struct event *event = note(EVENT_SYNC_FILE, fd, "");
	event->file = file;
	int copy = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
	if (read(copy, event->content, sizeof(event->content) - 1) < 0)
		abort();
	close(copy);
}

int fsync(int fd)
{
	if (call_comes())
		return failed();
	if (noted->on)
		note_sync(fd);
	return no_sync ? 0 : (int)syscall(SYS_fsync, fd);
}

int renameat(int dir_fd, const char *name, int to_dir_fd, const char *to_name)
{
	if (call_comes())
		return failed();
	struct stat st;
	bool exists = fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
	int rc = (int)syscall(SYS_renameat2, dir_fd, name, to_dir_fd, to_name, 0);
	if (rc == 0 && noted->on && exists) {
		int file = file_number(st.st_ino);
		struct event *event = note(EVENT_RENAME, dir_fd, name);
		event->file = file;
		event->to_dir = dir_number(to_dir_fd);
		snprintf(event->to_name, sizeof(event->to_name), "%s", to_name);
	}
	return rc;
}

int unlinkat(int dir_fd, const char *name, int flags)
{
	bool fail = call_comes();
	if (fail && fail_errno != ENOENT)
		return failed();
	int rc = (int)syscall(SYS_unlinkat, dir_fd, name, flags);
	if (fail)
		return failed();
	if (rc == 0 && noted->on)
		note(EVENT_UNLINK, dir_fd, name);
	return rc;
}

int mkdirat(int dir_fd, const char *name, mode_t mode)
{
	if (call_comes())
		return failed();
	int rc = (int)syscall(SYS_mkdirat, dir_fd, name, mode);
	if (rc == 0 && noted->on)
		note(EVENT_MKDIR, dir_fd, name);
	return rc;
}

/* ---- two transactions, and the states between them ---- */

#define STEP(name, text)                                                                           \
	{                                                                                          \
		name, text, sizeof(text) - 1                                                       \
	}

/* A zone is renamed; then another gets the old name. */
static const struct journal_step rename_steps[] = {
	STEP("new.xml", "renamed"),
	STEP("index", "index: new"),
	{ .name = "old.xml" },
};
static const struct journal_step create_steps[] = {
	STEP("old.xml", "created"),
	STEP("index", "index: old again"),
};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static const struct {
	const char *index, *old, *new;
} states[] = {
	{ "index", "first", NULL },
	{ "index: new", NULL, "renamed" },
	{ "index: old again", "created", "renamed" },
	{ "index: old again", "created", NULL },
	{ "index: new", "by hand", "renamed" },
};
enum { FIRST, RENAMED, CREATED, CREATED_ONLY, BY_HAND };

static int commit_rename(struct zone_fixture *fixture)
{
	return journal_commit(
		fixture->fd, "/z", rename_steps, COUNT(rename_steps), &fixture->messages);
}

static int commit_create(struct zone_fixture *fixture)
{
	return journal_commit(
		fixture->fd, "/z", create_steps, COUNT(create_steps), &fixture->messages);
}

static int recover(struct zone_fixture *fixture)
{
	return journal_recover(fixture->fd, "/z", &fixture->messages);
}

/* Contents of a file, or NULL; they are short. */
static const char *contents(int dir_fd, const char *name, char *buf, size_t size)
{
	AUTO_FD fd = (int)syscall(SYS_openat, dir_fd, name, O_RDONLY | O_CLOEXEC, 0);
	if (fd < 0)
		return NULL;
	ssize_t got = read(fd, buf, size - 1);
	assert_true(got >= 0);
	buf[got] = '\0';
	return buf;
}

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* Which state the directory is in, or -1: a mixture. */
static int state_of(int dir_fd)
{
	char buf[3][64];
	const char *index = contents(dir_fd, "index", buf[0], sizeof(buf[0]));
	const char *old = contents(dir_fd, "old.xml", buf[1], sizeof(buf[1]));
	const char *new = contents(dir_fd, "new.xml", buf[2], sizeof(buf[2]));
	for (size_t i = 0; i < COUNT(states); i++)
		if (same(states[i].index, index) && same(states[i].old, old)
			&& same(states[i].new, new))
			return (int)i;
	return -1;
}

static void make_file(int dir_fd, const char *name, const char *text)
{
	AUTO_FD fd = openat(dir_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(fsync(fd), 0);
}

static int setup(void **state)
{
	zone_fixture_setup(state);
	struct zone_fixture *fixture = *state;
	noted->on = true;
	noted->count = 0;
	noted->root = inode(fixture->fd, ".");
	calls = die_at = fail_at = 0;
	fail_errno = EIO;
	counting = no_sync = false;
	make_file(fixture->fd, "index", states[FIRST].index);
	make_file(fixture->fd, "old.xml", states[FIRST].old);
	assert_int_equal(fsync(fixture->fd), 0);
	return 0;
}

/* ---- what it does when nothing goes wrong, and what it refuses ---- */

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
		counting = true;
		fail_at = 1 + 1 + 4 * (JOURNAL_STEPS_MAX + 1) + 2 + 1 + 1;
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

/* ---- the process dies, or a call fails ---- */

/* Count the calls of a commit, or of what is left of it. */
static int run_counting(struct zone_fixture *fixture, int (*run)(struct zone_fixture *))
{
	calls = 0;
	counting = true;
	int rc = run(fixture);
	counting = false;
	return rc;
}

/* Run it in a child that dies before its call number at. Returns false if it came to its end. */
static bool run_dying(struct zone_fixture *fixture, int (*run)(struct zone_fixture *), int at)
{
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		die_at = at;
		int rc = run_counting(fixture, run);
		_exit(rc == 0 ? 1 : 2);
	}
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(status == 0 || status == W_EXITCODE(1, 0));
	return status == 0;
}

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
	no_sync = true;
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
	no_sync = true;
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
	no_sync = true;
	int refused = 0, recorded = 0;
	for (int at = 1;; at++) {
		fail_at = at;
		int rc = run_counting(fixture, commit_rename);
		fail_at = 0;
		if (calls < at) {
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
	no_sync = true;
	fail_errno = ENOENT;
	int refused = 0;
	for (int at = 1; calls >= at - 1; at++) {
		fail_at = at;
		int rc = run_counting(fixture, commit_rename);
		fail_at = 0;
		if (rc == 0)
			assert_int_equal(state_of(fixture->fd), RENAMED);
		else
			zone_fixture_said(fixture, "error: ");
		refused += rc < 0;
		start_over(fixture);
	}
	fail_errno = EIO;
	assert_true(refused > 10);
}

static void every_call_of_recovery_fails(void **state)
{
	struct zone_fixture *fixture = *state;
	noted->on = false;
	no_sync = true;
	for (int at = 1; run_dying(fixture, commit_rename, at); at++) {
		int rc = -EIO;
		for (int fail = 1; rc < 0; fail++) {
			fail_at = fail;
			rc = run_counting(fixture, recover);
			fail_at = 0;
			assert_true(rc == 0 || rc == -EIO);
		}
		assert_in_range(state_of(fixture->fd), FIRST, RENAMED);
		start_over(fixture);
	}
}

/* ---- the power fails ---- */

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
	no_sync = true;
	for (int i = 0; i < count; i++) {
		/* At return, it has reached storage. */
		cuts += cut_power(fixture, marks[i].event, marks[i].state, marks[i].state);
		for (int at = marks[i].event + 1; i + 1 < count && at < marks[i + 1].event; at++)
			cuts += cut_power(fixture, at, marks[i].state, marks[i + 1].state);
	}
	no_sync = false;
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
		no_sync = true;
		going_on = run_dying(fixture, commit_rename, at);
		assert_int_equal(recover(fixture), 0);
		marks[1] = mark_here(fixture);
		assert_int_equal(commit_create(fixture), 0);
		marks[2] = mark_here(fixture);
		assert_in_range(marks[1].state, FIRST, RENAMED);
		assert_int_equal(marks[2].state, marks[1].state == FIRST ? CREATED_ONLY : CREATED);
		cut_power_everywhere(fixture, marks, 3);
		zone_fixture_teardown(state);
		setup(state);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, zone_fixture_teardown)

int main(void)
{
	noted = mmap(
		NULL, sizeof(*noted), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (noted == MAP_FAILED)
		return 1;
	/* Some ten thousand directories are made: in memory that takes seconds, not minutes. */
	if (access("/dev/shm", W_OK) == 0)
		setenv("TMPDIR", "/dev/shm", 0);
	const struct CMUnitTest tests[] = {
		TEST(all_steps_are_carried_out),
		TEST(removing_what_is_gone),
		TEST(impossible_steps_are_refused),
		TEST(as_many_steps_as_there_may_be),
		TEST(damaged_records),
		TEST(hostile_directories),
		TEST(killed_anywhere),
		TEST(killed_again_and_again),
		TEST(every_call_fails),
		TEST(what_vanishes_is_missed),
		TEST(every_call_of_recovery_fails),
		TEST(power_cut_anywhere),
		TEST(nothing_is_undone_later),
		TEST(killed_and_power_cut),
	};
	return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}
