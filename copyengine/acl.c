/* acl.c - access control lists where they must be understood. */
#include "acl.h"

#include <acl/libacl.h>
#include <stdio.h>
#include <sys/acl.h>

static acl_t get_acl(const struct object *object)
{
	if (!object->path_only)
		return acl_get_fd(object->fd);
	char path[32];
	snprintf(path, sizeof(path), "/proc/self/fd/%d", object->fd);
	return S_ISLNK(object->st.stx_mode) ? NULL : acl_get_file(path, ACL_TYPE_ACCESS);
}

static uint32_t entry_bits(acl_entry_t entry)
{
	acl_permset_t perms;
	if (acl_get_permset(entry, &perms) != 0)
		return 0;
	return (acl_get_perm(perms, ACL_READ) ? 4u : 0) | (acl_get_perm(perms, ACL_WRITE) ? 2u : 0)
		| (acl_get_perm(perms, ACL_EXECUTE) ? 1u : 0);
}

/* The owning group's rights as they count: its entry, limited by the mask. */
static uint32_t group_bits(acl_t acl)
{
	uint32_t group = 0, mask = 7;
	acl_entry_t entry;
	for (int rc = acl_get_entry(acl, ACL_FIRST_ENTRY, &entry); rc == 1;
		rc = acl_get_entry(acl, ACL_NEXT_ENTRY, &entry)) {
		acl_tag_t tag;
		if (acl_get_tag_type(entry, &tag) != 0)
			continue;
		if (tag == ACL_GROUP_OBJ)
			group = entry_bits(entry);
		else if (tag == ACL_MASK)
			mask = entry_bits(entry);
	}
	return group & mask;
}

uint32_t acl_mode_without(const struct object *object)
{
	uint32_t mode = object->st.stx_mode;
	acl_t acl = get_acl(object);
	if (!acl)
		return mode;
	mode = (mode & ~070u) | group_bits(acl) << 3;
	acl_free(acl);
	return mode;
}

bool acl_is_trivial(const struct object *object)
{
	acl_t acl = get_acl(object);
	if (!acl)
		return false;
	bool trivial = acl_equiv_mode(acl, NULL) == 0;
	acl_free(acl);
	return trivial;
}

void acl_text(const struct object *object, struct str *text)
{
	acl_t acl = get_acl(object);
	if (!acl)
		return;
	char *words = acl_to_any_text(acl, NULL, ',', TEXT_ABBREVIATE | TEXT_NUMERIC_IDS);
	if (words)
		str_adds(text, words);
	acl_free(words);
	acl_free(acl);
}
