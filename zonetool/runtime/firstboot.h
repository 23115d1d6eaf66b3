/*
 * firstboot.h - what the first boot of a zone does that its systemd does not do by itself, and what
 * it is not to do: enable services that were disabled. It is told so by files that are seen below
 * /run in the zone, for that boot only: its own do not change.
 */
#ifndef RUNTIME_FIRSTBOOT_H
#define RUNTIME_FIRSTBOOT_H

#include "runtime/engine.h"
#include "runtime/runtime.h"

/*
 * If the zone whose root is opened as root_fd boots for the first time (machine-id(5)), write into
 * its place on the host what is to be seen in the zone, and add the engine's options that show it.
 * Returns 0 or a negative errno, described.
 */
int firstboot_options(
	const struct runtime_zone *zone, int root_fd, struct line *line, struct messages *messages);

#endif
