/*
 * data.h - the content of a regular file: ways of copying it, tried in order.
 *
 * Each way either does a whole range, fails, or says that it does not apply here; then the next one
 * goes on from where it stopped. A refusal that will not change is remembered for the pair of file
 * systems.
 *
 *   data_reflink.c  share the extents (FICLONE): the whole file at once
 *   data_sparse.c   find the extents that hold data (SEEK_DATA), copy only those
 *   data_direct.c   a large file past the page cache, if it is not there yet
 *   data_range.c    copy_file_range(2): the kernel moves the bytes
 *   data_uring.c    io_uring: several reads and writes of a large file on the way at once
 *   data.c          pread(2) and pwrite(2), which always work; and the order of all these
 */
#ifndef CE_DATA_H
#define CE_DATA_H

#include "ctx.h"

/* Outcomes of one way, beside negative errnos. */
enum data_outcome {
	DATA_DONE = 0,     /* the range is copied, or the source ended */
	DATA_TRY_NEXT = 1, /* not this way: go on from data->off */
};

/* Files up to this size are read and written in one piece by the worker that found them. */
#define DATA_SMALL ((off_t)128 * 1024)

/* Pieces in which larger ones are copied; also how often cancellation is looked at. */
#define DATA_PIECE ((off_t)8 * 1024 * 1024)

/* A range of a file under way. */
struct data {
	int src, dst;
	off_t off, end; /* what is left of the range; off moves as it is copied */
	off_t size;     /* of the whole file */
	bool sparse;    /* the source has holes: look for its data */
	bool direct;    /* both fds are O_DIRECT, until data_direct_end() */
	bool ended;     /* the source ended before `end` */
	enum ce_op op;  /* what failed, when a negative errno is returned */
	struct fs_pair *pair;
};

/*
 * Copy a whole small file from the start, up to whatever its end is now (data->end is what is
 * expected; a file of the proc file system says 0 and has more). Afterwards data->off is its size.
 */
int data_copy_small(struct worker *worker, struct data *data);

/* Whether a way is allowed, and was not refused before between these file systems. */
bool data_may(const struct worker *worker, const struct fs_pair *pair, enum ce_method method);

/*
 * Share the whole content. DATA_TRY_NEXT if these files cannot, with nothing changed; under
 * CE_REFLINK_ALWAYS that is the refusal's errno.
 */
int data_reflink(struct worker *worker, struct data *data, off_t size);

/* Go past the page cache from now on if that is better; data->direct tells. */
void data_direct_begin(struct worker *worker, struct data *data);
void data_direct_end(struct worker *worker, struct data *data);

/* Copy a range, by the best way that works. dst must reach to data->end already if it is sparse. */
int data_copy_range(struct worker *worker, struct data *data);

/* The single ways, in their own files; ranges of data only. */
int data_kernel_copy(struct worker *worker, struct data *data);
int data_direct_copy(struct worker *worker, struct data *data);
int data_uring_copy(struct worker *worker, struct data *data);
int data_read_write(struct worker *worker, struct data *data);

/* Split a range into its extents of data, and copy each by data_copy_extent(). */
int data_copy_sparse(struct worker *worker, struct data *data);
int data_copy_extent(struct worker *worker, struct data *data);

/*
 * Copy a range by io_uring with up to so many blocks (at most DATA_SLOTS) on the way at once. If
 * data->direct, offset and memory are aligned for it, and the file's length is right afterwards.
 */
#define DATA_SLOTS 32
#define DATA_ALIGN 4096
int data_transfer(struct worker *worker, struct data *data, unsigned slots);

/* Free a worker's io_uring; or only the memory of its blocks, until they are used again. */
void data_uring_free(struct worker *worker);
void data_uring_trim(struct worker *worker);

#endif
