/* look.h - a zone that a subcommand of zoneadm only looks at. */
#ifndef CMD_LOOK_H
#define CMD_LOOK_H

#include "cmd/work.h"

/*
 * As work_begin(), for who changes nothing: others may look at the same time, and what a dead
 * command left is refused rather than put right. Returns 0, or a negative errno, described.
 * work_end() frees it in either case.
 */
int look_begin(struct adm *adm, enum zone_operation operation, struct work *ret_work);

#endif
