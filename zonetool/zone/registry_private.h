/* registry_private.h - what registry.c and registry_save.c share. */
#ifndef ZONE_REGISTRY_PRIVATE_H
#define ZONE_REGISTRY_PRIVATE_H

#include "zone/registry.h"

struct registry {
	int dir_fd; /* REGISTRY_PATH; -1: it does not exist */
	int run_fd; /* REGISTRY_RUN_PATH; -1 until it is needed, or does not exist */
	const char *command;
	bool index_told; /* what is wrong in the index was described */
	bool run_told;   /* that REGISTRY_RUN_PATH cannot be read, too */
};

/*
 * Take the lock of whoever changes files in REGISTRY_PATH, for that moment only, waiting wait_ms
 * milliseconds. Returns as lock_take() does.
 */
int registry_lock(struct registry *registry, int wait_ms, struct messages *messages);
/* "NAME.xml", the caller's. */
char *registry_file(const char *name);
#endif
