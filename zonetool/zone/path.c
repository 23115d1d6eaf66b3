/* path.c - where a zone may live. */
#include "zone/path.h"

#include "util/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>

const char *const path_merged[] = { "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libo32",
	"/libx32", NULL };

bool path_inside(const char *path, const char *above)
{
	size_t len = strlen(above);
	if (strcmp(above, "/") == 0)
		return true;
	return strncmp(path, above, len) == 0 && (!path[len] || path[len] == '/');
}

bool path_overlap(const char *a, const char *b)
{
	return path_inside(a, b) || path_inside(b, a);
}

void path_find_place(const struct mount *mount, const char *path, struct path_place *ret_place)
{
	*ret_place = (struct path_place){ 0, NULL };
	if (!mount || !path_inside(path, mount->point) || strstr(mount->root, "//deleted"))
		return;
	const char *rest = strcmp(mount->point, "/") == 0 ? path : path + strlen(mount->point);
	const char *root = strcmp(mount->root, "/") == 0 ? "" : mount->root;
	*ret_place = (struct path_place){ mount->device, xasprintf("%s%s", root, rest) };
}

/* ---- places that are the system's ---- */

/* A zonepath must not be one of these, but may lie in it. */
static const char *const shared_places[] = { "/dev/shm", "/export", "/home", "/media", "/mnt",
	"/opt", "/root", "/run/lock", "/run/user", "/srv", "/tmp", "/usr/games", "/usr/include",
	"/usr/local", "/usr/share", "/usr/src", "/var", "/var/cache", "/var/lib",
	"/var/lib/machines", "/var/local", "/var/lock", "/var/log", "/var/mail", "/var/opt",
	"/var/run", "/var/spool", "/var/tmp" };

/* A zonepath must not be one of these, nor lie in it, nor contain it. */
static const struct {
	const char *path, *but; /* what may lie in it all the same, or NULL */
} system_places[] = {
	{ "/bin", NULL },
	{ "/boot", NULL },
	{ "/dev", "/dev/shm" },
	{ "/efi", NULL },
	{ "/etc", NULL },
	{ "/lib", NULL },
	{ "/lib32", NULL },
	{ "/lib64", NULL },
	{ "/libx32", NULL },
	{ "/lost+found", NULL },
	{ "/proc", NULL },
	{ "/run/zones", NULL },
	{ "/sbin", NULL },
	{ "/sys", NULL },
	{ "/usr/bin", NULL },
	{ "/usr/lib", NULL },
	{ "/usr/lib32", NULL },
	{ "/usr/lib64", NULL },
	{ "/usr/libexec", NULL },
	{ "/usr/libx32", NULL },
	{ "/usr/sbin", NULL },
};

/* Returns 0, or -EPERM, described. */
static int check_place(const char *zonepath, struct messages *messages)
{
	for (size_t i = 0; i < sizeof(system_places) / sizeof(system_places[0]); i++) {
		const char *place = system_places[i].path, *but = system_places[i].but;
		if (!path_overlap(zonepath, place) || (but && path_inside(zonepath, but)))
			continue;
		const char *relation = "lies in";
		if (strcmp(zonepath, place) == 0)
			relation = "is";
		else if (path_inside(place, zonepath))
			relation = "contains";
		return message_error(messages, -EPERM,
			"zonepath %s %s %s, which is the system's: choose a directory of the "
			"zone's own, such as /zones/NAME",
			zonepath, relation, place);
	}
	for (size_t i = 0; i < sizeof(shared_places) / sizeof(shared_places[0]); i++)
		if (strcmp(zonepath, shared_places[i]) == 0)
			return message_error(messages, -EPERM,
				"zonepath %s is a directory that others use, too: choose one of "
				"the zone's own, such as /zones/NAME",
				zonepath);
	return 0;
}

/* ---- the file system ---- */

enum fs_kind {
	KIND_NETWORK,   /* the server decides about owners and devices, and others write to it */
	KIND_MEMORY,    /* gone with the next boot of the host */
	KIND_FUSE,      /* a program: what it keeps, and where, cannot be told */
	KIND_OWNERLESS, /* has no owners and modes */
	KIND_KERNEL,    /* not for files */
};

