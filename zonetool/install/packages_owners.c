/* packages_owners.c - whose the host's files are, who may read them, and whose they become. */
#include "install/packages_private.h"

#include "util/alloc.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/limits.h>
#include <linux/posix_acl.h>
#include <linux/posix_acl_xattr.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

enum {
	OWNERS_FIXED_MAX = 99, /* users and groups that are the same on each system */
	OWNER_NOBODY = 65534,
};

static const char *const acl_names[] = { "system.posix_acl_access", "system.posix_acl_default" };
enum { ACL_COUNT = sizeof(acl_names) / sizeof(acl_names[0]) };

/* An ACL as the kernel has it. */
union acl {
	char bytes[XATTR_SIZE_MAX];
	struct {
		struct posix_acl_xattr_header header;
		struct posix_acl_xattr_entry entries[];
	} parts;
};
#define HEADER_LEN sizeof(struct posix_acl_xattr_header)
#define ENTRY_LEN sizeof(struct posix_acl_xattr_entry)

/* Returns how many entries the ACL has, 0 if there is none, or a negative errno. */
static ssize_t read_acl(const char *path, const char *name, union acl *acl)
{
	ssize_t len = getxattr(path, name, acl->bytes, sizeof(acl->bytes));
	if (len < 0)
		return errno == ENODATA || errno == ENOTSUP ? 0 : -errno;
	return (size_t)len < HEADER_LEN ? 0 : (ssize_t)(((size_t)len - HEADER_LEN) / ENTRY_LEN);
}

bool owners_is_local(unsigned id)
{
	return id > OWNERS_FIXED_MAX && id != OWNER_NOBODY;
}

/* ---- what is of this host ---- */

static bool is_named(const struct posix_acl_xattr_entry *entry)
{
	unsigned tag = le16toh(entry->e_tag);
	return tag == ACL_USER || tag == ACL_GROUP;
}

static bool names_local(const struct posix_acl_xattr_entry *entry)
{
	return is_named(entry) && owners_is_local(le32toh(entry->e_id));
}

bool owners_local(const char *path, const struct stat *st)
{
	if (owners_is_local(st->st_uid) || owners_is_local(st->st_gid))
		return true;
	if (S_ISLNK(st->st_mode))
		return false;
	union acl acl;
	for (size_t kind = 0; kind < ACL_COUNT; kind++) {
		ssize_t count = read_acl(path, acl_names[kind], &acl);
		for (ssize_t i = 0; i < count; i++) {
			if (names_local(&acl.parts.entries[i]))
				return true;
		}
	}
	return false;
}

/* ---- giving it back to root ---- */

/* The entries without those of this host's users and groups. Returns how many are left. */
static size_t drop_local(struct posix_acl_xattr_entry *entries, size_t count)
{
	size_t kept = 0, named = 0;
	unsigned mask = 7;
	for (size_t i = 0; i < count; i++) {
		if (names_local(&entries[i]))
			continue;
		named += is_named(&entries[i]);
		if (le16toh(entries[i].e_tag) == ACL_MASK)
			mask = le16toh(entries[i].e_perm);
		entries[kept++] = entries[i];
	}
	if (named)
		return kept;
	/* A mask limits nobody any more but the group, which is not to get more than it had. */
	count = kept;
	kept = 0;
	for (size_t i = 0; i < count; i++) {
		unsigned tag = le16toh(entries[i].e_tag);
		if (tag == ACL_MASK)
			continue;
		if (tag == ACL_GROUP_OBJ)
			entries[i].e_perm = htole16((uint16_t)(le16toh(entries[i].e_perm) & mask));
		entries[kept++] = entries[i];
	}
	return kept;
}

static int take_back_acl(const char *path, const char *name)
{
	union acl acl;
	ssize_t count = read_acl(path, name, &acl);
	if (count <= 0)
		return (int)count;
	size_t kept = drop_local(acl.parts.entries, (size_t)count);
	if (kept == (size_t)count)
		return 0;
	return setxattr(path, name, acl.bytes, HEADER_LEN + kept * ENTRY_LEN, 0) < 0 ? -errno : 0;
}

/* A change of owner takes set-id bits off programs; it is not made without need. */
static int take_back_owner(int fd, const char *path, const struct stat *st)
{
	bool user = owners_is_local(st->st_uid), group = owners_is_local(st->st_gid);
	if (!user && !group)
		return 0;
	if (fchownat(fd, "", user ? 0 : (uid_t)-1, group ? 0 : (gid_t)-1, AT_EMPTY_PATH) < 0)
		return -errno;
	if (S_ISREG(st->st_mode) && st->st_mode & (S_ISUID | S_ISGID)
		&& chmod(path, st->st_mode & 01777) < 0)
		return -errno;
	return 0;
}

int owners_take_back(int fd)
{
	char path[32];
	struct stat st;
	if (fstat(fd, &st) < 0)
		return -errno;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	/* ACLs last: the mode is part of them. */
	int rc = take_back_owner(fd, path, &st);
	for (size_t kind = 0; rc == 0 && kind < ACL_COUNT && !S_ISLNK(st.st_mode); kind++)
		rc = take_back_acl(path, acl_names[kind]);
	return rc;
}

/* ---- who may read ---- */

/* Whether owner, group and all others have the permission, one of 4, 2 and 1. */
static bool all_may(const char *path, unsigned permission)
{
	struct stat st;
	union acl acl;
	if (lstat(path, &st) < 0)
		return false;
	if (S_ISLNK(st.st_mode))
		return true;
	if ((st.st_mode & permission * 0111) != permission * 0111)
		return false;
	ssize_t count = read_acl(path, acl_names[0], &acl);
	for (ssize_t i = 0; i < count; i++) {
		if (!(le16toh(acl.parts.entries[i].e_perm) & permission))
			return false;
	}
	return count >= 0;
}

bool owners_all_may_read(const char *path)
{
	AUTO_FREE char *above = xstrdup(path);
	for (char *slash = above + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		if (!all_may(above, 1))
			return false;
		*slash = '/';
	}
	return all_may(path, 4);
}
