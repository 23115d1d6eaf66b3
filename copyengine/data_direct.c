/*
 * data_direct.c - large files from storage to storage, past the page cache (O_DIRECT).
 *
 * What is not in memory and goes to storage gains nothing from the page cache: copying through it
 * costs most of a CPU, and throws out what others had there. So it is read and written by io_uring,
 * many blocks on the way at once. A file that is in memory already is better copied from there, and
 * written back when the kernel likes.
 *
 * One worker copies the whole file. It takes its share of DATA_SLOTS blocks, by how many others do
 * the same: 32 workers have 130 blocks on the way at most (32 + 16 + 10...), which is 32 MiB, and
 * give the memory back after each file. The blocks arrive out of order, but the file has its length
 * by then, and ext4 and XFS were seen to place them as well as a copy through memory (filefrag).
 *
 * Files with holes go through memory: an extent of a few blocks is read, waited for, written and
 * waited for, while the page cache reads ahead and writes back later.
 */
#include "data.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

/* Smaller files do not push much out of memory, and are written back while others are read. */
#define DIRECT_MIN ((off_t)32 * 1024 * 1024)

/* How many pages of a file are looked at to tell whether it is in memory. */
#define SAMPLES 16

/* Whether most of a file is in the page cache, as far as a few of its pages tell. */
static bool is_cached(int fd, off_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), cached = 0;
	char *map = mmap(NULL, (size_t)size, PROT_READ, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		return true;
	for (size_t i = 0; i < SAMPLES; i++) {
		size_t at = (size_t)size / SAMPLES * i / page * page;
		unsigned char in_memory = 1;
		mincore(map + at, page, &in_memory);
		cached += in_memory & 1;
	}
	munmap(map, (size_t)size);
	return cached > SAMPLES / 2;
}

static int set_direct(int fd, bool on)
{
	int flags = fcntl(fd, F_GETFL);
	return flags < 0 ? -1 : fcntl(fd, F_SETFL, on ? flags | O_DIRECT : flags & ~O_DIRECT);
}

void data_direct_begin(struct worker *worker, struct data *data)
{
	const struct ctx *ctx = worker->ctx;
	const struct fs_pair *pair = data->pair;
	if (ctx->options.sparse != CE_SPARSE_AUTO || !data_may(worker, pair, CE_METHOD_DIRECT))
		return;
	bool pays = ctx->options.methods
		|| (data->end >= DIRECT_MIN && !data->sparse && pair->source->direct_helps
			&& pair->dest->direct_helps && !is_cached(data->src, data->end));
	if (!pays)
		return;
	data->direct = set_direct(data->src, true) == 0 && set_direct(data->dst, true) == 0;
	if (!data->direct)
		data_direct_end(worker, data);
}

void data_direct_end(struct worker *worker, struct data *data)
{
	data_uring_trim(worker);
	set_direct(data->src, false);
	set_direct(data->dst, false);
	data->direct = false;
}

int data_direct_copy(struct worker *worker, struct data *data)
{
	if (!data->direct)
		return DATA_TRY_NEXT;
	int rc = DATA_TRY_NEXT;
	if (data->off % DATA_ALIGN == 0) {
		atomic_uint *at_work = &worker->ctx->direct_files;
		unsigned others = atomic_fetch_add(at_work, 1);
		rc = data_transfer(worker, data, DATA_SLOTS / (others + 1));
		atomic_fetch_sub(at_work, 1);
	}
	if (rc == DATA_DONE)
		stats_method(&worker->stats, CE_METHOD_DIRECT);
	if (rc == DATA_TRY_NEXT)
		data_direct_end(worker, data);
	return rc;
}
