/*
 * log.h - the log of an installation, /var/log/zones/NAME.install.log, or of something like it:
 * when what was said, and what the programs that ran said. Root's alone, and made anew each time.
 */
#ifndef INSTALL_LOG_H
#define INSTALL_LOG_H

#include "util/messages.h"

struct install_log {
	char *path;
	int fd;
	struct messages *outer;
	struct messages messages; /* as outer, and into the log */
};

/*
 * Make it; what is "install" or the like. Returns 0, or a negative errno, described; log_end()
 * frees it in either case.
 */
int log_begin(
	const char *zone, const char *what, struct messages *outer, struct install_log *ret_log);
void log_end(struct install_log *log);

/* Add a line. What cannot be written is not in it: nothing depends on that. */
void log_line(const struct install_log *log, const char *text);

#endif
