/* cfg_complete.c - what could stand at the cursor of a line, from the tables and the zone. */
#include "cmd/cfg_complete.h"

#include "grammar/parser.h"
#include "util/alloc.h"

#include <dirent.h>
#include <net/if.h>
#include <string.h>
#include <sys/stat.h>

enum {
	CANDIDATES_MAX = 1000, /* more than anybody reads */
};

/* Where candidates are gathered. */
struct gather {
	const struct session *session;
	const struct resource_type
		*scope; /* where the cursor's command will be: RES_ZONE, or in this */
	const struct place *place;
	const char *typed; /* what stands there already */
	size_t typed_len;
	struct value *found;
};

/* Whether a text can be typed as it is. */
static bool is_bare(const char *text)
{
	AUTO_STR quoted = STR_EMPTY;
	lexer_quote(&quoted, text, LEX_FILTER);
	return strcmp(str_get(&quoted), text) == 0;
}

static void offer(struct gather *gather, const char *text, const char *suffix)
{
	if (strncmp(text, gather->typed, gather->typed_len) != 0 || !is_bare(text)
		|| gather->found->count >= CANDIDATES_MAX)
		return;
	AUTO_FREE char *candidate = xasprintf("%s%s", text, suffix);
	if (value_find(gather->found, candidate) < 0)
		value_take(gather->found, xstrdup(candidate));
}

static bool in_resource(const struct gather *gather)
{
	return gather->scope->id != RES_ZONE;
}

static void offer_verbs(struct gather *gather)
{
	unsigned scope = in_resource(gather) ? SCOPE_RESOURCE : SCOPE_ZONE;
	for (size_t i = 0; i < VERB_COUNT; i++)
		if (verb_rows[i].scopes & scope)
			offer(gather, verb_rows[i].name, "");
}

static void offer_types(struct gather *gather, bool present)
{
	const struct zone *zone = gather->session->target.zone;
	for (size_t i = RES_ZONE + 1; i < RES_COUNT; i++) {
		bool there = !present;
		for (size_t j = 0; zone && !there && j < zone->count; j++)
			there = zone->resources[j]->type->id == i;
		if (there)
			offer(gather, resource_types[i].name, "");
	}
}

static void offer_props(struct gather *gather, const struct resource_type *type, const char *suffix)
{
	for (size_t i = 0; i < type->prop_count; i++)
		if (type->props[i].kind != PROP_REFUSED)
			offer(gather, type->props[i].name, suffix);
}

static void offer_lists(struct gather *gather, const struct resource_type *type)
{
	for (size_t i = 0; i < type->prop_count; i++)
		if (type->props[i].kind == PROP_LIST || type->props[i].kind == PROP_TUPLES)
			offer(gather, type->props[i].name, "");
}

static void offer_words(struct gather *gather)
{
	switch (gather->place->verb) {
	case VERB_ADD:
	case VERB_REMOVE:
		if (in_resource(gather))
			offer_lists(gather, gather->scope);
		else
			offer_types(gather, gather->place->verb == VERB_REMOVE);
		break;
	case VERB_SELECT:
		offer_types(gather, true);
		break;
	case VERB_SET:
		offer_props(gather, gather->scope, "=");
		break;
	case VERB_CLEAR:
		offer_props(gather, gather->scope, "");
		break;
	case VERB_INFO:
		offer_props(gather, gather->scope, "");
		if (!in_resource(gather))
			offer_types(gather, true);
		break;
	case VERB_HELP:
		for (size_t i = 0; i < VERB_COUNT; i++)
			offer(gather, verb_rows[i].name, "");
		offer_types(gather, false);
		for (size_t i = 0; i < RES_COUNT; i++)
			offer_props(gather, &resource_types[i], "");
		offer(gather, "commands", "");
		offer(gather, "syntax", "");
		offer(gather, "usage", "");
		break;
	case VERB_CANCEL:
	case VERB_COMMIT:
	case VERB_CREATE:
	case VERB_DELETE:
	case VERB_END:
	case VERB_EXIT:
	case VERB_EXPORT:
	case VERB_REVERT:
	case VERB_VERIFY:
	case VERB_COUNT:
		break;
	}
}

/* Entries of the directory that the typed path names. */
static void offer_paths(struct gather *gather)
{
	AUTO_FREE char *typed = xstrndup(gather->typed, gather->typed_len);
	char *slash = strrchr(typed, '/');
	if (!slash)
		return;
	AUTO_FREE char *folder = xstrndup(typed, (size_t)(slash + 1 - typed));
	DIR *dir = opendir(folder);
	if (!dir)
		return;
	for (struct dirent *entry; (entry = readdir(dir));) {
		if (entry->d_name[0] == '.' || value_text_wrong(entry->d_name))
			continue;
		AUTO_FREE char *path = xasprintf("%s%s", folder, entry->d_name);
		struct stat st;
		bool directory = stat(path, &st) == 0 && S_ISDIR(st.st_mode);
		offer(gather, path, directory ? "/" : "");
	}
	closedir(dir);
}

