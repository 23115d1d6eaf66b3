/* cfg_select.c - zonecfg select: change one resource that the zone has. */
#include "cmd/cfg.h"

#include "util/alloc.h"

#include <errno.h>

/* "net 192.0.2.1 eth0, net 192.0.2.2 eth0": the caller's. */
static char *titles(const struct session *session, const struct resource_type *type)
{
	struct str list = STR_EMPTY;
	for (size_t i = 0; i < session->target.zone->count; i++) {
		if (session->target.zone->resources[i]->type != type)
			continue;
		AUTO_FREE char *title = resource_title(session->target.zone->resources[i]);
		text_addf(&list, "%s%s", list.len ? ", " : "", title);
	}
	return text_take(&list);
}

int cfg_select(struct session *session, const struct command *command)
{
	AUTO_FREE size_t *positions = NULL;
	long count = session_match(session, command, &positions);
	if (count < 0)
		return (int)count;
	const struct resource_type *type = resource_type_find(command->word);
	int rc = session_allows_type(session, type);
	if (rc < 0)
		return rc;
	AUTO_FREE char *list = titles(session, type);
	if (count == 0)
		return message_error(session->messages, -ENOENT,
			"the zone has no such %s: it has %s", type->name,
			*list ? list : "none; \"add\" begins one");
	if (count > 1) {
		AUTO_FREE char *example = session_example(session, positions);
		return message_error(session->messages, -EINVAL,
			"%ld resources are meant (%s): say which, such as \"select %s %s\"", count,
			list, type->name, example);
	}
	session->edited_at = (long)positions[0];
	session->edited = resource_copy(session->target.zone->resources[positions[0]]);
	return 0;
}
