/*
 * fuzz_unconfigure.c - texts that name a system, without what does: whatever the file, lines come
 * out as they went in, shortened or not at all, and a second time changes nothing. The first line
 * is the name that hosts(5) forgets.
 */
#include "fuzz.h"

#include "identity/items.h"

#include <string.h>

/* Whether all bytes of the result come from the text, in order. */
static void check_part(const struct str *part, const char *text, size_t len)
{
	const char *at = text, *end = text + len;
	for (size_t i = 0; i < part->len; i++) {
		const char *found = memchr(at, part->data[i], (size_t)(end - at));
		require(found);
		at = found + 1;
	}
}

static void check_hosts(const char *host, const char *text, size_t len)
{
	AUTO_STR once = STR_EMPTY, twice = STR_EMPTY;
	hosts_forget(text, len, host, &once);
	check_part(&once, text, len);
	hosts_forget(str_get(&once), once.len, host, &twice);
	require(once.len == twice.len);
}

static void check_interfaces(const char *text, size_t len)
{
	AUTO_STR once = STR_EMPTY, twice = STR_EMPTY;
	bool elsewhere = interfaces_reduce(text, len, &once);
	require(once.len <= len);
	require(interfaces_reduce(str_get(&once), once.len, &twice) == elsewhere);
	require(once.len == twice.len);
	require(!once.len || memcmp(once.data, twice.data, once.len) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_FREE char *text = xcalloc(size + 1, 1);
	if (size)
		memcpy(text, data, size);
	char *newline = memchr(text, '\n', size);
	if (!newline || newline == text)
		return 0;
	*newline = '\0';
	size_t used = (size_t)(newline - text) + 1;
	if (*text)
		check_hosts(text, newline + 1, size - used);
	check_interfaces(newline + 1, size - used);
	return 0;
}
