/* cfg_delete.c - zonecfg delete: the zone's configuration goes; its files stay. */
#include "cmd/cfg.h"

#include "util/alloc.h"

int cfg_delete(struct session *session, const struct command *command)
{
	bool force = command_option(command, 'F');
	enum zone_operation operation = force ? OP_FORCE_DELETE : OP_DELETE;
	int rc = 0;
	/* Of a damaged zone the state is found out when it is stored. */
	if (session->exists && !session->damaged)
		rc = zone_state_allows(
			session->stored.state, operation, session->name, session->messages);
	AUTO_FREE char *question = xasprintf("Really delete zone %s", session->name);
	if (rc == 0)
		rc = session_confirm(session, "delete", question, force);
	if (rc < 0)
		return rc;
	struct target before = { 0 };
	target_copy(&before, &session->target);
	zone_free(session->target.zone);
	session->target = (struct target){ .replaces = session->exists, .force = force };
	if (session->dialogue)
		rc = session_store(session);
	/* What was refused must not happen later, at the end of the dialogue. */
	if (rc < 0)
		target_copy(&session->target, &before);
	zone_free(before.zone);
	return rc;
}
