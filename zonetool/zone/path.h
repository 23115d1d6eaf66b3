/*
 * path.h - where a zone may live: the rules for a zonepath that look at the file system. Nothing is
 * made or changed.
 */
#ifndef ZONE_PATH_H
#define ZONE_PATH_H

#include "util/messages.h"
#include "util/mountinfo.h"

#include <stdbool.h>

/* Whether one of two normalised absolute paths is the other, or lies in it. */
bool path_overlap(const char *a, const char *b);

/*
 * Directories of which a system can have but links, as their files are in those of the same names
 * in /usr; ends with NULL.
 */
extern const char *const path_merged[];

/* Whether path is the directory above, or lies in it. */
bool path_inside(const char *path, const char *above);

/*
 * A path by its names inside its file system: mounts of other parts of that make no difference to
 * them.
 */
struct path_place {
	dev_t device;
	char *path; /* without a slash at the end: "" is the whole; NULL: it is not known */
};

/*
 * The place of a normalised absolute path, of which the nearest directory that exists is on this
 * mount; NULL: that is not known. Over a symbolic link the names may be of no directory: then they
 * hide what two paths have in common, but never make something up. The caller frees its path.
 */
void path_find_place(const struct mount *mount, const char *path, struct path_place *ret_place);

/*
 * The network file system that an open file or directory is on, such as "NFS"; NULL: a local one.
 */
const char *path_network(int fd);

/*
 * Check a normalised absolute zonepath: it is no directory of the system's own, such as /usr
 * (-EPERM: then nothing else is looked at); no symbolic links on the way, and no directory that
 * anybody but root could exchange what is below; a directory of root's with mode 0700, if it exists
 * (if not, *ret_exists is false, and the nearest directory that does is looked at as its parent); a
 * parent that is root's and that nobody else may write to; a local file system that keeps owners
 * and modes, mounted without ro, nosuid, nodev and noexec; a warning on file systems that live in
 * memory, or of which that cannot be told, as of most that are programs. All problems are
 * described. Returns 0, -EPERM or -EINVAL.
 */
int path_check(const char *zonepath, bool *ret_exists, struct messages *messages);

#endif
