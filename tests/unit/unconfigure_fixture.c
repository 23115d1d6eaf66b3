/* unconfigure_fixture.c - what the tests of resetting a root share. */
#include "unconfigure_fixture.h"

#include "identity/unconfigure.h"
#include "util/alloc.h"

#include <dirent.h>
#include <string.h>

int reset(struct root_fixture *fixture)
{
	static const struct unconfigure_policy policy = { 0 };
	return unconfigure(fixture->root, &policy, fixture->messages);
}

void assert_no_temporary(struct root_fixture *fixture)
{
	AUTO_FREE char *path = xasprintf("%s/root/etc", fixture->zone->path);
	DIR *dir = opendir(path);
	assert_non_null(dir);
	for (struct dirent *entry; (entry = readdir(dir));)
		if (strncmp(entry->d_name, ".zoneadm-", 9) == 0)
			fail_msg("%s is left", entry->d_name);
	closedir(dir);
}
