/*
 * hunter.c - in a zone: wait for processes that run PROGRAM, one of the host's, and open it and the
 * libraries that they have, through /proc, to be written to. Prints "caught" for each, and
 * "writable PATH" for what could be opened so. Nothing is written.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TRIES = 2000 }; /* of opening what is still being run */

/* Read a link as a text. Returns whether there is one. */
static int read_link(const char *path, char text[4096])
{
	ssize_t len = readlink(path, text, 4095);
	text[len > 0 ? len : 0] = '\0';
	return len > 0;
}

/* Whether a file is the zone's: the process has become a program of the zone in between. */
static bool is_own(int fd)
{
	struct stat file, root;
	return fstat(fd, &file) < 0 || stat("/", &root) < 0 || file.st_dev == root.st_dev;
}

static void try_libraries(int pid)
{
	char path[64], link[600], name[4096];
	snprintf(path, sizeof(path), "/proc/%d/map_files", pid);
	DIR *dir = opendir(path);
	for (struct dirent *entry; dir && (entry = readdir(dir));) {
		snprintf(link, sizeof(link), "%s/%s", path, entry->d_name);
		if (*entry->d_name == '.' || !read_link(link, name) || *name != '/')
			continue;
		/* Closed at once: while it is open, the host cannot run what needs it. */
		int fd = open(link, O_RDWR | O_CLOEXEC);
		if (fd < 0)
			continue;
		if (!is_own(fd))
			printf("writable %s\n", name);
		close(fd);
	}
	if (dir)
		closedir(dir);
}

static void try_program(int fd, const char *name)
{
	char again[64];
	snprintf(again, sizeof(again), "/proc/self/fd/%d", fd);
	for (int i = 0; i < TRIES; i++) {
		int opened = open(again, O_RDWR | O_CLOEXEC);
		if (opened >= 0) {
			close(opened);
			printf("writable %s\n", name);
			return;
		}
		/* As long as it is being run nobody can. */
		if (errno != ETXTBSY)
			return;
		usleep(1000);
	}
}

static void look_at(int pid, const char *program)
{
	char path[64], name[4096];
	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	if (!read_link(path, name) || !strstr(name, program))
		return;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (!is_own(fd)) {
		try_libraries(pid);
		try_program(fd, name);
		puts("caught");
	}
	close(fd);
}

static int newest_pid(void)
{
	int pid = 0;
	FILE *file = fopen("/proc/sys/kernel/ns_last_pid", "r");
	if (!file || fscanf(file, "%d", &pid) != 1)
		exit(1);
	fclose(file);
	return pid;
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	setvbuf(stdout, NULL, _IOLBF, 0);
	puts("ready");
	for (int last = newest_pid();;) {
		int newest = newest_pid();
		for (; last < newest; last++)
			look_at(last + 1, argv[1]);
	}
}
