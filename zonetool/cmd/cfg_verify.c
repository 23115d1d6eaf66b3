/*
 * cfg_verify.c - zonecfg verify: is the configuration complete, and does it agree with itself? What
 * depends on this machine and on other zones is checked by zoneadm verify.
 */
#include "cmd/cfg.h"

#include <errno.h>

int cfg_verify(struct session *session, const struct command *command)
{
	if (session->edited)
		return message_error(session->messages, -EINVAL,
			"the %s is not ended: end or cancel it before %s",
			session->edited->type->name, verb_rows[command->verb].name);
	return zone_check(session->target.zone, session->messages);
}
