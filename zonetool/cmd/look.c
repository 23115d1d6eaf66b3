/* look.c - a zone that a subcommand of zoneadm only looks at. */
#include "cmd/look.h"

#include "util/alloc.h"

int look_begin(struct adm *adm, enum zone_operation operation, struct work *ret_work)
{
	struct messages *messages = adm->messages;
	ret_work->adm = adm;
	ret_work->name = xstrdup(adm->entry->name);
	int rc = registry_check_live(adm->registry, ret_work->name, operation, messages);
	if (rc < 0)
		return rc;
	int fd = registry_lock_zone(
		adm->registry, ret_work->name, LOCK_SHARED, LOCK_WAIT_MS, messages);
	if (fd < 0)
		return fd;
	ret_work->lock_fd = fd;
	rc = registry_check_operation(adm->registry, ret_work->name, messages);
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
