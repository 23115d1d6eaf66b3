/* packages_config.c - configuration files in a new zone: as their packages shipped them. */
#include "install/packages_private.h"

#include "util/alloc.h"
#include "util/file.h"
#include "util/root.h"
#include "util/run.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define ARCHIVES "/var/cache/apt/archives"

enum {
	MD5_LEN = 32,                /* characters */
	BATCH = 200,                 /* files that one md5sum(1) reads */
	CONFIG_MAX_BYTES = 16 << 20, /* a configuration file */
	NAMED_MAX = 5,               /* in the warning */
};

/* A configuration file of a chosen package. */
struct config {
	const struct dpkg_package *package;
	char *path;            /* as its package has it */
	char *real;            /* where it is */
	char md5[MD5_LEN + 1]; /* of what was shipped */
	bool same;             /* that is what the zone has */
};

struct configs {
	const struct files *files;
	const struct install_job *job;
	int root_fd;
	struct config *items;
	size_t count, room;
};

/* ---- which there are ---- */

static void configs_free(struct configs *configs)
{
	for (size_t i = 0; i < configs->count; i++) {
		free(configs->items[i].path);
		free(configs->items[i].real);
	}
	free(configs->items);
}

/* Add what a line of the field says: "PATH MD5", and what is no file any more: "PATH MD5 obsolete".
 */
static void add_line(struct configs *configs, struct resolver *resolver,
	const struct dpkg_package *package, char *line)
{
	char *path = line + strspn(line, " \t"), *blank = strchr(path, ' ');
	if (*path != '/' || !blank || strlen(blank + 1) != MD5_LEN)
		return;
	*blank = '\0';
	const struct diversion *diversion = diversions_find(
		&configs->files->diversions, path, package->name);
	char *real = resolver_path(resolver, diversion ? diversion->to : path);
	if (!real || files_delivered(configs->files, real)) {
		free(real);
		return;
	}
	if (diversion && !files_diverts(configs->files, diversion)) {
		free(real);
		real = resolver_path(resolver, path);
	}
	if (configs->count == configs->room) {
		configs->room = configs->room * 2 + 64;
		configs->items = xrealloc(configs->items, configs->room, sizeof(*configs->items));
	}
	struct config *config = &configs->items[configs->count++];
	*config = (struct config){ package, xstrdup(path), real, "", false };
	memcpy(config->md5, blank + 1, MD5_LEN);
}

static void list_configs(struct configs *configs)
{
	AUTO_RESOLVER resolver = { 0 };
	const struct choice *choice = configs->files->choice;
	for (size_t i = 0; i < choice->database->count; i++) {
		const struct dpkg_package *package = &choice->database->packages[i];
		if (!choice->chosen[i])
			continue;
		AUTO_FREE char *text = xstrdup(package->conffiles);
		char *save = NULL;
		for (char *line = strtok_r(text, "\n", &save); line;
			line = strtok_r(NULL, "\n", &save))
			add_line(configs, &resolver, package, line);
	}
}

/* ---- what they are ---- */

/*
 * Have md5sum(1) read files. Its output has a line of the form "MD5  PATH" for each, without a
 * newline but with a NUL at its end.
 */
static int run_md5sum(const char *const *paths, size_t count, struct run_output *output,
	struct messages *messages)
{
	const char *argv[BATCH + 4] = { "md5sum", "-z", "--" };
	memcpy(argv + 3, paths, count * sizeof(*paths));
	struct run run = { .argv = argv, .die_with_us = true };
	return run_checked(&run, output, messages);
}

/* Compare some, which are regular files in the zone, with what was shipped. */
static int compare_batch(struct configs *configs, struct config *const *batch,
	const char *const *paths, size_t count)
{
	AUTO_RUN_OUTPUT output = { NULL, NULL };
	int rc = run_md5sum(paths, count, &output, configs->job->messages);
	if (rc < 0)
		return rc;
	/* The output is in the order of the arguments; NULs are ends of lines. */
	const char *at = output.out;
	for (size_t i = 0; i < count; i++) {
		batch[i]->same = strncmp(at, batch[i]->md5, MD5_LEN) == 0;
		at += strlen(at) + 1;
	}
	return 0;
}

static int compare_all(struct configs *configs)
{
	struct config *batch[BATCH];
	char *paths[BATCH];
	size_t filled = 0;
	int rc = 0;
	for (size_t i = 0; i < configs->count && rc == 0; i++) {
		struct config *config = &configs->items[i];
		struct stat st;
		if (fstatat(configs->root_fd, config->real + 1, &st, AT_SYMLINK_NOFOLLOW) == 0
			&& S_ISREG(st.st_mode)) {
			batch[filled] = config;
			paths[filled++] = xasprintf("%s%s", configs->job->root, config->real);
		}
		if (filled < BATCH && (i + 1 < configs->count || !filled))
			continue;
		rc = compare_batch(configs, batch, (const char *const *)paths, filled);
		while (filled)
			free(paths[--filled]);
	}
	return rc;
}

