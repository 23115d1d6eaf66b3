/* test_remove.c - ce_remove(), as a program that uses the shared library sees it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "copyengine.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <linux/btrfs.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES 40

/*
 * A tree of FILES files (half of them in "sub"), a second name of the first, a symbolic link to
 * "outside", and what a run told. The test works in $TMPDIR, which may be on any file system.
 */
struct run {
	char path[64], tree[80];
	const char *paths[2];
	struct ce_remove_options options;
	struct ce_copy *copy;
	struct ce_stats stats;
	unsigned events, errors, kept, objects, progress, pathless;
	enum ce_op last_op;
	int last_error;
	char last_kept[256];
	unsigned cancel_at; /* cancel at this object event; 0: never */
};

static void note(const struct ce_event *event, void *user)
{
	struct run *run = user;
	run->events++;
	run->pathless += event->kind != CE_EVENT_PROGRESS && (!event->path || !*event->path);
	run->objects += event->kind == CE_EVENT_OBJECT && event->action == CE_ACTION_REMOVED;
	run->progress += event->kind == CE_EVENT_PROGRESS && event->stats;
	if (event->kind == CE_EVENT_ERROR) {
		run->errors++;
		run->last_op = event->op;
		run->last_error = event->error;
	}
	if (event->kind == CE_EVENT_KEPT) {
		run->kept++;
		snprintf(run->last_kept, sizeof(run->last_kept), "%s", event->path);
	}
	if (event->kind == CE_EVENT_OBJECT && run->objects == run->cancel_at)
		ce_copy_cancel(run->copy);
}

/* A path in the test's directory; the result is good for four calls. */
static const char *in(const struct run *run, const char *name)
{
	static char paths[4][160];
	static unsigned next;
	char *path = paths[next++ % 4];
	snprintf(path, sizeof(paths[0]), "%s/%s", run->path, name);
	return path;
}

static bool exists(const struct run *run, const char *name)
{
	struct stat st;
	return lstat(in(run, name), &st) == 0;
}

static void make_dir(const struct run *run, const char *name)
{
	assert_int_equal(mkdir(in(run, name), 0755), 0);
}

static void make_file(const struct run *run, const char *name)
{
	FILE *file = fopen(in(run, name), "we");
	assert_non_null(file);
	fputs("0123456789", file);
	assert_int_equal(fclose(file), 0);
}

static void make_tree(const struct run *run)
{
	char name[64];
	make_dir(run, "tree");
	make_dir(run, "tree/sub");
	for (int i = 0; i < FILES; i++) {
		snprintf(name, sizeof(name), "tree/%sfile%d", i % 2 ? "sub/" : "", i);
		make_file(run, name);
	}
	assert_int_equal(link(in(run, "tree/file0"), in(run, "tree/sub/hard")), 0);
	assert_int_equal(symlink("../outside", in(run, "tree/link")), 0);
}

static int setup(void **state)
{
	struct run *run = calloc(1, sizeof(*run));
	const char *directory = getenv("TMPDIR");
	snprintf(run->path, sizeof(run->path), "%s/treecp-unit-XXXXXX",
		directory ? directory : "/tmp");
	if (!mkdtemp(run->path))
		return -1;
	snprintf(run->tree, sizeof(run->tree), "%s/tree", run->path);
	make_tree(run);
	make_dir(run, "outside");
	make_file(run, "outside/file");
	run->paths[0] = run->tree;
	run->options = (struct ce_remove_options){ .size = sizeof(run->options),
		.paths = run->paths,
		.path_count = 1,
		.on_event = note,
		.user = run };
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

/* ---- options ---- */

static void expect_refused(struct run *run)
{
	struct ce_stats stats;
	memset(&stats, 0xff, sizeof(stats));
	assert_int_equal(ce_remove_create(&run->options, &run->copy), -EINVAL);
	assert_null(run->copy);
	assert_int_equal(ce_remove(&run->options, &stats), -EINVAL);
	assert_int_equal(stats.found_objects, 0);
	assert_true(exists(run, "tree/file0"));
}

#define REFUSES(name, change)                                                                      \
	static void name(void **state)                                                             \
	{                                                                                          \
		struct run *run = *state;                                                          \
		struct ce_remove_options *o = &run->options;                                       \
		change;                                                                            \
		expect_refused(run);                                                               \
	}

static const char *const wrong_names[] = { "file0", "sub/file1" };
static const char *const null_name[] = { NULL };
static const char *const empty_name[] = { "" };

REFUSES(wrong_size, o->size--)
REFUSES(no_paths, o->paths = NULL)
REFUSES(zero_paths, o->path_count = 0)
REFUSES(null_path, o->paths = null_name)
REFUSES(second_path_wrong, (o->path_count = 2, run->paths[1] = "."))
REFUSES(unknown_flag, o->flags = 1u << 31)
REFUSES(too_many_threads, o->threads = 1000000)
REFUSES(keep_missing, o->keep_count = 1)
REFUSES(keep_below, (o->keep = wrong_names, o->keep_count = 2))
REFUSES(keep_null, (o->keep = null_name, o->keep_count = 1))
REFUSES(only_empty, (o->only = empty_name, o->only_count = 1))

static void paths_without_a_name(void **state)
{
	struct run *run = *state;
	static const char *const paths[] = { "", "/", "///", ".", "..", "./", "../", "x/.", "x/..",
		"/.", "/..//" };
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		run->paths[0] = paths[i];
		expect_refused(run);
	}
}

