/* adm_reboot.c - zoneadm reboot: halt a zone and boot it again. */
#include "cmd/life.h"

#include "util/option.h"

int adm_reboot(struct adm *adm, int argc, char **argv)
{
	static const struct option longs[] = { { 0 } };
	struct control_request request = { .verb = CONTROL_REBOOT, .lock_fd = -1 };
	char **words;
	optind = 0;
	if (option_next(argc, argv, "+", longs) != -1)
		return cmd_usage_error(adm, "reboot", "%s", option_wrong());
	const char *wrong = life_parse_words(argc, argv, &words);
	if (wrong)
		return cmd_usage_error(adm, "reboot", "%s", wrong);
	if (life_check(adm, OP_REBOOT) < 0)
		return CMD_FAILED;
	int status = life_restart(adm, &request, words);
	runtime_boot_free(&request.boot);
	return status;
}
