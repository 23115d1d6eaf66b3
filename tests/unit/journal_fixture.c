/* journal_fixture.c - what the tests of the journal share. */
#include "journal_fixture.h"

#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- system calls ---- */

struct calls calls;
struct log *noted;

/* One call comes. Returns whether it is to fail. */
static bool call_comes(void)
{
	if (!calls.counting)
		return false;
	calls.count++;
	if (calls.count == calls.die_at)
		_exit(0);
	return calls.count == calls.fail_at;
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
	errno = calls.fail_errno;
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
	return calls.no_sync ? 0 : (int)syscall(SYS_fsync, fd);
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
	if (fail && calls.fail_errno != ENOENT)
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

int run_counting(struct zone_fixture *fixture, int (*run)(struct zone_fixture *))
{
	calls.count = 0;
	calls.counting = true;
	int rc = run(fixture);
	calls.counting = false;
	return rc;
}

bool run_dying(struct zone_fixture *fixture, int (*run)(struct zone_fixture *), int at)
{
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		calls.die_at = at;
		int rc = run_counting(fixture, run);
		_exit(rc == 0 ? 1 : 2);
	}
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(status == 0 || status == W_EXITCODE(1, 0));
	return status == 0;
}

/* ---- two transactions, and the states between them ---- */

static const struct journal_step rename_steps[] = {
	STEP("new.xml", "renamed"),
	STEP("index", "index: new"),
	{ .name = "old.xml" },
};
static const struct journal_step create_steps[] = {
	STEP("old.xml", "created"),
	STEP("index", "index: old again"),
};

const struct files states[STATE_COUNT] = {
	[FIRST] = { "index", "first", NULL },
	[RENAMED] = { "index: new", NULL, "renamed" },
	[CREATED] = { "index: old again", "created", "renamed" },
	[CREATED_ONLY] = { "index: old again", "created", NULL },
	[BY_HAND] = { "index: new", "by hand", "renamed" },
};

int commit_rename(struct zone_fixture *fixture)
{
	return journal_commit(
		fixture->fd, "/z", rename_steps, COUNT(rename_steps), &fixture->messages);
}

int commit_create(struct zone_fixture *fixture)
{
	return journal_commit(
		fixture->fd, "/z", create_steps, COUNT(create_steps), &fixture->messages);
}

int recover(struct zone_fixture *fixture)
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

int state_of(int dir_fd)
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

void make_file(int dir_fd, const char *name, const char *text)
{
	AUTO_FD fd = openat(dir_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(fsync(fd), 0);
}

int journal_fixture_setup(void **state)
{
	zone_fixture_setup(state);
	struct zone_fixture *fixture = *state;
	noted->on = true;
	noted->count = 0;
	noted->root = inode(fixture->fd, ".");
	calls = (struct calls){ .fail_errno = EIO };
	make_file(fixture->fd, "index", states[FIRST].index);
	make_file(fixture->fd, "old.xml", states[FIRST].old);
	assert_int_equal(fsync(fixture->fd), 0);
	return 0;
}

int journal_fixture_begin(void **state)
{
	(void)state;
	noted = mmap(
		NULL, sizeof(*noted), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (noted == MAP_FAILED)
		return -1;
	/* Some ten thousand directories are made: in memory that takes seconds, not minutes. */
	if (access("/dev/shm", W_OK) == 0)
		setenv("TMPDIR", "/dev/shm", 0);
	return 0;
}
