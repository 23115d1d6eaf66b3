/* supervisor_look.c - a zone that is off may be uninstalled, deleted or renamed by others. */
#include "runtime/supervisor_private.h"

#include "util/clock.h"

#include <sys/stat.h>

enum { LOOK_MS = 1000 };

/* Whether the index is another one, *ret_now, than when it was read last. */
static bool index_has_changed(const struct supervisor *s, struct registry_version *ret_now)
{
	struct stat st;
	if (stat(REGISTRY_PATH "/index", &st) < 0)
		return false;
	*ret_now = (struct registry_version){ st.st_dev, st.st_ino, st.st_ctim };
	return !registry_version_equal(ret_now, &s->looked);
}

/*
 * Why nobody can be at its console any more; unchanged if it has one. Returns 0, or a negative
 * errno, not described: that cannot be known now.
 */
static int find_end(const struct supervisor *s, const char **ret_end)
{
	struct messages quiet = messages_quiet();
	struct registry *registry;
	struct index index = { 0 };
	int rc = registry_open("zoneadmd", &registry, &quiet);
	if (rc < 0)
		return rc;
	rc = registry_index(registry, &index, &quiet);
	if (rc == 0) {
		const struct index_entry *entry = index_find(&index, s->name);
		if (!entry)
			*ret_end = "Zone deleted or renamed";
		else if (zone_state_allows(entry->state, OP_CONSOLE, s->name, &quiet) < 0)
			*ret_end = "Zone not installed any more";
	}
	index_free(&index);
	registry_close(registry);
	return rc;
}

void supervisor_look(struct supervisor *s)
{
	int64_t now = clock_ms();
	if (s->life.phase != LIFE_OFF || !console_viewers(s->console) || now < s->look_next)
		return;
	/* Each second, as instances of inotify(7) are few, and zones may be many. */
	s->look_next = now + LOOK_MS;
	struct registry_version version;
	const char *end = NULL;
	if (!index_has_changed(s, &version) || find_end(s, &end) < 0)
		return;
	s->looked = version;
	if (!end)
		return;
	console_notice(s->console, end);
	console_dismiss(s->console);
}
