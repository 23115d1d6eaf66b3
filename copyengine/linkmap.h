/*
 * linkmap.h - which inode of one tree corresponds to which of the other, while more names of it may
 * come: to find out whether hard links are the same on both sides.
 */
#ifndef CE_LINKMAP_H
#define CE_LINKMAP_H

#include <stdbool.h>
#include <stdint.h>

struct linkmap;

struct inode_id {
	uint64_t dev, ino;
};

/* *keep: entries outlive the last of their names. It may be decided until the first is made. */
struct linkmap *linkmap_create(const bool *keep);
void linkmap_destroy(struct linkmap *map);

/*
 * A name of inode `from`, which has nlink names in all, corresponds to a name of inode `to`.
 * Returns 1 if that agrees with the names met before, 0 if not, -ENOMEM. An entry lives until all
 * of its names were met. Any thread.
 */
int linkmap_check(struct linkmap *map, struct inode_id from, struct inode_id to, uint32_t nlink);

/*
 * A name of an inode that has nlink names in all. Returns 1 if it is the first one met, 0 if not,
 * -ENOMEM. Entries live as above; a map serves one of the two questions.
 */
int linkmap_first(struct linkmap *map, struct inode_id id, uint32_t nlink);

#endif
