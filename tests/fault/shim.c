/*
 * shim.c - a library to preload that makes chosen C library calls fail or do less than asked.
 *
 *   FAULT=CALL:ACTION:WHEN[:NAME][,...]
 *
 *   CALL    the function; FICLONE and SETFLAGS for those ioctls, getdents64 for that syscall(2),
 *           dup for fcntl(2)'s F_DUPFD_CLOEXEC, creat for openat(2) with O_CREAT,
 *           cqe for what io_uring tells of the first thing done at each wait
 *   ACTION  an errno by name; short (half the count), zero (return 0, having done nothing), flip
 *           (write with the first byte changed), slow (20 ms, then as always), modify (somebody
 *           else writes to the file just before, then as always)
 *   WHEN    3: the third call only; 3+: from the third on; *: every call; %3: every third call
 *   NAME    only calls whose object's path contains this
 *
 * FAULT_LOG names a file that gets a line for each fault, so that a test can tell whether its fault
 * was met at all.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <liburing.h>
#include <linux/fs.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

enum { NOTHING = 0, SHORT = -1, ZERO = -2, FLIP = -3, SLOW = -4, MODIFY = -5 }; /* or an errno */

struct rule {
	char call[32], name[64];
	int action;
	enum { EXACTLY, FROM, EACH } when;
	long count;
	atomic_long seen;
};

static struct rule rules[16];
static int rule_count;
static int log_fd = -1;

static const struct {
	const char *name;
	int value;
} actions[] = {
	{ "short", SHORT },
	{ "zero", ZERO },
	{ "flip", FLIP },
	{ "slow", SLOW },
	{ "modify", MODIFY },
	{ "E2BIG", E2BIG },
	{ "EACCES", EACCES },
	{ "EAGAIN", EAGAIN },
	{ "EBADF", EBADF },
	{ "EDQUOT", EDQUOT },
	{ "EEXIST", EEXIST },
	{ "EFBIG", EFBIG },
	{ "EINTR", EINTR },
	{ "EINVAL", EINVAL },
	{ "EIO", EIO },
	{ "EMFILE", EMFILE },
	{ "EMLINK", EMLINK },
	{ "ENFILE", ENFILE },
	{ "ENODATA", ENODATA },
	{ "ENOENT", ENOENT },
	{ "ENOMEM", ENOMEM },
	{ "ENOSPC", ENOSPC },
	{ "ENOSYS", ENOSYS },
	{ "ENOTTY", ENOTTY },
	{ "EOPNOTSUPP", EOPNOTSUPP },
	{ "EPERM", EPERM },
	{ "ERANGE", ERANGE },
	{ "EROFS", EROFS },
	{ "ETXTBSY", ETXTBSY },
	{ "EXDEV", EXDEV },
};

static void usage(const char *text)
{
	dprintf(2, "shim: cannot understand '%s' in FAULT\n", text);
	_exit(99);
}

static void read_rule(char *text)
{
	struct rule *rule = &rules[rule_count++];
	char *save = NULL, *call = strtok_r(text, ":", &save), *action = strtok_r(NULL, ":", &save);
	char *when = strtok_r(NULL, ":", &save), *name = strtok_r(NULL, ":", &save);
	if (!call || !action || !when || rule_count == sizeof(rules) / sizeof(rules[0]))
		usage(text);
	snprintf(rule->call, sizeof(rule->call), "%s", call);
	snprintf(rule->name, sizeof(rule->name), "%s", name ? name : "");
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
		if (strcmp(actions[i].name, action) == 0)
			rule->action = actions[i].value;
	}
	if (!rule->action)
		usage(action);
	rule->count = strtol(*when == '%' ? when + 1 : when, NULL, 10);
	rule->when = *when == '%' ? EACH : strchr(when, '+') || *when == '*' ? FROM : EXACTLY;
}

__attribute__((constructor)) static void start(void)
{
	const char *fault = getenv("FAULT"), *log = getenv("FAULT_LOG");
	if (log)
		log_fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	static char text[1024];
	snprintf(text, sizeof(text), "%s", fault ? fault : "");
	char *save = NULL;
	for (char *one = strtok_r(text, ",", &save); one; one = strtok_r(NULL, ",", &save))
		read_rule(one);
}

