/* test_privileges.c - which capabilities a zone has, and giving up the others, and limits. */
#include "zone_fixture.h"

#include "runtime/privileges.h"
#include "util/alloc.h"

#include <errno.h>
#include <linux/capability.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define BIT(cap) (UINT64_C(1) << (cap))

static struct zone *make_zone(const char *limitpriv, const char *ip_type, bool with_net)
{
	struct zone *zone = zone_new();
	zone_set(zone, ZONE_NAME, "web");
	zone_set(zone, ZONE_LIMITPRIV, limitpriv);
	zone_set(zone, ZONE_IP_TYPE, ip_type);
	if (with_net) {
		struct resource *net = resource_new(&resource_types[RES_NET]);
		resource_set(net, NET_PHYSICAL, "eth0");
		zone_add(zone, net);
	}
	return zone;
}

static uint64_t set_of(const char *limitpriv)
{
	AUTO_ZONE *zone = make_zone(limitpriv, NULL, true);
	return privileges_set(zone);
}

static void the_host_is_not_the_zones(void **state)
{
	(void)state;
	uint64_t set = set_of(NULL);
	static const int never[] = { CAP_SYS_MODULE, CAP_SYS_RAWIO, CAP_SYS_TIME, CAP_SYSLOG,
		CAP_BPF, CAP_PERFMON, CAP_MAC_ADMIN, CAP_MAC_OVERRIDE, CAP_SYS_PACCT,
		CAP_WAKE_ALARM, CAP_BLOCK_SUSPEND, CAP_AUDIT_READ, CAP_CHECKPOINT_RESTORE };
	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		assert_false(set & BIT(never[i]));
	static const int always[] = { CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_FOWNER, CAP_KILL, CAP_SETGID,
		CAP_SETUID, CAP_SYS_ADMIN, CAP_SYS_BOOT, CAP_MKNOD, CAP_NET_RAW };
	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++)
		assert_true(set & BIT(always[i]));
	assert_false(set >> (CAP_LAST_CAP + 1));
}

static void network_of_its_own(void **state)
{
	(void)state;
	static const struct {
		const char *ip_type;
		bool net, administers;
	} cases[] = { { "shared", true, false }, { "shared", false, true },
		{ "exclusive", true, true }, { "exclusive", false, true } };
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		AUTO_ZONE *zone = make_zone(NULL, cases[i].ip_type, cases[i].net);
		assert_int_equal(
			!!(privileges_set(zone) & BIT(CAP_NET_ADMIN)), cases[i].administers);
	}
}

static void limitpriv_changes_it(void **state)
{
	(void)state;
	uint64_t set = set_of(NULL);
	assert_true(set_of("default") == set);
	assert_true(set_of("default,cap_sys_time") == (set | BIT(CAP_SYS_TIME)));
	assert_true(set_of("default,!cap_mknod,cap_net_admin,!cap_net_raw")
		== ((set | BIT(CAP_NET_ADMIN)) & ~BIT(CAP_MKNOD) & ~BIT(CAP_NET_RAW)));
	/* What is there already, or is not. */
	assert_true(set_of("default,cap_mknod,!cap_sys_time") == set);
}

static void names(void **state)
{
	(void)state;
	AUTO_FREE char *two = privileges_names(BIT(CAP_CHOWN) | BIT(CAP_CHECKPOINT_RESTORE));
	assert_string_equal(two, "cap_chown,cap_checkpoint_restore");
	AUTO_FREE char *none = privileges_names(0);
	assert_string_equal(none, "");
}

