/* test_live.c - the zones that live: what their files say, and whether that is so. */
#include "zone_fixture.h"

#include "base/fd.h"
#include "util/alloc.h"
#include "zone/live.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ---- text ---- */

#define LEAST "id=7\nsince=1700000000\nruntime=nspawn\n"

static void all_fields(void **state)
{
	(void)state;
	static const char text[] = "id=7\nsince=1700000000\nsupervisor=10 100\nengine=11 101\n"
				   "init=12 18446744073709551615\nconsole=9\nruntime=nspawn\n"
				   "cgroup=/sys/fs/cgroup/zones/web\n"
				   "address=eth0 192.0.2.10/24\naddress=eth1 2001:db8::1/64\n"
				   "again=yes\nstate=shutting_down\n";
	AUTO_LIVE live = { 0 };
	AUTO_STR again = STR_EMPTY;
	assert_int_equal(live_parse(text, &live), 0);
	assert_int_equal(live.state, STATE_SHUTTING_DOWN);
	assert_int_equal(live.id, 7);
	assert_int_equal(live.since, 1700000000);
	assert_false(live.supervised);
	assert_int_equal(live.supervisor.pid, 10);
	assert_int_equal(live.supervisor.start, 100);
	assert_int_equal(live.engine.pid, 11);
	assert_int_equal(live.init.start, UINT64_MAX);
	assert_int_equal(live.console_fd, 9);
	assert_string_equal(live.runtime, "nspawn");
	assert_string_equal(live.cgroup, "/sys/fs/cgroup/zones/web");
	assert_int_equal(live.address_count, 2);
	assert_true(live.again);
	assert_string_equal(live.addresses[1].interface, "eth1");
	assert_string_equal(live.addresses[1].address, "2001:db8::1/64");
	live_format(&live, &again);
	assert_string_equal(str_get(&again), text);
}

static void what_is_not_known_is_not_there(void **state)
{
	(void)state;
	AUTO_LIVE live = { 0 };
	AUTO_STR again = STR_EMPTY;
	assert_int_equal(live_parse(LEAST "state=ready\n", &live), 0);
	assert_int_equal(live.supervisor.pid, 0);
	assert_int_equal(live.engine.pid, 0);
	assert_int_equal(live.init.pid, 0);
	assert_int_equal(live.console_fd, -1);
	assert_null(live.cgroup);
	assert_false(live.again);
	assert_int_equal(live.address_count, 0);
	live_format(&live, &again);
	assert_string_equal(str_get(&again), LEAST "state=ready\n");
}

static void later_versions(void **state)
{
	(void)state;
	AUTO_LIVE live = { 0 };
	assert_int_equal(
		live_parse("colour=blue\ncolour=\n" LEAST "state=down\nx=y=z\n", &live), 0);
	assert_int_equal(live.state, STATE_DOWN);
}

static void damaged(void **state)
{
	(void)state;
	static const char *const texts[] = { "", "\n", "state=running", LEAST,
		LEAST "state=running", LEAST "state=running\n\n", LEAST "state\n",
		"=x\n" LEAST "state=running\n", LEAST "state=running\nid=8\n",
		LEAST "state=running\nstate=down\n", LEAST "state=installed\n",
		LEAST "state=mounted\n", LEAST "state=Running\n", LEAST "state=\n",
		"since=1\nruntime=x\nstate=down\n", "id=1\nruntime=x\nstate=down\n",
		"id=1\nsince=1\nstate=down\n", "id=0\nsince=1\nruntime=x\nstate=down\n",
		"id=-1\nsince=1\nruntime=x\nstate=down\n",
		"id=+1\nsince=1\nruntime=x\nstate=down\n",
		"id= 1\nsince=1\nruntime=x\nstate=down\n",
		"id=4294967296\nsince=1\nruntime=x\nstate=down\n",
		"id=1\nsince=9223372036854775808\nruntime=x\nstate=down\n",
		"id=1\nsince=-1\nruntime=x\nstate=down\n", "id=1\nsince=1\nruntime=\nstate=down\n",
		LEAST "init=1\nstate=down\n", LEAST "init=0 1\nstate=down\n",
		LEAST "init=1 \nstate=down\n", LEAST "init=1 2 3\nstate=down\n",
		LEAST "init=1 -2\nstate=down\n", LEAST "init=2147483648 1\nstate=down\n",
		LEAST "init=1 18446744073709551616\nstate=down\n", LEAST "console=-1\nstate=down\n",
		LEAST "console=x\nstate=down\n", LEAST "cgroup=zones/web\nstate=down\n",
		LEAST "cgroup=/a\tb\nstate=down\n", LEAST "again=no\nstate=down\n",
		LEAST "address=eth0\nstate=down\n", LEAST "address= 1.2.3.4/8\nstate=down\n",
		LEAST "address=eth0 \nstate=down\n", LEAST "address=eth0 a b\nstate=down\n" };
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		AUTO_LIVE live = { 0 };
		if (live_parse(texts[i], &live) != -EINVAL)
			fail_msg("taken: %s", texts[i]);
	}
}

