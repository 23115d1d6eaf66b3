/*
 * command.h - one command of zonecfg's language: the table of verbs, and what a line says once it
 * was understood. Names of resources and properties are text here; what they mean depends on where
 * the user is, so cmd/ looks them up.
 */
#ifndef GRAMMAR_COMMAND_H
#define GRAMMAR_COMMAND_H

#include "zone/value.h"

#include <stdbool.h>
#include <stddef.h>

enum verb {
	VERB_ADD,
	VERB_CANCEL,
	VERB_CLEAR,
	VERB_COMMIT,
	VERB_CREATE,
	VERB_DELETE,
	VERB_END,
	VERB_EXIT,
	VERB_EXPORT,
	VERB_HELP,
	VERB_INFO,
	VERB_REMOVE,
	VERB_REVERT,
	VERB_SELECT,
	VERB_SET,
	VERB_VERIFY,
	VERB_COUNT,
};

/* What may follow a verb and its options. */
enum verb_shape {
	SHAPE_NOTHING,      /* commit */
	SHAPE_WORD,         /* clear WORD */
	SHAPE_MAYBE,        /* help [WORD] */
	SHAPE_FILTER,       /* select WORD NAME=VALUE[,...]     the filter may be missing */
	SHAPE_MAYBE_FILTER, /* info [WORD [NAME=VALUE[,...]]] */
	SHAPE_ASSIGN,       /* set WORD=VALUE */
	SHAPE_ADD,          /* add WORD [VALUE] */
	SHAPE_REMOVE,       /* remove WORD [VALUE | NAME=VALUE[,...]]   a value with = is quoted */
};

enum verb_scope {
	SCOPE_ZONE = 1 << 0,     /* outside a resource */
	SCOPE_RESOURCE = 1 << 1, /* between add or select and end or cancel */
	SCOPE_BOTH = SCOPE_ZONE | SCOPE_RESOURCE,
};

/* One row per verb. */
struct verb_row {
	const char *name;
	const char *options; /* as for getopt(3): letters, with ":" if a word follows */
	enum verb_shape shape;
	unsigned scopes;   /* enum verb_scope */
	bool changes;      /* needs the right to change the zone */
	const char *usage; /* what follows the name in help */
	const char *help;  /* one or more lines */
};
extern const struct verb_row verb_rows[VERB_COUNT];

/* The verb of this name ("?" is help), or -1. */
int verb_find(const char *name);

enum {
	COMMAND_FILTERS_MAX = 8,
	COMMAND_OPTIONS_MAX = 4,
};

struct command_option {
	char letter;
	char *argument; /* owned; NULL if it takes none */
};

struct command_filter {
	char *name;
	struct value value;
};

struct command {
	enum verb verb;
	struct command_option options[COMMAND_OPTIONS_MAX];
	size_t option_count;
	char *word; /* NULL: none */
	bool has_value;
	struct value value; /* of set, add, remove */
	struct command_filter filters[COMMAND_FILTERS_MAX];
	size_t filter_count;
};

/* The option of this letter, or NULL. */
const struct command_option *command_option(const struct command *command, char letter);
void command_free(struct command *command);
#define AUTO_COMMAND __attribute__((cleanup(command_free))) struct command

#endif
