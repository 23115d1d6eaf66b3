/* unpack_private.h - what the parts of unpack.h share. */
#ifndef INSTALL_UNPACK_PRIVATE_H
#define INSTALL_UNPACK_PRIVATE_H

#include "install/unpack.h"

#include <linux/fs.h>
#include <sys/stat.h>

/* Flags of chattr(1) with which nothing more can be done to an object. */
#define UNPACK_LOCKING_FLAGS ((unsigned long)(FS_IMMUTABLE_FL | FS_APPEND_FL))

/* What an object gets when all are there. */
struct later {
	char *path;
	bool directory;             /* its times, too */
	struct timespec times[2];   /* as utimensat(2) has them */
	unsigned long set, clear;   /* flags */
	struct archive_entry *acls; /* an entry that has ACLs, or NULL */
};

/* What is told once, with a count. */
struct loss {
	uint64_t count;
	char *first; /* a path, as it can be shown */
};

struct unpack {
	const struct install_job *job;
	const char *what;
	int root_fd;
	char *parent;  /* the directory that was used last, or NULL */
	int parent_fd; /* it, or -1 */
	struct later *later;
	size_t later_count, later_room;
	uint64_t objects, bytes;
	struct loss rounded;  /* times */
	struct loss lost;     /* what the new place cannot hold */
	struct timespec told; /* when progress was shown */
	char *names[2];       /* the texts of etc/passwd and etc/group, if they were read */
};

/* The path by which an object opened with O_PATH is reached, be it a symbolic link. */
struct via {
	char path[32];
};
struct via via_fd(int fd);

/*
 * Open below the root, never through a symbolic link, or leaving it; a link itself with O_PATH and
 * O_NOFOLLOW. Returns an fd or a negative errno.
 */
int unpack_open(const struct unpack *unpack, const char *path, int flags);

/* Describe that this could not be done to a path. Returns code. */
int unpack_fail(const struct unpack *unpack, int code, const char *verb, const char *path);

/* The same of what the new place may not be able to hold: with --lossy that is counted, and 0. */
int unpack_lose(struct unpack *unpack, int code, const char *verb, const char *path);

/* The times of an entry; an access time that it does not have stays what it is. */
void unpack_times(struct archive_entry *entry, struct timespec times[2]);
/*
 * Give them to an object opened with O_PATH; those that are rounded are counted. Returns 0 or a
 * negative errno, described.
 */
int unpack_set_times(
	struct unpack *unpack, int fd, const char *path, const struct timespec times[2]);

/* Set flags on an open file or directory. Returns 0 or a negative errno, described. */
int unpack_flags(
	struct unpack *unpack, int fd, const char *path, unsigned long set, unsigned long clear);

/* Remember what an entry gets at the end, if there is something. */
void unpack_remember(struct unpack *unpack, const char *path, struct archive_entry *entry);

/* Whether an entry has ACLs, or an extended attribute is one: unpack_acls() sees to both. */
bool unpack_has_acls(struct archive_entry *entry);
bool unpack_is_acl(const char *xattr);
/* Give an object the ACLs of an entry. Returns 0 or a negative errno, described. */
int unpack_acls(struct unpack *unpack, int fd, const char *path, struct archive_entry *entry);

#endif
