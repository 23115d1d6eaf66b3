/* data_sparse.c - files with holes: copy the extents that hold data, leave the rest out. */
#include "data.h"

#include "sys.h"

#include <errno.h>
#include <unistd.h>

/* Write real zeros over a hole, for CE_SPARSE_NEVER. */
static int fill_hole(struct worker *worker, struct data *data, off_t end)
{
	static const char zeros[64 * 1024];
	while (data->off < end) {
		off_t left = end - data->off;
		size_t len = left < (off_t)sizeof(zeros) ? (size_t)left : sizeof(zeros);
		int rc = ctx_stopped(worker->ctx)
			? -ECANCELED
			: sys_pwrite_all(data->dst, zeros, len, data->off);
		if (rc < 0) {
			data->op = CE_OP_WRITE;
			return rc;
		}
		stats_add(&worker->stats, bytes_written, len);
		data->off += (off_t)len;
	}
	return 0;
}

static int pass_hole(struct worker *worker, struct data *data, off_t end)
{
	if (worker->ctx->options.sparse == CE_SPARSE_NEVER)
		return fill_hole(worker, data, end);
	stats_add(&worker->stats, bytes_holes, (uint64_t)(end - data->off));
	data->off = end;
	return 0;
}

/*
 * Find the next extent of data at or after data->off, below data->end. Returns 0 with it, or
 * -ENXIO: only a hole is left. A file system without SEEK_DATA has one extent. Each extent ends
 * behind its start, so that a file being punched under our hands cannot keep us here.
 */
static int next_extent(const struct data *data, off_t *ret_start, off_t *ret_end)
{
	off_t start = lseek(data->src, data->off, SEEK_DATA);
	if (start < 0 && errno == ENXIO)
		return -ENXIO;
	if (start < data->off)
		start = data->off;
	if (start >= data->end)
		return -ENXIO;
	off_t end = lseek(data->src, start, SEEK_HOLE);
	if (end <= start || end > data->end)
		end = data->end;
	*ret_start = start;
	*ret_end = end;
	return 0;
}

int data_copy_sparse(struct worker *worker, struct data *data)
{
	const off_t end = data->end;
	int rc = 0;
	stats_method(&worker->stats, CE_METHOD_SPARSE);
	while (rc == 0 && data->off < end && !data->ended) {
		if (ctx_stopped(worker->ctx)) {
			data->op = CE_OP_READ;
			return -ECANCELED;
		}
		off_t extent_start, extent_end;
		if (next_extent(data, &extent_start, &extent_end) < 0) {
			rc = pass_hole(worker, data, end);
			break;
		}
		rc = pass_hole(worker, data, extent_start);
		if (rc < 0)
			break;
		data->end = extent_end;
		rc = data_copy_extent(worker, data);
		data->end = end;
	}
	return rc;
}
