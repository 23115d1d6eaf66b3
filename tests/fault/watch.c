/*
 * watch.c - look at a tree again and again, as an attacker would, for moments in which a file gives
 * more rights than it is to have in the end: watch TREE UID MODE. Any file owned by another than
 * UID with a set-id bit or a permission that nobody but its owner is to have, ends it with status 1
 * and a line; SIGTERM with status 0.
 */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static volatile sig_atomic_t over;

static void stop(int number)
{
	(void)number;
	over = 1;
}

static int look(const char *tree, uid_t uid, mode_t mode)
{
	DIR *dir = opendir(tree);
	struct dirent *entry;
	struct stat st;
	int bad = 0;
	while (dir && !bad && (entry = readdir(dir))) {
		if (fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0
			|| !S_ISREG(st.st_mode))
			continue;
		mode_t m = st.st_mode & 07777;
		bad = st.st_uid == uid ? (m & ~mode) != 0 : (m & 07077) != 0;
		if (bad)
			printf("%s: owner %u, mode %04o\n", entry->d_name, st.st_uid, m);
	}
	if (dir)
		closedir(dir);
	return bad;
}

int main(int argc, char **argv)
{
	if (argc != 4) {
		fprintf(stderr, "usage: watch DIRECTORY UID MODE\n");
		return 99;
	}
	struct sigaction action = { .sa_handler = stop };
	sigaction(SIGTERM, &action, NULL);
	unsigned long rounds = 0;
	while (!over) {
		if (look(argv[1], (uid_t)strtoul(argv[2], NULL, 10),
			    (mode_t)strtoul(argv[3], NULL, 8)))
			return 1;
		rounds++;
	}
	return rounds > 0 ? 0 : 99;
}
