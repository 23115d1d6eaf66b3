/* verify_mounts.c - what is mounted on this host: /proc/self/mountinfo (proc(5)). */
#include "zone/verify_parts.h"

#include "util/alloc.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#define MOUNTINFO "/proc/self/mountinfo"

/* Blanks and the like are written there as \ooo. */
static void unescape(char *text)
{
	char *to = text;
	while (*text) {
		unsigned code;
		if (sscanf(text, "\\%3o", &code) == 1 && strspn(text + 1, "01234567") >= 3) {
			*to++ = (char)code;
			text += 4;
		} else {
			*to++ = *text++;
		}
	}
	*to = '\0';
}

/*
 * The block device: some file systems, such as btrfs, have a number of their own, and only their
 * source says what they are on.
 */
static dev_t find_device(unsigned major_number, unsigned minor_number, const char *source)
{
	struct stat st;
	if (major_number == 0 && *source == '/' && stat(source, &st) == 0 && S_ISBLK(st.st_mode))
		return st.st_rdev;
	return makedev(major_number, minor_number);
}

/* The disk that a block device is a partition of; 0: it is none. */
static dev_t find_disk(dev_t device)
{
	if (major(device) == 0)
		return 0;
	unsigned major_number, minor_number;
	AUTO_FREE char *partition = xasprintf(
		"/sys/dev/block/%u:%u/partition", major(device), minor(device));
	AUTO_FREE char *parent = xasprintf(
		"/sys/dev/block/%u:%u/../dev", major(device), minor(device));
	FILE *file = access(partition, F_OK) == 0 ? fopen(parent, "re") : NULL;
	bool known = file && fscanf(file, "%u:%u", &major_number, &minor_number) == 2;
	if (file)
		fclose(file);
	return known ? makedev(major_number, minor_number) : 0;
}

/*
 * Understand a line: ID PARENT MAJOR:MINOR ROOT POINT OPTIONS... - TYPE SOURCE OPTIONS. It is
 * changed. Returns whether it is one.
 */
static bool parse(char *line, struct mount *ret_mount)
{
	unsigned major_number, minor_number;
	int at = 0;
	char *behind = strstr(line, " - ");
	if (!behind || sscanf(line, "%*s %*s %u:%u %*s %n", &major_number, &minor_number, &at) != 2
		|| !at)
		return false;
	*behind = '\0';
	char *point = line + at, *rest = behind + 3;
	point[strcspn(point, " ")] = '\0';
	strsep(&rest, " ");
	char *source = strsep(&rest, " ");
	if (*point != '/' || !source)
		return false;
	unescape(point);
	unescape(source);
	ret_mount->point = xstrdup(point);
	ret_mount->device = find_device(major_number, minor_number, source);
	ret_mount->disk = find_disk(ret_mount->device);
	return true;
}

static struct mounts read_all(FILE *file)
{
	struct mounts mounts = { 0 };
	AUTO_FREE char *line = NULL;
	size_t room = 0, line_room = 0;
	while (getline(&line, &line_room, file) > 0) {
		line[strcspn(line, "\n")] = '\0';
		if (mounts.count == room) {
			room = room ? room * 2 : 64;
			mounts.rows = xrealloc(mounts.rows, room, sizeof(*mounts.rows));
		}
		mounts.count += parse(line, &mounts.rows[mounts.count]);
	}
	return mounts;
}

struct mounts verify_mounts(struct messages *messages)
{
	struct mounts mounts = { 0 };
	FILE *file = fopen(MOUNTINFO, "re");
	if (file)
		mounts = read_all(file);
	if (!file || ferror(file))
		message_warning(messages,
			"what is mounted on this host was not looked at: " MOUNTINFO ": %s",
			strerror(errno));
	if (file)
		fclose(file);
	return mounts;
}

void verify_mounts_free(struct mounts *mounts)
{
	for (size_t i = 0; i < mounts->count; i++)
		free(mounts->rows[i].point);
	free(mounts->rows);
	*mounts = (struct mounts){ 0 };
}

const char *verify_mounted_at(const struct mounts *mounts, dev_t device)
{
	for (size_t i = 0; i < mounts->count; i++)
		if (mounts->rows[i].device == device || mounts->rows[i].disk == device)
			return mounts->rows[i].point;
	return NULL;
}
