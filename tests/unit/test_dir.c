/* test_dir.c - directories under work: paths, and fds that come and go. */
#include "fixture.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- paths ---- */

static struct dir *new_base(const char *source, const char *dest)
{
	struct dir *base = dir_new(NULL, source, dest);
	assert_non_null(base);
	base->base = true;
	return base;
}

static void expect_path(
	const struct dir *dir, enum ce_side side, const char *name, const char *path)
{
	AUTO_STR str = STR_EMPTY;
	assert_int_equal(dir_path(dir, side, name, &str), 0);
	assert_string_equal(str_get(&str), path);
}

static void expect_relative(const struct dir *dir, const char *name, const char *path)
{
	AUTO_STR str = STR_EMPTY;
	assert_int_equal(dir_relative_path(dir, name, &str), 0);
	assert_string_equal(str_get(&str), path);
}

/* As the caller of the library would spell them: one row per way of naming a top. */
static void paths_as_the_caller_spells_them(void **state)
{
	static const struct {
		const char *base, *top, *of_top, *below;
	} rows[] = {
		{ "/zones", "a", "/zones/a", "/zones/a/x" },
		{ "", "a", "a", "a/x" },
		{ "/", "a", "/a", "/a/x" },
		{ "/", ".", "/", "/x" },
		{ ".", ".", ".", "./x" },
		{ "..", ".", "..", "../x" },
		{ "dir/", ".", "dir/", "dir/x" },
		{ "../up", "a", "../up/a", "../up/a/x" },
	};
	(void)state;
	struct dircache cache;
	dircache_init(&cache, 8);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct dir *base = new_base(rows[i].base, rows[i].base);
		struct dir *top = dir_new(base, rows[i].top, rows[i].top);
		expect_path(base, CE_SIDE_SOURCE, rows[i].top, rows[i].of_top);
		expect_path(top, CE_SIDE_SOURCE, NULL, rows[i].of_top);
		expect_path(top, CE_SIDE_SOURCE, "x", rows[i].below);
		expect_path(top, CE_SIDE_DEST, "x", rows[i].below);
		dir_unref(&cache, top);
		dir_unref(&cache, base);
	}
	dircache_destroy(&cache);
}

static void sides_have_their_own_names(void **state)
{
	(void)state;
	struct dircache cache;
	dircache_init(&cache, 8);
	struct dir *base = new_base("/from", "/to/there");
	struct dir *top = dir_new(base, "a", "copy of a");
	struct dir *sub = dir_new(top, "b", "b");
	assert_string_equal(dir_name(top, CE_SIDE_SOURCE), "a");
	assert_string_equal(dir_name(top, CE_SIDE_DEST), "copy of a");
	expect_path(sub, CE_SIDE_SOURCE, "x", "/from/a/b/x");
	expect_path(sub, CE_SIDE_DEST, "x", "/to/there/copy of a/b/x");
	expect_path(sub, CE_SIDE_DEST, NULL, "/to/there/copy of a/b");
	expect_path(base, CE_SIDE_SOURCE, NULL, "/from");
	dir_unref(&cache, sub);
	dir_unref(&cache, top);
	dir_unref(&cache, base);
	dircache_destroy(&cache);
}

static void relative_paths(void **state)
{
	(void)state;
	struct dircache cache;
	dircache_init(&cache, 8);
	struct dir *base = new_base("/from", "/to");
	struct dir *top = dir_new(base, ".", ".");
	struct dir *a = dir_new(top, "a", "a"), *b = dir_new(a, "b", "b");
	expect_relative(top, "x", "x");
	expect_relative(top, NULL, "");
	expect_relative(a, NULL, "a");
	expect_relative(a, "x", "a/x");
	expect_relative(b, "x", "a/b/x");
	expect_relative(b, NULL, "a/b");
	dir_unref(&cache, b);
	dir_unref(&cache, a);
	dir_unref(&cache, top);
	dir_unref(&cache, base);
	dircache_destroy(&cache);
}

/* What is in the string already stays in front. */
static void paths_are_appended(void **state)
{
	(void)state;
	struct dircache cache;
	dircache_init(&cache, 8);
	struct dir *base = new_base("/from", "/to");
	struct dir *top = dir_new(base, "a", "a");
	AUTO_STR str = STR_EMPTY;
	assert_int_equal(str_adds(&str, "at "), 0);
	assert_int_equal(dir_path(top, CE_SIDE_SOURCE, "x", &str), 0);
	assert_string_equal(str_get(&str), "at /from/a/x");
	dir_unref(&cache, top);
	dir_unref(&cache, base);
	dircache_destroy(&cache);
}