/* Whether the call concerns the object that the rule is about. */
static int is_meant(const struct rule *rule, int fd, const char *name)
{
	char link[32], path[4096];
	if (!rule->name[0])
		return 1;
	if (name && name[0])
		return strstr(name, rule->name) != NULL;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	ssize_t len = readlink(link, path, sizeof(path) - 1);
	path[len < 0 ? 0 : len] = '\0';
	return strstr(path, rule->name) != NULL;
}

/* Write to a file until its mtime shows that: the clocks of file systems are coarse. */
static void modify(int fd)
{
	char path[32];
	struct stat before, now;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	int other = open(path, O_WRONLY | O_CLOEXEC);
	if (other < 0 || fstat(fd, &before) < 0)
		usage(path);
	do {
		lseek(other, 0, SEEK_SET);
		if (write(other, "!", 1) < 0 || fstat(fd, &now) < 0)
			usage(path);
	} while (now.st_mtim.tv_sec == before.st_mtim.tv_sec
		&& now.st_mtim.tv_nsec == before.st_mtim.tv_nsec);
	close(other);
}

static int fault(const char *call, int fd, const char *name)
{
	for (int i = 0; i < rule_count; i++) {
		struct rule *rule = &rules[i];
		if (strcmp(rule->call, call) != 0 || !is_meant(rule, fd, name))
			continue;
		long nth = atomic_fetch_add(&rule->seen, 1) + 1;
		if (rule->when == EXACTLY            ? nth != rule->count
				: rule->when == FROM ? nth < rule->count
						     : nth % rule->count != 0)
			continue;
		if (log_fd >= 0)
			dprintf(log_fd, "%s %ld\n", call, nth);
		if (rule->action == SLOW) {
			usleep(20000);
			continue;
		}
		if (rule->action == MODIFY) {
			modify(fd);
			continue;
		}
		if (rule->action > 0)
			errno = rule->action;
		return rule->action;
	}
	return NOTHING;
}

/* The C library's own function. */
#define NEXT(name) __typeof__(&name) next = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

