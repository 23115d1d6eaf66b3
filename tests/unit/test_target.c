/* test_target.c - giving a copy its name. */
#include "fixture.h"

#include "target.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>

/* A maker of files: how often it was called, and what it is to say instead. */
struct maker {
	unsigned calls, refusals; /* so many temporary names are "taken" first */
	int error;
	char last[64];
};

static int make(struct worker *worker, int dirfd, const char *name, void *arg)
{
	(void)worker;
	struct maker *maker = arg;
	maker->calls++;
	strncpy(maker->last, name, sizeof(maker->last) - 1);
	if (maker->error)
		return maker->error;
	bool temporary = strncmp(name, TARGET_TEMP_PREFIX, strlen(TARGET_TEMP_PREFIX)) == 0;
	if (temporary && maker->refusals) {
		maker->refusals--;
		return -EEXIST;
	}
	int fd = openat(dirfd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	ssize_t n = write(fd, "new", 3);
	close(fd);
	return n == 3 ? 0 : -EIO;
}

/* Make the copy of src/name, a file of three bytes, under the given policy. */
static enum target_outcome try_make(
	struct fixture *f, enum ce_existing existing, struct maker *maker, struct target *target)
{
	AUTO_OBJECT src = OBJECT_NONE;
	if (!fixture_exists(f->fds[0], "name"))
		fixture_file(f->fds[0], "name", "src", 3);
	assert_int_equal(object_open(&src, f->fds[0], "name", DT_REG), 0);
	f->ctx.options.existing = existing;
	return target_make(&f->worker, &f->place, &src, make, maker, target);
}

static unsigned count_names(int dirfd)
{
	DIR *dir = fdopendir(openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	assert_non_null(dir);
	unsigned count = 0;
	for (struct dirent *entry; (entry = readdir(dir));)
		count += !sys_is_dot(entry->d_name);
	closedir(dir);
	return count;
}

static void temporary_names(void **state)
{
	(void)state;
	struct target a, b;
	target_temp_name(&a);
	target_temp_name(&b);
	assert_true(a.replacing);
	assert_int_equal(strlen(a.temp), strlen(TARGET_TEMP_PREFIX) + 16);
	assert_int_equal(strspn(a.temp + strlen(TARGET_TEMP_PREFIX), "0123456789abcdef"), 16);
	assert_memory_equal(a.temp, TARGET_TEMP_PREFIX, strlen(TARGET_TEMP_PREFIX));
	assert_string_not_equal(a.temp, b.temp);
}

static void nothing_there(void **state)
{
	struct fixture *f = *state;
	struct maker maker = { .calls = 0 };
	struct target target;
	assert_int_equal(try_make(f, CE_EXISTING_KEEP, &maker, &target), TARGET_MADE);
	assert_string_equal(target_name(&target, &f->place), "name");
	assert_int_equal(target_commit(&f->worker, &f->place, f->fds[1], &target, 0), 0);
	fixture_expect(f->fds[1], "name", "new", 3);
	assert_int_equal(maker.calls, 1);
	assert_int_equal(f->events, 0);
}

static void conflict_leaves_it_alone(void **state)
{
	struct fixture *f = *state;
	struct maker maker = { .calls = 0 };
	struct target target;
	fixture_file(f->fds[1], "name", "old", 3);
	assert_int_equal(try_make(f, CE_EXISTING_KEEP, &maker, &target), TARGET_NOTHING);
	fixture_expect(f->fds[1], "name", "old", 3);
	assert_int_equal(count_names(f->fds[1]), 1);
	assert_int_equal(f->events, 1);
	assert_int_equal(f->last.kind, CE_EVENT_CONFLICT);
}

/* Until the commit the old one stands there, whole. */
static void replacing(void **state)
{
	struct fixture *f = *state;
	struct maker maker = { .calls = 0 };
	struct target target;
	fixture_file(f->fds[1], "name", "old", 3);
	assert_int_equal(try_make(f, CE_EXISTING_REPLACE, &maker, &target), TARGET_MADE);
	fixture_expect(f->fds[1], "name", "old", 3);
	fixture_expect(f->fds[1], target_name(&target, &f->place), "new", 3);
	assert_int_equal(target_commit(&f->worker, &f->place, f->fds[1], &target, 0), 0);
	fixture_expect(f->fds[1], "name", "new", 3);
	assert_int_equal(count_names(f->fds[1]), 1);
}

static void aborting_a_replacement(void **state)
{
	struct fixture *f = *state;
	struct maker maker = { .calls = 0 };
	struct target target;
	fixture_file(f->fds[1], "name", "old", 3);
	assert_int_equal(try_make(f, CE_EXISTING_REPLACE, &maker, &target), TARGET_MADE);
	target_abort(&f->place, f->fds[1], &target);
	fixture_expect(f->fds[1], "name", "old", 3);
	assert_int_equal(count_names(f->fds[1]), 1);
}

static void aborting_a_new_one(void **state)
{
	struct fixture *f = *state;
	struct maker maker = { .calls = 0 };
	struct target target;
	assert_int_equal(try_make(f, CE_EXISTING_KEEP, &maker, &target), TARGET_MADE);
	target_abort(&f->place, f->fds[1], &target);
	assert_int_equal(count_names(f->fds[1]), 0);
}

/* A directory came there meanwhile: the rename fails, and the temporary name must go. */
static void failed_commit_cleans_up(void **state)
{
	struct fixture *f = *state;
	struct maker maker = { .calls = 0 };
	struct target target;
	fixture_file(f->fds[1], "name", "old", 3);
	assert_int_equal(try_make(f, CE_EXISTING_REPLACE, &maker, &target), TARGET_MADE);
	assert_int_equal(unlinkat(f->fds[1], "name", 0), 0);
	assert_int_equal(mkdirat(f->fds[1], "name", 0755), 0);
	assert_int_equal(target_commit(&f->worker, &f->place, f->fds[1], &target, 0), -EISDIR);
	assert_int_equal(count_names(f->fds[1]), 1);
	assert_int_equal(f->last.kind, CE_EVENT_ERROR);
	assert_int_equal(f->last.op, CE_OP_REPLACE);
}

static void directory_never_gives_way(void **state)
{
	struct fixture *f = *state;
	struct maker maker = { .calls = 0 };
	struct target target;
	assert_int_equal(mkdirat(f->fds[1], "name", 0755), 0);
	assert_int_equal(try_make(f, CE_EXISTING_REPLACE, &maker, &target), TARGET_NOTHING);
	assert_int_equal(f->last.kind, CE_EVENT_CONFLICT);
	assert_int_equal(count_names(f->fds[1]), 1);
}

static void taken_temporary_names(void **state)
{
	struct fixture *f = *state;
	struct maker maker = { .refusals = 3 };
	struct target target;
	fixture_file(f->fds[1], "name", "old", 3);
	assert_int_equal(try_make(f, CE_EXISTING_REPLACE, &maker, &target), TARGET_MADE);
	assert_int_equal(maker.calls, 1 + 3 + 1);
	assert_string_equal(maker.last, target.temp);
}

/* Bounded: somebody who guesses every name must not keep us here. */
static void all_temporary_names_taken(void **state)
{
	struct fixture *f = *state;
	struct maker maker = { .refusals = 1000 };
	struct target target;
	fixture_file(f->fds[1], "name", "old", 3);
	assert_int_equal(try_make(f, CE_EXISTING_REPLACE, &maker, &target), TARGET_NOTHING);
	assert_true(maker.calls < 100);
	assert_int_equal(f->last.error, EEXIST);
}

static void maker_fails(void **state)
{
	struct fixture *f = *state;
	struct maker maker = { .error = -EACCES };
	struct target target;
	assert_int_equal(try_make(f, CE_EXISTING_KEEP, &maker, &target), TARGET_NOTHING);
	assert_int_equal(f->last.kind, CE_EVENT_ERROR);
	assert_int_equal(f->last.op, CE_OP_CREATE);
	assert_int_equal(f->last.error, EACCES);
}

static void same_content_is_to_be_repaired(void **state)
{
	struct fixture *f = *state;
	struct maker maker = { .calls = 0 };
	struct target target;
	const struct timespec times[2] = { { .tv_sec = 100 }, { .tv_sec = 200, .tv_nsec = 3 } };
	fixture_file(f->fds[0], "name", "src", 3);
	fixture_file(f->fds[1], "name", "old", 3);
	assert_int_equal(utimensat(f->fds[0], "name", times, 0), 0);
	assert_int_equal(utimensat(f->fds[1], "name", times, 0), 0);
	assert_int_equal(try_make(f, CE_EXISTING_UPDATE, &maker, &target), TARGET_SAME);
	fixture_expect(f->fds[1], "name", "old", 3);
	assert_int_equal(f->events, 0);
}

static void onto_itself(void **state)
{
	struct fixture *f = *state;
	struct maker maker = { .calls = 0 };
	struct target target;
	fixture_file(f->fds[0], "name", "src", 3);
	assert_int_equal(linkat(f->fds[0], "name", f->fds[1], "name", 0), 0);
	assert_int_equal(try_make(f, CE_EXISTING_REPLACE, &maker, &target), TARGET_NOTHING);
	fixture_expect(f->fds[0], "name", "src", 3);
	assert_int_equal(f->last.kind, CE_EVENT_ERROR);
}

static enum plan plan_links(struct fixture *f, const char *from, const char *to)
{
	AUTO_OBJECT src = OBJECT_NONE;
	struct statx dst;
	enum plan plan = PLAN_ITSELF;
	assert_int_equal(symlinkat(from, f->fds[0], "name"), 0);
	assert_int_equal(symlinkat(to, f->fds[1], "name"), 0);
	assert_int_equal(object_open(&src, f->fds[0], "name", DT_LNK), 0);
	f->ctx.options.existing = CE_EXISTING_UPDATE;
	assert_int_equal(target_plan(&f->worker, &f->place, &src, &dst, &plan), 0);
	assert_true(S_ISLNK(dst.stx_mode));
	assert_int_equal(unlinkat(f->fds[0], "name", 0) + unlinkat(f->fds[1], "name", 0), 0);
	return plan;
}

static void links_by_their_text(void **state)
{
	char longest[4096];
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(plan_links(*state, "there", "there"), PLAN_REPAIR);
	assert_int_equal(plan_links(*state, "there", "thera"), PLAN_REPLACE);
	assert_int_equal(plan_links(*state, "there", "ther"), PLAN_REPLACE);
	assert_int_equal(plan_links(*state, longest, longest), PLAN_REPAIR);
	assert_int_equal(plan_links(*state, longest + 1, longest), PLAN_REPLACE);
}

#define test(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(temporary_names),
		test(nothing_there),
		test(conflict_leaves_it_alone),
		test(replacing),
		test(aborting_a_replacement),
		test(aborting_a_new_one),
		test(failed_commit_cleans_up),
		test(directory_never_gives_way),
		test(taken_temporary_names),
		test(all_temporary_names_taken),
		test(maker_fails),
		test(same_content_is_to_be_repaired),
		test(onto_itself),
		test(links_by_their_text),
	};
	return cmocka_run_group_tests_name("target", tests, NULL, NULL);
}
