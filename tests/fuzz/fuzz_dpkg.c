/*
 * fuzz_dpkg.c - databases of dpkg(1): whatever the text, it is refused with one message, or read;
 * what was read is harmless and in order, and each stanza of it alone says the same.
 */
#include "fuzz.h"

#include "install/dpkg.h"

#include <string.h>

static void count_message(struct messages *messages, enum severity severity, const char *text)
{
	(void)messages;
	require(severity == MESSAGE_ERROR && *text);
}

/* Names become parts of paths, versions of messages. */
static void check_harmless(const char *text)
{
	require(*text && *text != '.' && *text != '-');
	for (; *text; text++)
		require(*text > ' ' && *text < 0x7f && *text != '/' && *text != '%');
}

static void check_same(const struct dpkg_package *a, const struct dpkg_package *b)
{
	const char *const ours[] = { a->name, a->architecture, a->version, a->priority, a->section,
		a->depends, a->pre_depends, a->provides, a->conffiles };
	const char *const theirs[] = { b->name, b->architecture, b->version, b->priority,
		b->section, b->depends, b->pre_depends, b->provides, b->conffiles };
	for (size_t i = 0; i < sizeof(ours) / sizeof(*ours); i++)
		require(strcmp(ours[i], theirs[i]) == 0);
	require(a->essential == b->essential && a->multi_arch_same == b->multi_arch_same);
}

static void check_package(
	const struct dpkg_database *database, size_t at, struct messages *messages)
{
	const struct dpkg_package *package = &database->packages[at];
	check_harmless(package->name);
	check_harmless(package->architecture);
	check_harmless(package->version);
	require(at == 0 || strcmp(package[-1].name, package->name) <= 0);
	const struct dpkg_package *first = dpkg_find(database, package->name);
	require(first && first <= package && strcmp(first->name, package->name) == 0);
	AUTO_DPKG again = { 0 };
	require(dpkg_parse(package->stanza, package->stanza_len, "again", &again, messages) == 0);
	require(again.count == 1 && again.others == 0);
	check_same(package, &again.packages[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct messages messages = { .emit = count_message };
	AUTO_DPKG database = { 0 };
	/* A file's text ends with a NUL. */
	char *text = malloc(size + 1);
	if (!text)
		return 0;
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	int rc = dpkg_parse(text, size, "fuzz", &database, &messages);
	free(text);
	require((rc < 0) == (messages.error_count == 1));
	for (size_t i = 0; i < database.count; i++)
		check_package(&database, i, &messages);
	return 0;
}
