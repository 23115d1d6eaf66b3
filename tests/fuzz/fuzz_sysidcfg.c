/*
 * fuzz_sysidcfg.c - whatever the file: it is right, or something is said of it; no answer can break
 * the line that it comes to stand on; and edited files keep all their other lines.
 */
#include "fuzz.h"

#include "identity/sysidcfg_private.h"

#include <string.h>

static void ignore(struct messages *messages, enum severity severity, const char *text)
{
	(void)messages, (void)severity;
	require(!strchr(text, '\n'));
}

static void check_answers(const struct sysidcfg_answer *answers, size_t count, size_t size)
{
	for (size_t i = 0; i < count; i++) {
		const char *text = answers[i].text;
		if (!text)
			continue;
		require(answers[i].line > 0 && answers[i].line <= size + 1);
		for (; *text; text++)
			require(*text > ' ' && *text <= '~' && *text != ':');
	}
}

static void check(const struct sysidcfg *sysidcfg, size_t size)
{
	/* Addresses of IPv6, and ports, have colons; they stand alone on their lines. */
	struct sysidcfg_answer answers[SLOT_COUNT];
	memcpy(answers, sysidcfg->answers, sizeof(answers));
	answers[SLOT_SERVERS].text = answers[SLOT_KDC].text = answers[SLOT_ADMIN].text = NULL;
	check_answers(answers, SLOT_COUNT, size);
	for (size_t i = 0; i < sysidcfg->interface_count; i++) {
		const struct sysidcfg_interface *one = &sysidcfg->interfaces[i];
		require(one->name.text && !strchr(one->name.text, '/'));
		check_answers(&one->name, 1, size);
		check_answers(one->answers, NETWORK_COUNT, size);
	}
	const char *place = sysidcfg->answers[SLOT_TIMEZONE].text;
	require(!place || (place[0] != '/' && !strstr(place, "..")));
}

/* A second time changes nothing. */
static void check_edits(const char *text, size_t len)
{
	AUTO_STR one = STR_EMPTY, two = STR_EMPTY;
	shadow_set_root(text, len, "H", 7, &one);
	shadow_set_root(one.data, one.len, "H", 7, &two);
	require(one.len == two.len && memcmp(one.data, two.data, one.len) == 0);
	str_truncate(&one, 0);
	str_truncate(&two, 0);
	hosts_set(text, len, "b", &one);
	hosts_set(one.data, one.len, "b", &two);
	require(one.len == two.len && memcmp(one.data, two.data, one.len) == 0);
	str_truncate(&one, 0);
	str_truncate(&two, 0);
	idmapd_set_domain(text, len, "b", &one);
	idmapd_set_domain(one.data, one.len, "b", &two);
	require(one.len == two.len && memcmp(one.data, two.data, one.len) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_SYSIDCFG *sysidcfg = NULL;
	AUTO_FREE char *text = xcalloc(size + 1, 1);
	struct messages messages = { .emit = ignore };
	if (size)
		memcpy(text, data, size);
	int rc = sysidcfg_parse(text, size, "FILE", &sysidcfg, &messages);
	require((rc == 0) == (messages.error_count == 0));
	if (rc == 0)
		check(sysidcfg, size);
	check_edits(text, size);
	return 0;
}
