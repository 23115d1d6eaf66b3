/*
 * props.c - everything a zone's configuration can say. A new property is a row here, its position
 * in props.h, an attribute in zonecfg.dtd, and a paragraph in zonecfg(8).
 */
#include "zone/props.h"

#include "util/alloc.h"
#include "zone/prop_parse.h"

#include <errno.h>
#include <string.h>

static const char *const booleans[] = { "true", "false", NULL };
static const char *const brands[] = { "native", NULL };
static const char *const ip_types[] = { "shared", "exclusive", NULL };
static const char *const link_types[] = { "macvlan", "ipvlan", "veth", "moved", NULL };
static const char *const attr_types[] = { "string", "boolean", "int", "uint", NULL };
static const char *const fs_types[] = { "lofs", "ext4", "xfs", "btrfs", "tmpfs", NULL };
static const char *const mount_options[] = { "ro", "rw", "nosuid", "nodev", "noexec", "noatime",
	"relatime", "rbind", NULL };

#define REFUSED(text, sentence)                                                                    \
	{                                                                                          \
		.name = text, .kind = PROP_REFUSED, .help = sentence                               \
	}

static const struct prop zone_props[] = {
	[ZONE_NAME] = { "zonename", PROP_TEXT, PROP_REQUIRED | PROP_FIXED, parse_zone_name, NULL,
		"name", NULL, "The zone's name; setting it renames the zone, whose files stay.",
		"web2" },
	[ZONE_PATH] = { "zonepath", PROP_TEXT, PROP_REQUIRED | PROP_FIXED | PROP_BEFORE_INSTALL,
		parse_zonepath, NULL, "zonepath", NULL,
		"The directory the zone lives in: its own, root's, mode 0700; its root is below "
		"it.",
		"/zones/web" },
	[ZONE_BRAND] = { "brand", PROP_CHOICE, PROP_FIXED | PROP_BEFORE_INSTALL, NULL, brands,
		"brand", "native", "What runs in the zone: native, the system of this host.",
		"native" },
	[ZONE_AUTOBOOT] = { "autoboot", PROP_CHOICE, 0, NULL, booleans, "autoboot", "false",
		"Whether the zone boots with the host.", "true" },
	[ZONE_BOOTARGS] = { "bootargs", PROP_TEXT, 0, NULL, NULL, "bootargs", NULL,
		"Arguments of the zone's init, unless boot is given others.", "-s" },
	[ZONE_LIMITPRIV] = { "limitpriv", PROP_TEXT, 0, parse_privileges, NULL, "limitpriv",
		"default",
		"The capabilities the zone's processes can have: default, and changes to it.",
		"default,cap_net_admin,!cap_mknod" },
	[ZONE_IP_TYPE] = { "ip-type", PROP_CHOICE, 0, NULL, ip_types, "ip-type", "shared",
		"shared: the host's network, with addresses of its own; exclusive: its own "
		"network.",
		"exclusive" },
	[ZONE_MACHINE_ID] = { "machine-id", PROP_TEXT, 0, parse_machine_id, NULL, "machine-id",
		NULL, "What the zone sees as machine-id(5); unset: it makes one at its first boot.",
		"0123456789abcdef0123456789abcdef" },
	[ZONE_FS_ALLOWED] = { "fs-allowed", PROP_TEXT, 0, parse_fs_types, fs_types, "fs-allowed",
		NULL,
		"Types of file systems that root may mount inside the zone besides the usual.",
		"ext4,xfs" },
	[ZONE_MAX_PROCESSES] = { "max-processes", PROP_TEXT, 0, parse_max_processes, NULL,
		"max-processes", NULL, "The most tasks, processes and threads: TasksMax.", "1000" },
	[ZONE_CPU_SHARES] = { "cpu-shares", PROP_TEXT, 0, parse_cpu_shares, NULL, "cpu-shares",
		NULL,
		"Its share of busy CPUs beside other zones', which have 1: CPUWeight=100 each.",
		"4" },
	REFUSED("pool", "Linux has no resource pools: use the resource dedicated-cpu"),
	REFUSED("scheduling-class",
		"Linux gives zones no scheduling class: use cpu-shares, or the resource "
		"capped-cpu"),
	REFUSED("hostid", "Linux programs identify a machine by its machine-id: use machine-id"),
	REFUSED("max-lwps",
		"Linux limits processes and threads together: use max-processes, which counts "
		"both"),
	REFUSED("max-shm-memory",
		"Linux counts shared memory as memory: use physical of the resource capped-memory"),
	REFUSED("max-shm-ids",
		"Linux has it as kernel.shmmni of the zone's own IPC namespace: set it with "
		"sysctl(8) inside the zone"),
	REFUSED("max-msg-ids",
		"Linux has it as kernel.msgmni of the zone's own IPC namespace: set it with "
		"sysctl(8) inside the zone"),
	REFUSED("max-sem-ids",
		"Linux has it in kernel.sem of the zone's own IPC namespace: set it with sysctl(8) "
		"inside the zone"),
};

