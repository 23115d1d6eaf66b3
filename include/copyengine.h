/*
 * copyengine.h - copy whole trees of files, in parallel, keeping everything.
 *
 * The shortest use:
 *
 *     struct ce_pair pair = { .source = "/zones/a", .dest = "/zones/b" };
 *     struct ce_options options = { .size = sizeof(options), .pairs = &pair, .pair_count = 1 };
 *     int rc = ce_run(&options, NULL);
 *
 * Conventions, for every declaration below:
 *   - Functions return 0 or a positive documented outcome on success, a negative errno on failure.
 *   - The library never prints, never exits, and never changes process-wide state: not the umask,
 *     the working directory, signal handlers or the environment. Worker threads block all signals
 *     and are joined before ce_run() or ce_copy_run() returns.
 *   - Strings and arrays passed in stay the caller's; they must live until the run has returned.
 *   - Several runs may go on at once in one process, each on its own handle.
 *   - Times are in seconds, sizes in bytes, unless a name says otherwise.
 */
#ifndef COPYENGINE_H
#define COPYENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CE_API __attribute__((visibility("default")))

#define CE_VERSION_MAJOR 0
#define CE_VERSION_MINOR 1
#define CE_VERSION_PATCH 0

/* The version of the library in use, "MAJOR.MINOR.PATCH". A static string; any thread. */
CE_API const char *ce_version(void);

/*
 * Attribute classes. The first group can be left out of a copy or a comparison
 * (ce_options.drop); the second only ever names a difference.
 */
enum ce_attr {
	CE_ATTR_MODE = 1 << 0,    /* permission, set-id and sticky bits */
	CE_ATTR_OWNER = 1 << 1,   /* user and group id */
	CE_ATTR_MTIME = 1 << 2,   /* modification time, to the nanosecond */
	CE_ATTR_ATIME = 1 << 3,   /* access time, to the nanosecond */
	CE_ATTR_LINKS = 1 << 4,   /* which names are hard links of one object */
	CE_ATTR_ACL = 1 << 5,     /* POSIX access and default ACLs, NFSv4 ACLs */
	CE_ATTR_XATTR = 1 << 6,   /* user.*, trusted.*, security.* and other extended attributes */
	CE_ATTR_CAPS = 1 << 7,    /* file capabilities: security.capability */
	CE_ATTR_FLAGS = 1 << 8,   /* inode flags, as of chattr(1) */
	CE_ATTR_PROJECT = 1 << 9, /* project id */
	CE_ATTR_SPARSE = 1 << 10, /* holes */

	CE_ATTR_EXISTENCE = 1 << 16, /* there on one side only */
	CE_ATTR_TYPE = 1 << 17,      /* kind of object */
	CE_ATTR_SIZE = 1 << 18,      /* size of a regular file */
	CE_ATTR_CONTENT = 1 << 19,   /* bytes of a regular file */
	CE_ATTR_TARGET = 1 << 20,    /* target of a symbolic link */
	CE_ATTR_DEVICE = 1 << 21,    /* device number of a device node */

	CE_ATTR_TIMES = CE_ATTR_MTIME | CE_ATTR_ATIME,
	CE_ATTR_ALL = (1 << 11) - 1,
};
#define CE_ATTR_COUNT 22 /* bit positions in enum ce_attr, for tables indexed by them */

/*
 * The name of one attribute class as treecp's --preserve spells it ("owner", "acl", ...), or NULL
 * if attr is not exactly one class. A static string; any thread.
 */
CE_API const char *ce_attr_name(enum ce_attr attr);

/* One tree (or single object) to copy or to compare. */
struct ce_pair {
	const char *source; /* as lstat(2) sees it: a trailing slash resolves a symbolic link */
	const char *dest;   /* the exact name of the copy; its parent directory must exist */
};

enum ce_task {
	CE_TASK_COPY,    /* make dest a copy of source */
	CE_TASK_COMPARE, /* report each difference between source and dest, change nothing */
};

/* What to do with a non-directory that already has the name of a copy. */
enum ce_existing {
	CE_EXISTING_KEEP,    /* report a conflict, leave it untouched */
	CE_EXISTING_UPDATE,  /* keep what has the same type, size, mtime and target, bringing its
				metadata in line; replace the rest, and what has more hard
				links than the source or, having some, other rights */
	CE_EXISTING_REPLACE, /* put the copy in its place atomically */
};

enum ce_reflink {
	CE_REFLINK_AUTO,   /* share extents where both sides can */
	CE_REFLINK_ALWAYS, /* a file that cannot share its extents is an error */
	CE_REFLINK_NEVER,  /* every byte is written anew */
};

enum ce_sparse {
	CE_SPARSE_AUTO,   /* keep the source's holes */
	CE_SPARSE_ALWAYS, /* make holes of long runs of zeros, too */
	CE_SPARSE_NEVER,  /* write zeros where the source has holes */
};

