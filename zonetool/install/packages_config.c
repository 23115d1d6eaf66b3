/* packages_config.c - configuration files in a new zone: as their packages shipped them. */
#include "install/packages_private.h"

#include "util/alloc.h"
#include "util/file.h"
#include "util/root.h"
#include "util/run.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
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
	char *real;            /* where it is in the zone */
	char *host;            /* where it is on this host */
	char md5[MD5_LEN + 1]; /* of what was shipped; "": not known */
	bool obsolete;         /* the package has no such file any more, but there may be one */
	bool same;             /* what was shipped is what the zone has */
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
		free(configs->items[i].host);
	}
	free(configs->items);
}

/* Cut the last word of a line off; NULL: there is but one. */
static char *cut_word(char *line)
{
	char *blank = strrchr(line, ' ');
	if (!blank)
		return NULL;
	*blank = '\0';
	return blank + 1;
}

/*
 * Take apart a line of the field: "PATH MD5", perhaps with "obsolete" or "remove-on-upgrade" behind
 * it. Returns the path, which can have blanks; NULL: that is no such line.
 */
static char *parse_line(char *line, struct config *config)
{
	char *path = line + strspn(line, " \t"), *word = cut_word(path);
	while (word && (strcmp(word, "obsolete") == 0 || strcmp(word, "remove-on-upgrade") == 0)) {
		config->obsolete = true;
		word = cut_word(path);
	}
	if (*path != '/' || !word)
		return NULL;
	if (strlen(word) == MD5_LEN)
		memcpy(config->md5, word, MD5_LEN);
	return path;
}

