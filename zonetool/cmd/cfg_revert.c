/* cfg_revert.c - zonecfg revert: back to what is stored, or what a script has committed. */
#include "cmd/cfg.h"

#include <errno.h>

/* A script's commit is a point to go back to, although nothing is stored yet. */
static int back(struct session *session)
{
	if (!session->has_committed)
		return session_reload(session);
	target_copy(&session->target, &session->committed);
	return 0;
}

int cfg_revert(struct session *session, const struct command *command)
{
	if (!session->exists && !session->has_committed)
		return message_error(session->messages, -ENOENT,
			"zone %s was never stored: there is nothing to go back to", session->name);
	/* Without changes of ours, what somebody else has changed meanwhile is read. */
	int rc = 0;
	if (session_changed(session))
		rc = session_confirm(session, "revert",
			"Really forget all changes since the last commit",
			command_option(command, 'F'));
	return rc < 0 ? rc : back(session);
}