/* A call that either fails or is passed on. */
#define FAILING(type, name, params, args, fd, path)                                                \
	type name params                                                                           \
	{                                                                                          \
		NEXT(name);                                                                        \
		return fault(#name, fd, path) ? -1 : next args;                                    \
	}

FAILING(int, statx, (int fd, const char *name, int flags, unsigned mask, struct statx *st),
	(fd, name, flags, mask, st), fd, name)
FAILING(int, linkat, (int from, const char *name, int to, const char *to_name, int flags),
	(from, name, to, to_name, flags), to, to_name)
FAILING(int, mkdirat, (int fd, const char *name, mode_t mode), (fd, name, mode), fd, name)
FAILING(int, mknodat, (int fd, const char *name, mode_t mode, dev_t dev), (fd, name, mode, dev), fd,
	name)
FAILING(int, symlinkat, (const char *text, int fd, const char *name), (text, fd, name), fd, name)
FAILING(int, unlinkat, (int fd, const char *name, int flags), (fd, name, flags), fd, name)
FAILING(int, renameat2, (int from, const char *name, int to, const char *to_name, unsigned flags),
	(from, name, to, to_name, flags), to, to_name)
FAILING(int, fchmod, (int fd, mode_t mode), (fd, mode), fd, NULL)
FAILING(int, fchownat, (int fd, const char *name, uid_t uid, gid_t gid, int flags),
	(fd, name, uid, gid, flags), fd, name)
FAILING(int, utimensat, (int fd, const char *name, const struct timespec times[2], int flags),
	(fd, name, times, flags), fd, name)
FAILING(int, fsetxattr, (int fd, const char *name, const void *value, size_t size, int flags),
	(fd, name, value, size, flags), fd, NULL)
FAILING(ssize_t, fgetxattr, (int fd, const char *name, void *value, size_t size),
	(fd, name, value, size), fd, NULL)
FAILING(ssize_t, flistxattr, (int fd, char *list, size_t size), (fd, list, size), fd, NULL)
FAILING(int, ftruncate, (int fd, off_t size), (fd, size), fd, NULL)
FAILING(int, fsync, (int fd), (fd), fd, NULL)
FAILING(int, syncfs, (int fd), (fd), fd, NULL)
FAILING(int, unshare, (int flags), (flags), -1, NULL)

int io_uring_submit_and_wait(struct io_uring *ring, unsigned count)
{
	NEXT(io_uring_submit_and_wait);
	if (fault("io_uring_submit_and_wait", -1, NULL))
		return -errno;
	int rc = next(ring, count), action = fault("cqe", -1, NULL);
	struct io_uring_cqe *cqe;
	if (!action || io_uring_peek_cqe(ring, &cqe) < 0)
		return rc;
	cqe->res = action > 0 ? -action : cqe->res / 2;
	return rc;
}

/* The kernel closes the fd even when it reports an error. */
int close(int fd)
{
	NEXT(close);
	int action = fault("close", fd, NULL), err = errno;
	int rc = next(fd);
	if (!action)
		return rc;
	errno = err;
	return -1;
}

int openat(int fd, const char *name, int flags, ...)
{
	NEXT(openat);
	va_list list;
	va_start(list, flags);
	mode_t mode = flags & O_CREAT ? va_arg(list, mode_t) : 0;
	va_end(list);
	/* creat: those that make a file, which are where a full table hurts */
	if ((flags & O_CREAT) && fault("creat", fd, name))
		return -1;
	return fault("openat", fd, name) ? -1 : next(fd, name, flags, mode);
}

int fcntl(int fd, int cmd, ...)
{
	NEXT(fcntl);
	va_list list;
	va_start(list, cmd);
	void *arg = va_arg(list, void *);
	va_end(list);
	return cmd == F_DUPFD_CLOEXEC && fault("dup", fd, NULL) ? -1 : next(fd, cmd, arg);
}

int ioctl(int fd, unsigned long request, ...)
{
	NEXT(ioctl);
	va_list list;
	va_start(list, request);
	void *arg = va_arg(list, void *);
	va_end(list);
	const char *call = request == FICLONE ? "FICLONE"
		: request == FS_IOC_SETFLAGS  ? "SETFLAGS"
					      : "ioctl";
	return fault(call, fd, NULL) ? -1 : next(fd, request, arg);
}

long syscall(long number, ...)
{
	NEXT(syscall);
	va_list list;
	va_start(list, number);
	long arg[6];
	for (int i = 0; i < 6; i++)
		arg[i] = va_arg(list, long);
	va_end(list);
	int action = number == SYS_getdents64 ? fault("getdents64", (int)arg[0], NULL) : NOTHING;
	if (action)
		return action == ZERO ? 0 : -1;
	return next(number, arg[0], arg[1], arg[2], arg[3], arg[4], arg[5]);
}

static size_t shorter(int action, size_t size)
{
	return action == SHORT && size > 1 ? size / 2 : size;
}

ssize_t pread(int fd, void *buf, size_t size, off_t off)
{
	NEXT(pread);
	int action = fault("pread", fd, NULL);
	return action > 0 ? -1 : action == ZERO ? 0 : next(fd, buf, shorter(action, size), off);
}

ssize_t pwrite(int fd, const void *buf, size_t size, off_t off)
{
	NEXT(pwrite);
	int action = fault("pwrite", fd, NULL);
	if (action == FLIP && size > 0) {
		char first = (char)(*(const char *)buf ^ 1);
		ssize_t n = next(fd, &first, 1, off);
		if (n != 1 || size == 1)
			return n;
		n = next(fd, (const char *)buf + 1, size - 1, off + 1);
		return n < 0 ? 1 : n + 1;
	}
	return action > 0 ? -1 : action == ZERO ? 0 : next(fd, buf, shorter(action, size), off);
}

ssize_t copy_file_range(int in, off_t *in_off, int out, off_t *out_off, size_t size, unsigned flags)
{
	NEXT(copy_file_range);
	int action = fault("copy_file_range", in, NULL);
	return action > 0        ? -1
		: action == ZERO ? 0
				 : next(in, in_off, out, out_off, shorter(action, size), flags);
}

/* liburing's own way of failing is the negative errno. */
struct io_uring;
int io_uring_queue_init(unsigned entries, struct io_uring *ring, unsigned flags);
int io_uring_queue_init(unsigned entries, struct io_uring *ring, unsigned flags)
{
	NEXT(io_uring_queue_init);
	int action = fault("io_uring_queue_init", -1, NULL);
	return action > 0 ? -action : next(entries, ring, flags);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*main)(void *), void *arg)
{
	NEXT(pthread_create);
	int action = fault("pthread_create", -1, NULL);
	return action > 0 ? action : next(thread, attr, main, arg);
}
