/* install.c - the sources that the root of a zone can come from, and what they share. */
#include "install/install.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

static const struct install_ops *const sources[] = { &install_packages, &install_directory,
	&install_archive };

const struct install_ops *install_find(const char *name)
{
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
		if (strcmp(sources[i]->name, name) == 0)
			return sources[i];
	return NULL;
}

bool install_is_system(int dir_fd)
{
	struct stat st;
	return fstatat(dir_fd, "etc", &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode)
		&& (fstatat(dir_fd, "usr", &st, AT_SYMLINK_NOFOLLOW) == 0
			|| fstatat(dir_fd, "bin", &st, AT_SYMLINK_NOFOLLOW) == 0);
}
