/* verify_fs.c - file systems of a zone: fs and inherit-pkg-dir. */
#include "zone/verify_parts.h"

#include "util/alloc.h"
#include "util/nearest.h"
#include "zone/path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* ---- types ---- */

/* Types that no zone can be given, by how they begin. */
static const struct {
	const char *type;
	bool prefix; /* anything may follow */
	const char *instead;
} refused_types[] = {
	{ "nfs", true, "mount it on the host, and give it to the zone with type=lofs" },
	{ "cifs", true, "mount it on the host, and give it to the zone with type=lofs" },
	{ "smb", true, "mount it on the host, and give it to the zone with type=lofs" },
	{ "autofs", false, "give what it mounts to the zone with type=lofs" },
	{ "proc", false, "the zone gets its own" },
	{ "sysfs", false, "the zone gets its own" },
	{ "devpts", false, "the zone gets its own" },
	{ "devtmpfs", false, "the zone gets its own /dev: add device resources" },
	{ "cgroup", true, "the zone gets its own" },
};

static const char *refusal(const char *type)
{
	for (size_t i = 0; i < COUNT(refused_types); i++) {
		size_t len = strlen(refused_types[i].type);
		if (strncmp(type, refused_types[i].type, len) == 0
			&& (refused_types[i].prefix || !type[len]))
			return refused_types[i].instead;
	}
	return NULL;
}

enum type_kind {
	TYPE_UNKNOWN,
	TYPE_LOFS,   /* a bind mount */
	TYPE_DEVICE, /* on a block device */
	TYPE_OTHER,  /* the kernel or a program decides what its special is */
};

/*
 * Whether a line of a file is this text, or, if that ends with a blank, begins with it. A file that
 * is missing has no lines.
 */
static bool has_line(const char *path, const char *wanted)
{
	size_t len = strlen(wanted);
	FILE *file = fopen(path, "re");
	if (!file)
		return false;
	AUTO_FREE char *line = NULL;
	size_t room = 0;
	bool found = false;
	while (!found && getline(&line, &room, file) > 0) {
		line[strcspn(line, "\n")] = '\0';
		found = strncmp(line, wanted, len) == 0 && (!line[len] || wanted[len - 1] == ' ');
	}
	fclose(file);
	return found;
}

/* Whether there is a module for a type that the kernel does not know yet. */
static bool has_module(const char *type)
{
	struct utsname system;
	if (uname(&system) < 0)
		return false;
	AUTO_FREE char *path = xasprintf("/lib/modules/%s/modules.alias", system.release);
	AUTO_FREE char *line = xasprintf("alias fs-%s ", type);
	return has_line(path, line);
}

static enum type_kind type_kind(const char *type)
{
	if (strcmp(type, "lofs") == 0)
		return TYPE_LOFS;
	/* What stands behind a dot is the business of the helper: fuse.sshfs. */
	AUTO_FREE char *kernel = xstrndup(type, strcspn(type, "."));
	AUTO_FREE char *helper = xasprintf("mount.%s", kernel);
	AUTO_FREE char *whole_helper = xasprintf("mount.%s", type);
	AUTO_FREE char *nodev = xasprintf("nodev\t%s", kernel), *device = xasprintf("\t%s", kernel);
	if (has_line("/proc/filesystems", nodev))
		return TYPE_OTHER;
	if (has_line("/proc/filesystems", device) || has_module(kernel))
		return TYPE_DEVICE;
	return verify_has_program(whole_helper) || verify_has_program(helper) ? TYPE_OTHER
									      : TYPE_UNKNOWN;
}

/* ---- what is mounted ---- */

/* What stands at a path of the host. Returns 0, or -1, described. */
static int look(const struct verify *verify, const struct resource *fs, const char *prop,
	const char *path, struct stat *ret_st)
{
	if (stat(path, ret_st) == 0)
		return 0;
	if (errno == ENOENT || errno == ENOTDIR)
		verify_error(verify, fs, "%s %s does not exist on the host", prop, path);
	else if (errno == EACCES)
		verify_warning(verify, fs, "%s %s was not looked at, which takes root", prop, path);
	else
		verify_error(verify, fs, "%s %s: %s", prop, path, strerror(errno));
	return -1;
}

