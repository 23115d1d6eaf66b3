/*
 * fuzz_zone_xml.c - configurations as XML: whatever the document, it is refused with one message,
 * or read; and what was read is written and read again as the same zone.
 */
#include "fuzz.h"

#include "util/alloc.h"
#include "zone/xml.h"

static void count_message(struct messages *messages, enum severity severity, const char *text)
{
	(void)messages;
	require(severity == MESSAGE_ERROR && *text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct messages messages = { .emit = count_message };
	AUTO_ZONE *zone = NULL, *again = NULL;
	/* A file's text ends with a NUL. */
	AUTO_FREE char *text = xcalloc(size + 1, 1);
	for (size_t i = 0; i < size; i++)
		text[i] = (char)data[i];
	int rc = xml_parse(text, size, "fuzz", &zone, &messages);
	require((rc < 0) == (messages.error_count == 1));
	struct xml_summary summary;
	size_t errors = messages.error_count;
	int scanned = xml_scan(text, size, "fuzz", &summary, &messages);
	require((scanned < 0) == (messages.error_count == errors + 1));
	require(rc < 0 || scanned == 0);
	if (scanned == 0)
		xml_summary_free(&summary);
	if (rc < 0)
		return 0;
	AUTO_STR out = STR_EMPTY;
	rc = xml_format(zone, &out, &messages);
	require(rc == 0 || out.len == 0);
	if (rc == 0)
		require(xml_parse(out.data, out.len, "again", &again, &messages) == 0
			&& zone_equal(zone, again));
	return 0;
}
