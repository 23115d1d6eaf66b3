/* socket.h - local sockets that have a name in the file system, unix(7). */
#ifndef UTIL_SOCKET_H
#define UTIL_SOCKET_H

#include <sys/socket.h>
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

#endif
