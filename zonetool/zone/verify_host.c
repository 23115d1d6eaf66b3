/* verify_host.c - what a zone wants of this machine: devices, CPUs, memory, datasets, users. */
#include "zone/verify_parts.h"

#include "base/fd.h"
#include "zone/path.h"
#include "zone/prop_parse.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <glob.h>
#include <linux/magic.h>
#include <pwd.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <sys/vfs.h>

/* ---- devices ---- */

/* How many of the paths are devices. */
static size_t count_devices(const glob_t *found)
{
	size_t count = 0;
	struct stat st;
	for (size_t i = 0; i < found->gl_pathc; i++)
		if (stat(found->gl_pathv[i], &st) == 0)
			count += S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode);
	return count;
}

/* Who can write to a device has what is mounted from it. */
static void check_mounted(
	const struct verify *verify, const struct resource *device, const glob_t *found)
{
	struct stat st;
	for (size_t i = 0; i < found->gl_pathc; i++) {
		const char *path = found->gl_pathv[i], *point = NULL;
		if (stat(path, &st) == 0 && S_ISBLK(st.st_mode))
			point = verify_mounted_at(&verify->mounts, st.st_rdev);
		if (!point)
			continue;
		verify_warning(verify, device,
			"%s, or a partition of it, is mounted on the host at %s: the zone's root "
			"could destroy what is there, so give the zone other devices",
			path, point);
		return;
	}
}

void verify_device(const struct verify *verify, const struct resource *device)
{
	const char *match = resource_get(device, DEVICE_MATCH);
	if (!match)
		return;
	if (strncmp(match, "/dev/", 5) != 0) {
		verify_error(verify, device, "match %s is not below /dev", match);
		return;
	}
	glob_t found = { 0 };
	int rc = glob(match, GLOB_NOSORT, NULL, &found);
	if (rc == GLOB_NOMATCH)
		verify_warning(verify, device, "nothing in /dev matches %s now", match);
	else if (rc != 0)
		verify_warning(verify, device, "what matches %s was not found out", match);
	else if (!count_devices(&found))
		verify_warning(verify, device,
			"%s matches nothing that is a device now (for all in a directory: %s/*)",
			match, found.gl_pathv[0]);
	else
		check_mounted(verify, device, &found);
	globfree(&found);
}

/* Whether two patterns can mean one device; one of them often is a plain path. */
static bool same_devices(const char *a, const char *b)
{
	return strcmp(a, b) == 0 || fnmatch(a, b, FNM_PATHNAME) == 0
		|| fnmatch(b, a, FNM_PATHNAME) == 0;
}

/* Call compare for each resource of this type of our zone with each of the other's. */
static void each_pair(const struct verify *verify, const char *name, const struct zone *other,
	enum resource_id type,
	void (*compare)(const struct verify *verify, const struct resource *ours,
		const struct resource *theirs, const char *name))
{
	for (size_t i = 0; i < verify->zone->count; i++) {
		const struct resource *ours = verify->zone->resources[i];
		for (size_t j = 0; ours->type->id == type && j < other->count; j++)
			if (other->resources[j]->type->id == type)
				compare(verify, ours, other->resources[j], name);
	}
}

static void compare_devices(const struct verify *verify, const struct resource *ours,
	const struct resource *theirs, const char *name)
{
	const char *a = resource_get(ours, DEVICE_MATCH), *b = resource_get(theirs, DEVICE_MATCH);
	if (a && b && same_devices(a, b))
		verify_warning(verify, ours, "zone %s may use it, too (match %s)", name, b);
}

void verify_devices_beside(const struct verify *verify, const char *name, const struct zone *other)
{
	each_pair(verify, name, other, RES_DEVICE, compare_devices);
}

/* ---- CPUs and memory ---- */

void verify_dedicated_cpu(const struct verify *verify, const struct resource *cpu)
{
	const char *range = resource_get(cpu, DEDICATED_NCPUS);
	long online = sysconf(_SC_NPROCESSORS_ONLN);
	if (!range || online < 1)
		return;
	const char *dash = strchr(range, '-');
	long low = strtol(range, NULL, 10), high = dash ? strtol(dash + 1, NULL, 10) : low;
	if (low > online)
		verify_error(verify, cpu, "ncpus=%s: this host has %ld CPU%s", range, online,
			online == 1 ? "" : "s");
	else if (high > online)
		verify_warning(verify, cpu,
			"ncpus=%s: the zone will get no more than %ld, which is all "
			"this host has",
			range, online);
}

