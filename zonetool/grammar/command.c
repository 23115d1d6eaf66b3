/* command.c - one command of zonecfg's language. */
#include "grammar/command.h"

#include <stdlib.h>
#include <string.h>

const struct verb_row verb_rows[VERB_COUNT] = {
	[VERB_ADD] = {
		.name = "add",
		.options = "",
		.shape = SHAPE_ADD,
		.scopes = SCOPE_BOTH,
		.changes = true,
		.usage = "RESOURCE | PROPERTY VALUE",
		.help = "Begin a new resource; set its properties, then end or cancel it.\n"
			"In a resource: add items to a list, such as add options [ro,nodev].",
	},
	[VERB_CANCEL] = {
		.name = "cancel",
		.options = "",
		.shape = SHAPE_NOTHING,
		.scopes = SCOPE_RESOURCE,
		.usage = "",
		.help = "Leave the resource and forget what was changed in it.",
	},
	[VERB_CLEAR] = {
		.name = "clear",
		.options = "",
		.shape = SHAPE_WORD,
		.scopes = SCOPE_BOTH,
		.changes = true,
		.usage = "PROPERTY",
		.help = "Unset a property: its default holds again.",
	},
	[VERB_COMMIT] = {
		.name = "commit",
		.options = "",
		.shape = SHAPE_NOTHING,
		.scopes = SCOPE_BOTH,
		.changes = true,
		.usage = "",
		.help = "Verify the configuration and store it.",
	},
	[VERB_CREATE] = {
		.name = "create",
		.options = "bFt:a:",
		.shape = SHAPE_NOTHING,
		.scopes = SCOPE_ZONE,
		.changes = true,
		.usage = "[-F] [-b | -t TEMPLATE | -a ZONEPATH]",
		.help = "Begin a new configuration with what the template SUNWdefault says.\n"
			"  -b           begin with an empty one\n"
			"  -t TEMPLATE  begin with a copy of this template or zone\n"
			"  -a ZONEPATH  begin with that of the detached zone there\n"
			"  -F           replace the configuration that there is",
	},
	[VERB_DELETE] = {
		.name = "delete",
		.options = "F",
		.shape = SHAPE_NOTHING,
		.scopes = SCOPE_ZONE,
		.changes = true,
		.usage = "[-F]",
		.help = "Delete the stored configuration, at once. The zone's files stay.\n"
			"  -F  do not ask, and delete that of an installed zone, too",
	},
	[VERB_END] = {
		.name = "end",
		.options = "",
		.shape = SHAPE_NOTHING,
		.scopes = SCOPE_RESOURCE,
		.usage = "",
		.help = "Check the resource and put it into the zone's configuration.",
	},
	[VERB_EXIT] = {
		.name = "exit",
		.options = "F",
		.shape = SHAPE_NOTHING,
		.scopes = SCOPE_BOTH,
		.usage = "[-F]",
		.help = "Leave; what was changed is committed first.\n"
			"  -F  leave without questions, and without what cannot be committed",
	},
	[VERB_EXPORT] = {
		.name = "export",
		.options = "f:",
		.shape = SHAPE_NOTHING,
		.scopes = SCOPE_ZONE,
		.usage = "[-f FILE]",
		.help = "Print the commands that make this configuration.\n"
			"  -f FILE  write them to a file",
	},
	[VERB_HELP] = {
		.name = "help",
		.options = "",
		.shape = SHAPE_MAYBE,
		.scopes = SCOPE_BOTH,
		.usage = "[TOPIC]",
		.help = "List the commands, or explain one, a resource, or a property.",
	},
	[VERB_INFO] = {
		.name = "info",
		.options = "",
		.shape = SHAPE_MAYBE_FILTER,
		.scopes = SCOPE_BOTH,
		.usage = "[RESOURCE [PROPERTY=VALUE,...] | PROPERTY]",
		.help = "Print the configuration, the resources of one type, or one property.",
	},
	[VERB_REMOVE] = {
		.name = "remove",
		.options = "F",
		.shape = SHAPE_REMOVE,
		.scopes = SCOPE_BOTH,
		.changes = true,
		.usage = "[-F] RESOURCE [PROPERTY=VALUE,...] | PROPERTY VALUE",
		.help = "Remove the resource that has these properties.\n"
			"In a resource: take items out of a list, such as remove options nodev.\n"
			"  -F  remove all that match, without a question",
	},
	[VERB_REVERT] = {
		.name = "revert",
		.options = "F",
		.shape = SHAPE_NOTHING,
		.scopes = SCOPE_ZONE,
		.usage = "[-F]",
		.help = "Forget all changes since the last commit.\n"
			"  -F  do not ask",
	},
	[VERB_SELECT] = {
		.name = "select",
		.options = "",
		.shape = SHAPE_FILTER,
		.scopes = SCOPE_ZONE,
		.changes = true,
		.usage = "RESOURCE [PROPERTY=VALUE,...]",
		.help = "Change the one resource that has these properties; then end or cancel.",
	},
	[VERB_SET] = {
		.name = "set",
		.options = "",
		.shape = SHAPE_ASSIGN,
		.scopes = SCOPE_BOTH,
		.changes = true,
		.usage = "PROPERTY=VALUE",
		.help = "Set a property of the zone, or of the resource that was begun.\n"
			"A value is a text, or a list: [a,b]. Text with blanks goes in double\n"
			"quotes.",
	},
	[VERB_VERIFY] = {
		.name = "verify",
		.options = "",
		.shape = SHAPE_NOTHING,
		.scopes = SCOPE_BOTH,
		.usage = "",
		.help = "Check that the configuration is complete and consistent.",
	},
};

int verb_find(const char *name)
{
	if (strcmp(name, "?") == 0)
		return VERB_HELP;
	for (int verb = 0; verb < VERB_COUNT; verb++)
		if (strcmp(verb_rows[verb].name, name) == 0)
			return verb;
	return -1;
}

const struct command_option *command_option(const struct command *command, char letter)
{
	for (size_t i = 0; i < command->option_count; i++)
		if (command->options[i].letter == letter)
			return &command->options[i];
	return NULL;
}

void command_free(struct command *command)
{
	for (size_t i = 0; i < command->option_count; i++)
		free(command->options[i].argument);
	free(command->word);
	value_free(&command->value);
	for (size_t i = 0; i < command->filter_count; i++) {
		free(command->filters[i].name);
		value_free(&command->filters[i].value);
	}
	*command = (struct command){ 0 };
}
