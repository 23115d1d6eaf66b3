/* cfg_help.c - zonecfg help: made of the tables of verbs, resources and properties. */
#include "cmd/cfg.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

void cfg_usage(FILE *out)
{
	fputs("Usage: zonecfg -z ZONE                     change a zone's configuration in a "
	      "dialogue\n"
	      "       zonecfg -z ZONE 'COMMAND; ...'      carry out commands, all of them or none\n"
	      "       zonecfg -z ZONE -f FILE             likewise from a file, or - for standard "
	      "input\n"
	      "       zonecfg help [TOPIC]                explain a command, resource or "
	      "property\n"
	      "       zonecfg --help | --version\n",
		out);
}

static void print_commands(void)
{
	puts("Commands:");
	for (size_t i = 0; i < VERB_COUNT; i++)
		printf("  %-9s %s\n", verb_rows[i].name, verb_rows[i].usage);
	puts("Resources:");
	for (size_t i = RES_ZONE + 1; i < RES_COUNT; i++)
		printf("  %-16s %s\n", resource_types[i].name, resource_types[i].help);
	puts("Properties of the zone:");
	const struct resource_type *zone = &resource_types[RES_ZONE];
	for (size_t i = 0; i < zone->prop_count; i++)
		if (zone->props[i].kind != PROP_REFUSED)
			printf("  %-16s %s\n", zone->props[i].name, zone->props[i].help);
	puts("\"help TOPIC\" explains each of them; \"help syntax\" how they are written.");
}

static void print_syntax(void)
{
	puts("A command ends with the line or with \";\"; \"#\" in place of a command begins a "
	     "comment.\n"
	     "A value is a text, a list [a,b], or complex: (name=text,name=text). A text with\n"
	     "blanks or one of ; \" [ ( goes in double quotes, where \\\" and \\\\ stand for \" "
	     "and \\.\n"
	     "Filters, NAME=VALUE separated by commas or blanks, tell which resource is meant:\n"
	     "    select net address=192.0.2.10/24,physical=eth0\n"
	     "An example:\n"
	     "    create; set zonepath=/zones/web\n"
	     "    add fs; set dir=/export; set special=/export; set type=lofs; end\n"
	     "    verify; commit");
}

static void print_verb(const struct verb_row *row)
{
	printf("%s%s%s\n%s\n", row->name, *row->usage ? " " : "", row->usage, row->help);
}

static void print_choices(const struct prop *prop)
{
	if (prop->kind != PROP_CHOICE)
		return;
	fputs("  one of:", stdout);
	for (const char *const *choice = prop->choices; *choice; choice++)
		printf(" %s", *choice);
	putchar('\n');
}

static void print_prop(const struct resource_type *type, const struct prop *prop)
{
	bool own = type->id == RES_ZONE;
	printf("%s, a property of %s%s\n", prop->name, own ? "the zone" : "the resource ",
		own ? "" : type->name);
	printf("%s\n", prop->help);
	if (prop->kind == PROP_REFUSED)
		return;
	print_choices(prop);
	bool list = prop->kind == PROP_TUPLES;
	printf("  example: %s %s%s%s\n", list ? "add" : "set", prop->name, list ? " " : "=",
		prop->example);
	if (prop->fallback)
		printf("  if it is not set: %s\n", prop->fallback);
	if (prop->flags & PROP_REQUIRED)
		puts("  it must be set");
	if (prop->flags & PROP_BEFORE_INSTALL)
		puts("  it can change only before the zone is installed");
}

/* The properties that are needed, or tell two of a kind apart; at least one. */
static void print_example(const struct resource_type *type)
{
	bool any = false;
	printf("  example: add %s;", type->name);
	for (size_t i = 0; i < type->prop_count; i++) {
		const struct prop *prop = &type->props[i];
		bool last = i + 1 == type->prop_count && !any;
		if (!(prop->flags & (PROP_REQUIRED | PROP_KEY)) && !last)
			continue;
		bool list = prop->kind == PROP_TUPLES;
		printf(" %s %s%s%s;", list ? "add" : "set", prop->name, list ? " " : "=",
			prop->example);
		any = true;
	}
	puts(" end");
}

static void print_type(const struct resource_type *type)
{
	printf("%s, a resource\n%s\n", type->name, type->help);
	for (size_t i = 0; i < type->prop_count; i++)
		if (type->props[i].kind != PROP_REFUSED)
			printf("  %-10s %s%s\n", type->props[i].name, type->props[i].help,
				type->props[i].flags & PROP_REQUIRED ? " (must be set)" : "");
	print_example(type);
}

/* A topic can be several things: "help type". Returns whether it is any. */
static bool print_named(const char *topic)
{
	bool found = false;
	int verb = verb_find(topic);
	if (verb >= 0) {
		print_verb(&verb_rows[verb]);
		found = true;
	}
	const struct resource_type *named = resource_type_find(topic);
	if (named) {
		print_type(named);
		found = true;
	}
	for (size_t i = 0; i < RES_COUNT; i++) {
		const struct prop *prop = prop_find(&resource_types[i], topic);
		if (!prop)
			continue;
		print_prop(&resource_types[i], prop);
		found = true;
	}
	return found;
}

int cfg_help_topic(const char *topic, struct messages *messages)
{
	if (!topic || strcmp(topic, "commands") == 0)
		print_commands();
	else if (strcmp(topic, "usage") == 0)
		cfg_usage(stdout);
	else if (strcmp(topic, "syntax") == 0)
		print_syntax();
	else if (!print_named(topic))
		return message_error(messages, -ENOENT,
			"there is no help on \"%s\": topics are commands, syntax, usage, and the "
			"name of each command, resource and property",
			topic);
	return 0;
}

int cfg_help(struct session *session, const struct command *command)
{
	return cfg_help_topic(command->word, session->messages);
}
