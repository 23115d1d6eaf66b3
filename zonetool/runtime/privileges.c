/* privileges.c - what processes of a zone may have: capabilities, system calls, limits. */
#include "runtime/privileges.h"

#include "runtime/runtime.h"
#include "util/alloc.h"
#include "zone/prop_parse.h"

#include <errno.h>
#include <linux/capability.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/capability.h>

#define BIT(cap) (UINT64_C(1) << (cap))

/* ---- capabilities ---- */

enum granted {
	NO,
	YES,
	OWN_NETWORK, /* if the zone has a network of its own */
};

/*
 * Each capability, and why. Root in a zone is to find its system as usual, as far as that concerns
 * what the zone has for itself; YES where a limit, the policy of devices, the system call filter or
 * a namespace stands between the capability and the host.
 */
static const struct {
	int cap;
	enum granted granted;
} capabilities[] = {
	/* Owners and modes of files, which are the zone's. */
	{ CAP_CHOWN, YES }, { CAP_DAC_OVERRIDE, YES },
	{ CAP_DAC_READ_SEARCH, YES }, /* open_by_handle_at(2), which leaves a root, is refused */
	{ CAP_FOWNER, YES }, { CAP_FSETID, YES }, { CAP_SETFCAP, YES },
	{ CAP_LINUX_IMMUTABLE, YES }, /* chattr(1) +i, as packages and administrators use it */
	{ CAP_LEASE, YES },
	{ CAP_MKNOD, YES }, /* packages and PrivateDevices= make nodes; a policy says which */
	/* Users and processes: the zone sees its own only. */
	{ CAP_KILL, YES }, { CAP_SETGID, YES }, { CAP_SETUID, YES }, { CAP_SETPCAP, YES },
	{ CAP_SYS_PTRACE, YES }, { CAP_SYS_CHROOT, YES }, { CAP_IPC_OWNER, YES },
	{ CAP_SYS_NICE, YES },     /* units have Nice= and scheduling; shares are of the group */
	{ CAP_SYS_RESOURCE, YES }, /* units raise limits of processes; the group's hold */
	/* What an init needs. */
	{ CAP_SYS_ADMIN, YES },      /* mounts and namespaces */
	{ CAP_SYS_BOOT, YES },       /* in a PID namespace reboot(2) ends that */
	{ CAP_SYS_TTY_CONFIG, YES }, /* vhangup(2), which login(1) calls */
	{ CAP_AUDIT_WRITE, YES },    /* logins are reported */
	{ CAP_AUDIT_CONTROL, YES },  /* pam_loginuid(8); no rules: those take the host's PIDs */
	/* The network. */
	{ CAP_NET_BIND_SERVICE, YES }, { CAP_NET_BROADCAST, YES },
	{ CAP_NET_RAW, YES }, /* ping(8) is not even started without; it sees what passes by */
	{ CAP_NET_ADMIN, OWN_NETWORK },
	/* The kernel and the machine, which are the host's. */
	{ CAP_SYS_MODULE, NO }, { CAP_SYS_RAWIO, NO }, { CAP_SYS_TIME, NO }, { CAP_SYS_PACCT, NO },
	{ CAP_SYSLOG, NO }, { CAP_WAKE_ALARM, NO }, { CAP_BLOCK_SUSPEND, NO },
	{ CAP_MAC_OVERRIDE, NO }, { CAP_MAC_ADMIN, NO }, { CAP_AUDIT_READ, NO },
	{ CAP_PERFMON, NO }, { CAP_BPF, NO }, { CAP_CHECKPOINT_RESTORE, NO },
	{ CAP_IPC_LOCK, NO }, /* memory that no limit of a process holds; rlimits allow some */
};
enum { CAPABILITY_COUNT = sizeof(capabilities) / sizeof(capabilities[0]) };

uint64_t privileges_set(const struct zone *zone)
{
	uint64_t set = 0;
	for (size_t i = 0; i < CAPABILITY_COUNT; i++) {
		enum granted granted = capabilities[i].granted;
		if (granted == YES || (granted == OWN_NETWORK && !runtime_shares_network(zone)))
			set |= BIT(capabilities[i].cap);
	}
	/* "default,cap_x,!cap_y": its canonical form, with names that libcap knew. */
	AUTO_FREE char *list = xstrdup(zone_get(zone, ZONE_LIMITPRIV));
	char *rest = list;
	for (const char *name; (name = strsep(&rest, ","));) {
		cap_value_t cap;
		bool take_away = *name == '!';
		if (cap_from_name(name + take_away, &cap) < 0)
			continue; /* "default" */
		set = take_away ? set & ~BIT(cap) : set | BIT(cap);
	}
	return set;
}