static void check_block_device(
	const struct verify *verify, const struct resource *fs, const char *prop, const char *path)
{
	struct stat st;
	if (look(verify, fs, prop, path, &st) == 0 && !S_ISBLK(st.st_mode))
		verify_error(verify, fs,
			"%s %s is not a block device, which a file system of type %s is on (a "
			"directory of the host is given with type=lofs)",
			prop, path, resource_get(fs, FS_TYPE));
}

/* The host and the zone would have the same file system in their hands. */
static void check_mounted(const struct verify *verify, const struct resource *fs,
	const char *special, const char *path)
{
	struct stat st;
	const char *point = NULL;
	if (stat(path, &st) == 0 && S_ISBLK(st.st_mode))
		point = verify_mounted_at(&verify->mounts, st.st_rdev);
	if (point)
		verify_warning(verify, fs,
			"special %s is mounted on the host at %s: unmount it there, or give that "
			"directory with type=lofs",
			special, point);
}

/* How devices are called by what is on them: mount(8). */
static const struct {
	const char *tag, *folder;
} device_tags[] = {
	{ "LABEL=", "/dev/disk/by-label" },
	{ "UUID=", "/dev/disk/by-uuid" },
	{ "PARTLABEL=", "/dev/disk/by-partlabel" },
	{ "PARTUUID=", "/dev/disk/by-partuuid" },
};

static void check_device_special(
	const struct verify *verify, const struct resource *fs, const char *special)
{
	if (*special == '/') {
		check_block_device(verify, fs, "special", special);
		check_mounted(verify, fs, special, special);
		return;
	}
	for (size_t i = 0; i < COUNT(device_tags); i++) {
		size_t len = strlen(device_tags[i].tag);
		if (strncmp(special, device_tags[i].tag, len) != 0)
			continue;
		AUTO_FREE char *path = xasprintf("%s/%s", device_tags[i].folder, special + len);
		/* The links are udev's, which writes some characters in another way. */
		if (access(path, F_OK) < 0)
			verify_warning(
				verify, fs, "special %s: there is no such device now", special);
		check_mounted(verify, fs, special, path);
		return;
	}
	verify_error(verify, fs,
		"special %s is not a device's path, LABEL=... or UUID=..., as a file system of "
		"type %s needs",
		special, resource_get(fs, FS_TYPE));
}

/* Who sees another zone's files can do in it what it likes. */
static void check_exposed_zones(const struct verify *verify, const struct resource *resource,
	const char *prop, const char *path)
{
	size_t count = 0;
	const char *first = NULL;
	for (size_t i = 0; i < verify->index->count; i++) {
		const struct index_line *line = &verify->index->lines[i];
		if (line->text || strcmp(line->entry.name, "global") == 0 || !*line->entry.zonepath
			|| !path_inside(line->entry.zonepath, path))
			continue;
		if (!count++)
			first = line->entry.name;
	}
	if (count)
		verify_warning(verify, resource,
			"%s %s holds the zonepath of %zu zone%s, such as %s: this zone will see "
			"what is in it",
			prop, path, count, count == 1 ? "" : "s", first);
}

/* Of the host, and in no zone's hands. */
static const struct {
	const char *path, *but; /* what may be given all the same, or NULL */
	const char *instead;
} host_places[] = {
	{ "/proc", NULL, "the zone gets its own" },
	{ "/sys", NULL, "the zone gets its own" },
	{ "/dev", "/dev/shm", "the zone gets its own: add device resources" },
	{ "/etc/zones", NULL, "zones are configured from the host: give another directory" },
	{ "/run/zones", NULL, "zones are administered from the host: give another directory" },
};

/* What to do instead of giving a path, as it is without links, to a zone; NULL: it can be given. */
static const char *host_place_refusal(const char *path)
{
	for (size_t i = 0; i < COUNT(host_places); i++)
		if (path_inside(path, host_places[i].path)
			&& !(host_places[i].but && path_inside(path, host_places[i].but)))
			return host_places[i].instead;
	return NULL;
}

