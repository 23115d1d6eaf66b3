/* packages_private.h - what the parts of packages.c share. */
#ifndef INSTALL_PACKAGES_PRIVATE_H
#define INSTALL_PACKAGES_PRIVATE_H

#include "install/dpkg.h"
#include "install/install.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#define DPKG_ADMIN "/var/lib/dpkg"
#define DPKG_INFO DPKG_ADMIN "/info"

/* ---- packages_version.c: versions and relations ---- */

/* Order two versions as dpkg does: negative, 0 or positive. */
int version_compare(const char *a, const char *b);
/* Whether "version relation wanted" holds: "<<", "<=", "=", ">=", ">>". */
bool version_satisfies(const char *version, const char *relation, const char *wanted);

/* ---- packages_choose.c: which packages ---- */

struct choice {
	const struct dpkg_database *database;
	bool *chosen;   /* by position in database->packages */
	size_t count;   /* chosen */
	bool *left_out; /* by position: wanted, but of no use in a zone */
	size_t skipped; /* left out */
	bool init;      /* one of the chosen can boot a system */
};

/* Why a package makes no sense in a zone, such as "a kernel"; NULL: it does. */
const char *choice_reason(const struct dpkg_package *package);

/*
 * Choose: wanted is "all", a list of names, separated by blanks or commas, or NULL, the default;
 * and all that these depend on. The database must outlive the choice. Returns 0 and *ret_choice,
 * which choice_free() frees, or a negative errno, described.
 */
int choice_make(const struct dpkg_database *database, const char *wanted, struct choice *ret_choice,
	struct messages *messages);
/*
 * Choose those that are wanted, by position, and of what they depend on what is not in the zone, or
 * not in a version that they can use. Both databases must outlive the choice.
 */
void choice_update(const struct dpkg_database *database, const struct dpkg_database *zone,
	const bool *wanted, struct choice *ret_choice);
void choice_free(struct choice *choice);
#define AUTO_CHOICE __attribute__((cleanup(choice_free))) struct choice

/* Whether a package of this name, or "NAME:ARCHITECTURE", is chosen. */
bool choice_has(const struct choice *choice, const char *name);

/* ---- packages_paths.c: where a path of a package leads ---- */

/* A growing list of texts, which it owns. */
struct names {
	char **items;
	size_t count, room;
};
void names_add(struct names *names, char *taken);
/* Sort, and keep one of each. */
void names_sort(struct names *names);
bool names_has(const struct names *sorted, const char *name);
void names_free(struct names *names);
#define AUTO_NAMES __attribute__((cleanup(names_free))) struct names

/* Where dpkg put a file that another package, or an administrator, wanted out of the way. */
struct diversion {
	const char *from, *to, *owner; /* parts of the text; owner ":": the administrator */
};
struct diversions {
	struct diversion *items; /* sorted by from */
	size_t count;
	char *text;
};
/*
 * Take the text, allocated, of a file of diversions apart; what is its path for messages. Returns 0
 * and *ret_diversions, or a negative errno, described; the text is freed with them, or now.
 */
int diversions_parse(
	char *text, const char *what, struct diversions *ret_diversions, struct messages *messages);
/* The diversion that moves this path of the package, or NULL. */
const struct diversion *diversions_find(
	const struct diversions *diversions, const char *path, const char *package);
void diversions_free(struct diversions *diversions);
#define AUTO_DIVERSIONS __attribute__((cleanup(diversions_free))) struct diversions

/* Resolves the directories of paths, remembering the last. */
struct resolver {
	char *directory, *real;
	struct names *links; /* where the links go that were on the way, or NULL */
};
/* What path is called without links in its directory, the caller's; NULL: there is none. */
char *resolver_path(struct resolver *resolver, const char *path);
void resolver_free(struct resolver *resolver);
#define AUTO_RESOLVER __attribute__((cleanup(resolver_free))) struct resolver

/* ---- packages_files.c: which files ---- */

struct files {
	const struct choice *choice;
	const struct zone *zone;
	struct messages *messages;
	int log_fd;
	struct names places;          /* real paths that inherit-pkg-dir and lofs deliver */
	struct diversions diversions; /* the host's */
	const struct diversions *own; /* those of a zone that is there already; NULL: it is new */
	struct names names;           /* real paths of what is copied, sorted */
	struct names givenaway; /* those of them that users of the host own, or have in ACLs */
	size_t missing;         /* the host has not what its packages delivered */
	bool shared;            /* the zone has some of what they delivered from the host */
};

/*
 * List the files of the chosen packages, and of a new zone, whose diversions are NULL, what it
 * needs beside them. Returns 0 or a negative errno, described.
 */
int files_list(const struct install_job *job, const struct choice *choice,
	const struct diversions *own, struct files *ret_files);
void files_free(struct files *files);
#define AUTO_FILES __attribute__((cleanup(files_free))) struct files

/* Whether a real path lies in what the zone gets from the host when it runs. */
bool files_delivered(const struct files *files, const char *path);

/* Whether the diversion is also one in the zone. */
bool files_diverts(const struct files *files, const struct diversion *diversion);

/* Copy them to the root of the job. Returns 0 or a negative errno, described. */
int files_copy(const struct files *files, const struct install_job *job, int root_fd);

/* ---- packages_owners.c: whose files are, and who may read them ---- */

/* Whether a user or a group can be another on another system. */
bool owners_is_local(unsigned id);
/* Whether such a one owns a file of this host, or is in its ACLs; st is lstat(2)'s. */
bool owners_local(const char *path, const struct stat *st);
/*
 * Give what was opened with O_PATH back to root, and take such ones out of its ACLs. Returns 0 or a
 * negative errno.
 */