/* Run in a child, as what it does cannot be undone; it returns whether all was well. */
static void in_child(bool (*test)(struct messages *messages), struct zone_fixture *fixture)
{
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(test(&fixture->messages) ? 0 : 1);
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static bool drop_most(struct messages *messages)
{
	uint64_t keep = BIT(CAP_CHOWN) | BIT(CAP_SETPCAP);
	if (privileges_drop(keep, messages) < 0)
		return false;
	for (int cap = 0; cap <= CAP_LAST_CAP; cap++) {
		int has = prctl(PR_CAPBSET_READ, cap);
		if (has >= 0 && has != !!(keep & BIT(cap)))
			return false;
	}
	cap_t now = cap_get_proc(), wanted = cap_from_text("cap_chown,cap_setpcap=ep");
	/* Nothing that was not there comes back. */
	return now && wanted && cap_compare(now, wanted) == 0
		&& privileges_drop(UINT64_MAX, messages) == 0
		&& prctl(PR_CAPBSET_READ, CAP_SYS_ADMIN) == 0;
}

static void dropping(void **state)
{
	if (geteuid() != 0)
		skip();
	in_child(drop_most, *state);
}

static bool refuses(long number)
{
	errno = 0;
	return syscall(number, -1, NULL, 0, 0, 0, 0) == -1 && errno == EPERM;
}

static bool filter_most(struct messages *messages)
{
	if (privileges_filter(BIT(CAP_BPF), messages) < 0)
		return false;
	return refuses(SYS_open_by_handle_at) && refuses(SYS_init_module)
		&& refuses(SYS_perf_event_open) && refuses(SYS_keyctl)
		&& refuses(SYS_swapoff)
		/* The zone has a capability for this one. */
		&& syscall(SYS_bpf, -1, NULL, 0) == -1 && errno != EPERM
		&& syscall(SYS_getpid) == getpid() && prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0;
}

static void filtering(void **state)
{
	if (geteuid() != 0)
		skip();
	in_child(filter_most, *state);
}

static void add_rctl(struct zone *zone, const char *name, const char *first, const char *second)
{
	struct resource *rctl = resource_new(&resource_types[RES_RCTL]);
	resource_set(rctl, RCTL_NAME, name);
	value_take(&rctl->values[RCTL_VALUE], xstrdup(first));
	if (second)
		value_take(&rctl->values[RCTL_VALUE], xstrdup(second));
	zone_add(zone, rctl);
}

static bool has_limit(__rlimit_resource_t resource, rlim_t soft, rlim_t hard)
{
	struct rlimit limit;
	return getrlimit(resource, &limit) == 0 && limit.rlim_cur == soft && limit.rlim_max == hard;
}

static bool limit_process(struct messages *messages)
{
	AUTO_ZONE *zone = make_zone(NULL, NULL, false);
	add_rctl(zone, "process.max-file-descriptor", "(priv=basic,limit=100,action=deny)",
		"(priv=privileged,limit=200,action=deny)");
	add_rctl(zone, "process.max-core-size", "(priv=privileged,limit=4K,action=deny)", NULL);
	add_rctl(zone, "process.max-file-size", "(priv=privileged,limit=1,action=none)", NULL);
	add_rctl(zone, "zone.max-processes", "(priv=privileged,limit=1,action=deny)", NULL);
	struct rlimit before, after;
	return getrlimit(RLIMIT_FSIZE, &before) == 0 && privileges_limits(zone, messages) == 0
		&& has_limit(RLIMIT_NOFILE, 100, 200) && has_limit(RLIMIT_CORE, 4096, 4096)
		&& getrlimit(RLIMIT_FSIZE, &after) == 0 && before.rlim_cur == after.rlim_cur;
}

static void limits(void **state)
{
	in_child(limit_process, *state);
}

static void a_limit_that_cannot_be(void **state)
{
	struct zone_fixture *fixture = *state;
	AUTO_ZONE *zone = make_zone(NULL, NULL, false);
	/* More than fs.nr_open of any kernel. */
	add_rctl(zone, "process.max-file-descriptor", "(priv=privileged,limit=64G,action=deny)",
		NULL);
	assert_int_equal(privileges_limits(zone, &fixture->messages), -EPERM);
	zone_fixture_said(fixture, "rctl process.max-file-descriptor: ");
}

int main(void)
{
#define TEST(function)                                                                             \
	cmocka_unit_test_setup_teardown(function, zone_fixture_setup, zone_fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(the_host_is_not_the_zones),
		TEST(network_of_its_own),
		TEST(limitpriv_changes_it),
		TEST(names),
		TEST(dropping),
		TEST(filtering),
		TEST(limits),
		TEST(a_limit_that_cannot_be),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
