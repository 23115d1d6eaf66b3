/* registry_step.c - operations of several steps: their records, and what each step changes. */
#include "zone/registry.h"

#include "util/alloc.h"
#include "util/file.h"
#include "zone/journal.h"
#include "zone/registry_private.h"

#include <errno.h>

enum {
	OPERATION_MAX = 16384, /* bytes in a record: two zonepaths and some numbers */
};

static char *operation_file(const char *name)
{
	return xasprintf("%s.operation", name);
}

int registry_operation(struct registry *registry, const char *name, struct operation *ret_operation,
	struct messages *messages)
{
	AUTO_FREE char *file = operation_file(name), *text = NULL;
	AUTO_FREE char *path = xasprintf(REGISTRY_PATH "/%s", file);
	size_t len;
	if (registry->dir_fd < 0)
		return -ENOENT;
	int rc = file_read(registry->dir_fd, file, OPERATION_MAX, path, &text, &len, messages);
	return rc < 0 ? rc : operation_parse(text, len, path, ret_operation, messages);
}

int registry_check_operation(struct registry *registry, const char *name, struct messages *messages)
{
	AUTO_OPERATION operation = { 0 };
	int rc = registry_operation(registry, name, &operation, messages);
	if (rc < 0)
		return rc == -ENOENT ? 0 : rc;
	return message_error(messages, -EBUSY,
		"zone %s: an interrupted %s is to be finished or undone first: zoneadm -z %s "
		"recover",
		name, operation_name(operation.kind), name);
}

/* The zone's document with another zonepath. */
static int make_xml(struct registry *registry, const struct registry_step *step, struct str *xml,
	struct messages *messages)
{
	AUTO_ZONE *zone = NULL;
	int rc = registry_load_file(registry, step->name, &zone, messages);
	if (rc == -ENOENT)
		return registry_missing(step->name, messages);
	if (rc < 0)
		return rc;
	zone_set(zone, ZONE_PATH, step->zonepath);
	return xml_format(zone, xml, messages);
}

/* What a step changes, as files. */
struct texts {
	struct str xml, index, operation;
};

static int make_texts(struct registry *registry, const struct registry_step *step,
	struct texts *texts, struct messages *messages)
{
	struct index index;
	int rc = registry_index(registry, &index, messages);
	if (rc < 0)
		return rc;
	struct index_entry *entry = index_find(&index, step->name);
	if (!entry)
		rc = registry_unknown(step->name, messages);
	if (entry && step->state >= 0)
		index_entry_set_state(entry, (enum zone_state)step->state);
	if (entry && step->zonepath) {
		index_entry_move(entry, step->zonepath);
		rc = make_xml(registry, step, &texts->xml, messages);
	}
	index_format(&index, &texts->index);
	index_free(&index);
	if (step->operation)
		operation_format(step->operation, &texts->operation);
	return rc;
}

static int commit(struct registry *registry, const struct registry_step *step,
	const struct texts *texts, struct messages *messages)
{
	AUTO_FREE char *xml = registry_file(step->name), *operation = operation_file(step->name);
	struct journal_step steps[3];
	size_t count = 0;
	if (step->zonepath)
		steps[count++] = (struct journal_step){ xml, str_get(&texts->xml), texts->xml.len };
	steps[count++] = (struct journal_step){ "index", str_get(&texts->index), texts->index.len };
	steps[count++] = (struct journal_step){ operation,
		step->operation ? str_get(&texts->operation) : NULL, texts->operation.len };
	return journal_commit(registry->dir_fd, REGISTRY_PATH, steps, count, messages);
}

int registry_step(
	struct registry *registry, const struct registry_step *step, struct messages *messages)
{
	/* Nobody holds it for long, but twenty may wait for it; and giving up half way is worse. */
	AUTO_FD lock = registry_lock(registry, LOCK_WAIT_LONG_MS, messages);
	if (lock < 0)
		return lock;
	int rc = journal_recover(registry->dir_fd, REGISTRY_PATH, messages);
	struct texts texts = { STR_EMPTY, STR_EMPTY, STR_EMPTY };
	if (rc == 0)
		rc = make_texts(registry, step, &texts, messages);
	if (rc == 0)
		rc = commit(registry, step, &texts, messages);
	str_free(&texts.xml);
	str_free(&texts.index);
	str_free(&texts.operation);
	return rc;
}
