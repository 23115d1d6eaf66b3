/* control_text.c - the packets between zoneadm, zlogin and a supervisor, as bytes. */
#include "runtime/control.h"

#include "util/alloc.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>

enum {
	VERSION = 1, /* of what follows; the first byte of every packet */
	REQUEST = 'R',
	ERRNO_MAX = 4095, /* the kernel's */
	TIMEOUT_MAX = INT_MAX / 1000,
};

enum request_flags {
	FLAG_REBOOT = 1 << 0,
	FLAG_SINGLE_USER = 1 << 1,
	FLAG_SYSIDCFG = 1 << 2, /* there is such a text, perhaps an empty one */
	FLAG_LOCK = 1 << 3,     /* an fd comes with it */
	FLAGS = (1 << 4) - 1,
};

/*
 * What a request begins with. Both sides are on one machine, so numbers are as it has them. Behind
 * it are the arguments, each with a NUL, and the text of the sysidcfg.
 */
struct request_head {
	uint8_t version, type, verb, flags;
	uint32_t timeout;
	uint16_t rows, columns;
	uint32_t argument_count;
	uint32_t sysidcfg_len;
};
_Static_assert(sizeof(struct request_head) == 20, "nothing between the members");

/* What any other packet begins with; its text is behind it. */
struct packet_head {
	uint8_t version, type, severity, unused;
	int32_t status;
	uint16_t rows, columns;
};
_Static_assert(sizeof(struct packet_head) == 12, "nothing between the members");

static void add(struct str *text, const void *bytes, size_t len)
{
	if (len && str_add(text, bytes, len) < 0)
		alloc_failed();
}

/* ---- requests ---- */

static unsigned clamp_size(unsigned size)
{
	return size > UINT16_MAX ? UINT16_MAX : size;
}

static uint8_t flags_of(const struct control_request *request)
{
	return (uint8_t)((request->reboot ? FLAG_REBOOT : 0)
		| (request->boot.single_user ? FLAG_SINGLE_USER : 0)
		| (request->boot.sysidcfg ? FLAG_SYSIDCFG : 0)
		| (request->lock_fd >= 0 ? FLAG_LOCK : 0));
}

int control_encode_request(const struct control_request *request, struct str *text)
{
	const struct runtime_boot *boot = &request->boot;
	size_t count = 0, before = text->len;
	size_t sysidcfg_len = boot->sysidcfg ? strlen(boot->sysidcfg) : 0;
	while (boot->arguments && boot->arguments[count])
		count++;
	if (count > CONTROL_ARGUMENTS_MAX || sysidcfg_len > CONTROL_SYSIDCFG_MAX)
		return -E2BIG;
	struct request_head head = { .version = VERSION,
		.type = REQUEST,
		.verb = (uint8_t)request->verb,
		.flags = flags_of(request),
		.timeout = request->timeout,
		.rows = (uint16_t)clamp_size(request->rows),
		.columns = (uint16_t)clamp_size(request->columns),
		.argument_count = (uint32_t)count,
		.sysidcfg_len = (uint32_t)sysidcfg_len };
	add(text, &head, sizeof(head));
	for (size_t i = 0; i < count; i++)
		add(text, boot->arguments[i], strlen(boot->arguments[i]) + 1);
	add(text, boot->sysidcfg, sysidcfg_len);
	if (text->len - before <= CONTROL_PACKET_MAX)
		return 0;
	str_truncate(text, before);
	return -E2BIG;
}

/* Whether a request can begin like this, that has rest bytes more. */
static bool head_is_sound(const struct request_head *head, size_t rest)
{
	return head->version == VERSION && head->type == REQUEST && head->verb < CONTROL_VERB_COUNT
		&& !(head->flags & ~FLAGS) && head->timeout <= TIMEOUT_MAX
		&& head->argument_count <= CONTROL_ARGUMENTS_MAX
		&& head->sysidcfg_len <= CONTROL_SYSIDCFG_MAX && head->sysidcfg_len <= rest
		&& (head->sysidcfg_len == 0 || (head->flags & FLAG_SYSIDCFG))
		&& (!(head->flags & FLAG_LOCK) || head->verb == CONTROL_BOOT
			|| head->verb == CONTROL_READY);
}

