/* cli_output.c - what treecp prints: messages, the summary, --stats, --json. */
#include "cli.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void cli_message(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	fputs("treecp: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
}

enum cli_verdict cli_usage_error(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	fputs("treecp: ", stderr);
	vfprintf(stderr, format, args);
	fputs("\nTry 'treecp --help' for more.\n", stderr);
	va_end(args);
	return CLI_WRONG;
}

void cli_file_error(const char *what, const char *file)
{
	int error = errno;
	char *shown = cli_escape(file);
	cli_message("%s '%s': %s", what, shown ? shown : "?", strerror(error));
	free(shown);
}

/* ---- names that are safe to print ---- */

/* Decode one UTF-8 character. Returns its length, or 0 if it is none (RFC 3629). */
static size_t decode(const unsigned char *s, uint32_t *ret)
{
	static const struct {
		unsigned char mask, lead;
		uint32_t least;
	} forms[] = { { 0x80, 0x00, 0 }, { 0xe0, 0xc0, 0x80 }, { 0xf0, 0xe0, 0x800 },
		{ 0xf8, 0xf0, 0x10000 } };
	for (size_t len = 1; len <= 4; len++) {
		if ((s[0] & forms[len - 1].mask) != forms[len - 1].lead)
			continue;
		uint32_t c = s[0] & (unsigned char)~forms[len - 1].mask;
		for (size_t i = 1; i < len; i++) {
			if ((s[i] & 0xc0) != 0x80)
				return 0;
			c = c << 6 | (s[i] & 0x3f);
		}
		*ret = c;
		bool surrogate = c >= 0xd800 && c <= 0xdfff;
		return c >= forms[len - 1].least && c <= 0x10ffff && !surrogate ? len : 0;
	}
	return 0;
}

