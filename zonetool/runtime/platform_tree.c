/* platform_tree.c - mounts that are nowhere yet, with their options and the zone's ids. */
#include "runtime/platform_private.h"

#include "util/alloc.h"
#include "util/mountinfo.h"
#include "util/process.h"
#include "util/run.h"
#include "zone/mounting.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <unistd.h>

/* ---- ids ---- */

/* In the child, which is there for its user namespace only. */
static _Noreturn void child_wait(pid_t parent, int ready_fd)
{
	char byte = 0;
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent
		&& unshare(CLONE_NEWUSER) == 0 && write(ready_fd, &byte, 1) == 1)
		for (;;)
			pause();
	_exit(1);
}

static int write_map(pid_t pid, const char *name, uint32_t shift)
{
	AUTO_FREE char *path = xasprintf("/proc/%d/%s", (int)pid, name);
	AUTO_FREE char *map = xasprintf("0 %u %d", shift, RUNTIME_SHIFT_RANGE);
	AUTO_FD fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ssize_t written = write(fd, map, strlen(map));
	return written < 0 ? -errno : (size_t)written == strlen(map) ? 0 : -EIO;
}

/* The namespace of a child that is ready, or a negative errno. */
static int map_child(pid_t pid, int ready_fd, uint32_t shift)
{
	char byte;
	if (read(ready_fd, &byte, 1) != 1)
		return -EPERM;
	int rc = write_map(pid, "uid_map", shift);
	if (rc == 0)
		rc = write_map(pid, "gid_map", shift);
	if (rc < 0)
		return rc;
	AUTO_FREE char *path = xasprintf("/proc/%d/ns/user", (int)pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int tree_users(uint32_t shift, struct messages *messages)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) < 0)
		return message_error(messages, -errno, "cannot make a pipe: %s", strerror(errno));
	AUTO_FD ready = ends[0], child_end = ends[1];
	pid_t parent = getpid(), pid = fork();
	if (pid == 0)
		child_wait(parent, child_end);
	child_end = fd_close(child_end);
	int fd = pid < 0 ? -errno : map_child(pid, ready, shift);
	if (pid > 0)
		process_kill(pid);
	if (fd < 0)
		return message_error(messages, fd,
			"cannot make a user namespace with ids from %u on: %s%s", shift,
			strerror(-fd),
			fd == -EPERM || fd == -ENOSPC
				? ": see user.max_user_namespaces of sysctl(8)"
				: "");
	return fd;
}

/* ---- options ---- */

struct tree_options tree_lofs_options(const struct resource *fs)
{
	static const struct {
		const char *name;
		uint64_t set, clear;
	} rows[] = {
		{ "ro", MOUNT_ATTR_RDONLY, 0 },
		{ "nosuid", MOUNT_ATTR_NOSUID, 0 },
		{ "noexec", MOUNT_ATTR_NOEXEC, 0 },
		{ "noatime", MOUNT_ATTR_NOATIME, MOUNT_ATTR__ATIME },
		{ "relatime", MOUNT_ATTR_RELATIME, MOUNT_ATTR__ATIME },
		{ "norelatime", MOUNT_ATTR_STRICTATIME, MOUNT_ATTR__ATIME },
		{ "nodiratime", MOUNT_ATTR_NODIRATIME, 0 },
	};
	const struct value *names = &fs->values[FS_OPTIONS];
	struct tree_options options = { .recursive = value_find(names, "rbind") >= 0,
		.unmapped = value_find(names, "noidmap") >= 0 };
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (value_find(names, rows[i].name) < 0)
			continue;
		options.set |= rows[i].set;
		options.clear |= rows[i].clear;
	}
	return options;
}

static int set_options(int tree_fd, const struct tree_options *options)
{
	struct mount_attr attributes = { .attr_set = options->set | MOUNT_ATTR_NODEV,
		.attr_clr = options->clear,
		.propagation = MS_PRIVATE };
	unsigned flags = AT_EMPTY_PATH | (options->recursive ? AT_RECURSIVE : 0);
	return mount_setattr(tree_fd, "", flags, &attributes, sizeof(attributes)) < 0 ? -errno : 0;
}

