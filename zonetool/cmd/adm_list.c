/* adm_list.c - zoneadm list: the zones of this machine, for people and for programs. */
#include "cmd/work.h"

#include "util/alloc.h"
#include "util/json.h"

#include <errno.h>
#include <string.h>

/* ---- one zone ---- */

struct row {
	const char *id; /* NULL: it does not run, or has none */
	const char *name, *state, *path, *uuid;
	const char *brand, *ip_type; /* NULL: not known */
};

/* A way to print rows. */
struct format {
	char option;
	bool details; /* needs brand and ip_type */
	void (*row)(const struct row *row, size_t before);
	void (*end)(size_t count); /* or NULL */
};

static void print_name(const struct row *row, size_t before)
{
	(void)before;
	puts(row->name);
}

static const char *known(const char *text)
{
	return text ? text : "???";
}

/* As columns have it. */
static const char *short_ip_type(const char *ip_type)
{
	return ip_type && strcmp(ip_type, "exclusive") == 0 ? "excl" : known(ip_type);
}

static void print_line(const char *id, const char *name, const char *state, const char *path,
	const char *brand, const char *ip_type)
{
	printf("%4s %-16s %-14s %-30s %-10s %-6s\n", id, name, state, path, brand, ip_type);
}

static void print_columns(const struct row *row, size_t before)
{
	if (!before)
		print_line("ID", "NAME", "STATUS", "PATH", "BRAND", "IP");
	print_line(row->id ? row->id : "-", row->name, row->state, row->path, known(row->brand),
		short_ip_type(row->ip_type));
}

static void print_fields(const struct row *row, size_t before)
{
	(void)before;
	printf("%s:%s:%s:", row->id ? row->id : "-", row->name, row->state);
	for (const char *c = row->path; *c; c++) {
		if (*c == ':' || *c == '\\')
			putchar('\\');
		putchar(*c);
	}
	printf(":%s:%s:%s\n", row->uuid, known(row->brand), short_ip_type(row->ip_type));
}

/* Nothing is null there. */
static const char *or_null(const char *text)
{
	return *text ? text : NULL;
}

static void print_object(const struct row *row, size_t before)
{
	const struct {
		const char *name, *text;
	} members[] = {
		{ "name", row->name },
		{ "state", row->state },
		{ "zonepath", or_null(row->path) },
		{ "uuid", or_null(row->uuid) },
		{ "brand", row->brand },
		{ "ip-type", row->ip_type },
	};
	AUTO_STR text = STR_EMPTY;
	text_addf(&text, "%s\n  {\"id\": %s", before ? "," : "[", row->id ? row->id : "null");
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		text_addf(&text, ", \"%s\": ", members[i].name);
		json_text(&text, members[i].text);
	}
	text_addc(&text, '}');
	fputs(str_get(&text), stdout);
}

static void end_array(size_t count)
{
	puts(count ? "\n]" : "[]");
}

static const struct format plain = { 0, false, print_name, NULL };
static const struct format formats[] = {
	{ 'v', true, print_columns, NULL },
	{ 'p', true, print_fields, NULL },
	{ 'j', true, print_object, end_array },
};

/* ---- the zones ---- */

/* A zone to print. */
struct found {
	const struct index_entry *entry; /* of adm->index */
	struct xml_summary summary;      /* if the format has details; NULL: not known */
	char *moved; /* where it is, if a move has not come to tell the index; or NULL */
};

struct list {
	struct adm *adm;
	const struct format *format;
	bool configured, installed, no_global;
	struct found *found;
	size_t count;
	bool failed;     /* something could not be found out */
	bool read_again; /* now is the index as it was some moments later */
	struct index now;
};

static void forget(struct list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		xml_summary_free(&list->found[i].summary);
		free(list->found[i].moved);
	}
	free(list->found);
	list->found = NULL;
	list->count = 0;
	index_free(&list->now);
	list->read_again = false;
}

/* Whether a property can have this value: what is in a file that was only scanned. */
static bool is_choice(size_t prop, const char *text)
{
	const char *const *choice = resource_types[RES_ZONE].props[prop].choices;
	while (*choice && strcmp(*choice, text) != 0)
		choice++;
	return *choice;
}

static void drop_unknown(struct list *list, const char *name, size_t prop, char **text)
{
	if (is_choice(prop, *text))
		return;
	message_error(list->adm->messages, -EINVAL, REGISTRY_PATH "/%s.xml: %s \"%s\" is not known",
		name, resource_types[RES_ZONE].props[prop].name, *text);
	free(*text);
	*text = NULL;
	list->failed = true;
}

/* Whether the index has lost a zone since it was read; it is read once more, once. */
static bool has_gone(struct list *list, const char *name)
{
	struct messages silent = messages_quiet();
	if (!list->read_again && registry_index(list->adm->registry, &list->now, &silent) < 0)
		return false;
	list->read_again = true;
	return !index_find(&list->now, name);
}

/*
 * brand and ip-type, NULL where they are not known, as was described. Returns 0, or -ESTALE: the
 * zone was deleted or renamed just now.
 */
static int scan(struct list *list, const char *name, struct xml_summary *summary)
{
	struct adm *adm = list->adm;
	if (!adm->registry || strcmp(name, "global") == 0) {
		summary->brand = xstrdup("native");
		summary->ip_type = xstrdup(adm->registry ? "shared" : adm->here.ip_type);
		return 0;
	}
	struct messages silent = messages_quiet();
	int rc = registry_scan(adm->registry, name, summary, &silent);
	if (rc == -ENOENT && has_gone(list, name))
		return -ESTALE;
	if (rc < 0)
		rc = registry_scan(adm->registry, name, summary, adm->messages);
	if (rc == -ENOENT)
		registry_missing(name, adm->messages);
	if (rc < 0) {
		list->failed = true;
		return 0;
	}
	drop_unknown(list, name, ZONE_BRAND, &summary->brand);
	drop_unknown(list, name, ZONE_IP_TYPE, &summary->ip_type);
	return 0;
}

