/* task.c - a zone's root that is filled or changed, in a process of its own. */
#include "cmd/task.h"

#include "runtime/inside.h"
#include "util/alloc.h"
#include "util/program.h"

#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- what the user sees ---- */

static const struct install_log *said_to;

void task_say(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	AUTO_FREE char *text = xvasprintf(format, args);
	va_end(args);
	program_done();
	puts(text);
	fflush(stdout);
	if (said_to)
		log_line(said_to, text);
}

static void show_progress(void *user, uint64_t objects, uint64_t bytes)
{
	(void)user;
	AUTO_STR text = STR_EMPTY;
	text_addf(&text, "%" PRIu64 " objects, %" PRIu64 " MB", objects, bytes / 1000000);
	program_progress(str_get(&text));
}

/* ---- a process of its own ---- */

static int run_inside(const struct install_job *job, const char *const *argv)
{
	struct inside inside = { .messages = job->messages,
		.zone = job->zone,
		.root = job->root,
		.log_fd = job->log_fd };
	return inside_run(&inside, argv);
}

/* What is mounted from now on is seen by this process, and those it runs, only. */
static int leave_namespace(struct messages *messages)
{
	if (unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) == 0)
		return 0;
	return message_error(
		messages, -errno, "cannot make a mount namespace: %s", strerror(errno));
}

int task_run(struct messages *messages, int (*run)(void *user), void *user)
{
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
		int rc = getppid() == parent ? leave_namespace(messages) : -EINTR;
		if (rc == 0)
			rc = run(user);
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

/* ---- the log ---- */

int task_begin(struct work *work, const char *what, char **argv, struct task *ret_task)
{
	struct adm *adm = work->adm;
	struct messages *outer = adm->messages;
	*ret_task = (struct task){ .work = work,
		.outer = outer,
		.log = { .fd = -1 },
		.job = { .report_fd = memfd_create("report", MFD_CLOEXEC) } };
	if (ret_task->job.report_fd < 0)
		return message_error(outer, -errno, "memfd_create: %s", strerror(errno));
	int rc = log_begin(work->name, what, outer, &ret_task->log);
	if (rc < 0)
		return rc;
	AUTO_STR command = STR_EMPTY;
	text_addf(&command, "zoneadm -z %s", work->name);
	for (char **arg = argv; *arg; arg++)
		text_addf(&command, " %s", *arg);
	log_line(&ret_task->log, str_get(&command));
	said_to = &ret_task->log;
	adm->messages = &ret_task->log.messages;
	ret_task->job.messages = adm->messages;
	ret_task->job.zone = work->zone;
	ret_task->job.index = &adm->index;
	ret_task->job.log_fd = ret_task->log.fd;
	ret_task->job.say = task_say;
	ret_task->job.progress = isatty(STDOUT_FILENO) ? show_progress : NULL;
	ret_task->job.inside = run_inside;
	return 0;
}

void task_end(struct task *task, const char *title)
{
	if (task->log.fd >= 0)
		printf("The file <%s> contains a log of the zone %s.\n", task->log.path, title);
	said_to = NULL;
	task->work->adm->messages = task->outer;
	fd_close(task->job.report_fd);
	log_end(&task->log);
}
