/* data_range.c - let the kernel move the bytes: copy_file_range(2). */
#include "data.h"

#include "sys.h"

#include <errno.h>
#include <unistd.h>

/* Answers that hold for every file of the pair. The rest may be about this file. */
static bool is_lasting(int err)
{
	return err == EXDEV || err == ENOSYS || err == EOPNOTSUPP || err == EPERM;
}

/* Answers that mean "not this way", where reading and writing may well work. */
static bool is_refusal(int err)
{
	return is_lasting(err) || err == EINVAL || err == EBADF || err == ETXTBSY || err == EISDIR;
}

int data_kernel_copy(struct worker *worker, struct data *data)
{
	while (data->off < data->end) {
		if (ctx_stopped(worker->ctx)) {
			data->op = CE_OP_READ;
			return -ECANCELED;
		}
		off_t left = data->end - data->off;
		off_t in = data->off, out = data->off;
		ssize_t n = copy_file_range(data->src, &in, data->dst, &out,
			(size_t)(left < DATA_PIECE ? left : DATA_PIECE), 0);
		/* Nothing copied: the end, or a file system that cannot tell. Reading will tell. */
		if (n == 0)
			return DATA_TRY_NEXT;
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && is_refusal(errno)) {
			if (is_lasting(errno))
				fs_pair_refuse(data->pair, CE_METHOD_COPY_FILE_RANGE);
			return DATA_TRY_NEXT;
		}
		if (n < 0) {
			/* Which side failed is not said; a full disk or a limit is the writer's. */
			data->op = errno == EIO ? CE_OP_READ : CE_OP_WRITE;
			return -errno;
		}
		stats_add(&worker->stats, bytes_written, (uint64_t)n);
		data->off += n;
		stats_method(&worker->stats, CE_METHOD_COPY_FILE_RANGE);
	}
	return DATA_DONE;
}
