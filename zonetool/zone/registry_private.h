/* registry_private.h - what registry.c and registry_save.c share. */
#ifndef ZONE_REGISTRY_PRIVATE_H
#define ZONE_REGISTRY_PRIVATE_H

#include "zone/registry.h"

/* Held by whoever changes files in /etc/zones, for that moment only. */
#define REGISTRY_LOCK "index.lock"

struct registry {
	int dir_fd; /* REGISTRY_PATH; -1: it does not exist */
	int run_fd; /* REGISTRY_RUN_PATH; -1 until something is to be locked */
	const char *command;
};

/* Make sure that both directories exist and are open. Returns 0 or a negative errno, described. */
int registry_make(struct registry *registry, struct messages *messages);
/* "NAME.xml", the caller's. */
char *registry_file(const char *name);
/* Which file a zone's configuration is now. Returns 0 or a negative errno, not described. */
int registry_version(
	struct registry *registry, const char *name, struct registry_version *ret_version);

/*
 * A zone's or template's configuration from its file. Returns 0 and *ret_zone, the caller's, or a
 * negative errno, of which -ENOENT is not described.
 */
int registry_load_file(struct registry *registry, const char *name, struct zone **ret_zone,
	struct messages *messages);

#endif
