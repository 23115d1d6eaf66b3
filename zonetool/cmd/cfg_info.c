/* cfg_info.c - zonecfg info: the zone, its resources of one type, or one property, to read. */
#include "cmd/cfg.h"

#include "grammar/lexer.h"
#include "util/alloc.h"

#include <errno.h>

/* One line per property, or per complex value. */
static void add_property(
	struct str *text, const char *indent, const struct resource *resource, size_t at)
{
	const struct prop *prop = &resource->type->props[at];
	const struct value *value = &resource->values[at];
	if (prop->kind == PROP_REFUSED)
		return;
	if (prop->kind == PROP_TUPLES) {
		for (size_t i = 0; i < value->count; i++)
			text_addf(text, "%s%s: %s\n", indent, prop->name, value->items[i]);
		return;
	}
	const char *shown = resource_get(resource, at);
	bool own = resource->type->id == RES_ZONE;
	if (prop->kind != PROP_LIST && !shown && !own) {
		text_addf(text, "%s%s not specified\n", indent, prop->name);
		return;
	}
	text_addf(text, "%s%s: ", indent, prop->name);
	if (prop->kind == PROP_LIST)
		session_add_list(text, value);
	else if (shown)
		lexer_quote(text, shown, LEX_VALUE);
	text_addc(text, '\n');
}

static void add_properties(struct str *text, const char *indent, const struct resource *resource)
{
	for (size_t i = 0; i < resource->type->prop_count; i++)
		add_property(text, indent, resource, i);
}

static void add_resource(struct str *text, const struct resource *resource)
{
	text_addf(text, "%s:\n", resource->type->name);
	add_properties(text, "\t", resource);
}

/* All resources of a type that the filters select; none is no error, unless there are filters. */
static int info_type(struct session *session, const struct resource_type *type,
	const struct command *command, struct str *text)
{
	AUTO_FREE size_t *positions = NULL;
	long count = session_match(session, command, &positions);
	if (count < 0)
		return (int)count;
	for (long i = 0; i < count; i++)
		add_resource(text, session->target.zone->resources[positions[i]]);
	if (count > 0)
		return 0;
	if (command->filter_count)
		return message_error(session->messages, -ENOENT,
			"the zone has no such %s: \"info %s\" shows all", type->name, type->name);
	text_addf(text, "The zone has no %s.\n", type->name);
	return 0;
}

static int info_word(struct session *session, const struct command *command, struct str *text)
{
	const struct resource_type *type = session->edited ? NULL
							   : resource_type_find(command->word);
	if (type)
		return info_type(session, type, command, text);
	const struct prop *prop = session_prop(session, command->word);
	if (!prop)
		return -EINVAL;
	const struct resource *scope = session_scope(session);
	add_property(text, "", scope, (size_t)(prop - scope->type->props));
	return 0;
}

int cfg_info(struct session *session, const struct command *command)
{
	AUTO_STR text = STR_EMPTY;
	int rc = 0;
	if (command->word) {
		rc = info_word(session, command, &text);
	} else if (session->edited) {
		add_resource(&text, session->edited);
	} else {
		add_properties(&text, "", session->target.zone->own);
		for (size_t i = 0; i < session->target.zone->count; i++)
			add_resource(&text, session->target.zone->resources[i]);
	}
	fputs(str_get(&text), stdout);
	return rc;
}