static const struct fs_row {
	unsigned long magic; /* statfs(2) */
	enum fs_kind kind;
	const char *name;
} fs_rows[] = {
	{ 0x6969, KIND_NETWORK, "NFS" },
	{ 0x517b, KIND_NETWORK, "SMB" },
	{ 0xff534d42, KIND_NETWORK, "CIFS" },
	{ 0xfe534d42, KIND_NETWORK, "SMB" },
	{ 0x01021997, KIND_NETWORK, "9p" },
	{ 0x5346414f, KIND_NETWORK, "AFS" },
	{ 0x6b414653, KIND_NETWORK, "AFS" },
	{ 0x73757245, KIND_NETWORK, "Coda" },
	{ 0x564c, KIND_NETWORK, "NCP" },
	{ 0x00c36400, KIND_NETWORK, "Ceph" },
	{ 0x0bd00bd0, KIND_NETWORK, "Lustre" },
	{ 0x20030528, KIND_NETWORK, "OrangeFS" },
	{ 0x19830326, KIND_NETWORK, "BeeGFS" },
	{ 0x786f4256, KIND_NETWORK, "vboxsf" },
	{ 0x01021994, KIND_MEMORY, "tmpfs" },
	{ 0x858458f6, KIND_MEMORY, "ramfs" },
	{ 0x65735546, KIND_FUSE, "FUSE" },
	{ 0x4d44, KIND_OWNERLESS, "FAT" },
	{ 0x2011bab0, KIND_OWNERLESS, "exFAT" },
	{ 0x9fa0, KIND_KERNEL, "proc" },
	{ 0x62656572, KIND_KERNEL, "sysfs" },
	{ 0x27e0eb, KIND_KERNEL, "cgroup" },
	{ 0x63677270, KIND_KERNEL, "cgroup2" },
	{ 0x1cd1, KIND_KERNEL, "devpts" },
	{ 0x0187, KIND_KERNEL, "autofs" },
};

/* The row of the file system that fd is on; NULL: none, nothing is to be said about it. */
static const struct fs_row *fs_row_of(int fd)
{
	struct statfs fs;
	if (fstatfs(fd, &fs) < 0)
		return NULL;
	/* f_type is signed on some machines, and only 32 bits of it count. */
	unsigned long magic = (unsigned long)fs.f_type & 0xffffffff;
	for (size_t i = 0; i < sizeof(fs_rows) / sizeof(fs_rows[0]); i++)
		if (fs_rows[i].magic == magic)
			return &fs_rows[i];
	return NULL;
}

const char *path_network(int fd)
{
	const struct fs_row *row = fs_row_of(fd);
	return row && row->kind == KIND_NETWORK ? row->name : NULL;
}

static void check_kind(const struct fs_row *row, const char *zonepath, struct messages *messages)
{
	switch (row->kind) {
	case KIND_NETWORK:
		message_error(messages, -EINVAL,
			"zonepath %s is on a network file system (%s): it must be on a local one",
			zonepath, row->name);
		break;
	case KIND_MEMORY:
		message_warning(messages,
			"zonepath %s is on a file system in memory (%s): the zone will be gone "
			"when the host reboots",
			zonepath, row->name);
		break;
	case KIND_FUSE:
		message_warning(messages,
			"zonepath %s is on a file system that a program provides (FUSE): whether "
			"it is a local one and keeps owners, modes and devices cannot be told",
			zonepath);
		break;
	case KIND_OWNERLESS:
		message_error(messages, -EINVAL,
			"zonepath %s is on a file system (%s) that does not keep owners and "
			"permissions: "
			"use another one, such as ext4, XFS or btrfs",
			zonepath, row->name);
		break;
	case KIND_KERNEL:
		message_error(messages, -EINVAL,
			"zonepath %s is on %s, which holds no files: use a file system on storage",
			zonepath, row->name);
		break;
	}
}

static const struct mount_row {
	unsigned long flag; /* statvfs(3) */
	const char *name, *why, *instead;
} mount_rows[] = {
	{ ST_RDONLY, "ro", "nothing can be written there", "rw" },
	{ ST_NOSUID, "nosuid", "su and sudo would not work in the zone", "suid" },
	{ ST_NODEV, "nodev", "the zone could not use its devices", "dev" },
	{ ST_NOEXEC, "noexec", "no program could run in the zone", "exec" },
};

/* The one program that is known to keep everything: statfs(2) does not tell it from others. */
static bool is_zfs_fuse(int fd)
{
	AUTO_MOUNT_TABLE table = { 0 };
	if (mountinfo_read(MOUNTINFO_SELF, &table) < 0)
		return false;
	const struct mount *mount = mountinfo_find_at(&table, fd, "");
	return mount && mountinfo_is_zfs(mount);
}

static void check_file_system(int fd, const char *zonepath, struct messages *messages)
{
	const struct fs_row *row = fs_row_of(fd);
	if (row && !(row->kind == KIND_FUSE && is_zfs_fuse(fd)))
		check_kind(row, zonepath, messages);
	struct statvfs fs;
	if (fstatvfs(fd, &fs) < 0) {
		message_error(messages, -errno, "zonepath %s: cannot look at its file system: %s",
			zonepath, strerror(errno));
		return;
	}
	for (size_t i = 0; i < sizeof(mount_rows) / sizeof(mount_rows[0]); i++) {
		const struct mount_row *mount = &mount_rows[i];
		if (fs.f_flag & mount->flag)
			message_error(messages, -EINVAL,
				"zonepath %s is on a file system mounted %s, so %s: mount it with "
				"%s",
				zonepath, mount->name, mount->why, mount->instead);
	}
}

/* ---- owners and modes ---- */

