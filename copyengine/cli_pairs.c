/* cli_pairs.c - which source goes to which destination: cp's rule. */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool is_directory(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* The last name of a path without trailing slashes; "." for what has none of its own. */
static char *last_name(const char *path)
{
	size_t end = strlen(path);
	while (end > 0 && path[end - 1] == '/')
		end--;
	size_t start = end;
	while (start > 0 && path[start - 1] != '/')
		start--;
	size_t len = end - start;
	bool dots = len == 0 || (len == 1 && path[start] == '.')
		|| (len == 2 && path[start] == '.' && path[start + 1] == '.');
	return dots ? strdup(".") : strndup(path + start, len);
}

static char *join(const char *directory, const char *name)
{
	size_t len = strlen(directory);
	const char *slash = len && directory[len - 1] == '/' ? "" : "/";
	char *path;
	return asprintf(&path, "%s%s%s", directory, slash, name) < 0 ? NULL : path;
}

static int add_pair(struct cli *cli, const char *source, char *dest)
{
	if (!dest) {
		cli_message("%s", strerror(ENOMEM));
		return -1;
	}
	cli->pairs[cli->pair_count++] = (struct ce_pair){ .source = source, .dest = dest };
	return 0;
}

static int add_into(struct cli *cli, const char *source, const char *directory)
{
	char *name = last_name(source);
	int rc = add_pair(cli, source, name ? join(directory, name) : NULL);
	free(name);
	return rc;
}

static int all_into(struct cli *cli, size_t count, const char *directory)
{
	if (!is_directory(directory)) {
		char *shown = cli_escape(directory);
		cli_usage_error("'%s' is not a directory to copy into", shown ? shown : "?");
		free(shown);
		return -1;
	}
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < count; i++)
		rc = add_into(cli, cli->operands[i], directory);
	return rc;
}

/* What is there can be read: a directory or nothing at all cannot. */
static bool is_readable(int fd)
{
	struct stat st;
	if (fd < 0 || fstat(fd, &st) < 0)
		return false;
	errno = EISDIR;
	return !S_ISDIR(st.st_mode);
}

static int open_names(struct cli *cli)
{
	if (!cli->names_file)
		return 0;
	bool standard = strcmp(cli->names_file, "-") == 0;
	cli->options.names_fd = standard ? 0 : open(cli->names_file, O_RDONLY | O_CLOEXEC);
	if (!is_readable(cli->options.names_fd)) {
		cli_file_error("cannot read names from", cli->names_file);
		return -1;
	}
	return 0;
}

/* Two operands: DEST is the copy, unless it is a directory to put it in. */
static int one_pair(struct cli *cli)
{
	const char *source = cli->operands[0], *dest = cli->operands[1];
	bool exact = cli->no_target_directory || cli->names_file || !is_directory(dest);
	return exact ? add_pair(cli, source, strdup(dest)) : add_into(cli, source, dest);
}

static int check_count(const struct cli *cli, size_t least, const char *what)
{
	if (cli->operand_count >= least)
		return 0;
	cli_usage_error("missing %s", what);
	return -1;
}

static int check_operands(const struct cli *cli)
{
	for (size_t i = 0; i < cli->operand_count; i++) {
		if (!*cli->operands[i]) {
			cli_usage_error("an empty name is no file");
			return -1;
		}
	}
	if (cli->remove)
		return check_count(cli, 1, "TREE: what is to be removed?");
	if (cli->target_directory)
		return check_count(cli, 1, "SOURCE: what is to be copied?");
	if (check_count(cli, 1, "SOURCE and DEST: what is to be copied, and where to?") < 0
		|| check_count(cli, 2,
			   cli->compare ? "B: what is A to be compared with?"
					: "DEST: where is it to be copied to?")
			< 0)
		return -1;
	bool exactly_two = cli->no_target_directory || cli->names_file;
	if (exactly_two && cli->operand_count > 2) {
		char *shown = cli_escape(cli->operands[2]);
		cli_usage_error("one name too many: '%s'", shown ? shown : "?");
		free(shown);
		return -1;
	}
	return 0;
}

/* Where copies replace what is there, no source may replace the copy of another. */
static int check_distinct(const struct cli *cli)
{
	for (size_t i = 0; cli->options.existing && i < cli->pair_count; i++) {
		for (size_t j = 0; j < i; j++) {
			if (strcmp(cli->pairs[i].dest, cli->pairs[j].dest) != 0)
				continue;
			char *shown = cli_escape(cli->pairs[i].dest);
			cli_usage_error("two sources would become '%s'", shown ? shown : "?");
			free(shown);
			return -1;
		}
	}
	return 0;
}

/* What has no name of its own is not removed. */
static int check_trees(const struct cli *cli)
{
	for (size_t i = 0; i < cli->operand_count; i++) {
		char *name = last_name(cli->operands[i]);
		bool nameless = !name || strcmp(name, ".") == 0;
		free(name);
		if (!nameless)
			continue;
		char *shown = cli_escape(cli->operands[i]);
		cli_usage_error("will not remove '%s'", shown ? shown : "?");
		free(shown);
		return -1;
	}
	return 0;
}

static int make_pairs(struct cli *cli)
{
	if (check_operands(cli) < 0 || open_names(cli) < 0)
		return -1;
	if (cli->remove)
		return check_trees(cli);
	cli->pairs = calloc(cli->operand_count, sizeof(*cli->pairs));
	if (!cli->pairs) {
		cli_message("%s", strerror(ENOMEM));
		return -1;
	}
	if (cli->target_directory)
		return all_into(cli, cli->operand_count, cli->target_directory);
	if (cli->operand_count == 2)
		return one_pair(cli);
	return all_into(cli, cli->operand_count - 1, cli->operands[cli->operand_count - 1]);
}

int cli_make_pairs(struct cli *cli)
{
	return make_pairs(cli) < 0 ? -1 : check_distinct(cli);
}
