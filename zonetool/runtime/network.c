/* network.c - addresses on the host's interfaces, with ip(8), and interfaces of a zone's own. */
#include "runtime/network.h"

#include "runtime/engine.h"
#include "util/alloc.h"
#include "util/run.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <string.h>

/*
 * What is sent from an address with a router of its own is routed by two rules: first by the
 * host's table without its default route, so that neighbours stay neighbours, then by a table that
 * has nothing but the route by that router. The tables are numbered by the zone's life and the
 * address's position, so that they are found again.
 */
enum {
	RULE_HOST = 20000, /* priorities: before those of the host's tables, 32766 and 32767 */
	RULE_ROUTER = 20001,
	TABLE_BASE = 0x5a000000,
};

/* ---- addresses ---- */

struct binary {
	int family; /* AF_UNSPEC: it is none */
	unsigned char bytes[sizeof(struct in6_addr)];
};

static struct binary binary_of_text(const char *text)
{
	AUTO_FREE char *number = xstrndup(text, strcspn(text, "/"));
	struct binary binary = { .family = strchr(number, ':') ? AF_INET6 : AF_INET };
	if (inet_pton(binary.family, number, binary.bytes) != 1)
		binary.family = AF_UNSPEC;
	return binary;
}

static struct binary binary_of_socket(const struct sockaddr *socket)
{
	struct binary binary = { .family = AF_UNSPEC };
	if (socket && socket->sa_family == AF_INET) {
		binary.family = AF_INET;
		memcpy(binary.bytes, &((const struct sockaddr_in *)socket)->sin_addr, 4);
	} else if (socket && socket->sa_family == AF_INET6) {
		binary.family = AF_INET6;
		memcpy(binary.bytes, &((const struct sockaddr_in6 *)socket)->sin6_addr, 16);
	}
	return binary;
}

/*
 * The address of a net, numeric, with its prefix: without one it is the address alone. A host name
 * stands for an IPv4 address, and stays one if none is known for it. The caller's.
 */
static char *find_address(const struct resource *net)
{
	const char *text = resource_get(net, NET_ADDRESS);
	const char *prefix = text + strcspn(text, "/");
	AUTO_FREE char *host = xstrndup(text, (size_t)(prefix - text));
	if (binary_of_text(text).family != AF_UNSPEC)
		return xasprintf("%s%s", host, *prefix ? prefix : "/32");
	const struct addrinfo hints = { .ai_family = AF_INET, .ai_socktype = SOCK_STREAM };
	struct addrinfo *found = NULL;
	if (getaddrinfo(host, NULL, &hints, &found) != 0)
		return xstrdup(text);
	char number[INET_ADDRSTRLEN];
	struct binary binary = binary_of_socket(found->ai_addr);
	inet_ntop(AF_INET, binary.bytes, number, sizeof(number));
	freeaddrinfo(found);
	return xasprintf("%s%s", number, *prefix ? prefix : "/32");
}

/* The interface of the host that has this address, or NULL. The caller's. */
static char *find_owner(const char *address)
{
	struct binary wanted = binary_of_text(address);
	struct ifaddrs *host = NULL;
	char *owner = NULL;
	if (wanted.family == AF_UNSPEC || getifaddrs(&host) < 0)
		return NULL;
	for (struct ifaddrs *at = host; at && !owner; at = at->ifa_next) {
		struct binary has = binary_of_socket(at->ifa_addr);
		if (has.family == wanted.family
			&& memcmp(has.bytes, wanted.bytes, sizeof(has.bytes)) == 0)
			owner = xstrdup(at->ifa_name);
	}
	freeifaddrs(host);
	return owner;
}

static bool is_shared_net(const struct zone *zone, const struct resource *resource)
{
	return resource->type->id == RES_NET && runtime_shares_network(zone);
}

void network_plan(const struct zone *zone, struct live *live)
{
	for (size_t i = 0; i < zone->count; i++) {
		if (!is_shared_net(zone, zone->resources[i]))
			continue;
		AUTO_FREE char *address = find_address(zone->resources[i]);
		AUTO_FREE char *owner = find_owner(address);
		/* What somebody else has is never to be taken away as the zone's. */
		if (!owner && binary_of_text(address).family != AF_UNSPEC)
			live_add_address(
				live, resource_get(zone->resources[i], NET_PHYSICAL), address);
	}
}