/* Control characters, and those that change the order or place of the text around them. */
static bool is_unsafe(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x61c || (c >= 0x200b && c <= 0x200f)
		|| (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff;
}

static char *escape_byte(char *out, unsigned char byte)
{
	static const char plain[] = "\a\b\t\n\v\f\r", letter[] = "abtnvfr";
	const char *known = byte ? strchr(plain, byte) : NULL;
	*out++ = '\\';
	if (known) {
		*out++ = letter[known - plain];
		return out;
	}
	return out + sprintf(out, "%03o", byte);
}

char *cli_escape(const char *name)
{
	char *text = malloc(strlen(name) * 4 + 1);
	if (!text)
		return NULL;
	char *out = text;
	for (const unsigned char *s = (const unsigned char *)name; *s;) {
		uint32_t c;
		size_t len = decode(s, &c);
		if (*s == '\\' || *s == '\'')
			*out++ = '\\';
		if (len && !is_unsafe(c)) {
			memcpy(out, s, len);
			out += len;
			s += len;
			continue;
		}
		for (size_t i = 0; i < (len ? len : 1); i++)
			out = escape_byte(out, *s++);
	}
	*out = '\0';
	return text;
}

/* ---- events ---- */

/* Operations whose phrase is the whole reason. */
static bool speaks_for_itself(enum ce_op op)
{
	return op == CE_OP_NEST || op == CE_OP_NAME || op == CE_OP_ITSELF || op == CE_OP_MOUNT
		|| op == CE_OP_SUBVOLUME;
}

static void show_error(const struct ce_event *event, const char *path)
{
	const char *class = event->attr ? ce_attr_name(event->attr) : NULL;
	if (speaks_for_itself(event->op))
		cli_message("%s '%s'", ce_op_name(event->op), path);
	else if (class)
		cli_message("%s '%s' (%s): %s", ce_op_name(event->op), path, class,
			strerror(event->error));
	else
		cli_message("%s '%s': %s", ce_op_name(event->op), path, strerror(event->error));
}

static void show_object(FILE *out, const struct ce_event *event, const char *path, bool dry)
{
	static const char *const done[] = { "created", "linked", "replaced", "repaired",
		"removed" };
	fprintf(out, "%s%s '%s'\n", dry ? "would have " : "", done[event->action], path);
}

/*
 * path and detail are escaped. What is the run's own output goes to standard output, unless that is
 * for the JSON object.
 */
static void show(
	struct cli *cli, const struct ce_event *event, const char *path, const char *detail)
{
	FILE *out = cli->json ? stderr : stdout;
	switch (event->kind) {
	case CE_EVENT_ERROR:
		cli->errors_shown = true;
		show_error(event, path);
		break;
	case CE_EVENT_CONFLICT:
		cli_message("'%s' exists and was left as it is", path);
		break;
	case CE_EVENT_CHANGED:
		cli_message("'%s' changed while it was copied: %s", path, detail);
		break;
	case CE_EVENT_LOSS:
		cli_message("'%s' lost its %s%s%s: %s", path, ce_attr_name(event->attr),
			*detail ? " " : "", detail, strerror(event->error));
		break;
	case CE_EVENT_LOSS_TOTAL:
		cli_message("the destination could not hold %s of %" PRIu64 " object%s (%s), "
			    "the first being '%s'",
			ce_attr_name(event->attr), event->count, event->count == 1 ? "" : "s",
			strerror(event->error), path);
		break;
	case CE_EVENT_DIFFERENCE:
		fprintf(out, "%s: %s: %s\n", path, ce_attr_name(event->attr), detail);
		break;
	case CE_EVENT_OBJECT:
		show_object(out, event, path, cli->options.flags & CE_DRY_RUN);
		break;
	case CE_EVENT_KEPT:
		cli_message("'%s' is kept", path);
		break;
	case CE_EVENT_PROGRESS:
		break;
	}
}

void cli_event(const struct ce_event *event, void *user)
{
	struct cli *cli = user;
	if (event->kind == CE_EVENT_PROGRESS) {
		cli_progress(cli, event->stats);
		return;
	}
	cli_progress_clear(cli);
	char *path = cli_escape(event->path),
	     *detail = cli_escape(event->detail ? event->detail : "");
	show(cli, event, path ? path : "?", detail ? detail : "?");
	free(path);
	free(detail);
}

/* ---- the end ---- */

const char *cli_size(double bytes, char *buf, size_t size)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
	size_t unit = 0;
	while (bytes >= 1024 && unit + 1 < sizeof(units) / sizeof(units[0])) {
		bytes /= 1024;
		unit++;
	}
	snprintf(buf, size, unit ? "%.1f %s" : "%.0f %s", bytes, units[unit]);
	return buf;
}

/* The counts, in the order they are shown: one row serves --stats and --json. */
static const struct {
	const char *key, *label;
	size_t offset;
	bool bytes;
} counts[] = {
#define COUNT(key, label, member, bytes)                                                           \
	{                                                                                          \
		key, label, offsetof(struct ce_stats, member), bytes                               \
	}
	COUNT("files", "files", copied.files, false),
	COUNT("directories", "directories", copied.directories, false),
	COUNT("symlinks", "symbolic links", copied.symlinks, false),
	COUNT("hard_links", "hard links", hard_links, false),
	COUNT("fifos", "fifos", copied.fifos, false),
	COUNT("sockets", "sockets", copied.sockets, false),
	COUNT("char_devices", "character devices", copied.char_devices, false),
	COUNT("block_devices", "block devices", copied.block_devices, false),
	COUNT("unchanged", "unchanged", unchanged, false),
	COUNT("repaired", "repaired", repaired, false),
	COUNT("replaced", "replaced", replaced, false),
	COUNT("excluded", "excluded", excluded, false),
	COUNT("other_mounts", "on other mounts", other_mounts, false),
	COUNT("verified", "verified", verified, false),
	COUNT("kept", "kept", kept, false),
	COUNT("left", "left", left, false),
	COUNT("bytes_found", "bytes found", found_bytes, true),
	COUNT("bytes_read", "bytes read", bytes_read, true),
	COUNT("bytes_written", "bytes written", bytes_written, true),
	COUNT("bytes_reflinked", "bytes reflinked", bytes_reflinked, true),
	COUNT("bytes_holes", "bytes in holes", bytes_holes, true),
	COUNT("errors", "errors", errors, false),
	COUNT("conflicts", "conflicts", conflicts, false),
	COUNT("changed", "changed while copied", changed, false),
	COUNT("losses", "attributes lost", losses, false),
	COUNT("differences", "differences", differences, false),
#undef COUNT
};
#define COUNTS (sizeof(counts) / sizeof(counts[0]))

