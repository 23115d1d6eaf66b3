/* cfg_cancel.c - zonecfg cancel: leave a resource, forgetting what was changed in it. */
#include "cmd/cfg.h"

int cfg_cancel(struct session *session, const struct command *command)
{
	(void)command;
	resource_free(session->edited);
	session->edited = NULL;
	return 0;
}
