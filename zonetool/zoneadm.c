/*
 * zoneadm.c - zoneadm: administer zones. The global options, the zone they name, and what every
 * subcommand demands before it runs.
 *
 * The map of what is not on that in zonecfg.c, from the top:
 *
 *   zonename.c    the third program: which zone is this?
 *   cmd/          one subcommand, one file: adm_attach.c adm_boot.c adm_clone.c adm_detach.c
 *                   adm_halt.c adm_help.c adm_install.c adm_list.c adm_mark.c adm_move.c
 *                   adm_ready.c adm_reboot.c adm_recover.c adm_shutdown.c adm_uninstall.c
 *                   adm_verify.c
 *     cmd.c           the table of subcommands, and the help that is made of it
 *     work.c          a zone that a subcommand changes; look.c: one that is only looked at
 *     work_make.c     a new zonepath, whole or not at all; work_copy.c: what fills it
 *     work_remove.c   an old one goes; work_recover.c: what a dead command left
 *     clone_check.c   can this zone be a clone of that one, as both are configured?
 *     inventory.c     what is installed in a zone, beside what was, and beside this host
 *     attach_update.c its packages are brought to those of this host
 *     life.c          what boot, ready, halt, shutdown and reboot share: they ask zoneadmd
 *     task.c          a root is filled or changed: in a process with mounts of its own, with a log
 *   storage/      how zonepaths are made, cloned, renamed, removed
 *     storage.c       which backend a place has: directory.c btrfs.c
 *     zfs.c           the third one: zfs_list.c zfs_clone.c zfs_destroy.c
 *   install/      where the root of a zone comes from
 *     install.c       the sources: directory.c
 *     packages.c      this host's packages: packages_choose.c packages_version.c,
 *                       packages_files.c packages_paths.c, packages_config.c packages_deb.c,
 *                       packages_owners.c packages_database.c packages_configure.c
 *     packages_update.c  packages of a zone that is there; packages_stage.c: its database then,
 *                       packages_merge.c: files that replace those of the zone
 *     archive.c       an archive; unpack.c unpack_acl.c unpack_later.c make what is in it
 *     dpkg.c          the database of dpkg(1)
 *     mounts.c log.c  what is mounted meanwhile; the log
 *   runtime/      inside.c: a program in the root of a zone that does not run, in engine.c;
 *                   control_client.c: what zoneadmd is asked; the rest is on the map in zoneadmd.c
 *   identity/     unconfigure.c: what makes a system the one it is, taken out of a clone
 *     items.c         what takes more than removing files, by subject: items_host.c
 *                     items_network.c items_logs.c
 *     sysidcfg.c      answers for the first boot: sysidcfg_words.c sysidcfg_check.c read them,
 *                       sysidcfg_apply.c sysidcfg_network.c sysidcfg_files.c sysidcfg_boot.c
 *                       give them to the zone
 *   zone/
 *     verify.c        a configuration beside this machine and the other zones, by subject:
 *                       verify_zonepath.c verify_fs.c verify_net.c verify_host.c; with
 *                       verify_address.c, verify_mounts.c: what is mounted on the host
 *     registry_step.c operations of several steps: what each stores; operation.c: their record
 *     mounting.c      a file system of a zone is mounted
 *     path.c busy.c   where a zone may live; who uses a tree
 *     manifest.c      what a detached zone was
 *   util/         clock.c interface.c json.c nearest.c
 *     tree.c          copying and removing trees with libcopyengine: the only place that does
 *     root.c          files inside a root that is not to be trusted; root_walk.c: directories
 *     run.c           other programs
 *     mountinfo.c     the kernel's table of mounts
 */
#include "cmd/cmd.h"
#include "util/alloc.h"
#include "util/nearest.h"
#include "util/option.h"
#include "util/program.h"

#include <errno.h>
#include <string.h>
#include <uuid.h>

/* The command line, up to the subcommand. */
struct arguments {
	const char *zone, *uuid; /* -z, -u, or NULL */
	bool help, version;
	char **rest; /* the subcommand and what follows it */
	int rest_count;
};

