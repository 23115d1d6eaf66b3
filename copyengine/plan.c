/* plan.c - what to do about one object. */
#include "plan.h"

#include "sys.h"

static bool same_mtime(const struct statx *a, const struct statx *b)
{
	return a->stx_mtime.tv_sec == b->stx_mtime.tv_sec
		&& a->stx_mtime.tv_nsec == b->stx_mtime.tv_nsec;
}

/*
 * An object with more names than the source's may be a link to something that is not ours to touch.
 * But where the source's names are met twice, their copies from an earlier run have as many more.
 */
static bool has_other_names(const struct plan_facts *facts)
{
	uint32_t names = facts->src->stx_nlink;
	return facts->dst->stx_nlink > names && (names < 2 || !facts->repeats);
}

/* Whether the content can be taken to be the same. */
static bool same_content(const struct plan_facts *facts)
{
	const struct statx *src = facts->src, *dst = facts->dst;
	if ((src->stx_mode & S_IFMT) != (dst->stx_mode & S_IFMT) || has_other_names(facts))
		return false;
	switch (src->stx_mode & S_IFMT) {
	case S_IFREG:
		return src->stx_size == dst->stx_size && same_mtime(src, dst);
	case S_IFLNK:
		return facts->same_target;
	case S_IFCHR:
	case S_IFBLK:
		return sys_rdev(src) == sys_rdev(dst);
	default:
		return true;
	}
}

enum plan plan_object(const struct plan_facts *facts)
{
	const struct statx *src = facts->src, *dst = facts->dst;
	if (!dst)
		return PLAN_CREATE;
	bool itself = sys_dev(src) == sys_dev(dst) && src->stx_ino == dst->stx_ino;
	if (S_ISDIR(src->stx_mode) && S_ISDIR(dst->stx_mode))
		return itself ? PLAN_ITSELF : PLAN_MERGE;
	if (facts->existing == CE_EXISTING_KEEP || S_ISDIR(dst->stx_mode))
		return PLAN_CONFLICT;
	if (itself)
		return facts->existing == CE_EXISTING_UPDATE ? PLAN_REPAIR : PLAN_ITSELF;
	if (facts->existing == CE_EXISTING_UPDATE && same_content(facts))
		return PLAN_REPAIR;
	return PLAN_REPLACE;
}
