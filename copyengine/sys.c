/* sys.c - system calls as the engine uses them; every call by number and every fallback is here. */
#include "sys.h"

#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

/* Numbers are the same on every architecture for calls newer than Linux 5.1. */
#ifndef SYS_file_getattr
#define SYS_file_getattr 468
#define SYS_file_setattr 469
#endif

/* Whether the file attribute calls answered ENOSYS once: they will do so for ever. */
static atomic_bool no_fileattr;

static int result(long rc)
{
	return rc < 0 ? -errno : (int)rc;
}

static ssize_t result_size(ssize_t rc)
{
	return rc < 0 ? -errno : rc;
}

/* The result of a file attribute call, noting that there is no such thing. */
static int fileattr_result(long rc)
{
	if (rc < 0 && errno == ENOSYS)
		atomic_store_explicit(&no_fileattr, true, memory_order_relaxed);
	return result(rc);
}

static bool fileattr_missing(void)
{
	return atomic_load_explicit(&no_fileattr, memory_order_relaxed);
}

/* The magic link of an fd: resolves to the object itself, a symbolic link included. */
struct proc_path {
	char text[32];
};

static struct proc_path proc_path(int fd)
{
	struct proc_path path;
	snprintf(path.text, sizeof(path.text), "/proc/self/fd/%d", fd);
	return path;
}

int sys_openat(int dirfd, const char *name, int flags, mode_t mode)
{
	int fd;
	do
		fd = openat(dirfd, name, flags | O_CLOEXEC, mode);
	while (fd < 0 && errno == EINTR);
	return result(fd);
}

int sys_open_read(int dirfd, const char *name, int flags)
{
	flags |= O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
	int fd = sys_openat(dirfd, name, flags | O_NOATIME, 0);
	if (fd == -EPERM)
		fd = sys_openat(dirfd, name, flags, 0);
	return fd;
}

int sys_stat(int dirfd, const char *name, struct statx *ret)
{
	return result(
		statx(dirfd, name, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, SYS_STATX_MASK, ret));
}

int sys_fstat(int fd, struct statx *ret)
{
	return result(statx(fd, "", AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW, SYS_STATX_MASK, ret));
}

ssize_t sys_getdents(int fd, void *buf, size_t size)
{
	return result_size(syscall(SYS_getdents64, fd, buf, size));
}

ssize_t sys_pread(int fd, void *buf, size_t size, off_t off)
{
	ssize_t n;
	do
		n = pread(fd, buf, size, off);
	while (n < 0 && errno == EINTR);
	return result_size(n);
}

static ssize_t write_at(int fd, const void *buf, size_t size, off_t off)
{
	ssize_t n;
	do
		n = pwrite(fd, buf, size, off);
	while (n < 0 && errno == EINTR);
	return result_size(n);
}

int sys_pwrite_all(int fd, const void *buf, size_t size, off_t off)
{
	while (size > 0) {
		ssize_t n = write_at(fd, buf, size, off);
		if (n < 0)
			return (int)n;
		if (n == 0)
			return -EIO;
		buf = (const char *)buf + n;
		size -= (size_t)n;
		off += n;
	}
	return 0;
}

int sys_chown(int fd, uid_t uid, gid_t gid)
{
	return result(fchownat(fd, "", uid, gid, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW));
}

int sys_chmod(int fd, mode_t mode)
{
	if (fchmod(fd, mode) == 0)
		return 0;
	if (errno != EBADF)
		return -errno;
	/*
	 * An O_PATH fd. fchmodat2(2) could do it, but not on every kernel and in every container.
	 */
	return result(chmod(proc_path(fd).text, mode));
}

int sys_utimes(int fd, const struct timespec times[2])
{
	if (futimens(fd, times) == 0)
		return 0;
	if (errno != EBADF)
		return -errno;
	/* An O_PATH fd. For others this would do, too, but the kernel takes longer over it. */
	return result(utimensat(fd, "", times, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW));
}

/* What most attributes, and lists of their names, fit into. */
#define ATTR_SHORT ((size_t)256)

/*
 * The newer getxattrat(2) family would not help with O_PATH fds: with AT_EMPTY_PATH it answers
 * EBADF, as the f*xattr calls do. So those go through the fd's magic link, which needs /proc.
 */
static ssize_t list_names(int fd, bool path_only, char *buf, size_t size)
{
	return result_size(
		path_only ? listxattr(proc_path(fd).text, buf, size) : flistxattr(fd, buf, size));
}

