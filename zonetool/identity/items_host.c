/* items_host.c - who the system is: machine-id, its name, whose root knows the password. */
#include "identity/items.h"

#include "util/root.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

enum {
	HOSTNAME_TEXT_MAX = 65536, /* bytes in /etc/hostname, with comments */
};

/* ---- machine-id ---- */

/* Whether the next boot takes itself for the first already, so that nothing is to be done. */
static bool is_first_boot(int root_fd)
{
	struct messages quiet = messages_quiet();
	AUTO_FREE char *text = NULL;
	size_t len;
	int rc = root_read(root_fd, MACHINE_ID, sizeof(FIRST_BOOT), &text, &len, &quiet);
	return rc == 0 && strcmp(text, FIRST_BOOT) == 0;
}

int item_machine_id(int root_fd, struct messages *messages)
{
	int rc = root_exists(root_fd, MACHINE_ID, messages);
	if (rc <= 0 || is_first_boot(root_fd))
		return rc < 0 ? rc : 0;
	/* Whatever it is now: also a link, to /var/lib/dbus/machine-id for example. */
	rc = root_replace(root_fd, MACHINE_ID, FIRST_BOOT, strlen(FIRST_BOOT), messages);
	return rc < 0 ? rc : 1;
}

/* ---- /etc/hosts ---- */

static bool is_loopback(struct span address)
{
	char text[INET6_ADDRSTRLEN];
	struct in_addr v4;
	struct in6_addr v6;
	if (address.len >= sizeof(text))
		return false;
	memcpy(text, address.at, address.len);
	text[address.len] = '\0';
	if (inet_pton(AF_INET, text, &v4) == 1)
		return ntohl(v4.s_addr) >> 24 == 127;
	return inet_pton(AF_INET6, text, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

/* Whether the word is the host, alone or with a domain. */
static bool names_host(struct span word, const char *host)
{
	size_t len = strlen(host);
	return word.len >= len && strncasecmp(word.at, host, len) == 0
		&& (word.len == len || word.at[len] == '.');
}

/* Append a line, without the host's names. */
static void forget_in_line(struct span line, const char *host, struct str *out)
{
	AUTO_STR kept = STR_EMPTY;
	const char *comment = memchr(line.at, '#', line.len);
	struct span text = { line.at, comment ? (size_t)(comment - line.at) : line.len };
	struct span rest = { text.at + text.len, line.len - text.len };
	struct span blanks, address = span_word(&text, &blanks);
	span_add(&kept, (struct span){ line.at, blanks.len + address.len });
	size_t names = 0, forgotten = 0;
	for (;;) {
		struct span word = span_word(&text, &blanks);
		if (word.len && names_host(word, host)) {
			forgotten++;
			continue;
		}
		span_add(&kept, blanks);
		span_add(&kept, word);
		if (!word.len)
			break;
		names++;
	}
	span_add(&kept, rest);
	if (!forgotten || !is_loopback(address))
		span_add(out, line);
	else if (names)
		span_add(out, (struct span){ kept.data, kept.len });
}

void hosts_forget(const char *text, size_t len, const char *host, struct str *out)
{
	struct span rest = { text, len }, line;
	while (span_line(&rest, &line))
		forget_in_line(line, host, out);
}

/* ---- hostname ---- */

/* The name in a hostname(5) file up to its first dot, the caller's; NULL: none that identifies. */
static char *old_host(const char *text, size_t len)
{
	struct span rest = { text, len }, line, blanks;
	while (span_line(&rest, &line)) {
		struct span word = span_word(&line, &blanks);
		if (!word.len || word.at[0] == '#')
			continue;
		const char *dot = memchr(word.at, '.', word.len);
		AUTO_FREE char *host = xstrndup(word.at, dot ? (size_t)(dot - word.at) : word.len);
		return *host && strcasecmp(host, "localhost") != 0 ? xstrdup(host) : NULL;
	}
	return NULL;
}

static int forget_host(int root_fd, const char *host, struct messages *messages)
{
	AUTO_FREE char *text = NULL;
	AUTO_STR kept = STR_EMPTY;
	size_t len;
	int rc = root_read(root_fd, "etc/hosts", ROOT_TEXT_MAX, &text, &len, messages);
	if (rc < 0)
		return rc == -ENOENT ? 0 : rc;
	hosts_forget(text, len, host, &kept);
	if (kept.len == len)
		return 0;
	rc = root_replace(root_fd, "etc/hosts", str_get(&kept), kept.len, messages);
	return rc < 0 ? rc : 1;
}

int item_hostname(int root_fd, struct messages *messages)
{
	AUTO_FREE char *text = NULL;
	size_t len;
	int rc = root_read(root_fd, "etc/hostname", HOSTNAME_TEXT_MAX, &text, &len, messages);
	if (rc < 0)
		return rc == -ENOENT ? 0 : rc;
	AUTO_FREE char *host = old_host(text, len);
	return host ? forget_host(root_fd, host, messages) : 0;
}

/* ---- /etc/shadow ---- */

void shadow_unprovision(const char *text, size_t len, struct str *out)
{
	struct span rest = { text, len }, line;
	while (span_line(&rest, &line)) {
		const char *password = "root:", *end = NULL;
		size_t before = strlen(password);
		if (line.len > before && memcmp(line.at, password, before) == 0)
			end = memchr(line.at + before, ':', line.len - before);
		if (end) {
			text_adds(out, password);
			text_adds(out, PASSWORD_UNPROVISIONED);
			line.len -= (size_t)(end - line.at);
			line.at = end;
		}
		span_add(out, line);
	}
}

int item_root_password(int root_fd, struct messages *messages)
{
	AUTO_FREE char *text = NULL;
	AUTO_STR reset = STR_EMPTY;
	size_t len;
	int rc = root_read(root_fd, SHADOW, ROOT_TEXT_MAX, &text, &len, messages);
	if (rc == -ENOENT)
		return 0;
	if (rc < 0)
		return rc;
	shadow_unprovision(text, len, &reset);
	if (reset.len == len && memcmp(reset.data, text, len) == 0)
		return 0;
	rc = root_replace(root_fd, SHADOW, str_get(&reset), reset.len, messages);
	return rc < 0 ? rc : 1;
}
