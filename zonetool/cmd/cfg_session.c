/* cfg_session.c - what zonecfg's commands share: one zone being edited. */
#include "cmd/cfg.h"

#include "grammar/lexer.h"
#include "util/alloc.h"
#include "zone/name.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* ---- beginning and end ---- */

void target_copy(struct target *to, const struct target *from)
{
	struct target copy = *from;
	copy.zone = from->zone ? zone_copy(from->zone) : NULL;
	zone_free(to->zone);
	*to = copy;
}

/* A template, which can only be looked at. Returns as registry_load() does. */
static int load_template(struct session *session, struct messages *messages)
{
	const char *name = session->name;
	struct messages quiet = messages_quiet();
	struct registry_version none = { 0 }, version = registry_version(session->registry, name);
	int rc = registry_load_template(session->registry, name, &session->stored.zone, &quiet);
	if (rc < 0 && registry_version_equal(&version, &none))
		return -ENOENT;
	return rc < 0
		? registry_load_template(session->registry, name, &session->stored.zone, messages)
		: rc;
}

/*
 * Read what is stored. The zone may be missing; one that is damaged is described by warnings, as it
 * can still be deleted or made anew. Returns 0, or a negative errno, described: nothing can be
 * read.
 */
static int load(struct session *session)
{
	struct messages softly = messages_as_warnings(session->messages);
	struct index index;
	/* If this one cannot be read, nothing is known about any zone. */
	int rc = registry_index(session->registry, &index, session->messages);
	if (rc < 0)
		return rc;
	index_free(&index);
	/*
	 * Nor if it cannot be told whether this one runs: that is no damage to its configuration.
	 */
	AUTO_LIVE live;
	rc = registry_live(session->registry, session->name, &live, session->messages);
	if (rc < 0)
		return rc;
	rc = zone_name_reserved(session->name)
		? load_template(session, &softly)
		: registry_load(session->registry, session->name, &session->stored, &softly);
	session->exists = rc != -ENOENT;
	session->damaged = rc < 0 && rc != -ENOENT;
	if (rc == 0)
		session->target.zone = zone_copy(session->stored.zone);
	return 0;
}

static void forget(struct session *session)
{
	resource_free(session->edited);
	zone_free(session->target.zone);
	zone_free(session->committed.zone);
	zone_free(session->stored.zone);
	session->edited = NULL;
	session->target = session->committed = (struct target){ 0 };
	session->has_committed = false;
	session->stored = (struct registry_zone){ 0 };
}

/* The zone may have been deleted, or never stored: nothing is left of its lock. */
static void unlock(struct session *session)
{
	if (session->lock_fd >= 0)
		session->lock_fd = registry_unlock_zone(
			session->registry, session->name, session->lock_fd);
}

int session_init(struct session *session, struct registry *registry, const char *name,
	struct messages *messages)
{
	*session = (struct session){
		.registry = registry, .messages = messages, .lock_fd = -1, .name = xstrdup(name)
	};
	return load(session);
}

void session_free(struct session *session)
{
	forget(session);
	unlock(session);
	free(session->name);
	*session = (struct session){ .lock_fd = -1 };
}

int session_reload(struct session *session)
{
	forget(session);
	return load(session);
}

/* ---- storing ---- */

bool session_changed(const struct session *session)
{
	const struct target *target = &session->target;
	if (target->replaces)
		return true;
	if (!target->zone)
		return false;
	return !session->stored.zone || !zone_equal(target->zone, session->stored.zone);
}

/*
 * The lock is held from the first check to the last write: by input that is no dialogue from its
 * first change on, by a dialogue while it stores. A person may think for hours; that nobody else
 * changed the zone meanwhile is checked by its version.
 */
static int lock(struct session *session)
{
	if (session->lock_fd >= 0)
		return 0;
	int fd = registry_lock_zone(
		session->registry, session->name, LOCK_EXCLUSIVE, LOCK_WAIT_MS, session->messages);
	if (fd < 0)
		return fd;
	session->lock_fd = fd;
	return 0;
}

