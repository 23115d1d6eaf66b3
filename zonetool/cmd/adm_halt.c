/* adm_halt.c - zoneadm halt: end a zone's life, or what is left of one. */
#include "cmd/life.h"

#include "util/alloc.h"

#include <unistd.h>

/*
 * Whether there is a record of a life, or the socket of a supervisor, which one that was killed
 * has left. Returns 1, 0 or a negative errno, described.
 */
static int find_remains(const struct adm *adm)
{
	AUTO_LIVE live;
	AUTO_FREE char *path = xasprintf(REGISTRY_RUN_PATH "/%s.zoneadmd", adm->entry->name);
	int rc = registry_live(adm->registry, adm->entry->name, &live, adm->messages);
	if (rc)
		return rc;
	return live.supervisor.pid || live.engine.pid || live.init.pid || access(path, F_OK) == 0;
}

int adm_halt(struct adm *adm, int argc, char **argv)
{
	if (argc > 1)
		return cmd_usage_error(adm, argv[0], "%s: no operand is expected", argv[1]);
	if (life_check(adm, OP_HALT) < 0)
		return CMD_FAILED;
	/* What a supervisor that was killed has left is taken away by a new one. */
	int left = find_remains(adm);
	if (left < 0)
		return CMD_FAILED;
	if (left)
		return life_ask(
			adm, &(struct control_request){ .verb = CONTROL_HALT, .lock_fd = -1 });
	message_note(adm->messages, "zone %s is already halted", adm->entry->name);
	return CMD_DONE;
}