/* The kernel allocates as much as it is offered, for each call: a small offer is cheaper. */
ssize_t sys_listxattr(int fd, bool path_only, char *buf, size_t size)
{
	ssize_t n = list_names(fd, path_only, buf, size < ATTR_SHORT ? size : ATTR_SHORT);
	return n == -ERANGE && size > ATTR_SHORT ? list_names(fd, path_only, buf, size) : n;
}

static ssize_t get_value(int fd, bool path_only, const char *name, void *buf, size_t size)
{
	return result_size(path_only ? getxattr(proc_path(fd).text, name, buf, size)
				     : fgetxattr(fd, name, buf, size));
}

ssize_t sys_getxattr(int fd, bool path_only, const char *name, void *buf, size_t size)
{
	ssize_t n = get_value(fd, path_only, name, buf, size < ATTR_SHORT ? size : ATTR_SHORT);
	return n == -ERANGE && size > ATTR_SHORT ? get_value(fd, path_only, name, buf, size) : n;
}

int sys_setxattr(int fd, bool path_only, const char *name, const void *value, size_t size)
{
	return result(path_only ? setxattr(proc_path(fd).text, name, value, size, 0)
				: fsetxattr(fd, name, value, size, 0));
}

int sys_removexattr(int fd, bool path_only, const char *name)
{
	return result(path_only ? removexattr(proc_path(fd).text, name) : fremovexattr(fd, name));
}

/* The ioctl numbers say long, the kernel has always transferred an int. */
int sys_getflags(int fd, uint32_t *ret)
{
	int flags = 0;
	int rc = result(ioctl(fd, FS_IOC_GETFLAGS, &flags));
	if (rc == 0)
		*ret = (uint32_t)flags;
	return rc;
}

int sys_setflags(int fd, uint32_t flags)
{
	int value = (int)flags;
	return result(ioctl(fd, FS_IOC_SETFLAGS, &value));
}

int sys_getfileattr(int fd, bool path_only, struct sys_fileattr *ret)
{
	if (!path_only) {
		struct fsxattr fsx;
		int rc = result(ioctl(fd, FS_IOC_FSGETXATTR, &fsx));
		if (rc == 0)
			*ret = (struct sys_fileattr){ fsx.fsx_xflags, fsx.fsx_extsize,
				fsx.fsx_nextents, fsx.fsx_projid, fsx.fsx_cowextsize };
		return rc;
	}
	if (fileattr_missing())
		return -ENOSYS;
	return fileattr_result(
		syscall(SYS_file_getattr, AT_FDCWD, proc_path(fd).text, ret, sizeof(*ret), 0));
}

int sys_setfileattr(int fd, bool path_only, const struct sys_fileattr *attr)
{
	if (!path_only) {
		struct fsxattr fsx = { .fsx_xflags = (uint32_t)attr->xflags,
			.fsx_extsize = attr->extsize,
			.fsx_nextents = attr->nextents,
			.fsx_projid = attr->projid,
			.fsx_cowextsize = attr->cowextsize };
		return result(ioctl(fd, FS_IOC_FSSETXATTR, &fsx));
	}
	if (fileattr_missing())
		return -ENOSYS;
	return fileattr_result(
		syscall(SYS_file_setattr, AT_FDCWD, proc_path(fd).text, attr, sizeof(*attr), 0));
}

int sys_unlink(int dirfd, const char *name, int flags)
{
	return result(unlinkat(dirfd, name, flags));
}

int sys_rename(int dirfd, const char *from, const char *to, unsigned flags)
{
	return result(renameat2(dirfd, from, dirfd, to, flags));
}

void sys_random_name(char *buf, size_t size)
{
	static atomic_ulong made;
	uint64_t random;
	/* Collisions are caught by O_EXCL: names that can be guessed cost a retry, not safety. */
	if (getrandom(&random, sizeof(random), GRND_NONBLOCK) != sizeof(random))
		random = ((uint64_t)getpid() << 32) + atomic_fetch_add(&made, 1);
	snprintf(buf, size, "%016llx", (unsigned long long)random);
}

mode_t sys_umask(void)
{
	FILE *status = fopen("/proc/self/status", "re");
	char line[256];
	unsigned value = 022;
	while (status && fgets(line, sizeof(line), status)) {
		if (sscanf(line, "Umask: %o", &value) == 1)
			break;
	}
	if (status)
		fclose(status);
	return (mode_t)value;
}

void sys_reserve_fds(unsigned count)
{
	int any = open("/", O_PATH | O_CLOEXEC);
	int last = any < 0 ? -1 : fcntl(any, F_DUPFD_CLOEXEC, (int)count - 1);
	fd_close(last);
	fd_close(any);
}

int sys_unshare_fs(void)
{
	return result(unshare(CLONE_FS));
}
