/*
 * adm_install.c - zoneadm install: a zone's root, made from this host's packages, a directory or an
 * archive. It is made aside and gets its name when it is whole and on storage; only then the zone
 * is installed.
 */
#include "cmd/task.h"

#include "identity/sysidcfg.h"
#include "identity/unconfigure.h"
#include "install/mounts.h"
#include "runtime/inside.h"
#include "util/alloc.h"
#include "util/option.h"
#include "util/program.h"
#include "zone/verify.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

struct install {
	struct work *work;
	const struct install_ops *ops;
	const char *operand; /* what follows, or NULL */
	enum storage_want want;
	bool keep_identity, lossy;
	struct unconfigure_policy policy;
	const char *sysidcfg_path; /* --sysidcfg, or NULL */
	char *sysidcfg;            /* what is in it */
	struct task task;
	const char *path; /* the zonepath, as it is called while it is made */
};

/* ---- filling the root: in a process of its own ---- */

/* Returns an fd, or a negative errno, described. */
static int make_root(const char *root, struct messages *messages)
{
	if (mkdir(root, 0755) < 0)
		return message_error(messages, -errno, "cannot make %s: %s", root, strerror(errno));
	/* A default ACL of a directory above would be passed on to everything below. */
	static const char *const acls[] = { "system.posix_acl_default", "system.posix_acl_access" };
	for (size_t i = 0; i < sizeof(acls) / sizeof(acls[0]); i++)
		if (removexattr(root, acls[i]) < 0 && errno != ENODATA && errno != EOPNOTSUPP)
			return message_error(messages, -errno, "cannot take the ACL from %s: %s",
				root, strerror(errno));
	AUTO_FD fd = open(root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fchown(fd, 0, 0) < 0 || fchmod(fd, 0755) < 0)
		return message_error(messages, -errno, "cannot make %s: %s", root, strerror(errno));
	return fd_take(&fd);
}

static int run_source(struct install *install, int root_fd)
{
	struct install_job *job = &install->task.job;
	int mounted = mounts_begin(job->zone, root_fd, job->messages);
	if (mounted < 0)
		return mounted;
	int rc = install->ops->run(job);
	program_done();
	if (rc == 0)
		rc = mounts_end(job->zone, root_fd, job->messages);
	if (rc < 0 && mounted)
		message_warning(job->messages,
			"the zone mounts file systems besides its root: what was written there "
			"stays");
	else if (mounted && !install->keep_identity)
		message_warning(job->messages,
			"what identifies a system was reset on the root of the zone only, not on "
			"the other file systems that it mounts");
	return rc;
}

/* All of it, and to storage. Returns 0 or a negative errno, described. */
static int fill_root(void *user)
{
	struct install *install = user;
	struct messages *messages = install->task.job.messages;
	AUTO_FREE char *root = xasprintf("%s/root", install->path);
	install->task.job.root = root;
	AUTO_FD root_fd = make_root(root, messages);
	if (root_fd < 0)
		return root_fd;
	int rc = run_source(install, root_fd);
	install->policy.fresh = install->ops->flags & INSTALL_FRESH;
	if (rc == 0 && !install->keep_identity)
		rc = work_unconfigure(install->work, install->path, &install->policy);
	return rc < 0 ? rc : work_store_sysidcfg(install->work, install->path, install->sysidcfg);
}

/* For work_make(). */
static int fill(struct work *work, const char *path, void *user)
{
	struct install *install = user;
	install->path = path;
	return task_run(work->adm->messages, fill_root, install);
}

/* ---- the command ---- */

/* As zoneadm verify does, and the rules for a zonepath that is still to be made. */
static int check_zone(const struct work *work)
{
	struct adm *adm = work->adm;
	struct registry_zone zone = { .zone = work->zone, .state = work->state };
	struct index_entry entry = *adm->entry;
	entry.state = STATE_INCOMPLETE; /* what it is about to be */
	int rc = zone_verify(adm->registry, &adm->index, &entry, &zone, adm->messages);
	/* Its warnings have been told. */
	struct messages quiet = messages_quiet();
	if (rc == 0 && zone_verify_place(&adm->index, work->zonepath, work->name, &quiet) < 0)
		rc = zone_verify_place(&adm->index, work->zonepath, work->name, adm->messages);
	if (rc < 0)
		return message_error(adm->messages, rc, "zone '%s' failed to verify", work->name);
	return work_check_place(work, work->zonepath);
}

/* The operand as an absolute path without links. Returns 0 or a negative errno, described. */
static int find_source(const struct install *install, char **ret_source)
{
	const char *operand = install->operand;
	if (!operand || strcmp(operand, "-") == 0) {
		*ret_source = operand ? xstrdup(operand) : NULL;
		return 0;
	}
	char *source = realpath(operand, NULL);
	/* A pipe, such as a shell's /dev/fd/63, has no other name. */
	if (!source && access(operand, F_OK) == 0)
		source = xstrdup(operand);
	if (!source)
		return message_error(
			install->work->adm->messages, -errno, "%s: %s", operand, strerror(errno));
	*ret_source = source;
	return 0;
}

