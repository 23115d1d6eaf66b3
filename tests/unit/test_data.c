/* test_data.c - contents of files, by each way of copying them. */
#include "fixture.h"

#include "data.h"

#include "base/fd.h"

#include <errno.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>

/* A source and a destination file, opened for one copy. */
struct copy {
	struct fixture *f;
	struct data data;
};

static void copy_open(struct copy *copy, struct fixture *f, off_t end)
{
	copy->f = f;
	copy->data = (struct data){ .end = end, .size = end, .pair = f->base->pair };
	copy->data.src = openat(f->fds[0], "name", O_RDONLY | O_CLOEXEC);
	copy->data.dst = openat(f->fds[1], "name", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	assert_true(copy->data.src >= 0 && copy->data.dst >= 0);
}

static void copy_close(struct copy *copy)
{
	fd_close(copy->data.src);
	fd_close(copy->data.dst);
}

typedef int way(struct worker *worker, struct data *data);

/* Copy size bytes of content by a way; the copy must be the same. */
static void check_bytes(struct fixture *f, way *copy_by, const char *bytes, size_t size)
{
	struct copy copy;
	fixture_file(f->fds[0], "name", bytes, size);
	copy_open(&copy, f, (off_t)size);
	int rc = copy_by(&f->worker, &copy.data);
	if (rc == DATA_TRY_NEXT) /* the file system has no such way: from where it stopped */
		rc = data_read_write(&f->worker, &copy.data);
	assert_int_equal(rc, DATA_DONE);
	assert_int_equal(copy.data.off, size);
	copy_close(&copy);
	fixture_expect(f->fds[1], "name", bytes, size);
}

static const size_t sizes[] = { 0, 1, 2, 511, 4095, 4096, 4097, 65536, DATA_SMALL - 1, DATA_SMALL,
	DATA_SMALL + 1, WORKER_DATA - 1, WORKER_DATA, WORKER_DATA + 1, 3 * WORKER_DATA + 5 };
#define SIZES (sizeof(sizes) / sizeof(sizes[0]))

/* The last of the sizes is the largest. */
static void check_each(struct fixture *f, way *copy_by, const size_t *list, size_t count)
{
	char *bytes = fixture_bytes(list[count - 1]);
	for (size_t i = 0; i < count; i++)
		check_bytes(f, copy_by, bytes, list[i]);
	free(bytes);
}

static void check_sizes(struct fixture *f, way *copy_by)
{
	check_each(f, copy_by, sizes, SIZES);
}

static void small(void **state)
{
	check_sizes(*state, data_copy_small);
}

static void read_write(void **state)
{
	check_sizes(*state, data_read_write);
}

static void kernel_copy(void **state)
{
	check_sizes(*state, data_kernel_copy);
}

/* It takes large ranges only: more than all of its slots hold at a time, and odd ends. */
static void uring(void **state)
{
	static const size_t large[] = { 1 << 20, (1 << 20) + 1, (2 << 20) - 1, (5 << 20) + 4097 };
	check_sizes(*state, data_uring_copy);
	check_each(*state, data_uring_copy, large, 4);
}

/*
 * Past the page cache, whatever the size; what is left of a range that does not begin on a sector
 * is not. Afterwards both fds are as before.
 */
static int direct(struct worker *worker, struct data *data)
{
	int flags = fcntl(data->dst, F_GETFL);
	worker->ctx->options.methods = CE_METHOD_DIRECT;
	data_direct_begin(worker, data);
	if (!data->direct) {
		print_message("no O_DIRECT in this directory\n");
		skip();
	}
	int rc = data_direct_copy(worker, data);
	assert_true(rc != DATA_TRY_NEXT || !data->direct);
	if (data->direct)
		data_direct_end(worker, data);
	assert_int_equal(fcntl(data->dst, F_GETFL), flags);
	return rc;
}

static void direct_sizes(void **state)
{
	static const size_t large[] = { 1 << 20, (8 << 20) + 1, (9 << 20) - 1, (9 << 20) + 4097 };
	check_sizes(*state, direct);
	check_each(*state, direct, large, 4);
}

/* By itself only for what is large and not in memory. */
static void direct_not_from_memory(void **state)
{
	struct fixture *f = *state;
	struct copy copy;
	size_t size = 33 << 20;
	char *bytes = fixture_bytes(size);
	fixture_file(f->fds[0], "name", bytes, size);
	copy_open(&copy, f, (off_t)size);
	f->base->pair->source->direct_helps = f->base->pair->dest->direct_helps = true;
	data_direct_begin(&f->worker, &copy.data);
	assert_false(copy.data.direct);
	struct statfs info;
	assert_int_equal(fstatfs(copy.data.src, &info), 0);
	assert_int_equal(fsync(copy.data.src), 0);
	assert_int_equal(posix_fadvise(copy.data.src, 0, 0, POSIX_FADV_DONTNEED), 0);
	data_direct_begin(&f->worker, &copy.data);
	if (info.f_type != TMPFS_MAGIC)
		assert_true(copy.data.direct);
	copy_close(&copy);
	free(bytes);
}

/* The source ends before the range does, within a block and between two. */
static void check_shrunk(struct fixture *f, way *copy_by)
{
	static const size_t ends[] = { 0, 5, 4096, 256 * 1024, 256 * 1024 + 1, 3000000 };
	char *bytes = fixture_bytes(3000000);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		struct copy copy;
		fixture_file(f->fds[0], "name", bytes, ends[i]);
		copy_open(&copy, f, 4 << 20);
		if (copy_by(&f->worker, &copy.data) == DATA_TRY_NEXT)
			assert_int_equal(data_read_write(&f->worker, &copy.data), DATA_DONE);
		assert_true(copy.data.ended);
		assert_int_equal(copy.data.off, ends[i]);
		if (copy_by == direct) /* its length was set before, and is the caller's to mend */
			assert_int_equal(ftruncate(copy.data.dst, copy.data.off), 0);
		copy_close(&copy);
		fixture_expect(f->fds[1], "name", bytes, ends[i]);
	}
	free(bytes);
}

