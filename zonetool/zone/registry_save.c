/*
 * registry_save.c - changing the registry. Everything is checked under the registry's lock, with
 * the index as it is then; after that only storage can fail, and the journal sees to that.
 */
#include "zone/registry.h"

#include "util/alloc.h"
#include "zone/journal.h"
#include "zone/registry_private.h"
#include "zone/name.h"
#include "zone/path.h"

#include <errno.h>
#include <string.h>

/* A change under way. */
struct save {
	struct registry *registry;
	const struct registry_change *change;
	struct messages *messages;
	struct index index;
	struct index_entry *entry; /* the zone as stored; NULL: it is new */
	enum zone_state state;     /* of entry: the stored one, unless the zone lives */
	struct str xml, index_text;
};

/*
 * A line that was not understood, but seems to be about this zone, would come to life once the
 * zone's own is changed. Returns 0 or -EEXIST, described.
 */
static int check_lines(struct save *save, const char *name)
{
	size_t number = index_other_line(&save->index, name);
	if (!number)
		return 0;
	return message_error(save->messages, -EEXIST,
		REGISTRY_PATH
		"/index:%zu: this line is about zone %s, too, but is not understood, or not "
		"the first: correct or remove it",
		number, name);
}

/* What is stored now, and whether the change was meant for it. */
static int check_stored(struct save *save)
{
	const struct registry_change *change = save->change;
	save->entry = change->name ? index_find(&save->index, change->name) : NULL;
	if (change->name && !save->entry)
		return message_error(save->messages, -ESTALE,
			"zone %s was deleted or renamed meanwhile by another command",
			change->name);
	if (!change->name)
		return 0;
	struct registry_version now = registry_version(save->registry, change->name);
	if (change->version && !registry_version_equal(&now, change->version))
		return message_error(save->messages, -ESTALE,
			"zone %s was changed meanwhile by another command: \"revert\" reads it "
			"again",
			change->name);
	int rc = registry_check_operation(save->registry, change->name, save->messages);
	if (rc == 0)
		rc = check_lines(save, change->name);
	if (rc < 0)
		return rc;
	int state = registry_state(
		save->registry, change->name, save->entry->state, save->messages);
	if (state < 0)
		return state;
	save->state = (enum zone_state)state;
	return 0;
}

/* Whether a file of this name stands in the way of a zone that the index does not know. */
static int check_name_free(struct save *save, const char *name)
{
	struct registry_version none = { 0 };
	struct registry_version version = registry_version(save->registry, name);
	if (index_find(&save->index, name))
		return message_error(save->messages, -EEXIST,
			"there is a zone %s already: choose another name", name);
	if (!registry_version_equal(&version, &none))
		return message_error(save->messages, -EEXIST,
			REGISTRY_PATH
			"/%s.xml is there, but the index knows no such zone: look at that "
			"file and move it away",
			name);
	return check_lines(save, name);
}

static int check_name(struct save *save, const char *name)
{
	const char *expected = zone_name_wrong(name);
	if (expected)
		return message_error(save->messages, -EINVAL, "\"%s\" is not %s", name, expected);
	if (zone_name_reserved(name))
		return message_error(save->messages, -EPERM,
			"names beginning with SUNW are kept for templates: choose another one than "
			"%s",
			name);
	if (save->change->name && strcmp(save->change->name, name) == 0)
		return 0;
	/* One that the index has lost can be made again, to halt it; no other zone becomes it. */
	AUTO_LIVE live;
	int rc = registry_live(save->registry, name, &live, save->messages);
	if (rc > 0 && save->change->name)
		return message_error(save->messages, -EBUSY,
			"a zone %s is %s, although the index does not know it: choose another name",
			name, zone_state_name(live.state));
	return rc < 0 ? rc : check_name_free(save, name);
}

/*
 * Whether the index and what is stored agree, and the zone's state allows to change what is fixed
 * once it is installed, if that is changed.
 */
static int check_fixed(struct save *save)
{
	const struct zone *zone = save->change->zone;
	const char *name = save->change->name, *listed = save->entry->zonepath;
	AUTO_ZONE *stored = NULL;
	int rc = registry_load_file(save->registry, name, &stored, save->messages);
	if (rc == -ENOENT)
		rc = registry_missing(name, save->messages);
	if (rc < 0)
		return rc;
	const char *was = zone_get(stored, ZONE_PATH), *is = zone_get(zone, ZONE_PATH);
	/* Whichever is meant must be said. */
	if (was && *listed && strcmp(was, listed) != 0 && strcmp(was, is) == 0)
		return message_error(save->messages, -EINVAL,
			"zonepath is %s in " REGISTRY_PATH "/%s.xml, but \"%s\" in " REGISTRY_PATH
			"/index: correct the one that is wrong",
			was, name, listed);
	if (save->state == STATE_CONFIGURED || zone_equal_fixed(stored, zone))
		return 0;
	return zone_state_allows(save->state, OP_RELOCATE, name, save->messages);
}

