/*
 * journal.c - several files of one directory change together or not at all.
 *
 * What has reached storage when:
 *
 *   DIRECTORY/.transaction            before anything in it counts
 *   TOKEN.0, TOKEN.1, ... TOKEN.list  contents and names, before the list becomes the record
 *   record                            before the first file is put in its place: here as well as
 *                                     in recovery, whose predecessor may have died just before
 *   the files in their places         before the record is removed
 *   the removal of the record         at return
 *
 * If the machine dies before that last step, the record may be there again at the next start, also
 * beside the files of a transaction that was begun in between. So applying a record again does
 * nothing, and its staged files have names that no other transaction uses (TOKEN is random): a
 * missing one was put in its place before. A "remove NAME" would hit a newer file only if another
 * transaction was committed in between, but that one syncs .transaction before its commit, and with
 * it the removal of every earlier record.
 */
#include "zone/journal.h"

#include "util/alloc.h"
#include "util/file.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define SUBDIRECTORY ".transaction"
#define RECORD "record"
#define RECORD_FIRST "zonetool transaction 1"
#define RECORD_LAST "end"

enum {
	TOKEN_LEN = 16,
	STAGED_LEN = TOKEN_LEN + 2, /* TOKEN.N */
	RECORD_MAX = 4096,          /* bytes in a record */
};

_Static_assert(JOURNAL_STEPS_MAX <= 10, "a staged file's number is one digit");

/* One line of the record. */
struct action {
	char staged[STAGED_LEN + 1]; /* "": remove */
	char name[NAME_MAX + 1];
};

struct journal {
	int dir_fd, fd;   /* the directory, and its subdirectory */
	const char *path; /* the directory's */
	char *sub_path;
	struct messages *messages;
	bool again; /* recovering: a part may have been carried out already */
	struct action actions[JOURNAL_STEPS_MAX];
	size_t count;
	char list[TOKEN_LEN + sizeof(".list")]; /* the record's name before the commit */
};

static void journal_close(struct journal *journal)
{
	fd_close(journal->fd);
	free(journal->sub_path);
}

#define AUTO_JOURNAL __attribute__((cleanup(journal_close))) struct journal

/* Describe a failure about a file in the subdirectory; cannot completes "cannot ...". */
static int journal_error(struct journal *journal, int code, const char *cannot, const char *name)
{
	return message_error(journal->messages, code, "cannot %s %s/%s: %s", cannot,
		journal->sub_path, name, strerror(-code));
}