static void uring_shrunk(void **state)
{
	check_shrunk(*state, data_uring_copy);
	check_shrunk(*state, direct);
}

static void extent(void **state)
{
	check_sizes(*state, data_copy_extent);
}

static void sparse_without_holes(void **state)
{
	check_sizes(*state, data_copy_sparse);
}

static int reflink_all(struct worker *worker, struct data *data)
{
	return data_reflink(worker, data, data->end);
}

static void reflink(void **state)
{
	check_sizes(*state, reflink_all);
}

static void reflink_never_is_none(void **state)
{
	struct fixture *f = *state;
	struct copy copy;
	fixture_file(f->fds[0], "name", "x", 1);
	copy_open(&copy, f, 1);
	f->ctx.options.reflink = CE_REFLINK_NEVER;
	assert_int_equal(data_reflink(&f->worker, &copy.data, 1), DATA_TRY_NEXT);
	assert_int_equal(atomic_load(&f->worker.stats.methods), 0);
	copy_close(&copy);
}

/* Only the range: what is before and behind it in the copy is another worker's. */
static void only_the_range(void **state)
{
	static way *const ways[] = { data_read_write, data_kernel_copy, data_uring_copy,
		data_copy_extent, data_copy_sparse, direct };
	struct fixture *f = *state;
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		struct copy copy;
		fixture_file(f->fds[0], "name", "0123456789", 10);
		copy_open(&copy, f, 7);
		assert_int_equal(pwrite(copy.data.dst, "..........", 10, 0), 10);
		copy.data.off = 3;
		if (ways[i](&f->worker, &copy.data) == DATA_TRY_NEXT)
			assert_int_equal(data_read_write(&f->worker, &copy.data), DATA_DONE);
		copy_close(&copy);
		fixture_expect(f->fds[1], "name", "...3456...", 10);
	}
}

/* It grew since we looked: a small file is copied to its end. */
static void small_grown(void **state)
{
	struct fixture *f = *state;
	size_t size = WORKER_DATA + 10;
	char *bytes = fixture_bytes(size);
	const off_t expected[] = { 0, 1, 100, DATA_SMALL, WORKER_DATA };
	for (size_t i = 0; i < 5; i++) {
		struct copy copy;
		fixture_file(f->fds[0], "name", bytes, size);
		copy_open(&copy, f, expected[i]);
		assert_int_equal(data_copy_small(&f->worker, &copy.data), DATA_DONE);
		assert_int_equal(copy.data.off, size);
		copy_close(&copy);
		fixture_expect(f->fds[1], "name", bytes, size);
	}
	free(bytes);
}

/* It shrank: the copy ends where the source does. */
static void shrunk(void **state)
{
	struct fixture *f = *state;
	struct copy copy;
	fixture_file(f->fds[0], "name", "short", 5);
	copy_open(&copy, f, 1000);
	assert_int_equal(data_copy_small(&f->worker, &copy.data), DATA_DONE);
	assert_int_equal(copy.data.off, 5);
	copy_close(&copy);
	fixture_expect(f->fds[1], "name", "short", 5);
	static way *const ways[] = { data_read_write, data_copy_extent };
	for (size_t i = 0; i < 2; i++) {
		copy_open(&copy, f, 10000000);
		assert_int_equal(ways[i](&f->worker, &copy.data), DATA_DONE);
		assert_true(copy.data.ended);
		assert_int_equal(copy.data.off, 5);
		copy_close(&copy);
		fixture_expect(f->fds[1], "name", "short", 5);
	}
}