/* Whether the zone's state allows the change. */
static int check_state(struct save *save)
{
	const struct registry_change *change = save->change;
	if (!save->entry)
		return 0;
	bool remove = !change->zone || change->anew;
	bool rename = !remove && strcmp(change->name, zone_get(change->zone, ZONE_NAME)) != 0;
	enum zone_operation operation = remove ? (change->force ? OP_FORCE_DELETE : OP_DELETE)
		: rename                       ? OP_RENAME
					       : OP_CONFIGURE;
	int rc = zone_state_allows(save->state, operation, change->name, save->messages);
	return rc < 0 || remove ? rc : check_fixed(save);
}

/* Never store what could not be read again as it is. */
static int make_xml(struct save *save)
{
	const struct zone *zone = save->change->zone;
	int rc = xml_format(zone, &save->xml, save->messages);
	if (rc < 0)
		return rc;
	AUTO_ZONE *again = NULL;
	rc = xml_parse(
		save->xml.data, save->xml.len, "the new configuration", &again, save->messages);
	if (rc == 0 && !zone_equal(zone, again))
		rc = message_error(save->messages, -EINVAL,
			"zone %s: its configuration does not survive being stored; nothing was "
			"changed",
			zone_get(zone, ZONE_NAME));
	return rc;
}

/* Two zones in one place, which verify refuses: said as soon as it can be known. */
static void warn_of_overlap(struct save *save)
{
	const struct zone *zone = save->change->zone;
	const char *path = zone ? zone_get(zone, ZONE_PATH) : NULL;
	for (size_t i = 0; path && i < save->index.count; i++) {
		const struct index_entry *other = &save->index.lines[i].entry;
		if (save->index.lines[i].text || other == save->entry || !*other->zonepath
			|| strcmp(other->name, "global") == 0
			|| !path_overlap(path, other->zonepath))
			continue;
		message_warning(save->messages,
			"zonepath %s %s %s, the zonepath of zone %s: only one of them can be "
			"installed",
			path, strcmp(path, other->zonepath) == 0 ? "is" : "overlaps with",
			other->zonepath, other->name);
		return;
	}
}

/* The index as it will be; never one that no reader would take. */
static int make_index(struct save *save)
{
	const struct zone *zone = save->change->zone;
	if (!zone) {
		index_remove(&save->index, save->change->name);
	} else if (save->entry) {
		if (save->change->anew)
			index_entry_set_state(save->entry, STATE_CONFIGURED);
		index_entry_rename(save->entry, zone_get(zone, ZONE_NAME));
		index_entry_move(save->entry, zone_get(zone, ZONE_PATH));
	} else {
		index_add(&save->index, zone_get(zone, ZONE_NAME), STATE_CONFIGURED,
			zone_get(zone, ZONE_PATH));
	}
	index_format(&save->index, &save->index_text);
	if (save->index_text.len > INDEX_SIZE_MAX)
		return message_error(save->messages, -EFBIG,
			"the index would have more than %d bytes: there are too many zones",
			INDEX_SIZE_MAX);
	return 0;
}

static int commit(struct save *save)
{
	const struct registry_change *change = save->change;
	const char *new_name = change->zone ? zone_get(change->zone, ZONE_NAME) : NULL;
	AUTO_FREE char *new_file = new_name ? registry_file(new_name) : NULL;
	AUTO_FREE char *old_file = change->name ? registry_file(change->name) : NULL;
	struct journal_step steps[3];
	size_t count = 0;
	if (new_name)
		steps[count++] = (struct journal_step){ new_file, save->xml.data, save->xml.len };
	steps[count++] = (struct journal_step){ "index", save->index_text.data,
		save->index_text.len };
	if (old_file && (!new_file || strcmp(old_file, new_file) != 0))
		steps[count++] = (struct journal_step){ .name = old_file };
	return journal_commit(save->registry->dir_fd, REGISTRY_PATH, steps, count, save->messages);
}

static int save_locked(struct save *save)
{
	const struct zone *zone = save->change->zone;
	int rc = zone ? zone_check(zone, save->messages) : 0;
	if (rc == 0)
		rc = check_stored(save);
	if (rc == 0 && zone)
		rc = check_name(save, zone_get(zone, ZONE_NAME));
	if (rc == 0)
		rc = check_state(save);
	if (rc == 0 && zone)
		rc = make_xml(save);
	if (rc == 0)
		warn_of_overlap(save);
	if (rc == 0)
		rc = make_index(save);
	return rc < 0 ? rc : commit(save);
}

int registry_save(
	struct registry *registry, const struct registry_change *change, struct messages *messages)
{
	if (!registry_writable())
		return message_error(messages, -EPERM, "only root may change zones");
	AUTO_FD lock = registry_lock(registry, LOCK_WAIT_MS, messages);
	if (lock < 0)
		return lock;
	/* Somebody may have died since we opened it. */
	int rc = journal_recover(registry->dir_fd, REGISTRY_PATH, messages);
	struct save save = { .registry = registry, .change = change, .messages = messages };
	if (rc == 0)
		rc = registry_index(registry, &save.index, messages);
	if (rc < 0)
		return rc;
	rc = save_locked(&save);
	if (rc == 0 && change->name && !index_find(&save.index, change->name))
		live_clean(registry->run_fd, change->name);
	if (rc == 0 && zone_state_is_live(save.state))
		message_note(messages, "zone %s is %s: what was changed holds from its next boot",
			change->name, zone_state_name(save.state));
	index_free(&save.index);
	str_free(&save.xml);
	str_free(&save.index_text);
	return rc;
}
