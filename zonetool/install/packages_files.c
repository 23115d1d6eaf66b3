/* packages_files.c - the files of packages: which there are, and copying them. */
#include "install/packages_private.h"

#include "util/alloc.h"
#include "util/file.h"
#include "util/root.h"
#include "util/tree.h"
#include "zone/path.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

enum {
	LIST_MAX_BYTES = 64 << 20,  /* a list of the files of a package, or of diversions */
	SOURCE_MAX_BYTES = 1 << 20, /* a list of where packages come from */
	TOKEN_MIN = 20,             /* characters in what may be a secret */
};

/* What is empty in a zone that does not run, or not its own. */
static const char *const transient[] = { "/dev", "/proc", "/run", "/sys", "/tmp" };

/* What says where apt finds packages, and whom it trusts. Never auth.conf: it has passwords. */
static const struct {
	const char *directory, *pattern;
	bool text; /* it could name a password, too */
} apt_files[] = {
	{ "/etc/apt", "sources.list", true },
	{ "/etc/apt/sources.list.d", "*.list", true },
	{ "/etc/apt/sources.list.d", "*.sources", true },
	{ "/etc/apt", "trusted.gpg", false },
	{ "/etc/apt/trusted.gpg.d", "*.gpg", false },
	{ "/etc/apt/trusted.gpg.d", "*.asc", false },
	{ "/etc/apt/keyrings", "*.gpg", false },
	{ "/etc/apt/keyrings", "*.asc", false },
	{ "/usr/share/keyrings", "*.gpg", false },
	{ "/usr/share/keyrings", "*.asc", false },
};

/* ---- what the zone gets in another way ---- */

static bool lies_below(const char *path, const char *above)
{
	return strcmp(path, above) != 0 && path_inside(path, above);
}

bool files_delivered(const struct files *files, const char *path)
{
	for (size_t i = 0; i < files->places.count; i++) {
		if (lies_below(path, files->places.items[i]))
			return true;
	}
	return false;
}

bool files_diverts(const struct files *files, const struct diversion *diversion)
{
	if (files->own) {
		const struct diversion *own = diversions_find(files->own, diversion->from, "");
		return own && strcmp(own->to, diversion->to) == 0
			&& strcmp(own->owner, diversion->owner) == 0;
	}
	AUTO_RESOLVER resolver = { 0 };
	AUTO_FREE char *real = resolver_path(&resolver, diversion->from);
	return choice_has(files->choice, diversion->owner)
		|| (real && files_delivered(files, real));
}

/* Find out the places that are the host's when the zone runs, as they are called without links. */
static void list_places(struct files *files)
{
	AUTO_RESOLVER resolver = { .links = &files->names };
	for (size_t i = 0; i < files->zone->count; i++) {
		const struct resource *resource = files->zone->resources[i];
		bool inherited = resource->type->id == RES_INHERIT_PKG_DIR;
		if (!inherited
			&& (resource->type->id != RES_FS
				|| strcmp(resource_get(resource, FS_TYPE), "lofs") != 0))
			continue;
		/* The slash makes it the directory of something, which is resolved as a whole. */
		AUTO_FREE char *inner = xasprintf("%s/",
			resource_get(resource, inherited ? (size_t)INHERIT_DIR : (size_t)FS_DIR));
		char *real = resolver_path(&resolver, inner);
		if (!real)
			real = xstrdup(inner);
		real[strlen(real) - 1] = '\0';
		names_add(&files->places, real);
		if (!inherited)
			continue;
		files->shared = true;
		names_add(&files->names, xstrdup(real));
	}
}

/* What no zone can share: its scripts write there, and they are not to do so on the host. */
static int check_places(const struct files *files)
{
	static const char *const own[] = { "/etc/passwd", DPKG_ADMIN "/status" };
	for (size_t i = 0; i < COUNT(own); i++) {
		if (files_delivered(files, own[i]))
			return message_error(files->messages, -EINVAL,
				"the zone must have a %s of its own, but it lies in a directory "
				"that the zone gets from the host: use smaller ones for "
				"inherit-pkg-dir and fs",
				own[i]);
	}
	return 0;
}

/* ---- which files ---- */

/* Whether the zone gets a path not from us, but from the host when it runs, or never. */
static bool is_elsewhere(const struct files *files, const char *path)
{
	for (size_t i = 0; i < COUNT(transient); i++) {
		if (lies_below(path, transient[i]))
			return true;
	}
	return files_delivered(files, path);
}

/*
 * Add a path of the host's, without links in its directory, if it is for us to copy. Returns
 * whether it is there, or elsewhere.
 */