/* Returns 0, or -EINVAL, described. */
static int parse(int argc, char **argv, struct arguments *ret_arguments, struct messages *messages)
{
	static const struct option longs[] = { { "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'v' }, { 0 } };
	struct arguments arguments = { 0 };
	for (int c; (c = option_next(argc, argv, "+z:u:", longs)) != -1;) {
		if (c == 'h')
			arguments.help = true;
		else if (c == 'v')
			arguments.version = true;
		else if (c == 'z' && !arguments.zone)
			arguments.zone = optarg;
		else if (c == 'u' && !arguments.uuid)
			arguments.uuid = optarg;
		else if (c == 'z' || c == 'u')
			return message_error(messages, -EINVAL, "-%c can be given once", c);
		else
			return message_error(messages, -EINVAL, "%s", option_wrong());
	}
	if (arguments.zone && arguments.uuid)
		return message_error(messages, -EINVAL, "-z and -u both name the zone: choose one");
	arguments.rest = argv + optind;
	arguments.rest_count = argc - optind;
	*ret_arguments = arguments;
	return 0;
}

/* ---- which zone ---- */

static int find_by_uuid(struct adm *adm, const char *text)
{
	uuid_t wanted, have;
	if (uuid_parse(text, wanted) < 0)
		return message_error(adm->messages, -EINVAL,
			"\"%s\" is not a UUID, such as zoneadm list -p shows in its fifth field",
			text);
	for (size_t i = 0; i < adm->index.count; i++) {
		const struct index_line *line = &adm->index.lines[i];
		if (line->text || uuid_parse(line->entry.uuid, have) < 0
			|| uuid_compare(wanted, have) != 0)
			continue;
		if (adm->entry)
			return message_error(adm->messages, -EINVAL,
				"zones %s and %s both have UUID %s: name one of them with -z",
				adm->entry->name, line->entry.name, text);
		adm->entry = &line->entry;
	}
	if (!adm->entry)
		return message_error(adm->messages, -ENOENT, "no zone has UUID %s", text);
	return 0;
}

static int find_zone(struct adm *adm, const struct arguments *arguments)
{
	if (arguments->uuid)
		return find_by_uuid(adm, arguments->uuid);
	adm->entry = index_find(&adm->index, arguments->zone);
	return adm->entry ? 0 : registry_unknown(arguments->zone, adm->messages);
}

/* The zones there are. What others are told we do when they wait for us: the whole command. */
static int open_zones(struct adm *adm, const char *command)
{
	if (here_find(&adm->here, adm->messages) < 0)
		return -EIO;
	if (!here_global(&adm->here)) {
		index_add(&adm->index, adm->here.zonename, STATE_RUNNING, "/");
		return 0;
	}
	int rc = registry_open(command, &adm->registry, adm->messages);
	return rc < 0 ? rc : adm_read_index(adm);
}

/* ---- what every subcommand demands ---- */

static int check(const struct adm *adm, const struct cmd *cmd)
{
	struct messages *messages = adm->messages;
	if (adm->here.zonename && !here_global(&adm->here) && !(cmd->flags & CMD_INSIDE))
		return message_error(messages, -EPERM,
			"%s: this is zone %s, and zones are administered in the global zone",
			cmd->name, adm->here.zonename);
	return cmd->flags & CMD_ZONE ? cmd_check_zone(adm, cmd->name) : 0;
}

static int run(struct adm *adm, const struct cmd *cmd, const struct arguments *arguments)
{
	if (check(adm, cmd) < 0)
		return CMD_FAILED;
	if (cmd->operation != OP_COUNT
		&& zone_state_allows(
			   adm->entry->state, cmd->operation, adm->entry->name, adm->messages)
			< 0)
		return CMD_FAILED;
	return cmd->run(adm, arguments->rest_count, arguments->rest);
}

/* ---- from the command line to the subcommand ---- */

static int unknown_subcommand(const char *name, struct messages *messages)
{
	const char *names[64] = { NULL };
	for (size_t i = 0; i < cmd_count && i < 63; i++)
		names[i] = cmds[i].name;
	const char *nearest = nearest_word(name, names);
	message_error(messages, -EINVAL, "there is no subcommand %s%s%s%s", name,
		nearest ? ": did you mean " : "", nearest ? nearest : "", nearest ? "?" : "");
	cmd_print_usage(stderr, false);
	return CMD_USAGE;
}

/* The command line in one line, for whoever waits for us. The caller's. */
static char *command_text(int argc, char **argv)
{
	AUTO_STR text = STR_EMPTY;
	for (int i = 0; i < argc; i++)
		text_addf(&text, "%s%s", i ? " " : "", argv[i]);
	return text_take(&text);
}

static int dispatch(struct adm *adm, const struct arguments *arguments, const char *command)
{
	const char *name = arguments->rest[0];
	const struct cmd *cmd = cmd_find(name);
	bool named = arguments->zone || arguments->uuid;
	if (cmd && arguments->rest_count > 1 && strcmp(arguments->rest[1], "--help") == 0) {
		cmd_print_usage_of(stdout, cmd);
		return CMD_DONE;
	}
	if ((named || (cmd && cmd->flags & CMD_REGISTRY)) && open_zones(adm, command) < 0)
		return CMD_FAILED;
	if (named && find_zone(adm, arguments) < 0)
		return CMD_FAILED;
	return cmd ? run(adm, cmd, arguments) : unknown_subcommand(name, adm->messages);
}

int main(int argc, char **argv)
{
	static char name[] = "zoneadm";
	struct messages messages = { .emit = program_emit, .user = name };
	struct arguments arguments = { 0 };
	program_begin();
	argv[0] = name; /* what others are told who wait for us */
	if (parse(argc, argv, &arguments, &messages) < 0
		|| (!arguments.rest_count && !arguments.help && !arguments.version)) {
		cmd_print_usage(stderr, false);
		return CMD_USAGE;
	}
	if (arguments.help || arguments.version) {
		if (arguments.help)
			cmd_print_usage(stdout, true);
		else
			program_version(name);
		return program_end(CMD_DONE, &messages);
	}
	static char buffer[1 << 16];
	setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
	AUTO_FREE char *command = command_text(argc, argv);
	struct adm adm = { .messages = &messages };
	int status = dispatch(&adm, &arguments, command);
	registry_close(adm.registry);
	index_free(&adm.index);
	here_free(&adm.here);
	return program_end(status, &messages);
}
