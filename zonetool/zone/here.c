/* here.c - the zone this program runs in. */
#include "zone/here.h"

#include "util/alloc.h"
#include "util/file.h"
#include "zone/name.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

enum {
	HERE_SIZE_MAX = 4096, /* bytes in the file */
};

void here_free(struct here *here)
{
	free(here->zonename);
	free(here->ip_type);
	*here = (struct here){ 0 };
}

bool here_global(const struct here *here)
{
	return strcmp(here->zonename, "global") == 0;
}

/* What would be right instead of this IP type, or NULL. */
static const char *ip_type_wrong(const char *text)
{
	return strcmp(text, "shared") == 0 || strcmp(text, "exclusive") == 0
		? NULL
		: "shared or exclusive";
}

/* Take one line, if it is of a name we know. Returns 0 or -EINVAL, described. */
static int take_line(struct here *here, const char *line, const char *what, int number,
	struct messages *messages)
{
	const struct {
		const char *name;
		char **slot;
		const char *(*wrong)(const char *text);
	} rows[] = {
		{ "zonename=", &here->zonename, zone_name_wrong },
		{ "ip-type=", &here->ip_type, ip_type_wrong },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t len = strlen(rows[i].name);
		if (strncmp(line, rows[i].name, len) != 0)
			continue;
		const char *expected = rows[i].wrong(line + len);
		if (expected)
			return message_error(messages, -EINVAL, "%s, line %d: \"%s\" is not %s",
				what, number, line + len, expected);
		if (*rows[i].slot)
			return message_error(messages, -EINVAL, "%s, line %d: %.*s is there twice",
				what, number, (int)len - 1, line);
		*rows[i].slot = xstrdup(line + len);
	}
	return 0;
}

int here_parse(const char *text, size_t len, const char *what, struct here *ret_here,
	struct messages *messages)
{
	AUTO_HERE here = { 0 };
	if (memchr(text, '\0', len))
		return message_error(messages, -EINVAL, "%s has a NUL byte: it is no text", what);
	int number = 1;
	for (const char *at = text; *at; number++) {
		size_t line_len = strcspn(at, "\n");
		AUTO_FREE char *line = xstrndup(at, line_len);
		if (take_line(&here, line, what, number, messages) < 0)
			return -EINVAL;
		at += line_len + (at[line_len] == '\n');
	}
	if (!here.zonename || !here.ip_type)
		return message_error(messages, -EINVAL, "%s has no line %s", what,
			here.zonename ? "ip-type=" : "zonename=");
	*ret_here = here;
	here = (struct here){ 0 };
	return 0;
}

int here_find(struct here *ret_here, struct messages *messages)
{
	/*
	 * On a host, /run/host can be anything: programs that wrap whole systems use the name, too.
	 */
	struct stat st;
	if (lstat(HERE_FILE, &st) < 0 && (errno == ENOENT || errno == ENOTDIR)) {
		*ret_here = (struct here){ xstrdup("global"), xstrdup("shared") };
		return 0;
	}
	static const char name[] = HERE_FILE;
	size_t dir_len = strlen(name) - strlen(strrchr(name, '/'));
	AUTO_FREE char *dir = xstrndup(name, dir_len);
	AUTO_FREE char *text = NULL;
	size_t len;
	AUTO_FD fd = file_open_directory(dir, messages);
	int rc = fd < 0
		? fd
		: file_read(fd, name + dir_len + 1, HERE_SIZE_MAX, name, &text, &len, messages);
	if (rc == -ENOENT)
		return message_error(messages, rc, "%s: %s", name, strerror(-rc));
	return rc < 0 ? rc : here_parse(text, len, name, ret_here, messages);
}
