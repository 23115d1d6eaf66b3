/*
 * data_uring.c - io_uring: several blocks of a large file on the way at once.
 *
 * A range is copied by a few slots. Each takes the next block, reads it, writes it, and takes
 * another: while some wait for the reading side, others wait for the writing side.
 *
 *   slot 0   read A ──► write A ──► read D ──► ...
 *   slot 1   read B ──────► write B ──► read E ──► ...
 *   slot 2   read C ──► write C ──────► ...
 *
 * Where io_uring is not allowed (containers often forbid it) or does not know these files, the next
 * way copies the range from its start.
 */
#include "data.h"

#include <errno.h>
#include <liburing.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define BLOCK ((size_t)256 * 1024)

/* More did not make writing through the page cache any faster. */
#define SLOTS_CACHED 8

struct slot {
	off_t off;   /* of the block in the file */
	size_t size; /* what of the block is still to be read */
	size_t have; /* read, and still to be written */
	size_t written;
	char *buf;
};

struct ring {
	struct io_uring uring;
	struct slot slots[DATA_SLOTS];
	char *memory;
};

/* A range on its way. */
struct transfer {
	struct ring *ring;
	struct data *data;
	off_t next;      /* where the next block begins */
	unsigned flying; /* slots with something submitted */
	int error;       /* the first */
	enum ce_op op;
	off_t ended;            /* the source ended here; else data->end */
	uint64_t read, written; /* bytes counted, should they have to be copied once more */
};

static struct ring *ring_new(void)
{
	struct ring *ring = calloc(1, sizeof(*ring));
	if (!ring)
		return NULL;
	ring->memory = mmap(NULL, DATA_SLOTS * BLOCK, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (ring->memory == MAP_FAILED) {
		free(ring);
		return NULL;
	}
	if (io_uring_queue_init(DATA_SLOTS, &ring->uring, 0) < 0) {
		munmap(ring->memory, DATA_SLOTS * BLOCK);
		free(ring);
		return NULL;
	}
	for (size_t i = 0; i < DATA_SLOTS; i++)
		ring->slots[i].buf = ring->memory + i * BLOCK;
	return ring;
}

void data_uring_free(struct worker *worker)
{
	struct ring *ring = worker->ring;
	if (!ring)
		return;
	io_uring_queue_exit(&ring->uring);
	munmap(ring->memory, DATA_SLOTS * BLOCK);
	free(ring);
	worker->ring = NULL;
}

void data_uring_trim(struct worker *worker)
{
	if (worker->ring)
		madvise(worker->ring->memory, DATA_SLOTS * BLOCK, MADV_DONTNEED);
}

/* The worker's ring, made at first use. NULL: not to be had, which is not asked again. */
static struct ring *get_ring(struct worker *worker)
{
	if (worker->no_ring)
		return NULL;
	if (!worker->ring)
		worker->ring = ring_new();
	worker->no_ring = !worker->ring;
	return worker->ring;
}

/* Past the page cache whole sectors go: of the last block, more than the file has. */
static unsigned length_of(const struct transfer *t, size_t size)
{
	size_t most = (size + DATA_ALIGN - 1) / DATA_ALIGN * DATA_ALIGN;
	return (unsigned)(t->data->direct ? most : size);
}

static void submit_read(struct transfer *t, struct slot *slot)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(&t->ring->uring);
	io_uring_prep_read(
		sqe, t->data->src, slot->buf, length_of(t, slot->size), (uint64_t)slot->off);
	io_uring_sqe_set_data(sqe, slot);
	slot->have = slot->written = 0;
	t->flying++;
}

static void submit_write(struct transfer *t, struct slot *slot)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(&t->ring->uring);
	io_uring_prep_write(sqe, t->data->dst, slot->buf + slot->written,
		length_of(t, slot->have - slot->written), (uint64_t)slot->off + slot->written);
	io_uring_sqe_set_data(sqe, slot);
	t->flying++;
}

/* Give a slot the next block, if there is one. */
static void take_block(struct transfer *t, struct slot *slot)
{
	off_t left = t->data->end - t->next;
	if (left <= 0 || t->error || t->ended < t->data->end)
		return;
	slot->off = t->next;
	slot->size = left < (off_t)BLOCK ? (size_t)left : BLOCK;
	t->next += (off_t)slot->size;
	submit_read(t, slot);
}

static void fail(struct transfer *t, enum ce_op op, int rc)
{
	if (t->error)
		return;
	t->error = rc;
	t->op = op;
}

/*
 * A block was read, perhaps not to its end. Past the page cache only the file's last sector may be
 * half a one; anything else is left to a way that can tell what happened.
 */
