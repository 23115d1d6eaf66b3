/* adm_list.c - zoneadm list: the zones of this machine, for people and for programs. */
#include "cmd/work.h"

#include "util/alloc.h"
#include "util/json.h"
#include "util/option.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- one zone ---- */

struct row {
	const char *id; /* NULL: it does not live */
	const char *name, *state;
	const char *path; /* NULL: not known */
	const char *uuid;
	const char *brand, *ip_type; /* NULL: not known */
	int64_t since;               /* when the state of one that lives began; 0: not known */
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

/* The width of a column of characters in bytes, which are what printf(3) counts. */
static int width_in_bytes(const char *text, int characters)
{
	int width = characters;
	for (; *text; text++)
		width += (*text & 0xc0) == 0x80;
	return width;
}

static void print_line(const char *id, const char *name, const char *state, const char *path,
	const char *brand, const char *ip_type)
{
	printf("%4s %-16s %-14s %-*s %-10s %-6s\n", id, name, state, width_in_bytes(path, 30), path,
		brand, ip_type);
}

static void print_columns(const struct row *row, size_t before)
{
	if (!before)
		print_line("ID", "NAME", "STATUS", "PATH", "BRAND", "IP");
	print_line(row->id ? row->id : "-", row->name, row->state, row->path ? row->path : "-",
		known(row->brand), short_ip_type(row->ip_type));
}

static void print_fields(const struct row *row, size_t before)
{
	(void)before;
	printf("%s:%s:%s:", row->id ? row->id : "-", row->name, row->state);
	for (const char *c = row->path ? row->path : "-"; *c; c++) {
		if (*c == ':' || *c == '\\')
			putchar('\\');
		putchar(*c);
	}
	printf(":%s:%s:%s\n", row->uuid, known(row->brand), short_ip_type(row->ip_type));
}

/* Nothing is null there. */
static const char *or_null(const char *text)
{
	return text && *text ? text : NULL;
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
	if (row->since)
		text_addf(&text, ", \"since\": %" PRId64 "}", row->since);
	else
		text_adds(&text, ", \"since\": null}");
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

/* A zone that lives, or an empty row. */
struct life {
	char *name; /* owned */
	enum zone_state state;
	unsigned id;
	int64_t since;
};

/* A zone to print. */
struct found {
	const struct index_entry *entry; /* of adm->index; NULL: it does not know the zone */
	const struct life *life;         /* of list->lives; NULL: it does not live */
	struct xml_summary summary;      /* if the format has details; NULL: not known */
	char *moved; /* where it is, if a move has not come to tell the index; or NULL */
};

struct list {
	struct adm *adm;
	const struct format *format;
	bool configured, installed, no_global;
	struct life *lives; /* all that live, sorted by id */
	size_t life_count;
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
	for (size_t i = 0; i < list->life_count; i++)
		free(list->lives[i].name);
	free(list->lives);
	list->lives = NULL;
	list->life_count = 0;
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

/* ---- those that live ---- */

static int by_id(const void *a, const void *b)
{
	const struct life *one = a, *other = b;
	if (one->id != other->id)
		return one->id < other->id ? -1 : 1;
	return strcmp(one->name, other->name);
}

/* Of what cannot be found out, as was described, the stored state is shown. */
static void find_life(struct list *list, const char *name)
{
	AUTO_LIVE live;
	int rc = registry_live(list->adm->registry, name, &live, list->adm->messages);
	if (rc < 0)
		list->failed = true;
	if (rc > 0)
		list->lives[list->life_count++] = (struct life){ .name = xstrdup(name),
			.state = live.state,
			.id = live.id,
			.since = live.since };
}

/* Returns 0 or a negative errno, described. */
static int find_lives(struct list *list)
{
	struct adm *adm = list->adm;
	char **names = NULL;
	int run_fd;
	if (!adm->registry)
		return 0;
	int rc = registry_run(adm->registry, &run_fd, adm->messages);
	ssize_t count = rc < 0 ? rc : live_names(run_fd, &names, adm->messages);
	if (count < 0)
		return (int)count;
	list->lives = xcalloc((size_t)count + 1, sizeof(*list->lives));
	for (ssize_t i = 0; i < count; i++) {
		if (!adm->entry || strcmp(adm->entry->name, names[i]) == 0)
			find_life(list, names[i]);
		free(names[i]);
	}
	free(names);
	qsort(list->lives, list->life_count, sizeof(*list->lives), by_id);
	return 0;
}

static const struct life *life_of(const struct list *list, const char *name)
{
	for (size_t i = 0; i < list->life_count; i++)
		if (strcmp(list->lives[i].name, name) == 0)
			return &list->lives[i];
	return NULL;
}

/*
 * One that the index does not know, as somebody has changed that by hand. Returns 0, or -ESTALE: it
 * was made since the index was read.
 */
static int check_lost(struct list *list, const struct life *life)
{
	if (!has_gone(list, life->name))
		return -ESTALE;
	message_warning(list->adm->messages,
		"zone %s is %s, but the index does not know it: put its line back, or make it "
		"again with zonecfg, to halt it",
		life->name, zone_state_name(life->state));
	list->failed = true;
	return 0;
}

/* ---- which zones ---- */

/* entry or life may be NULL. Returns 0, or -ESTALE: it is no more. */
static int take(struct list *list, const struct index_entry *entry, const struct life *life)
{
	struct found found = { .entry = entry, .life = life };
	int rc = entry ? 0 : check_lost(list, life);
	if (rc == 0 && entry && list->format->details) {
		rc = scan(list, entry->name, &found.summary);
		found.moved = rc < 0 ? NULL : find_moved(list->adm, entry->name);
	}
	if (rc < 0)
		return rc;
	/* Room grows by doubling: whenever the count is a power of two. */
	if ((list->count & (list->count - 1)) == 0)
		list->found = xrealloc(
			list->found, list->count ? 2 * list->count : 1, sizeof(found));
	list->found[list->count++] = found;
	return 0;
}

/* Those that live, in the order of their ids. */
static int take_living(struct list *list)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < list->life_count; i++)
		rc = take(
			list, index_find(&list->adm->index, list->lives[i].name), &list->lives[i]);
	return rc;
}

/* Inside a zone, that one is running in its index. */
static bool is_wanted(const struct list *list, const struct index_entry *entry)
{
	return list->configured || zone_state_is_live(entry->state)
		|| (list->installed && entry->state == STATE_INSTALLED);
}

/* Those that do not live, and were asked for, in the order of the index. */
static int take_stored(struct list *list)
{
	const struct index *index = &list->adm->index;
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < index->count; i++) {
		const struct index_entry *entry = &index->lines[i].entry;
		if (!index->lines[i].text && strcmp(entry->name, "global") != 0
			&& is_wanted(list, entry) && !life_of(list, entry->name))
			rc = take(list, entry, NULL);
	}
	return rc;
}