static const struct prop inherit_props[] = {
	[INHERIT_DIR] = { "dir", PROP_TEXT, PROP_REQUIRED | PROP_KEY, parse_path, NULL, "directory",
		NULL, "A directory of the host, seen read-only at the same place in the zone.",
		"/usr" },
};

static const struct prop fs_props[] = {
	[FS_DIR] = { "dir", PROP_TEXT, PROP_REQUIRED | PROP_KEY, parse_path, NULL, "directory",
		NULL, "Where it is mounted, below the zone's root.", "/export" },
	[FS_SPECIAL] = { "special", PROP_TEXT, PROP_REQUIRED, parse_special, NULL, "special", NULL,
		"What is mounted: a directory of the host for lofs, else a device.", "/export" },
	[FS_RAW] = { "raw", PROP_TEXT, 0, parse_path, NULL, "raw", NULL,
		"A device that fsck(8) checks before the mount.", "/dev/vg/data" },
	[FS_TYPE] = { "type", PROP_TEXT, PROP_REQUIRED, parse_fs_type, fs_types, "type", NULL,
		"lofs, a bind mount, or a type that mount(8) knows.", "lofs" },
	[FS_OPTIONS] = { "options", PROP_LIST, 0, parse_mount_option, mount_options, "fsoption",
		NULL, "Mount options.", "[ro,nosuid]" },
};

static const struct prop net_props[] = {
	[NET_PHYSICAL] = { "physical", PROP_TEXT, PROP_REQUIRED | PROP_KEY, parse_interface, NULL,
		"physical", NULL, "The host's interface.", "eth0" },
	[NET_ADDRESS] = { "address", PROP_TEXT, PROP_KEY, parse_address, NULL, "address", NULL,
		"shared: the address the interface gets while the zone runs.", "192.0.2.10/24" },
	[NET_DEFROUTER] = { "defrouter", PROP_TEXT, 0, parse_router, NULL, "defrouter", NULL,
		"shared: the router for what comes from that address.", "192.0.2.1" },
	[NET_TYPE] = { "type", PROP_CHOICE, 0, NULL, link_types, "type", NULL,
		"exclusive: macvlan (the default) or ipvlan on the interface, a veth pair on that "
		"bridge, or the interface itself, moved.",
		"macvlan" },
	REFUSED("allowed-address",
		"addresses of an exclusive zone are not restricted on Linux: use ip-type=shared, "
		"where the host sets the address, or the host's packet filter"),
};

static const struct prop device_props[] = {
	[DEVICE_MATCH] = { "match", PROP_TEXT, PROP_REQUIRED | PROP_KEY, parse_path, NULL, "match",
		NULL, "A device, or a pattern of glob(7), that the zone may use.", "/dev/dri/*" },
};

