/* verify_address.c - addresses of nets: what they mean, and which ones nothing can have. */
#include "zone/verify_parts.h"

#include "util/alloc.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <string.h>

/* ---- from text and sockets ---- */

bool address_equal(const struct address *a, const struct address *b)
{
	return a->family != AF_UNSPEC && a->family == b->family
		&& memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

struct address address_of(const struct sockaddr *socket)
{
	struct address address = { .family = AF_UNSPEC, .prefix = -1 };
	if (socket && socket->sa_family == AF_INET) {
		address.family = AF_INET;
		memcpy(address.bytes, &((const struct sockaddr_in *)socket)->sin_addr, 4);
	} else if (socket && socket->sa_family == AF_INET6) {
		address.family = AF_INET6;
		memcpy(address.bytes, &((const struct sockaddr_in6 *)socket)->sin6_addr, 16);
	}
	return address;
}

/* The prefix behind an address or a name; -1: there is none. */
static int prefix_of(const char *text)
{
	const char *slash = strchr(text, '/');
	return slash ? (int)strtol(slash + 1, NULL, 10) : -1;
}

bool address_parse(const char *text, struct address *ret_address)
{
	AUTO_FREE char *host = xstrndup(text, strcspn(text, "/"));
	struct address address = { .family = strchr(host, ':') ? AF_INET6 : AF_INET,
		.prefix = prefix_of(text) };
	if (inet_pton(address.family, host, address.bytes) != 1)
		return false;
	*ret_address = address;
	return true;
}

int address_find(const char *text, struct address *ret_address)
{
	if (address_parse(text, ret_address))
		return 0;
	AUTO_FREE char *host = xstrndup(text, strcspn(text, "/"));
	const struct addrinfo hints = { .ai_family = AF_INET, .ai_socktype = SOCK_STREAM };
	struct addrinfo *found = NULL;
	int rc = getaddrinfo(host, NULL, &hints, &found);
	if (rc != 0)
		return rc;
	*ret_address = address_of(found->ai_addr);
	ret_address->prefix = prefix_of(text);
	freeaddrinfo(found);
	return 0;
}

/* ---- kinds of addresses ---- */

/* Whether the first bits, a number of them, are the same. */
static bool bits_equal(const unsigned char *a, const unsigned char *b, int count)
{
	int whole = count / 8, rest = count % 8;
	unsigned mask = rest ? 0xff00u >> rest & 0xff : 0;
	return memcmp(a, b, (size_t)whole) == 0 && (!rest || !((a[whole] ^ b[whole]) & mask));
}

/* Whether all bits behind the prefix are 0, or all 1. */
static bool host_bits_are(const struct address *address, unsigned char byte)
{
	int bits = address->family == AF_INET ? 32 : 128;
	for (int i = address->prefix; i < bits; i++)
		if (((address->bytes[i / 8] ^ byte) >> (7 - i % 8)) & 1)
			return false;
	return true;
}

/* Addresses that are no host's own, by how they begin. */
static const struct kind {
	int family;
	unsigned char bytes[16];
	int prefix;
	const char *what;
} kinds[] = {
	{ AF_INET, { 0 }, 8, "stands for this host itself, or for any address" },
	{ AF_INET, { 224 }, 4, "is a multicast address" },
	{ AF_INET, { 240 }, 4, "is reserved or a broadcast address" },
	{ AF_INET6, { 0 }, 128, "stands for any address" },
	{ AF_INET6, { 0xff }, 8, "is a multicast address" },
	{ AF_INET6, { [10] = 0xff, [11] = 0xff }, 96,
		"is an IPv4 address in the form of an IPv6 one (write it as IPv4)" },
};

const char *address_wrong(const struct address *address)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].family == address->family
			&& bits_equal(kinds[i].bytes, address->bytes, kinds[i].prefix))
			return kinds[i].what;
	if (address->prefix == 0)
		return "has the prefix /0, which is all there is (give that of its network)";
	/* A network of two has neither; those of IPv6 have no broadcast address. */
	if (address->family != AF_INET || address->prefix < 0 || address->prefix >= 31)
		return NULL;
	if (host_bits_are(address, 0))
		return "is that of the network itself";
	return host_bits_are(address, 0xff) ? "is the broadcast address of its network" : NULL;
}

bool address_is_loopback(const struct address *address)
{
	static const unsigned char one[16] = { [15] = 1 };
	if (address->family == AF_INET)
		return address->bytes[0] == 127;
	return address->family == AF_INET6 && memcmp(address->bytes, one, sizeof(one)) == 0;
}

bool address_is_anycast(const struct address *address)
{
	return address->family == AF_INET6 && address->prefix > 0 && address->prefix < 127
		&& host_bits_are(address, 0);
}

bool address_is_link_local(const struct address *address)
{
	return address->family == AF_INET6 && address->bytes[0] == 0xfe
		&& (address->bytes[1] & 0xc0) == 0x80;
}

bool address_has_neighbour(const struct address *address, const struct address *other)
{
	return address->prefix < 0
		|| (address->family == other->family
			&& bits_equal(address->bytes, other->bytes, address->prefix));
}