/* Wherever a file is cut off, it says nothing. */
static void cut_off(void **state)
{
	(void)state;
	AUTO_LIVE live = { 0 };
	AUTO_STR text = STR_EMPTY;
	assert_int_equal(live_parse(LEAST "cgroup=/a\ninit=1 2\nstate=down\n", &live), 0);
	live_add_address(&live, "eth0", "192.0.2.1/24");
	live_format(&live, &text);
	for (size_t len = text.len; len-- > 0;) {
		AUTO_LIVE part = { 0 };
		str_truncate(&text, len);
		assert_int_equal(live_parse(str_get(&text), &part), -EINVAL);
	}
}

static void many_addresses(void **state)
{
	(void)state;
	AUTO_STR text = STR_EMPTY;
	text_adds(&text, LEAST "state=ready\n");
	for (int i = 0; i < LIVE_ADDRESSES_MAX; i++)
		text_addf(&text, "address=eth0 2001:db8::%x/64\n", i);
	AUTO_LIVE live = { 0 };
	assert_int_equal(live_parse(str_get(&text), &live), 0);
	assert_int_equal(live.address_count, LIVE_ADDRESSES_MAX);
	text_adds(&text, "address=eth0 192.0.2.1/24\n");
	AUTO_LIVE more = { 0 };
	assert_int_equal(live_parse(str_get(&text), &more), -EINVAL);
}

/* ---- whether it is so ---- */

/* A child that waits to be killed. */
static struct process begin(void)
{
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	struct process process;
	assert_int_equal(process_find(pid, &process), 0);
	return process;
}

static void end(const struct process *process)
{
	assert_int_equal(kill(process->pid, SIGKILL), 0);
	assert_int_equal(waitpid(process->pid, NULL, 0), process->pid);
}

/* What the control group in the fixture's directory tells. */
static void populate(struct zone_fixture *fixture, int populated)
{
	AUTO_FREE char *text = xasprintf("populated %d\nfrozen 0\n", populated);
	mkdirat(fixture->fd, "cgroup", 0700);
	zone_fixture_write(fixture->fd, "cgroup/cgroup.events", text);
}

static void store(struct zone_fixture *fixture, const struct live *live)
{
	assert_int_equal(live_store(fixture->fd, "web", live, &fixture->messages), 0);
	zone_fixture_said(fixture, NULL);
}

static int find(struct zone_fixture *fixture, struct live *ret_live)
{
	return live_find(fixture->fd, "web", ret_live, &fixture->messages);
}

/* Check what live_find() and live_state() give. */
static void expect(struct zone_fixture *fixture, int rc, enum zone_state want, int64_t since)
{
	AUTO_LIVE live = { 0 };
	assert_int_equal(find(fixture, &live), rc);
	zone_fixture_said(fixture, NULL);
	if (rc) {
		assert_int_equal(live.state, want);
		assert_int_equal(live.since, since);
	}
	assert_int_equal(
		live_state(fixture->fd, "web", STATE_INCOMPLETE, &fixture->messages), want);
}

static struct live make_live(const struct zone_fixture *fixture)
{
	return (struct live){ .state = STATE_RUNNING,
		.id = 3,
		.since = 1700000000,
		.console_fd = -1,
		.runtime = xstrdup("nspawn"),
		.cgroup = xasprintf("%s/cgroup", fixture->path) };
}

