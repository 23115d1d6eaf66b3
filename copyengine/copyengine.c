/* copyengine.c - the public interface: checking options, and the life of a copy. */
#include "copyengine.h"

#include "engine.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define THREADS_MAX 1024 /* more than any machine needs; a bound for what callers may ask */

#define FLAGS_ALL (2 * CE_IGNORE_EXTRA - 1) /* the last of enum ce_flags, and all before it */

struct ce_copy {
	struct engine *engine;
	struct ce_pair *pairs; /* of a removal, whose paths are their sources */
	struct ce_remove_options remove;
	atomic_bool ran;
};

const char *ce_version(void)
{
#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)
	return TEXT(CE_VERSION_MAJOR) "." TEXT(CE_VERSION_MINOR) "." TEXT(CE_VERSION_PATCH);
}

struct bit_name {
	uint32_t bit;
	const char *name;
};

static const char *name_of(const struct bit_name *names, size_t count, uint32_t bit)
{
	for (size_t i = 0; i < count; i++) {
		if (names[i].bit == bit)
			return names[i].name;
	}
	return NULL;
}

static const struct bit_name attr_names[] = {
	{ CE_ATTR_MODE, "mode" },
	{ CE_ATTR_OWNER, "owner" },
	{ CE_ATTR_MTIME, "mtime" },
	{ CE_ATTR_ATIME, "atime" },
	{ CE_ATTR_LINKS, "links" },
	{ CE_ATTR_ACL, "acl" },
	{ CE_ATTR_XATTR, "xattr" },
	{ CE_ATTR_CAPS, "caps" },
	{ CE_ATTR_FLAGS, "flags" },
	{ CE_ATTR_PROJECT, "project" },
	{ CE_ATTR_SPARSE, "sparse" },
	{ CE_ATTR_EXISTENCE, "existence" },
	{ CE_ATTR_TYPE, "type" },
	{ CE_ATTR_SIZE, "size" },
	{ CE_ATTR_CONTENT, "content" },
	{ CE_ATTR_TARGET, "target" },
	{ CE_ATTR_DEVICE, "device" },
};

const char *ce_attr_name(enum ce_attr attr)
{
	return name_of(attr_names, sizeof(attr_names) / sizeof(attr_names[0]), attr);
}

static const struct bit_name method_names[] = {
	{ CE_METHOD_READ_WRITE, "read_write" },
	{ CE_METHOD_COPY_FILE_RANGE, "copy_file_range" },
	{ CE_METHOD_REFLINK, "reflink" },
	{ CE_METHOD_IO_URING, "io_uring" },
	{ CE_METHOD_DIRECT, "direct" },
	{ CE_METHOD_SPARSE, "sparse" },
};

const char *ce_method_name(enum ce_method method)
{
	return name_of(method_names, sizeof(method_names) / sizeof(method_names[0]), method);
}

static const char *const op_names[CE_OP_COUNT] = {
	[CE_OP_OPEN] = "cannot open",
	[CE_OP_STAT] = "cannot stat",
	[CE_OP_READ] = "cannot read",
	[CE_OP_LIST] = "cannot list",
	[CE_OP_READ_ATTR] = "cannot read attributes of",
	[CE_OP_CREATE] = "cannot create",
	[CE_OP_WRITE] = "cannot write",
	[CE_OP_REFLINK] = "cannot share the extents of",
	[CE_OP_LINK] = "cannot make the hard link",
	[CE_OP_REPLACE] = "cannot replace",
	[CE_OP_SET_ATTR] = "cannot set attributes of",
	[CE_OP_CLOSE] = "cannot finish writing",
	[CE_OP_SYNC] = "cannot make durable",
	[CE_OP_VERIFY] = "cannot compare",
	[CE_OP_NAME] = "not a name below the source:",
	[CE_OP_NEST] = "will not copy a directory into itself:",
	[CE_OP_ITSELF] = "source and destination are the same object:",
	[CE_OP_REMOVE] = "cannot remove",
	[CE_OP_MOUNT] = "will not remove what is mounted at",
	[CE_OP_SUBVOLUME] = "will not remove the subvolume",
};

const char *ce_op_name(enum ce_op op)
{
	return (unsigned)op < CE_OP_COUNT ? op_names[op] : "failed on";
}

static bool pairs_valid(const struct ce_options *options)
{
	if (!options->pairs || !options->pair_count)
		return false;
	for (size_t i = 0; i < options->pair_count; i++) {
		const struct ce_pair *pair = &options->pairs[i];
		if (!pair->source || !*pair->source || !pair->dest || !*pair->dest)
			return false;
	}
	return true;
}

static bool excludes_valid(const struct ce_options *options)
{
	for (size_t i = 0; i < options->exclude_count; i++) {
		if (!options->excludes || !options->excludes[i])
			return false;
	}
	return true;
}

static bool valid(const struct ce_options *options)
{
	bool compares = options->task == CE_TASK_COMPARE;
	return options->size == sizeof(*options) && pairs_valid(options)
		&& (unsigned)options->task <= CE_TASK_COMPARE
		&& (unsigned)options->existing <= CE_EXISTING_REPLACE
		&& (unsigned)options->reflink <= CE_REFLINK_NEVER
		&& (unsigned)options->sparse <= CE_SPARSE_NEVER
		&& !(options->flags & ~(uint32_t)FLAGS_ALL)
		&& !(options->drop & ~(uint32_t)(CE_ATTR_ALL | CE_ATTR_CONTENT))
		&& !(options->methods & ~(uint32_t)CE_METHOD_CHOICE)
		&& options->threads <= THREADS_MAX
		&& !(options->reflink == CE_REFLINK_ALWAYS && options->sparse != CE_SPARSE_AUTO)
		&& !((options->flags & CE_NAMES) && (options->pair_count != 1 || compares))
		&& excludes_valid(options);
}

