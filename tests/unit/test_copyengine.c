/* test_copyengine.c - the public interface, as a program that uses the shared library sees it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "copyengine.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define FILES 60

/* A source with a few of everything, what a run is to do with it, and what it told. */
struct run {
	char path[64], source[80], dest[80];
	struct ce_pair pair;
	struct ce_options options;
	struct ce_copy *copy;
	atomic_uint inside; /* callbacks going on at this moment */
	unsigned overlaps, pathless, events, objects, progress;
	unsigned cancel_at; /* cancel at this object event; 0: never */
};

static void note(const struct ce_event *event, void *user)
{
	struct run *run = user;
	run->overlaps += atomic_fetch_add(&run->inside, 1) != 0;
	run->events++;
	run->pathless += event->kind != CE_EVENT_PROGRESS && (!event->path || !*event->path);
	run->objects += event->kind == CE_EVENT_OBJECT;
	run->progress += event->kind == CE_EVENT_PROGRESS && event->stats;
	if (event->kind == CE_EVENT_OBJECT && run->objects == run->cancel_at)
		ce_copy_cancel(run->copy);
	if (event->kind == CE_EVENT_OBJECT) {
		const struct timespec moment = { .tv_nsec = 100000 };
		nanosleep(&moment, NULL); /* time for another thread to come, if it could */
	}
	atomic_fetch_sub(&run->inside, 1);
}

static void make_file(const char *directory, int number)
{
	char path[160];
	snprintf(path, sizeof(path), "%s/file%d", directory, number);
	FILE *file = fopen(path, "we");
	assert_non_null(file);
	fprintf(file, "content %d\n", number);
	assert_int_equal(fclose(file), 0);
}

static void make_source(const struct run *run)
{
	char path[160], link[160];
	assert_int_equal(mkdir(run->source, 0755), 0);
	snprintf(path, sizeof(path), "%s/sub", run->source);
	assert_int_equal(mkdir(path, 0700), 0);
	for (int i = 0; i < FILES; i++)
		make_file(i % 2 ? path : run->source, i);
	snprintf(path, sizeof(path), "%s/file0", run->source);
	snprintf(link, sizeof(link), "%s/sub/hard", run->source);
	assert_int_equal(linkat(AT_FDCWD, path, AT_FDCWD, link, 0), 0);
	snprintf(path, sizeof(path), "%s/link", run->source);
	assert_int_equal(symlink("file0", path), 0);
	snprintf(path, sizeof(path), "%s/fifo", run->source);
	assert_int_equal(mkfifo(path, 0600), 0);
}

static int setup(void **state)
{
	struct run *run = calloc(1, sizeof(*run));
	const char *directory = getenv("TMPDIR");
	snprintf(run->path, sizeof(run->path), "%s/treecp-unit-XXXXXX",
		directory ? directory : "/tmp");
	if (!mkdtemp(run->path))
		return -1;
	snprintf(run->source, sizeof(run->source), "%s/source", run->path);
	snprintf(run->dest, sizeof(run->dest), "%s/dest", run->path);
	make_source(run);
	run->pair = (struct ce_pair){ .source = run->source, .dest = run->dest };
	run->options = (struct ce_options){ .size = sizeof(run->options),
		.pairs = &run->pair,
		.pair_count = 1,
		.flags = CE_LOSSY };
	*state = run;
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *walk)
{
	(void)st, (void)flag, (void)walk;
	return remove(path);
}

