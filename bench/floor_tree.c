/* floor_tree.c - make the tree of a list on all CPUs, a few files of one directory at a time. */
#include "floor.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct parallel {
	void (*run)(uint32_t i, void *arg);
	void *arg;
	uint32_t count;
	_Atomic uint32_t next;
};

struct tree {
	const struct floor_list *list;
	const struct floor_maker *maker;
	int dst, src;
	_Atomic unsigned char *made; /* by directory */
	struct piece *pieces;
	uint32_t pieces_count;
};

struct piece {
	const struct floor_entry *entry;
	uint64_t offset;
};

static void *parallel_thread(void *arg)
{
	struct parallel *p = arg;
	uint32_t i;
	while ((i = atomic_fetch_add(&p->next, 1)) < p->count)
		p->run(i, p->arg);
	return NULL;
}

void floor_parallel(uint32_t count, void (*run)(uint32_t i, void *arg), void *arg)
{
	struct parallel p = { .run = run, .arg = arg, .count = count };
	cpu_set_t cpus;
	pthread_t threads[CPU_SETSIZE];
	int n = sched_getaffinity(0, sizeof cpus, &cpus) ? 1 : CPU_COUNT(&cpus);
	for (int i = 1; i < n; i++)
		if ((errno = pthread_create(&threads[i], NULL, parallel_thread, &p)))
			floor_die("no thread: %s", strerror(errno));
	parallel_thread(&p);
	for (int i = 1; i < n; i++)
		pthread_join(threads[i], NULL);
}

void *floor_buffer(void)
{
	static _Thread_local char *buffer;
	if (!buffer) {
		buffer = aligned_alloc(4096, FLOOR_BUFFER);
		if (!buffer)
			floor_die("out of memory");
		memset(buffer, 'x', FLOOR_BUFFER);
	}
	return buffer;
}

