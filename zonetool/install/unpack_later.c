/* unpack_later.c - what would be in the way of what comes later in the archive. */
#include "install/unpack_private.h"

#include "util/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/ioctl.h>

void unpack_remember(struct unpack *unpack, const char *path, struct archive_entry *entry)
{
	struct later later = { .directory = archive_entry_filetype(entry) == AE_IFDIR };
	unpack_times(entry, later.times);
	archive_entry_fflags(entry, &later.set, &later.clear);
	bool acls = unpack_has_acls(entry);
	if (!later.directory && !acls && !later.set)
		return;
	later.path = xstrdup(path);
	later.acls = acls ? archive_entry_clone(entry) : NULL;
	if (acls && !later.acls)
		alloc_failed();
	if (unpack->later_count == unpack->later_room) {
		unpack->later_room = unpack->later_room ? unpack->later_room * 2 : 256;
		unpack->later = xrealloc(unpack->later, unpack->later_room, sizeof(*unpack->later));
	}
	unpack->later[unpack->later_count++] = later;
}

int unpack_flags(
	struct unpack *unpack, int fd, const char *path, unsigned long set, unsigned long clear)
{
	int flags, now;
	if (!set && !clear)
		return 0;
	if (ioctl(fd, FS_IOC_GETFLAGS, &flags) < 0)
		return set ? unpack_lose(unpack, -errno, "give the flags to", path) : 0;
	now = (int)(((unsigned)flags | (unsigned)set) & ~(unsigned)clear);
	if (now == flags)
		return 0;
	if (ioctl(fd, FS_IOC_SETFLAGS, &now) < 0 || ioctl(fd, FS_IOC_GETFLAGS, &flags) < 0)
		return unpack_lose(unpack, -errno, "give the flags to", path);
	/* Some file systems leave away what they do not have. */
	if (((unsigned)flags & (unsigned)set) != (unsigned)set)
		return unpack_lose(unpack, -EOPNOTSUPP, "give the flags to", path);
	return 0;
}

static int set_acls_and_times(struct unpack *unpack, const struct later *later)
{
	AUTO_FD fd = unpack_open(unpack, later->path, O_PATH | O_NOFOLLOW);
	if (fd < 0)
		return unpack_fail(unpack, fd, "open", later->path);
	int rc = later->acls ? unpack_acls(unpack, fd, later->path, later->acls) : 0;
	if (rc == 0 && later->directory)
		rc = unpack_set_times(unpack, fd, later->path, later->times);
	return rc;
}

static int set_flags(struct unpack *unpack, const struct later *later)
{
	if (!later->set && !later->clear)
		return 0;
	AUTO_FD fd = unpack_open(
		unpack, later->path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return unpack_fail(unpack, fd, "give the flags to", later->path);
	return unpack_flags(unpack, fd, later->path, later->set, later->clear);
}

static void tell_loss(const struct unpack *unpack, const struct loss *loss, const char *what)
{
	if (loss->count)
		message_warning(unpack->job->messages,
			"the new place cannot hold %s of %" PRIu64 " objects, such as %s", what,
			loss->count, loss->first);
}

int unpack_finish(struct unpack *unpack)
{
	int rc = 0;
	for (size_t i = 0; i < unpack->later_count && rc == 0; i++)
		rc = set_acls_and_times(unpack, &unpack->later[i]);
	/* Some objects have several names, and an earlier one may forbid changes already. */
	for (size_t i = 0; i < unpack->later_count && rc == 0; i++)
		rc = set_flags(unpack, &unpack->later[i]);
	tell_loss(unpack, &unpack->rounded, "times exactly");
	tell_loss(unpack, &unpack->lost, "attributes, ACLs or flags");
	return rc;
}
