/* cfg_end.c - zonecfg end: check the resource being edited and put it into the zone. */
#include "cmd/cfg.h"

int cfg_end(struct session *session, const struct command *command)
{
	(void)command;
	struct zone *zone = session->target.zone;
	struct resource *before = NULL, **slot = NULL;
	if (session->edited_at >= 0) {
		/* In its place, so that it is not taken for a second one. */
		slot = &zone->resources[session->edited_at];
		before = *slot;
		*slot = session->edited;
	}
	int rc = resource_check(zone, session->edited, session->messages);
	if (rc < 0) {
		if (slot)
			*slot = before;
		return rc;
	}
	if (slot)
		resource_free(before);
	else
		zone_add(zone, session->edited);
	session->edited = NULL;
	return 0;
}