/* Take count texts from bytes, which they must fill. Returns 0 or -EBADMSG. */
static int decode_arguments(const char *bytes, size_t len, size_t count, char **arguments)
{
	const char *end = bytes + len;
	for (size_t i = 0; i < count; i++) {
		const char *nul = memchr(bytes, '\0', (size_t)(end - bytes));
		if (!nul)
			return -EBADMSG;
		arguments[i] = xstrdup(bytes);
		bytes = nul + 1;
	}
	return bytes == end ? 0 : -EBADMSG;
}

int control_decode_request(
	const char *text, size_t len, struct control_request *ret_request, bool *ret_lock)
{
	struct request_head head;
	*ret_request = (struct control_request){ .lock_fd = -1 };
	if (len < sizeof(head) || len > CONTROL_PACKET_MAX)
		return -EBADMSG;
	memcpy(&head, text, sizeof(head));
	text += sizeof(head);
	len -= sizeof(head);
	if (!head_is_sound(&head, len))
		return -EBADMSG;
	ret_request->verb = (enum control_verb)head.verb;
	ret_request->reboot = head.flags & FLAG_REBOOT;
	ret_request->timeout = head.timeout;
	ret_request->rows = head.rows;
	ret_request->columns = head.columns;
	struct runtime_boot *boot = &ret_request->boot;
	boot->single_user = head.flags & FLAG_SINGLE_USER;
	boot->arguments = xcalloc(head.argument_count + 1, sizeof(*boot->arguments));
	size_t arguments_len = len - head.sysidcfg_len;
	int rc = decode_arguments(text, arguments_len, head.argument_count, boot->arguments);
	if (rc < 0)
		return rc;
	const char *sysidcfg = text + arguments_len;
	if (memchr(sysidcfg, '\0', head.sysidcfg_len))
		return -EBADMSG;
	if (head.flags & FLAG_SYSIDCFG)
		boot->sysidcfg = xstrndup(sysidcfg, head.sysidcfg_len);
	*ret_lock = head.flags & FLAG_LOCK;
	return 0;
}

/* ---- other packets ---- */

/* What a packet has beside its type. What it does not have must be 0. */
struct shape {
	bool text, status, severity, size;
	bool bytes; /* NULs may be in the text */
};

/* NULL: there is no such type. */
static const struct shape *shape_of(uint8_t type)
{
	static const struct {
		enum control_type type;
		struct shape shape;
	} rows[] = {
		{ CONTROL_MESSAGE, { .text = true, .severity = true } },
		{ CONTROL_END, { .status = true } },
		{ CONTROL_DATA, { .text = true, .bytes = true } },
		{ CONTROL_NOTICE, { .text = true } },
		{ CONTROL_SIZE, { .size = true } },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].type == type)
			return &rows[i].shape;
	return NULL;
}

/* Whether a packet can begin like this and go on with the text. */
static bool packet_is_sound(const struct packet_head *head, const char *text, size_t len)
{
	const struct shape *shape = shape_of(head->type);
	return shape && head->version == VERSION && head->unused == 0
		&& head->severity <= (shape->severity ? MESSAGE_ERROR : 0)
		&& head->status >= (shape->status ? -ERRNO_MAX : 0) && head->status <= 0
		&& (shape->size || (head->rows == 0 && head->columns == 0))
		&& len <= (shape->text ? CONTROL_DATA_MAX : 0)
		&& (shape->bytes || !memchr(text, '\0', len));
}

int control_encode(const struct control_packet *packet, struct str *text)
{
	struct packet_head head = { .version = VERSION,
		.type = (uint8_t)packet->type,
		.severity = (uint8_t)packet->severity,
		.status = packet->status,
		.rows = (uint16_t)clamp_size(packet->rows),
		.columns = (uint16_t)clamp_size(packet->columns) };
	if (packet->len > CONTROL_DATA_MAX || !packet_is_sound(&head, packet->text, packet->len))
		return -EBADMSG;
	add(text, &head, sizeof(head));
	add(text, packet->text, packet->len);
	return 0;
}

int control_decode(const char *text, size_t len, struct control_packet *ret_packet)
{
	struct packet_head head;
	if (len < sizeof(head))
		return -EBADMSG;
	memcpy(&head, text, sizeof(head));
	text += sizeof(head);
	len -= sizeof(head);
	if (!packet_is_sound(&head, text, len))
		return -EBADMSG;
	ret_packet->type = (enum control_type)head.type;
	ret_packet->severity = (enum severity)head.severity;
	ret_packet->status = head.status;
	ret_packet->rows = head.rows;
	ret_packet->columns = head.columns;
	ret_packet->len = len;
	memcpy(ret_packet->text, text, len);
	ret_packet->text[len] = '\0';
	return 0;
}
