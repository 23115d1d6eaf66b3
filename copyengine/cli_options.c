/* cli_options.c - treecp's command line: one row per option says everything about it. */
#include "cli.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What an option does to the struct cli: sets a flag, a bool, or calls a function. */
struct option_row {
	const char *name;
	char letter;
	const char *argument; /* NULL: takes none */
	const char *help;
	uint32_t flag;  /* set in options.flags */
	size_t boolean; /* offset of a bool in struct cli, 0 for none */
	int (*parse)(struct cli *cli, const char *value);
};

static int wrong(const char *option, const char *value, const char *right)
{
	char *shown = cli_escape(value);
	cli_usage_error("--%s: '%s' is not %s", option, shown ? shown : "?", right);
	free(shown);
	return -1;
}

/* Find value among words; index into them, or -1. */
static int choose(const char *value, const char *const *words)
{
	for (int i = 0; words[i]; i++) {
		if (strcmp(words[i], value) == 0)
			return i;
	}
	return -1;
}

static int parse_threads(struct cli *cli, const char *value)
{
	char *end;
	errno = 0;
	unsigned long n = strtoul(value, &end, 10);
	if (errno || *end || value[0] < '0' || value[0] > '9' || n < 1 || n > 1024)
		return wrong("threads", value, "a number from 1 to 1024");
	cli->options.threads = (unsigned)n;
	return 0;
}

static int parse_reflink(struct cli *cli, const char *value)
{
	static const char *const words[] = { "auto", "always", "never", NULL };
	int choice = choose(value, words);
	if (choice < 0)
		return wrong("reflink", value, "one of auto, always, never");
	cli->options.reflink = (enum ce_reflink)choice;
	return 0;
}

static int parse_sparse(struct cli *cli, const char *value)
{
	static const char *const words[] = { "auto", "always", "never", NULL };
	int choice = choose(value, words);
	if (choice < 0)
		return wrong("sparse", value, "one of auto, always, never");
	cli->options.sparse = (enum ce_sparse)choice;
	return 0;
}

static uint32_t attr_by_name(const char *name)
{
	if (strcmp(name, "all") == 0)
		return CE_ATTR_ALL;
	if (strcmp(name, "times") == 0)
		return CE_ATTR_TIMES;
	for (uint32_t bit = 1; bit & CE_ATTR_ALL; bit <<= 1) {
		if (strcmp(name, ce_attr_name((enum ce_attr)bit)) == 0)
			return bit;
	}
	return 0;
}

/* A comma-separated list of words as a mask; 0 and a message if one is unknown. */
static uint32_t parse_list(const char *option, const char *value,
	uint32_t (*bits_by_name)(const char *name), const char *right)
{
	char *list = strdup(value), *save = NULL;
	uint32_t mask = 0;
	for (char *name = list ? strtok_r(list, ",", &save) : NULL; name;
		name = strtok_r(NULL, ",", &save)) {
		uint32_t bits = bits_by_name(name);
		if (!bits) {
			wrong(option, name, right);
			mask = 0;
			break;
		}
		mask |= bits;
	}
	if (!mask && (!list || strspn(list, ",") == strlen(value)))
		wrong(option, value, right);
	free(list);
	return mask;
}

static uint32_t parse_attrs(const char *option, const char *value)
{
	return parse_list(option, value, attr_by_name,
		"an attribute: mode, owner, times (mtime, atime), links, acl, xattr, caps, flags, "
		"project, sparse, all");
}

static uint32_t method_by_name(const char *name)
{
	for (uint32_t bit = 1; bit & CE_METHOD_CHOICE; bit <<= 1) {
		if (strcmp(name, ce_method_name((enum ce_method)bit)) == 0)
			return bit;
	}
	return 0;
}

static int parse_methods(struct cli *cli, const char *value)
{
	cli->options.methods = parse_list("methods", value, method_by_name,
		"a way of copying: reflink, copy_file_range, io_uring, direct, read_write");
	return cli->options.methods ? 0 : -1;
}

/* The first --preserve names all that is to be kept; later ones add. */
static int parse_preserve(struct cli *cli, const char *value)
{
	uint32_t mask = parse_attrs("preserve", value);
	if (!mask)
		return -1;
	if (!cli->preserve_given)
		cli->options.drop = CE_ATTR_ALL;
	cli->preserve_given = true;
	cli->options.drop &= ~mask;
	return 0;
}

