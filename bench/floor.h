/*
 * floor.h - what the floor programs share: the list of a tree's objects, and work spread over
 * threads.
 *
 * A floor program does only what no copier can avoid, so that a copier's time can be judged by more
 * than its competitors'. The list is made beforehand (floor_write --list) and mapped into memory:
 * reading it costs nothing worth mentioning, while a copier has to walk the tree.
 */
#ifndef FLOOR_H
#define FLOOR_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Files of at least FLOOR_LARGE bytes are moved in pieces, which threads share. */
#define FLOOR_LARGE ((uint64_t)32 << 20)
#define FLOOR_PIECE ((uint64_t)8 << 20)
#define FLOOR_BUFFER ((size_t)256 << 10)

/* A name in a directory. Text is by its offset in list.text. */
struct floor_entry {
	uint64_t size;
	int64_t mtime_sec;
	int64_t atime_sec;
	uint32_t mtime_nsec;
	uint32_t atime_nsec;
	uint32_t mode;
	uint32_t rdev;
	uint32_t dir;    /* index of its directory */
	uint32_t name;   /* text */
	uint32_t target; /* of a symbolic link: text */
	uint32_t same;   /* another name of a file: index + 1 of the first one's entry */
};

struct floor_dir {
	struct floor_entry self;
	uint32_t path; /* below the root, text */
};

/* Some entries of one directory: what one thread does at a time. */
struct floor_unit {
	uint32_t dir;
	uint32_t first;
	uint32_t count;
};

/* Directories come parents first, entries directory by directory. */
struct floor_list {
	uint32_t dirs_count, entries_count, units_count;
	size_t text_size;
	struct floor_dir *dirs;
	struct floor_entry *entries;
	struct floor_unit *units;
	char *text;
};

/* All of these end the process with a message if something fails. */
void floor_list_make(const char *root, const char *file);
struct floor_list floor_list_open(const char *file);
/* Run a function for 0 .. count - 1 on all CPUs, numbers handed out in order; return when done. */
void floor_parallel(uint32_t count, void (*run)(uint32_t i, void *arg), void *arg);
void *floor_buffer(void); /* FLOOR_BUFFER bytes of this thread's */
int floor_open_dir(int root, const struct floor_list *list, uint32_t dir);
void floor_write_range(int fd, const void *buffer, uint64_t offset, uint64_t size);
/* Of a name in the directory fd, or of fd itself without a name. */
void floor_set_times(int fd, const char *name, const struct floor_entry *entry);
__attribute__((noreturn, format(printf, 1, 2))) void floor_die(const char *format, ...);

/*
 * The tree of a list below root, made by all CPUs: `file` makes one regular file, `piece` fills
 * [offset, offset + size) of one that is large, whose making `file` leaves at its size.
 */
struct floor_maker {
	void (*file)(const struct floor_list *list, const struct floor_entry *entry, int dst_dir,
		int src_dir);
	void (*piece)(const struct floor_list *list, const struct floor_entry *entry, int dst_root,
		int src_root, uint64_t offset, uint64_t size);
};
void floor_make_tree(const struct floor_list *list, const struct floor_maker *maker,
	const char *dst, const char *src);
/* Open an entry by its path below root. */
int floor_open_entry(
	int root, const struct floor_list *list, const struct floor_entry *entry, int flags);

#endif
