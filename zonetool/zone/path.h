/*
 * path.h - where a zone may live: the rules for a zonepath that look at the file system. Nothing is
 * made or changed.
 */
#ifndef ZONE_PATH_H
#define ZONE_PATH_H

#include "util/messages.h"

#include <stdbool.h>

/* Whether one of two normalised absolute paths is the other, or lies in it. */
bool path_overlap(const char *a, const char *b);

/* Whether path is the directory above, or lies in it. */
bool path_inside(const char *path, const char *above);

/* The network file system that an open file or directory is on, such as "NFS"; NULL: a local one.
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
