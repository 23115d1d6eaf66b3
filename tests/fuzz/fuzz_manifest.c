/*
 * fuzz_manifest.c - records of detached zones: whatever the document, it is refused with one
 * message, or read; its packages are in order and harmless, and what was read is written and read
 * again as the same record.
 */
#include "fuzz.h"

#include "util/alloc.h"
#include "zone/manifest.h"

#include <string.h>

static void count_message(struct messages *messages, enum severity severity, const char *text)
{
	(void)messages;
	require(severity == MESSAGE_ERROR && *text);
}

static void check_packages(const struct manifest *manifest)
{
	const struct xml_package *rows = manifest->packages.rows;
	for (size_t i = 0; i < manifest->packages.count; i++) {
		require(*rows[i].name && !value_text_wrong(rows[i].name));
		require(*rows[i].version && !value_text_wrong(rows[i].version));
		require(i == 0 || strcmp(rows[i - 1].name, rows[i].name) < 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct messages messages = { .emit = count_message };
	AUTO_MANIFEST manifest = { 0 }, again = { 0 };
	/* A file's text ends with a NUL. */
	AUTO_FREE char *text = xcalloc(size + 1, 1);
	for (size_t i = 0; i < size; i++)
		text[i] = (char)data[i];
	int rc = manifest_parse(text, size, "fuzz", &manifest, &messages);
	require((rc < 0) == (messages.error_count == 1));
	if (rc < 0)
		return 0;
	check_packages(&manifest);
	AUTO_STR out = STR_EMPTY;
	if (manifest_format(&manifest, &out, &messages) < 0)
		return 0;
	require(manifest_parse(str_get(&out), out.len, "again", &again, &messages) == 0);
	require(zone_equal(manifest.zone, again.zone));
	AUTO_FREE struct manifest_difference *differences = NULL;
	require(manifest_compare(&manifest, &again, &differences) == 0);
	return 0;
}
