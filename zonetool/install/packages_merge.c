/*
 * packages_merge.c - files that replace those of a zone, by renaming: what was there is replaced
 * and never followed, and paths are resolved inside the zone's root, as its own dpkg(1) would.
 */
#include "install/packages_private.h"

#include "util/alloc.h"
#include "util/file.h"
#include "util/root.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ADMIN "var/lib/dpkg"

enum {
	LIST_MAX_BYTES = 64 << 20, /* a list of the files of a package */
};

/* ---- places in the zone ---- */

/* Where something is, or is to be. */
struct spot {
	int dir_fd; /* negative: the directory is not there */
	char *path; /* in the root */
	const char *name;
	struct stat st;
	bool exists;
};

static void spot_free(struct spot *spot)
{
	fd_close(spot->dir_fd);
	free(spot->path);
}
#define AUTO_SPOT __attribute__((cleanup(spot_free))) struct spot

/* Takes the path. Returns 0 or a negative errno: -EXDEV: on another file system. */
static int spot_find(int root_fd, char *path, struct spot *ret_spot)
{
	const char *slash = strrchr(path, '/');
	AUTO_FREE char *directory = xstrndup(path, slash ? (size_t)(slash - path) : 0);
	struct stat root, dir;
	*ret_spot = (struct spot){ .path = path, .name = slash ? slash + 1 : path };
	ret_spot->dir_fd = packages_open(
		root_fd, *directory ? directory : ".", O_PATH | O_DIRECTORY, 0);
	if (ret_spot->dir_fd < 0)
		return -errno;
	if (fstat(root_fd, &root) < 0 || fstat(ret_spot->dir_fd, &dir) < 0)
		return -errno;
	ret_spot->exists =
		fstatat(ret_spot->dir_fd, ret_spot->name, &ret_spot->st, AT_SYMLINK_NOFOLLOW) == 0;
	return dir.st_dev == root.st_dev ? 0 : -EXDEV;
}

/* Whether it is a directory, perhaps behind a link in the zone. */
static bool spot_leads_to_directory(const struct spot *spot, int root_fd)
{
	AUTO_FD fd = packages_open(root_fd, spot->path, O_PATH | O_DIRECTORY, 0);
	return fd >= 0;
}

/* A path as the zone diverts it for all packages but the owner of the diversion. */
static char *diverted(const struct files *files, const char *path, const char *package)
{
	AUTO_FREE char *full = xasprintf("/%s", path);
	const struct diversion *diversion = diversions_find(files->own, full, package);
	return xstrdup(diversion ? diversion->to + 1 : path);
}

/*
 * Where a staged file goes. What this host diverts, too, is staged where it belongs: at its own
 * path is what the package has that diverts it.
 */
static char *staged_path(const struct files *files, const char *path)
{
	AUTO_FREE char *full = xasprintf("/%s", path);
	const struct diversion *diversion = diversions_find(files->own, full, "");
	const struct diversion *here = diversions_find(&files->diversions, full, "");
	bool is_owner = diversion
		&& ((here && strcmp(here->to, diversion->to) == 0)
			|| choice_has(files->choice, diversion->owner));
	return diversion && !is_owner ? xstrdup(diversion->to + 1) : xstrdup(path);
}

/* ---- merging ---- */

/* A walk over what is staged. */
struct walk {
	const struct merge *merge;
	bool check;       /* only look */
	const char *skip; /* a path that is not entered, or NULL */
};

static int refuse(const struct walk *walk, int code, const char *path, const char *why)
{
	AUTO_FREE char *shown = root_shown(path);
	return message_error(walk->merge->files->messages, code,
		"cannot replace the zone's /%s: %s", shown, why);
}

static int merge_directory(const struct walk *walk, int stage_fd, const char *path);

