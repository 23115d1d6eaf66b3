/* firstboot.c - what the first boot of a zone does besides: configuration of its systemd. */
#include "runtime/firstboot.h"

#include "identity/items.h"
#include "util/alloc.h"
#include "util/file.h"
#include "util/root.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

/* Whether systemd will take the boot for the first: no machine-id, or one that says so. */
static bool is_first_boot(int root_fd)
{
	struct messages quiet = messages_quiet();
	AUTO_FREE char *text = NULL;
	size_t len;
	int rc = root_read(root_fd, MACHINE_ID, MACHINE_ID_TEXT_MAX, &text, &len, &quiet);
	return rc == -ENOENT || (rc == 0 && strcmp(text, FIRST_BOOT) == 0);
}

/* Whether nobody has given root a password: what unconfigure() leaves. */
static bool asks_password(int root_fd)
{
	struct messages quiet = messages_quiet();
	AUTO_FREE char *text = NULL;
	size_t len;
	static const char unset[] = "root:" PASSWORD_UNPROVISIONED ":";
	if (root_read(root_fd, SHADOW, ROOT_TEXT_MAX, &text, &len, &quiet) < 0)
		return false;
	AUTO_FREE char *line = xasprintf("\n%s", unset);
	return strncmp(text, unset, strlen(unset)) == 0 || strstr(text, line);
}

static bool has_sshd(int root_fd)
{
	struct messages quiet = messages_quiet();
	return root_exists(root_fd, "etc/ssh/sshd_config", &quiet) > 0;
}

static bool always(int root_fd)
{
	(void)root_fd;
	return true;
}

static const struct shown {
	const char *name; /* in the zone's place */
	const char *seen; /* in the zone */
	bool (*wanted)(int root_fd);
	const char *text;
} files[] = {
	/*
	 * systemd-firstboot(1) itself knows this only from version 254 on. Three tries, as login.
	 * passwd(1) ignores SIGTERM, and would keep a zone that asks from shutting down.
	 */
	{ "systemd-firstboot.service",
		"/run/systemd/system/systemd-firstboot.service.d/50-zone.conf", asks_password,
		"[Service]\n"
		"TimeoutStopSec=1\n"
		"ExecStart=-/bin/sh -c 'n=0; "
		"while grep -q \"^root:" PASSWORD_UNPROVISIONED ":\" /" SHADOW
		" && [ $$n -lt 3 ]; do "
		"n=$$((n + 1)); echo; echo \"Please choose the password of root in this zone.\"; "
		"passwd root; done'\n" },
	/* sshd does not start without keys, and those of its source are not the clone's. */
	{ "ssh.service", "/run/systemd/system/ssh.service.d/50-zone.conf", has_sshd,
		"[Service]\n"
		"ExecStartPre=\n"
		"ExecStartPre=-/usr/bin/ssh-keygen -A\n"
		"ExecStartPre=/usr/sbin/sshd -t\n" },
	/*
	 * systemd would enable what presets do not forbid, also what was disabled in the source.
	 * Before version 254 it passes over the first rule, and at a first boot disables nothing.
	 */
	{ "preset", "/run/systemd/system-preset/00-zone.preset", always,
		"ignore *\n"
		"disable *\n" },
};
enum { FILE_COUNT = sizeof(files) / sizeof(files[0]) };

static int add(const struct shown *file, const struct runtime_zone *zone, struct line *line,
	struct messages *messages)
{
	AUTO_FREE char *path = xasprintf("%s/%s", zone->place, file->name);
	AUTO_FD place = open(zone->place, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (place < 0)
		return message_error(messages, -errno, "%s: %s", zone->place, strerror(errno));
	int rc = file_create(place, file->name, file->text, strlen(file->text), path, messages);
	if (rc == 0)
		line_bind(line, "--bind-ro", path, file->seen);
	return rc;
}

/*
 * Where the files are seen. The engine makes the directories above a mount as the host's root, who
 * is nobody in a user namespace: init could not write beside them.
 */
static const char *const directories[] = { "/run/systemd", "/run/systemd/system",
	"/run/systemd/system-preset" };
enum { DIRECTORY_COUNT = sizeof(directories) / sizeof(directories[0]) };

static void add_directories(const struct runtime_zone *zone, struct line *line)
{
	for (size_t i = 0; i < DIRECTORY_COUNT && zone->uid_shift; i++)
		line_take(line, xasprintf("--tmpfs=%s:mode=755,size=10%%", directories[i]));
}

int firstboot_options(
	const struct runtime_zone *zone, int root_fd, struct line *line, struct messages *messages)
{
	int rc = 0;
	bool first = is_first_boot(root_fd);
	if (first)
		add_directories(zone, line);
	for (size_t i = 0; i < FILE_COUNT && first && rc == 0; i++)
		if (files[i].wanted(root_fd))
			rc = add(&files[i], zone, line, messages);
	return rc;
}