/* Open what was made already. Returns 0 or a negative errno: -ENOENT is not described. */
static int journal_open(
	struct journal *journal, int dir_fd, const char *path, struct messages *messages)
{
	journal->dir_fd = dir_fd;
	journal->path = path;
	journal->sub_path = xasprintf("%s/" SUBDIRECTORY, path);
	journal->messages = messages;
	journal->fd = openat(dir_fd, SUBDIRECTORY, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (journal->fd < 0 && errno == ENOENT)
		return -ENOENT;
	if (journal->fd < 0)
		return message_error(messages, -errno, "%s: %s", journal->sub_path,
			errno == ENOTDIR || errno == ELOOP
				? "it must be a directory, and no symbolic link"
				: strerror(errno));
	return file_trusted(journal->fd, journal->sub_path, messages);
}

/* ---- the record ---- */

/* Whether a file may have this name: what zones' names have, so no slash and no dot in front. */
static bool name_valid(const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
	size_t len = strspn(name, allowed);
	return len > 0 && len <= NAME_MAX && !name[len] && isalnum((unsigned char)*name);
}

static bool staged_valid(const char *staged)
{
	return strspn(staged, "0123456789abcdef") == TOKEN_LEN && staged[TOKEN_LEN] == '.'
		&& isdigit((unsigned char)staged[TOKEN_LEN + 1]) && !staged[STAGED_LEN];
}

static void record_format(const struct journal *journal, struct str *text)
{
	text_adds(text, RECORD_FIRST "\n");
	for (size_t i = 0; i < journal->count; i++) {
		const struct action *action = &journal->actions[i];
		if (action->staged[0])
			text_addf(text, "replace %s %s\n", action->staged, action->name);
		else
			text_addf(text, "remove %s\n", action->name);
	}
	text_adds(text, RECORD_LAST "\n");
}

/*
 * Whether one of the actions is about this file. Two would not do: a record that is applied again
 * would remove what it had put in place.
 */
static bool name_taken(const struct journal *journal, const char *name)
{
	for (size_t i = 0; i < journal->count; i++)
		if (strcmp(journal->actions[i].name, name) == 0)
			return true;
	return false;
}

/* Understand one line, which is changed. */
static bool action_parse(char *line, struct action *ret_action)
{
	char *at = line;
	const char *verb = strsep(&at, " "), *staged = "";
	if (strcmp(verb, "replace") == 0) {
		staged = at ? strsep(&at, " ") : "";
		if (!staged_valid(staged))
			return false;
	} else if (strcmp(verb, "remove") != 0) {
		return false;
	}
	if (!at || !name_valid(at))
		return false;
	strcpy(ret_action->staged, staged);
	strcpy(ret_action->name, at);
	return true;
}

/* Understand a record of len bytes, which is changed. */
static bool record_parse(struct journal *journal, char *text, size_t len)
{
	if (strlen(text) != len)
		return false;
	char *at = text, *line = strsep(&at, "\n");
	if (strcmp(line, RECORD_FIRST) != 0)
		return false;
	struct action action;
	while ((line = strsep(&at, "\n")) && strcmp(line, RECORD_LAST) != 0) {
		if (journal->count == JOURNAL_STEPS_MAX || !action_parse(line, &action)
			|| name_taken(journal, action.name))
			return false;
		journal->actions[journal->count++] = action;
	}
	return line && at && !*at;
}

/* Returns 0, or a negative errno: -ENOENT, not described: there is none. */
static int record_read(struct journal *journal)
{
	AUTO_FREE char *what = xasprintf("%s/" RECORD, journal->sub_path);
	AUTO_FREE char *text = NULL;
	size_t len;
	int rc = file_read(journal->fd, RECORD, RECORD_MAX, what, &text, &len, journal->messages);
	if (rc < 0 || record_parse(journal, text, len))
		return rc;
	return message_error(journal->messages, -EBADMSG,
		"%s is damaged, so a change of several files may be half done and cannot be "
		"finished: look at it and at the files beside it, put those in %s right, then "
		"remove it",
		what, journal->path);
}

/* ---- what is left behind ---- */

/* The next name in an opened directory, or NULL. */
static const char *next_name(DIR *dir)
{
	for (struct dirent *entry; (entry = readdir(dir));)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			return entry->d_name;
	return NULL;
}

/*
 * Remove all files: there is no record, so they are of no use. For the same reason it does no harm
 * if one stays, which is said.
 */
static void remove_leftovers(struct journal *journal)
{
	AUTO_FD fd = openat(journal->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir) {
		message_warning(journal->messages, "cannot read %s: %s", journal->sub_path,
			strerror(errno));
		return;
	}
	fd_take(&fd);
	for (const char *name; (name = next_name(dir));)
		if (unlinkat(journal->fd, name, 0) < 0 && errno != ENOENT)
			message_warning(journal->messages,
				"cannot remove %s/%s, which is of no use: %s", journal->sub_path,
				name, strerror(errno));
	closedir(dir);
}

bool journal_pending(int dir_fd)
{
	AUTO_FD fd = openat(dir_fd, SUBDIRECTORY, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return errno != ENOENT && errno != EACCES;
	DIR *dir = fdopendir(fd);
	if (!dir)
		return true;
	fd_take(&fd);
	bool found = next_name(dir) != NULL;
	closedir(dir);
	return found;
}

/* ---- before the commit ---- */

/* Whether what statx(2) tells keeps a file, or with an empty name the directory, from changing. */
static int check_steady(struct journal *journal, const struct statx *st, const char *name)
{
	if (st->stx_attributes & (STATX_ATTR_IMMUTABLE | STATX_ATTR_APPEND))
		return message_error(journal->messages, -EPERM,
			"%s/%s is protected by an attribute, immutable or append-only: chattr -ia",
			journal->path, name);
	if (*name && (st->stx_attributes & STATX_ATTR_MOUNT_ROOT))
		return message_error(journal->messages, -EBUSY,
			"%s/%s is a mount point, which cannot be replaced: unmount it",
			journal->path, name);
	return 0;
}

/* A committed change that cannot be applied would block all others: find that out before. */
static int check_step(struct journal *journal, const char *name)
{
	if (!name_valid(name) || name_taken(journal, name))
		return message_error(journal->messages, -EINVAL,
			"cannot change \"%s\" in %s: it is no name for a file there, or it is to "
			"be changed twice at once",
			name, journal->path);
	struct statx st;
	if (statx(journal->dir_fd, name, AT_SYMLINK_NOFOLLOW, STATX_TYPE, &st) < 0)
		return 0;
	if (S_ISDIR(st.stx_mode))
		return message_error(journal->messages, -EISDIR,
			"%s/%s is a directory, where a file belongs: move it away", journal->path,
			name);
	return check_steady(journal, &st, name);
}

/* What is to be done, with a name of its own for each new file. */
static int make_actions(struct journal *journal, const struct journal_step *steps, size_t count)
{
	if (count > JOURNAL_STEPS_MAX)
		return message_error(journal->messages, -E2BIG,
			"cannot change %zu files in %s at once", count, journal->path);
	uint64_t token;
	if (getrandom(&token, sizeof(token), 0) != sizeof(token))
		return message_error(journal->messages, -EIO,
			"cannot change %s: the kernel gives no random numbers", journal->path);
	snprintf(journal->list, sizeof(journal->list), "%016" PRIx64 ".list", token);
	for (size_t i = 0; i < count; i++) {
		int rc = check_step(journal, steps[i].name);
		if (rc < 0)
			return rc;
		struct action *action = &journal->actions[journal->count++];
		strcpy(action->name, steps[i].name);
		if (steps[i].text)
			snprintf(action->staged, sizeof(action->staged), "%016" PRIx64 ".%c", token,
				'0' + (int)i);
	}
	return 0;
}

/* Make the subdirectory if it is not there; no transaction may be left in it. */
static int journal_make(
	struct journal *journal, int dir_fd, const char *path, struct messages *messages)
{
	if (mkdirat(dir_fd, SUBDIRECTORY, 0700) < 0 && errno != EEXIST)
		return message_error(messages, -errno, "cannot make %s/" SUBDIRECTORY ": %s", path,
			strerror(errno));
	int rc = journal_open(journal, dir_fd, path, messages);
	if (rc == -ENOENT)
		return message_error(
			messages, rc, "%s was removed while it was to be used", journal->sub_path);
	if (rc < 0)
		return rc;
	struct statx directory;
	if (statx(dir_fd, "", AT_EMPTY_PATH, STATX_TYPE, &directory) == 0
		&& check_steady(journal, &directory, "") < 0)
		return -EPERM;
	struct stat st;
	if (fstatat(journal->fd, RECORD, &st, AT_SYMLINK_NOFOLLOW) == 0)
		return message_error(messages, -EBUSY,
			"%s/" RECORD " is a change that is not finished: repeat the command",
			journal->sub_path);
	return errno == ENOENT ? 0 : journal_error(journal, -errno, "look for", RECORD);
}

/* Write the new files, and the list under its first name. */
static int write_files(struct journal *journal, const struct journal_step *steps)
{
	for (size_t i = 0; i < journal->count; i++) {
		if (!steps[i].text)
			continue;
		const char *staged = journal->actions[i].staged;
		AUTO_FREE char *what = xasprintf("%s/%s", journal->sub_path, staged);
		int rc = file_create(
			journal->fd, staged, steps[i].text, steps[i].len, what, journal->messages);
		if (rc < 0)
			return rc;
	}
	AUTO_STR text = STR_EMPTY;
	record_format(journal, &text);
	AUTO_FREE char *what = xasprintf("%s/%s", journal->sub_path, journal->list);
	return file_create(
		journal->fd, journal->list, str_get(&text), text.len, what, journal->messages);
}

/* Everything up to the commit. What is synced here makes sure of earlier transactions, too. */
static int prepare(struct journal *journal, const struct journal_step *steps)
{
	int rc = write_files(journal, steps);
	if (rc == 0) /* the subdirectory's own name, which may be new */
		rc = file_sync_directory(journal->dir_fd, journal->path, journal->messages);
	if (rc == 0)
		rc = file_sync_directory(journal->fd, journal->sub_path, journal->messages);
	if (rc < 0) {
		remove_leftovers(journal);
		return rc;
	}
	/* Nothing is removed from here on: a record must never be without its files. */
	if (renameat(journal->fd, journal->list, journal->fd, RECORD) < 0)
		return journal_error(journal, -errno, "make", RECORD);
	return 0;
}

/* ---- after the commit ---- */

static int apply_action(struct journal *journal, const struct action *action)
{
	const char *name = action->name;
	if (!action->staged[0]) {
		if (unlinkat(journal->dir_fd, name, 0) == 0 || errno == ENOENT)
			return 0;
		return message_error(journal->messages, -errno, "cannot remove %s/%s: %s",
			journal->path, name, strerror(errno));
	}
	if (renameat(journal->fd, action->staged, journal->dir_fd, name) == 0
		|| (journal->again && errno == ENOENT))
		return 0;
	return message_error(journal->messages, -errno, "cannot put the new %s/%s in its place: %s",
		journal->path, name, strerror(errno));
}

/* Carry out the record, and remove it. */
static int finish(struct journal *journal)
{
	int rc = file_sync_directory(journal->fd, journal->sub_path, journal->messages);
	for (size_t i = 0; rc == 0 && i < journal->count; i++)
		rc = apply_action(journal, &journal->actions[i]);
	if (rc == 0)
		rc = file_sync_directory(journal->dir_fd, journal->path, journal->messages);
	if (rc == 0 && unlinkat(journal->fd, RECORD, 0) < 0)
		rc = journal_error(journal, -errno, "remove", RECORD);
	if (rc == 0)
		rc = file_sync_directory(journal->fd, journal->sub_path, journal->messages);
	if (rc < 0)
		message_warning(journal->messages,
			"the change of %s is decided and recorded in %s: once the cause of this "
			"error is gone, the next command finishes it",
			journal->path, journal->sub_path);
	return rc;
}

int journal_commit(int dir_fd, const char *path, const struct journal_step *steps, size_t count,
	struct messages *messages)
{
	AUTO_JOURNAL journal = { .fd = -1 };
	int rc = journal_make(&journal, dir_fd, path, messages);
	if (rc == 0)
		rc = make_actions(&journal, steps, count);
	if (rc == 0)
		rc = prepare(&journal, steps);
	return rc < 0 ? rc : finish(&journal);
}

int journal_recover(int dir_fd, const char *path, struct messages *messages)
{
	AUTO_JOURNAL journal = { .fd = -1, .again = true };
	int rc = journal_open(&journal, dir_fd, path, messages);
	if (rc < 0)
		return rc == -ENOENT ? 0 : rc;
	rc = record_read(&journal);
	if (rc == 0)
		rc = finish(&journal);
	else if (rc == -ENOENT)
		rc = 0;
	if (rc == 0)
		remove_leftovers(&journal);
	return rc;
}
