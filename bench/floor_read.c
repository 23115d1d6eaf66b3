/* floor_read.c - read a tree's files on all CPUs; also what the bench warms the page cache with. */
#include "floor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct tree {
	const struct floor_list *list;
	int src;
};

/* Large files only where there is data: a hole of a terabyte is no work for a copier either. */
static void read_file(int dir, const char *name, uint64_t size)
{
	int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NOATIME | O_CLOEXEC);
	if (fd < 0)
		floor_die("%s: %s", name, strerror(errno));
	ssize_t n;
	off_t at = 0;
	do {
		if (size >= FLOOR_LARGE && (at = lseek(fd, at, SEEK_DATA)) < 0)
			break;
		n = pread(fd, floor_buffer(), FLOOR_BUFFER, at);
		if (n < 0)
			floor_die("%s: %s", name, strerror(errno));
		at += n;
	} while (n == (ssize_t)FLOOR_BUFFER);
	close(fd);
}

static void read_unit(uint32_t i, void *arg)
{
	const struct tree *t = arg;
	const struct floor_unit *unit = &t->list->units[i];
	int dir = floor_open_dir(t->src, t->list, unit->dir);
	for (uint32_t k = 0; k < unit->count; k++) {
		const struct floor_entry *entry = &t->list->entries[unit->first + k];
		if (S_ISREG(entry->mode) && !entry->same)
			read_file(dir, t->list->text + entry->name, entry->size);
	}
	close(dir);
}

int main(int argc, char **argv)
{
	if (argc != 3) {
		fputs("Usage: floor_read LIST SRC\n", stderr);
		return 2;
	}
	struct floor_list list = floor_list_open(argv[1]);
	struct tree t = { &list, open(argv[2], O_RDONLY | O_DIRECTORY | O_CLOEXEC) };
	if (t.src < 0)
		floor_die("%s: %s", argv[2], strerror(errno));
	floor_parallel(list.units_count, read_unit, &t);
	return 0;
}
