/* cli_progress.c - the line that moves while treecp works. */
#include "cli.h"

#include <inttypes.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define COLUMNS_MAX 512

/* Asked for each time, so that the line fits after the window was resized. */
static size_t columns(void)
{
	struct winsize size;
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col == 0)
		return 80;
	return size.ws_col < COLUMNS_MAX ? size.ws_col : COLUMNS_MAX;
}

/* What of the bytes is done: finished files, or what has moved of large ones. */
static uint64_t bytes_done(const struct ce_stats *stats)
{
	uint64_t moved = stats->bytes_written + stats->bytes_reflinked + stats->bytes_holes;
	return moved > stats->done_bytes ? moved : stats->done_bytes;
}

/* Rates over the last moments: half of the newest measurement, half of those before. */
static void update_rates(struct cli *cli, const struct ce_stats *stats)
{
	double passed = stats->seconds - cli->progress_last;
	uint64_t bytes = bytes_done(stats);
	if (passed < 0.05)
		return;
	double objects = (double)(stats->done_objects - cli->progress_objects) / passed;
	double rate = bytes > cli->progress_bytes ? (double)(bytes - cli->progress_bytes) / passed
						  : 0;
	bool first = cli->progress_last == 0;
	cli->object_rate = first ? objects : (cli->object_rate + objects) / 2;
	cli->byte_rate = first ? rate : (cli->byte_rate + rate) / 2;
	cli->progress_last = stats->seconds;
	cli->progress_objects = stats->done_objects;
	cli->progress_bytes = bytes;
}

/* Only when everything was found is the end known. */
static void print_eta(const struct cli *cli, const struct ce_stats *stats, char *buf, size_t size)
{
	uint64_t done = bytes_done(stats);
	buf[0] = '\0';
	if (!stats->walk_done || cli->byte_rate <= 0 || stats->found_bytes <= done)
		return;
	unsigned long long left = (unsigned long long)((double)(stats->found_bytes - done)
		/ cli->byte_rate);
	snprintf(buf, size, "  %llu:%02llu left", left / 60, left % 60);
}

void cli_progress(struct cli *cli, const struct ce_stats *stats)
{
	char line[COLUMNS_MAX], done[16], found[16], rate[16], eta[32];
	update_rates(cli, stats);
	print_eta(cli, stats, eta, sizeof(eta));
	int len;
	if (stats->verifying)
		len = snprintf(line, sizeof(line), "verifying: %" PRIu64 " of %" PRIu64 " objects",
			stats->verified, stats->done_objects);
	else
		len = snprintf(line, sizeof(line),
			"%" PRIu64 " of %" PRIu64 "%s objects  %s of %s%s  %.0f/s  %s/s%s",
			stats->done_objects, stats->found_objects, stats->walk_done ? "" : "+",
			cli_size((double)bytes_done(stats), done, sizeof(done)),
			cli_size((double)stats->found_bytes, found, sizeof(found)),
			stats->walk_done ? "" : "+", cli->object_rate,
			cli_size(cli->byte_rate, rate, sizeof(rate)), eta);
	size_t width = columns() - 1;
	if ((size_t)len > width)
		line[width] = '\0';
	fprintf(stderr, "\r%s\033[K", line);
	fflush(stderr);
	cli->progress_shown = true;
}

void cli_progress_clear(struct cli *cli)
{
	if (!cli->progress_shown)
		return;
	fputs("\r\033[K", stderr);
	fflush(stderr);
	cli->progress_shown = false;
}

void cli_progress_end(struct cli *cli)
{
	cli_progress_clear(cli);
}