/* Show the files with the zone's ids. Returns 0 or a negative errno. */
static int set_users(int tree_fd, const struct platform *platform, bool recursive)
{
	struct mount_attr attributes = { .attr_set = MOUNT_ATTR_IDMAP,
		.userns_fd = (uint64_t)platform->users_fd };
	unsigned flags = AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0);
	return mount_setattr(tree_fd, "", flags, &attributes, sizeof(attributes)) < 0 ? -errno : 0;
}

/* Describe that a file system does not show other ids. Returns code. */
static int explain_users(
	const struct platform *platform, int code, const char *path, const char *title)
{
	AUTO_MOUNT_TABLE mounts = { 0 };
	const struct mount *mount = mountinfo_read(MOUNTINFO_SELF, &mounts) == 0
		? mountinfo_find_at(&mounts, AT_FDCWD, path)
		: NULL;
	return message_error(platform->messages, code,
		"%s: the file system of %s%s%s%s cannot show the ids of the zone's user namespace: "
		"%s (put it on another one, or set the attr private-users to false)",
		title, path, mount ? " (" : "", mount ? mount->type : "", mount ? ")" : "",
		strerror(-code));
}

/* Give the tree that was made of path what it is to have. The fd or an errno, described. */
static int finish(const struct platform *platform, int *tree_fd, const char *path,
	const struct tree_options *options, const char *title)
{
	int rc = set_options(*tree_fd, options);
	if (rc < 0)
		return message_error(platform->messages, rc,
			"%s: cannot set the options of its mount: %s", title, strerror(-rc));
	if (platform->users_fd >= 0 && !options->unmapped)
		rc = set_users(*tree_fd, platform, options->recursive);
	return rc < 0 ? explain_users(platform, rc, path, title) : fd_take(tree_fd);
}

/* ---- trees ---- */

int tree_clone(const struct platform *platform, const char *path,
	const struct tree_options *options, const char *title)
{
	AUTO_FD fd = open_tree(AT_FDCWD, path,
		OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC
			| (options->recursive ? (unsigned)AT_RECURSIVE : 0));
	if (fd < 0)
		return message_error(platform->messages, -errno, "%s: %s of the host: %s", title,
			path, strerror(errno));
	return finish(platform, &fd, path, options, title);
}

/* Check a device as at the boot of a host: small damage is repaired. 0 or an errno, described. */
static int check_device(const struct resource *fs, const char *title, struct messages *messages)
{
	enum { REPAIRED = 1 };
	const char *raw = resource_get(fs, FS_RAW);
	if (!raw)
		return 0;
	const char *const argv[] = { "fsck", "-a", "-t", resource_get(fs, FS_TYPE), raw, NULL };
	struct run run = { .argv = argv, .die_with_us = true };
	AUTO_RUN_OUTPUT output = { NULL, NULL };
	int status = run_program(&run, &output);
	if (status < 0 || status == RUN_NOT_FOUND)
		return message_error(messages, status < 0 ? status : -ENOENT,
			"%s: cannot run fsck(8) on %s: %s", title, raw,
			status < 0 ? strerror(-status) : "it is not installed");
	if (status == REPAIRED)
		message_warning(messages, "%s: fsck(8) has repaired %s", title, raw);
	if (status <= REPAIRED)
		return 0;
	const char *said = *output.err ? output.err : output.out;
	return message_error(messages, -EIO,
		"%s: %s is damaged, as fsck(8) says (exit status %d): run it by hand. %.1000s",
		title, raw, status, said);
}

int tree_mount(const struct platform *platform, const struct resource *fs, const char *scratch,
	const char *title)
{
	int rc = check_device(fs, title, platform->messages);
	if (rc < 0)
		return rc;
	AUTO_FD scratch_fd = open(scratch, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (scratch_fd < 0)
		return message_error(
			platform->messages, -errno, "%s: %s", scratch, strerror(errno));
	rc = mounting_mount(fs, scratch_fd, platform->messages);
	if (rc < 0)
		return rc;
	/* Ids are mapped in mounts that are nowhere only: so it is taken away again. */
	const struct tree_options as_mounted = { 0 };
	int fd = tree_clone(platform, scratch, &as_mounted, title);
	if (umount2(scratch, MNT_DETACH | UMOUNT_NOFOLLOW) == 0 || fd < 0)
		return fd;
	rc = message_error(platform->messages, -errno, "%s: cannot be unmounted: %s", scratch,
		strerror(errno));
	fd_close(fd);
	return rc;
}
