/* adm_recover.c - zoneadm recover: finish or undo what a dead command left of a zone. */
#include "cmd/work.h"

int adm_recover(struct adm *adm, int argc, char **argv)
{
	(void)argv;
	if (argc > 1)
		return cmd_usage_error(adm, "recover", "no operand is expected");
	AUTO_WORK work = { .lock_fd = -1 };
	/* Which every command does that changes the zone. */
	return work_begin(adm, OP_RECOVER, &work) < 0 ? CMD_FAILED : CMD_DONE;
}
