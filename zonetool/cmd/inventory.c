/* inventory.c - what is installed in a zone, beside what was, and beside this host. */
#include "cmd/inventory.h"

#include "util/alloc.h"
#include "util/root.h"
#include "zone/path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#define INFO "var/lib/dpkg/info"
#define INDENT "        " /* messages show tabs as what they are */

enum {
	LIST_MAX = 64 << 20, /* bytes in a package's list of files */
};

void inventory_add(struct manifest *manifest, const struct dpkg_database *database,
	enum dpkg_standing standing)
{
	for (size_t i = 0; i < database->count; i++) {
		const struct dpkg_package *package = &database->packages[i];
		if (package->standing != standing || !*package->version)
			continue;
		AUTO_FREE char *name = xasprintf("%s:%s", package->name, package->architecture);
		manifest_add(manifest, name, package->version);
	}
	manifest_sort(manifest);
}

void inventory_warn_changed(const struct manifest *before, const struct manifest *now,
	const char *path, struct messages *messages)
{
	AUTO_FREE struct manifest_difference *differences = NULL;
	size_t count = manifest_compare(before, now, &differences);
	if (count == 0)
		return;
	AUTO_STR text = STR_EMPTY;
	for (size_t i = 0; i < count; i++) {
		const char *was = differences[i].before, *is = differences[i].now;
		text_addf(&text, "\n" INDENT "%s: %s, now %s", differences[i].name,
			was ? was : "not installed", is ? is : "not installed");
	}
	message_warning(messages,
		"what is installed in %s/root has changed since the zone was detached:%s", path,
		str_get(&text));
}

/* ---- beside this host ---- */

/* A package of the manifest: "NAME:ARCHITECTURE"; that of another system may have NAME only. */
struct named {
	char *name;
	const char *architecture; /* part of name, behind its NUL; "": not known */
};

static struct named named_parse(const char *text)
{
	struct named named = { .name = xstrdup(text) };
	char *colon = strchr(named.name, ':');
	named.architecture = colon ? colon + 1 : "";
	if (colon)
		*colon = '\0';
	return named;
}

static const struct dpkg_package *find(
	const struct dpkg_database *database, const struct named *named)
{
	return database ? dpkg_find_like(database, named->name, named->architecture) : NULL;
}

/* The architecture of dpkg(1) itself is that of a system. */
static int check_architecture(const struct inventory *inventory, const struct dpkg_database *host)
{
	const struct xml_packages *packages = &inventory->manifest->packages;
	const struct dpkg_package *here = dpkg_find(host, "dpkg");
	for (size_t i = 0; here && i < packages->count; i++) {
		const char *name = packages->rows[i].name;
		if (strncmp(name, "dpkg:", 5) != 0 || strcmp(name + 5, here->architecture) == 0)
			continue;
		return message_error(inventory->messages, -EINVAL,
			"%s is a system for %s, and this host is one for %s: attach it to a host "
			"of its kind, or say \"attach -F\" if its programs run here all the same",
			inventory->name, name + 5, here->architecture);
	}
	return 0;
}

/* ---- what a sparse zone inherits ---- */

/* Whether a path is below a directory that the zone inherits: package databases know no links. */
static bool is_inherited(const struct zone *zone, const char *path)
{
	bool in_usr = false;
	for (const char *const *merged = path_merged; *merged; merged++)
		in_usr |= path_inside(path, *merged);
	AUTO_FREE char *other = xasprintf("%s%s", in_usr ? "/usr" : "", path);
	for (size_t i = 0; i < zone->count; i++) {
		const struct resource *resource = zone->resources[i];
		if (resource->type->id != RES_INHERIT_PKG_DIR)
			continue;
		const char *dir = resource_get(resource, INHERIT_DIR);
		if (strcmp(path, dir) != 0 && (path_inside(path, dir) || path_inside(other, dir)))
			return true;
	}
	return false;
}

bool inventory_is_sparse(const struct zone *zone)
{
	for (size_t i = 0; i < zone->count; i++)
		if (zone->resources[i]->type->id == RES_INHERIT_PKG_DIR)
			return true;
	return false;
}

/*
 * Whether a package has paths in inherited directories, by its list in this directory. Without a
 * list that cannot be told: it counts as if it had. Returns 1, 0, or a negative errno, described.
 */
