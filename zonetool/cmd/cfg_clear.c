/* cfg_clear.c - zonecfg clear: unset a property. */
#include "cmd/cfg.h"

#include <errno.h>

int cfg_clear(struct session *session, const struct command *command)
{
	const struct prop *prop = session_prop(session, command->word);
	if (!prop)
		return -EINVAL;
	if (prop->flags & (PROP_FIXED | PROP_REQUIRED))
		return message_error(session->messages, -EINVAL,
			"%s cannot be cleared, as %s needs it: \"set %s=%s\" gives it another "
			"value",
			prop->name, session_scope_name(session), prop->name, prop->example);
	int rc = session_allows_prop(session, prop);
	if (rc < 0)
		return rc;
	value_free(session_value(session, prop));
	return 0;
}
