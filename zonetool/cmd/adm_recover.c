/* adm_recover.c - zoneadm recover: finish or undo what a dead command left of a zone. */
#include "cmd/work.h"

#include <string.h>

int adm_recover(struct adm *adm, int argc, char **argv)
{
	bool give_up = argc == 2 && strcmp(argv[1], "-F") == 0;
	if (argc > 1 && !give_up)
		return cmd_usage_error(adm, "recover", "only -F is expected");
	AUTO_WORK work = { .lock_fd = -1, .give_up = give_up };
	/* Which every command does that changes the zone. */
	return work_begin(adm, OP_RECOVER, &work) < 0 ? CMD_FAILED : CMD_DONE;
}
