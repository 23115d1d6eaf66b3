/* control.c - what zoneadm, zlogin and a zone's supervisor say to each other: through sockets. */
#include "runtime/control.h"

#include "util/alloc.h"
#include "util/socket.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

enum {
	WAITING_MAX = 16, /* connections that are not accepted yet */
	/* More than any packet but a request has, so that what is too long is seen. */
	PACKET_ROOM = CONTROL_DATA_MAX + 64,
};

/* ---- requests ---- */

void control_request_free(struct control_request *request)
{
	runtime_boot_free(&request->boot);
	fd_close(request->lock_fd);
	*request = (struct control_request){ .lock_fd = -1 };
}

int control_send_request(int fd, const struct control_request *request)
{
	AUTO_STR text = STR_EMPTY;
	int rc = control_encode_request(request, &text);
	if (rc < 0)
		return rc;
	const struct socket_fds lock = { { request->lock_fd }, request->lock_fd >= 0 };
	rc = socket_send(fd, text.data, text.len, &lock);
	/* The socket's own limit, which is less where this host's administrator wants that. */
	return rc == -EMSGSIZE ? -E2BIG : rc;
}

/* Who has connected, as the kernel knows. Returns 0 or a negative errno. */
static int find_peer(int fd, struct ucred *ret_peer)
{
	socklen_t len = sizeof(*ret_peer);
	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, ret_peer, &len) < 0 ? -errno : 0;
}

int control_receive_request(int fd, struct control_request *ret_request)
{
	*ret_request = (struct control_request){ .lock_fd = -1 };
	AUTO_FREE char *text = xcalloc(CONTROL_PACKET_MAX, 1);
	AUTO_SOCKET_FDS fds = { .count = 0 };
	ssize_t len = socket_receive(fd, text, CONTROL_PACKET_MAX, &fds);
	if (len <= 0)
		return len < 0 ? (int)len : -ECONNRESET;
	bool has_lock = false;
	int rc = control_decode_request(text, (size_t)len, ret_request, &has_lock);
	if (rc < 0)
		return rc;
	if (fds.count != has_lock)
		return -EBADMSG;
	if (has_lock)
		ret_request->lock_fd = fd_take(&fds.fds[0]);
	struct ucred peer;
	ret_request->pid = find_peer(fd, &peer) < 0 ? 0 : peer.pid;
	return 0;
}

/* ---- other packets ---- */

int control_send(int fd, const struct control_packet *packet)
{
	AUTO_STR text = STR_EMPTY;
	int rc = control_encode(packet, &text);
	if (rc < 0)
		return rc;
	ssize_t sent;
	do {
		sent = send(fd, text.data, text.len, MSG_NOSIGNAL | MSG_DONTWAIT);
	} while (sent < 0 && errno == EINTR);
	if (sent >= 0)
		return 0;
	/* Of a socket's buffer, or of the kernel's memory: both are there later. */
	return errno == ENOBUFS ? -EAGAIN : -errno;
}

int control_receive(int fd, struct control_packet *ret_packet)
{
	char text[PACKET_ROOM];
	ssize_t len;
	do {
		len = recv(fd, text, sizeof(text), 0);
	} while (len < 0 && errno == EINTR);
	if (len <= 0)
		return len < 0 ? -errno : 0;
	int rc = control_decode(text, (size_t)len, ret_packet);
	return rc < 0 ? rc : 1;
}

/* How much of a text goes into a packet: all, or up to the end of a line or character. */
static size_t part_len(const char *text)
{
	size_t len = strnlen(text, CONTROL_DATA_MAX + 1);
	if (len <= CONTROL_DATA_MAX)
		return len;
	const char *newline = memrchr(text, '\n', CONTROL_DATA_MAX);
	if (newline && newline > text)
		return (size_t)(newline - text);
	for (len = CONTROL_DATA_MAX; len > 1 && (text[len] & 0xc0) == 0x80; len--)
		;
	return len;
}

/*
 * A text that is too long for a packet goes as several messages. Who asked and does not read, or
 * has ended, is not waited for: what the supervisor does goes on without.
 */
static void emit_to_peer(struct messages *messages, enum severity severity, const char *text)
{
	const int *fd = messages->user;
	struct control_packet packet = { .type = CONTROL_MESSAGE, .severity = severity };
	do {
		packet.len = part_len(text);
		memcpy(packet.text, text, packet.len);
		text += packet.len;
		text += *text == '\n';
		(void)control_send(*fd, &packet);
	} while (*text);
}

struct messages control_messages(int *fd)
{
	return (struct messages){ .emit = emit_to_peer, .user = fd };
}

/* ---- the supervisor's socket ---- */

int control_listen(const char *path)
{
	AUTO_FD fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	/* The name gets this mode from its beginning. */
	if (fd < 0 || fchmod(fd, 0600) < 0)
		return -errno;
	int rc = socket_bind(fd, path);
	if (rc < 0)
		return rc;
	return listen(fd, WAITING_MAX) < 0 ? -errno : fd_take(&fd);
}

int control_accept(int listen_fd)
{
	AUTO_FD fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd < 0)
		return -errno;
	struct ucred peer;
	int rc = find_peer(fd, &peer);
	if (rc < 0)
		return rc;
	return peer.uid == geteuid() ? fd_take(&fd) : -EPERM;
}
