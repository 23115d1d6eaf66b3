/* items_logs.c - what a system wrote down about its life. */
#include "identity/items.h"

#include "util/root.h"

#include <fnmatch.h>
#include <sys/stat.h>

/* Names of logs that nobody writes to any more. */
static const char *const rotated[] = { "*.gz", "*.xz", "*.bz2", "*.zst", "*.lz4", "*.[0-9]",
	"*.[0-9][0-9]", "*.[0-9][0-9][0-9]",
	"*-[12][0-9][0-9][0-9][01][0-9][0-3][0-9]" /* logrotate's dateext */ };

static bool is_rotated(const char *name)
{
	for (size_t i = 0; i < sizeof(rotated) / sizeof(*rotated); i++)
		if (fnmatch(rotated[i], name, 0) == 0)
			return true;
	return false;
}

/* Files stay, with their owners and modes: some programs cannot make their log themselves. */
static int visit_log(const struct root_walk *walk, const struct root_name *name)
{
	if (S_ISDIR(name->type))
		return ROOT_ENTER;
	if (!S_ISREG(name->type))
		return 0;
	return is_rotated(name->name) ? root_unlink(name, walk->messages)
				      : root_truncate(name, walk->messages);
}

int item_logs(int root_fd, struct messages *messages)
{
	const struct root_walk walk = { visit_log, NULL, NULL, messages };
	return root_walk(root_fd, "var/log", true, &walk);
}
