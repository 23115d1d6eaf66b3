/* linkmap.c - which inode of one tree corresponds to which of the other: a chained hash table. */
#include "linkmap.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

struct entry {
	struct entry *next;
	struct inode_id from, to;
	uint32_t left; /* names not met yet */
};

struct linkmap {
	pthread_mutex_t lock;
	const bool *keep;
	struct entry **buckets;
	size_t size, count; /* size is a power of two */
};

struct linkmap *linkmap_create(const bool *keep)
{
	struct linkmap *map = calloc(1, sizeof(*map));
	if (!map)
		return NULL;
	pthread_mutex_init(&map->lock, NULL);
	map->keep = keep;
	return map;
}

void linkmap_destroy(struct linkmap *map)
{
	if (!map)
		return;
	for (size_t i = 0; i < map->size; i++) {
		while (map->buckets[i]) {
			struct entry *next = map->buckets[i]->next;
			free(map->buckets[i]);
			map->buckets[i] = next;
		}
	}
	free(map->buckets);
	pthread_mutex_destroy(&map->lock);
	free(map);
}

/* Fibonacci hashing, see hardlink.c. */
static size_t slot(const struct linkmap *map, struct inode_id id)
{
	uint64_t key = (id.ino + id.dev * 31) * 0x9e3779b97f4a7c15u;
	return (size_t)(key >> 20) & (map->size - 1);
}

static int grow(struct linkmap *map)
{
	if (map->count < map->size)
		return 0;
	struct linkmap bigger = { .size = map->size ? map->size * 2 : 64 };
	bigger.buckets = calloc(bigger.size, sizeof(struct entry *));
	if (!bigger.buckets)
		return map->size ? 0 : -ENOMEM;
	for (size_t i = 0; i < map->size; i++) {
		for (struct entry *entry = map->buckets[i], *next; entry; entry = next) {
			next = entry->next;
			entry->next = bigger.buckets[slot(&bigger, entry->from)];
			bigger.buckets[slot(&bigger, entry->from)] = entry;
		}
	}
	free(map->buckets);
	map->buckets = bigger.buckets;
	map->size = bigger.size;
	return 0;
}

static int add(struct linkmap *map, struct inode_id from, struct inode_id to, uint32_t nlink)
{
	struct entry *entry = grow(map) == 0 ? malloc(sizeof(*entry)) : NULL;
	if (!entry)
		return -ENOMEM;
	size_t at = slot(map, from);
	*entry = (struct entry){
		.next = map->buckets[at], .from = from, .to = to, .left = nlink - 1
	};
	map->buckets[at] = entry;
	map->count++;
	return 1;
}

static int check(struct linkmap *map, struct inode_id from, struct inode_id to, uint32_t nlink)
{
	struct entry **at = map->size ? &map->buckets[slot(map, from)] : NULL;
	while (at && *at && ((*at)->from.ino != from.ino || (*at)->from.dev != from.dev))
		at = &(*at)->next;
	if (!at || !*at)
		return add(map, from, to, nlink);
	struct entry *entry = *at;
	int same = entry->to.ino == to.ino && entry->to.dev == to.dev;
	entry->left -= entry->left > 0;
	if (entry->left == 0 && !*map->keep) {
		*at = entry->next;
		map->count--;
		free(entry);
	}
	return same;
}

int linkmap_check(struct linkmap *map, struct inode_id from, struct inode_id to, uint32_t nlink)
{
	if (nlink < 2)
		return 1;
	pthread_mutex_lock(&map->lock);
	int rc = check(map, from, to, nlink);
	pthread_mutex_unlock(&map->lock);
	return rc;
}

int linkmap_first(struct linkmap *map, struct inode_id id, uint32_t nlink)
{
	if (nlink < 2)
		return 1;
	pthread_mutex_lock(&map->lock);
	size_t before = map->count;
	int rc = check(map, id, id, nlink);
	if (rc >= 0)
		rc = map->count > before;
	pthread_mutex_unlock(&map->lock);
	return rc;
}