static int parse_no_preserve(struct cli *cli, const char *value)
{
	uint32_t mask = parse_attrs("no-preserve", value);
	cli->preserve_given = true;
	cli->options.drop |= mask;
	return mask ? 0 : -1;
}

static int add_exclude(struct cli *cli, const char *pattern)
{
	char **list = reallocarray(cli->excludes, cli->exclude_count + 1, sizeof(char *));
	if (!list)
		return -1;
	cli->excludes = list;
	list[cli->exclude_count] = strdup(pattern);
	if (!list[cli->exclude_count])
		return -1;
	cli->exclude_count++;
	return 0;
}

static int parse_exclude(struct cli *cli, const char *value)
{
	if (!*value || strcmp(value, "/") == 0)
		return wrong("exclude", value, "a pattern");
	return add_exclude(cli, value);
}

static int parse_exclude_from(struct cli *cli, const char *value)
{
	cli->stdin_readers += strcmp(value, "-") == 0;
	FILE *file = strcmp(value, "-") == 0 ? stdin : fopen(value, "re");
	if (!file) {
		cli_file_error("cannot read patterns from", value);
		return -1;
	}
	char *line = NULL;
	size_t room = 0;
	ssize_t len;
	int rc = 0;
	while (rc == 0 && (len = getline(&line, &room, file)) >= 0) {
		if (len && line[len - 1] == '\n')
			line[--len] = '\0';
		if (len && line[0] != '#' && line[0] != ';')
			rc = parse_exclude(cli, line);
	}
	if (rc == 0 && ferror(file)) {
		cli_file_error("cannot read patterns from", value);
		rc = -1;
	}
	free(line);
	if (file != stdin)
		fclose(file);
	return rc;
}

static int parse_target(struct cli *cli, const char *value)
{
	cli->target_directory = value;
	return 0;
}

static int parse_names(struct cli *cli, const char *value)
{
	cli->stdin_readers += strcmp(value, "-") == 0;
	cli->names_file = value;
	cli->options.flags |= CE_NAMES;
	return 0;
}

static int set_existing(struct cli *cli, enum ce_existing existing)
{
	if (cli->options.existing && cli->options.existing != existing) {
		cli_usage_error("--update and --overwrite exclude each other: choose one");
		return -1;
	}
	cli->options.existing = existing;
	return 0;
}

static int parse_update(struct cli *cli, const char *value)
{
	(void)value;
	return set_existing(cli, CE_EXISTING_UPDATE);
}

static int parse_overwrite(struct cli *cli, const char *value)
{
	(void)value;
	return set_existing(cli, CE_EXISTING_REPLACE);
}

static int parse_progress(struct cli *cli, const char *value)
{
	(void)value;
	cli->progress = 1;
	return 0;
}

static int parse_no_progress(struct cli *cli, const char *value)
{
	(void)value;
	cli->progress = -1;
	return 0;
}

#define BOOLEAN(member) .boolean = offsetof(struct cli, member)

