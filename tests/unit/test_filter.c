/* test_filter.c - patterns: the glob by itself, then the rules for paths. */
#include "fixture.h"

#include "filter.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

struct match {
	const char *pattern, *text;
	bool matches;
};

static void check_all(const struct match *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (filter_match(rows[i].pattern, rows[i].text) != rows[i].matches)
			fail_msg("'%s' should %smatch '%s'", rows[i].pattern,
				rows[i].matches ? "" : "not ", rows[i].text);
}

#define CHECK(...)                                                                                 \
	do {                                                                                       \
		static const struct match rows[] = { __VA_ARGS__ };                                \
		check_all(rows, sizeof(rows) / sizeof(rows[0]));                                   \
	} while (0)

static void plain_text(void **state)
{
	(void)state;
	CHECK({ "", "", true }, { "a", "a", true }, { "a", "b", false }, { "a", "", false },
		{ "", "a", false }, { "abc", "ab", false }, { "ab", "abc", false },
		{ "a/b", "a/b", true }, { "\xff\x80", "\xff\x80", true });
}

static void one_star(void **state)
{
	(void)state;
	CHECK({ "*", "", true }, { "*", "abc", true }, { "*", "a/b", false },
		{ "*.o", "x.o", true }, { "*.o", ".o", true }, { "*.o", "x.oo", false },
		{ "a*", "a", true }, { "a*c", "abcbc", true }, { "a*c", "abcb", false },
		{ "a*/c", "ab/c", true }, { "a*c", "a/c", false }, { "*a*b*", "xxaxxbxx", true },
		{ "*a*b*", "xxbxxaxx", false }, { "*/*", "a/b", true }, { "*/*", "a/b/c", false },
		{ "*aab", "aaab", true }, { "*\\*", "a*", true });
}

static void two_stars(void **state)
{
	(void)state;
	CHECK({ "**", "", true }, { "**", "a/b/c", true }, { "a/**/b", "a/b", true },
		{ "a/**/b", "a/x/b", true }, { "a/**/b", "a/x/y/b", true },
		{ "a/**/b", "ab", false }, { "a/**/b", "a/xb", false }, { "a/**/b", "xa/b", false },
		{ "**/x", "x", true }, { "**/x", "a/x", true }, { "**/x", "a/b/x", true },
		{ "**/x", "ax", false }, { "**/x", "x/y", false }, { "x/**", "x/y", true },
		{ "x/**", "x/y/z", true }, { "x/**", "x", false }, { "x/**", "y/x/z", false },
		{ "a**z", "a/b/z", true }, { "a**z", "az", true }, { "**.c", "a/b.c", true },
		{ "***", "a/b", true }, { "a/**/**/b", "a/b", true }, { "**/*.c", "x/y.c", true },
		{ "**/*.c", "y.c", true }, { "**/*.c", "y.d", false },
		{ "**/a*b/c", "ax/ab/c", true }, { "**/a/b", "a/a/b", true },
		{ "**a*b/c", "xaxx/ab/c", true }, { "*/**/b", "x/y/b", true });
}

static void question_mark(void **state)
{
	(void)state;
	CHECK({ "?", "a", true }, { "?", "", false }, { "?", "ab", false }, { "?", "/", false },
		{ "a?c", "abc", true }, { "a?c", "a/c", false }, { "*?", "", false },
		{ "*?", "x", true });
}

static void sets(void **state)
{
	(void)state;
	CHECK({ "[abc]", "b", true }, { "[abc]", "d", false }, { "[a-c]", "b", true },
		{ "[a-c]", "-", false }, { "[a-]", "-", true }, { "[-a]", "-", true },
		{ "[!a]", "b", true }, { "[!a]", "a", false }, { "[^a]", "b", true },
		{ "[]a]", "]", true }, { "[]a]", "a", true }, { "[!]a]", "]", false },
		{ "[!]a]", "b", true }, { "[\\]]", "]", true }, { "[a\\-c]", "b", false },
		{ "[a\\-c]", "-", true }, { "[!a]", "/", false }, { "[.-0]", "/", false },
		{ "x[0-9]y", "x5y", true }, { "*[0-9]", "ab7", true },
		{ "[\x80-\xff]", "\xc3", true }, { "[c-a]", "b", false }, { "[a]", "", false });
}

