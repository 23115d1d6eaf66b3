/* acl.h - access control lists where they must be understood, not only carried (libacl). */
#ifndef CE_ACL_H
#define CE_ACL_H

#include "base/str.h"
#include "object.h"

/*
 * The mode an object should have where its ACL cannot follow it. With an ACL, the group bits of
 * the mode are the mask, an upper bound for named users; without it they would become the group's
 * own rights. Returns the mode with the group bits narrowed to what the owning group really has, or
 * the object's mode if it has no ACL.
 */
uint32_t acl_mode_without(const struct object *object);

/* Whether losing the access ACL loses nothing, since the mode says the same. */
bool acl_is_trivial(const struct object *object);

/* Append the access ACL in its short text form; nothing if there is none. */
void acl_text(const struct object *object, struct str *text);

#endif
