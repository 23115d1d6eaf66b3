/* adm_ready.c - zoneadm ready: all that a zone runs on, but no process. */
#include "cmd/life.h"

#include <stddef.h>

int adm_ready(struct adm *adm, int argc, char **argv)
{
	if (argc > 1)
		return cmd_usage_error(adm, argv[0], "%s: no operand is expected", argv[1]);
	struct control_request request = { .verb = CONTROL_READY, .lock_fd = -1 };
	int status = life_start(adm, &request, NULL);
	runtime_boot_free(&request.boot);
	return status;
}
