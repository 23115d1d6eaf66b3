/* packages_database.c - the database of dpkg(1) in a new zone: everything is unpacked. */
#include "install/packages_private.h"

#include "util/alloc.h"
#include "util/file.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define ADMIN "var/lib/dpkg"

enum {
	TRIGGERS_MAX_BYTES = 16 << 20, /* who is interested in a trigger */
};

/* What dpkg(1) and update-alternatives(1) expect to be there. */
static const char *const directories[] = { ADMIN "/alternatives", ADMIN "/info", ADMIN "/parts",
	ADMIN "/triggers", ADMIN "/updates" };
static const char *const empty_files[] = { ADMIN "/available", ADMIN "/statoverride",
	ADMIN "/triggers/Unincorp" };

/* Fields that an unpacked package does not have: with them it would not be its first time. */
static const char *const dropped_fields[] = {
	"Config-Version:", "Triggers-Awaited:", "Triggers-Pending:"
};

/* ---- the status file ---- */

static bool is_dropped(const char *line)
{
	for (size_t i = 0; i < COUNT(dropped_fields); i++) {
		if (strncasecmp(line, dropped_fields[i], strlen(dropped_fields[i])) == 0)
			return true;
	}
	return false;
}

void database_unpacked(const struct dpkg_package *package, struct str *text)
{
	AUTO_FREE char *stanza = xstrndup(package->stanza, package->stanza_len);
	bool dropping = false;
	char *save = NULL;
	for (char *line = strtok_r(stanza, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		/* A line that begins with a blank goes on with the field before. */
		if (*line != ' ' && *line != '\t')
			dropping = is_dropped(line);
		if (dropping)
			continue;
		char *last = strrchr(line, ' ');
		if (strncasecmp(line, "Status:", strlen("Status:")) == 0 && last)
			text_addf(text, "%.*s unpacked\n", (int)(last - line), line);
		else
			text_addf(text, "%s\n", line);
	}
	text_addc(text, '\n');
}

static int write_status(const struct choice *choice, int root_fd, struct messages *messages)
{
	AUTO_STR text = STR_EMPTY;
	for (size_t i = 0; i < choice->database->count; i++) {
		if (choice->chosen[i])
			database_unpacked(&choice->database->packages[i], &text);
	}
	return packages_write(root_fd, ADMIN "/status", str_get(&text), text.len, 0644, messages);
}

/* ---- diversions and triggers ---- */

static int write_diversions(const struct files *files, int root_fd)
{
	AUTO_STR text = STR_EMPTY;
	for (size_t i = 0; i < files->diversions.count; i++) {
		const struct diversion *diversion = &files->diversions.items[i];
		if (files_diverts(files, diversion))
			text_addf(&text, "%s\n%s\n%s\n", diversion->from, diversion->to,
				diversion->owner);
	}
	return packages_write(
		root_fd, ADMIN "/diversions", str_get(&text), text.len, 0644, files->messages);
}

void database_triggers(const struct choice *choice, bool chosen, const char *text, struct str *out)
{
	AUTO_FREE char *lines = xstrdup(text);
	char *save = NULL;
	for (char *line = strtok_r(lines, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		/* "PACKAGE", "PACKAGE/noawait", and in the file of files "PATH PACKAGE". */
		const char *blank = strrchr(line, ' ');
		const char *package = blank ? blank + 1 : line;
		AUTO_FREE char *name = xstrndup(package, strcspn(package, "/"));
		if (choice_has(choice, name) == chosen)
			text_addf(out, "%s\n", line);
	}
}

/* The file of one trigger, or that of all files that are triggers. */
static int copy_trigger(const struct files *files, int from_fd, const char *name, int root_fd)
{
	AUTO_FREE char *what = xasprintf(DPKG_ADMIN "/triggers/%s", name);
	AUTO_FREE char *text = NULL;
	size_t len;
	int rc = file_read(from_fd, name, TRIGGERS_MAX_BYTES, what, &text, &len, files->messages);
	if (rc < 0)
		return rc == -ENOENT ? 0 : rc;
	AUTO_STR kept = STR_EMPTY;
	database_triggers(files->choice, true, text, &kept);
	return kept.len
		? packages_write(root_fd, what + 1, kept.data, kept.len, 0644, files->messages)
		: 0;
}

static int copy_triggers(const struct files *files, int root_fd)
{
	DIR *dir = opendir(DPKG_ADMIN "/triggers");
	if (!dir)
		return errno == ENOENT ? 0
				       : message_error(files->messages, -errno,
					       DPKG_ADMIN "/triggers: %s", strerror(errno));
	int rc = 0;
	for (struct dirent *entry; rc == 0 && (entry = readdir(dir));) {
		if (*entry->d_name != '.' && strcmp(entry->d_name, "Lock") != 0
			&& strcmp(entry->d_name, "Unincorp") != 0)
			rc = copy_trigger(files, dirfd(dir), entry->d_name, root_fd);
	}
	closedir(dir);
	return rc;
}

/* ---- all of it ---- */

int database_make(const struct files *files, const struct install_job *job, int root_fd)
{
	struct messages *messages = job->messages;
	for (size_t i = 0; i < COUNT(directories); i++) {
		if (packages_mkdir(root_fd, directories[i], 0755) < 0 && errno != EEXIST)
			return message_error(messages, -errno, "cannot make /%s in the zone: %s",
				directories[i], strerror(errno));
	}
	for (size_t i = 0; i < COUNT(empty_files); i++) {
		int rc = packages_write(root_fd, empty_files[i], "", 0, 0644, messages);
		if (rc < 0)
			return rc;
	}
	int rc = write_status(files->choice, root_fd, messages);
	if (rc == 0)
		rc = write_diversions(files, root_fd);
	return rc < 0 ? rc : copy_triggers(files, root_fd);
}
