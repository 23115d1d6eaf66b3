/* session_program.c - the program: which it is, as whom it runs, and what it finds. */
#include "runtime/session_private.h"

#include "util/alloc.h"
#include "util/run.h"

#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <unistd.h>

#define ROOT_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
#define USER_PATH "/usr/local/bin:/usr/bin:/bin"
#define SAFE_SHELL "/bin/sh"

/* What gives a user all of a session, such as the limits of PAM, and knows those of directories. */
static const char *const su_programs[] = { "/usr/bin/su", "/bin/su" };

/* What is to be run. */
struct program {
	char *path;   /* with a slash, or to be looked for in search */
	char **words; /* argv */
	char *own[5]; /* for words, if they are not the command's */
	char **environment;
	const char *search;
};

/* ---- which ---- */

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

/* The user's shell as login(1) starts it, which the dash tells it; of a safe session, just that. */
static void choose_shell(
	struct program *program, const struct session *session, const struct session_user *user)
{
	const char *shell = session->safe ? SAFE_SHELL : user->shell;
	program->path = xstrdup(shell);
	program->own[0] = xasprintf("%s%s", session->safe ? "" : "-", base_name(shell));
	program->words = program->own;
}

static void choose_script(
	struct program *program, const struct session *session, const struct session_user *user)
{
	const char *shell = session->safe ? SAFE_SHELL : user->shell;
	AUTO_STR script = STR_EMPTY;
	for (char **word = session->command; *word; word++)
		text_addf(&script, "%s%s", word == session->command ? "" : " ", *word);
	program->path = xstrdup(shell);
	program->own[0] = xstrdup(base_name(shell));
	program->own[1] = xstrdup("-c");
	program->own[2] = text_take(&script);
	program->words = program->own;
}

static bool choose_su(struct program *program, const struct session *session)
{
	for (size_t i = 0; i < sizeof(su_programs) / sizeof(su_programs[0]); i++) {
		if (access(su_programs[i], X_OK) < 0)
			continue;
		program->path = xstrdup(su_programs[i]);
		program->own[0] = xstrdup("su");
		program->own[1] = xstrdup("-l");
		program->own[2] = xstrdup("--");
		program->own[3] = xstrdup(session->user);
		program->words = program->own;
		return true;
	}
	return false;
}

static void choose(
	struct program *program, const struct session *session, const struct session_user *user)
{
	if (session->command[0] && session->joined) {
		choose_script(program, session, user);
	} else if (session->command[0]) {
		program->path = xstrdup(session->command[0]);
		program->words = session->command;
	} else {
		choose_shell(program, session, user);
	}
}

/* ---- as whom ---- */

/* The terminal or the pipes are the user's, so that opening /dev/tty or /dev/stderr works. */
static int own_streams(const struct session_user *user)
{
	for (int i = 0; i < STREAM_COUNT; i++)
		if (fchown(i, user->uid, (gid_t)-1) < 0)
			return -errno;
	return 0;
}

static int become(const struct session_user *user)
{
	/* Where there are no containers, it may be anybody's zone. */
	if (geteuid() != 0 && geteuid() == user->uid)
		return 0;
	if (setgroups(user->group_count, user->groups) < 0
		|| setresgid(user->gid, user->gid, user->gid) < 0
		|| setresuid(user->uid, user->uid, user->uid) < 0)
		return -errno;
	return 0;
}

/*
 * If zlogin is killed, so is what it has started; on a terminal, that hangs up instead. From the
 * zone a living parent outside has the number 0.
 */
static int die_with(pid_t keeper)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		return -errno;
	pid_t parent = getppid();
	return parent == 0 || parent == keeper ? 0 : -ESRCH;
}

/* Signals as a program expects them, a session of its own, and its terminal. */
static int arrange_process(const struct session *session)
{
	run_reset_signals();
	if (setsid() < 0 || (session->terminal && ioctl(STDIN_FILENO, TIOCSCTTY, 0) < 0))
		return -errno;
	return 0;
}

/* ---- what it finds ---- */

