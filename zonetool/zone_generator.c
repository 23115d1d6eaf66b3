/*
 * zone_generator.c - zone-generator: which zones boot with the host. systemd(1) runs it at boot and
 * at each daemon-reload, see systemd.generator(7): zones.target gets a link to zone@NAME.service
 * for each installed zone with autoboot=true. So the property alone decides, and nothing is left
 * enabled of a zone that was renamed or deleted.
 *
 * It may run before / can be written, and while a command changes the registry: it reads only, and
 * takes no locks.
 */
#include "base/fd.h"
#include "util/alloc.h"
#include "util/file.h"
#include "util/option.h"
#include "util/program.h"
#include "zone/registry.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	STATUS_FAILED = 1,
	STATUS_USAGE = 2,
};

static const char usage[] = "usage:\tzone-generator DIRECTORY...\n"
			    "\tzone-generator --help | --version\n";

static const char help[] =
	"Link zone@NAME.service into DIRECTORY/zones.target.wants, for each installed zone that\n"
	"boots with the host (autoboot=true). Further directories are not used. systemd runs "
	"this.\n"
	"\n"
	"The manual: man zoneadmd\n";

/* ---- which zones ---- */

/* Whether a zone boots with the host. 1, 0, or a negative errno, described. */
static int boots(int registry_fd, const struct index_entry *entry, struct messages *messages)
{
	if (entry->state != STATE_INSTALLED || strcmp(entry->name, "global") == 0)
		return 0;
	AUTO_FREE char *file = xasprintf("%s.xml", entry->name);
	AUTO_FREE char *path = xasprintf(REGISTRY_PATH "/%s", file);
	AUTO_FREE char *text = NULL;
	size_t len;
	int rc = file_read(registry_fd, file, XML_SIZE_MAX, path, &text, &len, messages);
	if (rc == -ENOENT)
		return registry_missing(entry->name, messages);
	if (rc < 0)
		return rc;
	AUTO_ZONE *zone = NULL;
	rc = xml_parse(text, len, path, &zone, messages);
	return rc < 0 ? rc : strcmp(zone_get(zone, ZONE_AUTOBOOT), "true") == 0;
}

/* Returns 1, 0: there is none, or a negative errno, described. */
static int read_index(int registry_fd, struct index *ret_index, struct messages *messages)
{
	AUTO_FREE char *text = NULL;
	size_t len;
	int rc = file_read(registry_fd, "index", INDEX_SIZE_MAX, REGISTRY_PATH "/index", &text,
		&len, messages);
	if (rc < 0)
		return rc == -ENOENT ? 0 : rc;
	index_parse(ret_index, text, len, REGISTRY_PATH "/index", messages);
	return 1;
}

/* ---- the links ---- */

/*
 * The path of zone@.service, which is installed beside the folder of this program, wherever that
 * is. The caller's.
 */
static char *unit_path(void)
{
	AUTO_FREE char *self = realpath("/proc/self/exe", NULL);
	AUTO_FREE char *folder = self ? file_above(self) : NULL;
	AUTO_FREE char *above = folder ? file_above(folder) : NULL;
	/* The name alone counts for systemd. */
	return xasprintf("%s/system/zone@.service", above ? above : "/usr/lib/systemd");
}

/* Open the directory of links, which is made. Returns an fd or a negative errno, described. */
static int open_links(const char *directory, struct messages *messages)
{
	AUTO_FREE char *path = xasprintf("%s/zones.target.wants", directory);
	if (mkdir(path, 0755) < 0 && errno != EEXIST)
		return message_error(messages, -errno, "cannot make %s: %s", path, strerror(errno));
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd >= 0
		? fd
		: message_error(messages, -errno, "cannot open %s: %s", path, strerror(errno));
}

static int link_zone(int links_fd, const char *name, const char *unit, struct messages *messages)
{
	/* All that a zone can be called can stand in the name of a unit as it is. */
	AUTO_FREE char *link = xasprintf("zone@%s.service", name);
	if (symlinkat(unit, links_fd, link) == 0 || errno == EEXIST)
		return 0;
	return message_error(messages, -errno,
		"zone %s will not boot with the host: cannot link %s: %s", name, link,
		strerror(errno));
}

/* A zone that cannot be read keeps no other one from booting. */
static int link_zones(int registry_fd, const struct index *index, const char *directory,
	struct messages *messages)
{
	AUTO_FREE char *unit = unit_path();
	AUTO_FD links_fd = open_links(directory, messages);
	if (links_fd < 0)
		return links_fd;
	int result = 0;
	for (size_t i = 0; i < index->count; i++) {
		if (index->lines[i].text)
			continue;
		const struct index_entry *entry = &index->lines[i].entry;
		int rc = boots(registry_fd, entry, messages);
		if (rc > 0)
			rc = link_zone(links_fd, entry->name, unit, messages);
		if (rc < 0)
			result = rc;
	}
	return result;
}

static int generate(const char *directory, struct messages *messages)
{
	AUTO_FD registry_fd = file_open_directory(REGISTRY_PATH, messages);
	/* A machine without that directory has no zones. */
	if (registry_fd < 0)
		return registry_fd == -ENOENT ? 0 : registry_fd;
	struct index index;
	int rc = read_index(registry_fd, &index, messages);
	if (rc <= 0)
		return rc;
	rc = link_zones(registry_fd, &index, directory, messages);
	index_free(&index);
	return rc;
}

/* ---- the program ---- */

/* Where systemd runs it there is no journal yet, and nobody reads its standard error. */
static void tell_kernel_log(void)
{
	AUTO_FD fd = getenv("SYSTEMD_SCOPE") ? open("/dev/kmsg", O_WRONLY | O_CLOEXEC) : -1;
	if (fd >= 0)
		dup2(fd, STDERR_FILENO);
}

int main(int argc, char **argv)
{
	static char name[] = "zone-generator";
	struct messages messages = { .emit = program_emit, .user = name };
	static const struct option longs[] = { { "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'v' }, { 0 } };
	program_begin();
	for (int c; (c = option_next(argc, argv, "+", longs)) != -1;) {
		if (c == '?') {
			message_error(&messages, -EINVAL, "%s", option_wrong());
			return fputs(usage, stderr), STATUS_USAGE;
		}
		if (c == 'h')
			printf("%s\n%s", usage, help);
		else
			program_version(name);
		return program_end(0, &messages);
	}
	if (optind == argc) {
		message_error(&messages, -EINVAL, "which directory? systemd names it");
		return fputs(usage, stderr), STATUS_USAGE;
	}
	tell_kernel_log();
	return generate(argv[optind], &messages) < 0 ? STATUS_FAILED : 0;
}
