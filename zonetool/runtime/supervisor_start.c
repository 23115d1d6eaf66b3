/* supervisor_start.c - a life begins: from installed until the launcher makes its platform. */
#include "runtime/supervisor_private.h"

#include "runtime/cgroup.h"
#include "runtime/network.h"
#include "util/alloc.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
	UID_SHIFT_FIRST = 0x80000, /* host uids of user namespaces: as systemd-nspawn(1) has them */
	UID_SHIFTS = 28000,
};

/* The zone as it is configured now; it must be installed, whether it lives or not. */
static int load_from(struct supervisor *s, struct registry *registry)
{
	struct index index = { 0 };
	struct registry_zone stored;
	int rc = registry_index(registry, &index, &s->messages);
	if (rc < 0)
		return rc;
	const struct index_entry *entry = index_find(&index, s->name);
	if (!entry)
		rc = registry_unknown(s->name, &s->messages);
	else if (entry->state != STATE_INSTALLED)
		rc = message_error(&s->messages, -EINVAL,
			"zone %s is %s: only one that is installed can boot", s->name,
			zone_state_name(entry->state));
	else
		rc = registry_check_operation(registry, s->name, &s->messages);
	if (rc == 0)
		rc = registry_load(registry, s->name, &stored, &s->messages);
	if (rc == 0) {
		s->life.zone = stored.zone;
		s->life.version = stored.version;
		s->life.zonepath = xstrdup(entry->zonepath);
	}
	index_free(&index);
	return rc;
}

static int load(struct supervisor *s)
{
	struct registry *registry;
	int rc = registry_open("zoneadmd", &registry, &s->messages);
	if (rc < 0)
		return rc;
	rc = load_from(s, registry);
	registry_close(registry);
	if (rc < 0)
		return rc;
	s->life.ops = runtime_default(&s->messages);
	return s->life.ops ? s->life.ops->check(&s->messages) : -EINVAL;
}

/* From here on there is a record, so that all that is made is found again. */
static int record(struct supervisor *s)
{
	struct supervisor_life *life = &s->life;
	int id = live_new_id(s->run_fd, &s->messages);
	if (id < 0)
		return id;
	bool again = life->live.again;
	live_free(&life->live);
	life->live = (struct live){ .id = (unsigned)id,
		.since = time(NULL),
		.supervised = true,
		.again = again,
		.console_fd = SUPERVISOR_CONSOLE_FD,
		.runtime = xstrdup(life->ops->name) };
	int rc = process_find(getpid(), &life->live.supervisor);
	if (rc < 0)
		return message_error(
			&s->messages, rc, "cannot tell when zoneadmd began: %s", strerror(-rc));
	if (runtime_wants_users(life->zone))
		life->uid_shift = UID_SHIFT_FIRST
			+ life->live.id % UID_SHIFTS * (uint32_t)RUNTIME_SHIFT_RANGE;
	if (life->ops->contains)
		network_plan(life->zone, &life->live);
	life->recorded = true;
	return supervisor_enter(s, LIFE_PREPARING);
}

static int make_place(struct supervisor *s)
{
	if (mkdir(s->place, 0700) < 0)
		return message_error(
			&s->messages, -errno, "cannot make %s: %s", s->place, strerror(errno));
	return supervisor_notify_open(s);
}

/* What the host has for the zone beside processes. */
static int make_host_side(struct supervisor *s)
{
	struct supervisor_life *life = &s->life;
	if (!life->ops->contains)
		return 0;
	struct runtime_zone zone = supervisor_zone(s);
	int rc = network_add(life->zone, &life->live, &s->messages);
	if (rc == 0)
		rc = cgroup_make(&zone, &life->live.cgroup, &s->messages);
	if (rc < 0)
		return rc;
	rc = cgroup_watch(life->live.cgroup, &life->cgroup_fd, &s->messages);
	/* Before there is a process in the group. */
	return rc < 0 ? rc : supervisor_enter(s, LIFE_PREPARING);
}

static int launch(struct supervisor *s)
{
	struct supervisor_life *life = &s->life;
	struct runtime_zone zone = supervisor_zone(s);
	AUTO_FREE char *notify = xasprintf("%s/notify", s->place);
	struct launcher_job job = { .ops = life->ops,
		.zone = &zone,
		.cgroup = life->live.cgroup,
		.console_fd = console_master(s->console),
		.keep_console_fd = SUPERVISOR_CONSOLE_FD,
		.notify_socket = notify };
	int rc = launcher_start(&job, &life->launcher, &s->messages);
	if (rc < 0)
		return rc;
	life->child = true;
	rc = process_find(life->launcher.pid, &life->live.engine);
	if (rc < 0)
		return message_error(&s->messages, rc, "process %d, which was to start zone %s: %s",
			(int)life->launcher.pid, s->name, strerror(-rc));
	return supervisor_enter(s, LIFE_PREPARING);
}

void supervisor_start(struct supervisor *s, enum supervisor_goal goal)
{
	s->life.goal = goal;
	int rc = load(s);
	if (rc == 0)
		rc = record(s);
	if (rc == 0)
		rc = make_place(s);
	if (rc == 0)
		rc = make_host_side(s);
	if (rc == 0)
		rc = launch(s);
	if (rc < 0)
		supervisor_halt(s, rc);
}
