/*
 * verify_net.c - a zone's network: its addresses and interfaces, beside the host's and other
 * zones'.
 */
#include "zone/verify_parts.h"

#include "util/alloc.h"
#include "util/interface.h"

#include <errno.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <string.h>

/* ---- one net ---- */

static bool is_on(const struct resource *net, const char *interface)
{
	const char *physical = resource_get(net, NET_PHYSICAL);
	return physical && strcmp(physical, interface) == 0;
}

/* The router has to be a neighbour, and somebody else. */
static void check_router(
	const struct verify *verify, const struct resource *net, const struct address *address)
{
	const char *text = resource_get(net, NET_ADDRESS);
	const char *defrouter = resource_get(net, NET_DEFROUTER);
	struct address router;
	if (!defrouter || !address_parse(defrouter, &router))
		return;
	router.prefix = address->prefix ? address->prefix : -1;
	if (router.family != address->family) {
		verify_error(verify, net,
			"defrouter %s and address %s must both be IPv4, or both IPv6", defrouter,
			text);
		return;
	}
	bool neighbour = address_has_neighbour(address, &router);
	if (!neighbour)
		router.prefix = -1; /* it has one of its own, which is not known */
	const char *wrong = address_is_loopback(&router) ? "is a loopback address"
							 : address_wrong(&router);
	if (address_equal(address, &router))
		verify_error(verify, net,
			"defrouter %s is the zone's own address: give that of the router",
			defrouter);
	else if (wrong)
		verify_error(verify, net, "defrouter %s %s: no router has it", defrouter, wrong);
	else if (!neighbour && !address_is_link_local(&router))
		verify_warning(verify, net,
			"defrouter %s is not in the network of address %s: is the prefix right?",
			defrouter, text);
}

/* Loopback addresses and the loopback interface belong together, and both to the host. */
static void check_loopback(
	const struct verify *verify, const struct resource *net, const struct address *address)
{
	const char *text = resource_get(net, NET_ADDRESS);
	bool loopback = address_is_loopback(address);
	if (loopback && !is_on(net, "lo"))
		verify_error(verify, net,
			"address %s is a loopback address, which is only on physical=lo", text);
	else if (loopback)
		verify_warning(verify, net,
			"physical=lo: a shared zone uses the host's loopback interface, with all "
			"of its addresses, anyway");
	else if (is_on(net, "lo"))
		verify_warning(verify, net,
			"physical=lo: address %s will be reached from this host only: name the "
			"interface to its network",
			text);
}

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
	else if (address_is_anycast(address))
		verify_warning(verify, net,
			"address %s is that of all routers of its network: is the host's part "
			"missing?",
			text);
	check_loopback(verify, net, address);
	check_router(verify, net, address);
}

static bool is_moved(const struct resource *net)
{
	return resource_is(net, NET_TYPE, "moved");
}

/* The interface, as far as it can be told now: it may come later. */
static void check_interface(
	const struct verify *verify, const struct resource *net, const struct ifaddrs *host)
{
	const char *physical = resource_get(net, NET_PHYSICAL);
	if (!physical)
		return;
	enum interface_kind kind = interface_find(physical);
	if (!verify->lives && kind == INTERFACE_NONE)
		verify_warning(verify, net, "this host has no interface %s now", physical);
	if (strcmp(zone_get(verify->zone, ZONE_IP_TYPE), "exclusive") != 0)
		return;
	if (strcmp(physical, "lo") == 0)
		verify_error(verify, net,
			"physical=lo: every exclusive zone has its own: name another interface");
	else if (resource_is(net, NET_TYPE, "veth") && kind == INTERFACE_OTHER)
		verify_error(verify, net,
			"%s is no bridge, which type=veth connects the zone to: name a bridge, or "
			"set type=macvlan",
			physical);
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
		if (!address_equal(&taken, address) || !physical || address_is_loopback(address))
			continue;
		if (strcmp(host->ifa_name, physical) == 0)
			verify_warning(verify, net,
				"address %s is set on %s already: by the host, or left from a run "
				"of the zone",
				resource_get(net, NET_ADDRESS), physical);
		else
			verify_warning(verify, net, "the host has address %s on its interface %s",
				resource_get(net, NET_ADDRESS), host->ifa_name);
	}
}

/* ---- two nets ---- */

typedef void problem(const struct verify *, const struct resource *, const char *, ...)
	__attribute__((format(printf, 3, 4)));

/* Of two nets, neither in the same zone's file twice: where is the other one? */
static void check_pair(const struct verify *verify, const struct resource *net,
	const struct address *address, const struct resource *other,
	const struct address *other_address, const char *where, problem *complain)
{
	const char *text = resource_get(net, NET_ADDRESS);
	AUTO_FREE char *title = resource_title(other);
	if (address_equal(address, other_address))
		complain(verify, net,
			"%s has address %.*s, too (%s): each address can be there once", where,
			(int)strcspn(text, "/"), text, title);
	const char *a = resource_get(net, NET_PHYSICAL), *b = resource_get(other, NET_PHYSICAL);
	if (a && b && strcmp(a, b) == 0 && (is_moved(net) || is_moved(other)))
		complain(verify, net,
			"%s uses the interface %s, too (%s): type=moved takes it for one alone",
			where, a, title);
}

void verify_net(struct verify *verify)
{
	const struct zone *zone = verify->zone;
	struct ifaddrs *host = NULL;
	if (!verify->lives && getifaddrs(&host) < 0) {
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
					&verify->addresses[j], "another net of this zone",
					verify_error);
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
	if (!text || address_parse(text, &address) || verify->names_unknown)
		return address;
	int rc = address_find(text, &address);
	if (rc == EAI_AGAIN) {
		verify->names_unknown = true;
		message_warning(verify->messages,
			"other zones' addresses that are host names, such as %s of zone %s, were "
			"not compared: %s",
			text, name, gai_strerror(rc));
	}
	return address;
}

void verify_net_beside(
	struct verify *verify, const char *name, const struct zone *other, bool lives)
{
	/*
	 * One that does not run, such as a clone that is not changed yet, keeps none from booting.
	 */
	problem *complain = lives ? verify_error : verify_warning;
	AUTO_FREE char *where = xasprintf("zone %s", name);
	for (size_t j = 0; j < other->count; j++) {
		const struct resource *theirs = other->resources[j];
		if (theirs->type->id != RES_NET)
			continue;
		struct address address = their_address(verify, name, theirs);
		for (size_t i = 0; i < verify->zone->count; i++)
			if (verify->zone->resources[i]->type->id == RES_NET)
				check_pair(verify, verify->zone->resources[i],
					&verify->addresses[i], theirs, &address, where, complain);
	}
}
