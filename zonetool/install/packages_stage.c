/* packages_stage.c - what dpkg's database in a zone is to be, when packages of it are updated. */
#include "install/packages_private.h"

#include "util/alloc.h"
#include "util/file.h"
#include "util/root.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define ADMIN "var/lib/dpkg"

enum {
	TRIGGERS_MAX_BYTES = 16 << 20, /* who is interested in a trigger */
};

/* ---- configuration files ---- */

/* A line of the field: "PATH HASH", perhaps with words behind that. */
struct line {
	char *path, *hash;
	const char *words; /* "obsolete", "remove-on-upgrade", or "" */
};

/* Take the next line apart, which is changed. False: there is none. */
static bool next_line(char **at, struct line *ret_line)
{
	for (char *line; (line = strsep(at, "\n"));) {
		line += strspn(line, " \t");
		char *hash = strchr(line, ' ');
		if (*line != '/' || !hash)
			continue;
		*hash++ = '\0';
		char *words = hash + strcspn(hash, " ");
		if (*words)
			*words++ = '\0';
		*ret_line = (struct line){ line, hash, words };
		return true;
	}
	return false;
}

/* The hash of a file; the caller's. NULL: the package has no such file, or none any more. */
static char *find_hash(const struct dpkg_package *package, const char *path, bool obsolete_too)
{
	AUTO_FREE char *text = xstrdup(package->conffiles);
	char *at = text;
	for (struct line line; next_line(&at, &line);)
		if (strcmp(line.path, path) == 0 && (obsolete_too || !*line.words))
			return xstrdup(line.hash);
	return NULL;
}

char *database_config_hash(
	const struct dpkg_database *zone, const struct dpkg_package *package, const char *path)
{
	const struct dpkg_package *old = dpkg_find_like(zone, package->name, package->architecture);
	return old ? find_hash(old, path, true) : NULL;
}

/*
 * Append the field of an unpacked package, as dpkg(1) has it then: the hashes of what was shipped
 * before, and what the new package does not have any more.
 */
static void add_conffiles(
	const struct dpkg_package *package, const struct dpkg_package *old, struct str *text)
{
	AUTO_STR lines = STR_EMPTY;
	AUTO_FREE char *new_text = xstrdup(package->conffiles);
	char *at = new_text;
	for (struct line line; next_line(&at, &line);) {
		AUTO_FREE char *before = old ? find_hash(old, line.path, true) : NULL;
		if (!*line.words)
			text_addf(&lines, " %s %s\n", line.path, before ? before : "newconffile");
	}
	AUTO_FREE char *old_text = xstrdup(old ? old->conffiles : "");
	at = old_text;
	for (struct line line; next_line(&at, &line);) {
		AUTO_FREE char *now = find_hash(package, line.path, false);
		if (!now)
			text_addf(&lines, " %s %s obsolete\n", line.path, line.hash);
	}
	if (lines.len)
		text_addf(text, "Conffiles:\n%s", lines.data);
}

/* ---- the status file ---- */

/* The version that was configured last, or "". */
static const char *configured_version(const struct dpkg_package *old)
{
	static const char *const configured[] = { "installed", "triggers-awaited",
		"triggers-pending" };
	for (size_t i = 0; old && i < COUNT(configured); i++)
		if (strcmp(old->state, configured[i]) == 0)
			return old->version;
	return old ? old->config_version : "";
}

static bool is_field(const char *line, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strncasecmp(line, names[i], strlen(names[i])) == 0)
			return true;
	return false;
}

/* Append the stanza of the host's package as one that has replaced the old one, unless NULL. */
static void add_updated(
	const struct dpkg_package *package, const struct dpkg_package *old, struct str *text)
{
	static const char *const own[] = {
		"Status:", "Conffiles:", "Config-Version:", "Triggers-Awaited:", "Triggers-Pending:"
	};
	AUTO_FREE char *stanza = xstrndup(package->stanza, package->stanza_len);
	bool dropping = false, hold = old && strcmp(old->wanted, "hold") == 0;
	char *at = stanza;
	for (char *line; (line = strsep(&at, "\n"));) {
		/* A line that begins with a blank goes on with the field before. */
		if (*line != ' ' && *line != '\t')
			dropping = is_field(line, own, COUNT(own));
		if (*line && !dropping)
			text_addf(text, "%s\n", line);
	}
	text_addf(text, "Status: %s ok unpacked\n", hold ? "hold" : "install");
	if (*configured_version(old))
		text_addf(text, "Config-Version: %s\n", configured_version(old));
	add_conffiles(package, old, text);
	text_addc(text, '\n');
}

