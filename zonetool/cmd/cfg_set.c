/* cfg_set.c - zonecfg set: give a property a value. */
#include "cmd/cfg.h"

#include "util/alloc.h"
#include "zone/name.h"

#include <errno.h>
#include <string.h>

/* Whether the value is "set p=" or "set p=\"\"": for what can be unset it means just that. */
static bool is_nothing(const struct prop *prop, const struct value *value)
{
	return value->form == VALUE_SIMPLE && value->count == 1 && !*value->items[0]
		&& !(prop->flags & (PROP_REQUIRED | PROP_FIXED));
}

/* A zone's name is more than text: it must be free to take. */
static int check_name(const struct session *session, const char *name)
{
	if (zone_name_reserved(name))
		return message_error(session->messages, -EPERM,
			"zonename: names beginning with SUNW are kept for templates");
	if (!session->exists || session->damaged || strcmp(name, session->name) == 0)
		return 0;
	return zone_state_allows(
		session->stored.state, OP_RENAME, session->name, session->messages);
}

int cfg_set(struct session *session, const struct command *command)
{
	const struct prop *prop = session_prop(session, command->word);
	if (!prop)
		return -EINVAL;
	struct value *slot = session_value(session, prop);
	AUTO_VALUE value = value_copy(&command->value);
	if (is_nothing(prop, &value))
		value_free(&value);
	else if (prop_check(prop, &value, session->messages) < 0)
		return -EINVAL;
	/* What it is already can be set in every state. */
	if (value_equal(&value, slot))
		return 0;
	int rc = session_allows_prop(session, prop);
	if (rc == 0 && prop == &resource_types[RES_ZONE].props[ZONE_NAME])
		rc = check_name(session, value.items[0]);
	if (rc < 0)
		return rc;
	value_free(slot);
	*slot = value;
	value = VALUE_EMPTY;
	return 0;
}
