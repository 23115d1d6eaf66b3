/* cfg_add.c - zonecfg add: begin a resource, or add items to a list of one. */
#include "cmd/cfg.h"

#include "util/alloc.h"

#include <errno.h>

static int begin_resource(struct session *session, const struct resource_type *type)
{
	int rc = session_allows_type(session, type);
	if (rc < 0)
		return rc;
	session->edited = resource_new(type);
	session->edited_at = -1;
	/* Two of a kind that is there once would only be refused at the end. */
	for (size_t i = 0; (type->flags & TYPE_SINGLE) && i < session->target.zone->count; i++) {
		if (session->target.zone->resources[i]->type != type)
			continue;
		resource_free(session->edited);
		session->edited = NULL;
		return message_error(session->messages, -EEXIST,
			"the zone has a %s already: \"select %s\" to change it", type->name,
			type->name);
	}
	return 0;
}

static int add_items(struct session *session, const struct command *command)
{
	const struct prop *prop = session_prop(session, command->word);
	if (!prop)
		return -EINVAL;
	if (prop->kind != PROP_LIST && prop->kind != PROP_TUPLES)
		return message_error(session->messages, -EINVAL,
			"%s is no list: \"set %s=%s\" sets it", prop->name, prop->name,
			prop->example);
	struct value *value = session_value(session, prop);
	AUTO_VALUE longer = value_copy(value);
	longer.form = command->value.form;
	for (size_t i = 0; i < command->value.count; i++)
		value_take(&longer, xstrdup(command->value.items[i]));
	int rc = prop_check(prop, &longer, session->messages);
	if (rc < 0)
		return rc;
	value_free(value);
	*value = longer;
	longer = VALUE_EMPTY;
	return 0;
}

int cfg_add(struct session *session, const struct command *command)
{
	if (session->edited && command->has_value)
		return add_items(session, command);
	if (session->edited)
		return message_error(session->messages, -EINVAL,
			"a %s is being edited: end or cancel it first, or add a value to one of "
			"its lists",
			session->edited->type->name);
	if (command->has_value)
		return message_error(session->messages, -EINVAL,
			"add takes the kind of resource alone, such as \"add fs\"; what follows "
			"belongs behind it, such as \"set dir=/export\"");
	const struct resource_type *type = session_type(session, command->word);
	return type ? begin_resource(session, type) : -EINVAL;
}