static void deep_paths(void **state)
{
	enum { DEPTH = 5000 };
	(void)state;
	struct dircache cache;
	dircache_init(&cache, 8);
	struct dir *dir = new_base("/base", "/base");
	for (int i = 0; i < DEPTH; i++) {
		struct dir *sub = dir_new(dir, "level", "level");
		assert_non_null(sub);
		dir_unref(&cache, dir); /* its child holds it */
		dir = sub;
	}
	AUTO_STR str = STR_EMPTY;
	assert_int_equal(dir_path(dir, CE_SIDE_SOURCE, "x", &str), 0);
	assert_int_equal(str.len, strlen("/base") + DEPTH * strlen("/level") + strlen("/x"));
	assert_int_equal(strlen(str.data), str.len);
	dir_unref(&cache, dir);
	dircache_destroy(&cache);
}

static void counts(void **state)
{
	(void)state;
	struct dircache cache;
	dircache_init(&cache, 8);
	struct dir *base = new_base("/from", "/to");
	struct dir *top = dir_new(base, "a", "a");
	assert_int_equal(atomic_load(&base->refs), 2);
	assert_int_equal(atomic_load(&base->pending), 2);
	assert_int_equal(atomic_load(&top->refs), 1);
	assert_int_equal(atomic_load(&top->pending), 1);
	dir_unref(&cache, top);
	assert_int_equal(atomic_load(&base->refs), 1);
	dir_unref(&cache, base);
	dircache_destroy(&cache);
}

static void first_birth_is_believed(void **state)
{
	(void)state;
	struct dircache cache;
	dircache_init(&cache, 8);
	struct dir *dir = new_base("/from", "/to");
	struct birth birth, first = { .uid = 1, .acl = true }, second = { .uid = 2 };
	assert_false(dir_get_birth(dir, &birth));
	dir->made = true;
	dir_set_birth(dir, &first);
	dir_set_birth(dir, &second);
	assert_true(dir_get_birth(dir, &birth));
	assert_int_equal(birth.uid, 1);
	assert_true(birth.acl);
	dir_unref(&cache, dir);
	dircache_destroy(&cache);
}

/* ---- fds, over a real tree ---- */

#define DEPTH 150 /* deeper than the way down is looked up in one go */

struct chain {
	struct fixture *f;
	struct dircache *cache;
	struct dir *dirs[DEPTH]; /* src/d/d/d/... */
};

static void chain_open(struct chain *chain, struct fixture *f, unsigned budget)
{
	chain->f = f;
	chain->cache = &f->ctx.dirs;
	chain->cache->budget = budget;
	struct dir *parent = f->base;
	int fd = f->fds[0];
	for (int i = 0; i < DEPTH; i++) {
		struct statx st;
		assert_int_equal(mkdirat(fd, "d", 0755), 0);
		int sub = openat(fd, "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		assert_true(sub >= 0);
		assert_int_equal(statx(sub, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &st), 0);
		chain->dirs[i] = dir_new(parent, "d", "d");
		dir_adopt(chain->cache, chain->dirs[i], CE_SIDE_SOURCE, sub, &st);
		if (i > 0)
			dir_unpin(chain->cache, chain->dirs[i - 1], CE_SIDE_SOURCE);
		parent = chain->dirs[i];
		fd = sub;
	}
	dir_unpin(chain->cache, parent, CE_SIDE_SOURCE);
}

static void chain_close(struct chain *chain)
{
	for (int i = 0; i < DEPTH; i++)
		dir_unref(chain->cache, chain->dirs[i]);
}

/* As if another place had run out of fds. */
static void close_unused(const struct chain *chain)
{
	unsigned tries = 0;
	assert_true(dircache_relieve(chain->cache, -EMFILE, &tries));
}

static bool is_open(const struct dir *dir)
{
	return dir->sides[CE_SIDE_SOURCE].fd >= 0;
}

/* The directory behind the fd is the one that was adopted. */
static void expect_identity(const struct dir *dir, int fd)
{
	struct stat st;
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_ino, dir->sides[CE_SIDE_SOURCE].ino);
}

