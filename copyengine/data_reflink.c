/* data_reflink.c - share a file's extents with its copy. */
#include "data.h"

#include "base/fd.h"
#include "sys.h"

#include <errno.h>
#include <linux/fs.h>
#include <sys/ioctl.h>

/* Answers that hold for every file of the pair, not for this file only. */
static bool is_lasting(int err)
{
	return err == EOPNOTSUPP || err == ENOTTY || err == EXDEV || err == ENOSYS;
}

int data_reflink(struct worker *worker, struct data *data, off_t size)
{
	if (!data_may(worker, data->pair, CE_METHOD_REFLINK))
		return DATA_TRY_NEXT;
	if (ioctl(data->dst, FICLONE, data->src) == 0) {
		stats_method(&worker->stats, CE_METHOD_REFLINK);
		stats_add(&worker->stats, bytes_reflinked, (uint64_t)size);
		data->off = size;
		return DATA_DONE;
	}
	int err = errno;
	if (worker->ctx->options.reflink == CE_REFLINK_ALWAYS) {
		data->op = CE_OP_REFLINK;
		return -err;
	}
	if (is_lasting(err)) {
		fs_pair_refuse(data->pair, CE_METHOD_REFLINK);
		return DATA_TRY_NEXT;
	}
	/*
	 * A clone that failed half-way must leave nothing that the next way would not overwrite.
	 * Not otherwise: ext4 writes back at once, when it is closed, what was truncated to
	 * nothing.
	 */
	data->op = CE_OP_WRITE;
	return ftruncate(data->dst, 0) < 0 ? -errno : DATA_TRY_NEXT;
}
