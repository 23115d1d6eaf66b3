/* sysidcfg_boot.c - where a sysidcfg file comes from: given to a command, or kept in the root. */
#include "identity/sysidcfg_private.h"

#include "util/file.h"
#include "util/root.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* In the root, with the hash of a password. */
static const struct root_row files[] = {
	{ "etc", "sysidcfg", ROOT_FILE },
	{ 0 },
};

/* The answers are on storage before what gave them is gone. */
static int forget(int root_fd, struct messages *messages)
{
	if (syncfs(root_fd) < 0)
		return message_error(messages, -errno,
			"cannot bring the zone's root to storage: %s", strerror(errno));
	int rc = root_remove(root_fd, files, messages);
	return rc < 0 ? rc : 0;
}

int sysidcfg_boot(
	int root_fd, const char *text, const struct sysidcfg_zone *zone, struct messages *messages)
{
	AUTO_SYSIDCFG *sysidcfg = NULL;
	AUTO_FREE char *kept = NULL;
	const char *what = "sysidcfg";
	size_t len = text ? strlen(text) : 0;
	if (!text) {
		what = "the zone's /" SYSIDCFG_PATH;
		int rc = root_read(
			root_fd, SYSIDCFG_PATH, SYSIDCFG_SIZE_MAX, &kept, &len, messages);
		if (rc < 0)
			return rc == -ENOENT ? 0 : rc;
		text = kept;
	}
	int rc = sysidcfg_parse(text, len, what, &sysidcfg, messages);
	if (rc == 0)
		rc = sysidcfg_apply(sysidcfg, root_fd, zone, messages);
	if (rc == 0)
		rc = forget(root_fd, messages);
	return rc < 0 ? rc : 1;
}

int sysidcfg_read(const char *path, char **ret_text, struct messages *messages)
{
	bool standard = strcmp(path, "-") == 0;
	const char *what = standard ? "standard input" : path;
	AUTO_FD fd = standard ? -1 : open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC);
	AUTO_STR text = STR_EMPTY;
	AUTO_SYSIDCFG *sysidcfg = NULL;
	if (!standard && fd < 0)
		return message_error(messages, -errno, "%s: %s", what, strerror(errno));
	int rc = file_read_all(standard ? STDIN_FILENO : fd, SYSIDCFG_SIZE_MAX, &text);
	if (rc == -EFBIG)
		return message_error(messages, rc,
			"%s: a sysidcfg file has at most %d bytes: this is none", what,
			(int)SYSIDCFG_SIZE_MAX);
	if (rc < 0)
		return message_error(messages, rc, "%s: %s", what, strerror(-rc));
	rc = sysidcfg_parse(str_get(&text), text.len, what, &sysidcfg, messages);
	if (rc == 0)
		*ret_text = text_take(&text);
	return rc;
}

int sysidcfg_store(int root_fd, const char *text, struct messages *messages)
{
	/* The mode of an older one would be kept, and it may be a link. */
	int rc = root_remove(root_fd, files, messages);
	return rc < 0
		? rc
		: files_put(root_fd, SYSIDCFG_PATH, text, strlen(text), FILE_SECRET, messages);
}
