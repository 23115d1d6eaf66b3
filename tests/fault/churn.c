/*
 * churn.c - do something to files again and again, until killed, while they are being copied.
 *
 *   churn exchange A B...    give A's name to each B in turn, and back (RENAME_EXCHANGE)
 *   churn grow FILE          append
 *   churn truncate FILE      shrink to 8 MB and write again up to 20 MB
 *   churn punch FILE         punch holes and fill them
 *   churn replace FILE       put a new file in its place
 *   churn xattr FILE NAME VALUE   set an extended attribute (value in hex) and remove it
 *   churn lease FILE         hold a write lease on it for a second, let go when asked
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

static char block[64 * 1024];

static int exchange(int count, char **names)
{
	for (int i = 1;; i = i + 1 < count ? i + 1 : 1) {
		/* An odd number of names in between would leave them permuted: always swap back. */
		for (int twice = 0; twice < 2; twice++) {
			if (renameat2(AT_FDCWD, names[0], AT_FDCWD, names[i], RENAME_EXCHANGE) < 0
				&& errno != ENOENT)
				return 1;
		}
	}
}

static int open_it(char **names)
{
	return open(names[0], O_RDWR | O_CLOEXEC);
}

static int grow(int count, char **names)
{
	int fd = open(names[0], O_WRONLY | O_APPEND);
	(void)count;
	for (long i = 0; fd >= 0; i++) {
		/* Slowly: a full file system would end it. */
		if (write(fd, block, 4096) < 0)
			return 1;
		if (i % 4 == 3)
			usleep(1000);
	}
	return 1;
}

static int truncated(int count, char **names)
{
	int fd = open_it(names);
	(void)count;
	/* Never so short that a copy could fall between two changes. */
	while (fd >= 0 && ftruncate(fd, 8000000) == 0) {
		for (int i = 120; i < 300; i++) {
			if (pwrite(fd, block, sizeof(block), i * (off_t)sizeof(block)) < 0)
				return 1;
		}
	}
	return 1;
}

static int punch(int count, char **names)
{
	int fd = open_it(names);
	struct stat st;
	(void)count;
	if (fd < 0 || fstat(fd, &st) < 0)
		return 1;
	for (off_t off = 0;; off = (off + (off_t)sizeof(block) * 7) % st.st_size) {
		if (fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, off, sizeof(block))
			< 0)
			return 1;
		off_t fill = st.st_size - off - (off_t)sizeof(block);
		if (pwrite(fd, block, sizeof(block), fill > 0 ? fill : 0) < 0)
			return 1;
	}
}

static int replaced(int count, char **names)
{
	char other[4096];
	(void)count;
	snprintf(other, sizeof(other), "%s.new", names[0]);
	for (;;) {
		int fd = open(other, O_WRONLY | O_CREAT | O_TRUNC, 0600);
		if (fd < 0 || write(fd, block, sizeof(block)) < 0 || close(fd) < 0
			|| rename(other, names[0]) < 0)
			return 1;
	}
}

static int set_xattr(int count, char **names)
{
	char value[256];
	size_t size = 0;
	if (count < 3)
		return 1;
	for (const char *hex = names[2]; hex[0] && hex[1] && size < sizeof(value); hex += 2) {
		char pair[3] = { hex[0], hex[1], 0 };
		value[size++] = (char)strtol(pair, NULL, 16);
	}
	for (;;) {
		if (setxattr(names[0], names[1], value, size, 0) < 0)
			return 1;
		removexattr(names[0], names[1]);
	}
}

static int lease(int count, char **names)
{
	int fd = open_it(names);
	(void)count;
	signal(SIGIO, SIG_IGN);
	if (fd < 0 || fcntl(fd, F_SETLEASE, F_WRLCK) < 0)
		return 1;
	sleep(1);
	fcntl(fd, F_SETLEASE, F_UNLCK);
	pause();
	return 0;
}

static const struct {
	const char *name;
	int (*run)(int count, char **names);
} ways[] = {
	{ "exchange", exchange },
	{ "grow", grow },
	{ "truncate", truncated },
	{ "punch", punch },
	{ "replace", replaced },
	{ "xattr", set_xattr },
	{ "lease", lease },
};

int main(int argc, char **argv)
{
	memset(block, 'x', sizeof(block));
	for (size_t i = 0; argc > 2 && i < sizeof(ways) / sizeof(ways[0]); i++) {
		if (strcmp(ways[i].name, argv[1]) == 0) {
			int rc = ways[i].run(argc - 2, argv + 2);
			fprintf(stderr, "churn %s: %s\n", argv[1], strerror(errno));
			return rc;
		}
	}
	fprintf(stderr, "usage: churn exchange|grow|truncate|punch|replace|xattr|lease FILE...\n");
	return 99;
}