/* Where a zone is that has been renamed while the index did not know yet, the caller's; or NULL. */
static char *find_moved(const struct adm *adm, const char *name)
{
	AUTO_OPERATION operation = { 0 };
	struct messages quiet = messages_quiet();
	if (!adm->registry || registry_operation(adm->registry, name, &operation, &quiet) < 0
		|| operation.phase != PHASE_RENAME)
		return NULL;
	const struct storage_ops *storage = storage_named(operation.storage);
	if (!storage || work_is_at(storage, operation.to, operation.id, &quiet) <= 0)
		return NULL;
	return xstrdup(operation.to);
}

static int find(struct list *list, const struct index_entry *entry)
{
	struct found found = { .entry = entry };
	int rc = list->format->details ? scan(list, entry->name, &found.summary) : 0;
	if (rc < 0)
		return rc;
	if (list->format->details)
		found.moved = find_moved(list->adm, entry->name);
	/* Room grows by doubling: whenever the count is a power of two. */
	if ((list->count & (list->count - 1)) == 0)
		list->found = xrealloc(
			list->found, list->count ? 2 * list->count : 1, sizeof(found));
	list->found[list->count++] = found;
	return 0;
}

static bool is_wanted(const struct list *list, const struct index_entry *entry)
{
	return list->configured || entry->state > STATE_INSTALLED
		|| (list->installed && entry->state == STATE_INSTALLED);
}

/* All that were asked for. Returns 0, or -ESTALE: one of them is no more. */
static int find_zones(struct list *list)
{
	const struct adm *adm = list->adm;
	if (adm->entry)
		return find(list, adm->entry);
	int rc = 0;
	if (adm->registry && !list->no_global)
		rc = find(list, index_find(&adm->index, "global"));
	for (size_t i = 0; rc == 0 && i < adm->index.count; i++) {
		const struct index_line *line = &adm->index.lines[i];
		if (!line->text && strcmp(line->entry.name, "global") != 0
			&& is_wanted(list, &line->entry))
			rc = find(list, &line->entry);
	}
	return rc;
}

static void print_zones(const struct list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct found *found = &list->found[i];
		bool global = strcmp(found->entry->name, "global") == 0;
		const struct row row = { .id = global ? "0" : NULL,
			.name = found->entry->name,
			.state = zone_state_name(global ? STATE_RUNNING : found->entry->state),
			.path = global         ? "/"
				: found->moved ? found->moved
					       : found->entry->zonepath,
			.uuid = found->entry->uuid,
			.brand = found->summary.brand,
			.ip_type = found->summary.ip_type };
		list->format->row(&row, i);
	}
	if (list->format->end)
		list->format->end(list->count);
}

/* A zone that the index has lost is not to be missed in silence where all are asked for. */
static void check_complete(struct list *list)
{
	struct adm *adm = list->adm;
	if (list->configured && adm->registry
		&& registry_orphans(adm->registry, &adm->index, adm->messages) > 0)
		list->failed = true;
}

/* Nothing is printed before all is known, so that a zone renamed meanwhile is there once. */
static int list_zones(struct list *list)
{
	int rc = find_zones(list);
	while (rc == -ESTALE) {
		forget(list);
		rc = adm_read_index(list->adm);
		if (rc == 0)
			rc = find_zones(list);
	}
	if (rc == 0) {
		check_complete(list);
		print_zones(list);
	}
	forget(list);
	return rc < 0 || list->failed ? CMD_FAILED : CMD_DONE;
}

/* ---- options ---- */

/* Choose how rows are printed. Returns 0, or an exit status, described. */
static int choose_format(struct list *list, int option)
{
	const struct format *format = formats;
	while (format->option != option)
		format++;
	if (list->format != &plain && list->format != format) {
		message_error(list->adm->messages, -EINVAL,
			"list: -%c and -%c exclude each other: choose one", list->format->option,
			option);
		return CMD_FAILED;
	}
	list->format = format;
	return 0;
}

/* Returns 0, or an exit status, described. */
static int take_option(struct list *list, int option)
{
	switch (option) {
	case 'c':
		list->configured = true;
		break;
	case 'i':
		list->installed = true;
		break;
	case 'n':
		list->no_global = true;
		break;
	case 'v':
	case 'p':
	case 'j':
		return choose_format(list, option);
	default:
		cmd_print_usage_of(stderr, cmd_find("list"));
		return CMD_USAGE;
	}
	if (list->adm->entry)
		return cmd_usage_error(list->adm, "list",
			"-%c selects among all zones, and does not go with -z or -u", option);
	return 0;
}

int adm_list(struct adm *adm, int argc, char **argv)
{
	struct list list = { .adm = adm, .format = &plain };
	static char program[] = "zoneadm: list";
	char *name = argv[0];
	argv[0] = program; /* getopt() begins its messages with it */
	optind = 0;
	for (int option; (option = getopt(argc, argv, "+cinpvj")) != -1;) {
		int status = take_option(&list, option);
		if (status)
			return status;
	}
	if (optind < argc)
		return cmd_usage_error(adm, name, "%s: no operand is expected", argv[optind]);
	return list_zones(&list);
}