static void nothing_is_known(void **state)
{
	struct zone_fixture *fixture = *state;
	AUTO_LIVE live = { 0 };
	assert_int_equal(find(fixture, &live), 0);
	assert_int_equal(live.supervisor.pid, 0);
	assert_int_equal(live.engine.pid, 0);
	assert_int_equal(live.init.pid, 0);
	assert_int_equal(live.console_fd, -1);
	assert_int_equal(live_find(-1, "web", &live, &fixture->messages), 0);
	assert_int_equal(
		live_state(-1, "web", STATE_INSTALLED, &fixture->messages), STATE_INSTALLED);
	zone_fixture_said(fixture, NULL);
}

/* Supervisor, init, all the others: each may be killed before the next. */
static void truth_after_kills(void **state)
{
	static const enum zone_state states[] = { STATE_READY, STATE_RUNNING, STATE_SHUTTING_DOWN,
		STATE_DOWN };
	struct zone_fixture *fixture = *state;
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		AUTO_LIVE live = make_live(fixture);
		live.state = states[i];
		live.supervisor = begin();
		live.engine = begin();
		live.init = begin();
		populate(fixture, 1);
		store(fixture, &live);
		expect(fixture, 1, states[i], live.since);
		end(&live.supervisor);
		/* Where there is an init, it is not only ready. */
		bool ready = states[i] == STATE_READY;
		expect(fixture, 1, ready ? STATE_RUNNING : states[i], ready ? 0 : live.since);
		end(&live.init);
		int64_t since = states[i] == STATE_DOWN ? live.since : 0;
		expect(fixture, 1, STATE_DOWN, since);
		populate(fixture, 0);
		expect(fixture, 1, STATE_DOWN, since);
		end(&live.engine);
		expect(fixture, 0, STATE_INCOMPLETE, 0);
		populate(fixture, 1);
		expect(fixture, 1, STATE_DOWN, since);
		assert_int_equal(unlinkat(fixture->fd, "cgroup/cgroup.events", 0), 0);
		expect(fixture, 0, STATE_INCOMPLETE, 0);
	}
}

static void what_was_left_of_a_life(void **state)
{
	struct zone_fixture *fixture = *state;
	AUTO_LIVE live = make_live(fixture), left = { 0 };
	live_add_address(&live, "eth0", "192.0.2.1/24");
	store(fixture, &live);
	assert_int_equal(find(fixture, &left), 0);
	assert_int_equal(left.address_count, 1);
	assert_string_equal(left.cgroup, live.cgroup);
	assert_int_equal(live_forget(fixture->fd, "web", &fixture->messages), 0);
	assert_int_equal(live_forget(fixture->fd, "web", &fixture->messages), 0);
	zone_fixture_expect(fixture->fd, "web.live", NULL);
	zone_fixture_said(fixture, NULL);
}

/* The numbers are taken by others. */
static void numbers_are_used_again(void **state)
{
	struct zone_fixture *fixture = *state;
	AUTO_LIVE live = make_live(fixture);
	populate(fixture, 0);
	assert_int_equal(process_find(getpid(), &live.supervisor), 0);
	live.supervisor.start--;
	live.init = live.engine = live.supervisor;
	store(fixture, &live);
	expect(fixture, 0, STATE_INCOMPLETE, 0);
}

/* A supervisor that runs, and has let go of its lock, supervises no more. */
static void the_lock_is_looked_at(void **state)
{
	struct zone_fixture *fixture = *state;
	AUTO_LIVE live = make_live(fixture), found = { 0 };
	populate(fixture, 0);
	live.supervisor = begin();
	store(fixture, &live);
	AUTO_FD fd = live_lock(fixture->fd, "web", &fixture->messages);
	assert_true(fd >= 0);
	assert_int_equal(find(fixture, &found), 1);
	assert_true(found.supervised);
	live_free(&found);
	fd = fd_close(fd);
	assert_int_equal(find(fixture, &found), 0);
	assert_false(found.supervised);
	/* Without the file the process is the proof. */
	assert_int_equal(unlinkat(fixture->fd, "web.zoneadmd.lock", 0), 0);
	live_free(&found);
	assert_int_equal(find(fixture, &found), 1);
	assert_true(found.supervised);
	zone_fixture_said(fixture, NULL);
	end(&live.supervisor);
}