void verify_capped_cpu(const struct verify *verify, const struct resource *cpu)
{
	const char *ncpus = resource_get(cpu, CAPPED_NCPUS);
	long online = sysconf(_SC_NPROCESSORS_ONLN);
	if (ncpus && online > 0 && strtod(ncpus, NULL) > (double)online)
		verify_warning(verify, cpu, "ncpus=%s limits nothing: this host has %ld CPU%s",
			ncpus, online, online == 1 ? "" : "s");
}

void verify_capped_memory(const struct verify *verify, const struct resource *memory)
{
	const char *physical = resource_get(memory, MEMORY_PHYSICAL);
	struct sysinfo system;
	if (!physical || sysinfo(&system) < 0)
		return;
	uint64_t total = (uint64_t)system.totalram * system.mem_unit;
	if (canonical_number(physical) > total)
		verify_warning(verify, memory, "physical=%s limits nothing: this host has %lluM",
			physical, (unsigned long long)(total >> 20));
}

/* ---- datasets ---- */

/* Inode number of the top of each subvolume. */
enum {
	BTRFS_FIRST_INODE = 256,
};

static void check_subvolume(
	const struct verify *verify, const struct resource *dataset, const char *path)
{
	struct stat st;
	struct statfs fs;
	AUTO_FD fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 && errno == EACCES)
		verify_warning(verify, dataset, "it was not looked at, which takes root");
	else if (fd < 0 || fstat(fd, &st) < 0 || fstatfs(fd, &fs) < 0)
		verify_error(verify, dataset, "%s", strerror(errno));
	else if (!S_ISDIR(st.st_mode) || fs.f_type != BTRFS_SUPER_MAGIC
		|| st.st_ino != BTRFS_FIRST_INODE)
		verify_error(verify, dataset,
			"it is not a btrfs subvolume: make one (btrfs subvolume create), or give a "
			"directory with add fs and type=lofs");
}

/* A subvolume in a zone's hands must not be, or hold, where another one lives. */
static void check_zonepaths(
	const struct verify *verify, const struct resource *dataset, const char *path)
{
	for (size_t i = 0; i < verify->index->count; i++) {
		const struct index_line *line = &verify->index->lines[i];
		const struct index_entry *entry = &line->entry;
		if (line->text || strcmp(entry->name, "global") == 0 || !*entry->zonepath)
			continue;
		bool own = strcmp(entry->name, verify->entry->name) == 0;
		if (own ? path_inside(entry->zonepath, path) : path_overlap(entry->zonepath, path))
			verify_error(verify, dataset, "it overlaps %s, the zonepath of %s%s",
				entry->zonepath, own ? "this zone" : "zone ",
				own ? "" : entry->name);
	}
}

void verify_dataset(const struct verify *verify, const struct resource *dataset)
{
	const char *name = resource_get(dataset, DATASET_NAME);
	if (!name)
		return;
	if (*name == '/') {
		check_subvolume(verify, dataset, name);
		check_zonepaths(verify, dataset, name);
	} else {
		verify_warning(verify, dataset,
			"whether this ZFS dataset exists was not looked at%s",
			verify_has_program("zfs") ? "" : ", and there is no zfs(8) command here");
	}
}

/* A dataset, and what is below it, has one administrator. The names of ZFS have no slash first. */
static bool same_dataset(const char *a, const char *b)
{
	return (*a == '/') == (*b == '/') && path_overlap(a, b);
}

static void compare_datasets(const struct verify *verify, const struct resource *ours,
	const struct resource *theirs, const char *name)
{
	const char *a = resource_get(ours, DATASET_NAME), *b = resource_get(theirs, DATASET_NAME);
	if (a && b && same_dataset(a, b))
		verify_error(verify, ours, "zone %s has %s%s: only one zone can administer it",
			name, strcmp(a, b) == 0 ? "it, too" : "dataset ",
			strcmp(a, b) == 0 ? "" : b);
}

void verify_datasets_beside(const struct verify *verify, const char *name, const struct zone *other)
{
	each_pair(verify, name, other, RES_DATASET, compare_datasets);
}

/* ---- users ---- */

void verify_admin(const struct verify *verify, const struct resource *admin)
{
	const char *user = resource_get(admin, ADMIN_USER);
	if (user && !getpwnam(user))
		verify_warning(verify, admin, "this host has no user %s now", user);
}
