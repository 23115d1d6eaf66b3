/* supervisor_look.c - a zone that is off may be uninstalled, deleted or renamed by others. */
#include "runtime/supervisor_private.h"

#include "util/clock.h"

#include <sys/stat.h>

enum { LOOK_MS = 1000 };

/* Whether the index is another one than when that was asked last. */
static bool index_has_changed(struct supervisor *s)
{
	struct stat st;
	if (stat(REGISTRY_PATH "/index", &st) < 0)
		return false;
	const struct registry_version now = { st.st_dev, st.st_ino, st.st_ctim };
	bool changed = !registry_version_equal(&now, &s->looked);
	s->looked = now;
	return changed;
}

/* Why nobody can be at its console any more; NULL: it has one, or that is not known. */
static const char *find_end(const struct supervisor *s)
{
	struct messages quiet = messages_quiet();
	struct registry *registry;
	struct index index = { 0 };
	const char *end = NULL;
	if (registry_open("zoneadmd", &registry, &quiet) < 0)
		return NULL;
	if (registry_index(registry, &index, &quiet) == 0) {
		const struct index_entry *entry = index_find(&index, s->name);
		if (!entry)
			end = "Zone deleted or renamed";
		else if (zone_state_allows(entry->state, OP_CONSOLE, s->name, &quiet) < 0)
			end = "Zone not installed any more";
	}
	index_free(&index);
	registry_close(registry);
	return end;
}

void supervisor_look(struct supervisor *s)
{
	int64_t now = clock_ms();
	if (s->life.phase != LIFE_OFF || !console_viewers(s->console) || now < s->look_next)
		return;
	/* Each second, as instances of inotify(7) are few, and zones may be many. */
	s->look_next = now + LOOK_MS;
	const char *end = index_has_changed(s) ? find_end(s) : NULL;
	if (!end)
		return;
	console_notice(s->console, end);
	console_dismiss(s->console);
}
