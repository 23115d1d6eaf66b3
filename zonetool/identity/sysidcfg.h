/*
 * sysidcfg.h - answers to the questions of a zone's first boot, in the format of Solaris'
 * sysidcfg(4): keyword=value lines, with properties in braces. Applied from outside, before the
 * zone's init starts.
 */
#ifndef IDENTITY_SYSIDCFG_H
#define IDENTITY_SYSIDCFG_H

#include "util/messages.h"

#include <stdbool.h>
#include <stddef.h>

#define SYSIDCFG_PATH "etc/sysidcfg" /* in the zone's root */

enum {
	SYSIDCFG_SIZE_MAX = 64 << 10, /* bytes in a file */
};

struct sysidcfg;

/*
 * Read the text, len bytes and a NUL; what is the file's path for messages. Every wrong line is
 * described, with its number and what would be right. Returns 0 and *ret_sysidcfg, or -EINVAL,
 * described.
 */
int sysidcfg_parse(const char *text, size_t len, const char *what, struct sysidcfg **ret_sysidcfg,
	struct messages *messages);
void sysidcfg_free(struct sysidcfg *sysidcfg);
static inline void sysidcfg_cleanup(struct sysidcfg **sysidcfg)
{
	sysidcfg_free(*sysidcfg);
}
#define AUTO_SYSIDCFG __attribute__((cleanup(sysidcfg_cleanup))) struct sysidcfg

/* The zone, as far as the answers depend on it. */
struct sysidcfg_zone {
	/* With ip-type=exclusive. Without, addresses in the file are checked only. */
	bool own_interfaces;
	/* What PRIMARY is: the first interface of its configuration; NULL: whichever it has. */
	const char *primary;
};

/*
 * Answer the questions in the root of a zone that does not run; its files are not trusted (util/
 * root.h). What it does not answer is asked at the console still. Returns 0 or a negative errno,
 * described.
 */
int sysidcfg_apply(const struct sysidcfg *sysidcfg, int root_fd, const struct sysidcfg_zone *zone,
	struct messages *messages);

/*
 * What a boot does: if text is not NULL apply it, else the file at SYSIDCFG_PATH, if there is one,
 * which is removed then. Returns 1 if answers were applied, 0 if there were none, or a negative
 * errno, described: nothing in the root has changed if the text is wrong.
 */
int sysidcfg_boot(
	int root_fd, const char *text, const struct sysidcfg_zone *zone, struct messages *messages);

/*
 * Read the file at path on the host, "-" for standard input, and check it. *ret_text is the
 * caller's. Returns 0 or a negative errno, described.
 */
int sysidcfg_read(const char *path, char **ret_text, struct messages *messages);

/* Put the text at SYSIDCFG_PATH, mode 0600, for the next boot. 0 or a negative errno, described. */
int sysidcfg_store(int root_fd, const char *text, struct messages *messages);

#endif
