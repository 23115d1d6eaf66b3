/* verify_parts.h - what the files of zone_verify() share: verify.c and verify_*.c only. */
#ifndef ZONE_VERIFY_PARTS_H
#define ZONE_VERIFY_PARTS_H

#include "util/mountinfo.h"
#include "zone/index.h"
#include "zone/zone.h"

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/types.h>

/* A net's address as the kernel compares it. */
struct address {
	int family; /* AF_INET or AF_INET6; AF_UNSPEC: there is none, or it was not found out */
	unsigned char bytes[16];
	int prefix; /* -1: it was given without one */
};

/* One run. */
struct verify {
	const struct index *index;
	const struct index_entry *entry;
	const struct zone *zone;
	struct messages *messages;
	struct mount_table mounts; /* on this host, as this program sees it */
	struct address *addresses; /* verify_net()'s: by position in zone->resources */
	bool lives;                /* what its nets take of this host they have taken */
	bool names_unknown;        /* the name service does not answer, as was said */
};

/* A problem of a resource: the message begins with the resource's title. */
void verify_error(const struct verify *verify, const struct resource *resource, const char *format,
	...) __attribute__((format(printf, 3, 4)));
void verify_warning(const struct verify *verify, const struct resource *resource,
	const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Whether a program of this name is in one of the system's directories for programs. */
bool verify_has_program(const char *name);

/* Read what is mounted. If that cannot be done, it is a warning, and nothing is. */
struct mount_table verify_mounts(struct messages *messages);
/* Where a block device, or a partition of it, is mounted; NULL: nowhere. */
const char *verify_mounted_at(const struct mount_table *mounts, dev_t device);

/* The zonepath: beside the other ones, in itself, and what is in it. */
void verify_zonepath(const struct verify *verify);

/* Everything about one type of resource, as far as this zone and this machine tell. */
void verify_fs(const struct verify *verify, const struct resource *fs);
void verify_inherit(const struct verify *verify, const struct resource *inherit);
void verify_device(const struct verify *verify, const struct resource *device);
void verify_dedicated_cpu(const struct verify *verify, const struct resource *cpu);
void verify_capped_cpu(const struct verify *verify, const struct resource *cpu);
void verify_capped_memory(const struct verify *verify, const struct resource *memory);
void verify_dataset(const struct verify *verify, const struct resource *dataset);
void verify_admin(const struct verify *verify, const struct resource *admin);

/* Where the zone's fs and inherit-pkg-dir are mounted, beside each other. */
void verify_places(const struct verify *verify);

/* Addresses, verify_address.c: */
bool address_equal(const struct address *a, const struct address *b);
/* That of a socket; AF_UNSPEC: it is of another family. */
struct address address_of(const struct sockaddr *socket);
/* The number with or without a prefix that the text may be. Returns whether it is one. */
bool address_parse(const char *text, struct address *ret_address);
/*
 * The address that a net's text means. A host name is looked up: it stands for an IPv4 address, as
 * on Solaris. Returns 0 or what getaddrinfo(3) does.
 */
int address_find(const char *text, struct address *ret_address);
/* Why nothing can have this address on an interface, to complete "address A ..."; NULL: it can. */
const char *address_wrong(const struct address *address);
bool address_is_loopback(const struct address *address);
/* Whether it is that of all routers of its network (RFC 4291). */
bool address_is_anycast(const struct address *address);
/* Whether it is fe80::/10, which is in no network's prefix. */
bool address_is_link_local(const struct address *address);
/* Whether other is in the network that address and its prefix name; without a prefix all are. */
bool address_has_neighbour(const struct address *address, const struct address *other);

/* All nets of the zone. */
void verify_net(struct verify *verify);

/* Beside another zone: what only one of them can have at a time. */
void verify_net_beside(
	struct verify *verify, const char *name, const struct zone *other, bool lives);
void verify_devices_beside(const struct verify *verify, const char *name, const struct zone *other);
void verify_datasets_beside(
	const struct verify *verify, const char *name, const struct zone *other);

#endif
