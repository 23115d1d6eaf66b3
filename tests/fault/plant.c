/*
 * plant.c - make large trees faster than a shell can.
 *
 *   plant files DIR N       N empty files
 *   plant dirs DIR N        N empty directories
 *   plant links DIR FILE N  N more names of FILE, in DIR
 *   plant deep DIR N        N levels, a file and a side directory at each
 *   plant farm DIR N M D    N inodes of M names each, spread over D directories
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void check(int rc, const char *what)
{
	if (rc >= 0)
		return;
	fprintf(stderr, "plant: %s: %s\n", what, strerror(errno));
	exit(99);
}

static void make_file(int dirfd, const char *name)
{
	int fd = openat(dirfd, name, O_WRONLY | O_CREAT | O_EXCL, 0644);
	check(fd, name);
	close(fd);
}

static void deep(int dirfd, long levels)
{
	for (long i = 0; i < levels; i++) {
		make_file(dirfd, "file");
		check(mkdirat(dirfd, "side", 0755), "side");
		check(mkdirat(dirfd, "d", 0755), "d");
		int next = openat(dirfd, "d", O_RDONLY | O_DIRECTORY);
		check(next, "d");
		close(dirfd);
		dirfd = next;
	}
}

static void farm(int dirfd, long inodes, long names, long dirs)
{
	char name[64], first[64];
	for (long d = 0; d < dirs; d++) {
		snprintf(name, sizeof(name), "%ld", d);
		check(mkdirat(dirfd, name, 0755), name);
	}
	for (long i = 0; i < inodes; i++) {
		snprintf(first, sizeof(first), "%ld/%ld.0", i % dirs, i);
		make_file(dirfd, first);
		for (long n = 1; n < names; n++) {
			snprintf(name, sizeof(name), "%ld/%ld.%ld", (i + n) % dirs, i, n);
			check(linkat(dirfd, first, dirfd, name, 0), name);
		}
	}
}

int main(int argc, char **argv)
{
	char name[64];
	if (argc < 4) {
		fprintf(stderr, "usage: plant files|dirs|links|deep|farm DIR ...\n");
		return 99;
	}
	umask(022);
	int dirfd = open(argv[2], O_RDONLY | O_DIRECTORY);
	check(dirfd, argv[2]);
	long n = strtol(argv[argc == 5 ? 4 : 3], NULL, 10);
	if (strcmp(argv[1], "deep") == 0) {
		deep(dirfd, n);
		return 0;
	}
	if (strcmp(argv[1], "farm") == 0 && argc == 6) {
		farm(dirfd, strtol(argv[3], NULL, 10), strtol(argv[4], NULL, 10),
			strtol(argv[5], NULL, 10));
		return 0;
	}
	for (long i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "%ld", i);
		if (strcmp(argv[1], "files") == 0)
			make_file(dirfd, name);
		else if (strcmp(argv[1], "dirs") == 0)
			check(mkdirat(dirfd, name, 0755), name);
		else
			check(linkat(AT_FDCWD, argv[3], dirfd, name, 0), name);
	}
	return 0;
}