/* ---- what was shipped ---- */

/* Whether the text is what was shipped. 1, 0, or a negative errno, described. */
static int is_shipped(
	const struct configs *configs, const struct config *config, const char *text, size_t len)
{
	struct messages *messages = configs->job->messages;
	AUTO_FD fd = memfd_create("config", MFD_CLOEXEC);
	int rc = fd < 0 ? -errno : file_write(fd, text, len);
	if (rc < 0)
		return message_error(
			messages, rc, "cannot keep %s in memory: %s", config->path, strerror(-rc));
	AUTO_FREE char *path = xasprintf("/proc/%d/fd/%d", (int)getpid(), fd);
	const char *paths[] = { path };
	AUTO_RUN_OUTPUT output = { NULL, NULL };
	rc = run_md5sum(paths, 1, &output, messages);
	return rc < 0 ? rc : strncmp(output.out, config->md5, MD5_LEN) == 0;
}

/* Read a file of the host's that may be what was shipped. Returns 0, or 1: there is none. */
static int read_beside(const char *path, char **ret_text, size_t *ret_len)
{
	struct messages quiet = messages_quiet();
	return file_read(AT_FDCWD, path, CONFIG_MAX_BYTES, path, ret_text, ret_len, &quiet) < 0;
}

/* FILE.dpkg-dist and FILE.dpkg-new: what dpkg(1) left when a person had to decide. */
static int read_dist(const struct config *config, char **ret_text, size_t *ret_len)
{
	AUTO_FREE char *path = xasprintf("%s.dpkg-dist", config->real);
	return read_beside(path, ret_text, ret_len);
}

static int read_new(const struct config *config, char **ret_text, size_t *ret_len)
{
	AUTO_FREE char *path = xasprintf("%s.dpkg-new", config->real);
	return read_beside(path, ret_text, ret_len);
}

/* The cache of ucf(1): each path with ":" for "/". */
static int read_ucf(const struct config *config, char **ret_text, size_t *ret_len)
{
	AUTO_FREE char *name = xstrdup(config->path);
	for (char *slash = name; (slash = strchr(slash, '/'));)
		*slash = ':';
	AUTO_FREE char *path = xasprintf("/var/lib/ucf/cache/%s", name);
	return read_beside(path, ret_text, ret_len);
}

/* The package itself, of exactly this version, if apt still has it. */
static int read_deb(const struct config *config, char **ret_text, size_t *ret_len)
{
	const struct dpkg_package *package = config->package;
	AUTO_STR deb = STR_EMPTY;
	text_addf(&deb, ARCHIVES "/%s_", package->name);
	for (const char *c = package->version; *c; c++)
		text_addf(&deb, *c == ':' ? "%%3a" : "%c", *c);
	text_addf(&deb, "_%s.deb", package->architecture);
	return deb_read(deb.data, config->path, CONFIG_MAX_BYTES, ret_text, ret_len) != 0;
}

/* Where what was shipped may be found: 0 and a text, or not. It need not be the right one. */
static int (*const sources[])(const struct config *config, char **ret_text, size_t *ret_len) = {
	read_dist,
	read_new,
	read_ucf,
	read_deb,
};

/* Put the text in the place of what was copied. Returns 1, 0 without a directory, or an errno. */
static int put_back(
	const struct configs *configs, const struct config *config, const char *text, size_t len)
{
	const char *path = config->real + 1;
	struct stat st;
	int rc = 0;
	if (fstatat(configs->root_fd, path, &st, AT_SYMLINK_NOFOLLOW) == 0) {
		rc = root_replace(configs->root_fd, path, text, len, configs->job->messages);
	} else {
		const char *slash = strrchr(path, '/');
		AUTO_FREE char *directory = xstrndup(path, slash ? (size_t)(slash - path) : 0);
		AUTO_FD fd = packages_open(
			configs->root_fd, slash ? directory : ".", O_PATH | O_DIRECTORY, 0);
		if (fd < 0)
			return 0;
		rc = packages_write(
			configs->root_fd, path, text, len, 0644, configs->job->messages);
	}
	return rc < 0 ? rc : 1;
}

/*
 * Put back what was shipped. Returns 1, 0 if it cannot be known, or a negative errno, described.
 */
static int restore(const struct configs *configs, const struct config *config)
{
	for (size_t i = 0; i < COUNT(sources); i++) {
		AUTO_FREE char *text = NULL;
		size_t len;
		if (sources[i](config, &text, &len) != 0)
			continue;
		int rc = is_shipped(configs, config, text, len);
		if (rc == 0)
			continue;
		if (rc < 0)
			return rc;
		return put_back(configs, config, text, len);
	}
	return 0;
}

