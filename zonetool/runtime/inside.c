/* inside.c - a program in a zone's root: in a container of systemd-nspawn(1). */
#include "runtime/inside.h"

#include "util/alloc.h"
#include "util/run.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NSPAWN "systemd-nspawn"

/*
 * What root may do in a container, but what scripts of packages have no use for: with devices, the
 * network, the machine's clock, limits and audit, mounts, other processes.
 */
#define DROPPED                                                                                    \
	"CAP_AUDIT_CONTROL,CAP_IPC_OWNER,CAP_LEASE,CAP_LINUX_IMMUTABLE,CAP_MKNOD,CAP_NET_ADMIN,"   \
	"CAP_NET_BIND_SERVICE,CAP_NET_BROADCAST,CAP_NET_RAW,CAP_SYS_ADMIN,CAP_SYS_BOOT,"           \
	"CAP_SYS_NICE,CAP_SYS_PTRACE,CAP_SYS_RESOURCE,CAP_SYS_TTY_CONFIG"

static const char *const options[] = {
	NSPAWN,
	"--quiet",
	"--register=no", /* it is no machine of machinectl(1) */
	"--keep-unit",
	"--private-network", /* with a loopback interface and nothing else */
	"--as-pid2",
	"--console=pipe",
	"--resolv-conf=off", /* these three would change files in the root */
	"--timezone=off",
	"--link-journal=no",
	"--settings=no", /* nor does a file beside the root say otherwise */
	"--drop-capability=" DROPPED,
};
enum { OPTION_COUNT = sizeof(options) / sizeof(options[0]) };

/* A command line that is being put together; it owns its texts. */
struct line {
	char **words;
	size_t count, room;
};

static void line_free(struct line *line)
{
	for (size_t i = 0; i < line->count; i++)
		free(line->words[i]);
	free(line->words);
}
#define AUTO_LINE __attribute__((cleanup(line_free))) struct line

/* The word is the line's from now on; NULL ends it. */
static void line_add(struct line *line, char *taken)
{
	if (line->count == line->room) {
		line->room = line->room * 2 + 32;
		line->words = xrealloc(line->words, line->room, sizeof(*line->words));
	}
	line->words[line->count++] = taken;
}

/* In the arguments of nspawn's binds, colons separate paths. */
static void add_escaped(struct str *text, const char *path)
{
	for (; *path; path++) {
		if (*path == ':' || *path == '\\')
			text_addc(text, '\\');
		text_addc(text, *path);
	}
}

static void add_bind(struct line *line, const char *option, const char *from, const char *to)
{
	AUTO_STR text = STR_EMPTY;
	text_addf(&text, "%s=", option);
	add_escaped(&text, from);
	text_addc(&text, ':');
	add_escaped(&text, to);
	line_add(line, text_take(&text));
}

/*
 * What the zone has from the host, to be read: scripts of packages are for the zone's own files.
 * File systems on devices are mounted below its root already.
 */
static void add_shared(struct line *line, const struct resource *resource)
{
	const char *dir = resource->type->id == RES_INHERIT_PKG_DIR
		? resource_get(resource, INHERIT_DIR)
		: NULL;
	if (dir)
		add_bind(line, "--bind-ro", dir, dir);
	else if (resource->type->id == RES_FS
		&& strcmp(resource_get(resource, FS_TYPE), "lofs") == 0)
		add_bind(line, "--bind-ro", resource_get(resource, FS_SPECIAL),
			resource_get(resource, FS_DIR));
}

/* What the zone is called, as far as a host can be called that: scripts may ask. */
static char *make_hostname(const char *zone)
{
	char *name = xstrdup(zone);
	size_t len = strlen(name);
	for (size_t i = 0; i < len; i++) {
		if (!isalnum((unsigned char)name[i]))
			name[i] = '-';
	}
	while (len > 1 && name[len - 1] == '-')
		name[--len] = '\0';
	return name;
}

static void make_line(struct line *line, const struct inside *inside, const char *const *argv)
{
	for (size_t i = 0; i < OPTION_COUNT; i++)
		line_add(line, xstrdup(options[i]));
	/* Nothing else that runs has this name, whatever the zone is called. */
	line_add(line, xasprintf("--machine=zoneadm-%d", (int)getpid()));
	AUTO_FREE char *hostname = make_hostname(zone_get(inside->zone, ZONE_NAME));
	line_add(line, xasprintf("--hostname=%s", hostname));
	line_add(line, xasprintf("--directory=%s", inside->root));
	for (size_t i = 0; i < inside->zone->count; i++)
		add_shared(line, inside->zone->resources[i]);
	line_add(line, xstrdup("--"));
	for (; *argv; argv++)
		line_add(line, xstrdup(*argv));
	line_add(line, NULL);
}

int inside_check(struct messages *messages)
{
	const char *const argv[] = { NSPAWN, "--version", NULL };
	struct run run = { .argv = argv, .die_with_us = true };
	AUTO_RUN_OUTPUT output = { NULL, NULL };
	int status = run_program(&run, &output);
	if (status == 0)
		return 0;
	if (status == RUN_NOT_FOUND)
		return message_error(messages, -ENOENT,
			NSPAWN " is not installed: packages are configured in a container of it; "
			       "it comes with the package systemd-container");
	return message_error(messages, status < 0 ? status : -EIO, NSPAWN " does not run: %s",
		status < 0 ? strerror(-status) : output.err);
}

int inside_run(const struct inside *inside, const char *const *argv)
{
	AUTO_LINE line = { 0 };
	make_line(&line, inside, argv);
	/* fsync(2) does nothing inside: who has the root filled brings it to storage as a whole. */
	static const char *const env[] = { "SYSTEMD_SUPPRESS_SYNC=1", NULL };
	struct run run = { .argv = (const char *const *)line.words,
		.env = env,
		.log_fd = inside->log_fd,
		.die_with_us = true };
	int status = run_program(&run, NULL);
	if (status < 0)
		return message_error(
			inside->messages, status, "cannot run " NSPAWN ": %s", strerror(-status));
	if (status == RUN_NOT_FOUND)
		return inside_check(inside->messages) < 0 ? -ENOENT : status;
	return status;
}