static void null_arguments(void **state)
{
	struct run *run = *state;
	assert_int_equal(ce_remove(NULL, NULL), -EINVAL);
	assert_int_equal(ce_remove_create(NULL, &run->copy), -EINVAL);
	assert_int_equal(ce_remove_create(&run->options, NULL), -EINVAL);
}

/* ---- runs ---- */

static void expect_counts(const struct run *run)
{
	assert_int_equal(run->stats.copied.files, FILES + 1);
	assert_int_equal(run->stats.copied.directories, 2);
	assert_int_equal(run->stats.copied.symlinks, 1);
	assert_int_equal(run->stats.found_objects, FILES + 1 + 2 + 1);
	assert_int_equal(run->stats.done_objects, run->stats.found_objects);
	assert_int_equal(run->stats.left, 0);
	assert_int_equal(run->stats.errors, 0);
	assert_true(run->stats.walk_done);
}

static void every_zero_is_a_default(void **state)
{
	struct run *run = *state;
	run->options.on_event = NULL;
	assert_int_equal(ce_remove(&run->options, &run->stats), CE_COMPLETE);
	expect_counts(run);
	assert_false(exists(run, "tree"));
	assert_true(exists(run, "outside/file"));
}

static void dots_are_names(void **state)
{
	struct run *run = *state;
	static const char *const names[] = { "...", ".x", "x." };
	for (size_t i = 0; i < 3; i++) {
		make_dir(run, names[i]);
		run->paths[0] = in(run, names[i]);
		assert_int_equal(ce_remove(&run->options, NULL), CE_COMPLETE);
		assert_false(exists(run, names[i]));
	}
}

static void counting_changes_nothing(void **state)
{
	struct run *run = *state;
	run->options.flags = CE_REMOVE_DRY_RUN;
	assert_int_equal(ce_remove(&run->options, &run->stats), CE_COMPLETE);
	expect_counts(run);
	struct stat st;
	assert_int_equal(lstat(in(run, "tree/sub/hard"), &st), 0);
	const uint64_t blocks = (uint64_t)st.st_blocks * 512;
	assert_true(blocks > 0);
	assert_int_equal(run->stats.found_bytes, FILES * blocks);
	assert_int_equal(run->stats.done_bytes, FILES * blocks);
	assert_int_equal(run->events, 0);
	assert_true(exists(run, "tree/sub/hard"));
}

static void each_object_is_told(void **state)
{
	struct run *run = *state;
	run->options.flags = CE_REMOVE_EACH_OBJECT;
	run->options.threads = 4;
	assert_int_equal(ce_remove(&run->options, &run->stats), CE_COMPLETE);
	assert_int_equal(run->objects, FILES + 4);
	assert_int_equal(run->events, run->objects);
	assert_int_equal(run->pathless, 0);
	assert_int_equal(run->stats.threads, 4);
}

static void top_is_kept(void **state)
{
	struct run *run = *state;
	run->options.flags = CE_REMOVE_KEEP_TOP;
	assert_int_equal(ce_remove(&run->options, &run->stats), CE_COMPLETE);
	assert_int_equal(rmdir(run->tree), 0);
	assert_int_equal(run->stats.kept, 1);
	assert_int_equal(run->stats.left, 0);
	assert_int_equal(run->stats.copied.directories, 1);
}

static void names_are_kept(void **state)
{
	struct run *run = *state;
	static const char *const keep[] = { "file2", "sub", "none" };
	run->options.keep = keep;
	run->options.keep_count = 3;
	assert_int_equal(ce_remove(&run->options, &run->stats), CE_COMPLETE);
	assert_true(exists(run, "tree/file2") && exists(run, "tree/sub/file1"));
	assert_true(exists(run, "tree/sub/hard"));
	assert_false(exists(run, "tree/file0") || exists(run, "tree/link"));
	assert_int_equal(run->kept, 2);
	assert_int_equal(run->stats.kept, 3);
	assert_int_equal(run->stats.left, 0);
	assert_int_equal(run->stats.copied.files, FILES / 2 - 1);
	assert_int_equal(run->pathless, 0);
}

