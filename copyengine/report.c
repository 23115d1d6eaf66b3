/* report.c - events, one at a time, and counting them. */
#include "report.h"

#include "base/fd.h"

#include <assert.h>
#include <errno.h>

/* Which tree an operation happens in, to name the path there. */
static const enum ce_side op_side[CE_OP_COUNT] = {
	[CE_OP_OPEN] = CE_SIDE_SOURCE,
	[CE_OP_STAT] = CE_SIDE_SOURCE,
	[CE_OP_READ] = CE_SIDE_SOURCE,
	[CE_OP_LIST] = CE_SIDE_SOURCE,
	[CE_OP_READ_ATTR] = CE_SIDE_SOURCE,
	[CE_OP_CREATE] = CE_SIDE_DEST,
	[CE_OP_WRITE] = CE_SIDE_DEST,
	[CE_OP_REFLINK] = CE_SIDE_DEST,
	[CE_OP_LINK] = CE_SIDE_DEST,
	[CE_OP_REPLACE] = CE_SIDE_DEST,
	[CE_OP_SET_ATTR] = CE_SIDE_DEST,
	[CE_OP_CLOSE] = CE_SIDE_DEST,
	[CE_OP_SYNC] = CE_SIDE_DEST,
	[CE_OP_VERIFY] = CE_SIDE_DEST,
	[CE_OP_NAME] = CE_SIDE_SOURCE,
	[CE_OP_NEST] = CE_SIDE_DEST,
	[CE_OP_ITSELF] = CE_SIDE_DEST,
	[CE_OP_REMOVE] = CE_SIDE_SOURCE,
	[CE_OP_MOUNT] = CE_SIDE_SOURCE,
	[CE_OP_SUBVOLUME] = CE_SIDE_SOURCE,
};

static void send(struct ctx *ctx, const struct ce_event *event)
{
	if (!ctx->options.on_event)
		return;
	pthread_mutex_lock(&ctx->event_lock);
	ctx->options.on_event(event, ctx->options.user);
	pthread_mutex_unlock(&ctx->event_lock);
}

/* The path of a place; without memory for all of it, its last name. */
static void place_path(const struct place *at, enum ce_side side, struct str *path)
{
	const char *name = side == CE_SIDE_DEST && at->name ? at->dest_name : at->name;
	if (dir_path(at->dir, side, name, path) < 0) {
		str_truncate(path, 0);
		str_adds(path, name ? name : dir_name(at->dir, side));
	}
}

static void send_at(struct ctx *ctx, const struct place *at, struct ce_event *event)
{
	if (!ctx->options.on_event)
		return;
	AUTO_STR path = STR_EMPTY;
	place_path(at, event->side, &path);
	event->size = sizeof(*event);
	event->path = str_get(&path);
	send(ctx, event);
}

int place_pin(struct dircache *dirs, struct place *at)
{
	at->fds[CE_SIDE_DEST] = -1;
	int fd = at->fds[CE_SIDE_SOURCE] = dir_pin(dirs, at->dir, CE_SIDE_SOURCE);
	if (fd >= 0 && !at->dir->absent)
		fd = at->fds[CE_SIDE_DEST] = dir_pin(dirs, at->dir, CE_SIDE_DEST);
	return fd < 0 ? fd : 0;
}

void place_unpin(struct dircache *dirs, const struct place *at)
{
	for (int side = 0; side < 2; side++) {
		if (at->fds[side] >= 0)
			dir_unpin(dirs, at->dir, (enum ce_side)side);
	}
}

struct place place_of_dir(struct dir *dir)
{
	return (struct place){ .dir = dir };
}

/* What would fail for each further object in the same way. */
static bool ends_run(enum ce_op op, int rc)
{
	if (rc == -ENOMEM)
		return true;
	return (rc == -ENOSPC || rc == -EDQUOT) && op_side[op] == CE_SIDE_DEST
		&& op != CE_OP_SET_ATTR;
}

void report_attr_error(
	struct worker *worker, const struct place *at, enum ce_op op, enum ce_attr attr, int rc)
{
	stats_add(&worker->stats, errors, 1);
	atomic_store(&at->dir->troubled, true);
	send_at(worker->ctx, at,
		&(struct ce_event){ .kind = CE_EVENT_ERROR,
			.op = op,
			.side = op_side[op],
			.attr = attr,
			.error = -rc });
	if (ends_run(op, rc))
		ctx_stop(worker->ctx, rc);
}

void report_error(struct worker *worker, const struct place *at, enum ce_op op, int rc)
{
	if (rc == -ECANCELED && ctx_stopped(worker->ctx))
		return; /* the run is being stopped, which is told once */
	report_attr_error(worker, at, op, 0, rc);
}

void report_conflict(struct worker *worker, const struct place *at)
{
	stats_add(&worker->stats, conflicts, 1);
	send_at(worker->ctx, at,
		&(struct ce_event){ .kind = CE_EVENT_CONFLICT,
			.op = CE_OP_CREATE,
			.side = CE_SIDE_DEST,
			.error = EEXIST });
}

void report_changed(struct worker *worker, const struct place *at, const char *detail)
{
	stats_add(&worker->stats, changed, 1);
	send_at(worker->ctx, at,
		&(struct ce_event){ .kind = CE_EVENT_CHANGED,
			.op = CE_OP_READ,
			.side = CE_SIDE_SOURCE,
			.detail = detail });
}

