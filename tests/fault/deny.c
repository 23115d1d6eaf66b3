/*
 * deny.c - run a program for which some system calls are forbidden, as a container's seccomp
 * profile does: deny CALL... -- PROGRAM [ARGUMENT]...
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static const struct {
	const char *name;
	long number;
} calls[] = {
	{ "io_uring_setup", SYS_io_uring_setup },
	{ "unshare", SYS_unshare },
	{ "copy_file_range", SYS_copy_file_range },
	{ "statx", SYS_statx },
	{ "renameat2", SYS_renameat2 },
	{ "clone3", SYS_clone3 },
	{ "fchmodat2", 452 },
};

static long number_of(const char *name)
{
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		if (strcmp(calls[i].name, name) == 0)
			return calls[i].number;
	}
	return -1;
}

static int deny(unsigned number)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof(code) / sizeof(code[0]), code };
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

int main(int argc, char **argv)
{
	int i = 1;
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	for (; i < argc && strcmp(argv[i], "--") != 0; i++) {
		long number = number_of(argv[i]);
		if (number < 0 || deny((unsigned)number) < 0) {
			fprintf(stderr, "deny: cannot deny %s: %s\n", argv[i], strerror(errno));
			return 99;
		}
	}
	if (i + 1 >= argc) {
		fprintf(stderr, "usage: deny CALL... -- PROGRAM [ARGUMENT]...\n");
		return 99;
	}
	execvp(argv[i + 1], argv + i + 1);
	perror(argv[i + 1]);
	return 99;
}
