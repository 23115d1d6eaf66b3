/* socket.c - local sockets that have a name in the file system. */
#include "util/socket.h"

#include "base/fd.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int socket_address(const char *path, struct sockaddr_un *ret_address)
{
	size_t len = strlen(path);
	if (len >= sizeof(ret_address->sun_path))
		return -ENAMETOOLONG;
	*ret_address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	memcpy(ret_address->sun_path, path, len);
	return 0;
}

int socket_bind(int fd, const char *path)
{
	struct sockaddr_un address;
	int rc = socket_address(path, &address);
	if (rc < 0)
		return rc;
	if (unlink(path) < 0 && errno != ENOENT)
		return -errno;
	return bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0 ? -errno : 0;
}

int socket_notify(const char *text)
{
	struct sockaddr_un address;
	const char *path = getenv("NOTIFY_SOCKET");
	if (!path || !*path)
		return 0;
	int rc = socket_address(path, &address);
	if (rc < 0)
		return rc;
	/* A name that is in no file system begins with a NUL, and ends with its length. */
	if (*path == '@')
		address.sun_path[0] = '\0';
	socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
	AUTO_FD fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	const struct sockaddr *to = (const struct sockaddr *)&address;
	return sendto(fd, text, strlen(text), MSG_NOSIGNAL, to, size) < 0 ? -errno : 0;
}
