/*
 * adm_install.c - zoneadm install: a zone's root, made from this host's packages, a directory or an
 * archive. It is made aside and gets its name when it is whole and on storage; only then the zone
 * is installed.
 *
 * What fills the root is a process of its own, with a mount namespace of its own: whatever it
 * mounts goes with it, however it ends, and is seen by nobody else.
 */
#include "cmd/work.h"

#include "identity/unconfigure.h"
#include "install/install.h"
#include "install/log.h"
#include "install/mounts.h"
#include "runtime/inside.h"
#include "util/alloc.h"
#include "util/program.h"
#include "zone/verify.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

struct install {
	struct work *work;
	const struct install_ops *ops;
	const char *operand; /* what follows, or NULL */
	enum storage_want want;
	bool keep_identity, lossy;
	struct unconfigure_policy policy;
	struct install_log log;
	struct install_job job;
};

/* ---- what the user sees ---- */

/* There is one installation in a process. */
static const struct install_log *said_to;

__attribute__((format(printf, 1, 2))) static void say(const char *format, ...)
{
	char *text = NULL;
	va_list args;
	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		alloc_failed();
	va_end(args);
	program_done();
	puts(text);
	fflush(stdout);
	log_line(said_to, text);
	free(text);
}

static void show_progress(void *user, uint64_t objects, uint64_t bytes)
{
	(void)user;
	AUTO_STR text = STR_EMPTY;
	text_addf(&text, "%" PRIu64 " objects, %" PRIu64 " MB", objects, bytes / 1000000);
	program_progress(str_get(&text));
}

/* ---- filling the root: in a process of its own ---- */

static int run_inside(const struct install_job *job, const char *const *argv)
{
	struct inside inside = { .messages = job->messages,
		.zone = job->zone,
		.root = job->root,
		.log_fd = job->log_fd };
	return inside_run(&inside, argv);
}

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

/* What is mounted from now on is seen by this process, and those it runs, only. */
static int leave_namespace(struct messages *messages)
{
	if (unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) == 0)
		return 0;
	return message_error(
		messages, -errno, "cannot make a mount namespace: %s", strerror(errno));
}

static int run_source(struct install *install, int root_fd)
{
	struct install_job *job = &install->job;
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
static int fill_root(struct install *install, const char *path)
{
	struct messages *messages = install->job.messages;
	AUTO_FREE char *root = xasprintf("%s/root", path);
	install->job.root = root;
	int rc = leave_namespace(messages);
	if (rc < 0)
		return rc;
	AUTO_FD root_fd = make_root(root, messages);
	if (root_fd < 0)
		return root_fd;
	rc = run_source(install, root_fd);
	install->policy.fresh = install->ops->flags & INSTALL_FRESH;
	if (rc == 0 && !install->keep_identity)
		rc = work_unconfigure(install->work, path, &install->policy);
	return rc;
}

/* For work_make(). */
static int fill(struct work *work, const char *path, void *user)
{
	struct messages *messages = work->adm->messages;
	int status;
	fflush(stdout);
	pid_t parent = getpid(), child = fork();
	if (child < 0)
		return message_error(messages, -errno, "cannot fork: %s", strerror(errno));
	if (child == 0) {
		/* Whoever undoes what we have made must not find somebody who goes on with it. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		signal(SIGINT, SIG_DFL); /* the parent has a word to say then */
		signal(SIGTERM, SIG_DFL);
		int rc = getppid() == parent ? fill_root(user, path) : -EINTR;
		fflush(stdout);
		_exit(rc < 0 ? 1 : 0);
	}
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFSIGNALED(status))
		return message_error(messages, -EINTR,
			"what filled the zone's root was killed by signal %d (%s)",
			WTERMSIG(status), strsignal(WTERMSIG(status)));
	return WEXITSTATUS(status) ? -EIO : 0; /* described there */
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
		say("%.*s", (int)len - 1, line);
	if (file)
		fclose(file);
}

