/*
 * inside.h - a program run in a zone's root while the zone does not run: in a container of
 * systemd-nspawn(1), offline, not registered, with what the zone inherits and mounts: what is the
 * host's of that, inherit-pkg-dir and lofs, is read-only there, whatever the zone may do.
 */
#ifndef RUNTIME_INSIDE_H
#define RUNTIME_INSIDE_H

#include "util/messages.h"
#include "zone/zone.h"

struct inside {
	struct messages *messages;
	const struct zone *zone; /* whose inherit-pkg-dirs and fs are there inside */
	const char *root;        /* the directory that is / inside */
	int log_fd;              /* where its output goes */
};

/* Whether there is what it takes. Returns 0 or a negative errno, described. */
int inside_check(struct messages *messages);

/*
 * Run a program and wait for its end; whatever it leaves running is killed, and so is all of it if
 * we are. argv ends with NULL. Returns its exit status, or a negative errno, described.
 */
int inside_run(const struct inside *inside, const char *const *argv);

#endif
