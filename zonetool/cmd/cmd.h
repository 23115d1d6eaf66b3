/* cmd.h - zoneadm's subcommands: a row of the table each, and a file cmd/adm_NAME.c. */
#ifndef CMD_CMD_H
#define CMD_CMD_H

#include "zone/here.h"
#include "zone/registry.h"

#include <stdio.h>

/* Exit statuses, as zoneadm(8) documents them. */
enum {
	CMD_DONE = 0,
	CMD_FAILED = 1,
	CMD_USAGE = 2,
};

/* What a subcommand finds. */
struct adm {
	struct messages *messages;
	struct here here;
	struct registry *registry;       /* NULL: not needed, or inside a zone */
	struct index index;              /* all zones; inside a zone, that one only */
	const struct index_entry *entry; /* the zone of -z or -u, in index; NULL: none was given */
};

enum cmd_flags {
	CMD_REGISTRY = 1 << 0, /* looks at the zones */
	CMD_ZONE = 1 << 1,     /* needs -z or -u, and not the global zone */
	CMD_INSIDE = 1 << 2,   /* works inside a zone, too */
};

struct cmd {
	const char *name;              /* as typed */
	const char *usage;             /* what follows the name, or "" */
	const char *help;              /* one or more lines */
	unsigned flags;                /* enum cmd_flags */
	enum zone_operation operation; /* what the zone's state must allow; OP_COUNT: anything */
	/* argv[0] is the name. Returns an exit status. */
	int (*run)(struct adm *adm, int argc, char **argv);
};
extern const struct cmd cmds[];
extern const size_t cmd_count;

/* The row of this name, or NULL. */
const struct cmd *cmd_find(const char *name);

/* Print how the program is called, and its subcommands; with their help, or without. */
void cmd_print_usage(FILE *out, bool help);
/* The same for one subcommand. */
void cmd_print_usage_of(FILE *out, const struct cmd *cmd);

/* Describe a wrong command line and show how the subcommand is called. Returns CMD_USAGE. */
int cmd_usage_error(const struct adm *adm, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Whether -z or -u names a zone, and not the global one; name is the subcommand's. Returns 0 or
 * -EINVAL, described.
 */
int cmd_check_zone(const struct adm *adm, const char *name);

/*
 * Read the index, or read it again; the zone of -z or -u is then looked up by its name. Returns 0
 * or a negative errno, described: -ENOENT: there is no such zone any more.
 */
int adm_read_index(struct adm *adm);

int adm_attach(struct adm *adm, int argc, char **argv);
int adm_boot(struct adm *adm, int argc, char **argv);
int adm_clone(struct adm *adm, int argc, char **argv);
int adm_detach(struct adm *adm, int argc, char **argv);
int adm_halt(struct adm *adm, int argc, char **argv);
int adm_help(struct adm *adm, int argc, char **argv);
int adm_install(struct adm *adm, int argc, char **argv);
int adm_list(struct adm *adm, int argc, char **argv);
int adm_mark(struct adm *adm, int argc, char **argv);
int adm_move(struct adm *adm, int argc, char **argv);
int adm_ready(struct adm *adm, int argc, char **argv);
int adm_reboot(struct adm *adm, int argc, char **argv);
int adm_recover(struct adm *adm, int argc, char **argv);
int adm_shutdown(struct adm *adm, int argc, char **argv);
int adm_uninstall(struct adm *adm, int argc, char **argv);
int adm_verify(struct adm *adm, int argc, char **argv);

#endif