/* Everything that touches nothing has been looked at, but for the source itself. */
static int make(struct install *install)
{
	struct work *work = install->work;
	struct install_job *job = &install->job;
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
	say("Preparing to install zone <%s>.", work->name);
	rc = work_make(work, &make);
	if (rc < 0)
		return rc;
	say("Zone <%s> is initialized.", work->name);
	say_report(job->report_fd);
	return 0;
}

/* With everything that is said from here on in the log. */
static int run_logged(struct install *install, char **argv)
{
	struct work *work = install->work;
	struct adm *adm = work->adm;
	struct messages *outer = adm->messages;
	AUTO_FREE char *source = NULL;
	AUTO_FD report_fd = memfd_create("report", MFD_CLOEXEC);
	int rc = find_source(install, &source);
	if (rc == 0 && report_fd < 0)
		rc = message_error(outer, -errno, "memfd_create: %s", strerror(errno));
	if (rc == 0)
		rc = log_begin(work->name, outer, &install->log);
	if (rc < 0)
		return rc;
	AUTO_STR command = STR_EMPTY;
	text_addf(&command, "zoneadm -z %s", work->name);
	for (char **arg = argv; *arg; arg++)
		text_addf(&command, " %s", *arg);
	log_line(&install->log, str_get(&command));
	said_to = &install->log;
	adm->messages = &install->log.messages;
	install->job = (struct install_job){ .messages = adm->messages,
		.zone = work->zone,
		.index = &adm->index,
		.source = source,
		.lossy = install->lossy,
		.log_fd = install->log.fd,
		.report_fd = report_fd,
		.say = say,
		.progress = isatty(STDOUT_FILENO) ? show_progress : NULL,
		.inside = run_inside };
	rc = make(install);
	adm->messages = outer;
	printf("The file <%s> contains a log of the zone installation.\n", install->log.path);
	return rc;
}

/* Returns NULL, or what is wrong. */
static const char *parse_options(int argc, char **argv, struct install *install)
{
	static const struct option longs[] = { { "keep-identity", no_argument, NULL, 'k' },
		{ "keep-logs", no_argument, NULL, 'l' }, { "lossy", no_argument, NULL, 'y' },
		{ "root-password", required_argument, NULL, 'p' }, { 0 } };
	install->ops = &install_packages;
	optind = 0;
	for (int letter; (letter = getopt_long(argc, argv, "+m:x:", longs, NULL)) != -1;) {
		if (letter == 'k')
			install->keep_identity = true;
		else if (letter == 'l')
			install->policy.keep_logs = true;
		else if (letter == 'y')
			install->lossy = true;
		else if (letter == 'm' && !(install->ops = install_find(optarg)))
			return "the methods of -m are packages, directory and archive";
		else if (letter == 'x' && !work_parse_extra(optarg, &install->want))
			return "-x can be nodataset only";
		else if (letter == 'p' && !unconfigure_parse_password(optarg, &install->policy))
			return "--root-password can be keep or ask";
		else if (letter == '?')
			return "an option is not known";
	}
	install->operand = argv[optind];
	if (install->ops->source && argc - optind != 1)
		return "-m directory needs one DIRECTORY, -m archive one FILE";
	return argc - optind <= 1 && !install->ops->source == !install->operand
		? NULL
		: "-m packages takes no operand";
}

int adm_install(struct adm *adm, int argc, char **argv)
{
	AUTO_WORK work = { .lock_fd = -1 };
	struct install install = { .work = &work, .log = { .fd = -1 } };
	const char *wrong = parse_options(argc, argv, &install);
	if (wrong)
		return cmd_usage_error(adm, "install", "%s", wrong);
	int rc = work_begin(adm, OP_INSTALL, &work);
	if (rc == 0)
		rc = check_zone(&work);
	if (rc == 0)
		rc = run_logged(&install, argv);
	log_end(&install.log);
	return rc < 0 ? CMD_FAILED : CMD_DONE;
}