enum ce_flags {
	CE_ONE_FILE_SYSTEM = 1 << 0, /* do not descend into other mounts; a mount point is copied as
					an empty directory. btrfs subvolumes are not mounts */
	CE_NAMES = 1 << 1,        /* copy only the objects named in names_fd, and their parents */
	CE_LOSSY = 1 << 2,        /* losses are reported but do not make the copy incomplete */
	CE_VERIFY = 1 << 3,       /* compare after the copy, the destination read from storage */
	CE_SYNC = 1 << 4,         /* return only when data and names are durable */
	CE_DRY_RUN = 1 << 5,      /* report what would be done, change nothing */
	CE_EACH_OBJECT = 1 << 6,  /* send CE_EVENT_OBJECT for every object made or changed */
	CE_EACH_LOSS = 1 << 7,    /* send CE_EVENT_LOSS for every object, not only the totals */
	CE_IGNORE_EXTRA = 1 << 8, /* comparing: objects in dest alone are no difference */
};

enum ce_side { CE_SIDE_SOURCE, CE_SIDE_DEST };

/* What was being done when an event arose. */
enum ce_op {
	CE_OP_OPEN,
	CE_OP_STAT,
	CE_OP_READ,
	CE_OP_LIST,
	CE_OP_READ_ATTR,
	CE_OP_CREATE,
	CE_OP_WRITE,
	CE_OP_REFLINK,
	CE_OP_LINK,
	CE_OP_REPLACE,
	CE_OP_SET_ATTR,
	CE_OP_CLOSE,
	CE_OP_SYNC,
	CE_OP_VERIFY,
	CE_OP_NAME,
	CE_OP_NEST,
	CE_OP_ITSELF,
	CE_OP_REMOVE,
	CE_OP_MOUNT,     /* removing: something is mounted there */
	CE_OP_SUBVOLUME, /* removing: a file system of its own inside this one, as btrfs has them */
	CE_OP_COUNT,
};

/* The operation as a phrase to put before a quoted path ("cannot open"). Static; any thread. */
CE_API const char *ce_op_name(enum ce_op op);

enum ce_event_kind {
	CE_EVENT_ERROR,    /* op failed on path with error; that object is not (wholly) copied */
	CE_EVENT_CONFLICT, /* path exists in the destination and stays untouched */
	CE_EVENT_CHANGED, /* path was modified, replaced or removed in the source during its copy */
	CE_EVENT_LOSS,    /* the destination cannot hold attr of path (with CE_EACH_LOSS) */
	CE_EVENT_LOSS_TOTAL, /* at the end, one per destination file system and class: count objects
				lost attr; path is the first of them */
	CE_EVENT_DIFFERENCE, /* path differs in attr between the two trees */
	CE_EVENT_OBJECT,     /* path was copied, linked, replaced, repaired or removed (with
				CE_EACH_OBJECT, CE_REMOVE_EACH_OBJECT) */
	CE_EVENT_PROGRESS,   /* time passed; see ce_options.progress_ms */
	CE_EVENT_KEPT,       /* removing: path stays, as its name is one to keep */
};

/* What CE_EVENT_OBJECT reports. */
enum ce_action {
	CE_ACTION_CREATED,
	CE_ACTION_LINKED,
	CE_ACTION_REPLACED,
	CE_ACTION_REPAIRED, /* content was the same, metadata was brought in line */
	CE_ACTION_REMOVED,
};

struct ce_stats;

/* Handed to the callback; valid only during the call. Members that do not apply are zero. */
struct ce_event {
	size_t size;
	enum ce_event_kind kind;
	enum ce_op op;
	enum ce_side side; /* which tree path is in */
	enum ce_attr attr;
	enum ce_action action;
	int error;     /* a positive errno value, or 0 */
	uint32_t mode; /* the object's st_mode; 0 where unknown */
	uint64_t count;
	const char *path;   /* any bytes but NUL: escape it before showing it */
	const char *detail; /* more words, for a person: an attribute's name, the two values */
	const struct ce_stats *stats; /* CE_EVENT_PROGRESS only */
};

/*
 * Called for each event. Calls never overlap within a run but come from any of its threads. The
 * callback may call ce_copy_cancel() and ce_copy_stats() and nothing else of this library.
 */
typedef void ce_event_fn(const struct ce_event *event, void *user);

/*
 * What to do. Zero the whole struct, set size, then what differs from the defaults: every zero
 * means the documented default.
 */
