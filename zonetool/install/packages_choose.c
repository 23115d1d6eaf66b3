/* packages_choose.c - which of the host's packages a zone gets. */
#include "install/packages_private.h"

#include "util/alloc.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define BLANKS " \t\n"

/* ---- what makes no sense in a zone ---- */

static const struct {
	const char *pattern; /* fnmatch(3) of names */
	const char *reason;  /* NULL: it does make sense, whatever follows */
} left_out[] = {
	{ "squashfs-tools*", NULL },
	{ "erofs-utils", NULL },
	{ "linux-libc-dev*", NULL },
	{ "linux-image-*", "a kernel" },
	{ "linux-modules-*", "a kernel" },
	{ "linux-headers-*", "headers of a kernel" },
	{ "linux-kbuild-*", "headers of a kernel" },
	{ "pve-kernel-*", "a kernel" },
	{ "proxmox-kernel-*", "a kernel" },
	{ "dkms", "modules of the kernel" },
	{ "*-dkms", "modules of the kernel" },
	{ "*-modules-[0-9]*", "modules of the kernel" },
	{ "kexec-tools", "a kernel" },
	{ "kdump-tools", "a kernel" },
	{ "makedumpfile", "a kernel" },
	{ "crash", "a kernel" },
	{ "grub", "a boot loader" },
	{ "grub-*", "a boot loader" },
	{ "grub2*", "a boot loader" },
	{ "shim-*", "a boot loader" },
	{ "systemd-boot*", "a boot loader" },
	{ "syslinux*", "a boot loader" },
	{ "extlinux", "a boot loader" },
	{ "isolinux", "a boot loader" },
	{ "lilo", "a boot loader" },
	{ "refind", "a boot loader" },
	{ "u-boot-*", "a boot loader" },
	{ "flash-kernel", "a boot loader" },
	{ "zipl", "a boot loader" },
	{ "s390-tools", "a boot loader" },
	{ "os-prober", "a boot loader" },
	{ "efibootmgr", "a boot loader" },
	{ "firmware-*", "firmware" },
	{ "*-firmware", "firmware" },
	{ "fwupd*", "firmware" },
	{ "*-microcode", "microcode" },
	{ "iucode-tool", "microcode" },
	{ "initramfs-tools*", "an initial file system" },
	{ "*-initramfs", "an initial file system" },
	{ "cloud-initramfs-*", "an initial file system" },
	{ "dracut*", "an initial file system" },
	{ "tiny-initramfs*", "an initial file system" },
	{ "klibc-utils", "an initial file system" },
	{ "plymouth*", "an initial file system" },
	{ "mdadm", "storage of the host" },
	{ "lvm2", "storage of the host" },
	{ "dmeventd", "storage of the host" },
	{ "dmraid", "storage of the host" },
	{ "multipath-tools*", "storage of the host" },
	{ "open-iscsi", "storage of the host" },
	{ "nvme-cli", "storage of the host" },
	{ "zfs-zed", "storage of the host" },
	{ "smartmontools", "hardware" },
	{ "hdparm", "hardware" },
	{ "dmidecode", "hardware" },
	{ "lm-sensors", "hardware" },
	{ "fancontrol", "hardware" },
	{ "thermald", "hardware" },
	{ "irqbalance", "hardware" },
	{ "rasdaemon", "hardware" },
	{ "mcelog", "hardware" },
	{ "acpid", "hardware" },
	{ "acpi-support*", "hardware" },
	{ "laptop-mode-tools", "hardware" },
	{ "tlp", "hardware" },
	{ "power-profiles-daemon", "hardware" },
	{ "upower", "hardware" },
	{ "udisks2", "hardware" },
	{ "bluez", "hardware" },
	{ "modemmanager", "hardware" },
	{ "wpasupplicant", "hardware" },
	{ "iw", "hardware" },
	{ "wireless-tools", "hardware" },
	{ "nvidia-kernel-*", "hardware" },
	{ "qemu-guest-agent", "the host's own virtual machine" },
	{ "open-vm-tools*", "the host's own virtual machine" },
	{ "virtualbox-guest-*", "the host's own virtual machine" },
	{ "hyperv-daemons", "the host's own virtual machine" },
	{ "spice-vdagent", "the host's own virtual machine" },
};

/* Those that can boot a system; in the default each that is installed. */
static const char *const inits[] = { "systemd-sysv", "sysvinit-core", "runit-init", "openrc-init" };

const char *choice_reason(const struct dpkg_package *package)
{
	for (size_t i = 0; i < COUNT(left_out); i++) {
		if (fnmatch(left_out[i].pattern, package->name, 0) == 0)
			return left_out[i].reason;
	}
	const char *slash = strrchr(package->section, '/'); /* "non-free/kernel" */
	if (strcmp(slash ? slash + 1 : package->section, "kernel") == 0)
		return "a tool of the kernel";
	return NULL;
}

