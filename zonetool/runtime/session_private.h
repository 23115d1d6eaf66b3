/* session_private.h - the parts of a session. */
#ifndef RUNTIME_SESSION_PRIVATE_H
#define RUNTIME_SESSION_PRIVATE_H

#include "runtime/session.h"
#include "runtime/terminal.h"

#include <sys/types.h>

enum {
	STREAM_INPUT, /* of the program; of a pseudoterminal all three are the same */
	STREAM_OUTPUT,
	STREAM_ERROR,
	STREAM_COUNT,
	STREAM_TERMINAL = STREAM_INPUT, /* the pseudoterminal's master */
};

/* ---- session_keeper.c: the process that enters ---- */

/* What the keeper is given, and leaves behind when it has started the program. */
struct keeper {
	int said_fd;   /* messages (control.h); ends when the program has begun, or has not */
	int result_fd; /* struct keeper_started with its fds, then struct keeper_ended */
	pid_t parent;  /* who started it */
	struct terminal_size size;
	bool has_settings;
	struct termios settings; /* of the user's terminal */
};

/* Comes with fds: the program's pidfd, then STREAM_TERMINAL, or all three streams. */
struct keeper_started {
	unsigned pts; /* number of the pseudoterminal */
};

struct keeper_ended {
	int status; /* as waitpid(2) gives it */
};

/* Be the keeper. */
_Noreturn void keeper_run(const struct session *session, struct keeper *keeper);

/* ---- session_streams.c: what the program's input and output are ---- */

struct streams {
	int inner[STREAM_COUNT]; /* the program's */
	int outer[STREAM_COUNT]; /* ours; of a terminal, the first only. -1: none */
	unsigned pts;
};

/* Make them, in the zone. Returns 0 or a negative errno, described. */
int streams_make(const struct keeper *keeper, bool terminal, struct streams *ret_streams,
	struct messages *messages);

/* ---- session_user.c: a user of the zone ---- */

enum {
	USER_FILE_MAX = 16 << 20, /* bytes of /etc/passwd, and of /etc/group */
	USER_GROUPS_MAX = 65536,  /* the kernel's */
};

struct session_user {
	char *name, *home, *shell;
	uid_t uid;
	gid_t gid;
	gid_t *groups; /* supplementary ones */
	size_t group_count;
};
void session_user_free(struct session_user *user);
#define AUTO_SESSION_USER __attribute__((cleanup(session_user_free))) struct session_user

/*
 * What the text of /etc/passwd says of a user. Returns 0 and *ret_user, without groups, or -ENOENT,
 * or -EINVAL: the line of that name is not understood.
 */
int session_user_parse(const char *passwd, const char *name, struct session_user *ret_user);
/* Add the groups that the text of /etc/group has for the user. */
void session_user_add_groups(struct session_user *user, const char *group);
/* root, as it is everywhere. */
void session_user_root(struct session_user *ret_user);
/*
 * Read the zone's own files, in a process that is in the zone. Returns 0 or a negative errno,
 * described. *ret_user must be freed in every case.
 */
int session_user_find(const char *name, struct session_user *ret_user, struct messages *messages);

/* ---- session_program.c: the program ---- */

/*
 * In the process that becomes the program: it is in the zone, and 0, 1 and 2 are the program's.
 * keeper is the pid of its parent.
 */
_Noreturn void program_run(
	const struct session *session, const char *term, pid_t keeper, struct messages *messages);

/* ---- session_relay.c: between the program and the user ---- */

struct relay {
	const struct session *session;
	int result_fd;             /* of the keeper's */
	int program_fd;            /* pidfd */
	int streams[STREAM_COUNT]; /* our ends; the relay's from now on */
};

enum relay_end {
	RELAY_ENDED, /* the program has, and what it printed was passed on */
	RELAY_LEFT,  /* the user has */
	RELAY_LOST,  /* the keeper was killed: with the zone */
};

/*
 * Pass on what there is, until the end. Returns an enum relay_end; *ret_status: of RELAY_ENDED what
 * waitpid(2) gives, of RELAY_LEFT what zlogin is to end with. Failures of reading and writing are
 * described.
 */
enum relay_end relay_run(struct relay *relay, int *ret_status, struct messages *messages);

#endif
