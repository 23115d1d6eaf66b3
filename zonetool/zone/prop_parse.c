/* prop_parse.c - the kinds of text that properties hold. */
#include "zone/prop_parse.h"

#include "util/alloc.h"
#include "zone/name.h"
#include "zone/value.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/capability.h>

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

/* NULL, saying what would be right. */
static char *wrong(const char **ret_expected, const char *expected)
{
	*ret_expected = expected;
	return NULL;
}

/* A word of 1 to max of these characters. */
static bool is_word(const char *text, const char *allowed, size_t max)
{
	size_t len = strlen(text);
	return len > 0 && len <= max && strspn(text, allowed) == len;
}

/* ---- names and paths ---- */

char *parse_zone_name(const char *text, const char **ret_expected)
{
	const char *expected = zone_name_wrong(text);
	return expected ? wrong(ret_expected, expected) : xstrdup(text);
}

/*
 * An absolute path with single slashes and none at its end. NULL: it is not absolute, or goes
 * through "." or "..", whose meaning depends on links.
 */
static char *normal_path(const char *text)
{
	if (*text != '/')
		return NULL;
	struct str path = STR_EMPTY;
	while (*text) {
		text += strspn(text, "/");
		size_t len = strcspn(text, "/");
		if ((len == 1 && text[0] == '.') || (len == 2 && strncmp(text, "..", 2) == 0)) {
			str_free(&path);
			return NULL;
		}
		if (len)
			text_addf(&path, "/%.*s", (int)len, text);
		text += len;
	}
	if (!path.len)
		text_addc(&path, '/');
	return text_take(&path);
}

char *parse_path(const char *text, const char **ret_expected)
{
	char *path = normal_path(text);
	return path ? path : wrong(ret_expected, "an absolute path without \".\" and \"..\"");
}

char *parse_zonepath(const char *text, const char **ret_expected)
{
	AUTO_FREE char *path = normal_path(text);
	if (!path || strcmp(path, "/") == 0)
		return wrong(ret_expected,
			"an absolute path below /, without \".\" and \"..\", such as /zones/web");
	/* The index has no way to write one. */
	if (strchr(path, '"'))
		return wrong(ret_expected, "a path without double quotes");
	char *taken = path;
	path = NULL;
	return taken;
}

/* What is mounted: of a path only the slashes are put in order. */
char *parse_special(const char *text, const char **ret_expected)
{
	if (*text == '/')
		return parse_path(text, ret_expected);
	return *text ? xstrdup(text)
		     : wrong(ret_expected, "a directory, a device, LABEL=... or UUID=...");
}

char *parse_fs_type(const char *text, const char **ret_expected)
{
	return is_word(text, LOWER UPPER DIGITS "._-", 32)
		? xstrdup(text)
		: wrong(ret_expected, "a type of file system, such as lofs, ext4, xfs or tmpfs");
}

char *parse_mount_option(const char *text, const char **ret_expected)
{
	return *text && !strpbrk(text, ", ")
		? xstrdup(text)
		: wrong(ret_expected, "one mount option, such as ro or nosuid, without blanks");
}

/* ---- lists in one text: a,b,c ---- */

/*
 * Bring a list separated by commas to its canonical form, each element by element(), which returns
 * an allocated text or NULL. NULL: one of them is wrong, or there is none, or one comes twice.
 */
static char *comma_list(const char *text, char *(*element)(const char *element))
{
	struct value list = VALUE_EMPTY;
	struct str joined = STR_EMPTY;
	bool good = true;
	while (good) {
		size_t len = strcspn(text, ",");
		AUTO_FREE char *raw = xstrndup(text, len);
		char *item = element(raw);
		good = item && value_find(&list, item) < 0;
		if (!good) {
			free(item);
			break;
		}
		text_addf(&joined, "%s%s", list.count ? "," : "", item);
		value_take(&list, item);
		if (!text[len])
			break;
		text += len + 1;
	}
	value_free(&list);
	if (!good)
		str_free(&joined);
	return good ? text_take(&joined) : NULL;
}

static char *fs_type_element(const char *element)
{
	const char *expected;
	return parse_fs_type(element, &expected);
}

char *parse_fs_types(const char *text, const char **ret_expected)
{
	char *list = comma_list(text, fs_type_element);
	return list ? list
		    : wrong(ret_expected, "a list of types of file systems, such as ext4,xfs");
}

const char *const auth_names[] = { "login", "manage", "clonefrom", NULL };

