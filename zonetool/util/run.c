/* run.c - other programs: fork, exec, what they say, how they end. */
#include "util/run.h"

#include "util/alloc.h"
#include "util/process.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <unistd.h>

/* The system's own directories: what root's PATH says is nobody's business here. */
static const char *const directories[] = { "/usr/sbin", "/usr/bin", "/sbin", "/bin" };
enum { DIRECTORY_COUNT = sizeof(directories) / sizeof(directories[0]) };
static const char *const base_env[] = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C" };
enum { BASE_ENV_COUNT = sizeof(base_env) / sizeof(base_env[0]) };

enum {
	READ_SIZE_BYTES = 16384,
	SAID_MAX_BYTES = 2000, /* how much of what a program said goes into a message: the end */
};

/* All that the child needs between fork and exec, where it must not allocate. */
struct start {
	const struct run *run;
	char *programs[DIRECTORY_COUNT + 1]; /* the paths to try; ends with NULL */
	const char **env;
	int in, out, err;
	pid_t parent;
};

/* One of the program's two outputs. */
struct stream {
	int read_fd, write_fd; /* -1: closed */
	struct str text;
};

void run_output_free(struct run_output *output)
{
	free(output->out);
	free(output->err);
	output->out = output->err = NULL;
}

static void start_init(struct start *start, const struct run *run)
{
	const char *name = run->argv[0];
	if (strchr(name, '/')) {
		start->programs[0] = xstrdup(name);
	} else {
		for (size_t i = 0; i < DIRECTORY_COUNT; i++)
			start->programs[i] = xasprintf("%s/%s", directories[i], name);
	}
	size_t more = 0;
	while (run->env && run->env[more])
		more++;
	start->env = xcalloc(BASE_ENV_COUNT + more + 1, sizeof(*start->env));
	memcpy(start->env, base_env, sizeof(base_env));
	for (size_t i = 0; i < more; i++)
		start->env[BASE_ENV_COUNT + i] = run->env[i];
	start->run = run;
	start->parent = getpid();
}

static void start_free(struct start *start)
{
	for (size_t i = 0; i < DIRECTORY_COUNT; i++)
		free(start->programs[i]);
	free(start->env);
}

/* In the child: the standard three, which may be each other's numbers, and nothing else. */
static int child_arrange_fds(const struct start *start)
{
	const int given[] = { start->in, start->out, start->err };
	int high[3];
	for (int i = 0; i < 3; i++) {
		high[i] = fcntl(given[i], F_DUPFD_CLOEXEC, 3);
		if (high[i] < 0)
			return -errno;
	}
	int hold = 2; /* the last fd that stays */
	if (start->run->hold_fd > 0) {
		hold = fcntl(start->run->hold_fd, F_DUPFD, 3); /* not to be closed by exec */
		if (hold < 0)
			return -errno;
	}
	for (int i = 0; i < 3; i++) {
		if (dup2(high[i], i) < 0)
			return -errno;
	}
	if (hold > 3 && close_range(3, (unsigned)hold - 1, 0) < 0)
		return -errno;
	return close_range((unsigned)hold + 1, ~0U, 0) < 0 ? -errno : 0;
}