static bool is_init(const struct dpkg_package *package)
{
	for (size_t i = 0; i < COUNT(inits); i++) {
		if (strcmp(package->name, inits[i]) == 0)
			return true;
	}
	return false;
}

/* ---- who provides what ---- */

/* A package under its own name, or under one that it provides. */
struct provided {
	char *name, *version; /* version "": none */
	size_t package;
	bool virtual;
};

struct chooser {
	struct choice *choice;
	const char *native; /* the architecture of dpkg itself */
	struct provided *provided;
	size_t provided_count, provided_room;
	const struct chooser *zone; /* what a zone has already, which chooses nothing; or NULL */
	size_t *todo;               /* chosen, but their dependencies are not */
	size_t todo_count;
};

/* One of the alternatives of a dependency: "name:architecture (>= version)"; "": there is none. */
struct relation {
	const char *name, *architecture, *version;
	char operation[3];
};

/* Take apart a relation; the text is changed. */
static struct relation relation_parse(char *text)
{
	char *name = text + strspn(text, BLANKS);
	struct relation relation = { name, "", "", "" };
	char *open = strchr(name, '(');
	name[strcspn(name, BLANKS "([<")] = '\0';
	char *colon = strchr(name, ':');
	if (colon) {
		*colon = '\0';
		relation.architecture = colon + 1;
	}
	if (!open)
		return relation;
	char *operation = open + 1 + strspn(open + 1, BLANKS);
	size_t len = strspn(operation, "<>=");
	if (len < sizeof(relation.operation))
		memcpy(relation.operation, operation, len);
	char *version = operation + len + strspn(operation + len, BLANKS);
	version[strcspn(version, BLANKS ")")] = '\0';
	relation.version = version;
	return relation;
}

static void add_provided(struct chooser *chooser, const char *name, const char *version,
	size_t package, bool virtual)
{
	if (chooser->provided_count == chooser->provided_room) {
		chooser->provided_room = chooser->provided_room * 2 + 64;
		chooser->provided = xrealloc(
			chooser->provided, chooser->provided_room, sizeof(*chooser->provided));
	}
	chooser->provided[chooser->provided_count++] = (struct provided){ xstrdup(name),
		xstrdup(version), package, virtual };
}

static int compare_provided(const void *a, const void *b)
{
	const struct provided *x = a, *y = b;
	int order = strcmp(x->name, y->name);
	if (order)
		return order;
	return (x->package > y->package) - (x->package < y->package);
}

static void chooser_init(struct chooser *chooser, struct choice *choice)
{
	const struct dpkg_database *database = choice->database;
	const struct dpkg_package *dpkg = dpkg_find(database, "dpkg");
	*chooser = (struct chooser){ .choice = choice,
		.native = dpkg ? dpkg->architecture : "all" };
	for (size_t i = 0; i < database->count; i++) {
		const struct dpkg_package *package = &database->packages[i];
		if (package->standing == DPKG_GONE)
			continue;
		add_provided(chooser, package->name, package->version, i, false);
		AUTO_FREE char *text = xstrdup(package->provides);
		char *save = NULL;
		for (char *item = strtok_r(text, ",", &save); item;
			item = strtok_r(NULL, ",", &save)) {
			struct relation relation = relation_parse(item);
			add_provided(chooser, relation.name, relation.version, i, true);
		}
	}
	qsort(chooser->provided, chooser->provided_count, sizeof(*chooser->provided),
		compare_provided);
	chooser->todo = xcalloc(database->count + 1, sizeof(*chooser->todo));
}

static void chooser_free(struct chooser *chooser)
{
	for (size_t i = 0; i < chooser->provided_count; i++) {
		free(chooser->provided[i].name);
		free(chooser->provided[i].version);
	}
	free(chooser->provided);
	free(chooser->todo);
}

/* ---- choosing ---- */

static void choose(struct chooser *chooser, size_t package)
{
	if (chooser->choice->chosen[package])
		return;
	chooser->choice->chosen[package] = true;
	chooser->todo[chooser->todo_count++] = package;
}

static bool right_architecture(const struct chooser *chooser, const struct dpkg_package *who,
	const struct relation *relation, const struct dpkg_package *candidate)
{
	const char *wanted = relation->architecture;
	if (strcmp(wanted, "any") == 0 || strcmp(candidate->architecture, "all") == 0)
		return true;
	if (!*wanted || strcmp(wanted, "native") == 0)
		wanted = strcmp(who->architecture, "all") == 0 ? chooser->native
							       : who->architecture;
	return strcmp(candidate->architecture, wanted) == 0;
}

