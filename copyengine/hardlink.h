/*
 * hardlink.h - objects with several names: the first name met is copied, the others are linked to
 * it.
 *
 * A group is one source inode with more than one link. It is open from the first of its names until
 * as many names were met as it has links; only open groups are in memory, at about a hundred bytes
 * and their first name each. Which worker meets which name first does not matter: names met while
 * the first is still being copied wait in the group, and the worker that finishes the copy links
 * them. When too many wait, workers do.
 */
#ifndef CE_HARDLINK_H
#define CE_HARDLINK_H

#include "object.h"
#include "report.h"

struct hardlink;
struct hardlinks;

struct hardlinks *hardlinks_create(void);
void hardlinks_destroy(struct hardlinks *links, struct dircache *dirs);

enum hardlink_claim {
	HARDLINK_NONE,    /* one name only, or links are not kept: copy it */
	HARDLINK_COPY,    /* the first name: copy it, then hardlink_done() */
	HARDLINK_READY,   /* a copy exists: link to it, then hardlink_linked() */
	HARDLINK_WAITING, /* taken note of: whoever copies the first name will see to this one */
};

/* A name waiting for the copy of its group; its directory stays pending. */
struct waiter {
	struct waiter *next;
	struct dir *dir;
	uint32_t mode;
	const char *dest_name;
	char name[];
};

/* Register a name of the object src. *ret_group is set for COPY and READY. -ENOMEM if so. */
int hardlink_claim(struct worker *worker, const struct place *at, const struct object *src,
	struct hardlink **ret_group);

/*
 * The first name is copied, as dst (dst NULL: it could not be). flags: the freezing inode flags the
 * object is still to get when its last link is made. Returns the names that were waiting, to be
 * handled, each as if just found. *ret_closed: no further link can come; call hardlink_free().
 */
struct waiter *hardlink_done(struct worker *worker, struct hardlink *group, const struct place *at,
	const struct statx *dst, uint32_t flags, bool *ret_closed);

/*
 * A link to the group's copy was made, or failed. Returns whether that was the last: then call
 * hardlink_free().
 */
bool hardlink_linked(struct worker *worker, struct hardlink *group);

/* Where the group's copy is, and what it is. */
struct dir *hardlink_dir(const struct hardlink *group);
const char *hardlink_name(const struct hardlink *group);
bool hardlink_is(const struct hardlink *group, const struct statx *dst);
uint32_t hardlink_flags(const struct hardlink *group);

/* From now on link to this other copy: the first has as many links as its file system allows. */
void hardlink_restart(struct worker *worker, struct hardlink *group, const struct place *at,
	const struct statx *dst);

/* Free a closed group. */
void hardlink_free(struct worker *worker, struct hardlink *group);

/* At the end of a run: take any group that is still open; NULL when there are no more. */
struct hardlink *hardlink_take(struct hardlinks *links);

/* Whether any group is known for this inode: a cheap hint, made without a lock. */
bool hardlink_expected(const struct hardlinks *links);

#endif
