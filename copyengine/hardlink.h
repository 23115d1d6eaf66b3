/*
 * hardlink.h - objects with several names: the first name met is copied, the others are linked to
 * it.
 *
 * A group is one source inode with more than one link. It is open from the first of its names until
 * as many names were met as it has links, or to the end where some may be met twice; only open
 * groups are in memory, at about a hundred bytes and their first name each. Which worker meets
 * which name first does not matter: names met while the first is still being copied wait in the
 * group, and the worker that finishes the copy links them. When too many wait, workers do.
 */
#ifndef CE_HARDLINK_H
#define CE_HARDLINK_H

#include "object.h"
#include "report.h"

struct hardlink;
struct hardlink_copy;
struct hardlinks;

struct hardlinks *hardlinks_create(void);

/* At the end of a run: no more links will come to groups that are still open. */
void hardlinks_finish(struct worker *worker);
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
 * Whether a copy may exist that the place's name is to be linked to, going by the inode number that
 * the directory listed; a mount on that name, or a race, makes it wrong.
 */
bool hardlink_expected(struct worker *worker, const struct place *at);

/*
 * As hardlink_claim() for a name that was not opened: registers it only if its copy is there to
 * link to, with *ret_group set, and returns whether.
 */
bool hardlink_claim_ready(
	struct worker *worker, const struct statx *src, struct hardlink **ret_group);

/* Take back what was claimed as READY; it can be claimed again. */
void hardlink_unclaim(struct worker *worker, struct hardlink *group);

/*
 * The first name is copied, as dst (NULL: it could not be). flags: inode flags that forbid linking;
 * they are set when no more links can come. Returns the names that were waiting, to be handled,
 * each as if just found. group is not to be used any more.
 */
struct waiter *hardlink_done(struct worker *worker, struct hardlink *group, const struct place *at,
	const struct statx *dst, uint32_t flags);

/* The copy to link to at the moment; a reference, to be given back by hardlink_put(). */
struct hardlink_copy *hardlink_get(struct worker *worker, struct hardlink *group);

/*
 * As hardlink_get(), once `full` has as many links as its file system allows. Waits while another
 * worker makes the next copy. Returns `full` again where the caller is to make it, and to call
 * hardlink_restart() then, without waiting for any other name meanwhile.
 */
struct hardlink_copy *hardlink_get_next(
	struct worker *worker, struct hardlink *group, const struct hardlink_copy *full);
void hardlink_put(struct worker *worker, struct hardlink_copy *copy);

/*
 * Make name in dirfd a link to copy. Returns 0, or a negative errno: -ESTALE if somebody has put
 * another object in the copy's place.
 */
int hardlink_make(
	struct worker *worker, const struct hardlink_copy *copy, int dirfd, const char *name);

/* Whether dst is that copy. */
bool hardlink_is(const struct hardlink_copy *copy, const struct statx *dst);

/* From now on link to this other copy, dst; NULL: it could not be made. flags as above. */
void hardlink_restart(struct worker *worker, struct hardlink *group, const struct place *at,
	const struct statx *dst, uint32_t flags);

/* A name claimed as READY is dealt with. group is not to be used any more. */
void hardlink_linked(struct worker *worker, struct hardlink *group);

#endif
