/* worker.c - what each worker has of its own. */
#include "worker.h"

#include "data.h"
#include "sys.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/stat.h>

/* The buffers in one mapping, in this order. */
static const size_t buffer_sizes[] = {
	WORKER_DIRENTS,
	WORKER_DATA,
	WORKER_NAMES,
	WORKER_NAMES,
	WORKER_VALUE,
	WORKER_VALUE,
};

static size_t buffers_size(void)
{
	size_t size = 0;
	for (size_t i = 0; i < sizeof(buffer_sizes) / sizeof(buffer_sizes[0]); i++)
		size += buffer_sizes[i];
	return size;
}

int worker_init(struct worker *worker, struct ctx *ctx, unsigned id)
{
	worker->ctx = ctx;
	worker->id = id;
	char *memory = mmap(
		NULL, buffers_size(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		return -ENOMEM;
	char **slots[] = { &worker->dirents, &worker->data, &worker->names, &worker->names2,
		&worker->value, &worker->value2 };
	for (size_t i = 0; i < sizeof(slots) / sizeof(slots[0]); i++) {
		*slots[i] = memory;
		memory += buffer_sizes[i];
	}
	return 0;
}

void worker_free(struct worker *worker)
{
	data_uring_free(worker);
	if (worker->dirents)
		munmap(worker->dirents, buffers_size());
}

void worker_start(struct worker *worker, bool own_thread)
{
	worker->own_umask = own_thread && sys_unshare_fs() == 0;
	if (!worker->own_umask)
		return;
	umask(0);
}