static void check_lofs_special(
	const struct verify *verify, const struct resource *fs, const char *special)
{
	struct stat st;
	if (*special != '/') {
		verify_error(verify, fs,
			"special %s is not the absolute path of a directory or file of the host, "
			"as type=lofs needs",
			special);
		return;
	}
	look(verify, fs, "special", special, &st);
	AUTO_FREE char *real = realpath(special, NULL);
	const char *instead = host_place_refusal(real ? real : special);
	bool link = real && strcmp(real, special) != 0;
	if (instead)
		verify_error(verify, fs, "special %s%s%s is the host's own: %s", special,
			link ? ", which is " : "", link ? real : "", instead);
	else
		check_exposed_zones(verify, fs, "special", special);
}

/* ---- options ---- */

/* What a bind mount can have. */
static const char *const lofs_options[] = { "rw", "ro", "suid", "nosuid", "dev", "nodev", "exec",
	"noexec", "atime", "noatime", "nodiratime", "relatime", "norelatime", "sync", "rbind",
	"norbind", "idmap", "noidmap", NULL };

static void check_lofs_options(const struct verify *verify, const struct resource *fs)
{
	const struct value *options = &fs->values[FS_OPTIONS];
	for (size_t i = 0; i < options->count; i++) {
		const char *option = options->items[i];
		const char *nearest = nearest_word(option, lofs_options);
		if (nearest && strcmp(nearest, option) == 0)
			continue;
		verify_warning(verify, fs, "option %s has no effect on type=lofs%s%s%s", option,
			nearest ? ": did you mean " : "", nearest ? nearest : "",
			nearest ? "?" : "");
	}
}

/* Whether one option takes back what the other one says. */
static bool contradicts(const char *a, const char *b)
{
	static const char *const opposites[][2] = { { "ro", "rw" }, { "async", "sync" } };
	if (strncmp(a, "no", 2) == 0 && strcmp(a + 2, b) == 0)
		return true;
	for (size_t i = 0; i < COUNT(opposites); i++)
		if (strcmp(a, opposites[i][0]) == 0 && strcmp(b, opposites[i][1]) == 0)
			return true;
	return false;
}

static void check_contradictions(const struct verify *verify, const struct resource *fs)
{
	const struct value *options = &fs->values[FS_OPTIONS];
	for (size_t i = 0; i < options->count; i++)
		for (size_t j = 0; j < i; j++) {
			const char *a = options->items[j], *b = options->items[i];
			if (contradicts(a, b) || contradicts(b, a))
				verify_error(verify, fs,
					"options %s and %s contradict each other: remove one of "
					"them",
					a, b);
		}
}

static void check_raw(const struct verify *verify, const struct resource *fs, const char *type)
{
	const char *raw = resource_get(fs, FS_RAW);
	if (!raw)
		return;
	AUTO_FREE char *checker = xasprintf("fsck.%s", type);
	if (!verify_has_program(checker))
		verify_error(verify, fs,
			"raw is the device that fsck(8) checks, but there is no %s here: clear "
			"raw, or install that program",
			checker);
	check_block_device(verify, fs, "raw", raw);
}

void verify_fs(const struct verify *verify, const struct resource *fs)
{
	const char *type = resource_get(fs, FS_TYPE), *special = resource_get(fs, FS_SPECIAL);
	if (!type || !special)
		return; /* zone_check() has told */
	const char *instead = refusal(type);
	if (instead) {
		verify_error(verify, fs, "type %s is not allowed in a zone: %s", type, instead);
		return;
	}
	check_raw(verify, fs, type);
	check_contradictions(verify, fs);
	if (strncmp(type, "fuse.", 5) == 0)
		verify_warning(verify, fs,
			"type %s: its program will run on the host, as root, and not in the zone",
			type);
	struct stat st;
	switch (type_kind(type)) {
	case TYPE_LOFS:
		check_lofs_special(verify, fs, special);
		check_lofs_options(verify, fs);
		break;
	case TYPE_DEVICE:
		check_device_special(verify, fs, special);
		break;
	case TYPE_OTHER:
		if (strncmp(special, "/dev/", 5) == 0)
			look(verify, fs, "special", special, &st);
		break;
	case TYPE_UNKNOWN:
		verify_error(verify, fs,
			"type %s: this kernel does not know it, and there is no program mount.%s "
			"(a directory of the host is given with type=lofs)",
			type, type);
		break;
	}
}