static void count_loss(
	struct ctx *ctx, const struct place *at, struct fs *dest, unsigned bit, int rc)
{
	pthread_mutex_lock(&ctx->event_lock);
	bool first = dest->loss_count[bit]++ == 0;
	pthread_mutex_unlock(&ctx->event_lock);
	if (!first)
		return;
	struct str path = STR_EMPTY;
	place_path(at, CE_SIDE_DEST, &path);
	dest->loss_path[bit] = path.data;
	dest->loss_error[bit] = -rc;
	atomic_fetch_or(&dest->lost, 1u << bit);
}

void report_loss(struct worker *worker, const struct place *at, struct fs *dest, enum ce_attr attr,
	int rc, const char *detail)
{
	unsigned bit = (unsigned)__builtin_ctz(attr);
	stats_add(&worker->stats, losses, 1);
	stats_add_index(&worker->stats, STATS_INDEX(losses_by_attr) + bit, 1);
	count_loss(worker->ctx, at, dest, bit, rc);
	if (ctx_flag(worker->ctx, CE_EACH_LOSS))
		send_at(worker->ctx, at,
			&(struct ce_event){ .kind = CE_EVENT_LOSS,
				.op = CE_OP_SET_ATTR,
				.side = CE_SIDE_DEST,
				.attr = attr,
				.error = -rc,
				.detail = detail });
}

void report_difference(struct worker *worker, const struct place *at, enum ce_side side,
	enum ce_attr attr, const char *detail)
{
	stats_add(&worker->stats, differences, 1);
	send_at(worker->ctx, at,
		&(struct ce_event){ .kind = CE_EVENT_DIFFERENCE,
			.op = CE_OP_VERIFY,
			.side = side,
			.attr = attr,
			.detail = detail });
}

void report_object(
	struct worker *worker, const struct place *at, enum ce_action action, uint32_t mode)
{
	switch (action) {
	case CE_ACTION_CREATED:
		stats_add_object(&worker->stats, mode);
		break;
	case CE_ACTION_LINKED:
		stats_add(&worker->stats, hard_links, 1);
		break;
	case CE_ACTION_REPLACED:
		stats_add_object(&worker->stats, mode);
		stats_add(&worker->stats, replaced, 1);
		break;
	case CE_ACTION_REPAIRED:
		stats_add(&worker->stats, repaired, 1);
		break;
	case CE_ACTION_REMOVED:
		assert(!"for report_removed()");
	}
	if (ctx_flag(worker->ctx, CE_EACH_OBJECT))
		send_at(worker->ctx, at,
			&(struct ce_event){ .kind = CE_EVENT_OBJECT,
				.op = CE_OP_CREATE,
				.side = CE_SIDE_DEST,
				.action = action,
				.mode = mode });
}

void report_removed(struct worker *worker, const struct place *at, uint32_t mode)
{
	stats_add_object(&worker->stats, mode);
	if (ctx_flag(worker->ctx, CE_EACH_OBJECT))
		send_at(worker->ctx, at,
			&(struct ce_event){ .kind = CE_EVENT_OBJECT,
				.op = CE_OP_REMOVE,
				.side = CE_SIDE_SOURCE,
				.action = CE_ACTION_REMOVED,
				.mode = mode });
}

void report_kept(struct worker *worker, const struct place *at)
{
	stats_add(&worker->stats, kept, 1);
	atomic_store(&at->dir->kept, true);
	send_at(worker->ctx, at,
		&(struct ce_event){
			.kind = CE_EVENT_KEPT, .op = CE_OP_REMOVE, .side = CE_SIDE_SOURCE });
}

void report_path_error(struct ctx *ctx, enum ce_op op, enum ce_side side, const char *path, int rc)
{
	stats_add(&ctx->main_stats, errors, 1);
	send(ctx,
		&(struct ce_event){ .size = sizeof(struct ce_event),
			.kind = CE_EVENT_ERROR,
			.op = op,
			.side = side,
			.path = path,
			.error = -rc });
}

static void send_loss_totals(struct ctx *ctx, const struct fs *fs)
{
	for (unsigned bit = 0; bit < CE_ATTR_COUNT; bit++) {
		if (fs->loss_count[bit])
			send(ctx,
				&(struct ce_event){ .size = sizeof(struct ce_event),
					.kind = CE_EVENT_LOSS_TOTAL,
					.op = CE_OP_SET_ATTR,
					.side = CE_SIDE_DEST,
					.attr = (enum ce_attr)(1u << bit),
					.error = fs->loss_error[bit],
					.count = fs->loss_count[bit],
					.path = fs->loss_path[bit] ? fs->loss_path[bit] : "" });
	}
}

void report_loss_totals(struct ctx *ctx)
{
	for (struct list *i = ctx->fs.all.next; i != &ctx->fs.all; i = i->next)
		send_loss_totals(ctx, container_of(i, struct fs, link));
}

void report_progress(struct ctx *ctx, const struct ce_stats *stats)
{
	send(ctx,
		&(struct ce_event){ .size = sizeof(struct ce_event),
			.kind = CE_EVENT_PROGRESS,
			.stats = stats });
}