static const struct prop dedicated_cpu_props[] = {
	[DEDICATED_NCPUS] = { "ncpus", PROP_RANGE, PROP_REQUIRED, parse_cpu_range, NULL,
		"ncpu_min ncpu_max", NULL, "How many CPUs are the zone's alone: AllowedCPUs.",
		"2-4" },
	REFUSED("importance",
		"dedicated CPUs are fixed while a Linux zone runs: leave importance away"),
};

static const struct prop capped_cpu_props[] = {
	[CAPPED_NCPUS] = { "ncpus", PROP_TEXT, PROP_REQUIRED, parse_cpu_count, NULL, "ncpus", NULL,
		"How much CPU time it gets at most: CPUQuota.", "1.5" },
};

static const struct prop capped_memory_props[] = {
	[MEMORY_PHYSICAL] = { "physical", PROP_TEXT, 0, parse_physical_memory, NULL, "physcap",
		NULL, "The most memory: MemoryMax.", "2G" },
	[MEMORY_SWAP] = { "swap", PROP_TEXT, 0, parse_swap, NULL, "swapcap", NULL,
		"The most swap space besides memory: MemorySwapMax.", "1G" },
	REFUSED("locked",
		"Linux limits locked memory per process: use an rctl process.max-locked-memory"),
};

static const struct prop rctl_props[] = {
	[RCTL_NAME] = { "name", PROP_TEXT, PROP_REQUIRED | PROP_KEY, parse_rctl_name, rctl_names,
		"name", NULL, "A control: a limit of the zone's cgroup, or of each process.",
		"process.max-file-descriptor" },
	[RCTL_VALUE] = { "value", PROP_TUPLES, PROP_REQUIRED, NULL, NULL, "rctl-value", NULL,
		"Its limit: basic is the soft, privileged the hard one.",
		"(priv=privileged,limit=4096,action=deny)" },
};

static const struct prop attr_props[] = {
	[ATTR_NAME] = { "name", PROP_TEXT, PROP_REQUIRED | PROP_KEY, parse_attr_name, NULL, "name",
		NULL, "A name for a note.", "comment" },
	[ATTR_TYPE] = { "type", PROP_CHOICE, PROP_REQUIRED, NULL, attr_types, "type", NULL,
		"What kind of value it has.", "string" },
	[ATTR_VALUE] = { "value", PROP_TEXT, PROP_REQUIRED, NULL, NULL, "value", NULL, "The value.",
		"\"the web server\"" },
};

static const struct prop dataset_props[] = {
	[DATASET_NAME] = { "name", PROP_TEXT, PROP_REQUIRED | PROP_KEY, parse_dataset, NULL, "name",
		NULL, "A ZFS dataset, or a btrfs subvolume by its path, handed to the zone.",
		"tank/data" },
};

static const struct prop admin_props[] = {
	[ADMIN_USER] = { "user", PROP_TEXT, PROP_REQUIRED | PROP_KEY, parse_user, NULL, "user",
		NULL, "A user of the host.", "alice" },
	[ADMIN_AUTHS] = { "auths", PROP_TEXT, PROP_REQUIRED, parse_auths, auth_names, "auths", NULL,
		"What that user is meant to do: login, manage, clonefrom.", "login,manage" },
};

#define TABLE(table) .props = table, .prop_count = sizeof(table) / sizeof((table)[0])

