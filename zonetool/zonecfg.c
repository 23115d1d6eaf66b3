/*
 * zonecfg.c - zonecfg: configure a zone. Here: options, and where commands come from.
 *
 * The map of this folder, from the top (docs/architecture.md has the picture); what is zoneadm's
 * alone is on the map in zoneadm.c, and what has to do with zones that run in zoneadmd.c:
 *
 *   cmd/          one command, one file:
 *                   cfg_add.c cfg_cancel.c cfg_clear.c cfg_commit.c cfg_create.c cfg_delete.c
 *                   cfg_end.c cfg_exit.c cfg_export.c cfg_help.c cfg_info.c cfg_remove.c
 *                   cfg_revert.c cfg_select.c cfg_set.c cfg_verify.c
 *     cfg_session.c   the zone being edited; what the commands share; when it is stored
 *     cfg_terminal.c  the dialogue, with cfg_complete.c: what could stand at the cursor
 *   grammar/      the language, which knows nothing of zones
 *     command.c       the table of commands, and what a line says once it was understood
 *     parser.c        from words to commands; place.c: what an unfinished line waits for
 *     lexer.c         from characters to words
 *   zone/         what a zone is
 *     registry.c      the zones of this machine; registry_load.c: reading them;
 *                     registry_orphans.c: files that the index does not know;
 *                     registry_save.c: changing one
 *     journal.c       several files change together or not at all
 *     lock.c          one command at a time
 *     index.c         the list of zones, as text
 *     xml.c           a configuration as XML; xml_scan.c: the little of it that a list shows
 *     zone.c          a configuration in memory; zone_check.c: rules between its properties
 *     props.c         the table of properties; prop_parse.c: what they accept
 *     value.c name.c  what a property holds; what a zone can be called
 *     state.c         what a zone's state allows; live.c: does it live? as the kernel knows
 *     here.c          which zone this is
 *   util/         helpers that do not know what a zone is
 *     alloc.c messages.c file.c option.c process.c program.c socket.c utf8.c
 */
#include "cmd/cfg.h"
#include "cmd/cfg_terminal.h"
#include "grammar/parser.h"
#include "util/alloc.h"
#include "util/file.h"
#include "util/option.h"
#include "util/program.h"
#include "zone/here.h"
#include "zone/name.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

enum {
	EXIT_DONE = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
	INPUT_MAX = 1 << 20, /* bytes of commands */
};

/* The command line. */
struct options {
	const char *zone, *file;
	char **operands;
	int operand_count;
	bool help, version;
};

/* Where commands come from, for messages: "FILE:12: ...". */
struct source {
	const char *what; /* NULL: the dialogue, whose messages have nothing in front */
	int line;         /* 0: no line is meant */
	bool numbered;    /* there is more than one line */
};

static void emit(struct messages *messages, enum severity severity, const char *text)
{
	const struct source *source = messages->user;
	AUTO_FREE char *prefix = NULL;
	if (source->what)
		prefix = source->numbered && source->line
			? xasprintf("%s:%d", source->what, source->line)
			: xstrdup(source->what);
	struct messages plain = { .emit = program_emit, .user = prefix };
	program_emit(&plain, severity, text);
}

/* The argument of an option that can be given once. */
static bool set_once(const char **slot, int letter)
{
	if (*slot)
		fprintf(stderr, "zonecfg: -%c can be given once\n", letter);
	bool first = !*slot;
	*slot = optarg;
	return first;
}

