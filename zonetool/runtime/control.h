/*
 * control.h - what zoneadm, zlogin and a zone's supervisor say to each other, through the socket
 * RUN/NAME.zoneadmd (SOCK_SEQPACKET, root's only). The first packet is a request; the answer is
 * packets of messages, and one that ends it. After CONTROL_CONSOLE or CONTROL_WATCH the connection
 * carries the console.
 */
#ifndef RUNTIME_CONTROL_H
#define RUNTIME_CONTROL_H

#include "runtime/runtime.h"

#include <stddef.h>

enum {
	CONTROL_PACKET_MAX = 128 << 10, /* bytes in a packet */
	CONTROL_DATA_MAX = 4096,        /* bytes of the console in a packet */
	CONTROL_ARGUMENTS_MAX = 64,
	CONTROL_SYSIDCFG_MAX = 64 << 10, /* bytes */
	CONTROL_SHUTDOWN_S = 90, /* how long a shutdown may take, if nobody says otherwise */
};

enum control_verb {
	CONTROL_BOOT,     /* answered when the zone's init runs; takes the zone's lock */
	CONTROL_READY,    /* likewise, when the platform is there */
	CONTROL_HALT,     /* answered when nothing is left of the zone */
	CONTROL_SHUTDOWN, /* the zone's init does it, for at most timeout seconds; then halted */
	CONTROL_REBOOT,   /* halt, then boot, without being anything else in between */
	CONTROL_CONSOLE,  /* the console, to read and write: one at a time */
	CONTROL_WATCH,    /* the console, to read */
	CONTROL_VERB_COUNT,
};

struct control_request {
	enum control_verb verb;
	bool reboot;            /* CONTROL_SHUTDOWN: then boot */
	unsigned timeout;       /* CONTROL_SHUTDOWN: seconds */
	unsigned rows, columns; /* CONTROL_CONSOLE: the terminal's size; 0: not known */
	pid_t pid;              /* who asks, as the kernel tells the receiver; not sent */
	struct runtime_boot boot;
	int lock_fd; /* BOOT, READY: the zone's lock, which holds until the answer; -1: none */
};
void control_request_free(struct control_request *request);

/*
 * Send a request; the receiver's lock_fd is a copy. Returns 0 or a negative errno, not described:
 * -E2BIG: too many arguments, or too long ones.
 */
int control_send_request(int fd, const struct control_request *request);
/*
 * Receive one. Returns 0, or a negative errno, not described: -EBADMSG: it is none; -EMSGSIZE: it
 * is longer than CONTROL_PACKET_MAX; -ECONNRESET: the other side has ended; -EAGAIN: there is none
 * yet. *ret_request must be freed in every case.
 */
int control_receive_request(int fd, struct control_request *ret_request);

enum control_type {
	CONTROL_MESSAGE = 'M', /* a message: severity, text */
	CONTROL_END = 'E',     /* the answer's end: status */
	CONTROL_DATA = 'D',    /* bytes from or to the console */
	CONTROL_NOTICE = 'N',  /* what happens to the zone, for those at its console: text */
	CONTROL_SIZE = 'W',    /* from who has the console: rows, columns */
};

struct control_packet {
	enum control_type type;
	enum severity severity;          /* CONTROL_MESSAGE */
	int status;                      /* CONTROL_END: 0 or a negative errno */
	unsigned rows, columns;          /* CONTROL_SIZE */
	size_t len;                      /* of text */
	char text[CONTROL_DATA_MAX + 1]; /* with a NUL behind it */
};

/* Send one, at once or not at all. 0 or a negative errno: -EAGAIN: the other side does not read. */
int control_send(int fd, const struct control_packet *packet);
/* Receive one. 1; 0: the other side has ended; or a negative errno, not described. */
int control_receive(int fd, struct control_packet *ret_packet);

/* Messages that go to the other side of fd, which must outlive them: emit sends them. */
struct messages control_messages(int *fd);

/* ---- for the supervisor, which holds its lock ---- */

/*
 * Make the socket at path, in the place of what an earlier supervisor has left, for this user only.
 * Returns an fd that listens, does not block, and is closed when a program is run; or a negative
 * errno, not described.
 */
int control_listen(const char *path);

/*
 * Accept a connection of this user; the fd does not block. Returns it or a negative errno, not
 * described: -EPERM: it was another user's, and is closed; -EAGAIN: there is none.
 */
int control_accept(int listen_fd);

/* ---- for zoneadm and zlogin ---- */

/*
 * Connect to the supervisor of a zone, which is started if there is none: through systemd, where
 * that is the host's init, else as a daemon; the program is zoneadmd beside this one. Returns an fd
 * or a negative errno, described.
 */
int control_connect(const char *name, struct messages *messages);

/*
 * Connect, send the request, show the messages of the answer and wait for its end. Returns its
 * status, 0 or a negative errno, described by the supervisor or here. SIGINT and SIGTERM end this
 * program as ever, but it says before that the supervisor goes on.
 */
int control_ask(const char *name, const struct control_request *request, struct messages *messages);

/* ---- text only, for tests ---- */

struct str;
/* Append the packet of a request. Returns 0, or -E2BIG as control_send_request() does. */
int control_encode_request(const struct control_request *request, struct str *text);
/*
 * Read it, all but the lock, of which only *ret_lock is known: whether one comes with it. Returns 0
 * or -EBADMSG. *ret_request must be freed in every case.
 */
int control_decode_request(
	const char *text, size_t len, struct control_request *ret_request, bool *ret_lock);

/* The same of other packets; those that are too long or have what is not their type's: -EBADMSG. */
int control_encode(const struct control_packet *packet, struct str *text);
int control_decode(const char *text, size_t len, struct control_packet *ret_packet);

#endif