static void make_environment(
	struct program *program, const struct session_user *user, const char *term)
{
	program->search = user->uid == 0 ? ROOT_PATH : USER_PATH;
	char *const variables[] = {
		xasprintf("HOME=%s", user->home),
		xasprintf("LOGNAME=%s", user->name),
		xasprintf("PATH=%s", program->search),
		xasprintf("SHELL=%s", user->shell),
		xasprintf("USER=%s", user->name),
		term ? xasprintf("TERM=%s", term) : NULL,
		NULL,
	};
	program->environment = xcalloc(1, sizeof(variables));
	memcpy(program->environment, variables, sizeof(variables));
}

/* ---- running it ---- */

/* Returns why not: a negative errno. -EACCES rather than -ENOENT, if there is one. */
static int execute(const struct program *program)
{
	if (strchr(program->path, '/')) {
		execve(program->path, program->words, program->environment);
		return -errno;
	}
	int rc = -ENOENT;
	const char *end;
	for (const char *start = program->search; *program->path; start = end + 1) {
		end = strchrnul(start, ':');
		AUTO_FREE char *path = xasprintf(
			"%.*s/%s", (int)(end - start), start, program->path);
		execve(path, program->words, program->environment);
		if (errno != ENOENT && errno != ENOTDIR && errno != EACCES)
			return -errno;
		if (errno == EACCES)
			rc = -EACCES;
		if (!*end)
			break;
	}
	return rc;
}

static _Noreturn void fail_to_execute(const struct session *session, const struct program *program,
	int rc, struct messages *messages)
{
	bool missing = rc == -ENOENT || rc == -ENOTDIR;
	message_error(messages, rc, "%s: %s", program->path,
		rc == -ENOENT && strchr(program->path, '/')
			? "there is no such program in the zone, or not what it is run with"
			: missing ? "there is no such program in the zone"
				  : strerror(-rc));
	if (rc == -ENOEXEC)
		message_error(messages, rc, "a script begins with a line like #!/bin/sh%s",
			session->joined ? "" : "; -c has the user's shell run it");
	_exit(missing ? SESSION_NOT_FOUND : SESSION_NOT_RUNNABLE);
}

static int find_user(
	const struct session *session, struct session_user *ret_user, struct messages *messages)
{
	if (session->safe && strcmp(session->user, "root") == 0) {
		session_user_root(ret_user);
		return 0;
	}
	return session_user_find(session->user, ret_user, messages);
}

/* With su(1), it is enough if that knows the user. */
static int prepare(const struct session *session, struct program *program, const char *term,
	struct messages *messages)
{
	AUTO_SESSION_USER user = { 0 };
	struct messages quiet = messages_quiet();
	bool su = session->terminal && !session->safe && choose_su(program, session);
	int rc = find_user(session, &user, su ? &quiet : messages);
	if (rc < 0 && !su)
		return rc;
	if (rc < 0)
		session_user_root(&user);
	make_environment(program, &user, term);
	if (!su)
		choose(program, session, &user);
	rc = own_streams(&user);
	if (rc == 0 && !su)
		rc = become(&user);
	if (rc < 0)
		return message_error(messages, rc, "cannot become %s in the zone: %s",
			session->user, strerror(-rc));
	if (!su && chdir(user.home) < 0 && chdir("/") < 0)
		return message_error(messages, -errno, "/ in the zone: %s", strerror(errno));
	return 0;
}

_Noreturn void program_run(
	const struct session *session, const char *term, pid_t keeper, struct messages *messages)
{
	struct program program = { 0 };
	int rc = arrange_process(session);
	if (rc < 0) {
		message_error(messages, rc, "cannot make a session in the zone: %s", strerror(-rc));
		_exit(SESSION_CANNOT);
	}
	if (prepare(session, &program, term, messages) < 0)
		_exit(SESSION_CANNOT);
	if (!session->terminal && die_with(keeper) < 0)
		_exit(SESSION_CANNOT); /* nobody is there who would be told */
	rc = execute(&program);
	fail_to_execute(session, &program, rc, messages);
}
