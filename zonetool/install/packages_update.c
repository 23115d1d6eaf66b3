/*
 * packages_update.c - the packages of a zone that is there, brought to the versions of this host.
 */
#include "install/update.h"

#include "install/packages_private.h"
#include "util/alloc.h"
#include "util/root.h"
#include "util/tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#define ADMIN "var/lib/dpkg"

enum {
	DIVERSIONS_MAX_BYTES = 64 << 20,
};

/* ---- what is to be done ---- */

struct plan {
	const struct install_job *job;
	const struct update *update;
	int root_fd;
	struct dpkg_database host, zone; /* of the zone: all */
	struct diversions diversions;    /* the zone's */
	struct choice choice;
	bool touched; /* the zone is not what it was */
};

static void plan_free(struct plan *plan)
{
	fd_close(plan->root_fd);
	choice_free(&plan->choice);
	diversions_free(&plan->diversions);
	dpkg_database_free(&plan->host);
	dpkg_database_free(&plan->zone);
}
#define AUTO_PLAN __attribute__((cleanup(plan_free))) struct plan

static int read_diversions(struct plan *plan)
{
	static const char path[] = ADMIN "/diversions";
	AUTO_FREE char *text = NULL;
	size_t len;
	int rc = root_read(
		plan->root_fd, path, DIVERSIONS_MAX_BYTES, &text, &len, plan->job->messages);
	if (rc < 0 && rc != -ENOENT)
		return rc;
	char *taken = rc == 0 ? text : xstrdup("");
	text = NULL;
	return diversions_parse(taken, "the zone's /var/lib/dpkg/diversions", &plan->diversions,
		plan->job->messages);
}

static void choose(struct plan *plan)
{
	AUTO_FREE bool *wanted = xcalloc(plan->host.count + 1, sizeof(*wanted));
	for (size_t i = 0; i < plan->update->count; i++) {
		AUTO_FREE char *name = xstrdup(plan->update->names[i]);
		char *colon = strchr(name, ':');
		if (colon)
			*colon++ = '\0';
		const struct dpkg_package *here = dpkg_find_like(
			&plan->host, name, colon ? colon : "");
		if (here)
			wanted[here - plan->host.packages] = true;
	}
	choice_update(&plan->host, &plan->zone, wanted, &plan->choice);
}

/* Everything in *plan is empty, but for the job, the update and root_fd. */
static int plan_make(struct plan *plan)
{
	struct messages *messages = plan->job->messages;
	int rc = packages_read_host(&plan->host, messages);
	if (rc < 0)
		return rc;
	rc = dpkg_read_all(plan->root_fd, &plan->zone, messages);
	if (rc == -ENOENT)
		return message_error(messages, rc, "the zone has no database of packages");
	if (rc == 0)
		rc = read_diversions(plan);
	if (rc == 0)
		choose(plan);
	return rc;
}

/* What the zone has of a package of the host's; NULL: nothing. */
static const struct dpkg_package *find_old(
	const struct plan *plan, const struct dpkg_package *package)
{
	const struct dpkg_package *old = dpkg_find_like(
		&plan->zone, package->name, package->architecture);
	return old && old->standing != DPKG_GONE ? old : NULL;
}

/* ---- telling ---- */

static char *describe(const struct plan *plan, const struct dpkg_package *package)
{
	const struct dpkg_package *old = find_old(plan, package);
	if (!old)
		return xasprintf("%s: %s is added: another package needs it", package->name,
			package->version);
	return xasprintf("%s: %s becomes %s%s", package->name, old->version, package->version,
		version_compare(package->version, old->version) < 0 ? ", which is older" : "");
}

/* How many are chosen that the zone does not have yet; and the names of those that get older. */
static size_t count_new(const struct plan *plan, struct str *older)
{
	size_t count = 0;
	for (size_t i = 0; i < plan->host.count; i++) {
		const struct dpkg_package *package = &plan->host.packages[i];
		if (!plan->choice.chosen[i])
			continue;
		const struct dpkg_package *old = find_old(plan, package);
		count += !old;
		if (old && version_compare(package->version, old->version) < 0)
			text_addf(older, "%s%s", older->len ? ", " : "", package->name);
	}
	return count;
}