/*
 * One directory on the way: who can rename things in it can give the zone another tree. The last
 * one, the parent, is root's alone; above it a sticky directory keeps root's entries root's.
 */
static void check_above(
	const struct stat *st, const char *path, bool parent, struct messages *messages)
{
	const char *role = parent ? "the directory that holds the zonepath"
				  : "a directory on the way to the zonepath";
	/* No command to paste: others may need that directory as it is. */
	static const char advice[] =
		"choose another place for the zone, or make that directory root's alone";
	unsigned mode = st->st_mode & 07777;
	if (st->st_uid != 0)
		message_error(messages, -EINVAL,
			"%s, %s, belongs to user %u, who could put another tree in the zone's "
			"place: %s",
			path, role, (unsigned)st->st_uid, advice);
	bool sticky = !parent && (st->st_mode & S_ISVTX);
	if ((st->st_mode & (S_IWGRP | S_IWOTH)) && !sticky)
		message_error(messages, -EINVAL,
			"%s, %s, has mode %04o, so that others than root may write to it: %s", path,
			role, mode, advice);
	if (parent && (st->st_mode & S_IRWXU) != S_IRWXU)
		message_error(messages, -EINVAL,
			"%s, %s, has mode %04o, which does not let its owner read, write and enter "
			"it: choose another place for the zone, or give root these rights",
			path, role, mode);
}

static void check_zonepath(const struct stat *st, const char *path, struct messages *messages)
{
	if (st->st_uid != 0)
		message_error(messages, -EINVAL,
			"zonepath %s belongs to user %u: it must belong to root (chown root %s, if "
			"it is for the zone alone)",
			path, (unsigned)st->st_uid, path);
	if ((st->st_mode & 0777) != 0700)
		message_error(messages, -EINVAL,
			"zonepath %s has mode %04o: it must be 0700, or users of the host could "
			"run set-user-ID programs of the zone (chmod 0700 %s, if it is for the "
			"zone alone)",
			path, (unsigned)st->st_mode & 07777, path);
}

/* ---- the way down ---- */

/* One name below an open directory, itself and not where it leads. Returns an fd or -errno. */
static int open_below(int dir_fd, const char *name, struct stat *ret_st)
{
	AUTO_FD fd = openat(dir_fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, ret_st) < 0)
		return -errno;
	return fd_take(&fd);
}

/* Whether the way may go on over what stands at path. Returns 0 or -EINVAL, described. */
static int check_step(const struct stat *st, const char *path, struct messages *messages)
{
	if (S_ISDIR(st->st_mode))
		return 0;
	if (S_ISLNK(st->st_mode))
		return message_error(messages, -EINVAL,
			"%s is a symbolic link, and a zonepath must not lead through one: use the "
			"path that it stands for",
			path);
	return message_error(messages, -EINVAL, "%s is not a directory", path);
}

/*
 * Go down to the zonepath, or as far as there is something, looking at each directory. Returns an
 * fd of where that is, with *ret_exists set, or -EINVAL, described.
 */
static int descend(const char *zonepath, bool *ret_exists, struct messages *messages)
{
	struct stat st;
	AUTO_FD fd = open_below(AT_FDCWD, "/", &st);
	if (fd < 0)
		return message_error(messages, -EINVAL, "/: %s", strerror(-fd));
	AUTO_FREE char *here = xstrdup("/");
	for (const char *at = zonepath + 1; *at;) {
		size_t len = strcspn(at, "/");
		AUTO_FREE char *name = xstrndup(at, len);
		AUTO_FREE char *path = xstrndup(zonepath, (size_t)(at - zonepath) + len);
		at += len + (at[len] == '/');
		struct stat below;
		int next = open_below(fd, name, &below);
		check_above(&st, here, next == -ENOENT || !*at, messages);
		if (next == -ENOENT) {
			*ret_exists = false;
			return fd_take(&fd);
		}
		if (next < 0)
			return message_error(
				messages, -EINVAL, "cannot look at %s: %s", path, strerror(-next));
		fd_close(fd);
		fd = next;
		st = below;
		if (check_step(&st, path, messages) < 0)
			return -EINVAL;
		free(here);
		here = path;
		path = NULL;
	}
	check_zonepath(&st, zonepath, messages);
	*ret_exists = true;
	return fd_take(&fd);
}

int path_check(const char *zonepath, bool *ret_exists, struct messages *messages)
{
	size_t before = messages->error_count;
	if (zonepath[0] != '/' || !zonepath[1])
		return message_error(messages, -EINVAL,
			"zonepath \"%s\" is not an absolute path below /, such as /zones/web",
			zonepath);
	int rc = check_place(zonepath, messages);
	if (rc < 0)
		return rc;
	bool exists;
	AUTO_FD fd = descend(zonepath, &exists, messages);
	if (fd < 0)
		return fd;
	check_file_system(fd, zonepath, messages);
	*ret_exists = exists;
	return messages->error_count > before ? -EINVAL : 0;
}