const struct resource_type resource_types[RES_COUNT] = {
	[RES_ZONE] = { RES_ZONE, "zone", "zone", TYPE_SINGLE, TABLE(zone_props),
		"The zone itself." },
	[RES_INHERIT_PKG_DIR] = { RES_INHERIT_PKG_DIR, "inherit-pkg-dir", "inherited-pkg-dir",
		TYPE_BEFORE_INSTALL, TABLE(inherit_props),
		"A directory of the host that the zone shares, read-only: a sparse root." },
	[RES_FS] = { RES_FS, "fs", "filesystem", 0, TABLE(fs_props),
		"A file system that is mounted in the zone while it runs." },
	[RES_NET] = { RES_NET, "net", "network", 0, TABLE(net_props),
		"An address on an interface of the host, or an interface of the zone's own." },
	[RES_DEVICE] = { RES_DEVICE, "device", "device", 0, TABLE(device_props),
		"Devices of the host that the zone may use." },
	[RES_DEDICATED_CPU] = { RES_DEDICATED_CPU, "dedicated-cpu", "pset", TYPE_SINGLE,
		TABLE(dedicated_cpu_props), "CPUs for this zone alone." },
	[RES_CAPPED_CPU] = { RES_CAPPED_CPU, "capped-cpu", "capped-cpu", TYPE_SINGLE,
		TABLE(capped_cpu_props), "A limit of CPU time." },
	[RES_CAPPED_MEMORY] = { RES_CAPPED_MEMORY, "capped-memory", "mcap", TYPE_SINGLE,
		TABLE(capped_memory_props), "Limits of memory." },
	[RES_RCTL] = { RES_RCTL, "rctl", "rctl", 0, TABLE(rctl_props), "A resource control." },
	[RES_ATTR] = { RES_ATTR, "attr", "attr", 0, TABLE(attr_props),
		"A note about the zone, for people and programs." },
	[RES_DATASET] = { RES_DATASET, "dataset", "dataset", 0, TABLE(dataset_props),
		"A dataset or subvolume that the zone administers." },
	[RES_ADMIN] = { RES_ADMIN, "admin", "admin", 0, TABLE(admin_props),
		"Who else is meant to administer the zone." },
};

const struct resource_type *resource_type_find(const char *name)
{
	for (size_t i = RES_ZONE + 1; i < RES_COUNT; i++)
		if (strcmp(resource_types[i].name, name) == 0)
			return &resource_types[i];
	return NULL;
}

const struct prop *prop_find(const struct resource_type *type, const char *name)
{
	for (size_t i = 0; i < type->prop_count; i++)
		if (strcmp(type->props[i].name, name) == 0)
			return &type->props[i];
	return NULL;
}

/* ---- complex values ---- */

void rctl_tuple_free(struct rctl_tuple *tuple)
{
	free(tuple->priv);
	free(tuple->limit);
	free(tuple->action);
	*tuple = (struct rctl_tuple){ 0 };
}

int rctl_tuple_parse(const char *text, struct rctl_tuple *ret_tuple)
{
	struct rctl_tuple tuple = { 0 };
	const struct {
		const char *name;
		char **slot;
	} fields[] = { { "priv=", &tuple.priv }, { "limit=", &tuple.limit },
		{ "action=", &tuple.action } };
	bool good = *text == '(';
	while (good && *text && *text != ')') {
		size_t len = strcspn(++text, ",)");
		good = false;
		for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
			size_t name_len = strlen(fields[i].name);
			if (*fields[i].slot || len <= name_len
				|| strncmp(text, fields[i].name, name_len))
				continue;
			*fields[i].slot = xstrndup(text + name_len, len - name_len);
			good = true;
		}
		text += len;
	}
	if (!good || strcmp(text, ")") != 0 || !tuple.priv || !tuple.limit || !tuple.action) {
		rctl_tuple_free(&tuple);
		return -EINVAL;
	}
	*ret_tuple = tuple;
	return 0;
}

/* The canonical text of an rctl's value; NULL and what would be right. */
static char *parse_tuple(const char *text, const char **ret_expected)
{
	struct rctl_tuple tuple;
	*ret_expected =
		"complete, as in (priv=privileged,limit=100,action=deny); priv is privileged "
		"or basic, action is deny or none, limit is a number";
	if (rctl_tuple_parse(text, &tuple) < 0)
		return NULL;
	char *canonical = NULL;
	const char *ignored;
	AUTO_FREE char *number = parse_limit(tuple.limit, &ignored);
	if ((strcmp(tuple.priv, "privileged") == 0 || strcmp(tuple.priv, "basic") == 0)
		&& (strcmp(tuple.action, "deny") == 0 || strcmp(tuple.action, "none") == 0)
		&& number)
		canonical = xasprintf(
			"(priv=%s,limit=%s,action=%s)", tuple.priv, tuple.limit, tuple.action);
	rctl_tuple_free(&tuple);
	return canonical;
}