/* Put back what can be; append the names of what cannot, and count them. */
static int restore_all(const struct configs *configs, struct str *unknown, size_t *unknown_count)
{
	for (size_t i = 0; i < configs->count; i++) {
		const struct config *config = &configs->items[i];
		if (config->same)
			continue;
		int rc = restore(configs, config);
		if (rc < 0)
			return rc;
		packages_log(configs->job->log_fd,
			rc ? "configuration file as it was shipped: %s of %s"
			   : "configuration file as it is on this host, not as it was shipped: %s "
			     "of %s",
			config->real, config->package->name);
		if (rc == 0 && (*unknown_count)++ < NAMED_MAX)
			text_addf(unknown, "%s%s", unknown->len ? ", " : "", config->real);
	}
	return 0;
}

int config_restore(const struct files *files, const struct install_job *job, int root_fd)
{
	struct configs configs = { .files = files, .job = job, .root_fd = root_fd };
	AUTO_STR unknown = STR_EMPTY;
	size_t count = 0;
	list_configs(&configs);
	int rc = compare_all(&configs);
	if (rc == 0)
		rc = restore_all(&configs, &unknown, &count);
	configs_free(&configs);
	if (rc == 0 && count > 0)
		message_warning(job->messages,
			"%zu configuration file%s changed or removed on this host, and what "
			"the package%s shipped is not to be found here: %s%s; in the zone, too, "
			"%s",
			count, count == 1 ? " was" : "s were", count == 1 ? "" : "s",
			str_get(&unknown),
			count > NAMED_MAX ? " and others, which the log names" : "",
			count == 1 ? "it is as it is here" : "they are as they are here");
	return rc;
}

/* ---- for a zone that is there already ---- */

/* What the zone has in the place of a configuration file: its type, or 0. */
static mode_t type_in_zone(int root_fd, const struct config *config)
{
	struct stat st;
	AUTO_FD fd = packages_open(root_fd, config->real + 1, O_PATH | O_NOFOLLOW, 0);
	return fd >= 0 && fstat(fd, &st) == 0 ? st.st_mode & S_IFMT : 0;
}

/*
 * Give a new configuration file, below the root of the job, the name by which dpkg(1) finds it when
 * it configures the package. It does not look for one behind a link: that stays, and what is new
 * lies beside it.
 */
static int stage_one(
	const struct configs *configs, const struct config *config, bool keep, mode_t type)
{
	const char *path = config->real + 1;
	AUTO_FREE char *name = xasprintf("%s.%s", path, type == S_IFLNK ? "dpkg-dist" : "dpkg-new");
	int rc = keep ? unlinkat(configs->root_fd, path, 0)
		      : renameat(configs->root_fd, path, configs->root_fd, name);
	/* This host need not have it. */
	return rc < 0 && errno != ENOENT ? message_error(configs->job->messages, -errno,
		       "cannot make the new /%s: %s", path, strerror(errno))
					 : 0;
}

/* All of them; append the names of those whose new text is not to be had, and count them. */
static int stage_all(const struct configs *configs, const struct dpkg_database *zone, int root_fd,
	struct str *unknown, size_t *unknown_count)
{
	for (size_t i = 0; i < configs->count; i++) {
		const struct config *config = &configs->items[i];
		AUTO_FREE char *before = database_config_hash(zone, config->package, config->path);
		/* If that was shipped before, too, whatever the zone has stays. */
		bool stays = before && strcmp(before, config->md5) == 0;
		int known = stays || config->same ? 1 : restore(configs, config);
		if (known < 0)
			return known;
		mode_t type = type_in_zone(root_fd, config);
		int rc = stage_one(configs, config, stays || (!known && type), type);
		if (rc < 0)
			return rc;
		if (known)
			continue;
		packages_log(configs->job->log_fd, "not known as it was shipped: %s of %s",
			config->real, config->package->name);
		if ((*unknown_count)++ < NAMED_MAX)
			text_addf(unknown, "%s%s", unknown->len ? ", " : "", config->real);
	}
	return 0;
}

int config_stage(const struct files *files, const struct install_job *job, int stage_fd,
	const struct dpkg_database *zone, int root_fd)
{
	struct configs configs = { .files = files, .job = job, .root_fd = stage_fd };
	AUTO_STR unknown = STR_EMPTY;
	size_t count = 0;
	list_configs(&configs);
	int rc = compare_all(&configs);
	if (rc == 0)
		rc = stage_all(&configs, zone, root_fd, &unknown, &count);
	configs_free(&configs);
	if (rc == 0 && count > 0)
		message_warning(job->messages,
			"%zu configuration file%s changed or removed on this host, and what the "
			"new package%s shipped is not to be found here: %s%s; what the zone has "
			"stays, and what it has not is as it is here",
			count, count == 1 ? " was" : "s were", count == 1 ? "" : "s",
			str_get(&unknown),
			count > NAMED_MAX ? " and others, which the log names" : "");
	return rc;
}
