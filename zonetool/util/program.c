/* program.c - what the programs' main files share. */
#include "util/program.h"

#include "util/alloc.h"

#include <copyengine.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * A message can name what root did not choose, such as a file: what would move a terminal's cursor
 * is written as \ooo. In UTF-8, the C1 controls are 0xc2 and a byte below 0xa0.
 */
static void add_visible(struct str *line, const char *text)
{
	for (const unsigned char *s = (const unsigned char *)text; *s; s++) {
		bool c1 = s[0] == 0xc2 && s[1] >= 0x80 && s[1] < 0xa0;
		if ((*s < 0x20 && *s != '\n') || *s == 0x7f || c1)
			text_addf(line, "\\%03o", *s);
		else
			text_addc(line, (char)*s);
		if (c1)
			text_addf(line, "\\%03o", *++s);
	}
}

/* Whether standard output is in a line that is not at its end. */
static bool line_open;

void program_doing(const char *text)
{
	line_open = isatty(STDOUT_FILENO);
	printf(line_open ? "%s" : "%s\n", text);
	fflush(stdout);
}

void program_progress(const char *text)
{
	if (!line_open && !isatty(STDOUT_FILENO))
		return;
	printf("\r%s", text);
	fflush(stdout);
	line_open = true;
}

void program_done(void)
{
	if (line_open)
		putchar('\n');
	line_open = false;
	fflush(stdout);
}

void program_emit(struct messages *messages, enum severity severity, const char *text)
{
	const char *program = messages->user;
	AUTO_STR line = STR_EMPTY;
	if (program)
		text_addf(&line, "%s: ", program);
	if (severity == MESSAGE_WARNING)
		text_adds(&line, "WARNING: ");
	add_visible(&line, text);
	text_addc(&line, '\n');
	program_done(); /* what was printed before comes before */
	/* At once, so that the lines of several commands do not mix. */
	fputs(str_get(&line), stderr);
}

void program_begin(void)
{
	umask(022);
	/* In the wrong direction, so that using what the caller has closed fails as it should. */
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0
			&& open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
			_exit(1);
}

void program_version(const char *program)
{
	printf("%s %d.%d.%d\n", program, CE_VERSION_MAJOR, CE_VERSION_MINOR, CE_VERSION_PATCH);
}

int program_end(int status, struct messages *messages)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	message_error(messages, -EIO, "cannot write to standard output: %s", strerror(errno));
	return status ? status : 1;
}