static void a_group_that_does_not_tell(void **state)
{
	struct zone_fixture *fixture = *state;
	AUTO_LIVE live = make_live(fixture), found = { 0 };
	populate(fixture, 0);
	zone_fixture_write(fixture->fd, "cgroup/cgroup.events", "frozen 0\n");
	store(fixture, &live);
	assert_int_equal(find(fixture, &found), -EIO);
	zone_fixture_said(fixture, "cgroup.events: it does not tell");
	assert_int_equal(live_state(fixture->fd, "web", STATE_INSTALLED, &fixture->messages), -EIO);
	zone_fixture_said(fixture, "cgroup.events");
}

static void a_damaged_file_is_not_believed(void **state)
{
	struct zone_fixture *fixture = *state;
	AUTO_LIVE live = { 0 };
	zone_fixture_write(fixture->fd, "web.live", LEAST "state=runn");
	assert_int_equal(find(fixture, &live), -EINVAL);
	zone_fixture_said(fixture,
		"error: /run/zones/web.live is damaged, so it is not known whether zone web runs");
	zone_fixture_write(fixture->fd, "web.live", LEAST "state=down\n");
	live_free(&live);
	assert_int_equal(find(fixture, &live), 0);
	assert_int_equal(fchmodat(fixture->fd, "web.live", 0666, 0), 0);
	live_free(&live);
	assert_int_equal(find(fixture, &live), -EPERM);
	zone_fixture_said(fixture, "writable by others");
	assert_int_equal(unlinkat(fixture->fd, "web.live", 0), 0);
	assert_int_equal(symlinkat("elsewhere", fixture->fd, "web.live"), 0);
	live_free(&live);
	assert_int_equal(find(fixture, &live), -ELOOP);
	zone_fixture_said(fixture, "no symbolic link");
}

static void bytes_behind_a_nul(void **state)
{
	struct zone_fixture *fixture = *state;
	static const char text[] = LEAST "state=down\n\0state=down\n";
	AUTO_LIVE live = { 0 };
	AUTO_FD fd = openat(fixture->fd, "web.live", O_WRONLY | O_CREAT, 0644);
	assert_int_equal(write(fd, text, sizeof(text)), sizeof(text));
	assert_int_equal(find(fixture, &live), -EINVAL);
	zone_fixture_said(fixture, "damaged");
}

/* ---- the supervisor's ---- */

static void stored_in_one_step(void **state)
{
	struct zone_fixture *fixture = *state;
	AUTO_LIVE live = make_live(fixture);
	struct stat st;
	/* What one that was killed has left does not matter. */
	zone_fixture_write(fixture->fd, "web.live.new", "half");
	store(fixture, &live);
	AUTO_FD old = openat(fixture->fd, "web.live", O_RDONLY);
	assert_int_equal(fstat(old, &st), 0);
	assert_int_equal(st.st_mode, S_IFREG | 0644);
	live.state = STATE_DOWN;
	store(fixture, &live);
	zone_fixture_expect(fixture->fd, "web.live.new", NULL);
	assert_int_equal(fstat(old, &st), 0);
	assert_int_equal(st.st_nlink, 0);
}

static void nothing_is_stored_that_could_not_be_read(void **state)
{
	struct zone_fixture *fixture = *state;
	AUTO_LIVE live = make_live(fixture);
	store(fixture, &live);
	free(live.runtime);
	live.runtime = xstrdup("a\nstate=down");
	assert_int_equal(live_store(fixture->fd, "web", &live, &fixture->messages), -EINVAL);
	zone_fixture_said(fixture, "could not be read again");
	AUTO_LIVE again = { 0 };
	assert_int_equal(find(fixture, &again), 0);
	assert_string_equal(again.runtime, "nspawn");
	zone_fixture_said(fixture, NULL);
}