int ce_copy_create(const struct ce_options *options, struct ce_copy **ret)
{
	if (!options || !ret || !valid(options))
		return -EINVAL;
	struct ce_copy *copy = calloc(1, sizeof(*copy));
	if (!copy)
		return -ENOMEM;
	int rc = engine_create(options, NULL, &copy->engine);
	if (rc < 0) {
		free(copy);
		return rc;
	}
	*ret = copy;
	return 0;
}

int ce_copy_run(struct ce_copy *copy)
{
	return atomic_exchange(&copy->ran, true) ? -EALREADY : engine_run(copy->engine);
}

void ce_copy_cancel(struct ce_copy *copy)
{
	engine_cancel(copy->engine);
}

void ce_copy_stats(const struct ce_copy *copy, struct ce_stats *ret)
{
	engine_stats(copy->engine, ret);
}

void ce_copy_destroy(struct ce_copy *copy)
{
	if (!copy)
		return;
	engine_destroy(copy->engine);
	free(copy->pairs);
	free(copy);
}

/* Run what was created with the result rc, and free it. */
static int run_created(int rc, struct ce_copy *copy, struct ce_stats *ret_stats)
{
	if (rc < 0) {
		if (ret_stats)
			*ret_stats = (struct ce_stats){ .size = sizeof(*ret_stats) };
		return rc;
	}
	rc = ce_copy_run(copy);
	if (ret_stats)
		ce_copy_stats(copy, ret_stats);
	ce_copy_destroy(copy);
	return rc;
}

int ce_run(const struct ce_options *options, struct ce_stats *ret_stats)
{
	struct ce_copy *copy = NULL;
	int rc = ce_copy_create(options, &copy);
	return run_created(rc, copy, ret_stats);
}

int ce_compare(const struct ce_options *options, struct ce_stats *ret_stats)
{
	if (!options || options->size != sizeof(*options))
		return ce_run(options, ret_stats);
	struct ce_options compare = *options;
	compare.task = CE_TASK_COMPARE;
	return ce_run(&compare, ret_stats);
}

/* ---- removing ---- */

#define REMOVE_FLAGS_ALL (2 * CE_REMOVE_EACH_OBJECT - 1) /* as FLAGS_ALL */

/* Whether a path's last name is that of a directory in another: not "/", "." or "..". */
static bool path_removable(const char *path)
{
	size_t end = path ? strlen(path) : 0;
	while (end > 0 && path[end - 1] == '/')
		end--;
	size_t len = 0;
	while (len < end && path[end - len - 1] != '/')
		len++;
	const char *name = path + end - len;
	return len > 2 || (len == 2 && (name[0] != '.' || name[1] != '.'))
		|| (len == 1 && name[0] != '.');
}

static bool paths_valid(const struct ce_remove_options *options)
{
	for (size_t i = 0; i < options->path_count; i++) {
		if (!options->paths || !path_removable(options->paths[i]))
			return false;
	}
	return options->path_count > 0;
}

static bool names_valid(const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!names || !names[i] || !*names[i] || strchr(names[i], '/'))
			return false;
	}
	return true;
}

static bool remove_valid(const struct ce_remove_options *options)
{
	return options->size == sizeof(*options) && paths_valid(options)
		&& !(options->flags & ~(uint32_t)REMOVE_FLAGS_ALL)
		&& names_valid(options->keep, options->keep_count)
		&& names_valid(options->only, options->only_count)
		&& options->threads <= THREADS_MAX;
}

/* The part of a removal's options that every run has. */
static int remove_begin(struct ce_copy *copy)
{
	const struct ce_remove_options *remove = &copy->remove;
	copy->pairs = calloc(remove->path_count, sizeof(*copy->pairs));
	if (!copy->pairs)
		return -ENOMEM;
	for (size_t i = 0; i < remove->path_count; i++)
		copy->pairs[i].source = remove->paths[i];
	struct ce_options options = { .size = sizeof(options),
		.pairs = copy->pairs,
		.pair_count = remove->path_count,
		.threads = remove->threads,
		.progress_ms = remove->progress_ms,
		.on_event = remove->on_event,
		.user = remove->user };
	if (remove->flags & CE_REMOVE_DRY_RUN)
		options.flags |= CE_DRY_RUN;
	if (remove->flags & CE_REMOVE_EACH_OBJECT)
		options.flags |= CE_EACH_OBJECT;
	return engine_create(&options, remove, &copy->engine);
}

int ce_remove_create(const struct ce_remove_options *options, struct ce_copy **ret)
{
	if (!options || !ret || !remove_valid(options))
		return -EINVAL;
	struct ce_copy *copy = calloc(1, sizeof(*copy));
	if (!copy)
		return -ENOMEM;
	copy->remove = *options;
	int rc = remove_begin(copy);
	if (rc < 0)
		ce_copy_destroy(copy);
	else
		*ret = copy;
	return rc;
}

int ce_remove(const struct ce_remove_options *options, struct ce_stats *ret_stats)
{
	struct ce_copy *copy = NULL;
	int rc = ce_remove_create(options, &copy);
	return run_created(rc, copy, ret_stats);
}
