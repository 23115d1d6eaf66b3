/* packages_configure.c - dpkg --configure, in the zone. */
#include "install/packages_private.h"

#include "util/alloc.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define POLICY "usr/sbin/policy-rc.d"

/* Nothing is started: invoke-rc.d(8) asks this. */
static const char policy[] = "#!/bin/sh\nexit 101\n";

/* Whether the zone has files in common with the host, which its scripts cannot change. */
static bool is_sparse(const struct zone *zone)
{
	for (size_t i = 0; i < zone->count; i++) {
		if (zone->resources[i]->type->id == RES_INHERIT_PKG_DIR)
			return true;
	}
	return false;
}

/*
 * What scripts use without saying so, in the order in which debootstrap(8) does it: users, then
 * dpkg's own directories, then interpreters. Their dependencies are there, if not yet configured.
 */
static const char *const first[] = { "base-passwd", "base-files", "dpkg", "libc6", "perl-base",
	"mawk", "debconf" };

/*
 * Then dpkg(1) finds the order. Its database is brought to storage with all the rest, later. In a
 * zone that cannot write to what it inherits, a script that fails is no reason not to run those of
 * all that depend on its package.
 */
#define DPKG "dpkg --force-unsafe-io --force-confold --abort-after=100000 "
static const char script[] = "sparse=$0\n"
			     "for package do " DPKG
			     "--force-depends --configure \"$package\"; done\n" DPKG
			     "--configure --pending && exit\n"
			     "status=$?\n"
			     "[ $sparse = yes ] && exec " DPKG
			     "--force-depends --configure --pending\n"
			     "exit $status\n";

static int configure(const struct choice *choice, const struct install_job *job)
{
	const char *argv[8 + COUNT(first) + 1] = { "/usr/bin/env", "LC_ALL=C.UTF-8",
		"DEBIAN_FRONTEND=noninteractive", "DEBCONF_NONINTERACTIVE_SEEN=true", "/bin/sh",
		"-c", script, is_sparse(job->zone) ? "yes" : "no" };
	size_t count = 8;
	for (size_t i = 0; i < COUNT(first); i++) {
		if (choice_has(choice, first[i]))
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
static int tell(const struct choice *choice, const struct install_job *job, int root_fd, int status)
{
	AUTO_STR failed = STR_EMPTY;
	size_t count = 0;
	int rc = find_failed(choice, job, root_fd, &failed, &count);
	if (rc < 0)
		return rc;
	if (count && !is_sparse(job->zone))
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

int configure_run(const struct files *files, const struct install_job *job, int root_fd)
{
	const struct choice *choice = files->choice;
	job->say("Determining zone package initialization order.");
	/* Where it is the host's, the zone cannot have one; a service ends with the container. */
	bool ours = faccessat(root_fd, POLICY, F_OK, 0) < 0 && !files_delivered(files, "/" POLICY);
	if (ours) {
		int rc = packages_write(
			root_fd, POLICY, policy, sizeof(policy) - 1, 0755, job->messages);
		if (rc < 0)
			return rc;
	}
	job->say("Preparing to initialize <%zu> packages on the zone.", choice->count);
	int status = configure(choice, job);
	if (ours && unlinkat(root_fd, POLICY, 0) < 0)
		return message_error(job->messages, -errno,
			"cannot remove /" POLICY " in the zone: %s", strerror(errno));
	return status < 0 ? status : tell(choice, job, root_fd, status);
}
