/* sysidcfg_files.c - the files that answers become: made in the root, and edited texts. */
#include "identity/sysidcfg_private.h"

#include "util/file.h"
#include "util/root.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEMPORARY ".zoneadm-sysidcfg"

/* ---- files ---- */

static int fail(struct messages *messages, int code, const char *path)
{
	AUTO_FREE char *shown = root_shown(path);
	return message_error(
		messages, code, "cannot make the zone's /%s: %s", shown, strerror(-code));
}

static int open_directory(int dir_fd, const char *path)
{
	return root_openat2(dir_fd, path, O_RDONLY | O_DIRECTORY, 0,
		RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV);
}

/* What is made belongs to the owner of the directory, who may be a zone's shifted root. */
static int own(int dir_fd, const char *name)
{
	struct stat st;
	if (fstat(dir_fd, &st) < 0
		|| fchownat(dir_fd, name, st.st_uid, st.st_gid, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	return 0;
}

static const char *last_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

/*
 * Open the directory that path is in, and make it, and those on the way, if they are not there.
 * Returns its fd or a negative errno.
 */
static int open_above(int root_fd, const char *path)
{
	AUTO_FREE char *part = xstrdup(path);
	AUTO_FD dir_fd = open_directory(root_fd, ".");
	for (char *slash = part; dir_fd >= 0 && (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		AUTO_FD next = open_directory(root_fd, part);
		if (next == -ENOENT) {
			const char *last = last_name(part);
			if (mkdirat(dir_fd, last, 0755) < 0)
				return -errno;
			int rc = own(dir_fd, last);
			if (rc < 0)
				return rc;
			next = open_directory(root_fd, part);
		}
		fd_close(dir_fd);
		dir_fd = fd_take(&next);
		*slash = '/';
	}
	return fd_take(&dir_fd);
}

/* What is at the temporary name is as it should be: give it its own. Returns 0 or an errno. */
static int finish(int dir_fd, const char *name)
{
	int rc = own(dir_fd, TEMPORARY);
	if (rc == 0 && renameat(dir_fd, TEMPORARY, dir_fd, name) < 0)
		rc = -errno;
	if (rc < 0)
		unlinkat(dir_fd, TEMPORARY, 0);
	return rc;
}

/* Only a command that was killed can have left it: the zone's lock is held. */
static int clear_temporary(int dir_fd)
{
	return unlinkat(dir_fd, TEMPORARY, 0) < 0 && errno != ENOENT ? -errno : 0;
}

static int make_file(int dir_fd, const char *name, const char *text, size_t len, unsigned mode)
{
	int rc = clear_temporary(dir_fd);
	if (rc < 0)
		return rc;
	AUTO_FD fd = openat(
		dir_fd, TEMPORARY, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	rc = file_write(fd, text, len);
	if (rc == 0 && fchmod(fd, mode) < 0)
		rc = -errno;
	if (rc == 0)
		return finish(dir_fd, name);
	unlinkat(dir_fd, TEMPORARY, 0);
	return rc;
}

int files_put(int root_fd, const char *path, const char *text, size_t len, unsigned mode,
	struct messages *messages)
{
	AUTO_FD dir_fd = open_above(root_fd, path);
	struct stat st;
	if (dir_fd < 0)
		return fail(messages, dir_fd, path);
	const char *name = last_name(path);
	if (fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode))
		return root_replace(root_fd, path, text, len, messages);
	int rc = make_file(dir_fd, name, text, len, mode);
	return rc < 0 ? fail(messages, rc, path) : 0;
}

int files_link(int root_fd, const char *path, const char *target, struct messages *messages)
{
	AUTO_FD dir_fd = open_above(root_fd, path);
	int rc = dir_fd < 0 ? dir_fd : clear_temporary(dir_fd);
	if (rc == 0 && symlinkat(target, dir_fd, TEMPORARY) < 0)
		rc = -errno;
	if (rc == 0)
		rc = finish(dir_fd, last_name(path));
	return rc < 0 ? fail(messages, rc, path) : 0;
}

bool files_usr_is_inherited(int root_fd)
{
	struct messages quiet = messages_quiet();
	/* What is mounted there cannot be seen either. */
	return root_exists(root_fd, "usr/lib", &quiet) <= 0;
}

/* ---- edited texts ---- */

static bool begins_with(struct span line, const char *word)
{
	size_t len = strlen(word);
	return line.len >= len && memcmp(line.at, word, len) == 0;
}

static void end_last_line(struct str *out)
{
	if (out->len && out->data[out->len - 1] != '\n')
		text_addc(out, '\n');
}

/* What is behind the first count colons, with the colon before it; len 0: there are fewer. */
static struct span behind_colons(struct span line, int count)
{
	struct span rest = line;
	for (; count; count--) {
		const char *colon = memchr(rest.at, ':', rest.len);
		if (!colon)
			return (struct span){ line.at + line.len, 0 };
		rest = (struct span){ colon + 1, (size_t)(line.at + line.len - colon) - 1 };
	}
	return (struct span){ rest.at - 1, rest.len + 1 };
}

void shadow_set_root(const char *text, size_t len, const char *hash, long day, struct str *out)
{
	struct span rest = { text, len }, line;
	bool done = false;
	while (span_line(&rest, &line)) {
		if (!begins_with(line, "root:")) {
			span_add(out, line);
			continue;
		}
		/* A second line of root's would be the first one's if that were gone. */
		if (done)
			continue;
		struct span after = behind_colons(line, 3);
		text_addf(out, "root:%s:%ld", hash, day);
		if (after.len)
			span_add(out, after);
		else
			text_adds(out, ":0:99999:7:::\n");
		done = true;
	}
	if (done)
		return;
	end_last_line(out);
	text_addf(out, "root:%s:%ld:0:99999:7:::\n", hash, day);
}

void hosts_set(const char *text, size_t len, const char *names, struct str *out)
{
	struct span rest = { text, len }, line, blanks;
	bool done = false;
	while (span_line(&rest, &line)) {
		struct span words = line, address = span_word(&words, &blanks);
		if (span_is(address, "127.0.1.1"))
			continue;
		span_add(out, line);
		if (done || !span_is(address, "127.0.0.1"))
			continue;
		text_addf(
			out, "%s127.0.1.1\t%s\n", line.at[line.len - 1] == '\n' ? "" : "\n", names);
		done = true;
	}
	if (done)
		return;
	end_last_line(out);
	text_addf(out, "127.0.1.1\t%s\n", names);
}

/* Whether it is a section's head, and whether that of [General]. */
static bool is_section(struct span line, bool *ret_general)
{
	struct span blanks, word = span_word(&line, &blanks);
	if (!word.len || word.at[0] != '[')
		return false;
	*ret_general = word.len == 9 && strncasecmp(word.at, "[General]", 9) == 0;
	return true;
}

/* Whether it sets Domain. */
static bool is_domain_line(struct span line)
{
	struct span blanks, word = span_word(&line, &blanks);
	return word.len >= 6 && strncasecmp(word.at, "Domain", 6) == 0
		&& (word.len == 6 || word.at[6] == '=');
}

void idmapd_set_domain(const char *text, size_t len, const char *domain, struct str *out)
{
	struct span rest = { text, len }, line;
	bool general = false, done = false;
	while (span_line(&rest, &line)) {
		bool head = is_section(line, &general);
		if (!head && general && is_domain_line(line))
			continue;
		span_add(out, line);
		if (!head || !general || done)
			continue;
		text_addf(
			out, "%sDomain = %s\n", line.at[line.len - 1] == '\n' ? "" : "\n", domain);
		done = true;
	}
	if (done)
		return;
	end_last_line(out);
	text_addf(out, "[General]\nDomain = %s\n", domain);
}