static void one_supervisor(void **state)
{
	struct zone_fixture *fixture = *state;
	AUTO_FD fd = live_lock(fixture->fd, "web", &fixture->messages);
	AUTO_FD other = live_lock(fixture->fd, "db", &fixture->messages);
	assert_true(fd >= 0 && other >= 0);
	assert_int_equal(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	assert_int_equal(live_lock(fixture->fd, "web", &fixture->messages), -EBUSY);
	zone_fixture_said(fixture, NULL);
	fd = fd_close(fd);
	fd = live_lock(fixture->fd, "web", &fixture->messages);
	assert_true(fd >= 0);
}

/* Who only looks lets go at once: a supervisor that starts waits for that. */
static void a_look_does_not_keep_it_away(void **state)
{
	struct zone_fixture *fixture = *state;
	AUTO_FD fd = live_lock(fixture->fd, "web", &fixture->messages);
	fd = fd_close(fd);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		int look = openat(fixture->fd, "web.zoneadmd.lock", O_RDONLY | O_CLOEXEC);
		if (flock(look, LOCK_SH | LOCK_NB) < 0)
			_exit(1);
		zone_fixture_write(fixture->fd, "looking", "");
		nanosleep(&(struct timespec){ .tv_nsec = 30 * 1000000L }, NULL);
		_exit(0);
	}
	while (faccessat(fixture->fd, "looking", F_OK, 0) < 0)
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	int status;
	fd = live_lock(fixture->fd, "web", &fixture->messages);
	assert_true(fd >= 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void ids(void **state)
{
	struct zone_fixture *fixture = *state;
	for (int i = 1; i <= 3; i++)
		assert_int_equal(live_new_id(fixture->fd, &fixture->messages), i);
	/* Of many at once each has another. */
	enum { MANY = 8, EACH = 20 };
	int results[2];
	bool seen[MANY * EACH + 4] = { false };
	assert_int_equal(pipe(results), 0);
	for (int i = 0; i < MANY; i++) {
		pid_t pid = fork();
		assert_true(pid >= 0);
		if (pid)
			continue;
		for (int j = 0; j < EACH; j++) {
			int id = live_new_id(fixture->fd, &fixture->messages);
			if (write(results[1], &id, sizeof(id)) != sizeof(id))
				_exit(1);
		}
		_exit(0);
	}
	for (int i = 0; i < MANY * EACH; i++) {
		int id = 0;
		assert_int_equal(read(results[0], &id, sizeof(id)), sizeof(id));
		assert_in_range(id, 4, MANY * EACH + 3);
		assert_false(seen[id]);
		seen[id] = true;
	}
	for (int i = 0; i < MANY; i++)
		assert_true(wait(NULL) > 0);
	close(results[0]);
	close(results[1]);
	assert_int_equal(fchmodat(fixture->fd, "lives", 0622, 0), 0);
	assert_int_equal(live_new_id(fixture->fd, &fixture->messages), -EPERM);
	zone_fixture_said(fixture, "writable by others");
	assert_int_equal(unlinkat(fixture->fd, "lives", 0), 0);
	assert_int_equal(mkdirat(fixture->fd, "lives", 0700), 0);
	assert_int_equal(live_new_id(fixture->fd, &fixture->messages), -EISDIR);
	zone_fixture_said(fixture, "cannot open /run/zones/lives");
}

static void names(void **state)
{
	struct zone_fixture *fixture = *state;
	static const char *const files[] = { "web.live", "a.live", "a.live.live", "web.live.new",
		".live", "global.live", "x.lives", "web.zoneadmd.lock", "-x.live", "live" };
	char **found;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		zone_fixture_write(fixture->fd, files[i], "");
	assert_int_equal(live_names(fixture->fd, &found, &fixture->messages), 3);
	assert_string_equal(found[0], "a");
	assert_string_equal(found[1], "a.live");
	assert_string_equal(found[2], "web");
	assert_null(found[3]);
	for (size_t i = 0; i < 3; i++)
		free(found[i]);
	free(found);
	assert_int_equal(live_names(-1, &found, &fixture->messages), 0);
	assert_null(found[0]);
	free(found);
	zone_fixture_said(fixture, NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, zone_fixture_setup, zone_fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_fields),
		cmocka_unit_test(what_is_not_known_is_not_there),
		cmocka_unit_test(later_versions),
		cmocka_unit_test(damaged),
		cmocka_unit_test(cut_off),
		cmocka_unit_test(many_addresses),
		TEST(nothing_is_known),
		TEST(truth_after_kills),
		TEST(what_was_left_of_a_life),
		TEST(numbers_are_used_again),
		TEST(the_lock_is_looked_at),
		TEST(a_group_that_does_not_tell),
		TEST(a_damaged_file_is_not_believed),
		TEST(bytes_behind_a_nul),
		TEST(stored_in_one_step),
		TEST(nothing_is_stored_that_could_not_be_read),
		TEST(one_supervisor),
		TEST(a_look_does_not_keep_it_away),
		TEST(ids),
		TEST(names),
	};
	return cmocka_run_group_tests_name("live", tests, NULL, NULL);
}