char *privileges_names(uint64_t set)
{
	AUTO_STR names = STR_EMPTY;
	for (cap_value_t cap = 0; cap < 64; cap++) {
		char *name = set & BIT(cap) ? cap_to_name(cap) : NULL;
		if (set & BIT(cap) && !name)
			alloc_failed();
		if (name)
			text_addf(&names, "%s%s", names.len ? "," : "", name);
		cap_free(name);
	}
	return text_take(&names);
}

/* In the bounding set, so that no program that is run later has more. */
static int drop_bounds(uint64_t set)
{
	/* The first that this kernel does not know ends them. */
	for (cap_value_t cap = 0; cap < 64; cap++) {
		int has = cap_get_bound(cap);
		if (has < 0)
			return errno == EINVAL ? 0 : -errno;
		if (has && !(set & BIT(cap)) && cap_drop_bound(cap) < 0)
			return -errno;
	}
	return 0;
}

/* Keep of this process's own what is in set, and none for others to inherit. */
static int drop_own(uint64_t set)
{
	cap_t now = cap_get_proc(), wanted = cap_init();
	int rc = 0;
	if (!now || !wanted)
		alloc_failed();
	for (cap_value_t cap = 0; cap < 64; cap++) {
		cap_flag_value_t has;
		if (cap_get_flag(now, cap, CAP_PERMITTED, &has) < 0)
			break; /* libcap knows no more */
		if (has == CAP_SET && set & BIT(cap)) {
			cap_set_flag(wanted, CAP_PERMITTED, 1, &cap, CAP_SET);
			cap_set_flag(wanted, CAP_EFFECTIVE, 1, &cap, CAP_SET);
		}
	}
	if (cap_reset_ambient() < 0 || cap_set_proc(wanted) < 0)
		rc = -errno;
	cap_free(now);
	cap_free(wanted);
	return rc;
}

int privileges_drop(uint64_t set, struct messages *messages)
{
	int rc = drop_bounds(set);
	rc = rc < 0 ? rc : drop_own(set);
	if (rc < 0)
		return message_error(messages, rc,
			"cannot give up the capabilities that the zone must not have: %s",
			strerror(-rc));
	return 0;
}

/* ---- system calls ---- */

/*
 * What reaches the host past all namespaces. The mask is of capabilities that allow it by
 * themselves, so that a zone which was given one can use it; else CAP_SYS_ADMIN or nothing would do
 * in many kernels, and the zone has that. What only such a capability allows, as settimeofday(2),
 * needs no row, if that is not as much as the whole host. io_uring(7) has none of these calls.
 */
static const struct {
	const char *name;
	uint64_t unless;
} refused[] = {
	/* Another kernel, or code in this one. */
	{ "kexec_load", 0 },
	{ "kexec_file_load", 0 },
	{ "init_module", 0 },
	{ "finit_module", 0 },
	{ "delete_module", 0 },
	{ "bpf", BIT(CAP_BPF) }, /* it could take away the policy of devices */
	{ "perf_event_open", BIT(CAP_PERFMON) },
	{ "lookup_dcookie", 0 },
	/* Any file of a file system, by its number: also above the zone's root. */
	{ "open_by_handle_at", 0 },
	/* The machine. */
	{ "iopl", 0 },
	{ "ioperm", 0 },
	{ "swapon", 0 },
	{ "swapoff", 0 },
	{ "quotactl", 0 }, /* of the file system that zones share */
	{ "quotactl_fd", 0 },
	{ "syslog", BIT(CAP_SYSLOG) }, /* the host's messages; many kernels let all read them */
	/* Keys are not kept apart but by user ids, which zones share. */
	{ "add_key", 0 },
	{ "keyctl", 0 },
	{ "request_key", 0 },
	/* What nothing needs, and what kernels were attacked with. */
	{ "userfaultfd", 0 },
	{ "nfsservctl", 0 },
	{ "uselib", 0 },
	{ "vm86", 0 },
	{ "vm86old", 0 },
};
enum { REFUSED_COUNT = sizeof(refused) / sizeof(refused[0]) };

/* Other kinds of programs that a kernel of this one runs, ended by the number of no machine. */
static const struct {
	uint32_t machine;
	uint32_t others[3];
} machines[] = {
	{ SCMP_ARCH_X86_64, { SCMP_ARCH_X86, SCMP_ARCH_X32 } },
	{ SCMP_ARCH_AARCH64, { SCMP_ARCH_ARM } },
	{ SCMP_ARCH_PPC64, { SCMP_ARCH_PPC } },
	{ SCMP_ARCH_S390X, { SCMP_ARCH_S390 } },
	{ SCMP_ARCH_MIPSEL64, { SCMP_ARCH_MIPSEL, SCMP_ARCH_MIPSEL64N32 } },
};

/* Returns 0 or a negative errno. */
static int add_machines(scmp_filter_ctx filter)
{
	int rc = 0;
	for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
		if (machines[i].machine != seccomp_arch_native())
			continue;
		for (const uint32_t *other = machines[i].others; rc == 0 && *other; other++)
			rc = seccomp_arch_add(filter, *other);
	}
	return rc;
}

