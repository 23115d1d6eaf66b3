/* adm_help.c - zoneadm help: what the table of subcommands says. */
#include "cmd/cmd.h"

int adm_help(struct adm *adm, int argc, char **argv)
{
	if (argc == 1)
		cmd_print_usage(stdout, true);
	for (int i = 1; i < argc; i++) {
		const struct cmd *cmd = cmd_find(argv[i]);
		if (!cmd)
			return cmd_usage_error(adm, argv[0], "there is no subcommand %s", argv[i]);
		cmd_print_usage_of(stdout, cmd);
	}
	return CMD_DONE;
}
