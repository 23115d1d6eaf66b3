/*
 * shield.h - the host's programs, as a zone may come to see them: not to be written to. A process
 * that enters a zone, or becomes its init, runs a program of the host's until it runs one of the
 * zone's. Meanwhile the zone's root can open that, and its libraries, through /proc/PID/exe and
 * /proc/PID/map_files (CVE-2019-5736); or make it run itself again, as the interpreter of a script.
 * Without a user namespace it is the user whom these files belong to. So what such a process runs
 * comes from mounts that are read-only, and that nobody can change any more.
 */
#ifndef RUNTIME_SHIELD_H
#define RUNTIME_SHIELD_H

#include "util/messages.h"

/*
 * Run this program again, from such mounts, if that has not been done. argv is as main() had it.
 * Returns 0 when it is so, or a negative errno, described.
 */
int shield_self(char **argv, struct messages *messages);

/*
 * At the beginning of main(): if shield_self() was called, be where that was again. Returns 0 or a
 * negative errno, described.
 */
int shield_resume(struct messages *messages);

/*
 * Make the host's programs and libraries read-only in this process's mount namespace, which is to
 * be its own. Returns 0 or a negative errno, described.
 */
int shield_system(struct messages *messages);

#endif