void database_status(
	const struct choice *choice, const struct dpkg_database *zone, struct str *text)
{
	const struct dpkg_database *host = choice->database;
	for (size_t i = 0; i < host->count; i++) {
		const struct dpkg_package *package = &host->packages[i];
		if (choice->chosen[i])
			add_updated(package,
				dpkg_find_like(zone, package->name, package->architecture), text);
	}
	for (size_t i = 0; i < zone->count; i++) {
		const struct dpkg_package *package = &zone->packages[i];
		const struct dpkg_package *here = dpkg_find_like(
			host, package->name, package->architecture);
		/* With two of a name, the other one stays. */
		if (here && choice->chosen[here - host->packages]
			&& dpkg_find_like(zone, here->name, here->architecture) == package)
			continue;
		bool whole = package->stanza[package->stanza_len - 1] == '\n';
		text_addf(text, "%.*s%s\n", (int)package->stanza_len, package->stanza,
			whole ? "" : "\n");
	}
}

/* ---- triggers and diversions ---- */

/* A file of triggers: those of the zone's other packages, and those of the chosen ones. */
static int stage_trigger(const struct files *files, const char *name, int stage_fd, int root_fd)
{
	AUTO_FREE char *path = xasprintf(ADMIN "/triggers/%s", name);
	AUTO_FREE char *here = xasprintf("/%s", path);
	AUTO_FREE char *own_text = NULL, *host_text = NULL;
	size_t len;
	int rc = root_read(root_fd, path, TRIGGERS_MAX_BYTES, &own_text, &len, files->messages);
	if (rc < 0 && rc != -ENOENT)
		return rc;
	rc = file_read(AT_FDCWD, here, TRIGGERS_MAX_BYTES, here, &host_text, &len, files->messages);
	if (rc < 0 && rc != -ENOENT)
		return rc;
	AUTO_STR text = STR_EMPTY;
	database_triggers(files->choice, false, own_text ? own_text : "", &text);
	database_triggers(files->choice, true, host_text ? host_text : "", &text);
	return own_text || text.len
		? packages_write(stage_fd, path, str_get(&text), text.len, 0644, files->messages)
		: 0;
}

/* Add the names of the files of triggers in a directory, which need not be there. */
static int list_triggers(int fd, struct names *names, struct messages *messages)
{
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir && errno == ENOENT)
		return 0;
	if (!dir)
		return message_error(messages, -errno, DPKG_ADMIN "/triggers: %s", strerror(errno));
	for (struct dirent *entry; (entry = readdir(dir));)
		if (*entry->d_name != '.' && strcmp(entry->d_name, "Lock") != 0
			&& strcmp(entry->d_name, "Unincorp") != 0)
			names_add(names, xstrdup(entry->d_name));
	closedir(dir);
	return 0;
}

static int stage_triggers(const struct files *files, int stage_fd, int root_fd)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
	AUTO_NAMES names = { 0 };
	int rc = list_triggers(open(DPKG_ADMIN "/triggers", flags), &names, files->messages);
	if (rc == 0)
		rc = list_triggers(packages_open(root_fd, ADMIN "/triggers", flags, 0), &names,
			files->messages);
	names_sort(&names);
	for (size_t i = 0; i < names.count && rc == 0; i++)
		rc = stage_trigger(files, names.items[i], stage_fd, root_fd);
	return rc;
}

static void add_diversion(const struct diversion *diversion, struct str *text)
{
	text_addf(text, "%s\n%s\n%s\n", diversion->from, diversion->to, diversion->owner);
}

/*
 * The zone's diversions stay. A new one of a chosen package can be only where the zone gets files
 * from the host: elsewhere the package's own scripts should have moved what they divert.
 */
static int stage_diversions(const struct files *files, int stage_fd)
{
	AUTO_STR text = STR_EMPTY;
	for (size_t i = 0; i < files->own->count; i++)
		add_diversion(&files->own->items[i], &text);
	for (size_t i = 0; i < files->diversions.count; i++) {
		const struct diversion *diversion = &files->diversions.items[i];
		AUTO_RESOLVER resolver = { 0 };
		AUTO_FREE char *real = resolver_path(&resolver, diversion->from);
		if (files_diverts(files, diversion) || !choice_has(files->choice, diversion->owner))
			continue;
		if (!real || !files_delivered(files, real))
			return message_error(files->messages, -EINVAL,
				"package %s diverts %s on this host, and in the zone it does not: "
				"that cannot be brought there",
				diversion->owner, diversion->from);
		add_diversion(diversion, &text);
	}
	return packages_write(
		stage_fd, ADMIN "/diversions", str_get(&text), text.len, 0644, files->messages);
}

int database_stage(const struct files *files, int stage_fd, int root_fd)
{
	if (mkdirat(stage_fd, ADMIN "/triggers", 0755) < 0 && errno != EEXIST)
		return message_error(files->messages, -errno, "cannot make " ADMIN "/triggers: %s",
			strerror(errno));
	int rc = stage_diversions(files, stage_fd);
	return rc < 0 ? rc : stage_triggers(files, stage_fd, root_fd);
}