static void tell(const struct plan *plan)
{
	AUTO_STR older = STR_EMPTY;
	size_t added = count_new(plan, &older);
	plan->job->say("Updating <%zu> packages on the zone.", plan->choice.count - added);
	if (added)
		plan->job->say("Adding <%zu> packages that they need.", added);
	if (older.len)
		plan->job->say("This host has older versions of: %s", older.data);
	for (size_t i = 0; i < plan->host.count; i++) {
		if (!plan->choice.chosen[i])
			continue;
		AUTO_FREE char *line = describe(plan, &plan->host.packages[i]);
		packages_log(plan->job->log_fd, "package %s", line);
	}
}

int update_show(const struct install_job *job, const struct update *update)
{
	AUTO_PLAN plan = { .job = job,
		.update = update,
		.root_fd = open(job->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC) };
	if (plan.root_fd < 0)
		return message_error(job->messages, -errno, "%s: %s", job->root, strerror(errno));
	int rc = plan_make(&plan);
	for (size_t i = 0; i < plan.host.count && rc == 0; i++) {
		if (!plan.choice.chosen[i])
			continue;
		AUTO_FREE char *line = describe(&plan, &plan.host.packages[i]);
		job->say("%s", line);
	}
	return rc;
}

/* ---- the stage ---- */

/* Bring all of the file system to storage. Returns 0 or a negative errno, described. */
static int bring(int fd, const struct plan *plan)
{
	return syncfs(fd) < 0 ? message_error(plan->job->messages, -errno,
		       "cannot bring %s to storage: %s", plan->job->root, strerror(errno))
			      : 0;
}

