/*
 * task.h - a zone's root that is filled or changed: with a log, with the user told how far it is,
 * and in a process of its own that has a mount namespace of its own: whatever it mounts goes with
 * it, however it ends, and is seen by nobody else. There is one task in a command.
 */
#ifndef CMD_TASK_H
#define CMD_TASK_H

#include "cmd/work.h"

#include "install/install.h"
#include "install/log.h"

struct task {
	struct work *work;
	struct messages *outer; /* where messages went before */
	struct install_log log;
	struct install_job job; /* all but root, source and lossy is set */
};

/*
 * Begin the log, called what ("install"), with the command line. From here on, what is said is in
 * it. Returns 0, or a negative errno, described; task_end() is due in either case.
 */
int task_begin(struct work *work, const char *what, char **argv, struct task *ret_task);
/* End it, and tell where the log is, naming it, as "installation". */
void task_end(struct task *task, const char *title);

/* Tell the user, and the log: a whole line, without newline. */
void task_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * Run it in a process of its own, and wait for that. Returns 0, -EINTR if it was killed or -EIO;
 * described.
 */
int task_run(struct messages *messages, int (*run)(void *user), void *user);

#endif
