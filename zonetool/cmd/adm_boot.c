/* adm_boot.c - zoneadm boot: start a zone. */
#include "cmd/life.h"

#include "identity/sysidcfg.h"
#include "util/option.h"

#include <stddef.h>

int adm_boot(struct adm *adm, int argc, char **argv)
{
	static const struct option longs[] = { { "sysidcfg", required_argument, NULL, 'c' },
		{ 0 } };
	struct control_request request = { .verb = CONTROL_BOOT, .lock_fd = -1 };
	const char *sysidcfg = NULL;
	char **words;
	optind = 0;
	for (int letter; (letter = option_next(argc, argv, "+s", longs)) != -1;) {
		if (letter == 's')
			request.boot.single_user = true;
		else if (letter == 'c')
			sysidcfg = optarg;
		else
			return cmd_usage_error(adm, "boot", "%s", option_wrong());
	}
	const char *wrong = life_parse_words(argc, argv, &words);
	if (wrong)
		return cmd_usage_error(adm, "boot", "%s", wrong);
	int rc = sysidcfg ? sysidcfg_read(sysidcfg, &request.boot.sysidcfg, adm->messages) : 0;
	int status = rc < 0 ? CMD_FAILED : life_start(adm, &request, words);
	runtime_boot_free(&request.boot);
	return status;
}