/* Make it empty. Returns an fd of STAGE/root, or a negative errno, described. */
static int stage_make(const struct plan *plan, const char *root)
{
	struct messages *messages = plan->job->messages;
	const struct tree_job quick = { .messages = messages };
	const char *stage = plan->update->stage;
	if (mkdir(stage, 0700) < 0 && errno != EEXIST)
		return message_error(
			messages, -errno, "cannot make %s: %s", stage, strerror(errno));
	/* One of the zonepath would be passed on to what is made there. */
	if (removexattr(stage, "system.posix_acl_default") < 0 && errno != ENODATA
		&& errno != EOPNOTSUPP)
		return message_error(messages, -errno, "cannot take the ACL from %s: %s", stage,
			strerror(errno));
	int rc = tree_remove(root, &quick);
	if (rc < 0)
		return rc;
	AUTO_FD fd = mkdir(root, 0755) < 0
		? -1
		: open(root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return message_error(messages, -errno, "cannot make %s: %s", root, strerror(errno));
	return fd_take(&fd);
}

static int stage_remove(const struct plan *plan)
{
	const struct tree_job quick = { .messages = plan->job->messages };
	return tree_remove(plan->update->stage, &quick);
}

/* Put there what the zone gets, and what its status file will be. */
static int stage_fill(const struct plan *plan, struct files *files, int stage_fd, const char *root)
{
	struct install_job job = *plan->job;
	job.root = root;
	int rc = files_list(&job, &plan->choice, &plan->diversions, files);
	if (rc < 0)
		return rc;
	job.say("Copying <%zu> files to the zone.", files->names.count);
	rc = files_copy(files, &job, stage_fd);
	if (rc == 0)
		rc = config_stage(files, &job, stage_fd, &plan->zone, plan->root_fd);
	if (rc == 0)
		rc = database_stage(files, stage_fd, plan->root_fd);
	if (rc < 0)
		return rc;
	AUTO_STR status = STR_EMPTY;
	AUTO_FD fd = open(plan->update->stage, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	database_status(&plan->choice, &plan->zone, &status);
	return packages_write(fd, "status", str_get(&status), status.len, 0644, job.messages);
}

/* ---- updating ---- */

/* Put it all in its place: the database tells of it when it is on storage. */
static int put(struct plan *plan, const struct merge *merge)
{
	int rc = merge_check(merge);
	if (rc == 0)
		rc = bring(merge->stage_fd, plan);
	if (rc < 0)
		return rc;
	plan->touched = true;
	rc = merge_files(merge);
	if (rc == 0)
		rc = merge_obsolete(merge);
	if (rc == 0)
		rc = merge_database(merge);
	if (rc == 0)
		rc = bring(plan->root_fd, plan);
	if (rc < 0)
		return rc;
	AUTO_FREE char *status = xasprintf("%s/status", plan->update->stage);
	AUTO_FD admin_fd = packages_open(plan->root_fd, ADMIN, O_RDONLY | O_DIRECTORY, 0);
	if (admin_fd < 0 || renameat(AT_FDCWD, status, admin_fd, "status") < 0
		|| fsync(admin_fd) < 0)
		return message_error(plan->job->messages, -errno,
			"cannot replace the zone's /" ADMIN "/status: %s", strerror(errno));
	return 0;
}

/* What is chosen. */
static int update_chosen(struct plan *plan, struct files *files)
{
	AUTO_FREE char *root = xasprintf("%s/root", plan->update->stage);
	AUTO_FD stage_fd = stage_make(plan, root);
	if (stage_fd < 0)
		return stage_fd;
	tell(plan);
	int rc = stage_fill(plan, files, stage_fd, root);
	const struct merge merge = { files, &plan->zone, stage_fd, plan->root_fd };
	return rc < 0 ? rc : put(plan, &merge);
}

/*
 * What a dpkg(1) that was interrupted in the zone has not yet written to the status file lies
 * beside it, and would be taken for newer than ours: have it written.
 */
static int settle(const struct plan *plan)
{
	static const char *const argv[] = { "/bin/sh", "-c",
		"exec dpkg --set-selections </dev/null", NULL };
	AUTO_FD fd = packages_open(plan->root_fd, ADMIN "/updates", O_RDONLY | O_DIRECTORY, 0);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	bool pending = false;
	if (!dir)
		return 0; /* dpkg(1) makes it */
	fd = -1;          /* the stream's now */
	for (struct dirent *entry; (entry = readdir(dir));)
		pending |= *entry->d_name != '.';
	closedir(dir);
	int status = pending ? plan->job->inside(plan->job, argv) : 0;
	return status > 0 ? message_error(plan->job->messages, -EIO,
		       "dpkg in the zone cannot finish what it was interrupted in: status %d",
		       status)
			  : status;
}

/* All that reads the host's database, while that is locked. */
static int update_locked(struct plan *plan, struct files *files)
{
	AUTO_HOST_LOCK lock;
	int rc = host_lock(&lock, plan->job->messages);
	if (rc == 0)
		rc = plan_make(plan);
	if (rc == 0 && plan->choice.count)
		rc = update_chosen(plan, files);
	return rc;
}

int update_run(const struct install_job *job, const struct update *update)
{
	AUTO_FILES files = { 0 };
	AUTO_PLAN plan = { .job = job,
		.update = update,
		.root_fd = open(job->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC),
		.touched = access(update->stage, F_OK) == 0 };
	if (plan.root_fd < 0)
		return message_error(job->messages, -errno, "%s: %s", job->root, strerror(errno));
	int rc = settle(&plan);
	if (rc == 0)
		rc = update_locked(&plan, &files);
	if (rc < 0 && !plan.touched)
		stage_remove(&plan);
	if (rc < 0)
		return rc;
	files.choice = &plan.choice;
	rc = configure_update(&files, job, plan.root_fd);
	if (rc == 0)
		rc = bring(plan.root_fd, &plan);
	return rc < 0 ? rc : stage_remove(&plan);
}