/* Only directly below the path. */
static void names_deeper_are_not_kept(void **state)
{
	struct run *run = *state;
	static const char *const keep[] = { "file1", "tree" };
	run->options.keep = keep;
	run->options.keep_count = 2;
	assert_int_equal(ce_remove(&run->options, &run->stats), CE_COMPLETE);
	assert_false(exists(run, "tree"));
	assert_int_equal(run->kept, 0);
}

static void only_names_go(void **state)
{
	struct run *run = *state;
	static const char *const only[] = { "sub", "file0" };
	run->options.only = only;
	run->options.only_count = 2;
	run->options.flags = CE_REMOVE_DRY_RUN;
	assert_int_equal(ce_remove(&run->options, &run->stats), CE_COMPLETE);
	assert_int_equal(run->stats.copied.files, FILES / 2 + 2);
	run->options.flags = 0;
	assert_int_equal(ce_remove(&run->options, &run->stats), CE_COMPLETE);
	assert_int_equal(run->stats.copied.files, FILES / 2 + 2);
	assert_int_equal(run->stats.kept, FILES / 2 - 1 + 1 + 1);
	assert_false(exists(run, "tree/sub") || exists(run, "tree/file0"));
	assert_true(exists(run, "tree/file2") && exists(run, "tree/link"));
	/* With nothing else there, the path goes, too. */
	char name[64];
	for (int i = 2; i < FILES; i += 2) {
		snprintf(name, sizeof(name), "tree/file%d", i);
		assert_int_equal(unlink(in(run, name)), 0);
	}
	assert_int_equal(unlink(in(run, "tree/link")), 0);
	make_dir(run, "tree/sub");
	assert_int_equal(ce_remove(&run->options, &run->stats), CE_COMPLETE);
	assert_false(exists(run, "tree"));
}

static void several_paths(void **state)
{
	struct run *run = *state;
	run->paths[1] = in(run, "outside");
	run->options.path_count = 2;
	assert_int_equal(ce_remove(&run->options, &run->stats), CE_COMPLETE);
	assert_int_equal(run->stats.copied.directories, 3);
	assert_false(exists(run, "tree") || exists(run, "outside"));
}

static void no_directory(void **state)
{
	struct run *run = *state;
	run->paths[0] = in(run, "outside/file");
	assert_int_equal(ce_remove(&run->options, &run->stats), CE_INCOMPLETE);
	assert_int_equal(run->last_error, ENOTDIR);
	assert_int_equal(run->stats.left, 1);
	run->paths[0] = in(run, "none");
	assert_int_equal(ce_remove(&run->options, &run->stats), CE_INCOMPLETE);
	assert_int_equal(run->last_error, ENOENT);
	assert_int_equal(run->stats.left, 0);
	assert_int_equal(symlink("outside", in(run, "link")), 0);
	run->paths[0] = in(run, "link/");
	assert_int_equal(ce_remove(&run->options, &run->stats), CE_INCOMPLETE);
	assert_int_equal(run->last_error, ENOTDIR);
	assert_true(exists(run, "outside/file") && exists(run, "link"));
}

static void missing_parent(void **state)
{
	struct run *run = *state;
	run->paths[1] = in(run, "none/x");
	run->options.path_count = 2;
	assert_int_equal(ce_remove(&run->options, &run->stats), -ENOENT);
	assert_int_equal(run->events, 1);
	assert_int_equal(run->pathless, 0);
	assert_true(exists(run, "tree/file0"));
}

static void runs_once(void **state)
{
	struct run *run = *state;
	assert_int_equal(ce_remove_create(&run->options, &run->copy), 0);
	run->options.paths = NULL; /* the struct is not looked at any more */
	assert_true(exists(run, "tree/file0"));
	assert_int_equal(ce_copy_run(run->copy), CE_COMPLETE);
	ce_copy_stats(run->copy, &run->stats);
	expect_counts(run);
	assert_int_equal(ce_copy_run(run->copy), -EALREADY);
}

static void cancelled_before_the_run(void **state)
{
	struct run *run = *state;
	assert_int_equal(ce_remove_create(&run->options, &run->copy), 0);
	ce_copy_cancel(run->copy);
	assert_int_equal(ce_copy_run(run->copy), -ECANCELED);
	assert_true(exists(run, "tree/file0"));
}