static void failures_name_their_side(void **state)
{
	struct fixture *f = *state;
	struct copy copy;
	char *bytes = fixture_bytes(1000);
	fixture_file(f->fds[0], "name", bytes, 1000);
	copy_open(&copy, f, 1000);
	struct data unreadable = copy.data, unwritable = copy.data;
	unreadable.src = -1;
	unwritable.dst = copy.data.src; /* open for reading only */
	assert_int_equal(data_read_write(&f->worker, &unreadable), -EBADF);
	assert_int_equal(unreadable.op, CE_OP_READ);
	assert_int_equal(data_read_write(&f->worker, &unwritable), -EBADF);
	assert_int_equal(unwritable.op, CE_OP_WRITE);
	unwritable.off = 0;
	assert_int_equal(data_copy_small(&f->worker, &unwritable), -EBADF);
	assert_int_equal(unwritable.op, CE_OP_WRITE);
	copy_close(&copy);
	free(bytes);
}

static void stopping(void **state)
{
	static way *const ways[] = { data_read_write, data_kernel_copy, data_copy_extent,
		data_copy_sparse };
	struct fixture *f = *state;
	struct copy copy;
	fixture_file(f->fds[0], "name", "content", 7);
	ctx_stop(&f->ctx, -ECANCELED);
	for (size_t i = 0; i < 4; i++) {
		copy_open(&copy, f, 7);
		assert_int_equal(ways[i](&f->worker, &copy.data), -ECANCELED);
		copy_close(&copy);
	}
}

/* ---- holes ---- */

#define HOLE ((off_t)1 << 20)

/* 64 KiB of data, a hole, 64 KiB of data, and a hole to the end. */
static char *make_holes(const struct fixture *f)
{
	char *bytes = fixture_bytes(65536), *image = calloc(1, 3 * HOLE);
	int fd = openat(f->fds[0], "name", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	assert_true(fd >= 0 && image);
	assert_int_equal(ftruncate(fd, 3 * HOLE), 0);
	assert_int_equal(pwrite(fd, bytes, 65536, 0), 65536);
	assert_int_equal(pwrite(fd, bytes, 65536, 2 * HOLE), 65536);
	memcpy(image, bytes, 65536);
	memcpy(image + 2 * HOLE, bytes, 65536);
	close(fd);
	free(bytes);
	return image;
}

static off_t allocated(int fd)
{
	struct stat st;
	assert_int_equal(fstat(fd, &st), 0);
	return (off_t)st.st_blocks * 512;
}

static void copy_holes(struct fixture *f, enum ce_sparse sparse, off_t *ret_allocated)
{
	struct copy copy;
	char *image = make_holes(f);
	f->ctx.options.sparse = sparse;
	copy_open(&copy, f, 3 * HOLE);
	copy.data.sparse = true;
	assert_int_equal(ftruncate(copy.data.dst, 3 * HOLE), 0);
	assert_int_equal(data_copy_range(&f->worker, &copy.data), DATA_DONE);
	assert_int_equal(copy.data.off, 3 * HOLE);
	assert_int_equal(copy.data.end, 3 * HOLE);
	assert_int_equal(fsync(copy.data.dst), 0);
	*ret_allocated = allocated(copy.data.dst);
	copy_close(&copy);
	fixture_expect(f->fds[1], "name", image, 3 * HOLE);
	free(image);
}

static void holes_are_kept(void **state)
{
	struct fixture *f = *state;
	off_t space;
	copy_holes(f, CE_SPARSE_AUTO, &space);
	assert_true(space < HOLE);
	struct ce_stats stats = { .size = 0 };
	stats_sum(&f->worker.stats, &stats);
	assert_int_equal(stats.bytes_holes + stats.bytes_written, 3 * HOLE);
	assert_true(stats.methods & CE_METHOD_SPARSE);
}

static void holes_are_filled(void **state)
{
	struct fixture *f = *state;
	off_t space;
	copy_holes(f, CE_SPARSE_NEVER, &space);
	assert_true(space >= 3 * HOLE);
	struct ce_stats stats = { .size = 0 };
	stats_sum(&f->worker.stats, &stats);
	assert_int_equal(stats.bytes_holes, 0);
	assert_int_equal(stats.bytes_written, 3 * HOLE);
}

/* A range that begins or ends in the middle of a hole. */
static void parts_of_holes(void **state)
{
	struct fixture *f = *state;
	const off_t cuts[] = { 0, 1000, 65536, 65537, HOLE, 2 * HOLE, 2 * HOLE + 10,
		2 * HOLE + 65536, 3 * HOLE };
	char *image = make_holes(f);
	struct copy copy;
	copy_open(&copy, f, 0);
	assert_int_equal(ftruncate(copy.data.dst, 3 * HOLE), 0);
	for (size_t i = 8; i > 0; i--) {
		copy.data.off = cuts[i - 1];
		copy.data.end = cuts[i];
		assert_int_equal(data_copy_sparse(&f->worker, &copy.data), DATA_DONE);
		assert_int_equal(copy.data.off, cuts[i]);
	}
	copy_close(&copy);
	fixture_expect(f->fds[1], "name", image, 3 * HOLE);
	free(image);
}

/* ---- holes made of zeros ---- */

/* Blocks of 4096, 'x' written and '0' zeros, behind `shift` bytes; holes must be where '0' is. */
static void check_zeros(struct fixture *f, way *copy_by, const char *blocks, size_t shift)
{
	size_t size = shift + strlen(blocks) * 4096;
	char *bytes = calloc(1, size);
	memset(bytes, 'x', shift);
	off_t written = shift ? 4096 : 0;
	for (size_t i = 0; blocks[i]; i++)
		if (blocks[i] == 'x')
			memset(bytes + shift + i * 4096, 'x', 4096);
	for (size_t at = shift ? 4096 : 0; at < size; at += 4096) {
		size_t len = size - at < 4096 ? size - at : 4096;
		written += memchr(bytes + at, 'x', len) ? (off_t)len : 0;
	}
	f->ctx.options.sparse = CE_SPARSE_ALWAYS;
	struct ce_stats before = { .size = 0 }, after = { .size = 0 };
	stats_sum(&f->worker.stats, &before);
	struct copy copy;
	fixture_file(f->fds[0], "name", bytes, size);
	copy_open(&copy, f, (off_t)size);
	if (copy_by != data_copy_small)
		assert_int_equal(ftruncate(copy.data.dst, (off_t)size), 0);
	assert_int_equal(copy_by(&f->worker, &copy.data), DATA_DONE);
	copy_close(&copy);
	fixture_expect(f->fds[1], "name", bytes, size);
	stats_sum(&f->worker.stats, &after);
	assert_int_equal(after.bytes_written - before.bytes_written, written);
	assert_int_equal(after.bytes_holes - before.bytes_holes, (off_t)size - written);
	free(bytes);
}

static void zeros_become_holes(void **state)
{
	static const char *const layouts[] = { "0", "x", "x0", "0x", "x0x", "0x0", "00xx00",
		"0000" };
	static way *const ways[] = { data_copy_small, data_read_write, data_copy_extent };
	for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++)
		for (size_t w = 0; w < 3; w++)
			check_zeros(*state, ways[w], layouts[i], 0);
}