void run_reset_signals(void)
{
	struct sigaction by_default = { .sa_handler = SIG_DFL };
	for (int signal = 1; signal < NSIG; signal++)
		sigaction(signal, &by_default, NULL); /* fails for a few, which have no other */
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static _Noreturn void child_run(const struct start *start)
{
	/* If we died before the first line, nobody would tell the child: so it looks. */
	if (start->run->die_with_us
		&& (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != start->parent))
		_exit(RUN_NOT_FOUND);
	run_reset_signals();
	/* In none of these, it runs all the same. */
	for (int i = 0; i < 2; i++)
		if (start->run->group_fds[i] > 0)
			(void)!write(start->run->group_fds[i], "0", 1);
	if (child_arrange_fds(start) == 0) {
		for (char *const *program = start->programs; *program; program++)
			execve(*program, (char *const *)start->run->argv,
				(char *const *)start->env);
	}
	_exit(RUN_NOT_FOUND);
}

/* Start the child; none of our signal handlers runs in it. Returns its pid or a negative errno. */
static pid_t start_fork(const struct start *start)
{
	sigset_t all, before;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	pid_t pid = fork();
	if (pid == 0)
		child_run(start);
	int err = pid < 0 ? -errno : 0;
	sigprocmask(SIG_SETMASK, &before, NULL);
	return err < 0 ? err : pid;
}

/* Take in what has come. Returns 1 for more to come, 0 at the end, or a negative errno. */
static int stream_read(struct stream *stream)
{
	char buf[READ_SIZE_BYTES];
	for (;;) {
		ssize_t len = read(stream->read_fd, buf, sizeof(buf));
		if (len < 0 && errno == EINTR)
			continue;
		if (len < 0)
			return errno == EAGAIN ? 1 : -errno;
		if (len == 0)
			return 0;
		if (stream->text.len + (size_t)len > RUN_OUTPUT_MAX)
			return -EFBIG;
		if (str_add(&stream->text, buf, (size_t)len) < 0)
			alloc_failed();
	}
}

/*
 * Take in all that the program says until it ends. What it has left behind, such as a daemon, may
 * have the pipes for ever: their end is not waited for.
 */
static int streams_collect(struct stream streams[2], int pidfd)
{
	struct pollfd fds[] = { { streams[0].read_fd, POLLIN, 0 },
		{ streams[1].read_fd, POLLIN, 0 }, { pidfd, POLLIN, 0 } };
	while (fds[2].revents == 0) {
		if (poll(fds, 3, -1) < 0) {
			if (errno == EINTR)
				continue;
			return -errno;
		}
		for (int i = 0; i < 2; i++) {
			/* When it has ended, what it wrote last is there, whatever poll saw. */
			if (fds[i].fd < 0 || (fds[i].revents == 0 && fds[2].revents == 0))
				continue;
			int more = stream_read(&streams[i]);
			if (more < 0)
				return more;
			if (more == 0)
				fds[i].fd = -1; /* poll passes over it */
		}
	}
	return 0;
}

/* Fork, and see the child to its end; streams may be NULL. */
static int start_run(struct start *start, struct stream streams[2])
{
	pid_t pid = start_fork(start);
	if (pid < 0)
		return pid;
	int err = 0;
	if (streams) {
		for (int i = 0; i < 2; i++)
			streams[i].write_fd = fd_close(streams[i].write_fd);
		AUTO_FD pidfd = pidfd_open(pid, 0);
		err = pidfd < 0 ? -errno : streams_collect(streams, pidfd);
		if (err < 0)
			kill(pid, SIGKILL);
	}
	int status = process_wait(pid);
	return err < 0 ? err : status;
}

static int stream_open(struct stream *stream)
{
	int fds[2];
	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	stream->read_fd = fds[0];
	stream->write_fd = fds[1];
	return fcntl(fds[0], F_SETFL, O_NONBLOCK) < 0 ? -errno : 0;
}

/* Run it with its outputs into texts, which may be unfinished if it fails. */
static int run_collecting(struct start *start, struct run_output *output)
{
	struct stream streams[2] = { { -1, -1, STR_EMPTY }, { -1, -1, STR_EMPTY } };
	int err = stream_open(&streams[0]);
	if (err == 0)
		err = stream_open(&streams[1]);
	if (err == 0) {
		start->out = streams[0].write_fd;
		start->err = streams[1].write_fd;
		err = start_run(start, streams);
	}
	for (int i = 0; i < 2; i++) {
		fd_close(streams[i].read_fd);
		fd_close(streams[i].write_fd);
	}
	struct str *said = &streams[1].text;
	while (said->len > 0 && said->data[said->len - 1] == '\n')
		str_truncate(said, said->len - 1);
	run_output_free(output);
	output->out = text_take(&streams[0].text);
	output->err = text_take(said);
	return err;
}

int run_program(const struct run *run, struct run_output *ret_output)
{
	if (ret_output) {
		ret_output->out = xstrdup("");
		ret_output->err = xstrdup("");
	}
	AUTO_FD null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null < 0)
		return -errno;
	struct start start = { .in = null, .out = null, .err = null };
	start_init(&start, run);
	/* Who ignores it, and that is inherited, is not told how a child ended. */
	struct sigaction by_default = { .sa_handler = SIG_DFL }, before;
	sigaction(SIGCHLD, &by_default, &before);
	int status;
	if (run->log_fd > 0) {
		start.out = start.err = run->log_fd;
		status = start_run(&start, NULL);
	} else if (ret_output) {
		status = run_collecting(&start, ret_output);
	} else {
		status = start_run(&start, NULL);
	}
	sigaction(SIGCHLD, &before, NULL);
	start_free(&start);
	return status;
}

/* Append what a program said, in one line, as much as helps: the end of it. */
static void add_said(struct str *text, const char *said)
{
	size_t len = strlen(said);
	if (len > SAID_MAX_BYTES) {
		said += len - SAID_MAX_BYTES;
		text_adds(text, "...");
	}
	for (; *said; said++) {
		if (*said == '\n')
			text_adds(text, "; ");
		else if ((unsigned char)*said < ' ' || *said == '\x7f')
			text_addc(text, ' ');
		else
			text_addc(text, *said);
	}
}

int run_checked(const struct run *run, struct run_output *ret_output, struct messages *messages)
{
	AUTO_RUN_OUTPUT own = { NULL, NULL };
	struct run_output *output = ret_output ? ret_output : &own;
	int status = run_program(run, output);
	if (status == 0)
		return 0;
	AUTO_STR text = STR_EMPTY;
	for (const char *const *arg = run->argv; *arg; arg++)
		text_addf(&text, "%s%s", arg == run->argv ? "" : " ", *arg);
	text_adds(&text, ": ");
	if (status == -EFBIG)
		text_addf(&text, "it prints more than %d bytes", RUN_OUTPUT_MAX);
	else if (status < 0)
		text_addf(&text, "it could not be run: %s", strerror(-status));
	else if (*output->err)
		add_said(&text, output->err);
	else if (status == RUN_NOT_FOUND)
		text_adds(&text, "there is no such program");
	else if (status > PROCESS_SIGNAL)
		text_addf(&text, "it was killed by signal %d", status - PROCESS_SIGNAL);
	else
		text_addf(&text, "it failed with status %d", status);
	return message_error(messages, status < 0 ? status : -EIO, "%s", str_get(&text));
}
