/*
 * sys.h - system calls as the engine uses them: results as negative errno, close-on-exec always,
 * calls that Debian 12's C library does not know made by number, with the older way as fallback.
 *
 * An "object fd" below is any fd of the object itself, O_PATH ones included.
 */
#ifndef CE_SYS_H
#define CE_SYS_H

#include <linux/fs.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

/* What every look at an object asks for; a local file system has it all in the inode. */
#define SYS_STATX_MASK (STATX_BASIC_STATS | STATX_BTIME | STATX_MNT_ID)

/* The size of the largest record getdents64(2) can return. */
#define SYS_DIRENT_MAX 280

/* One record of getdents64(2). */
struct sys_dirent {
	uint64_t ino;
	int64_t off;
	uint16_t reclen;
	uint8_t type;
	char name[];
};

/* struct fsxattr as the *_fileattr calls of Linux 6.17 take it. */
struct sys_fileattr {
	uint64_t xflags;
	uint32_t extsize;
	uint32_t nextents;
	uint32_t projid;
	uint32_t cowextsize;
};

static inline bool sys_is_dot(const char *name)
{
	return name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2]));
}

static inline uint64_t sys_dev(const struct statx *st)
{
	return (uint64_t)st->stx_dev_major << 32 | st->stx_dev_minor;
}

static inline uint64_t sys_rdev(const struct statx *st)
{
	return (uint64_t)st->stx_rdev_major << 32 | st->stx_rdev_minor;
}

int sys_openat(int dirfd, const char *name, int flags, mode_t mode);

/*
 * Open for reading without touching the access time, where the kernel lets us (owner or
 * CAP_FOWNER); otherwise open anyway. Never follows a symbolic link, never blocks on a fifo.
 */
int sys_open_read(int dirfd, const char *name, int flags);

/* Look at name below dirfd, not following a symbolic link. */
int sys_stat(int dirfd, const char *name, struct statx *ret);

/* Look at the object fd itself. */
int sys_fstat(int fd, struct statx *ret);

/* Read directory records. Returns bytes, 0 at the end. */
ssize_t sys_getdents(int fd, void *buf, size_t size);

/* Read at an offset; EINTR is retried. Returns bytes, 0 at the end of the file. */
ssize_t sys_pread(int fd, void *buf, size_t size, off_t off);

/* Write all of it at an offset. Returns 0 or a negative errno. */
int sys_pwrite_all(int fd, const void *buf, size_t size, off_t off);

/* Change owner, mode or times of an object fd. */
int sys_chown(int fd, uid_t uid, gid_t gid);
int sys_chmod(int fd, mode_t mode);
int sys_utimes(int fd, const struct timespec times[2]);

/*
 * Extended attributes of an object fd. path_only says that fd was opened with O_PATH (or may have
 * been): those go through /proc/self/fd.
 */
ssize_t sys_listxattr(int fd, bool path_only, char *buf, size_t size);
ssize_t sys_getxattr(int fd, bool path_only, const char *name, void *buf, size_t size);
int sys_setxattr(int fd, bool path_only, const char *name, const void *value, size_t size);
int sys_removexattr(int fd, bool path_only, const char *name);

/* The flags chattr(1) shows; fd must be a real one (not O_PATH). */
int sys_getflags(int fd, uint32_t *ret);
int sys_setflags(int fd, uint32_t flags);

/* XFS-style attributes, for the project id; works for O_PATH fds from Linux 6.17 on. */
int sys_getfileattr(int fd, bool path_only, struct sys_fileattr *ret);
int sys_setfileattr(int fd, bool path_only, const struct sys_fileattr *attr);

/* Remove a name; flags as unlinkat(2). */
int sys_unlink(int dirfd, const char *name, int flags);

/* Rename within one directory; flags as renameat2(2). */
int sys_rename(int dirfd, const char *from, const char *to, unsigned flags);

/* A random name: 16 hexadecimal digits and a NUL; size is at least 17. */
void sys_random_name(char *buf, size_t size);

/* The process's umask, without touching it. */
mode_t sys_umask(void);

/*
 * Make room for fds up to this number. The kernel grows a process's table by doubling it, and once
 * threads share it, each time waits some milliseconds for all CPUs to have let go of the old one.
 */
void sys_reserve_fds(unsigned count);

/* A thread's own umask and working directory; -errno where a container forbids it. */
int sys_unshare_fs(void);

#endif