/* Holes lie on block boundaries of the file: zeros beside data in one block are written. */
static void zeros_beside_data_are_written(void **state)
{
	static way *const ways[] = { data_copy_small, data_read_write };
	for (size_t w = 0; w < 2; w++) {
		check_zeros(*state, ways[w], "0", 1);
		check_zeros(*state, ways[w], "000x0", 100);
		check_zeros(*state, ways[w], "0000", 4095);
	}
}

/* From an offset inside a block: blocks are counted in the file, not in the buffer. */
static void zeros_from_an_odd_offset(void **state)
{
	struct fixture *f = *state;
	struct copy copy;
	char *bytes = calloc(1, 16384);
	memset(bytes + 8192, 'x', 4096); /* one block of the file, parts of two of the buffer */
	f->ctx.options.sparse = CE_SPARSE_ALWAYS;
	fixture_file(f->fds[0], "name", bytes, 16384);
	copy_open(&copy, f, 16384);
	copy.data.off = 1000;
	assert_int_equal(ftruncate(copy.data.dst, 16384), 0);
	assert_int_equal(data_read_write(&f->worker, &copy.data), DATA_DONE);
	copy_close(&copy);
	fixture_expect(f->fds[1], "name", bytes, 16384);
	struct ce_stats stats = { .size = 0 };
	stats_sum(&f->worker.stats, &stats);
	assert_int_equal(stats.bytes_written, 4096);
	free(bytes);
}

#define test(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(small),
		test(read_write),
		test(kernel_copy),
		test(uring),
		test(direct_sizes),
		test(direct_not_from_memory),
		test(uring_shrunk),
		test(extent),
		test(sparse_without_holes),
		test(reflink),
		test(reflink_never_is_none),
		test(only_the_range),
		test(small_grown),
		test(shrunk),
		test(failures_name_their_side),
		test(stopping),
		test(holes_are_kept),
		test(holes_are_filled),
		test(parts_of_holes),
		test(zeros_become_holes),
		test(zeros_beside_data_are_written),
		test(zeros_from_an_odd_offset),
	};
	return cmocka_run_group_tests_name("data", tests, NULL, NULL);
}
