/* cmd.c - the table of zoneadm's subcommands, the help that is made of it, what they share. */
#include "cmd/cmd.h"

#include "util/alloc.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

enum {
	ZONE = CMD_REGISTRY | CMD_ZONE,
};

const struct cmd cmds[] = {
	{ "help", "[SUBCOMMAND...]", "Show how zoneadm, or a subcommand, is called.", CMD_INSIDE,
		OP_COUNT, adm_help },
	{ "boot", "[-s] [--sysidcfg FILE] [-- ARGUMENT...]",
		"Start the zone. The arguments are given to its init, in place of its bootargs.\n"
		"-s: to a shell for maintenance, for a single user.\n"
		"--sysidcfg: with answers to the questions of the first boot, see sysidcfg(5).",
		ZONE, OP_COUNT, adm_boot },
	{ "halt", "", "Stop the zone at once, without shutting it down.", ZONE, OP_COUNT,
		adm_halt },
	{ "ready", "", "Set up what the zone runs on, without starting processes.", ZONE, OP_COUNT,
		adm_ready },
	{ "shutdown", "[-t SECONDS] [-r [-- ARGUMENT...]]",
		"Shut the zone down as its init does it, and wait for that.\n"
		"-t: halt it if that takes longer; 90 if not given.\n"
		"-r: then boot it again.",
		ZONE, OP_COUNT, adm_shutdown },
	{ "reboot", "[-- ARGUMENT...]", "Halt the zone and boot it again.", ZONE, OP_COUNT,
		adm_reboot },
	{ "list", "[-c | -i] [-n] [-p | -v | -j]",
		"List the running zones, or the one of -z or -u.\n"
		"-i: the installed ones, too; -c: all; -n: not the global zone.\n"
		"-v: as a table; -p: in fields for programs; -j: as JSON.",
		CMD_REGISTRY | CMD_INSIDE, OP_COUNT, adm_list },
	{ "verify", "",
		"Check the zone's configuration against itself, the other zones and this host.\n"
		"Nothing is changed.",
		ZONE, OP_VERIFY, adm_verify },
	{ "install",
		"[-m METHOD] [-x nodataset] [--keep-identity] [--keep-logs] [--lossy]\n"
		"\t[--root-password keep | ask] [--sysidcfg FILE] [DIRECTORY | FILE]",
		"Make the zone's root, and fill it.\n"
		"-m packages: with the packages of this host; this is the default.\n"
		"-m directory: as a copy of DIRECTORY, the root of a system.\n"
		"-m archive: from FILE, an archive of tar(1); \"-\" is standard input.\n"
		"-x nodataset: in a directory, where it would be a dataset or subvolume.\n"
		"--keep-identity: with the identity of the system it is made from; --keep-logs:\n"
		"with its logs only. --root-password keep: the first boot asks for none.\n"
		"--sysidcfg: with answers to the questions of the first boot, see sysidcfg(5).\n"
		"--lossy: without what the new place cannot hold, such as ACLs.",
		ZONE, OP_COUNT, adm_install },
	{ "uninstall", "[-F]", "Remove all files of the zone.\n-F: without asking.", ZONE, OP_COUNT,
		adm_uninstall },
	{ "clone",
		"[-m auto | copy | snapshot] [-s SNAPSHOT] [-x nodataset]\n"
		"\t[--keep-identity] [--keep-logs] [--lossy] [--root-password keep | ask]\n"
		"\t[--sysidcfg FILE] [--verify] SOURCE",
		"Install the zone as a copy of the zone SOURCE, without its identity.\n"
		"-m auto: as the storage does it cheapest, the default; -m copy: by copying;\n"
		"-m snapshot: without copying, or not at all.\n"
		"-s SNAPSHOT: from this snapshot of SOURCE, instead of a new one.\n"
		"-x nodataset: in a directory, where it would be a dataset or subvolume.\n"
		"--keep-identity: with the identity of SOURCE; --keep-logs: with its logs only.\n"
		"--root-password keep: the first boot asks for none.\n"
		"--sysidcfg: with answers to the questions of the first boot, see sysidcfg(5).\n"
		"--lossy: without what the new place cannot hold, such as ACLs.\n"
		"--verify: compare the contents of files after a copy, too.",
		ZONE, OP_COUNT, adm_clone },
	{ "move", "[-n] [-x nodataset] [--lossy] [--verify] ZONEPATH",
		"Move the zone's files to another zonepath, on any file system.\n"
		"-n: only say what would be done, and whether it fits.\n"
		"-x nodataset: as a directory, where a copy would be a dataset or subvolume.\n"
		"--lossy: without what the new place cannot hold, such as ACLs.\n"
		"--verify: compare the contents of files after a copy, too.",
		ZONE, OP_COUNT, adm_move },
	{ "detach", "[-n]",
		"Make the zone ready to be taken elsewhere: its zonepath records what it is.\n"
		"-n: only print the record.",
		ZONE, OP_COUNT, adm_detach },
	{ "attach", "[-F | -u | -n [-u | MANIFEST]]",
		"Install the zone from the files of a detached one, which are in its zonepath.\n"
		"-F: without comparing packages, or without a record of what it is.\n"
		"-u: if it inherits directories, bring its packages to the versions of this host\n"
		"first; with -n, only say which.\n"
		"-n: only check whether that can be done; of a record, MANIFEST, \"-\" for\n"
		"standard input, instead of a zone: whether it fits this host.",
		CMD_REGISTRY, OP_COUNT, adm_attach },
	{ "mark", "incomplete", "Mark the zone as incomplete: it can be uninstalled only.", ZONE,
		OP_COUNT, adm_mark },
	{ "recover", "[-F]",
		"Finish or undo what an interrupted command has left of the zone.\n"
		"-F: also if a file system that it was at work on is not mounted: give up on it.",
		ZONE, OP_COUNT, adm_recover },
};
const size_t cmd_count = sizeof(cmds) / sizeof(cmds[0]);

