/*
 * unpack_acl.c - ACLs of an archive's entries, as the kernel takes them (acl(5)). tar(1) names
 * users and groups in them: they are those of the system in the archive, not this host's.
 */
#include "install/unpack_private.h"

#include "util/alloc.h"
#include "util/root.h"

#include <endian.h>
#include <errno.h>
#include <grp.h>
#include <linux/limits.h>
#include <linux/posix_acl.h>
#include <linux/posix_acl_xattr.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/xattr.h>

/* A row of an ACL, as libarchive has it. */
struct row {
	int perm, tag;
	int id; /* -1: it only has a name */
	const char *name;
};

/* The two that an object can have. */
static const struct {
	int type;
	const char *xattr;
} kinds[] = {
	{ ARCHIVE_ENTRY_ACL_TYPE_ACCESS, "system.posix_acl_access" },
	{ ARCHIVE_ENTRY_ACL_TYPE_DEFAULT, "system.posix_acl_default" },
};

bool unpack_is_acl(const char *xattr)
{
	return strcmp(xattr, kinds[0].xattr) == 0 || strcmp(xattr, kinds[1].xattr) == 0;
}

bool unpack_has_acls(struct archive_entry *entry)
{
	const char *name;
	const void *value;
	size_t size;
	if (archive_entry_acl_types(entry))
		return true;
	archive_entry_xattr_reset(entry);
	while (archive_entry_xattr_next(entry, &name, &value, &size) == ARCHIVE_OK)
		if (unpack_is_acl(name))
			return true;
	return false;
}

/* ---- names ---- */

/* etc/passwd or etc/group below the root, as a stream; NULL: there is none. */
static FILE *open_names(struct unpack *unpack, bool group)
{
	struct messages quiet = messages_quiet();
	char **text = &unpack->names[group];
	size_t len;
	if (!*text
		&& root_read(unpack->root_fd, group ? "etc/group" : "etc/passwd", ROOT_TEXT_MAX,
			   text, &len, &quiet)
			< 0)
		return NULL;
	return **text ? fmemopen(*text, strlen(*text), "r") : NULL;
}

/* The number of a user or group of the system in the archive. */
static bool find_id(struct unpack *unpack, bool group, const char *name, uint32_t *ret_id)
{
	FILE *file = open_names(unpack, group);
	bool found = false;
	while (file && !found) {
		struct group *gr = group ? fgetgrent(file) : NULL;
		struct passwd *pw = group ? NULL : fgetpwent(file);
		if (!gr && !pw)
			break;
		found = strcmp(gr ? gr->gr_name : pw->pw_name, name) == 0;
		*ret_id = gr ? gr->gr_gid : pw->pw_uid;
	}
	if (file)
		fclose(file);
	return found;
}

/* ---- from an entry to an attribute ---- */

/* In the kernel's order. */
static int compare(const void *a, const void *b)
{
	const struct posix_acl_xattr_entry *first = a, *second = b;
	uint32_t tags[] = { le16toh(first->e_tag), le16toh(second->e_tag) };
	uint32_t ids[] = { le32toh(first->e_id), le32toh(second->e_id) };
	if (tags[0] != tags[1])
		return tags[0] < tags[1] ? -1 : 1;
	return ids[0] < ids[1] ? -1 : ids[0] > ids[1];
}

/* The kernel's tag, or 0. */
static unsigned tag_of(int tag)
{
	static const struct {
		int archive;
		unsigned kernel;
	} tags[] = {
		{ ARCHIVE_ENTRY_ACL_USER_OBJ, ACL_USER_OBJ },
		{ ARCHIVE_ENTRY_ACL_USER, ACL_USER },
		{ ARCHIVE_ENTRY_ACL_GROUP_OBJ, ACL_GROUP_OBJ },
		{ ARCHIVE_ENTRY_ACL_GROUP, ACL_GROUP },
		{ ARCHIVE_ENTRY_ACL_MASK, ACL_MASK },
		{ ARCHIVE_ENTRY_ACL_OTHER, ACL_OTHER },
	};
	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
		if (tags[i].archive == tag)
			return tags[i].kernel;
	return 0;
}