static int teardown(void **state)
{
	struct run *run = *state;
	ce_copy_destroy(run->copy);
	nftw(run->path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(run);
	return 0;
}

static bool dest_exists(const struct run *run, const char *name)
{
	char path[160];
	struct stat st;
	snprintf(path, sizeof(path), "%s%s", run->dest, name);
	return lstat(path, &st) == 0;
}

/* ---- options ---- */

static void expect_refused(const struct run *run)
{
	struct ce_copy *copy = NULL;
	assert_int_equal(ce_copy_create(&run->options, &copy), -EINVAL);
	assert_null(copy);
	assert_int_equal(ce_run(&run->options, NULL), -EINVAL);
	assert_false(dest_exists(run, ""));
}

#define REFUSES(name, change)                                                                      \
	static void name(void **state)                                                             \
	{                                                                                          \
		struct run *run = *state;                                                          \
		struct ce_options *o = &run->options;                                              \
		(void)o;                                                                           \
		change;                                                                            \
		expect_refused(run);                                                               \
	}

REFUSES(wrong_size, o->size--)
REFUSES(size_of_nothing, o->size = 0)
REFUSES(no_pairs, o->pairs = NULL)
REFUSES(zero_pairs, o->pair_count = 0)
REFUSES(null_source, run->pair.source = NULL)
REFUSES(null_dest, run->pair.dest = NULL)
REFUSES(empty_source, run->pair.source = "")
REFUSES(empty_dest, run->pair.dest = "")
REFUSES(unknown_task, o->task = (enum ce_task)2)
REFUSES(unknown_existing, o->existing = (enum ce_existing)3)
REFUSES(negative_existing, o->existing = (enum ce_existing) - 1)
REFUSES(unknown_reflink, o->reflink = (enum ce_reflink)3)
REFUSES(unknown_sparse, o->sparse = (enum ce_sparse)3)
REFUSES(drop_of_a_difference, o->drop = CE_ATTR_SIZE)
REFUSES(drop_of_nothing_known, o->drop = 1u << 31)
REFUSES(unknown_flag, o->flags |= 1u << 31)
REFUSES(too_many_threads, o->threads = 1000000)
REFUSES(excludes_missing, o->exclude_count = 1)
REFUSES(reflink_of_changed_holes, (o->reflink = CE_REFLINK_ALWAYS, o->sparse = CE_SPARSE_ALWAYS))
REFUSES(reflink_of_filled_holes, (o->reflink = CE_REFLINK_ALWAYS, o->sparse = CE_SPARSE_NEVER))
REFUSES(second_pair_without_source,
	(o->pairs = (struct ce_pair[]){ run->pair, { .dest = "x" } }, o->pair_count = 2))
REFUSES(names_of_two_pairs,
	(o->flags |= CE_NAMES, o->pairs = (struct ce_pair[]){ run->pair, run->pair },
		o->pair_count = 2))

static void null_arguments(void **state)
{
	struct run *run = *state;
	struct ce_copy *copy;
	assert_int_equal(ce_run(NULL, NULL), -EINVAL);
	assert_int_equal(ce_compare(NULL, NULL), -EINVAL);
	assert_int_equal(ce_copy_create(NULL, &copy), -EINVAL);
	assert_int_equal(ce_copy_create(&run->options, NULL), -EINVAL);
	ce_copy_destroy(NULL);
}

/* ---- names ---- */

static void every_class_has_a_name(void **state)
{
	(void)state;
	const unsigned kept = CE_ATTR_ALL,
		       differences = CE_ATTR_EXISTENCE | CE_ATTR_TYPE | CE_ATTR_SIZE
		| CE_ATTR_CONTENT | CE_ATTR_TARGET | CE_ATTR_DEVICE;
	for (unsigned bit = 0; bit < 31; bit++) {
		const char *name = ce_attr_name((enum ce_attr)(1u << bit));
		assert_int_equal(name != NULL, ((kept | differences) >> bit) & 1);
	}
	assert_string_equal(ce_attr_name(CE_ATTR_ACL), "acl");
	assert_string_equal(ce_attr_name(CE_ATTR_DEVICE), "device");
	assert_null(ce_attr_name(0));
	assert_null(ce_attr_name(CE_ATTR_TIMES));
	assert_null(ce_attr_name(CE_ATTR_ALL));
}

static void every_operation_has_a_name(void **state)
{
	(void)state;
	for (int op = 0; op < CE_OP_COUNT; op++) {
		assert_non_null(ce_op_name((enum ce_op)op));
		for (int other = 0; other < op; other++)
			assert_string_not_equal(
				ce_op_name((enum ce_op)op), ce_op_name((enum ce_op)other));
	}
	assert_non_null(ce_op_name((enum ce_op) - 1));
	assert_non_null(ce_op_name(CE_OP_COUNT));
}

static void version_matches_the_header(void **state)
{
	(void)state;
	char version[32];
	snprintf(version, sizeof(version), "%d.%d.%d", CE_VERSION_MAJOR, CE_VERSION_MINOR,
		CE_VERSION_PATCH);
	assert_string_equal(ce_version(), version);
}

/* ---- runs ---- */

static void expect_copied(const struct ce_stats *stats)
{
	assert_int_equal(stats->size, sizeof(*stats));
	assert_int_equal(stats->copied.files, FILES);
	assert_int_equal(stats->copied.directories, 2);
	assert_int_equal(stats->copied.symlinks, 1);
	assert_int_equal(stats->copied.fifos, 1);
	assert_int_equal(stats->hard_links, 1);
	assert_int_equal(stats->errors, 0);
	assert_int_equal(stats->found_objects, FILES + 2 + 1 + 1 + 1);
	assert_int_equal(stats->done_objects, stats->found_objects);
	assert_int_equal(stats->done_bytes, stats->found_bytes);
	assert_true(stats->walk_done);
	assert_true(stats->seconds > 0);
}

/* Only size and pairs are given: each zero is a default that works. */
static void every_zero_is_a_default(void **state)
{
	struct run *run = *state;
	struct ce_stats stats;
	run->options.flags = 0;
	int rc = ce_run(&run->options, &stats);
	assert_int_equal(rc, stats.losses ? CE_INCOMPLETE : CE_COMPLETE);
	expect_copied(&stats);
	assert_in_range(stats.threads, 1, 16);
	assert_int_equal(ce_compare(&run->options, &stats), CE_COMPLETE);
	assert_int_equal(stats.differences, 0);
}

static void threads_are_as_asked_for(void **state)
{
	struct run *run = *state;
	struct ce_stats stats;
	run->options.threads = 3;
	assert_int_equal(ce_run(&run->options, &stats), CE_COMPLETE);
	assert_int_equal(stats.threads, 3);
	expect_copied(&stats);
}

static void comparing_finds_differences(void **state)
{
	struct run *run = *state;
	struct ce_stats stats;
	assert_int_equal(ce_run(&run->options, NULL), CE_COMPLETE);
	make_file(run->dest, 1000);
	make_file(run->source, 0);
	run->options.on_event = note;
	run->options.user = run;
	assert_int_equal(ce_compare(&run->options, &stats), CE_INCOMPLETE);
	assert_true(stats.differences >= 2);
	assert_int_equal(run->pathless, 0);
	assert_true(run->events >= 2);
}

static void a_second_copy_conflicts(void **state)
{
	struct run *run = *state;
	struct ce_stats stats;
	assert_int_equal(ce_run(&run->options, NULL), CE_COMPLETE);
	assert_int_equal(ce_run(&run->options, &stats), CE_INCOMPLETE);
	assert_int_equal(stats.conflicts, FILES + 1 + 1 + 1);
	assert_int_equal(stats.copied.files, 0);
}

static void runs_once(void **state)
{
	struct run *run = *state;
	struct ce_stats first, second;
	assert_int_equal(ce_copy_create(&run->options, &run->copy), 0);
	assert_false(dest_exists(run, ""));
	assert_int_equal(ce_copy_run(run->copy), CE_COMPLETE);
	ce_copy_stats(run->copy, &first);
	expect_copied(&first);
	assert_int_equal(ce_copy_run(run->copy), -EALREADY);
	ce_copy_stats(run->copy, &second);
	assert_memory_equal(&first, &second, sizeof(first));
}

static void stats_before_the_run_are_zero(void **state)
{
	struct run *run = *state;
	struct ce_stats stats;
	assert_int_equal(ce_copy_create(&run->options, &run->copy), 0);
	ce_copy_stats(run->copy, &stats);
	assert_int_equal(stats.size, sizeof(stats));
	assert_int_equal(stats.found_objects, 0);
	assert_false(stats.walk_done);
	assert_true(stats.seconds == 0);
}

static void cancelled_before_the_run(void **state)
{
	struct run *run = *state;
	assert_int_equal(ce_copy_create(&run->options, &run->copy), 0);
	ce_copy_cancel(run->copy);
	ce_copy_cancel(run->copy);
	assert_int_equal(ce_copy_run(run->copy), -ECANCELED);
	assert_false(dest_exists(run, "/file0"));
	assert_int_equal(ce_copy_run(run->copy), -EALREADY);
}

static void cancelled_by_the_callback(void **state)
{
	struct run *run = *state;
	struct ce_stats stats;
	run->options.on_event = note;
	run->options.user = run;
	run->options.flags |= CE_EACH_OBJECT;
	run->options.threads = 2;
	run->cancel_at = 5;
	assert_int_equal(ce_copy_create(&run->options, &run->copy), 0);
	assert_int_equal(ce_copy_run(run->copy), -ECANCELED);
	ce_copy_stats(run->copy, &stats);
	assert_in_range(run->objects, 5, 10);
	assert_true(stats.copied.files < FILES);
	assert_int_equal(stats.errors, 0);
}

static void *cancel_soon(void *arg)
{
	ce_copy_cancel(arg);
	return NULL;
}

static void cancelled_by_another_thread(void **state)
{
	struct run *run = *state;
	pthread_t thread;
	assert_int_equal(ce_copy_create(&run->options, &run->copy), 0);
	assert_int_equal(pthread_create(&thread, NULL, cancel_soon, run->copy), 0);
	int rc = ce_copy_run(run->copy);
	pthread_join(thread, NULL);
	assert_true(rc == -ECANCELED || rc == CE_COMPLETE);
}

static void events_never_overlap(void **state)
{
	struct run *run = *state;
	struct ce_stats stats;
	run->options.on_event = note;
	run->options.user = run;
	run->options.flags |= CE_EACH_OBJECT | CE_EACH_LOSS;
	run->options.threads = 8;
	run->options.progress_ms = 1;
	assert_int_equal(ce_run(&run->options, &stats), CE_COMPLETE);
	expect_copied(&stats);
	assert_int_equal(run->overlaps, 0);
	assert_int_equal(run->pathless, 0);
	assert_int_equal(run->objects, stats.done_objects);
	assert_true(run->progress > 0);
}

static void missing_parents(void **state)
{
	struct run *run = *state;
	char missing[128];
	snprintf(missing, sizeof(missing), "%s/none/dest", run->path);
	run->options.on_event = note;
	run->options.user = run;
	run->pair.dest = missing;
	assert_int_equal(ce_run(&run->options, NULL), -ENOENT);
	assert_int_equal(run->events, 1);
	assert_int_equal(run->pathless, 0);
	run->pair.dest = run->dest;
	run->pair.source = missing;
	assert_int_equal(ce_run(&run->options, NULL), -ENOENT);
	assert_false(dest_exists(run, ""));
}

static void missing_source(void **state)
{
	struct run *run = *state;
	struct ce_stats stats;
	char missing[128];
	snprintf(missing, sizeof(missing), "%s/none", run->path);
	run->pair.source = missing;
	assert_int_equal(ce_run(&run->options, &stats), CE_INCOMPLETE);
	assert_int_equal(stats.errors, 1);
	assert_false(dest_exists(run, ""));
}

static void into_itself(void **state)
{
	struct run *run = *state;
	char inside[128];
	struct stat st;
	snprintf(inside, sizeof(inside), "%s/sub/copy", run->source);
	run->pair.dest = inside;
	assert_int_equal(ce_run(&run->options, NULL), -ELOOP);
	assert_int_equal(lstat(inside, &st), -1);
}

static void dry_run_changes_nothing(void **state)
{
	struct run *run = *state;
	struct ce_stats stats;
	run->options.flags |= CE_DRY_RUN;
	assert_int_equal(ce_run(&run->options, &stats), CE_COMPLETE);
	assert_int_equal(stats.copied.files + stats.hard_links, FILES + 1);
	assert_false(dest_exists(run, ""));
}

static void verifying(void **state)
{
	struct run *run = *state;
	struct ce_stats stats;
	run->options.flags |= CE_VERIFY;
	assert_int_equal(ce_run(&run->options, &stats), CE_COMPLETE);
	assert_int_equal(stats.copied.files, FILES);
	assert_int_equal(stats.differences, 0);
	assert_true(stats.verified >= FILES);
}

static void excluding(void **state)
{
	struct run *run = *state;
	struct ce_stats stats;
	run->options.excludes = (const char *const[]){ "/sub", "fi[f]o" };
	run->options.exclude_count = 2;
	assert_int_equal(ce_run(&run->options, &stats), CE_COMPLETE);
	assert_int_equal(stats.excluded, 2);
	assert_false(dest_exists(run, "/sub"));
	assert_false(dest_exists(run, "/fifo"));
	assert_true(dest_exists(run, "/file0"));
}

/* Nothing of the process changes: not the umask, not the number of open fds. */
static void process_stays_as_it_was(void **state)
{
	struct run *run = *state;
	mode_t before = umask(027);
	int lowest = open("/dev/null", O_RDONLY | O_CLOEXEC);
	close(lowest);
	assert_int_equal(ce_run(&run->options, NULL), CE_COMPLETE);
	int again = open("/dev/null", O_RDONLY | O_CLOEXEC);
	close(again);
	assert_int_equal(umask(before), 027);
	assert_int_equal(again, lowest);
}

static void *run_it(void *arg)
{
	return (void *)(intptr_t)ce_run(&((struct run *)arg)->options, NULL);
}

static void two_at_once(void **state)
{
	struct run *run = *state, other = *run;
	pthread_t thread;
	void *rc;
	strcat(other.dest, "2");
	other.pair.dest = other.dest;
	other.options.pairs = &other.pair;
	assert_int_equal(pthread_create(&thread, NULL, run_it, &other), 0);
	assert_int_equal(ce_run(&run->options, NULL), CE_COMPLETE);
	pthread_join(thread, &rc);
	assert_int_equal((intptr_t)rc, CE_COMPLETE);
	run->pair.source = other.dest;
	assert_int_equal(ce_compare(&run->options, NULL), CE_COMPLETE);
}

#define test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(wrong_size),
		test(size_of_nothing),
		test(no_pairs),
		test(zero_pairs),
		test(null_source),
		test(null_dest),
		test(empty_source),
		test(empty_dest),
		test(unknown_task),
		test(unknown_existing),
		test(negative_existing),
		test(unknown_reflink),
		test(unknown_sparse),
		test(drop_of_a_difference),
		test(drop_of_nothing_known),
		test(unknown_flag),
		test(too_many_threads),
		test(excludes_missing),
		test(reflink_of_changed_holes),
		test(reflink_of_filled_holes),
		test(second_pair_without_source),
		test(names_of_two_pairs),
		test(null_arguments),
		cmocka_unit_test(every_class_has_a_name),
		cmocka_unit_test(every_operation_has_a_name),
		cmocka_unit_test(version_matches_the_header),
		test(every_zero_is_a_default),
		test(threads_are_as_asked_for),
		test(comparing_finds_differences),
		test(a_second_copy_conflicts),
		test(runs_once),
		test(stats_before_the_run_are_zero),
		test(cancelled_before_the_run),
		test(cancelled_by_the_callback),
		test(cancelled_by_another_thread),
		test(events_never_overlap),
		test(missing_parents),
		test(missing_source),
		test(into_itself),
		test(dry_run_changes_nothing),
		test(verifying),
		test(excluding),
		test(process_stays_as_it_was),
		test(two_at_once),
	};
	return cmocka_run_group_tests_name("copyengine", tests, NULL, NULL);
}
