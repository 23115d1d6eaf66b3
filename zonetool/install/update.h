/*
 * update.h - the packages of a zone that is there already, brought to the versions of this host: of
 * what a sparse zone inherits, the host's files are what its own package database must tell of.
 *
 * Whatever ends it, it can be repeated: all that is new is copied beside the root first, and
 * brought to storage; then it is put in its place by renaming, and the database is the last.
 */
#ifndef INSTALL_UPDATE_H
#define INSTALL_UPDATE_H

#include "install/install.h"

struct update {
	const char *const *names; /* packages of the zone, "NAME:ARCHITECTURE", that this host has,
				     too: they get its version */
	size_t count;
	const char *stage; /* a path on the file system of the root, for what is new: the directory
			      is there from when something is begun until all is done */
};

/* Tell, by job->say, which packages would be updated or added. Returns 0 or an errno, described. */
int update_show(const struct install_job *job, const struct update *update);

/*
 * Update them in the root of the job, and configure there whatever is not configured. Returns 0 or
 * a negative errno, described; if nothing was touched, the stage is not there either.
 */
int update_run(const struct install_job *job, const struct update *update);

#endif
