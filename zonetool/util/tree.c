/* tree.c - copying and removing trees with libcopyengine. */
#include "util/tree.h"

#include <copyengine.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

enum {
	PROGRESS_MS = 300,
	MESSAGES_MAX = 20, /* objects that are named: the rest is counted */
};

/* A run, for the callback. */
struct run {
	const struct tree_job *job;
	bool counting; /* what would not be removed is no error */
	uint64_t told; /* problems, described or counted */
};

/*
 * What is no reason to refuse a copy: a time that is rounded, as every file's is on file systems
 * that keep no fractions of a second. It is said all the same.
 */
static bool is_accepted_loss(const struct run *run, const struct ce_event *event)
{
	return event->kind == CE_EVENT_LOSS_TOTAL
		&& (run->job->lossy || (event->attr & CE_ATTR_TIMES));
}

/*
 * What is no loss, though both sides differ: the access time of a source that comparing has read,
 * where the file system does not know O_NOATIME; and what a copy takes of storage, which ZFS knows
 * seconds later, and of what it compresses never. A hole that cannot be made is told as a loss.
 */
static bool is_accepted_difference(const struct ce_event *event)
{
	return event->kind == CE_EVENT_DIFFERENCE
		&& (event->attr == CE_ATTR_ATIME || event->attr == CE_ATTR_SPARSE);
}

/* Whether an event is no problem, which is said if it is worth a word. */
static bool is_accepted(const struct run *run, const struct ce_event *event)
{
	struct messages *messages = run->job->messages;
	if (is_accepted_difference(event))
		return true;
	if (is_accepted_loss(run, event)) {
		message_warning(messages,
			"the new place cannot hold %s of %" PRIu64 " objects%s, such as %s",
			ce_attr_name(event->attr), event->count,
			event->attr & CE_ATTR_TIMES ? " exactly" : "", event->path);
		return true;
	}
	if (event->kind == CE_EVENT_ERROR && event->op == CE_OP_SUBVOLUME
		&& (run->counting || run->job->on_subvolume)) {
		if (run->counting)
			message_warning(messages, "%s is a subvolume: what is in it is not counted",
				event->path);
		else
			run->job->on_subvolume(run->job->subvolume_user, event->path);
		return true;
	}
	return event->kind == CE_EVENT_LOSS || event->kind == CE_EVENT_OBJECT
		|| event->kind == CE_EVENT_KEPT;
}

/* What went wrong with one object. */
static void tell(struct run *run, const struct ce_event *event)
{
	if (is_accepted(run, event) || run->told++ >= MESSAGES_MAX)
		return;
	struct messages *messages = run->job->messages;
	switch (event->kind) {
	case CE_EVENT_ERROR:
		message_error(messages, -event->error, "%s %s: %s", ce_op_name(event->op),
			event->path, strerror(event->error));
		break;
	case CE_EVENT_CONFLICT:
		message_error(messages, -EEXIST, "%s is there already", event->path);
		break;
	case CE_EVENT_CHANGED:
		message_error(messages, -EBUSY, "%s was changed while it was copied", event->path);
		break;
	case CE_EVENT_LOSS_TOTAL:
		message_error(messages, -ENOTSUP,
			"the new place cannot hold %s of %" PRIu64 " objects, such as %s; to do "
			"without: --lossy",
			ce_attr_name(event->attr), event->count, event->path);
		break;
	case CE_EVENT_DIFFERENCE:
		message_error(messages, -EIO, "the copy of %s differs in %s%s%s", event->path,
			ce_attr_name(event->attr), event->detail ? ": " : "",
			event->detail ? event->detail : "");
		break;
	case CE_EVENT_LOSS:
	case CE_EVENT_OBJECT:
	case CE_EVENT_KEPT:
	case CE_EVENT_PROGRESS:
		break;
	}
}

static void on_event(const struct ce_event *event, void *user)
{
	struct run *run = user;
	if (event->kind != CE_EVENT_PROGRESS)
		tell(run, event);
	else if (run->job->progress)
		run->job->progress(
			run->job->user, event->stats->done_objects, event->stats->done_bytes);
}

/* What a run has come to, described. */
static int outcome(const struct run *run, int rc, const char *what, const char *path)
{
	struct messages *messages = run->job->messages;
	/* What made it incomplete may all have been accepted; what makes it fail is never lossy. */
	if (rc >= 0 && !run->told)
		return 0;
	if (rc < 0 && !run->told)
		message_error(messages, rc, "cannot %s %s: %s", what, path, strerror(-rc));
	if (run->told > MESSAGES_MAX)
		message_error(messages, -EIO, "and %" PRIu64 " more problems like these",
			run->told - MESSAGES_MAX);
	return rc < 0 ? rc : -EIO;
}

int tree_copy(const char *from, const char *to, const struct tree_job *job)
{
	struct run run = { .job = job };
	struct ce_pair pair = { .source = from, .dest = to };
	struct ce_options options = {
		.size = sizeof(options),
		.pairs = &pair,
		.pair_count = 1,
		/* What is mounted below is not the zone's: whoever calls has refused it. */
		.flags = (job->names_fd ? CE_NAMES : CE_ONE_FILE_SYSTEM) | CE_LOSSY
			| (job->sync ? CE_SYNC : 0) | (job->compare ? CE_VERIFY : 0),
		.names_fd = job->names_fd,
		.drop = job->compare == TREE_COMPARE_CONTENTS ? 0 : CE_ATTR_CONTENT,
		.excludes = job->excludes,
		.exclude_count = job->exclude_count,
		.progress_ms = PROGRESS_MS,
		.on_event = on_event,
		.user = &run,
	};
	return outcome(&run, ce_run(&options, NULL), "copy", from);
}

/* ce_remove() of one directory. */
static int remove_one(
	const char *path, const struct tree_job *job, uint32_t flags, struct ce_stats *ret_stats)
{
	struct run run = { .job = job, .counting = flags & CE_REMOVE_DRY_RUN };
	struct ce_remove_options options = {
		.size = sizeof(options),
		.paths = &path,
		.path_count = 1,
		.flags = flags,
		.progress_ms = PROGRESS_MS,
		.on_event = on_event,
		.user = &run,
	};
	return outcome(&run, ce_remove(&options, ret_stats), "remove", path);
}

int tree_remove(const char *path, const struct tree_job *job)
{
	struct statx st;
	if (statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, STATX_TYPE, &st) < 0)
		return errno == ENOENT
			? 0
			: message_error(job->messages, -errno, "%s: %s", path, strerror(errno));
	bool mount = st.stx_attributes & STATX_ATTR_MOUNT_ROOT;
	return remove_one(path, job, mount ? CE_REMOVE_KEEP_TOP : 0, NULL);
}

int tree_measure(const char *path, struct tree_size *ret_size, struct messages *messages)
{
	struct tree_job job = { .messages = messages };
	struct ce_stats stats;
	int rc = remove_one(path, &job, CE_REMOVE_DRY_RUN | CE_REMOVE_KEEP_TOP, &stats);
	if (rc < 0)
		return rc;
	*ret_size = (struct tree_size){ stats.found_objects, stats.found_bytes };
	return 0;
}
