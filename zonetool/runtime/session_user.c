/*
 * session_user.c - a user of the zone, from its own files, which are read as text: what else it
 * would ask (NSS) would be the zone's libraries, in a process of ours.
 */
#include "runtime/session_private.h"

#include "util/alloc.h"
#include "util/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

void session_user_free(struct session_user *user)
{
	free(user->name);
	free(user->home);
	free(user->shell);
	free(user->groups);
	*user = (struct session_user){ 0 };
}

void session_user_root(struct session_user *ret_user)
{
	*ret_user = (struct session_user){
		.name = xstrdup("root"), .home = xstrdup("/"), .shell = xstrdup("/bin/sh")
	};
}

/* ---- text ---- */

enum {
	PASSWD_NAME,
	PASSWD_PASSWORD,
	PASSWD_UID,
	PASSWD_GID,
	PASSWD_GECOS,
	PASSWD_HOME,
	PASSWD_SHELL,
	PASSWD_FIELDS,
};
enum {
	GROUP_NAME,
	GROUP_PASSWORD,
	GROUP_GID,
	GROUP_MEMBERS,
	GROUP_FIELDS,
};

/* A part of a text. */
struct field {
	const char *start;
	size_t len;
};

static bool field_is(const struct field *field, const char *text)
{
	return strlen(text) == field->len && memcmp(field->start, text, field->len) == 0;
}

/* Take the next line of *text apart at its colons. Returns how many fields it has, at most max. */
static size_t next_line(const char **text, struct field *fields, size_t max)
{
	const char *end = strchrnul(*text, '\n');
	const char *start = *text;
	size_t count = 0;
	while (count < max) {
		const char *colon = memchr(start, ':', (size_t)(end - start));
		const char *stop = colon && count + 1 < max ? colon : end;
		fields[count++] = (struct field){ start, (size_t)(stop - start) };
		if (stop == end)
			break;
		start = stop + 1;
	}
	*text = *end ? end + 1 : end;
	return count;
}

/* A uid or gid: a decimal number, but not the one that means "none". */
static bool parse_id(const struct field *field, uint32_t *ret_id)
{
	uint64_t id = 0;
	if (field->len == 0 || field->len > 10)
		return false;
	for (size_t i = 0; i < field->len; i++) {
		if (field->start[i] < '0' || field->start[i] > '9')
			return false;
		id = id * 10 + (uint64_t)(field->start[i] - '0');
	}
	if (id >= UINT32_MAX)
		return false;
	*ret_id = (uint32_t)id;
	return true;
}

static char *field_text(const struct field *field, const char *fallback)
{
	return field->len ? xstrndup(field->start, field->len) : xstrdup(fallback);
}

int session_user_parse(const char *passwd, const char *name, struct session_user *ret_user)
{
	struct field fields[PASSWD_FIELDS];
	while (*passwd) {
		size_t count = next_line(&passwd, fields, PASSWD_FIELDS);
		if (!field_is(&fields[PASSWD_NAME], name))
			continue;
		struct session_user user = { 0 };
		if (count != PASSWD_FIELDS || !parse_id(&fields[PASSWD_UID], &user.uid)
			|| !parse_id(&fields[PASSWD_GID], &user.gid))
			return -EINVAL;
		user.name = xstrdup(name);
		user.home = field_text(&fields[PASSWD_HOME], "/");
		user.shell = field_text(&fields[PASSWD_SHELL], "/bin/sh");
		*ret_user = user;
		return 0;
	}
	return -ENOENT;
}

static bool has_member(const struct field *members, const char *name)
{
	const char *start = members->start, *end = start + members->len;
	while (start < end) {
		const char *comma = memchr(start, ',', (size_t)(end - start));
		const char *stop = comma ? comma : end;
		if (field_is(&(struct field){ start, (size_t)(stop - start) }, name))
			return true;
		start = stop + 1;
	}
	return false;
}

void session_user_add_groups(struct session_user *user, const char *group)
{
	struct field fields[GROUP_FIELDS];
	while (*group && user->group_count < USER_GROUPS_MAX) {
		gid_t gid;
		if (next_line(&group, fields, GROUP_FIELDS) != GROUP_FIELDS
			|| !parse_id(&fields[GROUP_GID], &gid)
			|| !has_member(&fields[GROUP_MEMBERS], user->name))
			continue;
		user->groups = xrealloc(user->groups, user->group_count + 1, sizeof(gid_t));
		user->groups[user->group_count++] = gid;
	}
}

/* ---- files ---- */

/* Returns 0 and *ret_text, the caller's, or a negative errno, described. */
static int read_text(const char *path, char **ret_text, struct messages *messages)
{
	/* A fifo is not waited for. */
	AUTO_FD fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat st;
	if (fd < 0 || fstat(fd, &st) < 0)
		return message_error(messages, -errno, "%s in the zone: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode) || st.st_size > USER_FILE_MAX)
		return message_error(messages, -EINVAL,
			"%s in the zone is %s: zlogin -S does without it", path,
			S_ISREG(st.st_mode) ? "too large" : "not a regular file");
	AUTO_STR text = STR_EMPTY;
	int rc = file_read_all(fd, USER_FILE_MAX, &text);
	if (rc < 0)
		return message_error(messages, rc, "%s in the zone: %s", path, strerror(-rc));
	*ret_text = text_take(&text);
	return 0;
}

int session_user_find(const char *name, struct session_user *ret_user, struct messages *messages)
{
	AUTO_FREE char *passwd = NULL;
	AUTO_FREE char *group = NULL;
	int rc = read_text("/etc/passwd", &passwd, messages);
	if (rc == 0)
		rc = read_text("/etc/group", &group, messages);
	if (rc < 0)
		return rc;
	rc = session_user_parse(passwd, name, ret_user);
	if (rc == -ENOENT)
		return message_error(messages, rc,
			"the zone's /etc/passwd has no user %s: for users of a directory, run "
			"su(1) in the zone",
			name);
	if (rc < 0)
		return message_error(messages, rc,
			"the line of %s in the zone's /etc/passwd is not understood", name);
	session_user_add_groups(ret_user, group);
	return 0;
}