int floor_open_dir(int root, const struct floor_list *list, uint32_t dir)
{
	const char *path = list->text + list->dirs[dir].path;
	int fd = openat(root, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		floor_die("%s: %s", path, strerror(errno));
	return fd;
}

int floor_open_entry(
	int root, const struct floor_list *list, const struct floor_entry *entry, int flags)
{
	int dir = floor_open_dir(root, list, entry->dir);
	int fd = openat(dir, list->text + entry->name, flags | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		floor_die("%s: %s", list->text + entry->name, strerror(errno));
	close(dir);
	return fd;
}

void floor_write_range(int fd, const void *buffer, uint64_t offset, uint64_t size)
{
	while (size) {
		size_t want = size < FLOOR_BUFFER ? (size_t)size : FLOOR_BUFFER;
		ssize_t n = pwrite(fd, buffer, want, (off_t)offset);
		if (n < 0)
			floor_die("write: %s", strerror(errno));
		offset += (uint64_t)n;
		size -= (uint64_t)n;
	}
}

void floor_set_times(int fd, const char *name, const struct floor_entry *entry)
{
	struct timespec times[2] = {
		{ entry->atime_sec, entry->atime_nsec },
		{ entry->mtime_sec, entry->mtime_nsec },
	};
	if (name ? utimensat(fd, name, times, AT_SYMLINK_NOFOLLOW) : futimens(fd, times))
		floor_die("%s: times: %s", name ? name : "a file", strerror(errno));
}

static void make_other(const struct floor_list *list, const struct floor_entry *entry, int dir)
{
	const char *name = list->text + entry->name;
	int rc = S_ISLNK(entry->mode) ? symlinkat(list->text + entry->target, dir, name)
				      : mknodat(dir, name, entry->mode, entry->rdev);
	if (rc)
		floor_die("%s: %s", name, strerror(errno));
	floor_set_times(dir, name, entry);
}

/* Numbers are handed out parents first: whoever makes the parent is at it already. */
static void make_directory(struct tree *t, uint32_t dir)
{
	const char *path = t->list->text + t->list->dirs[dir].path;
	unsigned char nobody = 0;
	if (!atomic_compare_exchange_strong(&t->made[dir], &nobody, 1))
		return;
	if (dir) {
		int rc;
		while ((rc = mkdirat(t->dst, path, 0700)) && errno == ENOENT)
			sched_yield();
		if (rc)
			floor_die("%s: %s", path, strerror(errno));
	}
	atomic_store(&t->made[dir], 2);
}

static void make_unit(uint32_t i, void *arg)
{
	struct tree *t = arg;
	const struct floor_list *list = t->list;
	const struct floor_unit *unit = &list->units[i];
	make_directory(t, unit->dir);
	if (!unit->count)
		return;
	while (atomic_load(&t->made[unit->dir]) != 2)
		sched_yield();
	int dst = floor_open_dir(t->dst, list, unit->dir);
	int src = t->src < 0 ? -1 : floor_open_dir(t->src, list, unit->dir);
	for (uint32_t k = 0; k < unit->count; k++) {
		const struct floor_entry *entry = &list->entries[unit->first + k];
		if (entry->same)
			continue;
		if (S_ISREG(entry->mode))
			t->maker->file(list, entry, dst, src);
		else
			make_other(list, entry, dst);
	}
	close(dst);
	if (src >= 0)
		close(src);
}

static void fill_piece(uint32_t i, void *arg)
{
	const struct tree *t = arg;
	const struct piece *piece = &t->pieces[i];
	uint64_t left = piece->entry->size - piece->offset;
	t->maker->piece(t->list, piece->entry, t->dst, t->src, piece->offset,
		left < FLOOR_PIECE ? left : FLOOR_PIECE);
}

static void find_pieces(struct tree *t)
{
	for (int pass = 0; pass < 2; pass++) {
		t->pieces_count = 0;
		for (uint32_t i = 0; i < t->list->entries_count; i++) {
			const struct floor_entry *entry = &t->list->entries[i];
			if (!S_ISREG(entry->mode) || entry->same || entry->size < FLOOR_LARGE)
				continue;
			for (uint64_t at = 0; at < entry->size; at += FLOOR_PIECE) {
				if (pass)
					t->pieces[t->pieces_count] = (struct piece){ entry, at };
				t->pieces_count++;
			}
		}
		if (!pass && !(t->pieces = calloc(t->pieces_count + 1, sizeof *t->pieces)))
			floor_die("out of memory");
	}
}

/* Further names of files, and what was changed after it was set: the times of large files. */
static void finish_unit(uint32_t i, void *arg)
{
	const struct tree *t = arg;
	const struct floor_list *list = t->list;
	const struct floor_unit *unit = &list->units[i];
	int dir = -1;
	for (uint32_t k = 0; k < unit->count; k++) {
		const struct floor_entry *entry = &list->entries[unit->first + k];
		int large = S_ISREG(entry->mode) && entry->size >= FLOOR_LARGE;
		if (!entry->same && !large)
			continue;
		if (dir < 0)
			dir = floor_open_dir(t->dst, list, unit->dir);
		if (!entry->same) {
			floor_set_times(dir, list->text + entry->name, entry);
			continue;
		}
		const struct floor_entry *first = &list->entries[entry->same - 1];
		int from = first->dir == entry->dir ? dir
						    : floor_open_dir(t->dst, list, first->dir);
		if (linkat(from, list->text + first->name, dir, list->text + entry->name, 0))
			floor_die("%s: %s", list->text + entry->name, strerror(errno));
		if (from != dir)
			close(from);
	}
	if (dir >= 0)
		close(dir);
}

static void finish_directory(uint32_t i, void *arg)
{
	const struct tree *t = arg;
	const struct floor_dir *dir = &t->list->dirs[i];
	const char *path = t->list->text + dir->path;
	if (fchmodat(t->dst, path, dir->self.mode & 07777, 0))
		floor_die("%s: mode: %s", path, strerror(errno));
	floor_set_times(t->dst, path, &dir->self);
}

void floor_make_tree(const struct floor_list *list, const struct floor_maker *maker,
	const char *dst, const char *src)
{
	struct tree t = { .list = list, .maker = maker, .src = -1 };
	if (mkdir(dst, 0700) && errno != EEXIST)
		floor_die("%s: %s", dst, strerror(errno));
	t.dst = open(dst, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (t.dst < 0)
		floor_die("%s: %s", dst, strerror(errno));
	if (src && (t.src = open(src, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		floor_die("%s: %s", src, strerror(errno));
	t.made = calloc(list->dirs_count, 1);
	if (!t.made)
		floor_die("out of memory");
	umask(0);
	find_pieces(&t);
	floor_parallel(list->units_count, make_unit, &t);
	floor_parallel(t.pieces_count, fill_piece, &t);
	floor_parallel(list->units_count, finish_unit, &t);
	floor_parallel(list->dirs_count, finish_directory, &t);
	free(t.pieces);
	free((void *)t.made);
	close(t.dst);
	if (t.src >= 0)
		close(t.src);
}