struct ce_options {
	size_t size;                 /* sizeof(struct ce_options) */
	const struct ce_pair *pairs; /* hard links are kept across all of them */
	size_t pair_count;
	enum ce_task task;         /* default: copy */
	enum ce_existing existing; /* default: keep what exists */
	enum ce_reflink reflink;   /* default: auto */
	enum ce_sparse sparse;     /* default: auto */
	uint32_t flags;            /* enum ce_flags; default: none */
	uint32_t drop;             /* enum ce_attr: classes not to keep; default: keep all. With
				      CE_ATTR_CONTENT, comparing and verifying look at the size
				      of files, not at their bytes */
	uint32_t methods;          /* enum ce_method: copy content in these ways wherever they
				      work, whatever its size, and else by reading and writing;
				      default: whichever is best */
	unsigned threads;          /* default: one per CPU this process may use, at most 16, and
				      up to 32 while they wait for storage; never more than a
				      sixteenth of RLIMIT_NOFILE */
	int names_fd;              /* with CE_NAMES: NUL-terminated names relative to the source of
				      the only pair; read to its end, not closed */
	const char *const *excludes; /* patterns, see treecp(1); default: none */
	size_t exclude_count;
	unsigned progress_ms;  /* CE_EVENT_PROGRESS every so many milliseconds; default: never */
	ce_event_fn *on_event; /* default: no events */
	void *user;            /* passed to on_event */
};

/* Ways in which content is copied, for ce_options.methods and ce_stats.methods. */
enum ce_method {
	CE_METHOD_READ_WRITE = 1 << 0,
	CE_METHOD_COPY_FILE_RANGE = 1 << 1,
	CE_METHOD_REFLINK = 1 << 2,
	CE_METHOD_IO_URING = 1 << 3,
	CE_METHOD_DIRECT = 1 << 4,       /* past the page cache, by io_uring and O_DIRECT */
	CE_METHOD_CHOICE = (1 << 5) - 1, /* those that a caller can choose from */
	CE_METHOD_SPARSE = 1 << 5,       /* extents found with SEEK_DATA */
};

/* The name of one method ("copy_file_range", ...), or NULL. A static string; any thread. */
CE_API const char *ce_method_name(enum ce_method method);

/* Objects by kind. */
struct ce_counts {
	uint64_t files;
	uint64_t directories;
	uint64_t symlinks;
	uint64_t fifos;
	uint64_t sockets;
	uint64_t char_devices;
	uint64_t block_devices;
};

struct ce_stats {
	size_t size;              /* sizeof(struct ce_stats) as the library knows it */
	struct ce_counts copied;  /* made or replaced; comparing: compared; removing: removed */
	uint64_t hard_links;      /* names made as links to a copy made before */
	uint64_t unchanged;       /* existing objects found the same */
	uint64_t repaired;        /* existing objects whose metadata was brought in line */
	uint64_t replaced;        /* existing objects replaced (also counted in copied) */
	uint64_t excluded;        /* left out by a pattern */
	uint64_t other_mounts;    /* left out by CE_ONE_FILE_SYSTEM */
	uint64_t found_objects;   /* seen in the source so far */
	uint64_t found_bytes;     /* apparent size of the files looked at so far; removing: what
				     they take of storage, in a dry run only, each file once */
	uint64_t done_objects;    /* dealt with, whatever the outcome */
	uint64_t done_bytes;      /* as found_bytes, of what has been dealt with */
	uint64_t bytes_read;      /* through this process */
	uint64_t bytes_written;   /* through this process, or by copy_file_range(2) */
	uint64_t bytes_reflinked; /* shared, not written */
	uint64_t bytes_holes;     /* left as holes */
	uint64_t errors;
	uint64_t conflicts;
	uint64_t changed;                       /* changed under our hands */
	uint64_t losses;                        /* objects times attribute classes */
	uint64_t losses_by_attr[CE_ATTR_COUNT]; /* by bit position in enum ce_attr */
	uint64_t differences;                   /* found by CE_VERIFY or by comparing */
	uint64_t verified;                      /* objects compared by CE_VERIFY */
	uint64_t kept;    /* removing: objects that stay as they are to; for one that a keep or only
			     list keeps, what is in it is not counted */
	uint64_t left;    /* removing: found, not to be kept, and (still) there; what is in a mount
			     or directory that was not entered is not counted */
	uint32_t methods; /* enum ce_method: what was used */
	uint32_t threads; /* worker threads that ran */
	double seconds;   /* since the run began; after it, its duration */
	bool walk_done;   /* found_* are final */
	bool verifying;   /* the copy is made, CE_VERIFY goes on */
};

/* Outcomes of a run that are neither complete success nor a refusal. */
enum ce_outcome {
	CE_COMPLETE = 0, /* everything is there; comparing: no difference; removing: everything
			    is gone but what was to be kept */
	CE_INCOMPLETE =
		1, /* something failed, conflicted, changed, was lost or differs: see stats */
};

