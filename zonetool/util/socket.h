/* socket.h - local sockets, unix(7): their names, and packets that fds come with. */
#ifndef UTIL_SOCKET_H
#define UTIL_SOCKET_H

#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>

/* The address of the socket at path. Returns 0, or -ENAMETOOLONG: no address has room for it. */
int socket_address(const char *path, struct sockaddr_un *ret_address);

/*
 * Give a socket the name path, in the place of what has it. Returns 0 or a negative errno, not
 * described.
 */
int socket_bind(int fd, const char *path);

/*
 * Tell who waits for it at $NOTIFY_SOCKET, as sd_notify(3) does: "READY=1". Without that variable
 * nobody does. Returns 0 or a negative errno, not described.
 */
int socket_notify(const char *text);

enum {
	SOCKET_FDS_MAX = 4, /* fds that come with a packet */
};

/* Such fds. Who has received them owns them: what is not taken (fd_take()) is to be closed. */
struct socket_fds {
	int fds[SOCKET_FDS_MAX];
	size_t count;
};
void socket_fds_close(struct socket_fds *fds);
#define AUTO_SOCKET_FDS __attribute__((cleanup(socket_fds_close))) struct socket_fds

/*
 * Send a packet, with copies of fds; NULL: none. Waits where there is no room, unless the socket
 * does not block. Returns 0 or a negative errno, not described: -EPIPE, without a signal;
 * -EMSGSIZE: it is longer than this socket sends.
 */
int socket_send(int fd, const void *bytes, size_t len, const struct socket_fds *fds);

/*
 * Receive a packet, and its fds, which are closed when a program is run. Returns its length, or 0:
 * the other side has ended; or a negative errno, not described: -EMSGSIZE: it was longer than size;
 * -EBADMSG: it came with more than SOCKET_FDS_MAX. Without a packet there are no fds.
 */
ssize_t socket_receive(int fd, void *bytes, size_t size, struct socket_fds *ret_fds);

#endif