static void offer_interfaces(struct gather *gather)
{
	struct if_nameindex *list = if_nameindex();
	for (struct if_nameindex *at = list; at && at->if_name; at++)
		offer(gather, at->if_name, "");
	if_freenameindex(list);
}

/* What the property has in the zone's resources: for filters. */
static void offer_present(struct gather *gather, const struct resource_type *type, size_t prop)
{
	const struct zone *zone = gather->session->target.zone;
	for (size_t i = 0; zone && i < zone->count; i++)
		if (zone->resources[i]->type == type && zone->resources[i]->values[prop].count)
			offer(gather, zone->resources[i]->values[prop].items[0], "");
}

static void offer_values(struct gather *gather)
{
	const struct place *place = gather->place;
	const struct resource_type *type = place->filter ? resource_type_find(place->word)
							 : gather->scope;
	const struct prop *prop = type
		? prop_find(type, place->filter ? place->filter : place->word)
		: NULL;
	if (!prop)
		return;
	size_t at = (size_t)(prop - type->props);
	if (place->filter) {
		offer_present(gather, type, at);
		return;
	}
	for (const char *const *choice = prop->choices; choice && *choice; choice++)
		offer(gather, *choice, "");
	if (type->id == RES_NET && at == NET_PHYSICAL)
		offer_interfaces(gather);
	else
		offer_paths(gather);
}

static void offer_zones(struct gather *gather)
{
	struct messages quiet = messages_quiet();
	struct index index;
	if (registry_index(gather->session->registry, &index, &quiet) < 0)
		return;
	offer(gather, "SUNWblank", "");
	offer(gather, "SUNWdefault", "");
	for (size_t i = 0; i < index.count; i++)
		if (!index.lines[i].text && strcmp(index.lines[i].entry.name, "global") != 0)
			offer(gather, index.lines[i].entry.name, "");
	index_free(&index);
}

/* Items of a list of the resource being edited, for remove. */
static void offer_items(struct gather *gather, const struct resource *resource, const char *name)
{
	const struct prop *prop = prop_find(resource->type, name);
	const struct value *value = prop ? &resource->values[prop - resource->type->props] : NULL;
	for (size_t i = 0; value && i < value->count; i++)
		offer(gather, value->items[i], "");
}

/* What follows the first operand: filters of a resource, or items of a list. */
static void offer_filters(struct gather *gather)
{
	const struct resource_type *type = resource_type_find(gather->place->word);
	if (in_resource(gather) && gather->session->edited)
		offer_items(gather, gather->session->edited, gather->place->word);
	else if (type)
		offer_props(gather, type, "=");
}

/* Where the commands before the cursor's, on the same line, will have led. */
static const struct resource_type *scope_at(
	const struct session *session, const char *line, size_t len)
{
	const struct resource_type *zone = &resource_types[RES_ZONE];
	const struct resource_type *scope = session->edited ? session->edited->type : zone;
	struct messages quiet = messages_quiet();
	struct lexer lexer;
	lexer_init(&lexer, line, len);
	int rc = 1, number;
	while (rc > 0) {
		AUTO_COMMAND command = { 0 };
		rc = parser_next(&lexer, &command, &number, &quiet);
		const struct resource_type *type = rc > 0 && command.word
			? resource_type_find(command.word)
			: NULL;
		if (rc <= 0 || lexer.at >= len)
			break; /* the cursor's own command */
		if ((command.verb == VERB_ADD || command.verb == VERB_SELECT) && type)
			scope = type;
		else if (command.verb == VERB_END || command.verb == VERB_CANCEL)
			scope = zone;
	}
	lexer_free(&lexer);
	return scope;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void complete_line(const struct session *session, const char *line, size_t len,
	struct value *ret_candidates, size_t *ret_start)
{
	struct place place;
	parser_place(line, len, &place);
	struct gather gather = { session, scope_at(session, line, place.start), &place,
		line + place.start, len - place.start, ret_candidates };
	*ret_candidates = VALUE_EMPTY;
	*ret_start = place.start;
	switch (place.kind) {
	case PLACE_NOTHING:
		break;
	case PLACE_VERB:
		offer_verbs(&gather);
		break;
	case PLACE_WORD:
		offer_words(&gather);
		break;
	case PLACE_OPTION_ARGUMENT:
		if (place.option == 't')
			offer_zones(&gather);
		else
			offer_paths(&gather);
		break;
	case PLACE_FILTER:
		offer_filters(&gather);
		break;
	case PLACE_VALUE:
		offer_values(&gather);
		break;
	}
	place_free(&place);
	if (ret_candidates->count)
		qsort(ret_candidates->items, ret_candidates->count, sizeof(char *), by_text);
}
