/*
 * cfg_commit.c - zonecfg commit: store the zone. In input that is no dialogue it checks only: what
 * is stored is stored at its end, when everything has succeeded.
 */
#include "cmd/cfg.h"

int cfg_commit(struct session *session, const struct command *command)
{
	int rc = cfg_verify(session, command);
	if (rc < 0)
		return rc;
	if (session->dialogue)
		return session_store(session);
	target_copy(&session->committed, &session->target);
	session->has_committed = true;
	return 0;
}
