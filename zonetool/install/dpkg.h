/*
 * dpkg.h - the database of dpkg(1) of a host or of a zone's root, read: which packages are
 * installed. The formats: deb822(5), deb-control(5), dpkg-query(1). Nothing in a zone's root is
 * trusted: paths are resolved inside it, sizes are limited, and what cannot be a package's name,
 * version or architecture is an error.
 */
#ifndef INSTALL_DPKG_H
#define INSTALL_DPKG_H

#include "util/messages.h"

#include <stdbool.h>
#include <stddef.h>

enum {
	DPKG_STATUS_MAX = 256 << 20, /* bytes of a status file */
};

/* How far a package is there. */
enum dpkg_standing {
	DPKG_GONE,       /* it has no files, or none but configuration */
	DPKG_UNFINISHED, /* it has files, but is on its way in or out: unpacked ... */
	DPKG_INSTALLED,
};

/* A stanza of the status file. All texts are parts of dpkg_database.text, with a NUL behind. */
struct dpkg_package {
	const char *name, *architecture, *version;
	const char *priority, *section; /* "" if there is none */
	const char *depends, *pre_depends, *provides;
	const char *conffiles;      /* the field's lines, without blanks before the first */
	const char *config_version; /* which was configured, if that is not so now; or "" */
	const char *wanted, *state; /* words of its status: "hold", "half-configured" */
	enum dpkg_standing standing;
	bool essential;
	bool multi_arch_same; /* its files in info/ are called NAME:ARCHITECTURE.* */
	const char *stanza;   /* all of it as the file has it, its newline included */
	size_t stanza_len;
};

/* The packages whose standing is DPKG_INSTALLED, or all, sorted by name. */
struct dpkg_database {
	struct dpkg_package *packages;
	size_t count;
	size_t others; /* stanzas of what is unfinished */
	char *text, *raw;
};

/*
 * Read the database below the directory root_fd. Returns 0 and *ret_database, which
 * dpkg_database_free() frees, or a negative errno: -ENOENT, not described: there is none.
 */
int dpkg_read(int root_fd, struct dpkg_database *ret_database, struct messages *messages);
/*
 * The same with all stanzas, whatever their standing. Only of installed packages is it known that
 * they have an architecture and a version.
 */
int dpkg_read_all(int root_fd, struct dpkg_database *ret_database, struct messages *messages);
/* dpkg_read() of a status file's text, len bytes and a NUL; what is its path for messages. */
int dpkg_parse(const char *text, size_t len, const char *what, struct dpkg_database *ret_database,
	struct messages *messages);
void dpkg_database_free(struct dpkg_database *database);
#define AUTO_DPKG __attribute__((cleanup(dpkg_database_free))) struct dpkg_database

/* The package of this name; of several architectures, the first. NULL: it is not installed. */
const struct dpkg_package *dpkg_find(const struct dpkg_database *database, const char *name);
/*
 * The package that can be this one: its architecture is the same, or else one of the two is "all",
 * or "", which is not known. NULL: there is none.
 */
const struct dpkg_package *dpkg_find_like(
	const struct dpkg_database *database, const char *name, const char *architecture);

#endif