static int delivers(const struct inventory *inventory, int dir_fd, const char *directory,
	const struct dpkg_package *package)
{
	AUTO_FREE char *path = xasprintf("%s%s%s%s.list", directory, package->name,
		package->multi_arch_same ? ":" : "",
		package->multi_arch_same ? package->architecture : "");
	AUTO_FREE char *text = NULL;
	size_t len;
	int rc = root_read(dir_fd, path, LIST_MAX, &text, &len, inventory->messages);
	if (rc < 0)
		return rc == -ENOENT ? 1 : rc;
	char *at = text;
	for (const char *line; (line = strsep(&at, "\n"));)
		if (is_inherited(inventory->manifest->zone, line))
			return 1;
	return 0;
}

/* Whether it matters that a package differs. Returns 1, 0, or a negative errno, described. */
static int matters(const struct inventory *inventory, const struct named *named,
	const struct dpkg_package *here)
{
	const struct dpkg_package *own = find(inventory->own, named);
	if (own)
		return delivers(inventory, inventory->root_fd, INFO "/", own);
	if (!here)
		return 1;
	/* On a host, /var can be another file system, which root_read() would not enter. */
	AUTO_FD fd = open("/" INFO, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? 1 : delivers(inventory, fd, "", here);
}

void inventory_differences_free(struct inventory_differences *differences)
{
	for (size_t i = 0; i < differences->count; i++) {
		free(differences->rows[i].name);
		free(differences->rows[i].version);
		free(differences->rows[i].here);
	}
	free(differences->rows);
	*differences = (struct inventory_differences){ 0 };
}

/* Add what is wrong with a package, if something is. Returns 0 or a negative errno, described. */
static int compare_package(const struct inventory *inventory, const struct xml_package *package,
	const struct dpkg_database *host, struct inventory_differences *differences)
{
	struct named named = named_parse(package->name);
	const struct dpkg_package *here = find(host, &named);
	int rc = here && strcmp(here->version, package->version) == 0
		? 0
		: matters(inventory, &named, here);
	free(named.name);
	if (rc <= 0)
		return rc;
	differences->rows[differences->count++] =
		(struct inventory_difference){ xstrdup(package->name), xstrdup(package->version),
			here ? xstrdup(here->version) : NULL };
	return 0;
}

static int compare_packages(const struct inventory *inventory, const struct dpkg_database *host,
	struct inventory_differences *differences)
{
	const struct xml_packages *packages = &inventory->manifest->packages;
	differences->rows = xcalloc(packages->count + 1, sizeof(*differences->rows));
	int rc = 0;
	for (size_t i = 0; i < packages->count && rc == 0; i++)
		rc = compare_package(inventory, &packages->rows[i], host, differences);
	return rc;
}

int inventory_compare_host(
	const struct inventory *inventory, struct inventory_differences *ret_differences)
{
	AUTO_DPKG host = { 0 };
	AUTO_DIFFERENCES differences = { 0 };
	AUTO_FD fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return message_error(inventory->messages, -errno, "/: %s", strerror(errno));
	int rc = dpkg_read(fd, &host, inventory->messages);
	bool sparse = inventory_is_sparse(inventory->manifest->zone);
	if (rc == -ENOENT && sparse)
		return message_error(inventory->messages, rc,
			"%s inherits directories of its host, and whether this one has the same "
			"packages cannot be told: it has no database of dpkg(1); say \"attach -F\"",
			inventory->name);
	if (rc == 0)
		rc = check_architecture(inventory, &host);
	if (rc == 0 && sparse)
		rc = compare_packages(inventory, &host, &differences);
	if (rc < 0 && rc != -ENOENT)
		return rc;
	*ret_differences = differences;
	differences = (struct inventory_differences){ 0 };
	return 0;
}

int inventory_check_host(const struct inventory *inventory)
{
	AUTO_DIFFERENCES differences = { 0 };
	AUTO_STR report = STR_EMPTY;
	int rc = inventory_compare_host(inventory, &differences);
	if (rc < 0 || differences.count == 0)
		return rc;
	for (size_t i = 0; i < differences.count; i++) {
		const struct inventory_difference *row = &differences.rows[i];
		text_addf(&report, "\n" INDENT "%s: %s\n" INDENT INDENT "(%s)", row->name,
			row->here ? "version mismatch" : "not installed", row->version);
		if (row->here)
			text_addf(&report, "\n" INDENT INDENT "(%s)", row->here);
	}
	return message_error(inventory->messages, -EINVAL,
		"These packages installed on the source system are inconsistent with this "
		"system:%s\n"
		"%s inherits files of theirs: install the same ones here, bring the zone to those "
		"of this host with \"attach -u\", or say \"attach -F\"",
		str_get(&report), inventory->name);
}
