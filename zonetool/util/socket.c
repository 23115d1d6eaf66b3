/* socket.c - local sockets: their names, and packets that fds come with. */
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

/* ---- packets ---- */

void socket_fds_close(struct socket_fds *fds)
{
	for (size_t i = 0; i < fds->count; i++)
		fd_close(fds->fds[i]);
	fds->count = 0;
}

/* Room for the fds of a packet, aligned as the kernel wants it. */
union rights {
	char room[CMSG_SPACE(SOCKET_FDS_MAX * sizeof(int))];
	struct cmsghdr aligned;
};
/* The kernel fills it, also what were there for alignment only. */
_Static_assert(CMSG_SPACE(SOCKET_FDS_MAX * sizeof(int)) == CMSG_LEN(SOCKET_FDS_MAX * sizeof(int)),
	"as many fds as there are places for");

int socket_send(int fd, const void *bytes, size_t len, const struct socket_fds *fds)
{
	union rights rights = { 0 };
	struct iovec part = { .iov_base = (void *)bytes, .iov_len = len };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
	if (fds && fds->count) {
		size_t size = fds->count * sizeof(int);
		message.msg_control = rights.room;
		message.msg_controllen = CMSG_SPACE(size);
		struct cmsghdr *header = CMSG_FIRSTHDR(&message);
		header->cmsg_level = SOL_SOCKET;
		header->cmsg_type = SCM_RIGHTS;
		header->cmsg_len = CMSG_LEN(size);
		memcpy(CMSG_DATA(header), fds->fds, size);
	}
	ssize_t sent;
	do
		sent = sendmsg(fd, &message, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	return sent < 0 ? -errno : 0;
}

static void take_fds(struct msghdr *message, struct socket_fds *fds)
{
	/* The kernel puts all of them into one header. */
	const struct cmsghdr *header = CMSG_FIRSTHDR(message);
	if (!header || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
		return;
	fds->count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	memcpy(fds->fds, CMSG_DATA(header), fds->count * sizeof(int));
}

ssize_t socket_receive(int fd, void *bytes, size_t size, struct socket_fds *ret_fds)
{
	union rights rights;
	struct iovec part = { .iov_base = bytes, .iov_len = size };
	struct msghdr message = { .msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = rights.room,
		.msg_controllen = sizeof(rights.room) };
	ret_fds->count = 0;
	ssize_t len;
	do
		len = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
	while (len < 0 && errno == EINTR);
	if (len < 0)
		return -errno;
	take_fds(&message, ret_fds);
	if (message.msg_flags & MSG_TRUNC)
		len = -EMSGSIZE;
	else if (message.msg_flags & MSG_CTRUNC)
		len = -EBADMSG;
	if (len <= 0)
		socket_fds_close(ret_fds);
	return len;
}
