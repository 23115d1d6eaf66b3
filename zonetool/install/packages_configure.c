/* packages_configure.c - dpkg --configure, in the zone. */
#include "install/packages_private.h"

#include "util/alloc.h"
#include "util/root.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define SBIN "usr/sbin"
#define POLICY "policy-rc.d"

enum {
	POLICY_MAX_BYTES = 4096,
	OVERRIDES_MAX_BYTES = 1 << 20,
};

/* Nothing is started: invoke-rc.d(8) asks this. The comment tells one that a dead command left. */
static const char policy[] = "#!/bin/sh\n# zoneadm: packages are being configured.\nexit 101\n";

/*
 * What scripts use without saying so, in the order in which debootstrap(8) does it: users, then
 * dpkg's own directories, then interpreters. Their dependencies are there, if not yet configured.
 */
static const char *const first[] = { "base-passwd", "base-files", "dpkg", "libc6", "perl-base",
	"mawk", "debconf" };

/*
 * Then dpkg(1) finds the order. Its database is brought to storage with all the rest, later. In a
 * zone that cannot write to what it has from the host, a script that fails is no reason not to run
 * those of all that depend on its package.
 */
#define DPKG "dpkg --force-unsafe-io --force-confold --abort-after=100000 "
static const char script[] = "shared=$0\n"
			     "for package do " DPKG
			     "--force-depends --configure \"$package\"; done\n" DPKG
			     "--configure --pending && exit\n"
			     "status=$?\n"
			     "[ $shared = yes ] && exec " DPKG
			     "--force-depends --configure --pending\n"
			     "exit $status\n";

static int configure(const struct files *files, const struct install_job *job)
{
	const char *argv[8 + COUNT(first) + 1] = { "/usr/bin/env", "LC_ALL=C.UTF-8",
		"DEBIAN_FRONTEND=noninteractive", "DEBCONF_NONINTERACTIVE_SEEN=true", "/bin/sh",
		"-c", script, files->shared ? "yes" : "no" };
	size_t count = 8;
	for (size_t i = 0; i < COUNT(first); i++) {
		if (choice_has(files->choice, first[i]))
			argv[count++] = first[i];
	}
	return job->inside(job, argv);
}

/* Append the names of chosen packages that are not installed in the zone, and count them. */
static int find_failed(const struct choice *choice, const struct install_job *job, int root_fd,
	struct str *names, size_t *count)
{
	AUTO_DPKG zone = { 0 };
	int rc = dpkg_read(root_fd, &zone, job->messages);
	if (rc < 0)
		return rc == -ENOENT ? message_error(
			       job->messages, rc, "the zone's database of packages is gone")
				     : rc;
	size_t there = 0; /* both are sorted by name and architecture */
	for (size_t i = 0; i < choice->database->count; i++) {
		const struct dpkg_package *package = &choice->database->packages[i];
		if (!choice->chosen[i])
			continue;
		while (there < zone.count && strcmp(zone.packages[there].name, package->name) < 0)
			there++;
		bool installed = false;
		for (size_t at = there;
			at < zone.count && strcmp(zone.packages[at].name, package->name) == 0; at++)
			installed = installed
				|| strcmp(zone.packages[at].architecture, package->architecture)
					== 0;
		if (!installed)
			text_addf(names, "%s%s", (*count)++ ? " " : "", package->name);
	}
	return 0;
}

/* Say how it went. */
static int tell(const struct files *files, const struct install_job *job, int root_fd, int status)
{
	const struct choice *choice = files->choice;
	AUTO_STR failed = STR_EMPTY;
	size_t count = 0;
	int rc = find_failed(choice, job, root_fd, &failed, &count);
	if (rc < 0)
		return rc;
	/* The list of all of them would hide that it is about none of them. */
	if (count == choice->count && status && !files->shared)
		return message_error(job->messages, -EIO,
			"no package could be configured in the zone: the container ended with "
			"status %d, and the log has what it said",
			status);
	if (count && !files->shared)
		return message_error(job->messages, -EIO,
			"%zu of %zu packages could not be configured in the zone: %s", count,
			choice->count, str_get(&failed));
	if (status && !count)
		return message_error(job->messages, -EIO,
			"dpkg --configure in the zone ended with status %d", status);
	job->say("Initialized <%zu> packages on zone.", choice->count - count);
	if (choice->skipped)
		dprintf(job->report_fd, "Installation of <%zu> packages was skipped.\n",
			choice->skipped);
	if (count)
		dprintf(job->report_fd, "Installation of these packages generated warnings: %s\n",
			str_get(&failed));
	return 0;
}

