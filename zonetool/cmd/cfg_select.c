/* cfg_select.c - zonecfg select: change one resource that the zone has. */
#include "cmd/cfg.h"

#include "util/alloc.h"

#include <errno.h>

/* "net 192.0.2.1 eth0, net 192.0.2.2 eth0": the caller's. */
static char *titles(const struct session *session, const struct resource_type *type)
{
	struct str list = STR_EMPTY;
	for (size_t i = 0; i < session->zone->count; i++) {
		if (session->zone->resources[i]->type != type)
			continue;
		AUTO_FREE char *title = resource_title(session->zone->resources[i]);
		text_addf(&list, "%s%s", list.len ? ", " : "", title);
	}
	return text_take(&list);
}

int cfg_select(struct session *session, const struct command *command)
{
	const struct resource_type *type = session_type(session, command->word);
	int rc = type ? session_allows_type(session, type) : -EINVAL;
	if (rc < 0)
		return rc;
	AUTO_FREE size_t *positions = NULL;
	long count = session_match(session, type, command, &positions);
	if (count < 0)
		return (int)count;
	AUTO_FREE char *list = titles(session, type);
	if (count == 0)
		return message_error(session->messages, -ENOENT,
			"the zone has no such %s: it has %s", type->name,
			*list ? list : "none; \"add\" begins one");
	if (count > 1)
		return message_error(session->messages, -EINVAL,
			"%ld resources are meant (%s): say which, such as \"select %s %s=%s\"",
			count, list, type->name, type->props[0].name, type->props[0].example);
	session->edited_at = (long)positions[0];
	session->edited = resource_copy(session->zone->resources[positions[0]]);
	return 0;
}
