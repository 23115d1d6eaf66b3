/* cfg_remove.c - zonecfg remove: resources of the zone, or items of a resource's list. */
#include "cmd/cfg.h"

#include "util/alloc.h"

#include <errno.h>

static int remove_items(struct session *session, const struct command *command)
{
	const struct prop *prop = session_prop(session, command->word);
	if (!prop)
		return -EINVAL;
	if ((prop->kind != PROP_LIST && prop->kind != PROP_TUPLES) || !command->has_value)
		return message_error(session->messages, -EINVAL,
			"in a resource, remove takes items out of a list, such as \"remove options "
			"nosuid\" or \"remove options [size=1m]\"; a property is unset with clear");
	AUTO_VALUE unwanted = value_copy(&command->value);
	int rc = prop_check(prop, &unwanted, session->messages);
	struct value *value = session_value(session, prop);
	AUTO_VALUE rest = value_copy(value);
	for (size_t i = 0; rc == 0 && i < unwanted.count; i++) {
		long at = value_find(&rest, unwanted.items[i]);
		if (at < 0)
			return message_error(session->messages, -ENOENT,
				"%s has no %s: \"info\" shows it", prop->name, unwanted.items[i]);
		value_remove(&rest, (size_t)at);
	}
	if (rc < 0)
		return rc;
	value_free(value);
	*value = rest;
	rest = VALUE_EMPTY;
	return 0;
}

/* Whether several resources may go at once. */
static int confirm(const struct session *session, const struct command *command,
	const size_t *positions, long count)
{
	const char *name = command->word;
	bool force = command_option(command, 'F');
	if (!force && !session->person) {
		AUTO_FREE char *example = session_example(session, positions);
		return message_error(session->messages, -EPERM,
			"%ld resources %s are meant: name one, such as \"remove %s %s\", or say "
			"\"remove -F %s\" for all",
			count, name, name, example, name);
	}
	AUTO_FREE char *question = xasprintf("Really remove all %ld resources %s", count, name);
	return session_confirm(session, "remove", question, force);
}

static int remove_resources(struct session *session, const struct command *command)
{
	AUTO_FREE size_t *positions = NULL;
	long count = session_match(session, command, &positions);
	if (count < 0)
		return (int)count;
	int rc = session_allows_type(session, resource_type_find(command->word));
	if (rc < 0)
		return rc;
	if (count == 0)
		return message_error(session->messages, -ENOENT,
			"the zone has no such %s: \"info %s\" shows what it has", command->word,
			command->word);
	rc = count > 1 ? confirm(session, command, positions, count) : 0;
	if (rc < 0)
		return rc;
	/* From the end, so that the other positions stay right. */
	while (count--)
		resource_free(zone_take(session->target.zone, positions[count]));
	return 0;
}

int cfg_remove(struct session *session, const struct command *command)
{
	if (session->edited)
		return remove_items(session, command);
	if (command->has_value)
		return message_error(session->messages, -EINVAL,
			"remove takes a resource and which one it is, such as \"remove fs "
			"dir=/export\"");
	return remove_resources(session, command);
}
