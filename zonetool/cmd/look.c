/* look.c - a zone that a subcommand of zoneadm only looks at. */
#include "cmd/look.h"

#include "util/alloc.h"

#include <errno.h>

/* Whether a dead command left the zone between two states. */
static int check_record(struct adm *adm, const char *name)
{
	AUTO_OPERATION operation = { 0 };
	int rc = registry_operation(adm->registry, name, &operation, adm->messages);
	if (rc == -ENOENT)
		return 0;
	if (rc < 0)
		return rc;
	return message_error(adm->messages, -EBUSY,
		"zone %s: an interrupted %s is to be finished or undone first: zoneadm -z %s "
		"recover",
		name, operation_name(operation.kind), name);
}

int look_begin(struct adm *adm, enum zone_operation operation, struct work *ret_work)
{
	struct messages *messages = adm->messages;
	ret_work->adm = adm;
	ret_work->name = xstrdup(adm->entry->name);
	int fd = registry_lock_zone(adm->registry, ret_work->name, LOCK_SHARED, messages);
	if (fd < 0)
		return fd;
	ret_work->lock_fd = fd;
	int rc = check_record(adm, ret_work->name);
	if (rc == 0)
		rc = adm_read_index(adm);
	struct registry_zone loaded;
	if (rc == 0)
		rc = registry_load(adm->registry, ret_work->name, &loaded, messages);
	if (rc < 0)
		return rc;
	ret_work->zone = loaded.zone;
	ret_work->state = loaded.state;
	ret_work->zonepath = xstrdup(adm->entry->zonepath);
	return zone_state_allows(loaded.state, operation, ret_work->name, messages);
}