/* ---- ip(8) ---- */

/* Run "ip FAMILY ARGUMENTS", words with single blanks between them. */
static int run_ip(const char *address, char *taken, bool check, struct messages *messages)
{
	AUTO_FREE char *words = taken;
	const char *argv[32] = { "ip", strchr(address, ':') ? "-6" : "-4" };
	size_t count = 2;
	char *rest = words;
	for (char *word = strtok_r(rest, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
		argv[count++] = word;
	struct run run = { .argv = argv };
	if (check)
		return run_checked(&run, NULL, messages);
	AUTO_RUN_OUTPUT output = { NULL, NULL };
	int status = run_program(&run, &output);
	return status < 0
		? message_error(messages, status, "cannot run ip(8): %s", strerror(-status))
		: status;
}

static unsigned table_of(const struct live *live, size_t at)
{
	return TABLE_BASE + (live->id & 0xffff) * LIVE_ADDRESSES_MAX + (unsigned)at;
}

/* The address without its prefix. The caller's. */
static char *number_of(const struct live_address *address)
{
	return xstrndup(address->address, strcspn(address->address, "/"));
}

static int add_router(
	const struct live *live, size_t at, const char *router, struct messages *messages)
{
	const struct live_address *address = &live->addresses[at];
	AUTO_FREE char *number = number_of(address);
	unsigned table = table_of(live, at);
	/* The router is a neighbour, as it was configured, whatever the prefix is. */
	char *const commands[] = {
		xasprintf("route add default via %s dev %s src %s onlink table %u", router,
			address->interface, number, table),
		xasprintf("rule add from %s lookup main suppress_prefixlength 0 priority %d",
			number, RULE_HOST),
		xasprintf("rule add from %s lookup %u priority %d", number, table, RULE_ROUTER),
	};
	int rc = 0;
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (rc == 0)
			rc = run_ip(router, commands[i], true, messages);
		else
			free(commands[i]);
	}
	return rc;
}

static int add_address(
	const struct resource *net, const struct live *live, size_t at, struct messages *messages)
{
	const struct live_address *address = &live->addresses[at];
	/* Services of the zone bind to it at once: nobody else has it, as was looked up. */
	const char *more = strchr(address->address, ':') ? " nodad" : "";
	int rc = run_ip(address->address,
		xasprintf("address add %s dev %s%s", address->address, address->interface, more),
		true, messages);
	const char *router = resource_get(net, NET_DEFROUTER);
	return rc == 0 && router ? add_router(live, at, router, messages) : rc;
}

/* Why a net has no address in the plan. Returns a negative errno, described. */
static int explain(const struct resource *net, const char *address, struct messages *messages)
{
	AUTO_FREE char *title = resource_title(net);
	AUTO_FREE char *owner = find_owner(address);
	if (owner)
		return message_error(messages, -EADDRINUSE,
			"%s: the host has this address already, on its interface %s: remove it "
			"there, or give the zone another one",
			title, owner);
	return message_error(messages, -EADDRNOTAVAIL,
		"%s: no address is known for that name: add it to /etc/hosts, or give the number",
		title);
}

int network_add(const struct zone *zone, const struct live *live, struct messages *messages)
{
	int rc = 0;
	for (size_t i = 0; i < zone->count && rc == 0; i++) {
		const struct resource *net = zone->resources[i];
		if (!is_shared_net(zone, net))
			continue;
		AUTO_FREE char *address = find_address(net);
		size_t at = 0;
		while (at < live->address_count
			&& (strcmp(live->addresses[at].address, address) != 0
				|| strcmp(live->addresses[at].interface,
					   resource_get(net, NET_PHYSICAL))
					!= 0))
			at++;
		rc = at < live->address_count ? add_address(net, live, at, messages)
					      : explain(net, address, messages);
	}
	return rc;
}

/* ---- taking away ---- */

/*
 * When an address goes, the kernel takes those in the same network that were added after it, unless
 * this switch says otherwise. Returns what it was, or a negative errno.
 */
static int switch_promotion(const char *interface, int on)
{
	AUTO_FREE char *path = xasprintf(
		"/proc/sys/net/ipv4/conf/%s/promote_secondaries", interface);
	AUTO_FD fd = open(path, O_RDWR | O_CLOEXEC);
	char was;
	if (fd < 0 || pread(fd, &was, 1, 0) != 1)
		return -errno;
	const char text[] = { on ? '1' : '0', '\n' };
	if ((was != '0') != (on != 0) && pwrite(fd, text, sizeof(text), 0) < 0)
		return -errno;
	return was != '0';
}

static int remove_one(const struct live *live, size_t at, struct messages *messages)
{
	const struct live_address *address = &live->addresses[at];
	AUTO_FREE char *number = number_of(address);
	AUTO_FREE char *owner = find_owner(address->address);
	unsigned table = table_of(live, at);
	/* These fail if there is no such rule or table: what is not there is no error. */
	int rc = run_ip(number, xasprintf("rule del from %s priority %d", number, RULE_ROUTER),
		false, messages);
	if (rc >= 0)
		rc = run_ip(number, xasprintf("rule del from %s priority %d", number, RULE_HOST),
			false, messages);
	if (rc >= 0)
		rc = run_ip(number, xasprintf("route flush table %u", table), false, messages);
	if (rc < 0 || !owner || strcmp(owner, address->interface) != 0)
		return rc < 0 ? rc : 0;
	int before = switch_promotion(address->interface, 1);
	if (before < 0)
		return message_error(messages, before,
			"the address %s stays on %s: others in its network would go with it, and "
			"promote_secondaries cannot be set: %s",
			address->address, address->interface, strerror(-before));
	rc = run_ip(number,
		xasprintf("address del %s dev %s", address->address, address->interface), true,
		messages);
	/* It goes with the interface, if that is gone by now. */
	(void)switch_promotion(address->interface, before);
	return rc;
}

int network_remove(const struct live *live, struct messages *messages)
{
	int rc = 0;
	for (size_t i = 0; i < live->address_count; i++) {
		int one = remove_one(live, i, messages);
		rc = rc < 0 ? rc : one;
	}
	return rc;
}

/* ---- interfaces of its own ---- */

/* What an exclusive zone can be given: how the engine does it, and how it calls it in the zone. */
static const struct kind {
	const char *type, *option, *prefix;
	const char *name; /* NULL: prefix, and the interface's */
} kinds[] = {
	{ "macvlan", "--network-macvlan", "mv-", NULL }, /* the default */
	{ "ipvlan", "--network-ipvlan", "iv-", NULL },
	{ "veth", "--network-bridge", "", "host0" },
	{ "moved", "--network-interface", "", NULL },
};
enum { KIND_COUNT = sizeof(kinds) / sizeof(kinds[0]) };

/* What a resource gives to an exclusive zone; NULL: nothing. */
static const struct kind *find_kind(const struct resource *net)
{
	if (net->type->id != RES_NET)
		return NULL;
	const char *type = resource_get(net, NET_TYPE);
	for (size_t i = 0; type && i < KIND_COUNT; i++)
		if (strcmp(type, kinds[i].type) == 0)
			return &kinds[i];
	return &kinds[0];
}

char **network_options(const struct zone *zone)
{
	struct line line = { 0 };
	bool shared = runtime_shares_network(zone);
	if (!shared)
		line_take(&line, xstrdup("--private-network"));
	for (size_t i = 0; i < zone->count && !shared; i++) {
		const struct kind *kind = find_kind(zone->resources[i]);
		if (kind)
			line_take(&line,
				xasprintf("%s=%s", kind->option,
					resource_get(zone->resources[i], NET_PHYSICAL)));
	}
	line_take(&line, NULL);
	return line.words;
}

char *network_primary(const struct zone *zone)
{
	for (size_t i = 0; i < zone->count && !runtime_shares_network(zone); i++) {
		const struct kind *kind = find_kind(zone->resources[i]);
		if (!kind)
			continue;
		const char *physical = resource_get(zone->resources[i], NET_PHYSICAL);
		char *name = kind->name ? xstrdup(kind->name)
					: xasprintf("%s%s", kind->prefix, physical);
		if (strlen(name) < IF_NAMESIZE)
			return name;
		free(name);
		break;
	}
	return NULL;
}
