/* verify_parts.h - what the files of zone_verify() share: verify.c and verify_*.c only. */
#ifndef ZONE_VERIFY_PARTS_H
#define ZONE_VERIFY_PARTS_H

#include "zone/index.h"
#include "zone/zone.h"

/* A net's address as the kernel compares it. */
struct address {
	int family; /* AF_INET or AF_INET6; AF_UNSPEC: there is none, or it was not found out */
	unsigned char bytes[16];
};

/* One run. */
struct verify {
	const struct index *index;
	const struct index_entry *entry;
	const struct zone *zone;
	struct messages *messages;
	struct address *addresses; /* verify_net()'s: by position in zone->resources */
	bool names_unknown;        /* the name service does not answer, as was said */
};

/* A problem of a resource: the message begins with the resource's title. */
void verify_error(const struct verify *verify, const struct resource *resource, const char *format,
	...) __attribute__((format(printf, 3, 4)));
void verify_warning(const struct verify *verify, const struct resource *resource,
	const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Whether a program of this name is in one of the system's directories for programs. */
bool verify_has_program(const char *name);

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

/* All nets of the zone. */
void verify_net(struct verify *verify);

/* Beside another zone: what only one of them can have. */
void verify_net_beside(struct verify *verify, const char *name, const struct zone *other);
void verify_devices_beside(const struct verify *verify, const char *name, const struct zone *other);
void verify_datasets_beside(
	const struct verify *verify, const char *name, const struct zone *other);

#endif
