/* storage.c - which backend a place has. */
#include "storage/storage.h"

/* The first that suits a place is used there; the last suits all. */
static const struct storage_ops *const backends[] = { &storage_directory };

const struct storage_ops *storage_probe(const char *path)
{
	size_t i = 0;
	while (!backends[i]->probe(path))
		i++;
	return backends[i];
}
