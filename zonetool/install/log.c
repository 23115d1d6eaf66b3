/* log.c - the log of an installation. */
#include "install/log.h"

#include "util/alloc.h"
#include "util/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LOGS "/var/log"
#define FOLDER "zones"

/* A message has any bytes; in the log each is one line, or begins one. */
void log_line(const struct install_log *log, const char *text)
{
	AUTO_STR line = STR_EMPTY;
	char when[32];
	time_t now = time(NULL);
	struct tm tm;
	strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S%z", localtime_r(&now, &tm));
	text_addf(&line, "%s ", when);
	for (const char *c = text; *c; c++)
		if (*c == '\n')
			text_adds(&line, "\n\t");
		else if ((unsigned char)*c < 0x20 || *c == 0x7f)
			text_addf(&line, "\\%03o", (unsigned char)*c);
		else
			text_addc(&line, *c);
	text_addc(&line, '\n');
	file_write(log->fd, line.data, line.len);
}

static void emit(struct messages *messages, enum severity severity, const char *text)
{
	static const char *const words[] = {
		[MESSAGE_NOTE] = "", [MESSAGE_WARNING] = "WARNING: ", [MESSAGE_ERROR] = "ERROR: "
	};
	struct install_log *log = messages->user;
	AUTO_FREE char *line = xasprintf("%s%s", words[severity], text);
	log_line(log, line);
	if (severity == MESSAGE_ERROR)
		log->outer->error_count++;
	log->outer->emit(log->outer, severity, text);
}

/* The directory of logs. Where it is, is this host's choice; what it is, is not. */
static int open_folder(struct messages *messages)
{
	AUTO_FD logs = open(LOGS, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (logs < 0)
		return message_error(messages, -errno, LOGS ": %s", strerror(errno));
	if (mkdirat(logs, FOLDER, 0700) < 0 && errno != EEXIST)
		return message_error(
			messages, -errno, "cannot make " LOGS "/" FOLDER ": %s", strerror(errno));
	AUTO_FD fd = openat(logs, FOLDER, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return message_error(messages, -errno, LOGS "/" FOLDER ": %s",
			errno == ELOOP || errno == ENOTDIR
				? "it must be a directory, and no symbolic link"
				: strerror(errno));
	int rc = file_trusted(fd, LOGS "/" FOLDER, messages);
	return rc < 0 ? rc : fd_take(&fd);
}

int log_begin(
	const char *zone, const char *what, struct messages *outer, struct install_log *ret_log)
{
	AUTO_FREE char *name = xasprintf("%s.%s.log", zone, what);
	*ret_log = (struct install_log){ .path = xasprintf(LOGS "/" FOLDER "/%s", name),
		.fd = -1,
		.outer = outer,
		.messages = { .emit = emit, .user = ret_log } };
	AUTO_FD folder = open_folder(outer);
	if (folder < 0)
		return folder;
	if (unlinkat(folder, name, 0) < 0 && errno != ENOENT)
		return message_error(
			outer, -errno, "cannot replace %s: %s", ret_log->path, strerror(errno));
	ret_log->fd = openat(folder, name,
		O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (ret_log->fd < 0)
		return message_error(
			outer, -errno, "cannot make %s: %s", ret_log->path, strerror(errno));
	return 0;
}

void log_end(struct install_log *log)
{
	fd_close(log->fd);
	free(log->path);
	*log = (struct install_log){ .fd = -1 };
}
