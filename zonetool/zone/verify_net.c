/* verify_net.c - a zone's network: its addresses and interfaces, beside the host's and other
 * zones'. */
#include "zone/verify_parts.h"

#include "util/alloc.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <string.h>

/* ---- addresses ---- */

static bool address_equal(const struct address *a, const struct address *b)
{
	return a->family != AF_UNSPEC && a->family == b->family
		&& memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

static struct address address_of(const struct sockaddr *socket)
{
	struct address address = { .family = AF_UNSPEC };
	if (socket && socket->sa_family == AF_INET) {
		address.family = AF_INET;
		memcpy(address.bytes, &((const struct sockaddr_in *)socket)->sin_addr, 4);
	} else if (socket && socket->sa_family == AF_INET6) {
		address.family = AF_INET6;
		memcpy(address.bytes, &((const struct sockaddr_in6 *)socket)->sin6_addr, 16);
	}
	return address;
}

/* A number, which the text may be. */
static bool address_parse(const char *text, struct address *ret_address)
{
	struct address address = { .family = strchr(text, ':') ? AF_INET6 : AF_INET };
	if (inet_pton(address.family, text, address.bytes) != 1)
		return false;
	*ret_address = address;
	return true;
}

/*
 * The address that a net's text means, of which a prefix is no part. A host name is looked up: it
 * stands for an IPv4 address, as on Solaris. Returns 0 or what getaddrinfo(3) does.
 */
static int address_find(const char *text, struct address *ret_address)
{
	AUTO_FREE char *host = xstrndup(text, strcspn(text, "/"));
	if (address_parse(host, ret_address))
		return 0;
	const struct addrinfo hints = { .ai_family = AF_INET, .ai_socktype = SOCK_STREAM };
	struct addrinfo *found = NULL;
	int rc = getaddrinfo(host, NULL, &hints, &found);
	if (rc != 0)
		return rc;
	*ret_address = address_of(found->ai_addr);
	freeaddrinfo(found);
	return 0;
}

/* What a zone cannot have as its own, or NULL. */
static const char *address_wrong(const struct address *address)
{
	static const unsigned char zeros[16];
	size_t len = address->family == AF_INET ? 4 : 16;
	bool v4 = address->family == AF_INET;
	if (memcmp(address->bytes, zeros, len) == 0)
		return "stands for any address";
	if (v4 ? address->bytes[0] >= 224 && address->bytes[0] < 240 : address->bytes[0] == 0xff)
		return "is a multicast address";
	if (v4 && address->bytes[0] >= 240)
		return "is reserved or a broadcast address";
	return NULL;
}

/* ---- one net ---- */

static void check_address(
	struct verify *verify, const struct resource *net, struct address *address)
{
	const char *text = resource_get(net, NET_ADDRESS);
	if (!text)
		return;
	int rc = address_find(text, address);
	if (rc != 0) {
		verify_error(verify, net, "address %s: no address is known for that name: %s", text,
			gai_strerror(rc));
		return;
	}
	const char *wrong = address_wrong(address);
	if (wrong)
		verify_error(verify, net, "address %s %s: a zone cannot have it", text, wrong);
	struct address router;
	const char *defrouter = resource_get(net, NET_DEFROUTER);
	if (defrouter && address_parse(defrouter, &router) && router.family != address->family)
		verify_error(verify, net,
			"defrouter %s and address %s must both be IPv4, or both IPv6", defrouter,
			text);
}

static bool is_moved(const struct resource *net)
{
	const char *type = resource_get(net, NET_TYPE);
	return type && strcmp(type, "moved") == 0;
}

/* The interface, as far as it can be told now: it may come later. */
static void check_interface(
	const struct verify *verify, const struct resource *net, const struct ifaddrs *host)
{
	const char *physical = resource_get(net, NET_PHYSICAL);
	if (!physical)
		return;
	if (!if_nametoindex(physical))
		verify_warning(verify, net, "this host has no interface %s now", physical);
	if (strcmp(zone_get(verify->zone, ZONE_IP_TYPE), "exclusive") != 0)
		return;
	if (strcmp(physical, "lo") == 0)
		verify_error(verify, net,
			"physical=lo: every exclusive zone has its own: name another interface");
	for (; is_moved(net) && host; host = host->ifa_next) {
		struct address address = address_of(host->ifa_addr);
		if (address.family == AF_UNSPEC || strcmp(host->ifa_name, physical) != 0)
			continue;
		verify_warning(verify, net,
			"the host has addresses on %s, and will lose them while the zone runs",
			physical);
		return;
	}
}

static void check_host_addresses(const struct verify *verify, const struct resource *net,
	const struct address *address, const struct ifaddrs *host)
{
	const char *physical = resource_get(net, NET_PHYSICAL);
	for (; host; host = host->ifa_next) {
		struct address taken = address_of(host->ifa_addr);
		if (address_equal(&taken, address) && physical
			&& strcmp(host->ifa_name, physical) != 0)
			verify_warning(verify, net, "the host has address %s on its interface %s",
				resource_get(net, NET_ADDRESS), host->ifa_name);
	}
}

/* ---- two nets ---- */

/* Of two nets, neither in the same zone's file twice: where is the other one? */
static void check_pair(const struct verify *verify, const struct resource *net,
	const struct address *address, const struct resource *other,
	const struct address *other_address, const char *where)
{
	const char *text = resource_get(net, NET_ADDRESS);
	if (address_equal(address, other_address))
		verify_error(verify, net,
			"%s has address %.*s, too: each address can be there once", where,
			(int)strcspn(text, "/"), text);
	const char *a = resource_get(net, NET_PHYSICAL), *b = resource_get(other, NET_PHYSICAL);
	if (a && b && strcmp(a, b) == 0 && (is_moved(net) || is_moved(other)))
		verify_error(verify, net,
			"%s uses the interface %s, too: type=moved takes it for one alone", where,
			a);
}

void verify_net(struct verify *verify)
{
	const struct zone *zone = verify->zone;
	struct ifaddrs *host = NULL;
	if (getifaddrs(&host) < 0) {
		message_warning(verify->messages, "the host's own addresses were not compared: %s",
			strerror(errno));
		host = NULL;
	}
	for (size_t i = 0; i < zone->count; i++) {
		const struct resource *net = zone->resources[i];
		if (net->type->id != RES_NET)
			continue;
		struct address *address = &verify->addresses[i];
		check_address(verify, net, address);
		check_interface(verify, net, host);
		check_host_addresses(verify, net, address, host);
		for (size_t j = 0; j < i; j++)
			if (zone->resources[j]->type->id == RES_NET
				&& !resource_same_key(zone->resources[j], net))
				check_pair(verify, net, address, zone->resources[j],
					&verify->addresses[j], "another net of this zone");
	}
	if (host)
		freeifaddrs(host);
}

/*
 * The address of another zone's net. A name service that does not answer makes us wait once, not
 * once for each zone.
 */
static struct address their_address(
	struct verify *verify, const char *name, const struct resource *net)
{
	struct address address = { .family = AF_UNSPEC };
	const char *text = resource_get(net, NET_ADDRESS);
	AUTO_FREE char *host = xstrndup(text ? text : "", text ? strcspn(text, "/") : 0);
	if (!text || address_parse(host, &address) || verify->names_unknown)
		return address;
	int rc = address_find(text, &address);
	if (rc == EAI_AGAIN) {
		verify->names_unknown = true;
		message_warning(verify->messages,
			"other zones' addresses that are host names, such as %s of zone %s, were "
			"not "
			"compared: %s",
			host, name, gai_strerror(rc));
	}
	return address;
}

void verify_net_beside(struct verify *verify, const char *name, const struct zone *other)
{
	AUTO_FREE char *where = xasprintf("zone %s", name);
	for (size_t j = 0; j < other->count; j++) {
		const struct resource *theirs = other->resources[j];
		if (theirs->type->id != RES_NET)
			continue;
		struct address address = their_address(verify, name, theirs);
		for (size_t i = 0; i < verify->zone->count; i++)
			if (verify->zone->resources[i]->type->id == RES_NET)
				check_pair(verify, verify->zone->resources[i],
					&verify->addresses[i], theirs, &address, where);
	}
}