static void cancelled_by_the_callback(void **state)
{
	struct run *run = *state;
	run->options.flags = CE_REMOVE_EACH_OBJECT;
	run->options.threads = 2;
	run->cancel_at = 5;
	assert_int_equal(ce_remove_create(&run->options, &run->copy), 0);
	assert_int_equal(ce_copy_run(run->copy), -ECANCELED);
	ce_copy_stats(run->copy, &run->stats);
	assert_in_range(run->objects, 5, 10);
	assert_int_equal(run->stats.errors, 0);
	assert_true(run->stats.left > 0);
	assert_true(exists(run, "tree"));
}

static void *run_it(void *arg)
{
	return (void *)(intptr_t)ce_remove(&((struct run *)arg)->options, NULL);
}

/* Both do away with the same tree: what one has done is no error to the other. */
static void two_at_once(void **state)
{
	struct run *run = *state;
	for (int round = 0; round < 20; round++) {
		pthread_t thread;
		void *rc;
		if (round)
			make_tree(run);
		run->options.flags = CE_REMOVE_KEEP_TOP;
		assert_int_equal(pthread_create(&thread, NULL, run_it, run), 0);
		assert_int_equal(ce_remove(&run->options, &run->stats), CE_COMPLETE);
		pthread_join(thread, &rc);
		assert_int_equal((intptr_t)rc, CE_COMPLETE);
		assert_int_equal(rmdir(run->tree), 0);
	}
}

static void process_stays_as_it_was(void **state)
{
	struct run *run = *state;
	mode_t before = umask(027);
	int lowest = open("/dev/null", O_RDONLY | O_CLOEXEC);
	close(lowest);
	assert_int_equal(ce_remove(&run->options, NULL), CE_COMPLETE);
	int again = open("/dev/null", O_RDONLY | O_CLOEXEC);
	close(again);
	assert_int_equal(umask(before), 027);
	assert_int_equal(again, lowest);
}

/* On btrfs only: tests/fault/remove_subvolumes.sh puts $TMPDIR there. */
static void empty_subvolumes(void **state)
{
	struct run *run = *state;
	int fd = open(in(run, "tree"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct btrfs_ioctl_vol_args args = { .name = "empty" };
	int rc = ioctl(fd, BTRFS_IOC_SUBVOL_CREATE, &args);
	strcpy(args.name, "full");
	if (rc == 0)
		assert_int_equal(ioctl(fd, BTRFS_IOC_SUBVOL_CREATE, &args), 0);
	close(fd);
	if (rc < 0)
		skip();
	make_file(run, "tree/full/file");
	run->options.flags = CE_REMOVE_EMPTY_SUBVOLUMES | CE_REMOVE_DRY_RUN;
	assert_int_equal(ce_remove(&run->options, &run->stats), CE_INCOMPLETE);
	assert_int_equal(run->stats.errors, 1);
	assert_int_equal(run->stats.left, 2);
	assert_true(exists(run, "tree/empty"));
	run->options.flags = 0;
	assert_int_equal(ce_remove(&run->options, &run->stats), CE_INCOMPLETE);
	assert_int_equal(run->stats.errors, 2);
	assert_int_equal(run->last_op, CE_OP_SUBVOLUME);
	assert_true(exists(run, "tree/empty"));
	run->options.flags = CE_REMOVE_EMPTY_SUBVOLUMES;
	assert_int_equal(ce_remove(&run->options, &run->stats), CE_INCOMPLETE);
	assert_int_equal(run->stats.errors, 1);
	assert_int_equal(run->last_error, ENOTEMPTY);
	assert_false(exists(run, "tree/empty"));
	assert_int_equal(unlink(in(run, "tree/full/file")), 0);
	assert_int_equal(ce_remove(&run->options, &run->stats), CE_COMPLETE);
	assert_false(exists(run, "tree"));
}

#define test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(wrong_size),
		test(no_paths),
		test(zero_paths),
		test(null_path),
		test(second_path_wrong),
		test(unknown_flag),
		test(too_many_threads),
		test(keep_missing),
		test(keep_below),
		test(keep_null),
		test(only_empty),
		test(paths_without_a_name),
		test(null_arguments),
		test(every_zero_is_a_default),
		test(dots_are_names),
		test(counting_changes_nothing),
		test(each_object_is_told),
		test(top_is_kept),
		test(names_are_kept),
		test(names_deeper_are_not_kept),
		test(only_names_go),
		test(several_paths),
		test(no_directory),
		test(missing_parent),
		test(runs_once),
		test(cancelled_before_the_run),
		test(cancelled_by_the_callback),
		test(two_at_once),
		test(process_stays_as_it_was),
		test(empty_subvolumes),
	};
	return cmocka_run_group_tests_name("remove", tests, NULL, NULL);
}