static bool add_real(struct files *files, const char *path)
{
	struct stat st;
	files->shared = files->shared || files_delivered(files, path);
	if (is_elsewhere(files, path))
		return true;
	if (lstat(path, &st) < 0)
		return false;
	if (owners_local(path, &st))
		names_add(&files->givenaway, xstrdup(path));
	names_add(&files->names, xstrdup(path));
	return true;
}

/* What can be in a list of files: an absolute path that does not go up. */
static bool is_listed_path(const char *path)
{
	size_t len = strlen(path);
	return *path == '/' && !strstr(path, "/../")
		&& (len < 3 || strcmp(path + len - 3, "/..") != 0);
}

/* Add the files of one package from the text of its list. */
static int add_listed(struct files *files, struct resolver *resolver,
	const struct dpkg_package *package, const char *list, char *text)
{
	char *save = NULL;
	for (char *path = strtok_r(text, "\n", &save); path; path = strtok_r(NULL, "\n", &save)) {
		if (strcmp(path, "/.") == 0 || strcmp(path, "/") == 0)
			continue;
		if (!is_listed_path(path))
			return message_error(files->messages, -EINVAL,
				DPKG_INFO "/%s: a line is not the path of a file", list);
		const struct diversion *diversion = diversions_find(
			&files->diversions, path, package->name);
		const char *there = diversion ? diversion->to : path;
		AUTO_FREE char *real = resolver_path(resolver, there);
		if (real && add_real(files, real))
			continue;
		files->missing++;
		packages_log(files->log_fd, "missing on this host: %s of %s", there, package->name);
	}
	return 0;
}

static int list_packages(struct files *files, int info_fd)
{
	AUTO_RESOLVER resolver = { .links = &files->names };
	const struct dpkg_database *database = files->choice->database;
	for (size_t i = 0; i < database->count; i++) {
		if (!files->choice->chosen[i])
			continue;
		AUTO_FREE char *list = packages_list_name(&database->packages[i]);
		AUTO_FREE char *what = xasprintf(DPKG_INFO "/%s", list);
		AUTO_FREE char *text = NULL;
		size_t len;
		int rc = file_read(
			info_fd, list, LIST_MAX_BYTES, what, &text, &len, files->messages);
		if (rc == -ENOENT)
			message_error(files->messages, rc,
				"%s is missing: this host's database of packages is damaged; "
				"\"apt-get install --reinstall %s\" repairs it",
				what, database->packages[i].name);
		if (rc == 0)
			rc = add_listed(files, &resolver, &database->packages[i], list, text);
		if (rc < 0)
			return rc;
	}
	return 0;
}

/* Add what dpkg has of the packages: NAME.list, NAME:ARCHITECTURE.postinst, ... */
static int list_info(struct files *files, int info_fd)
{
	AUTO_FREE char *real = realpath(DPKG_INFO, NULL);
	DIR *dir = real ? fdopendir(fcntl(info_fd, F_DUPFD_CLOEXEC, 0)) : NULL;
	if (!dir)
		return message_error(files->messages, -errno, DPKG_INFO ": %s", strerror(errno));
	for (struct dirent *entry; (entry = readdir(dir));) {
		const char *dot = strrchr(entry->d_name, '.');
		AUTO_FREE char *base = xstrndup(
			entry->d_name, dot ? (size_t)(dot - entry->d_name) : 0);
		if (choice_has(files->choice, base) || strcmp(entry->d_name, "format") == 0)
			names_add(&files->names, xasprintf("%s/%s", real, entry->d_name));
	}
	closedir(dir);
	return 0;
}

/* ---- where more packages come from ---- */

/* Whether a part of a path is made of what secrets are: a long row of letters and digits. */
static bool is_token(const char *part, size_t len)
{
	size_t letters = 0, digits = 0, hex = 0, hyphens = 0;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)part[i];
		letters += isalpha(c) != 0;
		digits += isdigit(c) != 0;
		hex += isxdigit(c) != 0;
		hyphens += c == '-';
	}
	/* A UUID has hyphens; so have names of releases. */
	return len >= TOKEN_MIN && letters && digits
		&& (letters + digits == len || hex + hyphens == len);
}

/* Whether an address, up to a blank, has a query, or a token in its path. */
static bool has_token(const char *address)
{
	size_t len = strcspn(address, " \t\n");
	if (memchr(address, '?', len))
		return true;
	for (const char *at = address + strcspn(address, "/ \t\n"); *at == '/';) {
		size_t part = strcspn(++at, "/ \t\n");
		if (is_token(at, part))
			return true;
		at += part;
	}
	return false;
}

