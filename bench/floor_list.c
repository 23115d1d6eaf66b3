/* floor_list.c - the list of a tree's objects in a file: made once, mapped by every run. */
#include "floor.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* The file: this, dirs, entries, units, text. */
struct header {
	uint64_t text_size;
	uint32_t dirs_count;
	uint32_t entries_count;
	uint32_t units_count;
	uint32_t unused;
};

/* A directory's files are divided, so that one that is large and flat occupies all CPUs. */
enum { UNIT_ENTRIES = 256 };

struct array {
	char *data;
	size_t used;
	size_t room;
};

struct maker {
	struct array dirs, entries, units, text;
	struct array links; /* struct link, of entries with several names */
	const char *root;
};

struct link {
	uint64_t ino;
	uint32_t entry;
};

void floor_die(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	fputs("floor: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	exit(1);
}

static void *array_add(struct array *array, const void *data, size_t size)
{
	if (array->used + size > array->room) {
		array->room = 2 * array->room + size + 4096;
		array->data = realloc(array->data, array->room);
		if (!array->data)
			floor_die("out of memory");
	}
	void *place = array->data + array->used;
	memcpy(place, data, size);
	array->used += size;
	return place;
}

static uint32_t add_text(struct maker *m, const char *text)
{
	size_t at = m->text.used;
	if (at > UINT32_MAX)
		floor_die("%s: the names take more than 4 GiB", m->root);
	array_add(&m->text, text, strlen(text) + 1);
	return (uint32_t)at;
}

static struct floor_entry entry_of(const struct stat *st)
{
	return (struct floor_entry){
		.size = (uint64_t)st->st_size,
		.mode = st->st_mode,
		.rdev = (uint32_t)st->st_rdev,
		.mtime_sec = st->st_mtim.tv_sec,
		.mtime_nsec = (uint32_t)st->st_mtim.tv_nsec,
		.atime_sec = st->st_atim.tv_sec,
		.atime_nsec = (uint32_t)st->st_atim.tv_nsec,
	};
}

static uint32_t add_dir(struct maker *m, const char *path, const struct stat *st)
{
	struct floor_dir dir = { .self = entry_of(st), .path = add_text(m, path) };
	array_add(&m->dirs, &dir, sizeof dir);
	return (uint32_t)(m->dirs.used / sizeof dir) - 1;
}

/*
 * The first entry of the same file, plus 1. The bench's trees have few such files: a list serves.
 */
static uint32_t first_name(struct maker *m, uint64_t ino, uint32_t entry)
{
	struct link *links = (struct link *)m->links.data;
	for (size_t i = m->links.used / sizeof *links; i-- > 0;)
		if (links[i].ino == ino)
			return links[i].entry + 1;
	array_add(&m->links, &(struct link){ ino, entry }, sizeof(struct link));
	return 0;
}

static void add_entry(
	struct maker *m, uint32_t dir, int fd, const char *name, const struct stat *st)
{
	uint32_t index = (uint32_t)(m->entries.used / sizeof(struct floor_entry));
	struct floor_entry entry = entry_of(st);
	entry.dir = dir;
	entry.name = add_text(m, name);
	if (S_ISLNK(st->st_mode)) {
		char target[4096];
		ssize_t length = readlinkat(fd, name, target, sizeof target - 1);
		if (length < 0)
			floor_die("%s: %s", name, strerror(errno));
		target[length] = '\0';
		entry.target = add_text(m, target);
	}
	if (st->st_nlink > 1)
		entry.same = first_name(m, st->st_ino, index);
	array_add(&m->entries, &entry, sizeof entry);
}

static void add_units(struct maker *m, uint32_t dir, uint32_t first, uint32_t end)
{
	do {
		uint32_t count = end - first < UNIT_ENTRIES ? end - first : UNIT_ENTRIES;
		struct floor_unit unit = { dir, first, count };
		array_add(&m->units, &unit, sizeof unit);
		first += count;
	} while (first < end);
}

/* Names are taken as readdir gives them: the order in which copiers, too, meet them. */
static void list_directory(struct maker *m, int root, uint32_t index)
{
	const char *below = m->text.data + ((struct floor_dir *)m->dirs.data)[index].path;
	char *path = strdup(below);
	int fd = openat(root, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *stream = fd < 0 ? NULL : fdopendir(fd);
	if (!stream)
		floor_die("%s/%s: %s", m->root, path, strerror(errno));
	uint32_t first = (uint32_t)(m->entries.used / sizeof(struct floor_entry));
	const struct dirent *d;
	while ((d = readdir(stream))) {
		struct stat st;
		if (!strcmp(d->d_name, ".") || !strcmp(d->d_name, ".."))
			continue;
		if (fstatat(fd, d->d_name, &st, AT_SYMLINK_NOFOLLOW))
			floor_die("%s/%s/%s: %s", m->root, path, d->d_name, strerror(errno));
		if (S_ISDIR(st.st_mode)) {
			char *child;
			if (asprintf(&child, "%s/%s", path, d->d_name) < 0)
				floor_die("out of memory");
			add_dir(m, child, &st);
			free(child);
		} else {
			add_entry(m, index, fd, d->d_name, &st);
		}
	}
	add_units(m, index, first, (uint32_t)(m->entries.used / sizeof(struct floor_entry)));
	closedir(stream);
	free(path);
}

static void put(FILE *file, const struct array *array)
{
	if (array->used && fwrite(array->data, array->used, 1, file) != 1)
		floor_die("the list cannot be written: %s", strerror(errno));
}

void floor_list_make(const char *root_path, const char *file)
{
	struct maker m = { .root = root_path };
	struct stat st;
	int root = open(root_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (root < 0 || fstat(root, &st))
		floor_die("%s: %s", root_path, strerror(errno));
	add_dir(&m, ".", &st);
	for (uint32_t i = 0; i < m.dirs.used / sizeof(struct floor_dir); i++)
		list_directory(&m, root, i);

	FILE *out = fopen(file, "w");
	if (!out)
		floor_die("%s: %s", file, strerror(errno));
	struct header header = {
		.text_size = m.text.used,
		.dirs_count = (uint32_t)(m.dirs.used / sizeof(struct floor_dir)),
		.entries_count = (uint32_t)(m.entries.used / sizeof(struct floor_entry)),
		.units_count = (uint32_t)(m.units.used / sizeof(struct floor_unit)),
	};
	put(out, &(struct array){ (char *)&header, sizeof header, 0 });
	put(out, &m.dirs);
	put(out, &m.entries);
	put(out, &m.units);
	put(out, &m.text);
	if (fclose(out))
		floor_die("%s: %s", file, strerror(errno));
	close(root);
}

struct floor_list floor_list_open(const char *file)
{
	struct stat st;
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st))
		floor_die("%s: %s", file, strerror(errno));
	char *data = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
	if (data == MAP_FAILED)
		floor_die("%s: %s", file, strerror(errno));
	close(fd);
	const struct header *header = (const struct header *)data;
	struct floor_list list = {
		.dirs_count = header->dirs_count,
		.entries_count = header->entries_count,
		.units_count = header->units_count,
		.text_size = header->text_size,
		.dirs = (struct floor_dir *)(data + sizeof *header),
	};
	list.entries = (struct floor_entry *)(list.dirs + list.dirs_count);
	list.units = (struct floor_unit *)(list.entries + list.entries_count);
	list.text = (char *)(list.units + list.units_count);
	if (list.text + list.text_size != data + st.st_size)
		floor_die("%s: not a list made by floor_write --list", file);
	return list;
}
