/*
 * floor_copy.c - copy a tree's bytes with the fewest system calls there are: what floor_write does,
 * with contents that are read instead of made up. No attributes but modes and times, no checks.
 */
#include "floor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void copy_range(int in, int out, uint64_t offset, uint64_t size)
{
	char *buffer = floor_buffer();
	while (size) {
		size_t want = size < FLOOR_BUFFER ? (size_t)size : FLOOR_BUFFER;
		ssize_t n = pread(in, buffer, want, (off_t)offset);
		if (n <= 0)
			floor_die("read: %s",
				n ? strerror(errno) : "the file is shorter than listed");
		floor_write_range(out, buffer, offset, (uint64_t)n);
		offset += (uint64_t)n;
		size -= (uint64_t)n;
	}
}

static void copy_file(
	const struct floor_list *list, const struct floor_entry *entry, int dst, int src)
{
	const char *name = list->text + entry->name;
	int in = openat(src, name, O_RDONLY | O_NOFOLLOW | O_NOATIME | O_CLOEXEC);
	int out = openat(dst, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, entry->mode & 07777);
	if (in < 0 || out < 0)
		floor_die("%s: %s", name, strerror(errno));
	if (entry->size < FLOOR_LARGE)
		copy_range(in, out, 0, entry->size);
	floor_set_times(out, NULL, entry);
	close(in);
	close(out);
}

static void copy_piece(const struct floor_list *list, const struct floor_entry *entry, int dst,
	int src, uint64_t offset, uint64_t size)
{
	int in = floor_open_entry(src, list, entry, O_RDONLY | O_NOATIME);
	int out = floor_open_entry(dst, list, entry, O_WRONLY);
	copy_range(in, out, offset, size);
	close(in);
	close(out);
}

int main(int argc, char **argv)
{
	const struct floor_maker maker = { copy_file, copy_piece };
	if (argc != 4) {
		fputs("Usage: floor_copy LIST SRC DST\n", stderr);
		return 2;
	}
	struct floor_list list = floor_list_open(argv[1]);
	floor_make_tree(&list, &maker, argv[3], argv[2]);
	return 0;
}
