/*
 * floor_write.c - the floor of copying: make a tree's objects with their sizes, modes and times
 * from memory, reading nothing, on all CPUs. No copier can be faster than writing alone.
 */
#include "floor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void write_file(
	const struct floor_list *list, const struct floor_entry *entry, int dst, int src)
{
	(void)src;
	const char *name = list->text + entry->name;
	int fd = openat(dst, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, entry->mode & 07777);
	if (fd < 0)
		floor_die("%s: %s", name, strerror(errno));
	if (entry->size < FLOOR_LARGE)
		floor_write_range(fd, floor_buffer(), 0, entry->size);
	floor_set_times(fd, NULL, entry);
	close(fd);
}

static void write_piece(const struct floor_list *list, const struct floor_entry *entry, int dst,
	int src, uint64_t offset, uint64_t size)
{
	(void)src;
	int fd = floor_open_entry(dst, list, entry, O_WRONLY);
	floor_write_range(fd, floor_buffer(), offset, size);
	close(fd);
}

int main(int argc, char **argv)
{
	const struct floor_maker maker = { write_file, write_piece };
	if (argc == 4 && !strcmp(argv[1], "--list")) {
		floor_list_make(argv[2], argv[3]);
		return 0;
	}
	if (argc != 3) {
		fputs("Usage: floor_write LIST DST\n       floor_write --list SRC LIST\n", stderr);
		return 2;
	}
	struct floor_list list = floor_list_open(argv[1]);
	floor_make_tree(&list, &maker, argv[2], NULL);
	return 0;
}
