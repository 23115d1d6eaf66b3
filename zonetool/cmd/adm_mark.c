/* adm_mark.c - zoneadm mark incomplete: what is wrong with a zone is to be uninstalled. */
#include "cmd/work.h"

#include <string.h>

int adm_mark(struct adm *adm, int argc, char **argv)
{
	if (argc != 2 || strcmp(argv[1], "incomplete") != 0)
		return cmd_usage_error(adm, "mark", "the word incomplete is expected");
	AUTO_WORK work = { .lock_fd = -1 };
	if (work_begin(adm, OP_MARK, &work) < 0)
		return CMD_FAILED;
	return work_step(&work, NULL, STATE_INCOMPLETE, NULL) < 0 ? CMD_FAILED : CMD_DONE;
}
