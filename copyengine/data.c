/* data.c - the content of a regular file: which way, and the one that always works. */
#include "data.h"

#include "sys.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static int failed(struct data *data, enum ce_op op, int rc)
{
	data->op = op;
	return rc;
}

static bool is_zero(const char *buf, size_t size)
{
	return size == 0 || (buf[0] == 0 && memcmp(buf, buf + 1, size - 1) == 0);
}

/* The unit in which --sparse=always looks for zeros: file systems allocate no less. */
#define ZERO_BLOCK ((size_t)4096)

/* Write a buffer, leaving out its blocks of zeros. The length must be set elsewhere. */
static int write_nonzero(struct worker *worker, int fd, const char *buf, size_t size, off_t off)
{
	size_t done = 0;
	while (done < size) {
		size_t block = ZERO_BLOCK - (size_t)(off + (off_t)done) % ZERO_BLOCK;
		size_t start = done;
		bool zero = true;
		for (bool first = true; done < size; first = false) {
			size_t len = size - done < block ? size - done : block;
			bool this_zero = is_zero(buf + done, len);
			if (!first && this_zero != zero)
				break;
			zero = this_zero;
			done += len;
			block = ZERO_BLOCK;
		}
		if (zero) {
			stats_add(&worker->stats, bytes_holes, done - start);
			continue;
		}
		int rc = sys_pwrite_all(fd, buf + start, done - start, off + (off_t)start);
		if (rc < 0)
			return rc;
		stats_add(&worker->stats, bytes_written, done - start);
	}
	return 0;
}

static int write_out(struct worker *worker, int fd, const char *buf, size_t size, off_t off)
{
	if (worker->ctx->options.sparse == CE_SPARSE_ALWAYS)
		return write_nonzero(worker, fd, buf, size, off);
	int rc = sys_pwrite_all(fd, buf, size, off);
	if (rc == 0)
		stats_add(&worker->stats, bytes_written, size);
	return rc;
}

/*
 * One read with room for one byte more than expected proves the end of the file by coming back
 * short. Where less than expected comes, or more, only a read of nothing does.
 */
int data_copy_small(struct worker *worker, struct data *data)
{
	off_t expected = data->end;
	for (;;) {
		ssize_t n = sys_pread(data->src, worker->data, WORKER_DATA, data->off);
		if (n < 0)
			return failed(data, CE_OP_READ, (int)n);
		if (n == 0)
			break;
		stats_add(&worker->stats, bytes_read, (uint64_t)n);
		int rc = write_out(worker, data->dst, worker->data, (size_t)n, data->off);
		if (rc < 0)
			return failed(data, CE_OP_WRITE, rc);
		data->off += n;
		if (data->off == expected && n < WORKER_DATA)
			break;
		if (ctx_stopped(worker->ctx))
			return failed(data, CE_OP_READ, -ECANCELED);
	}
	stats_method(&worker->stats, CE_METHOD_READ_WRITE);
	if (worker->ctx->options.sparse == CE_SPARSE_ALWAYS && ftruncate(data->dst, data->off) < 0)
		return failed(data, CE_OP_WRITE, -errno);
	return DATA_DONE;
}

int data_read_write(struct worker *worker, struct data *data)
{
	while (data->off < data->end) {
		if (ctx_stopped(worker->ctx))
			return failed(data, CE_OP_READ, -ECANCELED);
		off_t left = data->end - data->off;
		size_t want = left < WORKER_DATA ? (size_t)left : WORKER_DATA;
		ssize_t n = sys_pread(data->src, worker->data, want, data->off);
		if (n < 0)
			return failed(data, CE_OP_READ, (int)n);
		if (n == 0) {
			data->ended = true;
			return DATA_DONE;
		}
		stats_add(&worker->stats, bytes_read, (uint64_t)n);
		int rc = write_out(worker, data->dst, worker->data, (size_t)n, data->off);
		if (rc < 0)
			return failed(data, CE_OP_WRITE, rc);
		data->off += n;
	}
	stats_method(&worker->stats, CE_METHOD_READ_WRITE);
	return DATA_DONE;
}

/* Shorter extents are not worth io_uring's round trips. */
#define URING_MIN ((off_t)1024 * 1024)

/* A file system that takes no asynchronous writes has a kernel thread do them, which is slower. */
static bool uring_helps(const struct data *data)
{
	return data->pair->dest->async_writes && data->end - data->off >= URING_MIN;
}

/*
 * The ways for an extent of data, best first. What must look at the bytes (to make holes of zeros)
 * is left to read and write.
 */
static const struct {
	int (*copy)(struct worker *worker, struct data *data);
	enum ce_method method;
	bool sees_bytes;
	bool (*helps)(const struct data *data); /* NULL: always */
} ways[] = {
	{ data_direct_copy, CE_METHOD_DIRECT, false, NULL },
	{ data_kernel_copy, CE_METHOD_COPY_FILE_RANGE, false, NULL },
	{ data_uring_copy, CE_METHOD_IO_URING, false, uring_helps },
	{ data_read_write, CE_METHOD_READ_WRITE, true, NULL },
};

bool data_may(const struct worker *worker, const struct fs_pair *pair, enum ce_method method)
{
	const struct ce_options *options = &worker->ctx->options;
	bool shares = method == CE_METHOD_REFLINK
		|| method == CE_METHOD_COPY_FILE_RANGE; /* which shares where it can */
	if (shares && options->reflink == CE_REFLINK_NEVER)
		return false;
	if (method == CE_METHOD_REFLINK && options->reflink == CE_REFLINK_ALWAYS)
		return true;
	/* A file that is shared has its holes where the source has them. */
	if (method == CE_METHOD_REFLINK && options->sparse != CE_SPARSE_AUTO)
		return false;
	bool chosen = !options->methods || options->methods & method;
	return method == CE_METHOD_READ_WRITE || (chosen && fs_pair_allows(pair, method));
}

int data_copy_extent(struct worker *worker, struct data *data)
{
	const struct ce_options *options = &worker->ctx->options;
	int rc = DATA_TRY_NEXT;
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]) && rc == DATA_TRY_NEXT; i++) {
		if ((!ways[i].sees_bytes && options->sparse == CE_SPARSE_ALWAYS)
			|| !data_may(worker, data->pair, ways[i].method)
			|| (!options->methods && ways[i].helps && !ways[i].helps(data)))
			continue;
		rc = ways[i].copy(worker, data);
	}
	return rc;
}

int data_copy_range(struct worker *worker, struct data *data)
{
	return data->sparse ? data_copy_sparse(worker, data) : data_copy_extent(worker, data);
}