static void take_in(struct worker *worker, struct transfer *t, struct slot *slot, size_t have)
{
	slot->have = have < slot->size ? have : slot->size;
	stats_add(&worker->stats, bytes_read, slot->have);
	t->read += slot->have;
	if (t->data->direct && slot->have % DATA_ALIGN) {
		if (slot->have < slot->size)
			fail(t, CE_OP_READ, -EINVAL);
		memset(slot->buf + slot->have, 0, length_of(t, slot->have) - slot->have);
	}
	if (!t->error)
		submit_write(t, slot);
}

static void read_done(struct worker *worker, struct transfer *t, struct slot *slot, int result)
{
	if (result < 0) {
		fail(t, CE_OP_READ, result);
	} else if (result == 0) {
		if (slot->off < t->ended)
			t->ended = slot->off;
	} else {
		take_in(worker, t, slot, (size_t)result);
	}
}

static void write_done(struct worker *worker, struct transfer *t, struct slot *slot, int result)
{
	if (result <= 0) {
		fail(t, CE_OP_WRITE, result < 0 ? result : -EIO);
		return;
	}
	size_t left = slot->have - slot->written;
	size_t written = (size_t)result < left ? (size_t)result : left;
	stats_add(&worker->stats, bytes_written, written);
	t->written += written;
	slot->written += written;
	if (t->error)
		return;
	if (slot->written < slot->have) {
		submit_write(t, slot);
		return;
	}
	/* A short read left a part of the block; else the slot is free. */
	slot->off += (off_t)slot->have;
	slot->size -= slot->have;
	if (slot->size)
		submit_read(t, slot);
	else
		take_block(t, slot);
}

/* Wait for something to be done and act on it. Nothing may be left flying when this fails. */
static int step(struct worker *worker, struct transfer *t)
{
	struct io_uring_cqe *cqe;
	int rc = io_uring_submit_and_wait(&t->ring->uring, 1);
	if (rc < 0 && rc != -EINTR && rc != -EAGAIN && rc != -EBUSY)
		return rc;
	if (ctx_stopped(worker->ctx))
		fail(t, CE_OP_READ, -ECANCELED);
	while (io_uring_peek_cqe(&t->ring->uring, &cqe) == 0) {
		struct slot *slot = io_uring_cqe_get_data(cqe);
		int result = cqe->res;
		io_uring_cqe_seen(&t->ring->uring, cqe);
		t->flying--;
		bool reading = slot->have == 0;
		if (result == -EINTR || result == -EAGAIN)
			(reading ? submit_read : submit_write)(t, slot);
		else
			(reading ? read_done : write_done)(worker, t, slot, result);
	}
	return 0;
}

/* The last sector was written whole: back to the file's length. */
static int cut_sector(struct data *data)
{
	data->op = CE_OP_WRITE;
	return ftruncate(data->dst, data->size) < 0 ? -errno : 0;
}

/* These files cannot be copied so: as if nothing had been done. */
static int try_next(struct worker *worker, const struct transfer *t)
{
	struct data *data = t->data;
	stats_add(&worker->stats, bytes_read, 0 - t->read);
	stats_add(&worker->stats, bytes_written, 0 - t->written);
	int rc = data->direct ? cut_sector(data) : 0;
	return rc < 0 ? rc : DATA_TRY_NEXT;
}

/* All is written, up to where the source ended. */
static int transferred(struct transfer *t)
{
	struct data *data = t->data;
	data->ended = t->ended < data->end;
	data->off = t->ended;
	return data->direct && data->off % DATA_ALIGN ? cut_sector(data) : DATA_DONE;
}

int data_transfer(struct worker *worker, struct data *data, unsigned slots)
{
	struct ring *ring = get_ring(worker);
	if (!ring)
		return DATA_TRY_NEXT;
	struct transfer t = { .ring = ring, .data = data, .next = data->off, .ended = data->end };
	for (unsigned i = 0; i < slots || i == 0; i++)
		take_block(&t, &ring->slots[i]);
	while (t.flying > 0) {
		int rc = step(worker, &t);
		if (rc == 0)
			continue;
		/*
		 * The ring is broken, and what is on its way may still arrive: too late for this
		 * file.
		 */
		data_uring_free(worker);
		worker->no_ring = true;
		data->op = CE_OP_WRITE;
		return rc;
	}
	if (t.error == -EINVAL || t.error == -EOPNOTSUPP)
		return try_next(worker, &t);
	if (t.error)
		data->op = t.op;
	return t.error ? t.error : transferred(&t);
}

int data_uring_copy(struct worker *worker, struct data *data)
{
	int rc = data_transfer(worker, data, SLOTS_CACHED);
	if (rc == DATA_DONE)
		stats_method(&worker->stats, CE_METHOD_IO_URING);
	return rc;
}