static void fds_stay_within_the_budget(void **state)
{
	struct chain chain;
	unsigned before = fixture_open_fds();
	chain_open(&chain, *state, 4); /* two are the base's, always pinned */
	assert_int_equal(chain.cache->open, 4);
	assert_int_equal(fixture_open_fds(), before + 2);
	assert_true(is_open(chain.dirs[DEPTH - 1]));
	assert_false(is_open(chain.dirs[0]));
	chain_close(&chain);
	assert_int_equal(fixture_open_fds(), before);
}

static void closed_ones_are_opened_again(void **state)
{
	struct chain chain;
	chain_open(&chain, *state, 4);
	close_unused(&chain);
	static const int order[] = { DEPTH - 1, 0, 63, 64, 65, 127, 128, 129, DEPTH - 1 };
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		struct dir *dir = chain.dirs[order[i]];
		int fd = dir_pin(chain.cache, dir, CE_SIDE_SOURCE);
		assert_true(fd >= 0);
		expect_identity(dir, fd);
		dir_unpin(chain.cache, dir, CE_SIDE_SOURCE);
		assert_true(chain.cache->open <= 4);
	}
	chain_close(&chain);
}

static void pinned_ones_stay(void **state)
{
	struct chain chain;
	chain_open(&chain, *state, 2);
	int fd = dir_pin(chain.cache, chain.dirs[5], CE_SIDE_SOURCE);
	assert_int_equal(dir_pin(chain.cache, chain.dirs[5], CE_SIDE_SOURCE), fd);
	close_unused(&chain);
	expect_identity(chain.dirs[5], fd);
	dir_unpin(chain.cache, chain.dirs[5], CE_SIDE_SOURCE);
	close_unused(&chain);
	assert_true(is_open(chain.dirs[5]));
	dir_unpin(chain.cache, chain.dirs[5], CE_SIDE_SOURCE);
	close_unused(&chain);
	assert_false(is_open(chain.dirs[5]));
	chain_close(&chain);
}

static void least_recently_used_goes_first(void **state)
{
	struct chain chain;
	chain_open(&chain, *state, 64);
	close_unused(&chain);
	for (int i = 0; i < 3; i++) {
		assert_true(dir_pin(chain.cache, chain.dirs[i], CE_SIDE_SOURCE) >= 0);
		dir_unpin(chain.cache, chain.dirs[i], CE_SIDE_SOURCE);
	}
	dir_pin(chain.cache, chain.dirs[0], CE_SIDE_SOURCE);
	dir_unpin(chain.cache, chain.dirs[0], CE_SIDE_SOURCE);
	chain.cache->budget = 4; /* room for two beside the base's */
	dir_pin(chain.cache, chain.dirs[0], CE_SIDE_SOURCE);
	dir_unpin(chain.cache, chain.dirs[0], CE_SIDE_SOURCE);
	assert_true(is_open(chain.dirs[0]));
	assert_false(is_open(chain.dirs[1]));
	assert_true(is_open(chain.dirs[2]));
	chain_close(&chain);
}

/* Another directory by the same name is not the one we were in. */
static void replaced_directory_is_stale(void **state)
{
	struct fixture *f = *state;
	struct chain chain;
	chain_open(&chain, f, 4);
	close_unused(&chain);
	assert_int_equal(renameat(f->fds[0], "d", f->fds[0], "moved"), 0);
	assert_int_equal(dir_pin(chain.cache, chain.dirs[0], CE_SIDE_SOURCE), -ENOENT);
	assert_int_equal(mkdirat(f->fds[0], "d", 0755), 0);
	assert_int_equal(mkdirat(f->fds[0], "d/d", 0755), 0);
	unsigned before = fixture_open_fds();
	assert_int_equal(dir_pin(chain.cache, chain.dirs[0], CE_SIDE_SOURCE), -ESTALE);
	assert_int_equal(dir_pin(chain.cache, chain.dirs[1], CE_SIDE_SOURCE), -ESTALE);
	assert_int_equal(dir_pin(chain.cache, chain.dirs[100], CE_SIDE_SOURCE), -ESTALE);
	assert_int_equal(fixture_open_fds(), before);
	chain_close(&chain);
}