static int save(struct session *session, const char *new_name)
{
	const struct target *target = &session->target;
	struct registry_change change = { .name = session->exists ? session->name : NULL,
		.zone = target->zone,
		.version = &session->stored.version,
		.anew = target->replaces,
		.force = target->force };
	/* A renamed zone has two names that nobody else may use now. */
	int other = -1;
	if (new_name && strcmp(new_name, session->name) != 0) {
		other = registry_lock_zone(session->registry, new_name, LOCK_EXCLUSIVE,
			LOCK_WAIT_MS, session->messages);
		if (other < 0)
			return other;
	}
	int rc = registry_save(session->registry, &change, session->messages);
	if (other >= 0)
		registry_unlock_zone(session->registry, new_name, other);
	return rc;
}

/* Store what was changed. Afterwards a dialogue begins with what is stored; anything else ends. */
static int store(struct session *session)
{
	const struct zone *zone = session->target.zone;
	AUTO_FREE char *new_name = zone ? xstrdup(zone_get(zone, ZONE_NAME)) : NULL;
	int rc = lock(session);
	/* What was created and deleted again was never stored. */
	if (rc == 0 && (session->exists || zone))
		rc = save(session, new_name);
	if (session->dialogue)
		unlock(session);
	if (rc < 0 || !session->dialogue)
		return rc;
	if (new_name) {
		free(session->name);
		session->name = new_name;
		new_name = NULL;
	}
	session_reload(session); /* it is stored, even if it cannot be read just now */
	return 0;
}

int session_store(struct session *session)
{
	const struct zone *zone = session->target.zone;
	if (!session_changed(session))
		return 0;
	int rc = zone ? zone_check(zone, session->messages) : 0;
	return rc < 0 ? rc : store(session);
}

int session_finish(struct session *session)
{
	if (session->edited)
		return message_error(session->messages, -EINVAL,
			"the %s was not ended: \"end\" or \"cancel\" is missing; nothing was "
			"stored",
			session->edited->type->name);
	return session_store(session);
}

/*
 * Wait for an answer. Returns 1: a line can be read, or the input has ended; 0: ^C. While it does
 * not wait, ^C is kept, so that none is missed.
 */
static int wait_for_answer(const sigset_t *waiting)
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	return ppoll(&input, 1, NULL, waiting) > 0;
}

/* Ask a person "QUESTION (y/[n])? ". An empty answer, and the end of input, mean no. */
static bool ask(const char *question)
{
	AUTO_FREE char *line = NULL;
	size_t room = 0;
	sigset_t interrupt, before;
	sigemptyset(&interrupt);
	sigaddset(&interrupt, SIGINT);
	sigprocmask(SIG_BLOCK, &interrupt, &before);
	/*
	 * What was typed or pasted before the question was not meant for it, nor was ^D at another.
	 */
	tcflush(STDIN_FILENO, TCIFLUSH);
	clearerr(stdin);
	ssize_t len;
	do {
		printf("%s (y/[n])? ", question);
		fflush(stdout);
		len = wait_for_answer(&before) ? getline(&line, &room, stdin) : -1;
	} while (len > 1 && !strchr("nNyY", line[0]));
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (len < 0)
		putchar('\n');
	return len > 1 && strchr("yY", line[0]);
}

int session_confirm(
	const struct session *session, const char *what, const char *question, bool force)
{
	if (force)
		return 0;
	if (session->person)
		return ask(question) ? 0 : -ECANCELED;
	return message_error(session->messages, -EPERM,
		"%s asks before it throws something away, and nobody is there to ask: say \"%s "
		"-F\"",
		what, what);
}

bool session_leave(struct session *session, bool force)
{
	if (session->edited && !force) {
		AUTO_FREE char *question = xasprintf(
			"The %s is not ended and would be lost; really quit",
			session->edited->type->name);
		if (!ask(question))
			return false;
	}
	if (session_store(session) == 0 || force)
		return true;
	return ask("The changes are not stored and would be lost; really quit");
}

/* ---- one command ---- */

typedef int verb_function(struct session *session, const struct command *command);