/* All that were asked for. Returns 0, -ESTALE: one of them is no more, or another errno. */
static int find_zones(struct list *list)
{
	const struct adm *adm = list->adm;
	int rc = find_lives(list);
	if (rc < 0)
		return rc;
	if (adm->entry)
		return take(list, adm->entry, life_of(list, adm->entry->name));
	if (adm->registry && !list->no_global)
		rc = take(list, index_find(&adm->index, "global"), NULL);
	if (rc == 0)
		rc = take_living(list);
	return rc < 0 ? rc : take_stored(list);
}

/* ---- printing ---- */

static void print_zone(const struct list *list, size_t at)
{
	const struct found *found = &list->found[at];
	const struct index_entry *entry = found->entry;
	const struct life *life = found->life;
	bool global = entry && strcmp(entry->name, "global") == 0;
	char id[16] = "0";
	if (life)
		snprintf(id, sizeof(id), "%u", life->id);
	const struct row row = { .id = life || global ? id : NULL,
		.name = life ? life->name : entry->name,
		.state = zone_state_name(global ? STATE_RUNNING
				: life          ? life->state
						: entry->state),
		.path = global         ? "/"
			: found->moved ? found->moved
			: entry        ? entry->zonepath
				       : NULL,
		.uuid = entry ? entry->uuid : "",
		.brand = found->summary.brand,
		.ip_type = found->summary.ip_type,
		.since = life ? life->since : 0 };
	list->format->row(&row, at);
}

static void print_zones(const struct list *list)
{
	for (size_t i = 0; i < list->count; i++)
		print_zone(list, i);
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
		return cmd_usage_error(list->adm, "list", "%s", option_wrong());
	}
	if (list->adm->entry)
		return cmd_usage_error(list->adm, "list",
			"-%c selects among all zones, and does not go with -z or -u", option);
	return 0;
}

int adm_list(struct adm *adm, int argc, char **argv)
{
	struct list list = { .adm = adm, .format = &plain };
	static const struct option longs[] = { { 0 } };
	optind = 0;
	for (int option; (option = option_next(argc, argv, "+cinpvj", longs)) != -1;) {
		int status = take_option(&list, option);
		if (status)
			return status;
	}
	if (optind < argc)
		return cmd_usage_error(adm, "list", "%s: no operand is expected", argv[optind]);
	return list_zones(&list);
}
