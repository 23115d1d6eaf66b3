/*
 * process.h - processes of others, by what tells two with the same number apart, when they began;
 * and the ends of our own children.
 */
#ifndef UTIL_PROCESS_H
#define UTIL_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* A process; pid 0: none. */
struct process {
	pid_t pid;
	uint64_t start; /* field 22 of /proc/PID/stat: clock ticks after the host's boot */
};

/* The process that has this number now. Returns 0 or a negative errno, not described: -ESRCH. */
int process_find(pid_t pid, struct process *ret_process);

/*
 * A pidfd of the process, closed when a program is run; or a negative errno, not described: -ESRCH:
 * it has ended, or is a zombie, or another has its number; -EPERM: there is one with its number,
 * and which is hidden from this user (hidepid of proc(5); from root nothing is).
 */
int process_open(const struct process *process);

/* Whether it runs still; a zombie does not. One that is hidden is taken to be it. */
bool process_alive(const struct process *process);

/*
 * Whether there is a process in a control group, which is a directory of cgroup2, or in one below.
 * Returns 1; 0: there is none, or no such group; or a negative errno, not described: -EIO: its
 * cgroup.events does not tell.
 */
int process_populated(const char *cgroup);

/*
 * Whether a signal of this number would come to something in a process: it blocks or catches it.
 * If not it is lost in the init of a PID namespace. What cannot be known is taken to be so.
 */
bool process_hears(pid_t pid, int number);

enum {
	PROCESS_SIGNAL = 128, /* and the number of the signal that killed it: a status of shells */
};

/*
 * How a child has ended, of what waitpid(2) gives: its exit status, or PROCESS_SIGNAL and the
 * number of the signal that killed it.
 */
int process_status(int wait_status);

/* Wait for the end of a child. Returns its status likewise, or a negative errno, not described. */
int process_wait(pid_t child);

/* Kill a child, and wait for its end. */
void process_kill(pid_t child);

#endif
