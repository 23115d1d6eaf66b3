/* cli.h - treecp's parts: command line, pairs, messages, progress; on the public library. */
#ifndef TREECP_CLI_H
#define TREECP_CLI_H

#include "copyengine.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Everything about one invocation. */
struct cli {
	struct ce_options options;
	bool compare, remove, verbose, stats, json, no_target_directory, preserve_given;
	int stdin_readers; /* options that named "-" */
	int progress;      /* 1 wanted, -1 not wanted, 0 by terminal */
	const char *target_directory;
	const char *names_file;
	char **operands; /* into argv */
	size_t operand_count;
	char **excludes; /* owned */
	size_t exclude_count;
	struct ce_pair *pairs; /* owned, with the destinations' strings */
	size_t pair_count;
	bool errors_shown;
	bool progress_shown;  /* the line on the terminal is ours to clear */
	double progress_last; /* when rates were last taken, and from what */
	uint64_t progress_objects, progress_bytes;
	double object_rate, byte_rate;
};

enum cli_verdict {
	CLI_RUN,   /* do it */
	CLI_SHOWN, /* --help or --version: nothing more to do */
	CLI_WRONG, /* a usage error, already told */
};

/* Read the command line; argv must outlive cli. */
enum cli_verdict cli_parse(struct cli *cli, int argc, char **argv);

/*
 * Work out which source goes where; or check what is to be removed, which stays in operands.
 * Returns 0, or -1 with the error told.
 */
int cli_make_pairs(struct cli *cli);

void cli_free(struct cli *cli);

/* Print "treecp: ..." on standard error. */
void cli_message(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A usage error: the message, and where to find help. Returns CLI_WRONG. */
enum cli_verdict cli_usage_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Tell that something failed on a file of the command's own, with errno. */
void cli_file_error(const char *what, const char *file);

/*
 * A name as it can be shown: control characters, what is not UTF-8, and characters that reorder
 * text are written as \ooo; quotes and backslashes are escaped. Returns allocated memory, or NULL.
 */
char *cli_escape(const char *name);

/* The callback for the library's events; user is the struct cli. */
void cli_event(const struct ce_event *event, void *user);

/* The end: summary, --stats, --json. rc is the run's result, status the exit status to come. */
void cli_finish(struct cli *cli, const struct ce_stats *stats, int rc, int status);

/* Draw the progress line; clear it so that something else can be printed; end it. */
void cli_progress(struct cli *cli, const struct ce_stats *stats);
void cli_progress_clear(struct cli *cli);
void cli_progress_end(struct cli *cli);

/* "1.5 GiB", into buf (at least 16 bytes), which is returned. */
const char *cli_size(double bytes, char *buf, size_t size);

#endif
