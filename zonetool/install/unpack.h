/*
 * unpack.h - what an archive has, made below a directory.
 *
 * Nothing in the archive is trusted: a name that is absolute, has "..", is there already, or leads
 * through a symbolic link is an error. Everything that an entry has is kept, or it is an error:
 * owners by number, modes, times, extended attributes, ACLs, flags of chattr(1), holes, hard links.
 *
 * Why not archive_write_disk(3): it works by paths, says nothing of what it could not do to a
 * directory at the end, and finds users by their names on this host.
 */
#ifndef INSTALL_UNPACK_H
#define INSTALL_UNPACK_H

#include "install/install.h"

#include <archive.h>
#include <archive_entry.h>

struct unpack;

/*
 * Begin to unpack below a directory, which stays the caller's. job is for messages and progress;
 * what is the archive's name for messages. Never NULL.
 */
struct unpack *unpack_new(const struct install_job *job, const char *what, int root_fd);
void unpack_free(struct unpack *unpack);

/* Make what this entry is. Returns 0 or a negative errno, described. */
int unpack_entry(struct unpack *unpack, struct archive *reader, struct archive_entry *entry);

/*
 * Give everything what would have been in the way of what came after it: times of directories, ACLs
 * and flags. Returns 0 or a negative errno, described.
 */
int unpack_finish(struct unpack *unpack);

/*
 * The path below the root that a name in an archive means, without "." and doubled slashes: the
 * caller's; "" is the root itself. NULL: it is refused, and *ret_wrong says why, to complete
 * "the entry NAME ...".
 */
char *unpack_path(const char *name, const char **ret_wrong);

#endif