static void symbolic_link_in_its_place_is_not_followed(void **state)
{
	struct fixture *f = *state;
	struct chain chain;
	chain_open(&chain, f, 4);
	close_unused(&chain);
	assert_int_equal(renameat(f->fds[0], "d", f->fds[0], "moved"), 0);
	assert_int_equal(symlinkat("moved", f->fds[0], "d"), 0);
	int rc = dir_pin(chain.cache, chain.dirs[0], CE_SIDE_SOURCE);
	assert_true(rc == -ELOOP || rc == -ENOTDIR);
	chain_close(&chain);
}

static void lending_the_parent(void **state)
{
	struct chain chain;
	chain_open(&chain, *state, 6);
	close_unused(&chain);
	struct dir *dir = chain.dirs[10], *parent = chain.dirs[9];
	assert_true(dir_pin(chain.cache, dir, CE_SIDE_SOURCE) >= 0);
	assert_false(is_open(parent));
	dir_lend_parent(chain.cache, dir, CE_SIDE_SOURCE);
	assert_true(is_open(parent));
	expect_identity(parent, parent->sides[CE_SIDE_SOURCE].fd);
	int fd = parent->sides[CE_SIDE_SOURCE].fd;
	dir_lend_parent(chain.cache, dir, CE_SIDE_SOURCE); /* it is open: nothing to do */
	assert_int_equal(parent->sides[CE_SIDE_SOURCE].fd, fd);
	dir_unpin(chain.cache, dir, CE_SIDE_SOURCE);
	chain_close(&chain);
}

/* Moved elsewhere, its ".." is another directory: that must not be taken for the parent. */
static void strangers_are_not_lent(void **state)
{
	struct fixture *f = *state;
	struct chain chain;
	chain_open(&chain, f, 6);
	close_unused(&chain);
	assert_true(dir_pin(chain.cache, chain.dirs[1], CE_SIDE_SOURCE) >= 0);
	assert_int_equal(renameat(f->fds[0], "d/d", f->fds[0], "elsewhere"), 0);
	dir_lend_parent(chain.cache, chain.dirs[1], CE_SIDE_SOURCE);
	assert_false(is_open(chain.dirs[0]));
	dir_unpin(chain.cache, chain.dirs[1], CE_SIDE_SOURCE);
	chain_close(&chain);
}

struct pinner {
	struct chain *chain;
	unsigned seed;
	unsigned bad;
};

static void *pin_at_random(void *arg)
{
	struct pinner *pinner = arg;
	struct chain *chain = pinner->chain;
	for (int i = 0; i < 3000; i++) {
		struct dir *dir = chain->dirs[(unsigned)rand_r(&pinner->seed) % 20];
		struct stat st;
		int fd = dir_pin(chain->cache, dir, CE_SIDE_SOURCE);
		pinner->bad += fd < 0 || fstat(fd, &st) < 0
			|| st.st_ino != dir->sides[CE_SIDE_SOURCE].ino;
		if (fd >= 0)
			dir_unpin(chain->cache, dir, CE_SIDE_SOURCE);
	}
	return NULL;
}

/* A pinned fd is never closed or exchanged, however the others come and go. */
static void many_threads_few_fds(void **state)
{
	struct chain chain;
	struct pinner pinners[4];
	pthread_t threads[4];
	chain_open(&chain, *state, 4);
	for (unsigned i = 0; i < 4; i++) {
		pinners[i] = (struct pinner){ .chain = &chain, .seed = i };
		assert_int_equal(pthread_create(&threads[i], NULL, pin_at_random, &pinners[i]), 0);
	}
	for (int i = 0; i < 4; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(pinners[i].bad, 0);
	}
	assert_true(chain.cache->open <= 4);
	chain_close(&chain);
}

#define test(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_as_the_caller_spells_them),
		cmocka_unit_test(sides_have_their_own_names),
		cmocka_unit_test(relative_paths),
		cmocka_unit_test(paths_are_appended),
		cmocka_unit_test(deep_paths),
		cmocka_unit_test(counts),
		cmocka_unit_test(first_birth_is_believed),
		test(fds_stay_within_the_budget),
		test(closed_ones_are_opened_again),
		test(pinned_ones_stay),
		test(least_recently_used_goes_first),
		test(replaced_directory_is_stale),
		test(symbolic_link_in_its_place_is_not_followed),
		test(lending_the_parent),
		test(strangers_are_not_lent),
		test(many_threads_few_fds),
	};
	return cmocka_run_group_tests_name("dir", tests, NULL, NULL);
}