static const struct option_row rows[] = {
	{ "threads", 'j', "N", "worker threads (default: one per CPU, more for cold storage)",
		.parse = parse_threads },
	{ "target-directory", 't', "DIRECTORY", "copy all SOURCEs into DIRECTORY",
		.parse = parse_target },
	{ "no-target-directory", 'T', NULL, "DEST is the copy, never a directory to put it in",
		BOOLEAN(no_target_directory) },
	{ "files0-from", 0, "FILE",
		"copy only the objects named in FILE (NUL-separated names\n"
		"below SOURCE; '-': standard input), and their parents",
		.parse = parse_names },
	{ "compare", 0, NULL, "list the differences between two trees, change nothing",
		BOOLEAN(compare) },
	{ "remove", 0, NULL,
		"remove TREEs, which must be directories, with all in them;\n"
		"nothing that is mounted in them, and no btrfs subvolume",
		BOOLEAN(remove) },
	{ "one-file-system", 'x', NULL, "do not descend into other mounts",
		.flag = CE_ONE_FILE_SYSTEM },
	{ "exclude", 0, "PATTERN", "leave out what matches: '*.o', '/top', 'dir/', 'a/**/b'",
		.parse = parse_exclude },
	{ "exclude-from", 0, "FILE", "patterns from FILE, one a line; # and ; begin comments",
		.parse = parse_exclude_from },
	{ "update", 'u', NULL,
		"skip what is there with the same type, size and mtime,\n"
		"bring its metadata in line, replace the rest",
		.parse = parse_update },
	{ "overwrite", 0, NULL, "replace existing non-directories, each atomically",
		.parse = parse_overwrite },
	{ "preserve", 0, "LIST",
		"keep only these: mode, owner, times, links, acl, xattr,\n"
		"caps, flags, project, sparse, all (default: all)",
		.parse = parse_preserve },
	{ "no-preserve", 0, "LIST", "do not keep these", .parse = parse_no_preserve },
	{ "lossy", 0, NULL, "attributes that DEST cannot hold are reported but accepted",
		.flag = CE_LOSSY },
	{ "reflink", 0, "WHEN", "share extents: auto (default), always, never",
		.parse = parse_reflink },
	{ "sparse", 0, "WHEN",
		"make holes: auto (where the source has them; default), always\n"
		"(of zeros, too), never",
		.parse = parse_sparse },
	{ "methods", 0, "LIST",
		"copy content in these ways: reflink, copy_file_range,\n"
		"io_uring, direct, read_write (default: whichever is best)",
		.parse = parse_methods },
	{ "verify", 0, NULL, "read both sides again afterwards and compare everything",
		.flag = CE_VERIFY },
	{ "sync", 0, NULL, "return only when data and names are durable", .flag = CE_SYNC },
	{ "dry-run", 'n', NULL, "show what would be done, change nothing", .flag = CE_DRY_RUN },
	{ "verbose", 'v', NULL, "name every object made and every attribute lost",
		BOOLEAN(verbose) },
	{ "progress", 0, NULL, "show progress even if standard error is no terminal",
		.parse = parse_progress },
	{ "no-progress", 0, NULL, "show no progress", .parse = parse_no_progress },
	{ "stats", 0, NULL, "print a table of counts at the end", BOOLEAN(stats) },
	{ "json", 0, NULL, "print the counts as one JSON object on standard output",
		BOOLEAN(json) },
	{ "help", 0, NULL, "show this and exit", .flag = 0 },
	{ "version", 0, NULL, "show the version and exit", .flag = 0 },
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

static void print_row(const struct option_row *row)
{
	char left[64];
	snprintf(left, sizeof(left), "  %c%c%c --%s%s%s", row->letter ? '-' : ' ',
		row->letter ? row->letter : ' ', row->letter ? ',' : ' ', row->name,
		row->argument ? "=" : "", row->argument ? row->argument : "");
	if (strlen(left) > 31)
		printf("%s\n%-32s", left, "");
	else
		printf("%-31s ", left);
	for (const char *text = row->help;;) {
		int len = (int)strcspn(text, "\n");
		printf("%.*s\n", len, text);
		if (!text[len])
			return;
		text += len + 1;
		printf("%-32s", "");
	}
}

static void print_help(void)
{
	printf("Usage: treecp [OPTION]... SOURCE DEST\n"
	       "  or:  treecp [OPTION]... SOURCE... DIRECTORY\n"
	       "  or:  treecp [OPTION]... -t DIRECTORY SOURCE...\n"
	       "  or:  treecp [OPTION]... -T SOURCE DEST\n"
	       "  or:  treecp [OPTION]... --files0-from=FILE SOURCE DEST\n"
	       "  or:  treecp [OPTION]... --compare A B\n"
	       "  or:  treecp [OPTION]... --remove TREE...\n"
	       "Copy trees of files, in parallel, keeping everything: owners, modes, times, ACLs,\n"
	       "extended attributes, capabilities, hard links, holes, devices, flags, project "
	       "ids.\n"
	       "What cannot be kept is reported. Existing non-directories are left untouched and\n"
	       "reported, unless --update or --overwrite is given.\n\n");
	for (size_t i = 0; i < ROWS; i++)
		print_row(&rows[i]);
	printf("\nExit status: 0 everything is there (--compare: no difference; --remove: all is "
	       "gone);\n"
	       "1 something failed, conflicted, changed, was lost or differs; 2 wrong usage;\n"
	       "3 stopped early (destination full, out of memory); 128+N stopped by signal N.\n"
	       "The manual: man treecp\n");
}

/* getopt's two tables, made from ours. */
static void make_getopt(struct option *longs, char *shorts)
{
	for (size_t i = 0; i < ROWS; i++) {
		longs[i] = (struct option){ .name = rows[i].name,
			.has_arg = rows[i].argument ? required_argument : no_argument,
			.val = 256 + (int)i };
		if (!rows[i].letter)
			continue;
		*shorts++ = rows[i].letter;
		if (rows[i].argument)
			*shorts++ = ':';
	}
	longs[ROWS] = (struct option){ 0 };
	*shorts = '\0';
}

static const struct option_row *row_of(int value)
{
	if (value >= 256)
		return &rows[value - 256];
	for (size_t i = 0; i < ROWS; i++) {
		if (rows[i].letter && rows[i].letter == value)
			return &rows[i];
	}
	return NULL;
}

static int apply_row(struct cli *cli, const struct option_row *row, const char *value)
{
	cli->options.flags |= row->flag;
	if (row->boolean)
		*(bool *)((char *)cli + row->boolean) = true;
	return row->parse ? row->parse(cli, value) : 0;
}

/* Whether an option was given that says how to copy or to compare, or what. */
static bool is_about_copies(const struct cli *cli)
{
	const struct ce_options *o = &cli->options;
	return cli->compare || cli->target_directory || cli->no_target_directory
		|| cli->preserve_given || cli->exclude_count || o->existing || o->reflink
		|| o->sparse || o->methods
		|| o->flags & ~(uint32_t)(CE_DRY_RUN | CE_EACH_OBJECT | CE_EACH_LOSS);
}

static enum cli_verdict check(struct cli *cli)
{
	if (cli->remove && is_about_copies(cli))
		return cli_usage_error("--remove takes TREEs, and no options for copying or "
				       "comparing");
	if (cli->stdin_readers > 1)
		return cli_usage_error("standard input can be read for one option only");
	if (cli->target_directory && cli->no_target_directory && !cli->compare)
		return cli_usage_error("--target-directory and --no-target-directory exclude each "
				       "other: choose one");
	if (cli->options.reflink == CE_REFLINK_ALWAYS && cli->options.sparse != CE_SPARSE_AUTO)
		return cli_usage_error(
			"--reflink=always shares holes as they are: leave out --sparse");
	if (cli->names_file && (cli->compare || cli->target_directory))
		return cli_usage_error("--files0-from goes with SOURCE and DEST only");
	if (cli->compare
		&& (cli->options.existing || cli->options.flags & CE_DRY_RUN
			|| cli->options.flags & CE_VERIFY || cli->target_directory))
		return cli_usage_error(
			"--compare changes nothing: it takes A and B, and no options "
			"for copying");
	return CLI_RUN;
}

static enum cli_verdict finish(struct cli *cli)
{
	if (cli->compare) {
		cli->options.task = CE_TASK_COMPARE;
		cli->no_target_directory = true;
	}
	if (cli->verbose || cli->options.flags & CE_DRY_RUN)
		cli->options.flags |= CE_EACH_OBJECT;
	if (cli->verbose)
		cli->options.flags |= CE_EACH_LOSS;
	bool progress = cli->progress > 0 || (cli->progress == 0 && isatty(STDERR_FILENO));
	cli->options.progress_ms = progress ? 100 : 0;
	cli->options.excludes = (const char *const *)cli->excludes;
	cli->options.exclude_count = cli->exclude_count;
	return check(cli);
}

enum cli_verdict cli_parse(struct cli *cli, int argc, char **argv)
{
	struct option longs[ROWS + 1];
	char shorts[2 * ROWS + 2];
	static char name[] = "treecp";
	argv[0] = name; /* getopt_long() begins its messages with it */
	make_getopt(longs, shorts);
	int value;
	while ((value = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		const struct option_row *row = row_of(value);
		if (!row)
			return fputs("Try 'treecp --help' for more.\n", stderr), CLI_WRONG;
		if (strcmp(row->name, "help") == 0)
			return print_help(), CLI_SHOWN;
		if (strcmp(row->name, "version") == 0)
			return printf("treecp %s\n", ce_version()), CLI_SHOWN;
		if (apply_row(cli, row, optarg) < 0)
			return CLI_WRONG;
	}
	cli->operands = argv + optind;
	cli->operand_count = (size_t)(argc - optind);
	return finish(cli);
}

void cli_free(struct cli *cli)
{
	for (size_t i = 0; i < cli->exclude_count; i++)
		free(cli->excludes[i]);
	free(cli->excludes);
	for (size_t i = 0; i < cli->pair_count; i++)
		free((char *)cli->pairs[i].dest);
	free(cli->pairs);
	if (cli->options.names_fd > 0)
		close(cli->options.names_fd);
}