/*
 * How well a package satisfies a relation of another: 0, not at all. Of another architecture it may
 * all the same, if it is "Multi-Arch: foreign".
 */
static int suitability(const struct chooser *chooser, const struct dpkg_package *who,
	const struct relation *relation, const struct provided *provided)
{
	const struct dpkg_package *candidate =
		&chooser->choice->database->packages[provided->package];
	if (*relation->version
		&& (!*provided->version
			|| !version_satisfies(
				provided->version, relation->operation, relation->version)))
		return 0;
	return 1 + (provided->virtual ? 0 : 1) + (choice_reason(candidate) ? 0 : 2)
		+ (chooser->choice->chosen[provided->package] ? 4 : 0)
		+ (right_architecture(chooser, who, relation, candidate) ? 8 : 0);
}

/* Where those of this name begin, or would be. */
static size_t find_provided(const struct chooser *chooser, const char *name)
{
	size_t low = 0, high = chooser->provided_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (strcmp(chooser->provided[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Whether the zone has what satisfies a relation, and will have it afterwards. */
static bool is_there(const struct chooser *chooser, const struct relation *relation)
{
	const struct chooser *zone = chooser->zone;
	for (size_t i = zone ? find_provided(zone, relation->name) : 0; zone
		&& i < zone->provided_count && strcmp(zone->provided[i].name, relation->name) == 0;
		i++) {
		const struct provided *provided = &zone->provided[i];
		const struct dpkg_package *package =
			&zone->choice->database->packages[provided->package];
		if (choice_has(chooser->choice, package->name))
			continue; /* another version of it is chosen: that counts */
		if (!*relation->version
			|| (*provided->version
				&& version_satisfies(
					provided->version, relation->operation, relation->version)))
			return true;
	}
	return false;
}

/*
 * Choose what satisfies one dependency, "a | b", best, unless it is there; the text is changed.
 */
static void follow_alternatives(
	struct chooser *chooser, const struct dpkg_package *who, char *alternatives)
{
	int best = 0;
	size_t found = 0;
	char *save = NULL;
	for (char *item = strtok_r(alternatives, "|", &save); item;
		item = strtok_r(NULL, "|", &save)) {
		struct relation relation = relation_parse(item);
		if (is_there(chooser, &relation))
			return;
		size_t low = find_provided(chooser, relation.name);
		for (; low < chooser->provided_count
			&& strcmp(chooser->provided[low].name, relation.name) == 0;
			low++) {
			int suits = suitability(chooser, who, &relation, &chooser->provided[low]);
			if (suits > best) {
				best = suits;
				found = chooser->provided[low].package;
			}
		}
	}
	if (best)
		choose(chooser, found);
}

static void follow_field(
	struct chooser *chooser, const struct dpkg_package *who, const char *dependencies)
{
	AUTO_FREE char *text = xstrdup(dependencies);
	char *save = NULL;
	for (char *item = strtok_r(text, ",", &save); item; item = strtok_r(NULL, ",", &save))
		follow_alternatives(chooser, who, item);
}

static void follow_all(struct chooser *chooser)
{
	while (chooser->todo_count > 0) {
		const struct dpkg_package *package =
			&chooser->choice->database->packages[chooser->todo[--chooser->todo_count]];
		follow_field(chooser, package, package->pre_depends);
		follow_field(chooser, package, package->depends);
	}
}

/* ---- what is wanted ---- */

enum wanted {
	WANTED_ALL,
	WANTED_DEFAULT,
	WANTED_BASE, /* what no system is without; and a list of names */
};

static bool is_wanted(
	const struct chooser *chooser, const struct dpkg_package *package, enum wanted wanted)
{
	if (wanted == WANTED_ALL)
		return true;
	if (strcmp(package->architecture, chooser->native) != 0
		&& strcmp(package->architecture, "all") != 0)
		return false;
	bool base = package->essential || strcmp(package->priority, "required") == 0;
	return base
		|| (wanted == WANTED_DEFAULT
			&& (is_init(package) || strcmp(package->priority, "important") == 0));
}

static void want(struct chooser *chooser, enum wanted wanted)
{
	struct choice *choice = chooser->choice;
	for (size_t i = 0; i < choice->database->count; i++) {
		const struct dpkg_package *package = &choice->database->packages[i];
		if (!is_wanted(chooser, package, wanted))
			continue;
		if (choice_reason(package))
			choice->left_out[i] = true;
		else
			choose(chooser, i);
	}
}

/* Whether this is what a package is called: NAME or NAME:ARCHITECTURE. */
static bool is_called(const struct dpkg_package *package, const char *name)
{
	size_t len = strlen(package->name);
	return strncmp(package->name, name, len) == 0
		&& (!name[len]
			|| (name[len] == ':'
				&& strcmp(name + len + 1, package->architecture) == 0));
}

/* The first package called this, or -1. */
static long find_called(const struct dpkg_database *database, const char *called)
{
	AUTO_FREE char *name = xstrndup(called, strcspn(called, ":"));
	const struct dpkg_package *found = dpkg_find(database, name);
	if (!found)
		return -1;
	const struct dpkg_package *end = database->packages + database->count;
	for (; found < end && strcmp(found->name, name) == 0; found++) {
		if (is_called(found, called))
			return found - database->packages;
	}
	return -1;
}

/* Choose the packages of a list: who names one gets it, whatever it is for. */
static int want_list(struct chooser *chooser, const char *list, struct messages *messages)
{
	AUTO_FREE char *text = xstrdup(list);
	AUTO_STR unknown = STR_EMPTY;
	size_t count = 0, unknown_count = 0;
	char *save = NULL;
	for (char *name = strtok_r(text, BLANKS ",", &save); name;
		name = strtok_r(NULL, BLANKS ",", &save)) {
		long package = find_called(chooser->choice->database, name);
		count++;
		if (package >= 0)
			choose(chooser, (size_t)package);
		else
			text_addf(&unknown, "%s%s", unknown_count++ ? ", " : "", name);
	}
	if (unknown_count)
		return message_error(messages, -ENOENT,
			"attr packages: not installed on this host, from which the zone would get "
			"%s: %s",
			unknown_count == 1 ? "it" : "them", str_get(&unknown));
	if (!count)
		return message_error(messages, -EINVAL,
			"attr packages: no package is named; \"all\" is all of this host's, and "
			"without the attr a zone gets what a small system consists of");
	return 0;
}

/* What became of it. */
static void count_choice(struct choice *choice)
{
	for (size_t i = 0; i < choice->database->count; i++) {
		const struct dpkg_package *package = &choice->database->packages[i];
		choice->count += choice->chosen[i];
		choice->left_out[i] = choice->left_out[i] && !choice->chosen[i];
		choice->skipped += choice->left_out[i];
		choice->init = choice->init || (choice->chosen[i] && is_init(package));
	}
}

int choice_make(const struct dpkg_database *database, const char *wanted, struct choice *ret_choice,
	struct messages *messages)
{
	struct choice choice = { .database = database };
	choice.chosen = xcalloc(database->count + 1, sizeof(*choice.chosen));
	choice.left_out = xcalloc(database->count + 1, sizeof(*choice.left_out));
	struct chooser chooser;
	chooser_init(&chooser, &choice);
	int rc = 0;
	if (!wanted) {
		want(&chooser, WANTED_DEFAULT);
	} else if (strcmp(wanted, "all") == 0) {
		want(&chooser, WANTED_ALL);
	} else {
		want(&chooser, WANTED_BASE);
		rc = want_list(&chooser, wanted, messages);
	}
	follow_all(&chooser);
	chooser_free(&chooser);
	if (rc < 0) {
		choice_free(&choice);
		return rc;
	}
	count_choice(&choice);
	*ret_choice = choice;
	return 0;
}

void choice_update(const struct dpkg_database *database, const struct dpkg_database *zone,
	const bool *wanted, struct choice *ret_choice)
{
	struct choice own = { .database = zone };
	*ret_choice = (struct choice){ .database = database };
	ret_choice->chosen = xcalloc(database->count + 1, sizeof(*ret_choice->chosen));
	ret_choice->left_out = xcalloc(database->count + 1, sizeof(*ret_choice->left_out));
	struct chooser chooser, there;
	chooser_init(&chooser, ret_choice);
	chooser_init(&there, &own);
	chooser.zone = &there;
	for (size_t i = 0; i < database->count; i++) {
		if (wanted[i])
			choose(&chooser, i);
	}
	follow_all(&chooser);
	chooser_free(&chooser);
	chooser_free(&there);
	count_choice(ret_choice);
}

void choice_free(struct choice *choice)
{
	free(choice->chosen);
	free(choice->left_out);
	choice->chosen = choice->left_out = NULL;
}

bool choice_has(const struct choice *choice, const char *name)
{
	AUTO_FREE char *plain = xstrndup(name, strcspn(name, ":"));
	const struct dpkg_package *package = dpkg_find(choice->database, plain);
	const struct dpkg_package *end = choice->database->packages + choice->database->count;
	for (; package && package < end && strcmp(package->name, plain) == 0; package++) {
		if (choice->chosen[package - choice->database->packages]
			&& is_called(package, name))
			return true;
	}
	return false;
}
