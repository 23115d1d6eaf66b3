/*
 * report.h - telling the caller what happened: events, one at a time, and counting them.
 */
#ifndef CE_REPORT_H
#define CE_REPORT_H

#include "copyengine.h"
#include "ctx.h"

/* Where something happened: a name in a directory under work; name NULL: the directory itself. */
struct place {
	struct dir *dir;
	const char *name;
	const char *dest_name; /* differs from name only at the top of a pair */
	int fds[2];        /* the directory's, by enum ce_side, while somebody has them pinned */
	uint64_t ino_hint; /* as the source directory lists the name; 0: not known */
};

/*
 * Pin both sides of at->dir (the destination only if it exists: not in a dry run) into at->fds.
 * Returns 0, or the negative errno of the side that failed; place_unpin() is due either way.
 */
int place_pin(struct dircache *dirs, struct place *at);
void place_unpin(struct dircache *dirs, const struct place *at);

/* The place of a directory under work. */
struct place place_of_dir(struct dir *dir);

/*
 * op failed at a place with the negative errno rc; its directory is troubled. Conditions that no
 * further object can escape (destination full, out of memory) also stop the run.
 */
void report_error(struct worker *worker, const struct place *at, enum ce_op op, int rc);

/* As report_error(), naming the attribute class that could not be handled. */
void report_attr_error(
	struct worker *worker, const struct place *at, enum ce_op op, enum ce_attr attr, int rc);

/* The destination has something else by that name, left untouched. */
void report_conflict(struct worker *worker, const struct place *at);

/* The source object was modified, replaced or removed during its copy. */
void report_changed(struct worker *worker, const struct place *at, const char *detail);

/* The destination file system could not hold attr of this object; rc says how it refused. */
void report_loss(struct worker *worker, const struct place *at, struct fs *dest, enum ce_attr attr,
	int rc, const char *detail);

/* The two trees differ in attr; side says where path is (or is alone). */
void report_difference(struct worker *worker, const struct place *at, enum ce_side side,
	enum ce_attr attr, const char *detail);

/* An object was dealt with (counts it; the event is sent only with CE_EACH_OBJECT). */
void report_object(
	struct worker *worker, const struct place *at, enum ce_action action, uint32_t mode);

/* An object is gone, or in a dry run would be (counts it; the event as above). */
void report_removed(struct worker *worker, const struct place *at, uint32_t mode);

/* An object stays, as its name is one to keep. */
void report_kept(struct worker *worker, const struct place *at);

/* An error without a place: a root path that cannot be used, a durability call. */
void report_path_error(struct ctx *ctx, enum ce_op op, enum ce_side side, const char *path, int rc);

/* At the end of a run: one CE_EVENT_LOSS_TOTAL per file system and class. */
void report_loss_totals(struct ctx *ctx);

/* CE_EVENT_PROGRESS with these counts. */
void report_progress(struct ctx *ctx, const struct ce_stats *stats);

#endif