/* "[" that is never closed stands for itself, and what follows keeps its meaning. */
static void unterminated_set(void **state)
{
	(void)state;
	CHECK({ "[", "[", true }, { "[", "a", false }, { "[abc", "[abc", true },
		{ "[abc", "a", false }, { "[!", "[!", true }, { "[]", "[]", true },
		{ "[a*", "[abc", true }, { "x[", "x[", true }, { "[\\", "[\\", true },
		{ "[a-", "[a-", true });
}

static void escapes(void **state)
{
	(void)state;
	CHECK({ "\\*", "*", true }, { "\\*", "a", false }, { "\\?", "?", true },
		{ "\\?", "a", false }, { "\\[a]", "[a]", true }, { "\\\\", "\\", true },
		{ "\\a", "a", true }, { "a\\", "a\\", true }, { "\\**", "*b", true },
		{ "\\**", "ab", false });
}

/* "**" matches characters; the slash behind it is only left out together with a directory. */
static void slash_behind_two_stars(void **state)
{
	(void)state;
	CHECK({ "a**/b", "a/b", true }, { "a**/b", "ax/b", true }, { "a**/b", "ab", false },
		{ "a**/b", "ax/yb", false });
}

/* Of the CPU: other processes have theirs. */
static double seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Repeat part until the buffer is full. */
static char *repeat(const char *part, size_t size)
{
	char *text = malloc(size + 1);
	assert_non_null(text);
	for (size_t i = 0; i < size; i++)
		text[i] = part[i % strlen(part)];
	text[size] = '\0';
	return text;
}

static void expect_fast(const char *part, const char *text_part, size_t pattern_size)
{
	char *pattern = repeat(part, pattern_size), *text = repeat(text_part, 4000);
	double began = seconds();
	filter_match(pattern, text);
	double took = seconds() - began;
	if (took > 2)
		fail_msg("%zu characters of '%s' took %.1f s", pattern_size, part, took);
	free(pattern);
	free(text);
}

/* What makes matchers that try every star against every length take years. */
static void no_pattern_is_exponential(void **state)
{
	(void)state;
	expect_fast("*a", "a", 401);
	expect_fast("**a", "a", 403);
	expect_fast("a*/**/", "a/", 406);
	expect_fast("**/*", "ab/", 401);
	expect_fast("*[a-z]", "a", 601);
	expect_fast("**?", "x/", 300);
}

/* ---- rules, against directories of a walk ---- */

/* base / top / a / b, where base is the parent of the pair and top its source. */
struct tree {
	struct dircache cache;
	struct dir *base, *top, *a, *b;
};

static int setup(void **state)
{
	struct tree *tree = calloc(1, sizeof(*tree));
	dircache_init(&tree->cache, 8);
	tree->base = dir_new(NULL, "/parent", "/parent");
	tree->base->base = true;
	tree->top = dir_new(tree->base, "top", "top");
	tree->a = dir_new(tree->top, "a", "a");
	tree->b = dir_new(tree->a, "b", "b");
	*state = tree;
	return 0;
}

static int teardown(void **state)
{
	struct tree *tree = *state;
	dir_unref(&tree->cache, tree->b);
	dir_unref(&tree->cache, tree->a);
	dir_unref(&tree->cache, tree->top);
	dir_unref(&tree->cache, tree->base);
	dircache_destroy(&tree->cache);
	free(tree);
	return 0;
}