int owners_take_back(int fd);
/* Whether everybody on this host may read a file, or, of a symbolic link, come to it. */
bool owners_all_may_read(const char *path);

/* ---- packages_config.c, packages_deb.c: what was shipped ---- */

/* A file as a package has it. */
struct shipped {
	char *text;
	size_t len;
	bool has_mode; /* mode, user and group are known, too */
	mode_t mode;   /* of chmod(2) */
	unsigned user, group;
};
void shipped_free(struct shipped *shipped);
#define AUTO_SHIPPED __attribute__((cleanup(shipped_free))) struct shipped

/*
 * Put configuration files in the zone back to what their packages shipped, where that can be known.
 * Those where it cannot stay as they are on the host, if everybody may read them there; else the
 * zone has none. Returns 0 or a negative errno, described.
 */
int config_restore(const struct files *files, const struct install_job *job, int root_fd);

/*
 * The same for packages that a zone is to be brought to: their files, as this host has them, are
 * below stage_fd, the root of the job. The configuration files get the name FILE.dpkg-new, with
 * which dpkg(1) decides when it configures them; one whose text cannot be known goes if the zone,
 * root_fd, has the file. Returns 0 or a negative errno, described.
 */
int config_stage(const struct files *files, const struct install_job *job, int stage_fd,
	const struct dpkg_database *zone, int root_fd);

/*
 * Read a file out of a package in a .deb file. Returns 0 and *ret_shipped; 1: it is not in there,
 * or that is no package; or a negative errno, not described.
 */
int deb_read(const char *deb, const char *path, size_t max, struct shipped *ret_shipped);

/* ---- packages_database.c: dpkg's database in the zone ---- */

/*
 * Make a zone's database: the chosen packages are unpacked, and nothing of them configured.
 * Returns 0 or a negative errno, described.
 */
int database_make(const struct files *files, const struct install_job *job, int root_fd);

/* Append the stanza of an installed package as one of an unpacked package. */
void database_unpacked(const struct dpkg_package *package, struct str *text);

/* Append those lines of a file of triggers that are about packages that are chosen, or not. */
void database_triggers(const struct choice *choice, bool chosen, const char *text, struct str *out);

/* ---- packages_stage.c: dpkg's database in a zone whose packages are updated ---- */

/*
 * What the zone's database says that the package shipped as this configuration file, before it is
 * updated: the caller's; NULL: it does not know the file.
 */
char *database_config_hash(
	const struct dpkg_database *zone, const struct dpkg_package *package, const char *path);

/*
 * The status file of a zone in which the chosen packages are unpacked, and were what the zone's
 * database says. Its text is appended.
 */
void database_status(
	const struct choice *choice, const struct dpkg_database *zone, struct str *text);

/*
 * Make below stage_fd what else the zone's database will have: who is interested in which trigger,
 * and diversions. Returns 0 or a negative errno, described.
 */
int database_stage(const struct files *files, int stage_fd, int root_fd);

/* ---- packages_merge.c: files that replace those of a zone ---- */

struct merge {
	const struct files *files;
	const struct dpkg_database *zone; /* its packages, before */
	int stage_fd;                     /* a tree that is whole, and on storage */
	int root_fd;                      /* the zone's root, on the same file system */
};

/* Whether all can be put there. Nothing is touched. Returns 0 or a negative errno, described. */
int merge_check(const struct merge *merge);
/*
 * Put all there but dpkg's database. What the zone's users have made is replaced, never followed to
 * the outside. Returns 0 or a negative errno, described.
 */
int merge_files(const struct merge *merge);
/* Remove what no package has any more; the database is still the old one. */
int merge_obsolete(const struct merge *merge);
/* Put the database there, but for its status file. */
int merge_database(const struct merge *merge);

/* ---- packages_configure.c ---- */

/*
 * Configure the packages in the zone, and tell how that went. Returns 0 or a negative errno,
 * described.
 */
int configure_run(const struct files *files, const struct install_job *job, int root_fd);

/*
 * Configure what is not yet in a zone whose chosen packages have been updated, and warn of what
 * cannot be. Returns 0 or a negative errno, described.
 */
int configure_update(const struct files *files, const struct install_job *job, int root_fd);

/* ---- packages.c: what all need ---- */

/*
 * Keep apt and dpkg from changing this host while its database is read. Returns 0, or a negative
 * errno, described.
 */
struct host_lock {
	int fds[2];
};
int host_lock(struct host_lock *ret_lock, struct messages *messages);
void host_unlock(struct host_lock *lock);
#define AUTO_HOST_LOCK __attribute__((cleanup(host_unlock))) struct host_lock

/* Read this host's database. Returns 0 or a negative errno, described. */
int packages_read_host(struct dpkg_database *ret_database, struct messages *messages);

/* Where a list of a package's files is below a directory for info files; the caller's. */
char *packages_list_name(const struct dpkg_package *package);

/*
 * Open or make a file in the zone's root; the path has no "/" at its beginning, and links stay in
 * the root. Returns an fd, or -1 and errno.
 */
int packages_open(int root_fd, const char *path, int flags, unsigned mode);
/* As mkdirat(2) and unlinkat(2), likewise: links in the directory of the path stay in the root. */
int packages_mkdir(int root_fd, const char *path, unsigned mode);
int packages_unlink(int root_fd, const char *path);
/* Make a file with this text, which nothing brings to storage. Returns 0 or an errno, described. */
int packages_write(int root_fd, const char *path, const char *text, size_t len, unsigned mode,
	struct messages *messages);

/* Write a line to the log of the installation. */
void packages_log(int log_fd, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
