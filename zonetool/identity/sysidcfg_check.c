/* sysidcfg_check.c - what the values in a sysidcfg file can be. */
#include "identity/sysidcfg_private.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#define ALNUM "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

enum {
	LABEL_MAX = 63,
	DOMAIN_MAX = 253,
	INTERFACE_MAX = 15,
	WORD_MAX = 64,
	TIMEZONE_MAX = 128,
	SERVERS_MAX = 3,    /* resolv.conf(5) */
	SEARCH_MAX = 6,     /* sysidcfg(4) of Solaris */
	PASSWORD_MAX = 384, /* crypt(3) */
	DES_LENGTH = 13,
};

/* Whether it consists of these characters, at least one and at most max. */
static bool consists_of(const char *value, const char *characters, size_t max)
{
	size_t len = strlen(value);
	return len > 0 && len <= max && strspn(value, characters) == len;
}

/* Labels with dots between them, none of which begins or ends with "-". */
static bool is_domain(const char *value)
{
	if (!consists_of(value, ALNUM "-_.", DOMAIN_MAX))
		return false;
	for (const char *label = value;; label++) {
		size_t len = strcspn(label, ".");
		if (!len || len > LABEL_MAX || label[0] == '-' || label[len - 1] == '-')
			return false;
		label += len;
		if (!*label)
			return true;
	}
}

static bool is_ip(const char *value)
{
	struct in6_addr address;
	return inet_pton(AF_INET, value, &address) == 1
		|| inet_pton(AF_INET6, value, &address) == 1;
}

/* A name, or an address, perhaps with ":" and a port. */
static bool is_host(const char *value)
{
	const char *colon = strchr(value, ':');
	AUTO_FREE char *host = colon ? xstrndup(value, (size_t)(colon - value)) : xstrdup(value);
	return is_ip(value)
		|| (is_domain(host) && (!colon || consists_of(colon + 1, "0123456789", 5)));
}

/* Whether all of a list, at most max, are what is_one() says. */
static bool each(const char *list, size_t max, bool (*is_one)(const char *value))
{
	AUTO_FREE char *copy = xstrdup(list);
	char *rest = copy;
	for (char *one; (one = strsep(&rest, ","));)
		if (max-- == 0 || !is_one(one))
			return false;
	return true;
}

const char *check_locale(const char *value)
{
	return consists_of(value, ALNUM "_.@-", WORD_MAX)
		? NULL
		: "the name of a locale, such as en_US.UTF-8";
}

const char *check_timezone(const char *value)
{
	static const char *const right = "the name of a time zone, such as Europe/Berlin";
	if (!consists_of(value, ALNUM "_+-/", TIMEZONE_MAX) || value[0] == '/' || value[0] == '-')
		return right;
	return strstr(value, "//") || value[strlen(value) - 1] == '/' ? right : NULL;
}

const char *check_terminal(const char *value)
{
	return consists_of(value, ALNUM "._+-", WORD_MAX) && strchr(ALNUM, value[0])
		? NULL
		: "the name of a kind of terminals, such as xterm or vt100";
}

/* ---- passwords ---- */

/* Beginnings of hashes of crypt(5). */
static const struct {
	const char *prefix;
	bool weak;
} hashes[] = {
	{ "$y$", false },
	{ "$gy$", false },
	{ "$7$", false },
	{ "$2a$", false },
	{ "$2b$", false },
	{ "$2y$", false },
	{ "$6$", false },
	{ "$5$", false },
	{ "$md5", true },
	{ "$1$", true },
};

static bool is_des(const char *value)
{
	return strlen(value) == DES_LENGTH && consists_of(value, ALNUM "./", DES_LENGTH);
}

bool password_is_weak(const char *hash)
{
	for (size_t i = 0; i < sizeof(hashes) / sizeof(*hashes); i++)
		if (strncmp(hash, hashes[i].prefix, strlen(hashes[i].prefix)) == 0)
			return hashes[i].weak;
	return is_des(hash);
}

const char *check_password(const char *value)
{
	static const char *const locked[] = { "*", "*LK*", "!", "NP" };
	for (size_t i = 0; i < sizeof(locked) / sizeof(*locked); i++)
		if (strcmp(value, locked[i]) == 0)
			return NULL;
	for (size_t i = 0; i < sizeof(hashes) / sizeof(*hashes); i++) {
		const char *prefix = hashes[i].prefix, *rest = value + strlen(prefix);
		if (strncmp(value, prefix, strlen(prefix)) == 0 && strchr(rest, '$')
			&& strrchr(rest, '$')[1]
			&& consists_of(value, ALNUM "$./,=+-_", PASSWORD_MAX))
			return NULL;
	}
	return is_des(value) ? NULL
			     : "a hash of crypt(5), as \"mkpasswd -m yescrypt\" makes it from a "
			       "password; or * for none that anybody has";
}

/* ---- names ---- */

const char *check_nfs4_domain(const char *value)
{
	return is_domain(value) ? NULL : "dynamic, or a domain such as example.com";
}

const char *check_domain(const char *value)
{
	return is_domain(value) ? NULL : "a domain such as example.com";
}

const char *check_servers(const char *value)
{
	return each(value, SERVERS_MAX, is_ip)
		? NULL
		: "up to three IP addresses, with commas between them";
}

const char *check_search(const char *value)
{
	return each(value, SEARCH_MAX, is_domain) ? NULL
						  : "up to six domains, with commas between them";
}

const char *check_host(const char *value)
{
	return is_host(value) ? NULL : "the name of a host, such as admin.example.com";
}

const char *check_hosts(const char *value)
{
	return each(value, SERVERS_MAX, is_host)
		? NULL
		: "up to three names of hosts, with commas between";
}

const char *check_hostname(const char *value)
{
	AUTO_FREE char *host = xstrndup(value, strcspn(value, "."));
	return is_domain(value) && !strchr(value, '_') && !is_ip(value)
			&& strcasecmp(host, "localhost") != 0
		? NULL
		: "a host name of letters, digits and \"-\", such as web";
}

/* ---- networks ---- */

const char *check_interface(const char *value)
{
	return consists_of(value, ALNUM "._-", INTERFACE_MAX) && strchr(ALNUM, value[0])
		? NULL
		: "PRIMARY, NONE, or the name of an interface, such as eth0";
}

/* One that an interface, or a router, can have. */
static bool is_host_address(const char *value)
{
	struct in_addr address;
	if (inet_pton(AF_INET, value, &address) != 1)
		return false;
	unsigned first = ntohl(address.s_addr) >> 24;
	return first != 0 && first != 127 && first < 224;
}

const char *check_address(const char *value)
{
	return is_host_address(value) ? NULL : "an IPv4 address of a host, such as 192.0.2.10";
}

int netmask_prefix(const char *netmask)
{
	struct in_addr address;
	if (inet_pton(AF_INET, netmask, &address) != 1)
		return -1;
	unsigned bits = ntohl(address.s_addr), ones = 0;
	for (; ones < 32 && bits & 0x80000000U; bits <<= 1)
		ones++;
	return bits || !ones ? -1 : (int)ones;
}

const char *check_netmask(const char *value)
{
	return netmask_prefix(value) > 0 ? NULL : "a netmask such as 255.255.255.0";
}

const char *check_route(const char *value)
{
	return strcasecmp(value, "NONE") == 0 || is_host_address(value)
		? NULL
		: "NONE, or the IPv4 address of a router, such as 192.0.2.1";
}

const char *check_yes_no(const char *value)
{
	return strcasecmp(value, "yes") == 0 || strcasecmp(value, "no") == 0 ? NULL : "yes or no";
}