static bool parse_options(struct options *options, int argc, char **argv)
{
	static const struct option longs[] = { { "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' }, { 0 } };
	int letter;
	while ((letter = option_next(argc, argv, "+z:f:h", longs)) != -1) {
		switch (letter) {
		case 'z':
			if (!set_once(&options->zone, letter))
				return false;
			break;
		case 'f':
			if (!set_once(&options->file, letter))
				return false;
			break;
		case 'h':
			options->help = true;
			break;
		case 'V':
			options->version = true;
			break;
		default:
			fprintf(stderr, "zonecfg: %s\n", option_wrong());
			return false;
		}
	}
	options->operands = argv + optind;
	options->operand_count = argc - optind;
	if (options->file && options->operand_count) {
		fputs("zonecfg: commands come from -f or from operands, not from both\n", stderr);
		return false;
	}
	return true;
}

/* ---- input that is no dialogue ---- */

static int read_all(int fd, const char *what, struct str *text, struct messages *messages)
{
	int rc = file_read_all(fd, INPUT_MAX, text);
	if (rc == -EFBIG)
		return message_error(messages, rc,
			"%s is larger than %d bytes, which are enough for any zone", what,
			INPUT_MAX);
	if (rc < 0)
		return message_error(messages, rc, "cannot read %s: %s", what, strerror(-rc));
	return 0;
}

/* Some editors put a mark in front of UTF-8: it says nothing. */
static void drop_mark(struct str *text)
{
	static const char mark[] = "\xef\xbb\xbf";
	if (text->len < 3 || memcmp(text->data, mark, 3) != 0)
		return;
	memmove(text->data, text->data + 3, text->len - 3);
	str_truncate(text, text->len - 3);
}

/* The whole input, at most INPUT_MAX bytes. */
static int read_input(const struct options *options, struct str *text, struct messages *messages)
{
	if (options->operand_count) {
		for (int i = 0; i < options->operand_count; i++)
			text_addf(text, "%s%s", i ? " " : "", options->operands[i]);
		return 0;
	}
	if (!options->file || strcmp(options->file, "-") == 0)
		return read_all(STDIN_FILENO, "standard input", text, messages);
	AUTO_FD fd = open(options->file, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return message_error(
			messages, -errno, "cannot open %s: %s", options->file, strerror(errno));
	return read_all(fd, options->file, text, messages);
}

/* All commands, or none of them. Returns the exit status. */
static int run_script(struct session *session, const struct str *text, struct source *source)
{
	struct lexer lexer;
	lexer_init(&lexer, str_get(text), text->len);
	int rc = 1;
	while (rc > 0 && !session->done) {
		AUTO_COMMAND command = { 0 };
		rc = parser_next(&lexer, &command, &source->line, session->messages);
		if (rc > 0 && session_execute(session, &command) < 0)
			rc = -EINVAL;
	}
	lexer_free(&lexer);
	source->line = 0;
	/* Whoever is told that it failed must find that nothing was stored. */
	if (rc >= 0 && (fflush(stdout) != 0 || ferror(stdout)))
		rc = message_error(session->messages, -EIO,
			"cannot write to standard output, so nothing is stored: %s",
			strerror(errno));
	if (rc >= 0)
		rc = session_finish(session);
	else if (session_changed(session))
		message_note(session->messages, "nothing was stored");
	return rc < 0 ? EXIT_FAILED : EXIT_DONE;
}

/* ---- the program ---- */

/* Zones are configured from outside. */
static int check_place(struct messages *messages)
{
	struct here here;
	int rc = here_find(&here, messages);
	if (rc < 0)
		return rc;
	if (strcmp(here.zonename, "global") != 0)
		rc = message_error(messages, -EPERM,
			"this is zone %s: zones are configured from the global zone, the host",
			here.zonename);
	here_free(&here);
	return rc;
}

static int check_name(const char *name, struct messages *messages)
{
	const char *expected = zone_name_wrong(name);
	return expected ? message_error(messages, -EINVAL, "\"%s\" is not %s", name, expected) : 0;
}

/* What messages begin with. */
static const char *source_name(const struct options *options, bool dialogue)
{
	if (dialogue)
		return NULL;
	if (options->operand_count)
		return "zonecfg";
	return options->file && strcmp(options->file, "-") != 0 ? options->file : "standard input";
}

static int run(const struct options *options, const char *self)
{
	bool dialogue = !options->operand_count && isatty(STDIN_FILENO)
		&& (!options->file || strcmp(options->file, "-") == 0);
	struct source source = { .what = "zonecfg" };
	struct messages messages = { .emit = emit, .user = &source };
	struct registry *registry;
	struct session session;
	AUTO_STR text = STR_EMPTY;
	if (check_name(options->zone, &messages) < 0)
		return EXIT_USAGE;
	if (check_place(&messages) < 0 || (!dialogue && read_input(options, &text, &messages) < 0)
		|| registry_open(self, &registry, &messages) < 0)
		return EXIT_FAILED;
	drop_mark(&text);
	source.what = source_name(options, dialogue);
	source.numbered = !options->operand_count || strchr(str_get(&text), '\n');
	int status = EXIT_FAILED;
	if (session_init(&session, registry, options->zone, &messages) == 0) {
		session.dialogue = dialogue;
		session.person = dialogue || (options->operand_count && isatty(STDIN_FILENO));
		status = dialogue ? terminal_dialogue(&session)
				  : run_script(&session, &text, &source);
	}
	session_free(&session);
	registry_close(registry);
	return status;
}

int main(int argc, char **argv)
{
	struct options options = { 0 };
	struct messages messages = { .emit = program_emit, .user = "zonecfg" };
	program_begin();
	signal(SIGXFSZ, SIG_IGN); /* a write beyond a limit is an error to tell, not the end */
	setlocale(LC_CTYPE, "");  /* which characters a terminal's bytes are */
	if (!parse_options(&options, argc, argv)) {
		cfg_usage(stderr);
		return EXIT_USAGE;
	}
	int status = EXIT_DONE;
	if (options.version) {
		program_version("zonecfg");
	} else if (options.help) {
		cfg_usage(stdout);
	} else if (!options.zone && options.operand_count
		&& strcmp(options.operands[0], "help") == 0) {
		if (cfg_help_topic(options.operands[1], &messages) < 0)
			status = EXIT_FAILED;
	} else if (!options.zone) {
		cfg_usage(stderr);
		status = EXIT_USAGE;
	} else {
		AUTO_FREE char *self = xasprintf("zonecfg -z %s", options.zone);
		status = run(&options, self);
	}
	return program_end(status, &messages);
}
