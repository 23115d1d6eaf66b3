/*
 * packages.c - a zone from the packages of this host, without a network: their files are copied as
 * they are here, configuration files put back to what was shipped, and then the packages are
 * configured in the zone by its own dpkg(1), as if they had just been unpacked.
 *
 *   packages_choose.c     which packages          packages_version.c    versions in their order
 *   packages_files.c      which files, copying    packages_paths.c      diversions, links
 *   packages_config.c     what was shipped        packages_deb.c        ... read from packages
 *   packages_database.c   dpkg's database         packages_configure.c  dpkg --configure
 *   packages_owners.c     users and groups of the host
 *
 * And a zone that is brought to the packages of this host: packages_update.c, packages_merge.c.
 */
#include "install/packages_private.h"

#include "util/alloc.h"
#include "util/file.h"
#include "util/root.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ATTR_PACKAGES "packages"

/* ---- what all parts need ---- */

void packages_log(int log_fd, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vdprintf(log_fd, format, args);
	va_end(args);
	dprintf(log_fd, "\n");
}

int packages_open(int root_fd, const char *path, int flags, unsigned mode)
{
	int fd = root_openat2(root_fd, path, flags, mode, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
	if (fd < 0)
		errno = -fd;
	return fd < 0 ? -1 : fd;
}

/* The directory that a path is in: an fd, or -1 and errno; and the last name. */
static int open_directory(int root_fd, const char *path, const char **ret_name)
{
	const char *slash = strrchr(path, '/');
	AUTO_FREE char *directory = slash ? xstrndup(path, (size_t)(slash - path)) : xstrdup(".");
	*ret_name = slash ? slash + 1 : path;
	return packages_open(root_fd, directory, O_PATH | O_DIRECTORY, 0);
}

int packages_mkdir(int root_fd, const char *path, unsigned mode)
{
	const char *name;
	AUTO_FD fd = open_directory(root_fd, path, &name);
	return fd < 0 ? -1 : mkdirat(fd, name, mode);
}

int packages_unlink(int root_fd, const char *path)
{
	const char *name;
	AUTO_FD fd = open_directory(root_fd, path, &name);
	return fd < 0 ? -1 : unlinkat(fd, name, 0);
}

int packages_write(int root_fd, const char *path, const char *text, size_t len, unsigned mode,
	struct messages *messages)
{
	AUTO_FD fd = packages_open(root_fd, path, O_WRONLY | O_CREAT | O_TRUNC, mode);
	int rc = fd < 0 ? -errno : file_write(fd, text, len);
	if (rc == 0 && fchmod(fd, mode) < 0) /* whatever the umask is */
		rc = -errno;
	return rc < 0 ? message_error(
		       messages, rc, "cannot write /%s in the zone: %s", path, strerror(-rc))
		      : 0;
}

char *packages_list_name(const struct dpkg_package *package)
{
	return package->multi_arch_same
		? xasprintf("%s:%s.list", package->name, package->architecture)
		: xasprintf("%s.list", package->name);
}

/* ---- the host ---- */

/*
 * Keep apt and dpkg from changing anything while we look. Returns an fd that holds the lock, or a
 * negative errno, described.
 */
static int lock_file(const char *path, struct messages *messages)
{
	AUTO_FD fd = open(path, O_RDONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
	if (fd < 0)
		return message_error(messages, -errno, "%s: %s", path, strerror(errno));
	/* Theirs is a lock for writing. Several zones can be installed at a time. */
	struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET };
	if (fcntl(fd, F_SETLK, &lock) < 0)
		return message_error(messages, -EBUSY,
			"this host's packages are being changed: apt or dpkg has locked %s; try "
			"again when that is done",
			path);
	return fd_take(&fd);
}

int host_lock(struct host_lock *ret_lock, struct messages *messages)
{
	/* In the order of apt. */
	static const char *const paths[] = { DPKG_ADMIN "/lock-frontend", DPKG_ADMIN "/lock" };
	*ret_lock = (struct host_lock){ { -1, -1 } };
	for (size_t i = 0; i < 2; i++) {
		ret_lock->fds[i] = lock_file(paths[i], messages);
		if (ret_lock->fds[i] < 0)
			return ret_lock->fds[i];
	}
	return 0;
}

void host_unlock(struct host_lock *lock)
{
	fd_close(lock->fds[1]);
	fd_close(lock->fds[0]);
}

int packages_read_host(struct dpkg_database *ret_database, struct messages *messages)
{
	AUTO_FD host_fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = host_fd < 0 ? message_error(messages, -errno, "/: %s", strerror(errno))
			     : dpkg_read(host_fd, ret_database, messages);
	if (rc == -ENOENT || (rc == 0 && !dpkg_find(ret_database, "dpkg")))
		return message_error(messages, -ENOENT,
			"this host has no database of Debian packages in " DPKG_ADMIN
			": install the zone in another way, with -m directory or -m archive");
	return rc;
}

/* The zone's attribute, or NULL. */
static const char *wanted_packages(const struct zone *zone)
{
	for (size_t i = 0; i < zone->count; i++) {
		const struct resource *resource = zone->resources[i];
		if (resource->type->id == RES_ATTR
			&& strcmp(resource_get(resource, ATTR_NAME), ATTR_PACKAGES) == 0)
			return resource_get(resource, ATTR_VALUE);
	}
	return NULL;
}

/* The host's packages, and those of them that the zone gets. */
static int choose(
	const struct install_job *job, struct dpkg_database *database, struct choice *choice)
{
	int rc = packages_read_host(database, job->messages);
	return rc < 0 ? rc
		      : choice_make(database, wanted_packages(job->zone), choice, job->messages);
}

static int packages_check(const struct install_job *job)
{
	AUTO_DPKG database = { 0 };
	AUTO_CHOICE choice = { 0 };
	int rc = choose(job, &database, &choice);
	if (rc == 0 && !choice.init)
		message_warning(job->messages,
			"the zone will not boot: no package with an init, such as systemd-sysv, is "
			"%s",
			wanted_packages(job->zone) ? "among its packages"
						   : "installed on this host");
	return rc;
}

/* ---- the installation ---- */

static void log_choice(const struct choice *choice, int log_fd)
{
	const struct dpkg_package *packages = choice->database->packages;
	for (size_t i = 0; i < choice->database->count; i++) {
		if (choice->chosen[i])
			packages_log(
				log_fd, "package: %s %s", packages[i].name, packages[i].version);
		else if (choice->left_out[i])
			packages_log(log_fd, "skipped, as it is %s: %s",
				choice_reason(&packages[i]), packages[i].name);
	}
}

/* Copy what is chosen, with its database. */
static int copy_packages(const struct install_job *job, const struct choice *choice,
	struct files *files, int root_fd)
{
	job->say("Creating list of files to copy from the global zone.");
	log_choice(choice, job->log_fd);
	int rc = files_list(job, choice, NULL, files);
	if (rc < 0)
		return rc;
	job->say("Copying <%zu> files to the zone.", files->names.count);
	if (files->missing)
		packages_log(job->log_fd, "missing on this host: %zu files", files->missing);
	rc = files_copy(files, job, root_fd);
	if (rc == 0)
		rc = config_restore(files, job, root_fd);
	if (rc < 0)
		return rc;
	job->say("Initializing zone product registry.");
	return database_make(files, job, root_fd);
}

/* The same, all that reads the host's database, while that is locked. */
static int copy_locked(const struct install_job *job, struct dpkg_database *database,
	struct choice *choice, struct files *files, int root_fd)
{
	AUTO_HOST_LOCK lock;
	int rc = host_lock(&lock, job->messages);
	if (rc == 0)
		rc = choose(job, database, choice);
	return rc < 0 ? rc : copy_packages(job, choice, files, root_fd);
}

static int packages_run(const struct install_job *job)
{
	AUTO_DPKG database = { 0 };
	AUTO_CHOICE choice = { 0 };
	AUTO_FILES files = { 0 };
	AUTO_FD root_fd = open(job->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (root_fd < 0)
		return message_error(job->messages, -errno, "%s: %s", job->root, strerror(errno));
	int rc = copy_locked(job, &database, &choice, &files, root_fd);
	return rc < 0 ? rc : configure_run(&files, job, root_fd);
}

const struct install_ops install_packages = {
	.name = "packages",
	.flags = INSTALL_INSIDE | INSTALL_FRESH,
	.check = packages_check,
	.run = packages_run,
};