static verb_function *const functions[VERB_COUNT] = {
	[VERB_ADD] = cfg_add,
	[VERB_CANCEL] = cfg_cancel,
	[VERB_CLEAR] = cfg_clear,
	[VERB_COMMIT] = cfg_commit,
	[VERB_CREATE] = cfg_create,
	[VERB_DELETE] = cfg_delete,
	[VERB_END] = cfg_end,
	[VERB_EXIT] = cfg_exit,
	[VERB_EXPORT] = cfg_export,
	[VERB_HELP] = cfg_help,
	[VERB_INFO] = cfg_info,
	[VERB_REMOVE] = cfg_remove,
	[VERB_REVERT] = cfg_revert,
	[VERB_SELECT] = cfg_select,
	[VERB_SET] = cfg_set,
	[VERB_VERIFY] = cfg_verify,
};

/* Whether a command makes sense where the user is. */
static int check_scope(const struct session *session, enum verb verb)
{
	const struct verb_row *row = &verb_rows[verb];
	if (session->edited && !(row->scopes & SCOPE_RESOURCE))
		return message_error(session->messages, -EINVAL,
			"%s is a command for the zone: end or cancel the %s first", row->name,
			session->edited->type->name);
	if (!session->edited && !(row->scopes & SCOPE_ZONE))
		return message_error(session->messages, -EINVAL,
			"%s is a command for a resource: add or select one first", row->name);
	return 0;
}

/* Without a zone only these make sense. */
static int check_zone(const struct session *session, enum verb verb)
{
	bool without = verb == VERB_CREATE || verb == VERB_HELP || verb == VERB_EXIT
		|| ((verb == VERB_DELETE || verb == VERB_REVERT) && session->exists);
	if (session->target.zone || without)
		return 0;
	if (session->damaged)
		return message_error(session->messages, -EINVAL,
			"zone %s cannot be read: restore its file, \"delete -F\" it, or \"create "
			"-F\" it anew",
			session->name);
	return message_error(session->messages, -ENOENT,
		"%s: No such zone configured\nUse 'create' to begin configuring a new zone.",
		session->name);
}

/* Before the first change: rights, and the lock with what is stored under it. */
static int begin_change(struct session *session)
{
	if (!registry_writable())
		return message_error(session->messages, -EPERM,
			"only root may change zones: this can be looked at only");
	if (zone_name_reserved(session->name))
		return message_error(session->messages, -EPERM,
			"names beginning with SUNW are kept for templates, which are only looked "
			"at: \"create -t %s\" begins a zone from it",
			session->name);
	if (session->dialogue || session->lock_fd >= 0)
		return 0;
	int rc = lock(session);
	if (rc < 0)
		return rc;
	/*
	 * Nothing was changed yet: what came before only looked. Damage was told of, unless it is
	 * new.
	 */
	struct registry_version now = registry_version(session->registry, session->name);
	if (!session->damaged || !registry_version_equal(&now, &session->stored.version))
		rc = session_reload(session);
	return rc;
}

int session_execute(struct session *session, const struct command *command)
{
	const struct verb_row *row = &verb_rows[command->verb];
	int rc = check_scope(session, command->verb);
	if (rc == 0 && row->changes)
		rc = begin_change(session);
	if (rc == 0)
		rc = check_zone(session, command->verb);
	return rc < 0 ? rc : functions[command->verb](session, command);
}

/* ---- names in their scope ---- */

struct resource *session_scope(const struct session *session)
{
	return session->edited ? session->edited : session->target.zone->own;
}

struct value *session_value(const struct session *session, const struct prop *prop)
{
	struct resource *scope = session_scope(session);
	return &scope->values[prop - scope->type->props];
}

const char *session_scope_name(const struct session *session)
{
	return session->edited ? session->edited->type->name : "the zone";
}

const struct prop *session_prop(const struct session *session, const char *name)
{
	const struct resource_type *type = session_scope(session)->type;
	const struct prop *prop = prop_find(type, name);
	if (prop && prop->kind != PROP_REFUSED)
		return prop;
	if (prop) {
		message_error(session->messages, -EINVAL, "%s: %s", name, prop->help);
		return NULL;
	}
	AUTO_STR known = STR_EMPTY;
	for (size_t i = 0; i < type->prop_count; i++)
		if (type->props[i].kind != PROP_REFUSED)
			text_addf(&known, "%s%s", known.len ? ", " : "", type->props[i].name);
	if (!session->edited && resource_type_find(name))
		message_error(session->messages, -EINVAL,
			"%s is a resource: \"add %s\" begins one, \"select %s\" one that there is",
			name, name, name);
	else
		message_error(session->messages, -EINVAL, "%s has no property %s: it has %s",
			session_scope_name(session), name, str_get(&known));
	return NULL;
}