/* One row of the attribute. Returns 0 or a negative errno, described. */
static int add_row(
	struct unpack *unpack, const char *path, const struct row *row, struct str *value)
{
	bool group = row->tag == ARCHIVE_ENTRY_ACL_GROUP;
	bool named = group || row->tag == ARCHIVE_ENTRY_ACL_USER;
	const char *name = row->name ? row->name : "";
	uint32_t id = named ? (uint32_t)row->id : (uint32_t)ACL_UNDEFINED_ID;
	if (!tag_of(row->tag) || value->len > XATTR_SIZE_MAX)
		return unpack_fail(unpack, -EINVAL, "understand the ACL of", path);
	if (named && row->id < 0 && !find_id(unpack, group, name, &id)) {
		AUTO_FREE char *shown = root_shown(name);
		AUTO_FREE char *verb = xasprintf("give its ACL, which names the %s \"%s\", to",
			group ? "group" : "user", shown);
		return unpack_fail(unpack, -ESRCH, verb, path);
	}
	struct posix_acl_xattr_entry entry = { htole16((uint16_t)tag_of(row->tag)),
		htole16((uint16_t)row->perm), htole32(id) };
	if (str_add(value, (const char *)&entry, sizeof(entry)) < 0)
		alloc_failed();
	return 0;
}

/* Append the attribute of an ACL, if the entry has it. Returns 0 or a negative errno, described. */
static int compose(struct unpack *unpack, const char *path, struct archive_entry *entry, int kind,
	struct str *value)
{
	struct posix_acl_xattr_header header = { htole32(POSIX_ACL_XATTR_VERSION) };
	struct row row;
	int type, rc = 0;
	if (archive_entry_acl_reset(entry, kind) == 0)
		return 0;
	if (str_add(value, (const char *)&header, sizeof(header)) < 0)
		alloc_failed();
	while (rc == 0
		&& archive_entry_acl_next(
			   entry, kind, &type, &row.perm, &row.tag, &row.id, &row.name)
			== ARCHIVE_OK)
		rc = add_row(unpack, path, &row, value);
	if (rc == 0)
		qsort(value->data + sizeof(header),
			(value->len - sizeof(header)) / sizeof(struct posix_acl_xattr_entry),
			sizeof(struct posix_acl_xattr_entry), compare);
	return rc;
}

/* The attribute itself, which some archives have besides, or only: with numbers. */
static bool find_raw(struct archive_entry *entry, const char *wanted, struct str *value)
{
	const char *name;
	const void *bytes;
	size_t size;
	archive_entry_xattr_reset(entry);
	while (archive_entry_xattr_next(entry, &name, &bytes, &size) == ARCHIVE_OK)
		if (strcmp(name, wanted) == 0) {
			str_truncate(value, 0);
			if (str_add(value, bytes, size) < 0)
				alloc_failed();
			return true;
		}
	return false;
}

int unpack_acls(struct unpack *unpack, int fd, const char *path, struct archive_entry *entry)
{
	struct via via = via_fd(fd);
	if (archive_entry_acl_types(entry) & ARCHIVE_ENTRY_ACL_TYPE_NFS4)
		return unpack_lose(unpack, -EOPNOTSUPP, "give an ACL of NFSv4 to", path);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		AUTO_STR value = STR_EMPTY;
		int rc = find_raw(entry, kinds[i].xattr, &value)
			? 0
			: compose(unpack, path, entry, kinds[i].type, &value);
		if (rc == 0 && value.len
			&& setxattr(via.path, kinds[i].xattr, value.data, value.len, 0) < 0)
			rc = unpack_lose(unpack, -errno, "give the ACL to", path);
		if (rc < 0)
			return rc;
	}
	return 0;
}