/* ---- checking ---- */

static char *parse_choice(const struct prop *prop, const char *text)
{
	for (const char *const *choice = prop->choices; *choice; choice++)
		if (strcmp(text, *choice) == 0)
			return xstrdup(text);
	return NULL;
}

/* "one of a, b, c": the caller's. */
static char *choice_list(const struct prop *prop)
{
	struct str list = STR_EMPTY;
	for (const char *const *choice = prop->choices; *choice; choice++)
		text_addf(&list, "%s%s", list.len ? ", " : "one of ", *choice);
	return text_take(&list);
}

/* One item in its canonical form, the caller's; NULL: it is wrong, which was described. */
static char *check_item(const struct prop *prop, const char *text, struct messages *messages)
{
	const char *wrong = value_text_wrong(text);
	if (wrong) {
		message_error(messages, -EINVAL, "%s: the text %s", prop->name, wrong);
		return NULL;
	}
	if (!*text) {
		message_error(messages, -EINVAL, "%s: the text is empty; an example is %s=%s",
			prop->name, prop->name, prop->example);
		return NULL;
	}
	const char *expected = NULL;
	AUTO_FREE char *list = NULL;
	char *canonical = NULL;
	if (prop->kind == PROP_CHOICE) {
		canonical = parse_choice(prop, text);
		expected = list = choice_list(prop);
	} else if (prop->kind == PROP_TUPLES) {
		canonical = parse_tuple(text, &expected);
	} else {
		canonical = prop->parse ? prop->parse(text, &expected) : xstrdup(text);
	}
	if (!canonical)
		message_error(
			messages, -EINVAL, "%s: \"%s\" is not %s", prop->name, text, expected);
	return canonical;
}

int prop_check(const struct prop *prop, struct value *value, struct messages *messages)
{
	if (prop->kind == PROP_REFUSED)
		return message_error(messages, -EINVAL, "%s: %s", prop->name, prop->help);
	bool many = prop->kind == PROP_LIST || prop->kind == PROP_TUPLES;
	bool fits = prop->kind == PROP_TUPLES ? value->form == VALUE_COMPLEX
		: prop->kind == PROP_LIST     ? value->form != VALUE_COMPLEX
					      : value->form == VALUE_SIMPLE;
	if (!fits || (!many && value->count != 1))
		return message_error(messages, -EINVAL, "%s takes %s, such as %s", prop->name,
			prop->kind == PROP_TUPLES ? "complex values"
				: many            ? "a list of texts"
						  : "one text, and no list",
			prop->example);
	if (value->count > VALUE_ITEMS_MAX)
		return message_error(messages, -EINVAL, "%s: it has more than %d items", prop->name,
			VALUE_ITEMS_MAX);
	AUTO_VALUE canonical = { .form = value->form };
	for (size_t i = 0; i < value->count; i++) {
		char *item = check_item(prop, value->items[i], messages);
		if (!item)
			return -EINVAL;
		value_take(&canonical, item);
		if (value_find(&canonical, item) < (long)canonical.count - 1)
			return message_error(
				messages, -EINVAL, "%s: %s is there twice", prop->name, item);
	}
	/* What a property means anyway need not be said: the canonical form is not to. */
	if (prop->fallback && canonical.count && strcmp(canonical.items[0], prop->fallback) == 0)
		value_free(&canonical);
	struct value before = *value;
	*value = canonical;
	canonical = before; /* freed in its place */
	return 0;
}
