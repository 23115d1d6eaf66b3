/*
 * fuzz_control.c - packets to and from a zone's supervisor: whatever comes, it is refused or
 * understood, and what was understood is written again as the same bytes.
 */
#include "fuzz.h"

#include "runtime/control.h"
#include "util/alloc.h"

#include <string.h>

static void check_same(const struct str *text, const uint8_t *data, size_t size)
{
	require(text->len == size);
	require(memcmp(str_get(text), data, size) == 0);
}

/* Also if it was refused there may be something to be freed. */
static void free_boot(struct runtime_boot *boot)
{
	for (char **argument = boot->arguments; argument && *argument; argument++)
		free(*argument);
	free(boot->arguments);
	free(boot->sysidcfg);
}

static void try_request(const uint8_t *data, size_t size)
{
	struct control_request request;
	bool lock = false;
	int rc = control_decode_request((const char *)data, size, &request, &lock);
	require(request.lock_fd == -1);
	if (rc == 0) {
		AUTO_STR text = STR_EMPTY;
		request.lock_fd = lock ? 0 : -1;
		require(request.verb < CONTROL_VERB_COUNT);
		require(control_encode_request(&request, &text) == 0);
		check_same(&text, data, size);
	}
	free_boot(&request.boot);
}

static void try_packet(const uint8_t *data, size_t size)
{
	struct control_packet packet;
	if (control_decode((const char *)data, size, &packet) < 0)
		return;
	AUTO_STR text = STR_EMPTY;
	require(packet.len <= CONTROL_DATA_MAX && packet.text[packet.len] == '\0');
	require(packet.status <= 0 && packet.severity <= MESSAGE_ERROR);
	require(control_encode(&packet, &text) == 0);
	check_same(&text, data, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	try_request(data, size);
	try_packet(data, size);
	return 0;
}
