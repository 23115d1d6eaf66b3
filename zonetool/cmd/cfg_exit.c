/* cfg_exit.c - zonecfg exit: leave; what was changed is stored first. */
#include "cmd/cfg.h"

int cfg_exit(struct session *session, const struct command *command)
{
	/* Input that is no dialogue is finished by whoever reads it. */
	session->done = !session->dialogue || session_leave(session, command_option(command, 'F'));
	return 0;
}
