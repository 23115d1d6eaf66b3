/*
 * here.h - the zone this program runs in. A zone's runtime gives it the file HERE_FILE, read-only
 * and made by the host:
 *
 *   zonename=web
 *   ip-type=shared
 */
#ifndef ZONE_HERE_H
#define ZONE_HERE_H

#include "util/messages.h"

#include <stdbool.h>
#include <stddef.h>

#define HERE_FILE "/run/host/zonetool"

struct here {
	char *zonename; /* "global" outside of zones */
	char *ip_type;  /* "shared" or "exclusive" */
};

/* Find out. Returns 0 and *ret_here, owned by the caller, or a negative errno, described. */
int here_find(struct here *ret_here, struct messages *messages);
void here_free(struct here *here);
#define AUTO_HERE __attribute__((cleanup(here_free))) struct here

/* Whether that is the host itself. */
bool here_global(const struct here *here);

/*
 * What the text of such a file says, len bytes and a NUL; names it does not know are passed over:
 * they are of later versions. what is the file's path for messages. Returns 0 and *ret_here, or
 * -EINVAL, described.
 */
int here_parse(const char *text, size_t len, const char *what, struct here *ret_here,
	struct messages *messages);

#endif
