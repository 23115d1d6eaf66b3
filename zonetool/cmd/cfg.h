/*
 * cfg.h - zonecfg's commands. A session edits one zone in memory; commit, delete and the end store
 * it. cfg_<command>.c has the function of each command, cfg_session.c what they share.
 *
 * Input that does not come from a person (-f, operands, a pipe) is one transaction: the first error
 * ends it and nothing is stored; commit and delete take effect when all of it has succeeded.
 */
#ifndef CMD_CFG_H
#define CMD_CFG_H

#include "grammar/command.h"
#include "zone/registry.h"

#include <stdbool.h>
#include <stdio.h>

/* What a zone is to be. */
struct target {
	struct zone *zone; /* NULL: none; create is to be said, or delete was */
	bool replaces;     /* it has nothing to do with what is stored, which goes */
	bool force;        /* ... also if the zone is installed */
};

struct session {
	struct registry *registry;
	struct messages *messages;
	bool dialogue; /* a person types and reads: commit stores at once */
	bool person;   /* somebody can answer questions */
	bool done;     /* exit was said */
	int lock_fd;   /* the lock of the zone, -1: not held */

	char *name;                  /* the zone, as -z or the last rename said */
	bool exists;                 /* stored is a zone of the registry */
	struct registry_zone stored; /* as it was read; stored.zone may be NULL if it is damaged */
	bool damaged;                /* it exists, but cannot be read */
	struct target target;        /* what is to be stored */
	struct target committed;     /* as the last commit of a script found it */
	bool has_committed;

	struct resource *edited; /* between add or select and end or cancel; else NULL */
	long edited_at;          /* its position in zone->resources, or -1: it is new */
};

/*
 * Begin: read the zone, if there is one. Of a damaged one, which is told, only delete and create
 * can be said. The caller sets dialogue and person. Returns 0, or a negative errno, described:
 * nothing can be read. session_free() frees it in either case.
 */
int session_init(struct session *session, struct registry *registry, const char *name,
	struct messages *messages);
void session_free(struct session *session);

/* Carry out one command. Returns 0 or a negative errno, described. */
int session_execute(struct session *session, const struct command *command);

/* Whether something is not stored yet. */
bool session_changed(const struct session *session);
/* Check what is edited, and store it, or its deletion. */
int session_store(struct session *session);
/* Read the zone again, forgetting changes. */
int session_reload(struct session *session);
/* The end of input that is no dialogue: store, unless a resource is not ended. */
int session_finish(struct session *session);
/* Whether to leave a dialogue: stores, and asks if that is not possible. */
bool session_leave(struct session *session, bool force);
/*
 * Before something is thrown away: force, or a person's yes to the question. Returns 0, -ECANCELED
 * if it was no, or -EPERM, described, if there is nobody to ask; what is "delete" or the like.
 */
int session_confirm(
	const struct session *session, const char *what, const char *question, bool force);

/* Make *to the same as *from; what it had is freed. */
void target_copy(struct target *to, const struct target *from);
/* Where set, clear and info look: the resource being edited, or the zone's own properties. */
struct resource *session_scope(const struct session *session);
/* The value of one of its properties. */
struct value *session_value(const struct session *session, const struct prop *prop);
/* What it calls that: "net", "the zone". */
const char *session_scope_name(const struct session *session);
/* The property of that name in this scope; NULL: described. A refused one is described, too. */
const struct prop *session_prop(const struct session *session, const char *name);
/* The type of resource of that name; NULL: described. */
const struct resource_type *session_type(const struct session *session, const char *name);
/* Whether the stored state allows to change resources of this type, or this property. */
int session_allows_type(const struct session *session, const struct resource_type *type);
int session_allows_prop(const struct session *session, const struct prop *prop);

/*
 * Positions of the resources that a command's word and filters select: *ret_positions, the
 * caller's. Returns how many, or a negative errno, described: there is no such type, or a filter is
 * wrong.
 */
long session_match(
	const struct session *session, const struct command *command, size_t **ret_positions);

/*
 * An example of a filter that tells the first two of these resources apart, such as
 * "address=192.0.2.1": the caller's.
 */
char *session_example(const struct session *session, const size_t *positions);

/* Append a list as it is typed: [a,b]. */
void session_add_list(struct str *text, const struct value *value);

/* One per verb. */
int cfg_add(struct session *session, const struct command *command);
int cfg_cancel(struct session *session, const struct command *command);
int cfg_clear(struct session *session, const struct command *command);
int cfg_commit(struct session *session, const struct command *command);
int cfg_create(struct session *session, const struct command *command);
int cfg_delete(struct session *session, const struct command *command);
int cfg_end(struct session *session, const struct command *command);
int cfg_exit(struct session *session, const struct command *command);
int cfg_export(struct session *session, const struct command *command);
int cfg_help(struct session *session, const struct command *command);
int cfg_info(struct session *session, const struct command *command);
int cfg_remove(struct session *session, const struct command *command);
int cfg_revert(struct session *session, const struct command *command);
int cfg_select(struct session *session, const struct command *command);
int cfg_set(struct session *session, const struct command *command);
int cfg_verify(struct session *session, const struct command *command);

/* Print how zonecfg is called; long with what each command is for. */
void cfg_usage(FILE *out);
/* Print help on a topic, or the list of commands if it is NULL. Returns 0, or -ENOENT: unknown. */
int cfg_help_topic(const char *topic, struct messages *messages);

#endif
