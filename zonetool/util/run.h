/*
 * run.h - other programs: run with an argument vector, never through a shell, with a small
 * environment (PATH of the system's own directories, LC_ALL=C) and without the caller's fds.
 */
#ifndef UTIL_RUN_H
#define UTIL_RUN_H

#include "util/messages.h"

#include <stdbool.h>

/* How to run it. Zero the struct, then set what differs; an fd of 0 means none. */
struct run {
	const char *const *argv; /* ends with NULL; argv[0] is looked for in PATH, or has a slash */
	const char *const *env;  /* more variables, NAME=VALUE; ends with NULL; or NULL */
	int log_fd;              /* where standard output and standard error go; 0: see below */
	int hold_fd;             /* stays open in the program: a lock that it is to hold with us */
	int group_fds[2];        /* cgroup.procs of control groups that it is to be in */
	bool die_with_us;        /* it is killed if we are */
};

/* What the program printed, if it had no log_fd: at most RUN_OUTPUT_MAX bytes of each. */
struct run_output {
	char *out; /* standard output, never NULL */
	char *err; /* standard error, without newlines at its end; never NULL */
};
enum {
	RUN_OUTPUT_MAX = 64 << 20, /* bytes; a program that prints more is killed: -EFBIG */
	RUN_NOT_FOUND = 127,       /* the exit status if there is no such program */
};
void run_output_free(struct run_output *output);
#define AUTO_RUN_OUTPUT __attribute__((cleanup(run_output_free))) struct run_output

/*
 * Run a program and wait for its end. ret_output may be NULL; it must be freed in every case.
 * Returns its status as process_wait() does, 0 to 255; or a negative errno, not described, if it
 * could not be run.
 */
int run_program(const struct run *run, struct run_output *ret_output);

/*
 * The same of a program that must succeed. Returns 0, or -EIO or another negative errno, described
 * with what the program said: "zfs create tank/web: dataset already exists".
 */
int run_checked(const struct run *run, struct run_output *ret_output, struct messages *messages);

/* In a child that is to become a program: no signal is blocked, ignored or handled any more. */
void run_reset_signals(void);

#endif
