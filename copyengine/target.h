/*
 * target.h - giving a copy its name: made directly where nothing stands, else made under a
 * temporary name and put in the place of what is there. Nothing existing is ever opened to be
 * written, so a planted hard link cannot lead a write elsewhere.
 */
#ifndef CE_TARGET_H
#define CE_TARGET_H

#include "object.h"
#include "plan.h"
#include "report.h"

#define TARGET_TEMP_PREFIX ".treecp-"

struct target {
	bool replacing;
	uint64_t dev, ino;                          /* what was found there, unless nothing was */
	char temp[sizeof(TARGET_TEMP_PREFIX) + 16]; /* the name until then */
};

/* What target_make() came to. */
enum target_outcome {
	TARGET_MADE,    /* the object exists under target_name() and waits for target_commit() */
	TARGET_SAME,    /* an object with the same content stands there: PLAN_REPAIR */
	TARGET_NOTHING, /* nothing is to be done, or could be; all is reported */
};

/* Makes the object called name in dirfd, exclusively. Returns 0 or a negative errno. */
typedef int target_maker(struct worker *worker, int dirfd, const char *name, void *arg);

/* Make the copy of src, an object that is not a directory, at a place whose fds are pinned. */
enum target_outcome target_make(struct worker *worker, const struct place *at,
	const struct object *src, target_maker *maker, void *arg, struct target *target);

/*
 * Note that dst, with several names, stands for src. Returns 1, or 0 if it does for another object
 * of the source; -ENOMEM.
 */
int target_take(struct worker *worker, const struct object *src, const struct statx *dst);

/* The name the object has at the moment. */
const char *target_name(const struct target *target, const struct place *at);

/* Whether dst, opened by name since, is the object that TARGET_SAME was said of. */
bool target_is_existing(const struct target *target, const struct object *dst);

/*
 * Give the finished object its final name. flags are the source's inode flags: a file in the way
 * that is frozen as the source is gives way, too. Returns 0, or a negative errno already reported.
 */
int target_commit(struct worker *worker, const struct place *at, int dirfd, struct target *target,
	uint32_t flags);

/* Remove an object that could not be finished. */
void target_abort(const struct place *at, int dirfd, struct target *target);

/* Look at what stands in the destination and decide. ret_dst is what was found, if anything. */
int target_plan(struct worker *worker, const struct place *at, const struct object *src,
	struct statx *ret_dst, enum plan *ret_plan);

/*
 * Something could not be made at a place (-EPERM): if that is because the directory is frozen from
 * an earlier copy, as the source's is, thaw it until it is left again. Returns whether to try
 * again.
 */
bool target_thaw_parent(struct worker *worker, const struct place *at);

/* Whether an existing object would have to be given other rights or attributes. */
bool target_differs(struct worker *worker, const struct place *at, const struct object *src,
	const struct statx *dst_st);

/* A fresh temporary name. */
void target_temp_name(struct target *target);

#endif
