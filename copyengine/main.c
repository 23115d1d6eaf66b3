/*
 * main.c - treecp: copy whole trees, in parallel, keeping everything.
 *
 * The map of this folder, from the top (docs/architecture.md has the picture):
 *
 *   main.c          the command: options → pairs → one run → messages, summary, exit status
 *     cli_options.c   the command line, one table row per option
 *     cli_pairs.c     which source goes to which destination: cp's rule
 *     cli_output.c    messages, names made safe to print, summary, JSON
 *     cli_progress.c  the line that moves
 *   copyengine.c    the library's face: checked options, the life of a copy
 *   engine.c        one run: workers, passes, the switch over job.h's kinds of job
 *     root.c          what a pair begins with: opened parent directories
 *     pool.c          threads and their queues, work stealing
 *     concurrency.c   how many threads
 *     worker.c        what each thread has of its own
 *     nest.c          no directory into itself
 *   walk.c          read the source, a window of names at a time
 *     names.c         ... or a list of names
 *     filter.c        patterns for what to leave out
 *   compare.c       another thing a walk can do: compare
 *     linkmap.c       are hard links the same on both sides?
 *   remove.c        the third: remove, without a destination
 *     remove_force.c  one name, whatever protects it
 *   copy.c          one object, whatever its kind
 *     copy_dir.c copy_file.c copy_symlink.c copy_special.c copy_dry.c
 *     hardlink.c      the first name is copied, the others are linked
 *     target.c plan.c making a name, or deciding what to do when it is taken
 *   data.c          file contents: data_reflink.c data_range.c data_sparse.c data_direct.c
 *                   data_uring.c
 *   meta.c          metadata and the order it must be set in: xattr.c acl.c
 *   dir.c           a directory under work: fds on demand, paths for messages
 *   object.c fs.c   one opened object; what a file system can do
 *   report.c stats.c events and counters
 *   sys.c           every system call that needs care
 */
#include "cli.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Exit statuses, as treecp(1) documents them. */
enum {
	EXIT_COMPLETE = 0,
	EXIT_INCOMPLETE = 1,
	EXIT_USAGE = 2,
	EXIT_STOPPED = 3,
	EXIT_SIGNAL = 128,
};

static struct ce_copy *running;
static volatile sig_atomic_t caught;

static void on_signal(int number)
{
	if (caught)
		_exit(EXIT_SIGNAL + number); /* the second time: no more patience */
	caught = number;
	if (running)
		ce_copy_cancel(running);
}

static void catch_signals(void)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		struct sigaction before;
		/* nohup(1) and background jobs of old shells ignore some: leave that so. */
		if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
			sigaction(numbers[i], &action, NULL);
	}
	/* A write beyond RLIMIT_FSIZE is an error to report, not a reason to die. */
	signal(SIGXFSZ, SIG_IGN);
}

static int status_of(int rc, const struct cli *cli)
{
	if (caught)
		return EXIT_SIGNAL + caught;
	if (rc >= 0)
		return rc == CE_COMPLETE ? EXIT_COMPLETE : EXIT_INCOMPLETE;
	if (rc == -ENOSPC || rc == -EDQUOT || rc == -ENOMEM || rc == -ECANCELED)
		return EXIT_STOPPED;
	if (!cli->errors_shown)
		cli_message("%s", strerror(-rc));
	return EXIT_INCOMPLETE;
}

static int create_removal(struct cli *cli)
{
	struct ce_remove_options options = { .size = sizeof(options),
		.paths = (const char *const *)cli->operands,
		.path_count = cli->operand_count,
		.threads = cli->options.threads,
		.progress_ms = cli->options.progress_ms,
		.on_event = cli_event,
		.user = cli };
	if (cli->options.flags & CE_DRY_RUN)
		options.flags |= CE_REMOVE_DRY_RUN;
	if (cli->options.flags & CE_EACH_OBJECT)
		options.flags |= CE_REMOVE_EACH_OBJECT;
	return ce_remove_create(&options, &running);
}

static int run(struct cli *cli)
{
	cli->options.size = sizeof(cli->options);
	cli->options.pairs = cli->pairs;
	cli->options.pair_count = cli->pair_count;
	cli->options.on_event = cli_event;
	cli->options.user = cli;
	int rc = cli->remove ? create_removal(cli) : ce_copy_create(&cli->options, &running);
	if (rc < 0) {
		cli_message("cannot start: %s", strerror(-rc));
		return rc == -EINVAL ? EXIT_USAGE : EXIT_STOPPED;
	}
	catch_signals();
	rc = ce_copy_run(running);
	struct ce_stats stats;
	ce_copy_stats(running, &stats);
	cli_progress_end(cli);
	int status = status_of(rc, cli);
	cli_finish(cli, &stats, rc, status);
	struct ce_copy *done = running;
	running = NULL;
	ce_copy_destroy(done);
	return status;
}

int main(int argc, char **argv)
{
	struct cli cli = { 0 };
	int status;
	switch (cli_parse(&cli, argc, argv)) {
	case CLI_RUN:
		status = cli_make_pairs(&cli) == 0 ? run(&cli) : EXIT_USAGE;
		break;
	case CLI_SHOWN:
		status = EXIT_COMPLETE;
		break;
	case CLI_WRONG:
	default:
		status = EXIT_USAGE;
		break;
	}
	cli_free(&cli);
	/* What was printed must have arrived. */
	if (fflush(stdout) != 0 || ferror(stdout)) {
		cli_message("cannot write to standard output: %s", strerror(errno));
		return status == EXIT_COMPLETE ? EXIT_INCOMPLETE : status;
	}
	return status;
}