static char *auth_element(const char *element)
{
	for (const char *const *name = auth_names; *name; name++)
		if (strcmp(element, *name) == 0)
			return xstrdup(element);
	return NULL;
}

char *parse_auths(const char *text, const char **ret_expected)
{
	char *list = comma_list(text, auth_element);
	return list ? list : wrong(ret_expected, "a list of login, manage, clonefrom, each once");
}

/*
 * With these a zone's root could leave the zone; without those its init could not work: it changes
 * users, mounts, and stops processes.
 */
static const cap_value_t prohibited[] = { CAP_SYS_MODULE, CAP_SYS_RAWIO };
static const cap_value_t required[] = { CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_FOWNER, CAP_KILL,
	CAP_SETGID, CAP_SETUID, CAP_SYS_ADMIN };

static bool is_among(cap_value_t cap, const cap_value_t *set, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (set[i] == cap)
			return true;
	return false;
}

/* "default", "cap_x", "x", "!cap_x": with "cap_" in its canonical form. */
static char *privilege_element(const char *element)
{
	if (strcmp(element, "default") == 0)
		return xstrdup(element);
	bool take_away = *element == '!';
	const char *name = element + take_away;
	AUTO_FREE char *full = strncasecmp(name, "cap_", 4) == 0 ? xstrdup(name)
								 : xasprintf("cap_%s", name);
	for (char *c = full; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	cap_value_t cap;
	if (!isalpha((unsigned char)full[4]) || cap_from_name(full, &cap) < 0)
		return NULL;
	if (take_away ? is_among(cap, required, sizeof(required) / sizeof(required[0]))
		      : is_among(cap, prohibited, sizeof(prohibited) / sizeof(prohibited[0])))
		return NULL;
	return xasprintf("%s%s", take_away ? "!" : "", full);
}

/* Whether a list adds what it takes away. */
static bool contradicts_itself(const char *list)
{
	for (const char *at = list; (at = strchr(at, '!')); at++) {
		size_t len = strcspn(at + 1, ",");
		for (const char *item = list; item; item = strchr(item, ',')) {
			item += *item == ',';
			if (strncmp(item, at + 1, len) == 0 && strcspn(item, ",") == len)
				return true;
		}
	}
	return false;
}

char *parse_privileges(const char *text, const char **ret_expected)
{
	AUTO_FREE char *list = comma_list(text, privilege_element);
	bool whole = list && strncmp(list, "default", 7) == 0 && (!list[7] || list[7] == ',');
	if (whole && !contradicts_itself(list))
		return xstrdup(list);
	return wrong(ret_expected,
		"\"default\", followed by capabilities(7) to add or, with \"!\", to take away, "
		"each once, such as default,cap_net_admin,!cap_mknod; some cannot be changed, see "
		"zonecfg(8)");
}

/* ---- numbers ---- */

/* A decimal number from min to max without a sign; its canonical text has no leading zeros. */
static char *whole_number(const char *text, uint64_t min, uint64_t max)
{
	if (!is_word(text, DIGITS, 19))
		return NULL;
	uint64_t number = strtoull(text, NULL, 10);
	return number < min || number > max ? NULL : xasprintf("%llu", (unsigned long long)number);
}

char *parse_max_processes(const char *text, const char **ret_expected)
{
	char *number = whole_number(text, 100, 4194304);
	return number ? number : wrong(ret_expected, "a number from 100 to 4194304");
}

char *parse_cpu_shares(const char *text, const char **ret_expected)
{
	char *number = whole_number(text, 1, 100);
	return number ? number : wrong(ret_expected, "a number from 1 to 100");
}

/* CPUs with at most two decimals, 0.01 and more: canonical without needless zeros. */
char *parse_cpu_count(const char *text, const char **ret_expected)
{
	static const char expected[] = "a number of CPUs from 0.01 to 8192, such as 2 or 1.5";
	size_t whole = strspn(text, DIGITS), decimals = 0;
	if (text[whole] == '.')
		decimals = strspn(text + whole + 1, DIGITS);
	size_t end = whole + (text[whole] == '.' ? 1 + decimals : 0);
	if (!whole || whole > 4 || decimals > 2 || text[end] || (text[whole] == '.' && !decimals))
		return wrong(ret_expected, expected);
	unsigned hundredths = 100 * (unsigned)strtoul(text, NULL, 10);
	if (decimals)
		hundredths += (unsigned)strtoul(text + whole + 1, NULL, 10)
			* (decimals == 1 ? 10 : 1);
	if (hundredths < 1 || hundredths > 819200)
		return wrong(ret_expected, expected);
	if (hundredths % 100 == 0)
		return xasprintf("%u", hundredths / 100);
	if (hundredths % 10 == 0)
		return xasprintf("%u.%u", hundredths / 100, hundredths / 10 % 10);
	return xasprintf("%u.%02u", hundredths / 100, hundredths % 100);
}

/* "n" or "n-m", n <= m. */
char *parse_cpu_range(const char *text, const char **ret_expected)
{
	static const char expected[] =
		"a number of CPUs from 1 to 8192, such as 2, or a range, such as 2-4";
	const char *dash = strchr(text, '-');
	AUTO_FREE char *head = dash ? xstrndup(text, (size_t)(dash - text)) : xstrdup(text);
	AUTO_FREE char *low = whole_number(head, 1, 8192);
	AUTO_FREE char *high = whole_number(dash ? dash + 1 : head, 1, 8192);
	if (!low || !high || strtoul(low, NULL, 10) > strtoul(high, NULL, 10))
		return wrong(ret_expected, expected);
	return strcmp(low, high) == 0 ? xstrdup(low) : xasprintf("%s-%s", low, high);
}

/* A number with a suffix K, M, G or T for powers of 1024, up to 2^60. Returns whether it is one. */
static bool suffixed_number(const char *text, uint64_t *ret_number)
{
	static const char suffixes[] = "KMGT";
	size_t digits = strspn(text, DIGITS);
	if (!digits || digits > 19)
		return false;
	uint64_t number = strtoull(text, NULL, 10);
	int shift = 0;
	if (text[digits]) {
		const char *at = strchr(suffixes, toupper((unsigned char)text[digits]));
		if (!at || text[digits + 1])
			return false;
		shift = 10 * (int)(at - suffixes + 1);
	}
	if (number > (UINT64_C(1) << 60) >> shift)
		return false;
	*ret_number = number << shift;
	return true;
}

uint64_t canonical_number(const char *text)
{
	uint64_t number = 0;
	suffixed_number(text, &number);
	return number;
}

/*
 * Bytes; the canonical text has the largest suffix that leaves a whole number. NULL: it is no size,
 * or less than min.
 */
static char *byte_size(const char *text, uint64_t min)
{
	uint64_t size;
	if (!suffixed_number(text, &size) || size < min)
		return NULL;
	int largest = 0;
	while (largest < 4 && size && size % 1024 == 0) {
		size /= 1024;
		largest++;
	}
	return xasprintf("%llu%.*s", (unsigned long long)size, largest ? 1 : 0,
		largest ? &"KMGT"[largest - 1] : "");
}

char *parse_physical_memory(const char *text, const char **ret_expected)
{
	char *size = byte_size(text, 1 << 20);
	return size ? size : wrong(ret_expected, "a size from 1M to 1048576T, such as 512M or 4G");
}

char *parse_swap(const char *text, const char **ret_expected)
{
	char *size = byte_size(text, 0);
	return size ? size
		    : wrong(ret_expected,
			    "a size up to 1048576T, such as 512M or 4G, or 0 for no swap");
}

char *parse_machine_id(const char *text, const char **ret_expected)
{
	static const char expected[] =
		"32 hexadecimal digits that are not all 0 (see machine-id(5))";
	AUTO_FREE char *id = xstrdup(text);
	for (char *c = id; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	if (strlen(id) != 32 || strspn(id, DIGITS "abcdef") != 32 || strspn(id, "0") == 32)
		return wrong(ret_expected, expected);
	return xstrdup(id);
}

/* ---- network ---- */

char *parse_interface(const char *text, const char **ret_expected)
{
	static const char expected[] = "the name of a network interface, such as eth0";
	size_t len = strlen(text);
	bool good = len > 0 && len < IF_NAMESIZE && !strpbrk(text, "/: ") && strcmp(text, ".") != 0
		&& strcmp(text, "..") != 0;
	return good ? xstrdup(text) : wrong(ret_expected, expected);
}

/* The canonical text of a numeric address of this family; NULL: it is none. */
static char *numeric_address(int family, const char *text)
{
	unsigned char binary[sizeof(struct in6_addr)];
	char canonical[INET6_ADDRSTRLEN];
	if (inet_pton(family, text, binary) != 1)
		return NULL;
	return xstrdup(inet_ntop(family, binary, canonical, sizeof(canonical)));
}

/* A host name (RFC 1123) whose last part is not a number, as that of a mistyped address is. */
static bool is_host_name(const char *text)
{
	const char *dot = strrchr(text, '.'), *last = dot ? dot + 1 : text;
	if (!is_word(text, LOWER UPPER DIGITS "-.", 253) || strspn(last, DIGITS) == strlen(last))
		return false;
	while (*text) {
		size_t len = strcspn(text, ".");
		if (!len || len > 63 || text[0] == '-' || text[len - 1] == '-')
			return false;
		text += len + (text[len] == '.');
	}
	return true;
}

char *parse_address(const char *text, const char **ret_expected)
{
	static const char expected[] =
		"an IPv4 address such as 192.0.2.10 or 192.0.2.10/24, an IPv6 "
		"address with its prefix such as 2001:db8::10/64, or a host name";
	const char *slash = strchr(text, '/');
	AUTO_FREE char *host = slash ? xstrndup(text, (size_t)(slash - text)) : xstrdup(text);
	AUTO_FREE char *v4 = numeric_address(AF_INET, host), *v6 = numeric_address(AF_INET6, host);
	AUTO_FREE char *prefix = slash ? whole_number(slash + 1, 0, v6 ? 128 : 32) : NULL;
	if ((slash && !prefix) || (v6 && !slash) || (!v4 && !v6 && !is_host_name(host)))
		return wrong(ret_expected, expected);
	return xasprintf("%s%s%s",
		v4           ? v4
			: v6 ? v6
			     : host,
		prefix ? "/" : "", prefix ? prefix : "");
}

char *parse_router(const char *text, const char **ret_expected)
{
	char *address = numeric_address(AF_INET, text);
	if (!address)
		address = numeric_address(AF_INET6, text);
	return address ? address
		       : wrong(ret_expected, "the address of a router, such as 192.0.2.1");
}

/* ---- the rest ---- */

const char *const rctl_names[] = { "zone.max-processes", "zone.cpu-shares", "zone.cpu-cap",
	"zone.max-physical-memory", "zone.max-swap", "process.max-address-space",
	"process.max-core-size", "process.max-cpu-time", "process.max-data-size",
	"process.max-file-descriptor", "process.max-file-size", "process.max-locked-memory",
	"process.max-stack-size", NULL };

char *parse_rctl_name(const char *text, const char **ret_expected)
{
	for (const char *const *name = rctl_names; *name; name++)
		if (strcmp(text, *name) == 0)
			return xstrdup(text);
	return wrong(ret_expected,
		"a resource control that Linux has: zone.max-processes, zone.cpu-shares, "
		"zone.cpu-cap, zone.max-physical-memory, zone.max-swap, or process.max- with one "
		"of address-space, core-size, cpu-time, data-size, file-descriptor, file-size, "
		"locked-memory, stack-size");
}

char *parse_limit(const char *text, const char **ret_expected)
{
	uint64_t number;
	if (!suffixed_number(text, &number))
		return wrong(
			ret_expected, "a number, with K, M, G or T behind it where it is large");
	return xasprintf("%llu", (unsigned long long)number);
}

char *parse_cpu_cap(const char *text, const char **ret_expected)
{
	char *number = whole_number(text, 1, 819200);
	return number ? number
		      : wrong(ret_expected, "hundredths of a CPU, such as 150 for one and a half");
}

char *parse_attr_name(const char *text, const char **ret_expected)
{
	bool good = is_word(text, LOWER UPPER DIGITS "-.", 255) && isalnum((unsigned char)*text);
	return good ? xstrdup(text)
		    : wrong(ret_expected,
			    "a name of letters, digits, \"-\" and \".\", the first a "
			    "letter or digit");
}

char *parse_dataset(const char *text, const char **ret_expected)
{
	static const char expected[] = "a ZFS dataset such as tank/data, or the absolute path of a "
				       "btrfs subvolume";
	if (*text == '/') {
		char *path = normal_path(text);
		return path ? path : wrong(ret_expected, expected);
	}
	bool good = is_word(text, LOWER UPPER DIGITS "_-.:/", 255) && isalpha((unsigned char)*text)
		&& !strstr(text, "//") && text[strlen(text) - 1] != '/';
	return good ? xstrdup(text) : wrong(ret_expected, expected);
}

char *parse_user(const char *text, const char **ret_expected)
{
	bool good = is_word(text, LOWER UPPER DIGITS "_-.", 32) && *text != '-';
	return good ? xstrdup(text) : wrong(ret_expected, "the name of a user of this machine");
}
