/* adm_shutdown.c - zoneadm shutdown: have a zone's init end it, and boot it again perhaps. */
#include "cmd/life.h"

#include "util/option.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

enum {
	TIMEOUT_MAX_S = 3600,
};

static bool parse_timeout(const char *text, unsigned *ret_timeout)
{
	char *end;
	errno = 0;
	unsigned long seconds = strtoul(text, &end, 10);
	if (!isdigit((unsigned char)*text) || *end || errno || seconds < 1
		|| seconds > TIMEOUT_MAX_S)
		return false;
	*ret_timeout = (unsigned)seconds;
	return true;
}

/* Returns NULL, or what is wrong. */
static const char *parse(int argc, char **argv, struct control_request *request, char ***ret_words)
{
	static const struct option longs[] = { { 0 } };
	optind = 0;
	for (int letter; (letter = option_next(argc, argv, "+rt:", longs)) != -1;) {
		if (letter == 'r')
			request->reboot = true;
		else if (letter == '?')
			return option_wrong();
		else if (!parse_timeout(optarg, &request->timeout))
			return "-t is a number of seconds from 1 to 3600; halt does not wait at "
			       "all";
	}
	const char *wrong = life_parse_words(argc, argv, ret_words);
	return !wrong && *ret_words && !request->reboot
		? "arguments for the zone's init make sense with -r only"
		: wrong;
}

int adm_shutdown(struct adm *adm, int argc, char **argv)
{
	struct control_request request = {
		.verb = CONTROL_SHUTDOWN, .timeout = CONTROL_SHUTDOWN_S, .lock_fd = -1
	};
	char **words;
	const char *wrong = parse(argc, argv, &request, &words);
	if (wrong)
		return cmd_usage_error(adm, "shutdown", "%s", wrong);
	if (life_check(adm, OP_SHUTDOWN) < 0)
		return CMD_FAILED;
	int status = request.reboot ? life_restart(adm, &request, words) : life_ask(adm, &request);
	runtime_boot_free(&request.boot);
	return status;
}
