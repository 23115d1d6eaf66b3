/* nest.h - refusing to copy a directory into itself, before anything is written. */
#ifndef CE_NEST_H
#define CE_NEST_H

#include <stdbool.h>

/*
 * Whether the directory dst_fd is the directory src_fd or lies inside it, be it through a bind
 * mount. Any kind of fds. one_mount: what is mounted below the source does not count as inside.
 * False where that cannot be found out: the walk looks out for it, too.
 */
bool nest_inside(int src_fd, int dst_fd, bool one_mount);

/*
 * Whether a file system is mounted more than once, counting the one that the directory fd is on and
 * all below it: then objects may be found there in several places. False where that cannot be
 * found out.
 */
bool nest_repeats(int fd);

#endif