/* Returns 0 or a negative errno; a call that a machine does not have is passed over there. */
static int add_calls(scmp_filter_ctx filter, uint64_t set)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < REFUSED_COUNT; i++) {
		int number = seccomp_syscall_resolve_name(refused[i].name);
		if (set & refused[i].unless)
			continue;
		rc = number == __NR_SCMP_ERROR
			? -ENOSYS
			: seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), number, 0);
	}
	return rc;
}

int privileges_filter(uint64_t set, struct messages *messages)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	if (!filter)
		alloc_failed();
	/* no_new_privs would take su(1) and sudo(8) from the zone. */
	int rc = seccomp_attr_set(filter, SCMP_FLTATR_CTL_NNP, 0);
	/* Programs of a kind that is not listed would not be held by the list. */
	if (rc == 0)
		rc = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	if (rc == 0)
		rc = add_machines(filter);
	if (rc == 0)
		rc = add_calls(filter, set);
	if (rc == 0)
		rc = seccomp_load(filter);
	seccomp_release(filter);
	if (rc < 0)
		return message_error(messages, rc,
			"cannot keep the zone from system calls that reach the host (seccomp(2)): "
			"%s",
			strerror(-rc));
	return 0;
}

/* ---- limits of each process ---- */

static const struct {
	const char *rctl, *name;
	__rlimit_resource_t resource;
} process_limits[] = {
	{ "process.max-address-space", "RLIMIT_AS", RLIMIT_AS },
	{ "process.max-core-size", "RLIMIT_CORE", RLIMIT_CORE },
	{ "process.max-cpu-time", "RLIMIT_CPU", RLIMIT_CPU },
	{ "process.max-data-size", "RLIMIT_DATA", RLIMIT_DATA },
	{ "process.max-file-descriptor", "RLIMIT_NOFILE", RLIMIT_NOFILE },
	{ "process.max-file-size", "RLIMIT_FSIZE", RLIMIT_FSIZE },
	{ "process.max-locked-memory", "RLIMIT_MEMLOCK", RLIMIT_MEMLOCK },
	{ "process.max-stack-size", "RLIMIT_STACK", RLIMIT_STACK },
};
enum { PROCESS_LIMIT_COUNT = sizeof(process_limits) / sizeof(process_limits[0]) };

/* What the values make of limits; returns whether they say anything: others are only noted. */
static bool change_limit(const struct value *value, struct rlimit *limit)
{
	bool soft = false, hard = false;
	for (size_t i = 0; i < value->count; i++) {
		struct rctl_tuple tuple;
		if (rctl_tuple_parse(value->items[i], &tuple) < 0)
			continue;
		bool privileged = strcmp(tuple.priv, "privileged") == 0;
		const char *expected;
		AUTO_FREE char *number = parse_limit(tuple.limit, &expected);
		if (number && strcmp(tuple.action, "deny") == 0) {
			*(privileged ? &hard : &soft) = true;
			*(privileged ? &limit->rlim_max : &limit->rlim_cur) = strtoull(
				number, NULL, 10);
		}
		rctl_tuple_free(&tuple);
	}
	if (hard && !soft)
		limit->rlim_cur = limit->rlim_max;
	if (soft && !hard && limit->rlim_max < limit->rlim_cur)
		limit->rlim_max = limit->rlim_cur;
	return soft || hard;
}

bool privileges_limit(const struct resource *rctl, struct process_limit *ret_limit)
{
	const char *name = rctl->type->id == RES_RCTL ? resource_get(rctl, RCTL_NAME) : NULL;
	for (size_t i = 0; name && i < PROCESS_LIMIT_COUNT; i++) {
		struct rlimit values;
		if (strcmp(process_limits[i].rctl, name) != 0)
			continue;
		if (getrlimit(process_limits[i].resource, &values) < 0
			|| !change_limit(&rctl->values[RCTL_VALUE], &values))
			return false;
		*ret_limit = (struct process_limit){ .resource = process_limits[i].resource,
			.name = process_limits[i].name,
			.values = values };
		return true;
	}
	return false;
}

int privileges_limits(const struct zone *zone, struct messages *messages)
{
	for (size_t i = 0; i < zone->count; i++) {
		struct process_limit limit;
		if (!privileges_limit(zone->resources[i], &limit)
			|| setrlimit((__rlimit_resource_t)limit.resource, &limit.values) == 0)
			continue;
		return message_error(messages, -errno,
			"rctl %s: this process cannot be limited to %llu (hard: %llu): %s",
			resource_get(zone->resources[i], RCTL_NAME),
			(unsigned long long)limit.values.rlim_cur,
			(unsigned long long)limit.values.rlim_max, strerror(errno));
	}
	return 0;
}