static uint64_t count_of(const struct ce_stats *stats, size_t row)
{
	return *(const uint64_t *)(const void *)((const char *)stats + counts[row].offset);
}

static void print_methods(
	FILE *out, const struct ce_stats *stats, const char *quote, const char *between)
{
	const char *sep = "";
	for (uint32_t bit = 1; bit && bit <= stats->methods; bit <<= 1) {
		if (!(stats->methods & bit))
			continue;
		fprintf(out, "%s%s%s%s", sep, quote, ce_method_name((enum ce_method)bit), quote);
		sep = between;
	}
}

static void print_stats(FILE *out, const struct ce_stats *stats)
{
	char size[16];
	for (size_t i = 0; i < COUNTS; i++) {
		uint64_t n = count_of(stats, i);
		if (n && counts[i].bytes)
			fprintf(out, "%-22s %15" PRIu64 "  (%s)\n", counts[i].label, n,
				cli_size((double)n, size, sizeof(size)));
		else if (n)
			fprintf(out, "%-22s %15" PRIu64 "\n", counts[i].label, n);
	}
	fprintf(out, "%-22s %15.3f\n", "seconds", stats->seconds);
	fprintf(out, "%-22s %15u\n", "threads", stats->threads);
	fprintf(out, "%-22s ", "methods");
	print_methods(out, stats, "", " ");
	fprintf(out, "%s\n", stats->methods ? "" : "none");
}

static void print_json_losses(const struct ce_stats *stats)
{
	const char *sep = "";
	printf(",\"losses_by_attribute\":{");
	for (unsigned bit = 0; bit < CE_ATTR_COUNT; bit++) {
		const char *name = ce_attr_name((enum ce_attr)(1u << bit));
		if (!name || !stats->losses_by_attr[bit])
			continue;
		printf("%s\"%s\":%" PRIu64, sep, name, stats->losses_by_attr[bit]);
		sep = ",";
	}
	putchar('}');
}

static void print_json(const struct ce_stats *stats, int status)
{
	putchar('{');
	for (size_t i = 0; i < COUNTS; i++)
		printf("\"%s\":%" PRIu64 ",", counts[i].key, count_of(stats, i));
	printf("\"seconds\":%.6f,\"threads\":%u,\"methods\":[", stats->seconds, stats->threads);
	print_methods(stdout, stats, "\"", ",");
	putchar(']');
	print_json_losses(stats);
	printf(",\"exit_status\":%d}\n", status);
}

static void summarize(const struct cli *cli, const struct ce_stats *stats, int rc)
{
	if (rc < 0 && (rc == -ECANCELED || stats->found_objects))
		cli_message("stopped early (%s): %" PRIu64 " of %" PRIu64
			    " objects found so far were dealt with",
			rc == -ECANCELED ? "cancelled" : strerror(-rc), stats->done_objects,
			stats->found_objects);
	if (rc != CE_INCOMPLETE || cli->compare)
		return;
	if (cli->remove) {
		cli_message("not everything %s removed: %" PRIu64 " errors, %" PRIu64
			    " objects left",
			cli->options.flags & CE_DRY_RUN ? "can be" : "was", stats->errors,
			stats->left);
		return;
	}
	cli_message("not everything is there: %" PRIu64 " errors, %" PRIu64 " conflicts, %" PRIu64
		    " changed, %" PRIu64 " attributes lost, %" PRIu64 " differences",
		stats->errors, stats->conflicts, stats->changed, stats->losses, stats->differences);
}

void cli_finish(struct cli *cli, const struct ce_stats *stats, int rc, int status)
{
	summarize(cli, stats, rc);
	if (cli->stats)
		print_stats(cli->json ? stderr : stdout, stats);
	if (cli->json)
		print_json(stats, status);
}