/*
 * Whether we are to make one. Where it is the host's, the zone cannot have one; a service ends with
 * the container.
 */
static bool may_have_policy(const struct files *files, int root_fd, int sbin_fd)
{
	struct messages quiet = messages_quiet();
	AUTO_FREE char *text = NULL;
	size_t len;
	if (files_delivered(files, "/" SBIN "/" POLICY))
		return false;
	if (faccessat(sbin_fd, POLICY, F_OK, AT_SYMLINK_NOFOLLOW) < 0)
		return true;
	return root_read(root_fd, SBIN "/" POLICY, POLICY_MAX_BYTES, &text, &len, &quiet) == 0
		&& strcmp(text, policy) == 0;
}

/*
 * Configure, with nothing being started. Returns the status of dpkg(1), or a negative errno,
 * described.
 */
static int configure_quietly(const struct files *files, const struct install_job *job, int root_fd)
{
	AUTO_FD sbin_fd = packages_open(root_fd, SBIN, O_PATH | O_DIRECTORY, 0);
	bool ours = sbin_fd >= 0 && may_have_policy(files, root_fd, sbin_fd);
	if (ours) {
		int rc = packages_write(
			root_fd, SBIN "/" POLICY, policy, sizeof(policy) - 1, 0755, job->messages);
		if (rc < 0)
			return rc;
	}
	int status = configure(files, job);
	if (ours && unlinkat(sbin_fd, POLICY, 0) < 0)
		return message_error(job->messages, -errno,
			"cannot remove /" SBIN "/" POLICY " in the zone: %s", strerror(errno));
	return status;
}

int configure_run(const struct files *files, const struct install_job *job, int root_fd)
{
	const struct choice *choice = files->choice;
	job->say("Determining zone package initialization order.");
	job->say("Preparing to initialize <%zu> packages on the zone.", choice->count);
	int status = configure_quietly(files, job, root_fd);
	return status < 0 ? status : tell(files, job, root_fd, status);
}

/*
 * What has replaced a file has the owner and mode of this host: give it those that the zone's
 * administrator has set, dpkg-statoverride(1). Returns 0 or a negative errno, described.
 */
static int apply_overrides(const struct install_job *job, int root_fd)
{
	static const char *const argv[] = { "/bin/sh", "-c",
		"dpkg-statoverride --list | while read -r user group mode path; do\n"
		"[ -L \"$path\" ] || [ ! -w \"$path\" ] && continue\n"
		"chown \"${user#\\#}:${group#\\#}\" \"$path\" && chmod \"$mode\" \"$path\" || "
		"exit\n"
		"done",
		NULL };
	static const char path[] = "var/lib/dpkg/statoverride";
	AUTO_FREE char *text = NULL;
	size_t len;
	int rc = root_read(root_fd, path, OVERRIDES_MAX_BYTES, &text, &len, job->messages);
	if (rc < 0 || !len)
		return rc == -ENOENT ? 0 : rc;
	int status = job->inside(job, argv);
	return status > 0 ? message_error(job->messages, -EIO,
		       "cannot give files the modes that dpkg-statoverride has in the zone: "
		       "status %d",
		       status)
			  : status;
}

int configure_update(const struct files *files, const struct install_job *job, int root_fd)
{
	AUTO_DPKG zone = { 0 };
	AUTO_STR unfinished = STR_EMPTY;
	job->say("Configuring packages on the zone.");
	int rc = apply_overrides(job, root_fd);
	int status = rc < 0 ? rc : configure_quietly(files, job, root_fd);
	rc = status < 0 ? status : dpkg_read_all(root_fd, &zone, job->messages);
	if (rc < 0)
		return rc == -ENOENT ? message_error(
			       job->messages, rc, "the zone's database of packages is gone")
				     : rc;
	for (size_t i = 0; i < zone.count; i++)
		if (zone.packages[i].standing == DPKG_UNFINISHED)
			text_addf(&unfinished, "%s%s", unfinished.len ? ", " : "",
				zone.packages[i].name);
	if (unfinished.len)
		message_warning(job->messages,
			"these packages of the zone could not be configured, as may be where a "
			"zone cannot write to what it inherits: %s; the log says why",
			unfinished.data);
	else if (status)
		return message_error(job->messages, -EIO,
			"dpkg --configure in the zone ended with status %d", status);
	return 0;
}