/* Returns 1: it need not be renamed, 0: it is to be, or a negative errno, described. */
static int look(const struct walk *walk, const struct spot *spot, int stage_fd, const char *name,
	const char *path)
{
	struct stat st;
	if (fstatat(stage_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return refuse(walk, -errno, path, strerror(errno));
	if (!spot->exists)
		return 0;
	bool directory = S_ISDIR(spot->st.st_mode)
		|| (S_ISLNK(spot->st.st_mode)
			&& spot_leads_to_directory(spot, walk->merge->root_fd));
	if (S_ISDIR(st.st_mode)) {
		if (!directory)
			return refuse(walk, -ENOTDIR, spot->path, "it must be a directory");
		AUTO_FD fd = openat(stage_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		int rc = fd < 0 ? refuse(walk, -errno, path, strerror(errno))
				: merge_directory(walk, fd, path);
		return rc < 0 ? rc : 1;
	}
	/* In the place of a package's link a directory stays, as dpkg(1) has it. */
	if (S_ISLNK(st.st_mode) && directory)
		return 1;
	return S_ISDIR(spot->st.st_mode) ? refuse(walk, -EISDIR, spot->path, "it is a directory")
					 : 0;
}

static int merge_name(const struct walk *walk, int stage_fd, const char *name, const char *path)
{
	const struct merge *merge = walk->merge;
	AUTO_SPOT spot = { .dir_fd = -1 };
	int rc = spot_find(merge->root_fd, staged_path(merge->files, path), &spot);
	if (rc == -EXDEV)
		return refuse(walk, rc, path, "it is on another file system than the zone's root");
	if (rc < 0)
		return refuse(walk, rc, path, strerror(-rc));
	rc = look(walk, &spot, stage_fd, name, path);
	if (rc != 0 || walk->check)
		return rc < 0 ? rc : 0;
	if (renameat(stage_fd, name, spot.dir_fd, spot.name) < 0)
		return refuse(walk, -errno, path, strerror(errno));
	return 0;
}

/* The names in a directory; what is renamed then moves no others. */
static int list_directory(int fd, struct names *names)
{
	AUTO_FD copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	DIR *dir = copy < 0 ? NULL : fdopendir(copy);
	if (!dir)
		return -errno;
	copy = -1;      /* the stream's now */
	rewinddir(dir); /* the position is one for both */
	for (struct dirent *entry; (entry = readdir(dir));)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			names_add(names, xstrdup(entry->d_name));
	closedir(dir);
	return 0;
}

static int merge_directory(const struct walk *walk, int stage_fd, const char *path)
{
	AUTO_NAMES names = { 0 };
	if (walk->skip && strcmp(path, walk->skip) == 0)
		return 0;
	int rc = list_directory(stage_fd, &names);
	if (rc < 0)
		return refuse(walk, rc, path, strerror(-rc));
	names_sort(&names);
	for (size_t i = 0; i < names.count && rc == 0; i++) {
		AUTO_FREE char *inner = xasprintf("%s%s%s", path, *path ? "/" : "", names.items[i]);
		rc = merge_name(walk, stage_fd, names.items[i], inner);
	}
	return rc;
}

int merge_check(const struct merge *merge)
{
	const struct walk walk = { merge, true, NULL };
	return merge_directory(&walk, merge->stage_fd, "");
}

int merge_files(const struct merge *merge)
{
	const struct walk walk = { merge, false, ADMIN };
	return merge_directory(&walk, merge->stage_fd, "");
}

/* ---- what no package has any more ---- */

/* What identifies a file, whatever links lead to it. */
struct identity {
	dev_t dev;
	ino_t ino;
};

struct obsolete {
	const struct merge *merge;
	struct names gone; /* paths in the zone, absolute */
	struct names kept; /* the same, of what some package has */
	struct identity *identities;
	size_t count;
};

static int compare_identities(const void *a, const void *b)
{
	const struct identity *x = a, *y = b;
	if (x->dev != y->dev)
		return x->dev < y->dev ? -1 : 1;
	return (x->ino > y->ino) - (x->ino < y->ino);
}

/* The files of a package, by its list in the zone, or on this host if root_fd is negative. */
static int read_list(const struct obsolete *obsolete, const struct dpkg_package *package,
	int root_fd, struct names *names)
{
	struct messages *messages = obsolete->merge->files->messages;
	AUTO_FREE char *list = packages_list_name(package);
	AUTO_FREE char *path = xasprintf(DPKG_INFO "/%s", list);
	AUTO_FREE char *text = NULL;
	size_t len;
	int rc = root_fd < 0
		? file_read(AT_FDCWD, path, LIST_MAX_BYTES, path, &text, &len, messages)
		: root_read(root_fd, path + 1, LIST_MAX_BYTES, &text, &len, messages);
	if (rc < 0)
		return rc == -ENOENT ? 0 : rc;
	char *at = text;
	for (char *line; (line = strsep(&at, "\n"));) {
		const char *name = *line == '/' ? strrchr(line, '/') + 1 : "";
		if (*name && strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
			names_add(names, xstrdup(line));
	}
	return 0;
}

/* Add what the old package had, but for configuration files, which stay. */
static int add_gone(struct obsolete *obsolete, const struct dpkg_package *old)
{
	const struct merge *merge = obsolete->merge;
	AUTO_NAMES list = { 0 };
	int rc = read_list(obsolete, old, merge->root_fd, &list);
	for (size_t i = 0; i < list.count && rc == 0; i++) {
		const char *path = list.items[i];
		AUTO_FREE char *hash = database_config_hash(merge->zone, old, path);
		if (hash || files_delivered(merge->files, path))
			continue;
		AUTO_FREE char *there = diverted(merge->files, path + 1, old->name);
		names_add(&obsolete->gone, xasprintf("/%s", there));
	}
	return rc;
}

/* Find out what the old packages had, and what the zone's packages will have. */
static int list_obsolete(struct obsolete *obsolete)
{
	const struct merge *merge = obsolete->merge;
	const struct choice *choice = merge->files->choice;
	const struct dpkg_database *host = choice->database, *zone = merge->zone;
	int rc = 0;
	for (size_t i = 0; i < zone->count && rc == 0; i++) {
		const struct dpkg_package *old = &zone->packages[i];
		const struct dpkg_package *here = dpkg_find_like(
			host, old->name, old->architecture);
		if (old->standing == DPKG_GONE)
			continue;
		rc = here && choice->chosen[here - host->packages]
			? add_gone(obsolete, old)
			: read_list(obsolete, old, merge->root_fd, &obsolete->kept);
	}
	for (size_t i = 0; i < host->count && rc == 0; i++)
		if (choice->chosen[i])
			rc = read_list(obsolete, &host->packages[i], -1, &obsolete->kept);
	names_sort(&obsolete->gone);
	names_sort(&obsolete->kept);
	return rc;
}

/* Drop what is kept under the same name. Returns whether something is left. */
static bool drop_kept(struct obsolete *obsolete)
{
	struct names left = { 0 };
	for (size_t i = 0; i < obsolete->gone.count; i++)
		if (!names_has(&obsolete->kept, obsolete->gone.items[i]))
			names_add(&left, xstrdup(obsolete->gone.items[i]));
	names_free(&obsolete->gone);
	obsolete->gone = left;
	return left.count > 0;
}

/* What is kept may be reached by a link under the other name: /lib and /usr/lib. */
static void identify_kept(struct obsolete *obsolete)
{
	obsolete->identities = xcalloc(obsolete->kept.count + 1, sizeof(*obsolete->identities));
	for (size_t i = 0; i < obsolete->kept.count; i++) {
		struct stat st;
		AUTO_FD fd = packages_open(
			obsolete->merge->root_fd, obsolete->kept.items[i], O_PATH | O_NOFOLLOW, 0);
		if (fd >= 0 && fstat(fd, &st) == 0)
			obsolete->identities[obsolete->count++] = (struct identity){ st.st_dev,
				st.st_ino };
	}
	qsort(obsolete->identities, obsolete->count, sizeof(*obsolete->identities),
		compare_identities);
}

static int remove_one(const struct obsolete *obsolete, const char *path)
{
	const struct merge *merge = obsolete->merge;
	AUTO_SPOT spot = { .dir_fd = -1 };
	int rc = spot_find(merge->root_fd, xstrdup(path + 1), &spot);
	const struct identity identity = { spot.st.st_dev, spot.st.st_ino };
	/* What is mounted there is not the package's. */
	if (rc < 0 || !spot.exists
		|| bsearch(&identity, obsolete->identities, obsolete->count, sizeof(identity),
			compare_identities))
		return 0;
	bool directory = S_ISDIR(spot.st.st_mode);
	AUTO_FREE char *shown = root_shown(path);
	if (unlinkat(spot.dir_fd, spot.name, directory ? AT_REMOVEDIR : 0) == 0)
		packages_log(merge->files->log_fd, "removed: %s", shown);
	else if (errno != ENOENT && (!directory || (errno != ENOTEMPTY && errno != EBUSY)))
		return message_error(merge->files->messages, -errno,
			"cannot remove the zone's %s: %s", shown, strerror(errno));
	return 0;
}

/* What dpkg has of the old packages that it does not have of the new ones: scripts, triggers. */
static int remove_info(const struct merge *merge)
{
	AUTO_NAMES names = { 0 };
	AUTO_FD fd = packages_open(merge->root_fd, ADMIN "/info", O_RDONLY | O_DIRECTORY, 0);
	int rc = fd < 0 ? -errno : list_directory(fd, &names);
	for (size_t i = 0; i < names.count && rc == 0; i++) {
		const char *name = names.items[i], *dot = strrchr(name, '.');
		AUTO_FREE char *base = xstrndup(name, dot ? (size_t)(dot - name) : 0);
		AUTO_FREE char *here = xasprintf(DPKG_INFO "/%s", name);
		if (choice_has(merge->files->choice, base) && access(here, F_OK) < 0
			&& unlinkat(fd, name, 0) < 0)
			rc = -errno;
	}
	return rc < 0 ? message_error(merge->files->messages, rc,
		       "cannot remove what the zone's " DPKG_INFO " has of old packages: %s",
		       strerror(-rc))
		      : 0;
}

int merge_obsolete(const struct merge *merge)
{
	struct obsolete obsolete = { .merge = merge };
	int rc = list_obsolete(&obsolete);
	if (rc == 0 && drop_kept(&obsolete)) {
		identify_kept(&obsolete);
		/* What is in a directory comes behind it. */
		for (size_t i = obsolete.gone.count; i-- > 0 && rc == 0;)
			rc = remove_one(&obsolete, obsolete.gone.items[i]);
	}
	names_free(&obsolete.gone);
	names_free(&obsolete.kept);
	free(obsolete.identities);
	return rc;
}

int merge_database(const struct merge *merge)
{
	int rc = remove_info(merge);
	AUTO_FD fd = openat(merge->stage_fd, ADMIN, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (rc < 0)
		return rc;
	const struct walk walk = { merge, false, NULL };
	return fd < 0 ? refuse(&walk, -errno, ADMIN, strerror(errno))
		      : merge_directory(&walk, fd, ADMIN);
}