static bool excludes(const char *pattern, const struct dir *dir, const char *name, bool directory)
{
	struct filter *filter = filter_create(&pattern, 1);
	assert_non_null(filter);
	bool result = filter_excludes(filter, dir, name, directory);
	filter_destroy(filter);
	return result;
}

static void last_name_anywhere(void **state)
{
	struct tree *t = *state;
	assert_true(excludes("*.o", t->top, "x.o", false));
	assert_true(excludes("*.o", t->b, "x.o", false));
	assert_true(excludes("*.o", t->b, "x.o", true));
	assert_false(excludes("*.o", t->b, "x.c", false));
	assert_false(excludes("a", t->b, "b", false));
}

static void anchored_at_the_top(void **state)
{
	struct tree *t = *state;
	assert_true(excludes("/x", t->top, "x", false));
	assert_false(excludes("/x", t->a, "x", false));
	assert_true(excludes("/a/x", t->a, "x", false));
	assert_false(excludes("/b/x", t->b, "x", false));
	assert_true(excludes("/*/x", t->a, "x", false));
	assert_false(excludes("/*/x", t->b, "x", false));
	assert_true(excludes("/**/x", t->b, "x", false));
	assert_true(excludes("/**/x", t->top, "x", false));
}

static void directories_only(void **state)
{
	struct tree *t = *state;
	assert_true(excludes("x/", t->a, "x", true));
	assert_false(excludes("x/", t->a, "x", false));
	assert_true(excludes("/x/", t->top, "x", true));
	assert_false(excludes("/x/", t->a, "x", true));
	assert_true(excludes("b/x/", t->b, "x", true));
}

static void path_behind_any_slash(void **state)
{
	struct tree *t = *state;
	assert_true(excludes("b/x", t->b, "x", false));
	assert_true(excludes("a/b/x", t->b, "x", false));
	assert_true(excludes("a/**/x", t->b, "x", false));
	assert_true(excludes("a/**/x", t->a, "x", false));
	assert_false(
		excludes("top/a", t->top, "a", true)); /* the source's own name is not below it */
	assert_false(excludes("xb/x", t->b, "x", false));
	assert_false(excludes("/b/x", t->b, "x", false));
}

static void source_itself_is_never_left_out(void **state)
{
	struct tree *t = *state;
	assert_false(excludes("top", t->base, "top", true));
	assert_false(excludes("**", t->base, "top", true));
	assert_false(excludes("*", t->base, "top", false));
}

static void any_of_several(void **state)
{
	struct tree *t = *state;
	const char *patterns[] = { "*.o", "/a/keep", "c/" };
	struct filter *filter = filter_create(patterns, 3);
	assert_non_null(filter);
	assert_true(filter_excludes(filter, t->b, "z.o", false));
	assert_true(filter_excludes(filter, t->a, "keep", false));
	assert_true(filter_excludes(filter, t->b, "c", true));
	assert_false(filter_excludes(filter, t->b, "keep", false));
	filter_destroy(filter);
}

static void no_filter_excludes_nothing(void **state)
{
	struct tree *t = *state;
	assert_false(filter_excludes(NULL, t->a, "x", false));
	filter_destroy(NULL);
}

#define in_tree(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_text),
		cmocka_unit_test(one_star),
		cmocka_unit_test(two_stars),
		cmocka_unit_test(question_mark),
		cmocka_unit_test(sets),
		cmocka_unit_test(unterminated_set),
		cmocka_unit_test(escapes),
		cmocka_unit_test(slash_behind_two_stars),
		cmocka_unit_test(no_pattern_is_exponential),
		in_tree(last_name_anywhere),
		in_tree(anchored_at_the_top),
		in_tree(directories_only),
		in_tree(path_behind_any_slash),
		in_tree(source_itself_is_never_left_out),
		in_tree(any_of_several),
		in_tree(no_filter_excludes_nothing),
	};
	return cmocka_run_group_tests_name("filter", tests, NULL, NULL);
}
