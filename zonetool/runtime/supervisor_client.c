/* supervisor_client.c - the supervisor's connections: requests come, messages and answers go. */
#include "runtime/supervisor_private.h"

#include "base/fd.h"
#include "util/clock.h"

#include <errno.h>
#include <string.h>

enum {
	REQUEST_WAIT_MS = 5000, /* for what a connection wants */
};

/* ---- messages ---- */

/*
 * What happens to the zone is told to all who wait for something to happen to it. As long as nobody
 * does, as after a reboot from inside, it is for the log and for whoever looks at the console.
 */
static void emit_life(struct messages *messages, enum severity severity, const char *text)
{
	struct supervisor *s = messages->user;
	bool told = false;
	for (size_t i = 0; i < SUPERVISOR_CLIENTS_MAX; i++) {
		struct supervisor_client *client = &s->clients[i];
		if (client->fd < 0 || client->wait == WAIT_REQUEST)
			continue;
		struct messages to = control_messages(&client->fd);
		to.emit(&to, severity, text);
		told = true;
	}
	if (told)
		return;
	s->log->emit(s->log, severity, text);
	if (s->console)
		console_notice(s->console, text);
}

/* ---- connections ---- */

void supervisor_clients_begin(struct supervisor *s)
{
	s->messages = (struct messages){ .emit = emit_life, .user = s };
	for (size_t i = 0; i < SUPERVISOR_CLIENTS_MAX; i++)
		s->clients[i] = (struct supervisor_client){ .fd = -1 };
}

static void forget(struct supervisor_client *client)
{
	*client = (struct supervisor_client){ .fd = fd_close(client->fd) };
}

void supervisor_clients_end(struct supervisor *s)
{
	for (size_t i = 0; i < SUPERVISOR_CLIENTS_MAX; i++)
		forget(&s->clients[i]);
}

size_t supervisor_client_count(const struct supervisor *s)
{
	size_t count = 0;
	for (size_t i = 0; i < SUPERVISOR_CLIENTS_MAX; i++)
		count += s->clients[i].fd >= 0;
	return count;
}

void supervisor_accept(struct supervisor *s)
{
	for (size_t i = 0; i < SUPERVISOR_CLIENTS_MAX; i++) {
		if (s->clients[i].fd >= 0)
			continue;
		int fd = control_accept(s->listen_fd);
		if (fd >= 0)
			s->clients[i] = (struct supervisor_client){ .fd = fd,
				.deadline = clock_ms() + REQUEST_WAIT_MS };
		else if (fd != -EAGAIN && fd != -ECONNABORTED && fd != -EINTR)
			message_warning(s->log, "a connection was refused: %s", strerror(-fd));
		return;
	}
}

int64_t supervisor_clients_expire(struct supervisor *s)
{
	int64_t next = 0, now = clock_ms();
	for (size_t i = 0; i < SUPERVISOR_CLIENTS_MAX; i++) {
		struct supervisor_client *client = &s->clients[i];
		if (client->fd < 0 || client->wait != WAIT_REQUEST)
			continue;
		if (client->deadline <= now)
			forget(client);
		else if (!next || client->deadline < next)
			next = client->deadline;
	}
	return next;
}

void supervisor_client_event(struct supervisor *s, struct supervisor_client *client)
{
	/* Who waits for an answer has nothing more to say: it has given up waiting. */
	if (client->wait != WAIT_REQUEST) {
		forget(client);
		return;
	}
	struct control_request request;
	int rc = control_receive_request(client->fd, &request);
	if (rc == 0) {
		supervisor_request(s, client, &request);
	} else if (rc != -EAGAIN) {
		/* Nothing at all, or nothing that is understood: by another version, perhaps. */
		struct messages to = control_messages(&client->fd);
		if (rc == -EBADMSG || rc == -EMSGSIZE)
			message_error(&to, rc, "zoneadmd does not understand this request");
		supervisor_answer(client, rc);
	}
	control_request_free(&request);
}

void supervisor_answer(struct supervisor_client *client, int status)
{
	/* If it does not read, or is gone, there is nobody to tell. */
	struct control_packet packet = { .type = CONTROL_END, .status = status };
	(void)control_send(client->fd, &packet);
	forget(client);
}

void supervisor_answer_all(
	struct supervisor *s, enum supervisor_wait wait, int status, const char *why)
{
	for (size_t i = 0; i < SUPERVISOR_CLIENTS_MAX; i++) {
		struct supervisor_client *client = &s->clients[i];
		if (client->fd < 0 || client->wait != wait)
			continue;
		struct messages to = control_messages(&client->fd);
		if (why)
			message_error(&to, status, "zone %s %s", s->name, why);
		supervisor_answer(client, status);
	}
}