/* ---- inherit-pkg-dir ---- */

/* What is for a running system, and not made of packages. */
static const char *const running_places[] = { "/proc", "/sys", "/dev", "/run" };

void verify_inherit(const struct verify *verify, const struct resource *inherit)
{
	const char *dir = resource_get(inherit, INHERIT_DIR);
	struct stat st;
	if (!dir || look(verify, inherit, "dir", dir, &st) < 0)
		return;
	if (!S_ISDIR(st.st_mode)) {
		verify_error(verify, inherit, "dir %s is not a directory of the host", dir);
		return;
	}
	for (size_t i = 0; i < COUNT(running_places); i++) {
		if (!path_inside(dir, running_places[i]))
			continue;
		verify_error(verify, inherit,
			"dir %s: every zone has its own %s, and packages are not there: remove "
			"this resource",
			dir, running_places[i]);
		return;
	}
	check_exposed_zones(verify, inherit, "dir", dir);
	AUTO_FD fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	const char *network = fd < 0 ? NULL : path_network(fd);
	if (network)
		verify_error(verify, inherit,
			"dir %s is on a network file system (%s): it must be on a local one", dir,
			network);
}

/* ---- beside each other ---- */

/* Where a resource is mounted in the zone, or NULL. */
static const char *place_of(const struct resource *resource)
{
	if (resource->type->id == RES_FS)
		return resource_get(resource, FS_DIR);
	return resource->type->id == RES_INHERIT_PKG_DIR ? resource_get(resource, INHERIT_DIR)
							 : NULL;
}

static void check_places(
	const struct verify *verify, const struct resource *a, const struct resource *b)
{
	const char *dir_a = place_of(a), *dir_b = place_of(b);
	if (!dir_a || !dir_b)
		return;
	/* Two of one type at the same place: zone_check() has told. */
	bool inherited = a->type->id == RES_INHERIT_PKG_DIR && b->type->id == RES_INHERIT_PKG_DIR;
	if (strcmp(dir_a, dir_b) == 0 ? a->type != b->type
				      : inherited && path_overlap(dir_a, dir_b)) {
		AUTO_FREE char *title = resource_title(a);
		verify_error(verify, b,
			strcmp(dir_a, dir_b) == 0
				? "%s is mounted at the same place: give one of them another dir"
				: "%s overlaps: the outer one has what is in the inner one, so "
				  "remove "
				  "that",
			title);
	}
}

/* Where every zone has something already. */
static void check_hidden(const struct verify *verify, const struct resource *fs)
{
	static const char *const own_places[] = { "/proc", "/sys", "/dev" };
	const char *dir = resource_get(fs, FS_DIR);
	if (fs->type->id != RES_FS)
		return; /* verify_inherit() has told */
	for (size_t i = 0; i < COUNT(own_places); i++)
		if (path_inside(dir, own_places[i]))
			verify_error(verify, fs,
				"dir %s would hide what every zone has in its own %s: mount it "
				"elsewhere",
				dir, own_places[i]);
	if (path_inside(dir, "/run"))
		verify_warning(verify, fs,
			"dir %s is where the zone mounts a file system of its own, in memory, "
			"which may hide it: mount it elsewhere",
			dir);
}

void verify_places(const struct verify *verify)
{
	const struct zone *zone = verify->zone;
	for (size_t i = 0; i < zone->count; i++) {
		const char *dir = place_of(zone->resources[i]);
		if (dir && strcmp(dir, "/") == 0)
			verify_error(verify, zone->resources[i],
				"dir / is the zone's root itself: mount below it");
		if (dir)
			check_hidden(verify, zone->resources[i]);
		for (size_t j = 0; dir && j < i; j++)
			check_places(verify, zone->resources[j], zone->resources[i]);
	}
}
