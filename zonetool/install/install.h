/*
 * install.h - where the root of a zone comes from: this host's packages, a directory, an archive. A
 * source is a const table of functions in the table of install.c.
 */
#ifndef INSTALL_INSTALL_H
#define INSTALL_INSTALL_H

#include "util/messages.h"
#include "zone/index.h"
#include "zone/zone.h"

#include <stdbool.h>
#include <stdint.h>

struct install_job {
	struct messages *messages;
	const struct zone *zone;
	const struct index *index; /* all zones */
	const char *root;          /* the directory to fill: there, empty, root's, mode 0755 */
	const char *source;        /* what the user named after -m METHOD, normalised; or NULL */
	bool lossy;                /* as in struct tree_job */
	int log_fd;                /* a log for details, which the user finds named at the end */
	int report_fd;             /* lines for the user that come when the zone is installed */
	/* Tell the user on standard output how far it is: a whole line, without newline. */
	void (*say)(const char *format, ...) __attribute__((format(printf, 1, 2)));
	/* As in struct tree_job. */
	void (*progress)(void *user, uint64_t objects, uint64_t bytes);
	void *user;
	/*
	 * Run a program in the root, as root in it, isolated and without a network, with what the
	 * zone inherits and mounts; its output goes to the log. Returns its exit status, or a
	 * negative errno, described.
	 */
	int (*inside)(const struct install_job *job, const char *const *argv);
};

enum install_flags {
	INSTALL_INSIDE = 1 << 0, /* it runs programs in the root */
	INSTALL_FRESH = 1 << 1,  /* what it makes has never run: it has no identity to lose, but for
				    what packages have made that must differ in each system */
};

struct install_ops {
	const char *name;   /* as -m has it */
	const char *source; /* what the user must name: "DIRECTORY"; NULL: nothing */
	unsigned flags;     /* enum install_flags */
	/*
	 * Whether it can be done, before anything is touched: root is not there yet. Returns 0 or a
	 * negative errno, described.
	 */
	int (*check)(const struct install_job *job);
	/*
	 * Fill the root. Nothing need be brought to storage: the caller does. Returns 0 or a
	 * negative errno, described; what is in the root then goes.
	 */
	int (*run)(const struct install_job *job);
};

extern const struct install_ops install_packages, install_directory, install_archive;

/* The source of this name, or NULL. */
const struct install_ops *install_find(const char *name);

/* Whether a directory looks like the root of a system: it has etc, and usr or bin. */
bool install_is_system(int dir_fd);

#endif