/* What the source has left to say, in the process that it ran in. */
static void say_report(int fd)
{
	FILE *file = fdopen(dup(fd), "re");
	AUTO_FREE char *line = NULL;
	size_t room = 0;
	if (file)
		rewind(file);
	for (ssize_t len; file && (len = getline(&line, &room, file)) > 0;)
		task_say("%.*s", (int)len - 1, line);
	if (file)
		fclose(file);
}

/* Everything that touches nothing has been looked at, but for the source itself. */
static int make(struct install *install)
{
	struct work *work = install->work;
	struct install_job *job = &install->task.job;
	struct work_make make = { .kind = OPERATION_INSTALL,
		.to = work->zonepath,
		.storage = storage_for(work->zonepath, install->want),
		.fill = fill,
		.user = install };
	struct stat st;
	int rc = install->ops->check(job);
	if (rc == 0 && (install->ops->flags & INSTALL_INSIDE))
		rc = inside_check(job->messages);
	if (rc == 0 && job->source && stat(job->source, &st) == 0 && S_ISDIR(st.st_mode))
		rc = work_check_room(work, job->source, work->zonepath);
	if (rc == 0)
		rc = work_clear_place(work, work->zonepath);
	if (rc < 0)
		return rc;
	task_say("Preparing to install zone <%s>.", work->name);
	rc = work_make(work, &make);
	if (rc < 0)
		return rc;
	task_say("Zone <%s> is initialized.", work->name);
	say_report(job->report_fd);
	return 0;
}

/* With everything that is said from here on in the log. */
static int run_logged(struct install *install, char **argv)
{
	struct work *work = install->work;
	AUTO_FREE char *source = NULL;
	int rc = find_source(install, &source);
	if (rc < 0)
		return rc;
	rc = task_begin(work, "install", argv, &install->task);
	install->task.job.source = source;
	install->task.job.lossy = install->lossy;
	if (rc == 0)
		rc = make(install);
	task_end(&install->task, "installation");
	return rc;
}

/* Returns NULL, or what is wrong. */
static const char *parse_options(int argc, char **argv, struct install *install)
{
	static const struct option longs[] = { { "keep-identity", no_argument, NULL, 'k' },
		{ "keep-logs", no_argument, NULL, 'l' }, { "lossy", no_argument, NULL, 'y' },
		{ "root-password", required_argument, NULL, 'p' },
		{ "sysidcfg", required_argument, NULL, 'c' }, { 0 } };
	install->ops = &install_packages;
	optind = 0;
	for (int letter; (letter = option_next(argc, argv, "+m:x:", longs)) != -1;) {
		if (letter == 'k')
			install->keep_identity = true;
		else if (letter == 'l')
			install->policy.keep_logs = true;
		else if (letter == 'y')
			install->lossy = true;
		else if (letter == 'c')
			install->sysidcfg_path = optarg;
		else if (letter == 'm' && !(install->ops = install_find(optarg)))
			return "the methods of -m are packages, directory and archive";
		else if (letter == 'x' && !work_parse_extra(optarg, &install->want))
			return "-x can be nodataset only";
		else if (letter == 'p' && !unconfigure_parse_password(optarg, &install->policy))
			return "--root-password can be keep or ask";
		else if (letter == '?')
			return option_wrong();
	}
	if (install->sysidcfg_path && install->keep_identity)
		return "--sysidcfg gives the zone an identity, so --keep-identity makes no sense";
	install->operand = argv[optind];
	if (install->sysidcfg_path && install->operand && strcmp(install->operand, "-") == 0
		&& strcmp(install->sysidcfg_path, "-") == 0)
		return "the archive and --sysidcfg cannot both be standard input";
	if (install->ops->source && argc - optind != 1)
		return "-m directory needs one DIRECTORY, -m archive one FILE";
	return argc - optind <= 1 && !install->ops->source == !install->operand
		? NULL
		: "-m packages takes no operand";
}

int adm_install(struct adm *adm, int argc, char **argv)
{
	AUTO_WORK work = { .lock_fd = -1 };
	struct install install = { .work = &work };
	const char *wrong = parse_options(argc, argv, &install);
	if (wrong)
		return cmd_usage_error(adm, "install", "%s", wrong);
	int rc = install.sysidcfg_path
		? sysidcfg_read(install.sysidcfg_path, &install.sysidcfg, adm->messages)
		: 0;
	if (rc == 0)
		rc = work_begin(adm, OP_INSTALL, &work);
	if (rc == 0)
		rc = check_zone(&work);
	if (rc == 0)
		rc = run_logged(&install, argv);
	free(install.sysidcfg);
	return rc < 0 ? CMD_FAILED : CMD_DONE;
}
