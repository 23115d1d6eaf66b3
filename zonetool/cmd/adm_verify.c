/* adm_verify.c - zoneadm verify: could this zone be installed and booted? */
#include "cmd/cmd.h"

#include "util/alloc.h"
#include "util/clock.h"
#include "zone/verify.h"

#include <errno.h>
#include <string.h>

static bool agree(const struct index_entry *entry, const struct zone *zone)
{
	const char *zonepath = zone_get(zone, ZONE_PATH);
	return zonepath && strcmp(zonepath, entry->zonepath) == 0;
}

/*
 * Read the zone. The index was read before, and another command may have changed both since: if
 * they do not agree, both are read once more. Returns 0, or a negative errno, described.
 */
static int load(struct adm *adm, struct registry_zone *ret_zone)
{
	int rc = registry_load(adm->registry, adm->entry->name, ret_zone, adm->messages);
	if (rc == 0 && agree(adm->entry, ret_zone->zone))
		return 0;
	if (rc < 0 && rc != -ENOENT)
		return rc;
	if (rc == 0)
		zone_free(ret_zone->zone);
	/* A command that changes both is done with it sooner. */
	clock_pause(100);
	rc = adm_read_index(adm);
	if (rc < 0)
		return rc;
	rc = registry_load(adm->registry, adm->entry->name, ret_zone, adm->messages);
	if (rc == -ENOENT)
		message_error(adm->messages, rc, "%s: it was deleted or renamed just now",
			adm->entry->name);
	return rc;
}

int adm_verify(struct adm *adm, int argc, char **argv)
{
	if (argc > 1)
		return cmd_usage_error(adm, argv[0], "%s: no operand is expected", argv[1]);
	AUTO_FREE char *name = xstrdup(adm->entry->name);
	struct registry_zone zone;
	int rc = load(adm, &zone);
	if (rc == 0) {
		rc = zone_verify(adm->registry, &adm->index, adm->entry, &zone, adm->messages);
		zone_free(zone.zone);
	}
	if (rc < 0)
		message_error(adm->messages, rc, "zone '%s' failed to verify", name);
	return rc < 0 ? CMD_FAILED : CMD_DONE;
}