const struct cmd *cmd_find(const char *name)
{
	for (size_t i = 0; i < cmd_count; i++)
		if (strcmp(cmds[i].name, name) == 0)
			return &cmds[i];
	return NULL;
}

static void print_name(FILE *out, const struct cmd *cmd)
{
	fprintf(out, "%s%s%s\n", cmd->name, *cmd->usage ? " " : "", cmd->usage);
}

/* A row's help, each line behind a tab. */
static void print_help(FILE *out, const struct cmd *cmd)
{
	for (const char *line = cmd->help; *line;) {
		int len = (int)strcspn(line, "\n");
		fprintf(out, "\t%.*s\n", len, line);
		line += len + (line[len] == '\n');
	}
}

void cmd_print_usage(FILE *out, bool help)
{
	fputs("usage:\tzoneadm help [SUBCOMMAND...]\n"
	      "\tzoneadm [-z ZONE | -u UUID] list [OPTION...]\n"
	      "\tzoneadm {-z ZONE | -u UUID} SUBCOMMAND [ARGUMENT...]\n"
	      "\tzoneadm --help | --version\n"
	      "\n"
	      "Subcommands:\n"
	      "\n",
		out);
	for (size_t i = 0; i < cmd_count; i++) {
		print_name(out, &cmds[i]);
		if (help)
			print_help(out, &cmds[i]);
	}
	if (help)
		fputs("\nExit status: 0 done, 1 failed, 2 wrong usage.\nThe manual: man zoneadm\n",
			out);
}

void cmd_print_usage_of(FILE *out, const struct cmd *cmd)
{
	const char *zone = cmd->flags & CMD_ZONE ? " {-z ZONE | -u UUID}"
		: cmd->flags & CMD_REGISTRY      ? " [-z ZONE | -u UUID]"
						 : "";
	fprintf(out, "usage:\tzoneadm%s ", zone);
	print_name(out, cmd);
	print_help(out, cmd);
}

int cmd_usage_error(const struct adm *adm, const char *name, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	AUTO_FREE char *text = xvasprintf(format, args);
	va_end(args);
	message_error(adm->messages, -EINVAL, "%s: %s", name, text);
	cmd_print_usage_of(stderr, cmd_find(name));
	return CMD_USAGE;
}

int cmd_check_zone(const struct adm *adm, const char *name)
{
	if (!adm->entry)
		return message_error(adm->messages, -EINVAL,
			"%s: which zone? Name it: zoneadm -z ZONE %s", name, name);
	if (strcmp(adm->entry->name, "global") == 0)
		return message_error(adm->messages, -EINVAL,
			"%s: the global zone is the host itself: name another zone", name);
	return 0;
}

int adm_read_index(struct adm *adm)
{
	AUTO_FREE char *name = adm->entry ? xstrdup(adm->entry->name) : NULL;
	struct index now;
	int rc = registry_index(adm->registry, &now, adm->messages);
	if (rc < 0)
		return rc;
	/* The host is there whatever the file says. */
	if (!index_find(&now, "global"))
		index_add(&now, "global", STATE_INSTALLED, "/");
	index_free(&adm->index);
	adm->index = now;
	adm->entry = name ? index_find(&adm->index, name) : NULL;
	return name && !adm->entry ? registry_unknown(name, adm->messages) : 0;
}