/*
 * Copy (or compare) as options say and wait for the end.
 *
 * ret_stats: NULL, or filled with the final counts; all zero where nothing was begun.
 * Returns CE_COMPLETE or CE_INCOMPLETE if the run went to its end; -EINVAL for options that make no
 * sense; -ENOENT, -ENOTDIR, -EACCES, -ELOOP... if a pair's parent directories cannot be opened (an
 * event names it) and nothing was written; -ELOOP too for a destination inside its source (with
 * CE_NAMES: an event, if it is named itself); and if the run stopped early: -ENOSPC or -EDQUOT,
 * -ENOMEM, -ECANCELED. Any thread; blocks.
 */
CE_API int ce_run(const struct ce_options *options, struct ce_stats *ret_stats);

/* ce_run() with task CE_TASK_COMPARE: CE_COMPLETE if the trees are the same. */
CE_API int ce_compare(const struct ce_options *options, struct ce_stats *ret_stats);

enum ce_remove_flags {
	CE_REMOVE_KEEP_TOP = 1 << 0,         /* empty the directories, but keep themselves */
	CE_REMOVE_EMPTY_SUBVOLUMES = 1 << 1, /* also remove subvolumes inside that are empty */
	CE_REMOVE_DRY_RUN = 1 << 2,     /* count objects and bytes, report what would stay, change
					   nothing */
	CE_REMOVE_EACH_OBJECT = 1 << 3, /* send CE_EVENT_OBJECT for every object removed */
};

/*
 * What to remove. Zero the whole struct, set size, then what differs from the defaults: every zero
 * means the documented default.
 */
struct ce_remove_options {
	size_t size;              /* sizeof(struct ce_remove_options) */
	const char *const *paths; /* directories; neither "/" nor one ending in "." or ".." */
	size_t path_count;
	uint32_t flags;          /* enum ce_remove_flags; default: none */
	const char *const *keep; /* names directly below a path that stay, with all below them and
				    the path itself; default: none */
	size_t keep_count;
	const char *const *only; /* keep all names directly below a path but these; default: all
				    are removed */
	size_t only_count;
	unsigned threads;      /* as in struct ce_options */
	unsigned progress_ms;  /* CE_EVENT_PROGRESS every so many milliseconds; default: never */
	ce_event_fn *on_event; /* default: no events */
	void *user;            /* passed to on_event */
};

/*
 * Remove directories and all that is in them, and wait for the end.
 *
 * Everything below the last name of a path is reached by one name at a time from an open
 * directory: a symbolic link is removed and never followed, whoever renames things in there
 * meanwhile. Nothing that is mounted inside is entered, nor is a btrfs subvolume: those are errors,
 * and stay. So is a path that is itself a mount point, unless it is kept (CE_REMOVE_KEEP_TOP); one
 * that is a subvolume is emptied and removed. Immutable and append-only flags are taken off where
 * they are in the way; a directory of the caller's own gets the rights it takes. What has other
 * names outside, or is in use, loses its name here and no more. What vanishes meanwhile is no
 * error. After an error, the run goes on with the rest.
 *
 * ret_stats: NULL, or filled with the final counts; all zero where nothing was begun.
 * Returns CE_COMPLETE or CE_INCOMPLETE if the run went to its end; -EINVAL for options that make no
 * sense; -ENOENT, -ENOTDIR, -EACCES, -ELOOP... if the directory that a path is in cannot be opened
 * (an event names it) and nothing was removed; -ENOMEM or -ECANCELED if the run stopped early.
 * Any thread; blocks.
 */
CE_API int ce_remove(const struct ce_remove_options *options, struct ce_stats *ret_stats);

/* A run, copying or not, that can be watched and cancelled. */
struct ce_copy;

/*
 * Check options and make a handle, owned by the caller until ce_copy_destroy(). Writes nothing.
 * Returns 0, -EINVAL or -ENOMEM; *ret is set only on success.
 */
CE_API int ce_copy_create(const struct ce_options *options, struct ce_copy **ret);

/* The same for a removal: ce_copy_run() removes, and the others are for it, too. */
CE_API int ce_remove_create(const struct ce_remove_options *options, struct ce_copy **ret);

/* Run it, once. Returns as ce_run() or ce_remove(); -EALREADY the second time. Blocks. */
CE_API int ce_copy_run(struct ce_copy *copy);

/*
 * Ask a run to stop. It returns -ECANCELED within about a second; no half-written file keeps its
 * final name. Any thread, any time before destroy; safe in a signal handler.
 */
CE_API void ce_copy_cancel(struct ce_copy *copy);

/* The counts so far: exact after the run, close during it. Any thread. */
CE_API void ce_copy_stats(const struct ce_copy *copy, struct ce_stats *ret);

/* Free a handle that is not running. NULL is allowed. */
CE_API void ce_copy_destroy(struct ce_copy *copy);

#ifdef __cplusplus
}
#endif

#endif /* COPYENGINE_H */