const struct resource_type *session_type(const struct session *session, const char *name)
{
	const struct resource_type *type = resource_type_find(name);
	if (type)
		return type;
	AUTO_STR known = STR_EMPTY;
	for (size_t i = RES_ZONE + 1; i < RES_COUNT; i++)
		text_addf(&known, "%s%s", known.len ? ", " : "", resource_types[i].name);
	message_error(session->messages, -EINVAL, "there is no resource %s: there are %s", name,
		str_get(&known));
	return NULL;
}

/* Whether the zone is still in a state in which what makes its installation can change. */
static int allows_fixed(const struct session *session)
{
	if (!session->exists || session->damaged || session->target.replaces)
		return 0;
	return zone_state_allows(
		session->stored.state, OP_RELOCATE, session->name, session->messages);
}

int session_allows_type(const struct session *session, const struct resource_type *type)
{
	return type->flags & TYPE_BEFORE_INSTALL ? allows_fixed(session) : 0;
}

int session_allows_prop(const struct session *session, const struct prop *prop)
{
	return prop->flags & PROP_BEFORE_INSTALL ? allows_fixed(session) : 0;
}

/* ---- filters ---- */

/* A filter's property and canonical value. */
struct match {
	size_t prop;
	struct value value;
};

static int parse_filter(const struct session *session, const struct resource_type *type,
	const struct command_filter *filter, struct match *match)
{
	const struct prop *prop = prop_find(type, filter->name);
	if (!prop)
		return message_error(session->messages, -EINVAL, "%s has no property %s",
			type->name, filter->name);
	match->prop = (size_t)(prop - type->props);
	match->value = value_copy(&filter->value);
	return prop_check(prop, &match->value, session->messages);
}

static bool matches(const struct resource *resource, const struct match *match, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!value_equal(&resource->values[match[i].prop], &match[i].value))
			return false;
	return true;
}

long session_match(
	const struct session *session, const struct command *command, size_t **ret_positions)
{
	struct match match[COMMAND_FILTERS_MAX] = { 0 };
	const struct zone *zone = session->target.zone;
	const struct resource_type *type = session_type(session, command->word);
	int rc = type ? 0 : -EINVAL;
	for (size_t i = 0; rc == 0 && i < command->filter_count; i++)
		rc = parse_filter(session, type, &command->filters[i], &match[i]);
	size_t *positions = xcalloc(zone->count, sizeof(*positions)), count = 0;
	for (size_t i = 0; rc == 0 && i < zone->count; i++)
		if (zone->resources[i]->type == type
			&& matches(zone->resources[i], match, command->filter_count))
			positions[count++] = i;
	for (size_t i = 0; i < command->filter_count; i++)
		value_free(&match[i].value);
	if (rc < 0) {
		free(positions);
		return rc;
	}
	*ret_positions = positions;
	return (long)count;
}

char *session_example(const struct session *session, const size_t *positions)
{
	const struct resource *one = session->target.zone->resources[positions[0]];
	const struct resource *other = session->target.zone->resources[positions[1]];
	struct str example = STR_EMPTY;
	for (size_t i = 0; i < one->type->prop_count; i++) {
		if (!one->values[i].count || value_equal(&one->values[i], &other->values[i]))
			continue;
		text_addf(&example, "%s=", one->type->props[i].name);
		lexer_quote(&example, one->values[i].items[0], LEX_FILTER);
		break;
	}
	return text_take(&example);
}

void session_add_list(struct str *text, const struct value *value)
{
	text_addc(text, '[');
	for (size_t i = 0; i < value->count; i++) {
		if (i)
			text_addc(text, ',');
		lexer_quote(text, value->items[i], LEX_ITEM);
	}
	text_addc(text, ']');
}