/* Whether a text has "://user:password@host", or a token behind the host, in it. */
static bool names_secret(const char *text)
{
	while ((text = strstr(text, "://"))) {
		text += 3;
		if (text[strcspn(text, "@/ \t\n")] == '@' || has_token(text))
			return true;
	}
	return false;
}

/* Whether the zone may have this file of apt's; if not, a warning says why. */
static bool may_have_source(
	const struct files *files, int dir_fd, const char *name, const char *what)
{
	struct messages warnings = messages_as_warnings(files->messages);
	AUTO_FREE char *text = NULL;
	size_t len;
	if (file_read(dir_fd, name, SOURCE_MAX_BYTES, what, &text, &len, &warnings) < 0)
		return false;
	bool secret = names_secret(text);
	if (secret)
		message_warning(files->messages,
			"%s is not copied to the zone: an address in it has a password, or what "
			"looks like a token",
			what);
	return !secret;
}

/* The same of any file; what is its path as it can be shown. */
static bool may_have(const struct files *files, size_t row, int dir_fd, const char *name,
	const char *path, const char *what)
{
	if (owners_all_may_read(path))
		return !apt_files[row].text || may_have_source(files, dir_fd, name, what);
	message_warning(files->messages,
		"%s is not copied to the zone: not everybody may read it here", what);
	return false;
}

/* Find the files of one row of the table that no package has delivered. */
static void list_apt(const struct files *files, size_t row, struct names *found)
{
	const char *directory = apt_files[row].directory;
	DIR *dir = opendir(directory);
	if (!dir)
		return; /* not there: nothing to be had */
	for (struct dirent *entry; (entry = readdir(dir));) {
		struct stat st;
		if (fnmatch(apt_files[row].pattern, entry->d_name, 0) != 0
			|| fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0
			|| !S_ISREG(st.st_mode))
			continue;
		AUTO_FREE char *path = xasprintf("%s/%s", directory, entry->d_name);
		if (is_elsewhere(files, path) || names_has(&files->names, path))
			continue;
		AUTO_FREE char *shown = root_shown(path);
		if (may_have(files, row, dirfd(dir), entry->d_name, path, shown))
			names_add(found, xstrdup(path));
	}
	closedir(dir);
}

static void list_sources(struct files *files)
{
	AUTO_NAMES found = { 0 };
	names_sort(&files->names);
	for (size_t i = 0; i < COUNT(apt_files); i++)
		list_apt(files, i, &found);
	for (size_t i = 0; i < found.count; i++) {
		AUTO_FREE char *shown = root_shown(found.items[i]);
		packages_log(files->log_fd, "configuration of this host: %s", shown);
		add_real(files, found.items[i]);
	}
}

/* ---- all of it ---- */

/* Links to directories that are merged with those of /usr, and what they lead to. */
static void list_merged(struct files *files)
{
	for (const char *const *merged = path_merged; *merged; merged++) {
		struct stat st;
		if (lstat(*merged, &st) < 0 || !S_ISLNK(st.st_mode))
			continue;
		names_add(&files->names, xstrdup(*merged));
		AUTO_FREE char *real = realpath(*merged, NULL);
		if (real)
			add_real(files, real);
	}
}

/*
 * Directories on the way come with what is copied; behind links they are in no list, and can be of
 * anybody.
 */
static void list_above(struct files *files)
{
	AUTO_NAMES above = { 0 };
	names_sort(&files->names);
	for (size_t i = 0; i < files->names.count; i++) {
		AUTO_FREE char *path = xstrdup(files->names.items[i]);
		for (char *slash; (slash = strrchr(path, '/')) > path;) {
			*slash = '\0';
			if (names_has(&files->names, path))
				break;
			names_add(&above, xstrdup(path));
		}
	}
	names_sort(&above);
	for (size_t i = 0; i < above.count; i++)
		add_real(files, above.items[i]);
}

/* What a new zone needs, and no package has. */
static void list_system(struct files *files)
{
	AUTO_RESOLVER resolver = { .links = &files->names };
	AUTO_FREE char *arch = resolver_path(&resolver, DPKG_ADMIN "/arch");
	list_merged(files);
	if (arch)
		add_real(files, arch);
}

