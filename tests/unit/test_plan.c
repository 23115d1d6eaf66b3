/* test_plan.c - every combination of what can stand on both sides, against the rules in words. */
#include "fixture.h"

#include "plan.h"

static const uint16_t kinds[] = { S_IFREG, S_IFDIR, S_IFLNK, S_IFIFO, S_IFSOCK, S_IFCHR, S_IFBLK };
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* How source and destination differ, a bit each. */
enum {
	SAME_OBJECT = 1 << 0,
	OTHER_SIZE = 1 << 1,
	OTHER_SECOND = 1 << 2,
	OTHER_NANOSECOND = 1 << 3,
	OTHER_TARGET = 1 << 4,
	OTHER_DEVICE = 1 << 5,
	DIFFERENCES = 1 << 6,
};

static struct statx object(uint16_t kind)
{
	return (struct statx){ .stx_mode = kind | 0644,
		.stx_ino = 10,
		.stx_dev_major = 1,
		.stx_dev_minor = 2,
		.stx_size = 1000,
		.stx_mtime = { .tv_sec = 5, .tv_nsec = 6 },
		.stx_rdev_major = 3,
		.stx_rdev_minor = 4 };
}

static struct statx other(uint16_t kind, unsigned how)
{
	struct statx st = object(kind);
	st.stx_ino += how & SAME_OBJECT ? 0 : 1;
	st.stx_size += how & OTHER_SIZE ? 1 : 0;
	st.stx_mtime.tv_sec += how & OTHER_SECOND ? 1 : 0;
	st.stx_mtime.tv_nsec += how & OTHER_NANOSECOND ? 1 : 0;
	st.stx_rdev_minor += how & OTHER_DEVICE ? 1 : 0;
	return st;
}

/* Whether content counts as the same: what the header of the library promises for UPDATE. */
static bool is_same(uint16_t kind, unsigned how)
{
	if (kind == S_IFREG)
		return !(how & (OTHER_SIZE | OTHER_SECOND | OTHER_NANOSECOND));
	if (kind == S_IFLNK)
		return !(how & OTHER_TARGET);
	if (kind == S_IFCHR || kind == S_IFBLK)
		return !(how & OTHER_DEVICE);
	return true;
}

static enum plan expected(uint16_t src, uint16_t dst, unsigned how, enum ce_existing existing)
{
	if (src == S_IFDIR && dst == S_IFDIR)
		return how & SAME_OBJECT ? PLAN_ITSELF : PLAN_MERGE;
	if (dst == S_IFDIR || existing == CE_EXISTING_KEEP)
		return PLAN_CONFLICT; /* a directory never gives way */
	if (existing == CE_EXISTING_UPDATE)
		return how & SAME_OBJECT || (src == dst && is_same(src, how)) ? PLAN_REPAIR
									      : PLAN_REPLACE;
	return how & SAME_OBJECT ? PLAN_ITSELF : PLAN_REPLACE;
}

static void check(uint16_t src_kind, uint16_t dst_kind, unsigned how, enum ce_existing existing)
{
	struct statx src = object(src_kind), dst = other(dst_kind, how);
	struct plan_facts facts = { .src = &src,
		.dst = &dst,
		.existing = existing,
		.same_target = src_kind == S_IFLNK && dst_kind == S_IFLNK
			&& !(how & OTHER_TARGET) };
	enum plan want = expected(src_kind, dst_kind, how, existing), have = plan_object(&facts);
	if (want != have)
		fail_msg("%o over %o, differences %#x, existing %d: plan %d instead of %d",
			src_kind, dst_kind, how, existing, have, want);
}

static void every_combination(void **state)
{
	(void)state;
	for (size_t src = 0; src < KINDS; src++)
		for (size_t dst = 0; dst < KINDS; dst++)
			for (unsigned how = 0; how < DIFFERENCES; how++)
				for (int existing = 0; existing <= CE_EXISTING_REPLACE; existing++)
					check(kinds[src], kinds[dst], how,
						(enum ce_existing)existing);
}

static void nothing_there(void **state)
{
	(void)state;
	for (size_t kind = 0; kind < KINDS; kind++)
		for (int existing = 0; existing <= CE_EXISTING_REPLACE; existing++) {
			struct statx src = object(kinds[kind]);
			struct plan_facts facts = { .src = &src,
				.existing = (enum ce_existing)existing };
			assert_int_equal(plan_object(&facts), PLAN_CREATE);
		}
}

/* The same number on another device is another object. */
static void identity_needs_the_device(void **state)
{
	(void)state;
	struct statx src = object(S_IFDIR), dst = object(S_IFDIR);
	struct plan_facts facts = { .src = &src, .dst = &dst };
	assert_int_equal(plan_object(&facts), PLAN_ITSELF);
	dst.stx_dev_major++;
	assert_int_equal(plan_object(&facts), PLAN_MERGE);
	dst = object(S_IFDIR);
	dst.stx_dev_minor++;
	assert_int_equal(plan_object(&facts), PLAN_MERGE);
}

/* Permissions are metadata: they alone do not make a file be copied anew. */
static void mode_is_not_content(void **state)
{
	(void)state;
	struct statx src = object(S_IFREG), dst = other(S_IFREG, 0);
	struct plan_facts facts = { .src = &src, .dst = &dst, .existing = CE_EXISTING_UPDATE };
	dst.stx_mode = S_IFREG | 04755;
	assert_int_equal(plan_object(&facts), PLAN_REPAIR);
}

/* A copy with more names than its source is not ours alone, but where those came twice. */
static void further_names(void **state)
{
	(void)state;
	struct statx src = object(S_IFREG), dst = other(S_IFREG, 0);
	struct plan_facts facts = { .src = &src, .dst = &dst, .existing = CE_EXISTING_UPDATE };
	src.stx_nlink = 2;
	dst.stx_nlink = 4;
	assert_int_equal(plan_object(&facts), PLAN_REPLACE);
	facts.repeats = true;
	assert_int_equal(plan_object(&facts), PLAN_REPAIR);
	src.stx_nlink = 1;
	assert_int_equal(plan_object(&facts), PLAN_REPLACE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_combination),
		cmocka_unit_test(nothing_there),
		cmocka_unit_test(identity_needs_the_device),
		cmocka_unit_test(mode_is_not_content),
		cmocka_unit_test(further_names),
	};
	return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
