/*
 * index.h - /etc/zones/index: one line "name:state:zonepath:uuid" per zone, in the format of
 * Solaris (see zones(5) there). Comments, and lines that are not understood, are kept as they are.
 * A zonepath with a colon is put in double quotes. Only text here: no files, no system calls.
 */
#ifndef ZONE_INDEX_H
#define ZONE_INDEX_H

#include "base/str.h"
#include "util/messages.h"
#include "zone/state.h"

#include <stddef.h>

enum {
	INDEX_UUID_LEN = 36,
	INDEX_LINE_MAX = 8192,     /* bytes in a line that is understood */
	INDEX_SIZE_MAX = 16 << 20, /* bytes in the file */
};

struct index_entry {
	char *name;
	char *zonepath;                /* "" if the line has none */
	char uuid[INDEX_UUID_LEN + 1]; /* "" if it has none */
	enum zone_state state;         /* a stored one */
};

struct index_line {
	char *text; /* a comment, or what was not understood, without its newline; NULL: an entry */
	size_t len; /* of text, which may have NULs */
	struct index_entry entry;
};

struct index {
	struct index_line *lines;
	size_t count, room;
};

/*
 * Read an index from its text, len bytes and a NUL. A line that is not understood, or names a zone
 * again, is a warning naming what (the file) and the line; it is kept, but is no entry. Always
 * succeeds: an index that is lost in part must not hide the other zones.
 */
void index_parse(struct index *ret_index, const char *text, size_t len, const char *what,
	struct messages *messages);
/* The index of a machine without zones: a comment, and global. */
void index_init(struct index *ret_index);
void index_free(struct index *index);

/* Append the text of the whole file to *text. */
void index_format(const struct index *index, struct str *text);

/*
 * The entry of a zone, owned by the index, until that gains or loses one; NULL: there is none.
 * "global" is an entry, too.
 */
struct index_entry *index_find(const struct index *index, const char *name);
/*
 * The number, from 1, of a kept line that is no entry, but begins with this zone's name, as an
 * entry of it would; 0: there is none.
 */
size_t index_other_line(const struct index *index, const char *name);
/* Add an entry with empty uuid at the end; there must be none of this name. Returns it. */
struct index_entry *index_add(
	struct index *index, const char *name, enum zone_state state, const char *zonepath);
/* Remove a zone's entry, if there is one. */
void index_remove(struct index *index, const char *name);
/* Give an entry another name or zonepath, copied. */
void index_entry_rename(struct index_entry *entry, const char *name);
void index_entry_move(struct index_entry *entry, const char *zonepath);
/*
 * Change the stored state. A zone that leaves configured gets a new uuid, one that returns there
 * loses it; anything else keeps it.
 */
void index_entry_set_state(struct index_entry *entry, enum zone_state state);

#endif