static void add_line(struct configs *configs, struct resolver *resolver,
	const struct dpkg_package *package, char *line)
{
	struct config config = { .package = package };
	char *path = parse_line(line, &config);
	if (!path)
		return;
	const struct diversion *diversion = diversions_find(
		&configs->files->diversions, path, package->name);
	config.host = resolver_path(resolver, diversion ? diversion->to : path);
	if (!config.host || files_delivered(configs->files, config.host)) {
		free(config.host);
		return;
	}
	config.real = diversion && !files_diverts(configs->files, diversion)
		? resolver_path(resolver, path)
		: xstrdup(config.host);
	config.path = xstrdup(path);
	if (configs->count == configs->room) {
		configs->room = configs->room * 2 + 64;
		configs->items = xrealloc(configs->items, configs->room, sizeof(*configs->items));
	}
	configs->items[configs->count++] = config;
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

void shipped_free(struct shipped *shipped)
{
	free(shipped->text);
	*shipped = (struct shipped){ 0 };
}

/* Read a file of the host's that may be what was shipped. Returns 0, or 1: there is none. */
static int read_beside(const char *path, bool has_mode, struct shipped *ret_shipped)
{
	struct messages quiet = messages_quiet();
	struct shipped found = { .has_mode = has_mode };
	struct stat st;
	if (stat(path, &st) < 0
		|| file_read(
			   AT_FDCWD, path, CONFIG_MAX_BYTES, path, &found.text, &found.len, &quiet)
			< 0)
		return 1;
	found.mode = st.st_mode & 07777;
	found.user = st.st_uid;
	found.group = st.st_gid;
	*ret_shipped = found;
	return 0;
}

/* FILE.dpkg-dist and FILE.dpkg-new: what dpkg(1) left when a person had to decide. */
static int read_dist(const struct config *config, struct shipped *ret_shipped)
{
	AUTO_FREE char *path = xasprintf("%s.dpkg-dist", config->host);
	return read_beside(path, true, ret_shipped);
}

static int read_new(const struct config *config, struct shipped *ret_shipped)
{
	AUTO_FREE char *path = xasprintf("%s.dpkg-new", config->host);
	return read_beside(path, true, ret_shipped);
}

/* The cache of ucf(1): each path with ":" for "/". Its modes are its own. */
static int read_ucf(const struct config *config, struct shipped *ret_shipped)
{
	AUTO_FREE char *name = xstrdup(config->path);
	for (char *slash = name; (slash = strchr(slash, '/'));)
		*slash = ':';
	AUTO_FREE char *path = xasprintf("/var/lib/ucf/cache/%s", name);
	return read_beside(path, false, ret_shipped);
}

/* The package itself, of exactly this version, if apt still has it. */
static int read_deb(const struct config *config, struct shipped *ret_shipped)
{
	const struct dpkg_package *package = config->package;
	AUTO_STR deb = STR_EMPTY;
	text_addf(&deb, ARCHIVES "/%s_", package->name);
	for (const char *c = package->version; *c; c++)
		text_addf(&deb, *c == ':' ? "%%3a" : "%c", *c);
	text_addf(&deb, "_%s.deb", package->architecture);
	return deb_read(deb.data, config->path, CONFIG_MAX_BYTES, ret_shipped) != 0;
}

/* Where what was shipped may be found: 0 and a text, or not. It need not be the right one. */
static int (*const sources[])(const struct config *config, struct shipped *ret_shipped) = {
	read_dist,
	read_new,
	read_ucf,
	read_deb,
};

/* What the zone has of this name: its type, or 0. */
static mode_t type_of(const struct configs *configs, const struct config *config)
{
	struct stat st;
	return fstatat(configs->root_fd, config->real + 1, &st, AT_SYMLINK_NOFOLLOW) < 0
		? 0
		: st.st_mode & S_IFMT;
}

/* Make what is missing as it was shipped. Returns 0 or a negative errno. */
static int make_missing(int root_fd, const char *path, const struct shipped *shipped)
{
	AUTO_FD fd = packages_open(root_fd, path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
	int rc = fd < 0 ? -errno : file_write(fd, shipped->text, shipped->len);
	/* Users of this host mean nobody in the zone. A change of owner can reduce the mode. */
	if (rc == 0
		&& (fchown(fd, owners_is_local(shipped->user) ? 0 : shipped->user,
			    owners_is_local(shipped->group) ? 0 : shipped->group)
				< 0
			|| fchmod(fd, shipped->mode & 0777) < 0))
		rc = -errno;
	return rc;
}

/* Put it in the place of what was copied. Returns 1, 0 without a directory, or an errno. */
static int put_back(
	const struct configs *configs, const struct config *config, const struct shipped *shipped)
{
	const char *path = config->real + 1;
	struct messages *messages = configs->job->messages;
	int rc;
	/* What is there keeps its mode, which the administrator has chosen. */
	if (type_of(configs, config)) {
		rc = root_replace(configs->root_fd, path, shipped->text, shipped->len, messages);
		return rc < 0 ? rc : 1;
	}
	rc = make_missing(configs->root_fd, path, shipped);
	if (rc == -ENOENT)
		return 0;
	return rc < 0 ? message_error(
		       messages, rc, "cannot make /%s in the zone: %s", path, strerror(-rc))
		      : 1;
}

/*
 * Put back what was shipped. Returns 1, 0 if it cannot be known, or a negative errno, described.
 */
static int restore(const struct configs *configs, const struct config *config)
{
	for (size_t i = 0; i < COUNT(sources); i++) {
		AUTO_SHIPPED shipped = { 0 };
		if (sources[i](config, &shipped) != 0
			|| (!shipped.has_mode && !type_of(configs, config)))
			continue;
		int rc = is_shipped(configs, config, shipped.text, shipped.len);
		if (rc == 0)
			continue;
		return rc < 0 ? rc : put_back(configs, config, &shipped);
	}
	return 0;
}

/* ---- where that cannot be known ---- */

/* Files that the zone has as they are here, and such as it has not. */
struct unknown {
	struct str kept, left_out;
	size_t kept_count;
};

static void unknown_free(struct unknown *unknown)
{
	str_free(&unknown->kept);
	str_free(&unknown->left_out);
}
#define AUTO_UNKNOWN __attribute__((cleanup(unknown_free))) struct unknown

static void log_config(const struct configs *configs, const struct config *config, const char *what)
{
	packages_log(configs->job->log_fd, "configuration file %s: %s of %s", what, config->real,
		config->package->name);
}

/* Keep a file as it is here, if all may read it. Returns 0 or a negative errno, described. */
static int keep_or_leave(
	const struct configs *configs, const struct config *config, struct unknown *unknown)
{
	struct messages *messages = configs->job->messages;
	if (type_of(configs, config) && !owners_all_may_read(config->host)) {
		if (packages_unlink(configs->root_fd, config->real + 1) < 0)
			return message_error(messages, -errno, "cannot remove %s in the zone: %s",
				config->real, strerror(errno));
		log_config(configs, config,
			"left out, as not everybody may read it on this host, and what was shipped "
			"is not known");
		text_addf(&unknown->left_out, "%s%s", unknown->left_out.len ? ", " : "",
			config->real);
		return 0;
	}
	log_config(configs, config, "as it is on this host, not as it was shipped");
	if (unknown->kept_count++ < NAMED_MAX)
		text_addf(&unknown->kept, "%s%s", unknown->kept.len ? ", " : "", config->real);
	return 0;
}

static int restore_all(const struct configs *configs, struct unknown *unknown)
{
	for (size_t i = 0; i < configs->count; i++) {
		const struct config *config = &configs->items[i];
		if (config->same || (config->obsolete && !type_of(configs, config)))
			continue;
		int rc = restore(configs, config);
		if (rc > 0)
			log_config(configs, config, "as it was shipped");
		else if (rc == 0)
			rc = keep_or_leave(configs, config, unknown);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static void warn(const struct unknown *unknown, struct messages *messages)
{
	size_t count = unknown->kept_count;
	if (count)
		message_warning(messages,
			"%zu configuration file%s changed or removed on this host, and what the "
			"package%s shipped is not to be found here: %s%s; in the zone, too, %s",
			count, count == 1 ? " was" : "s were", count == 1 ? "" : "s",
			unknown->kept.data,
			count > NAMED_MAX ? " and others, which the log names" : "",
			count == 1 ? "it is as it is here" : "they are as they are here");
	if (unknown->left_out.len)
		message_warning(messages,
			"the zone does not get configuration files that were changed on this host, "
			"that not everybody may read here, and of which what was shipped is not to "
			"be found: %s",
			unknown->left_out.data);
}

int config_restore(const struct files *files, const struct install_job *job, int root_fd)
{
	struct configs configs = { .files = files, .job = job, .root_fd = root_fd };
	AUTO_UNKNOWN unknown = { STR_EMPTY, STR_EMPTY, 0 };
	list_configs(&configs);
	int rc = compare_all(&configs);
	if (rc == 0)
		rc = restore_all(&configs, &unknown);
	configs_free(&configs);
	if (rc == 0)
		warn(&unknown, job->messages);
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
		stays = stays || config->obsolete;
		int known = stays || config->same ? 1 : restore(configs, config);
		if (known < 0)
			return known;
		mode_t type = type_in_zone(root_fd, config);
		stays = stays || (!known && (type || !owners_all_may_read(config->host)));
		int rc = stage_one(configs, config, stays, type);
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
			"stays, and what it has not is as it is here, if everybody may read it "
			"here",
			count, count == 1 ? " was" : "s were", count == 1 ? "" : "s",
			str_get(&unknown),
			count > NAMED_MAX ? " and others, which the log names" : "");
	return rc;
}