static int list_all(struct files *files, int admin_fd)
{
	AUTO_FREE char *text = NULL;
	size_t len;
	int rc = file_read(admin_fd, "diversions", LIST_MAX_BYTES, DPKG_ADMIN "/diversions", &text,
		&len, files->messages);
	if (rc < 0 && rc != -ENOENT)
		return rc;
	char *taken = rc == 0 ? text : xstrdup("");
	text = NULL;
	rc = diversions_parse(taken, DPKG_ADMIN "/diversions", &files->diversions, files->messages);
	if (rc < 0)
		return rc;
	list_places(files);
	rc = check_places(files);
	if (rc < 0)
		return rc;
	if (!files->own)
		list_system(files);
	AUTO_FD info_fd = openat(admin_fd, "info", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (info_fd < 0)
		return message_error(files->messages, -errno, DPKG_INFO ": %s", strerror(errno));
	rc = list_packages(files, info_fd);
	if (rc == 0)
		rc = list_info(files, info_fd);
	if (rc == 0 && !files->own && choice_has(files->choice, "apt"))
		list_sources(files);
	if (rc == 0 && !files->own)
		list_above(files);
	names_sort(&files->names);
	names_sort(&files->givenaway);
	return rc;
}

int files_list(const struct install_job *job, const struct choice *choice,
	const struct diversions *own, struct files *ret_files)
{
	struct files files = { .choice = choice,
		.own = own,
		.zone = job->zone,
		.messages = job->messages,
		.log_fd = job->log_fd };
	AUTO_FD admin_fd = open(DPKG_ADMIN, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = admin_fd < 0
		? message_error(job->messages, -errno, DPKG_ADMIN ": %s", strerror(errno))
		: list_all(&files, admin_fd);
	if (rc < 0)
		files_free(&files);
	else
		*ret_files = files;
	return rc;
}

void files_free(struct files *files)
{
	names_free(&files->places);
	names_free(&files->names);
	names_free(&files->givenaway);
	diversions_free(&files->diversions);
}

/* ---- copying ---- */

/* The names in a file that the copy reads. Returns an fd or a negative errno, described. */
static int write_names(const struct files *files)
{
	AUTO_STR text = STR_EMPTY;
	for (size_t i = 0; i < files->names.count; i++) {
		/* Relative to the root; with the NUL. */
		text_adds(&text, files->names.items[i] + 1);
		text_addc(&text, '\0');
	}
	AUTO_FD fd = memfd_create("names", MFD_CLOEXEC);
	int rc = fd < 0 ? -errno : file_write(fd, str_get(&text), text.len);
	if (rc == 0 && lseek(fd, 0, SEEK_SET) < 0)
		rc = -errno;
	if (rc < 0)
		return message_error(files->messages, rc,
			"cannot keep the list of files in memory: %s", strerror(-rc));
	return fd_take(&fd);
}

/*
 * Give back to root what scripts of packages, or the administrator, gave to users of this host:
 * their numbers mean others in the zone, or nobody. The scripts will do it again there.
 */
static int take_back(const struct files *files, int root_fd)
{
	for (size_t i = 0; i < files->givenaway.count; i++) {
		const char *path = files->givenaway.items[i];
		AUTO_FD fd = packages_open(root_fd, path + 1, O_PATH | O_NOFOLLOW, 0);
		int rc = fd < 0 ? -errno : owners_take_back(fd);
		if (rc < 0)
			return message_error(files->messages, rc,
				"cannot give %s in the zone back to root: %s", path, strerror(-rc));
		packages_log(files->log_fd, "belongs to root at first: %s", path);
	}
	return 0;
}

/* Undo the diversions of what the zone does not get: the files go to where their packages say. */
static int undo_diversions(const struct files *files, int root_fd)
{
	for (size_t i = 0; i < files->diversions.count; i++) {
		const struct diversion *diversion = &files->diversions.items[i];
		AUTO_RESOLVER resolver = { 0 };
		AUTO_FREE char *to = resolver_path(&resolver, diversion->to);
		AUTO_FREE char *from = resolver_path(&resolver, diversion->from);
		if (!to || !from || !names_has(&files->names, to)
			|| files_diverts(files, diversion))
			continue;
		if (renameat(root_fd, to + 1, root_fd, from + 1) < 0)
			return message_error(files->messages, -errno,
				"cannot rename %s in the zone to %s: %s", to, from,
				strerror(errno));
		packages_log(files->log_fd, "not diverted: %s", diversion->from);
	}
	return 0;
}

int files_copy(const struct files *files, const struct install_job *job, int root_fd)
{
	AUTO_FD names_fd = write_names(files);
	if (names_fd < 0)
		return names_fd;
	struct tree_job copy = { .messages = job->messages,
		.progress = job->progress,
		.user = job->user,
		.lossy = job->lossy,
		.names_fd = names_fd };
	int rc = tree_copy("/", job->root, &copy);
	if (rc == 0)
		rc = take_back(files, root_fd);
	return rc < 0 ? rc : undo_diversions(files, root_fd);
}
