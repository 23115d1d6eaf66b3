/* copy_dry.c - what would be done: every decision of a copy, without its deeds. */
#include "copy.h"

#include <errno.h>

/* The first name of a group would be copied, the others linked. Returns false if it waits. */
static bool report_made(
	struct worker *worker, const struct place *at, const struct object *src, enum plan plan)
{
	struct hardlink *group;
	enum ce_action action = plan == PLAN_CREATE ? CE_ACTION_CREATED : CE_ACTION_REPLACED;
	switch (hardlink_claim(worker, at, src, &group)) {
	case HARDLINK_COPY:
		copy_waiters(worker, hardlink_done(worker, group, at, &src->st, 0));
		break;
	case HARDLINK_WAITING:
		return false;
	case HARDLINK_READY:
		hardlink_linked(worker, group);
		action = CE_ACTION_LINKED;
		break;
	default:
		break;
	}
	report_object(worker, at, action, src->st.stx_mode);
	return true;
}

bool copy_dry(struct worker *worker, const struct place *at, const struct object *src)
{
	enum plan plan = PLAN_CREATE;
	struct statx dst;
	int rc = at->dir->absent ? 0 : target_plan(worker, at, src, &dst, &plan);
	if (rc < 0) {
		report_error(worker, at, CE_OP_CREATE, rc);
		return true;
	}
	switch (plan) {
	case PLAN_CREATE:
	case PLAN_REPLACE:
		return report_made(worker, at, src, plan);
	case PLAN_REPAIR:
		if (target_differs(worker, at, src, &dst))
			report_object(worker, at, CE_ACTION_REPAIRED, src->st.stx_mode);
		else
			stats_add(&worker->stats, unchanged, 1);
		break;
	case PLAN_ITSELF:
		report_error(worker, at, CE_OP_ITSELF, -EEXIST);
		break;
	case PLAN_MERGE:
	case PLAN_CONFLICT:
		report_conflict(worker, at);
		break;
	}
	return true;
}

int copy_dry_enter(struct worker *worker, struct dir *dir, const struct place *at,
	const struct object *src, struct object *ret_dst)
{
	enum plan plan = PLAN_CREATE;
	struct statx dst;
	dir->absent = dir->parent->absent;
	int rc = dir->absent ? 0 : target_plan(worker, at, src, &dst, &plan);
	if (rc < 0)
		return rc;
	dir->absent = plan == PLAN_CREATE || plan == PLAN_REPLACE;
	if (plan == PLAN_CONFLICT)
		return -EEXIST;
	if (plan == PLAN_ITSELF)
		return -ELOOP;
	if (!dir->absent)
		WITH_FDS(&worker->ctx->dirs, rc,
			object_open_dir(ret_dst, at->fds[CE_SIDE_DEST], at->dest_name));
	return rc;
}
