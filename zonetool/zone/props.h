/*
 * props.h - everything a zone's configuration can say, as tables: one row per resource type, one
 * row per property. Parsing, checking, printing, XML, completion and help all read these rows.
 */
#ifndef ZONE_PROPS_H
#define ZONE_PROPS_H

#include "util/messages.h"
#include "zone/value.h"

#include <stddef.h>

enum prop_kind {
	PROP_TEXT,    /* one text that parse() accepts */
	PROP_CHOICE,  /* one of choices */
	PROP_LIST,    /* texts, each of which parse() accepts: one child element each in XML */
	PROP_TUPLES,  /* complex values: (priv=..,limit=..,action=..) */
	PROP_RANGE,   /* n or n-m; two attributes in XML: "min max" */
	PROP_REFUSED, /* has no meaning on Linux: help says what to use instead */
};

enum prop_flags {
	PROP_REQUIRED = 1 << 0,       /* end (or verify, for the zone's own) needs it */
	PROP_KEY = 1 << 1,            /* two resources of a type may not agree in all of these */
	PROP_FIXED = 1 << 2,          /* not to be cleared */
	PROP_BEFORE_INSTALL = 1 << 3, /* may change only while the zone is configured */
};

/*
 * Check one text and bring it to its canonical form, which is returned, the caller's. NULL: the
 * text is wrong, and *ret_expected says what would be right, to complete "... is not": "an absolute
 * path, such as /zones/web". choices are the row's.
 */
typedef char *prop_parse(const char *text, const char **ret_expected);

struct prop {
	const char *name; /* as typed */
	enum prop_kind kind;
	unsigned flags;             /* enum prop_flags */
	prop_parse *parse;          /* TEXT, LIST, RANGE; NULL: any text */
	const char *const *choices; /* CHOICE: what is allowed; TEXT, LIST: what to complete with;
				       ends with NULL; or NULL */
	const char *xml;            /* the attribute, or the child element of a list */
	const char *fallback;       /* what an unset property means, or NULL */
	const char *help;           /* one line: what it becomes on Linux */
	const char *example;        /* a value */
};

enum resource_id {
	RES_ZONE, /* the zone's own properties, the global scope */
	RES_INHERIT_PKG_DIR,
	RES_FS,
	RES_NET,
	RES_DEVICE,
	RES_DEDICATED_CPU,
	RES_CAPPED_CPU,
	RES_CAPPED_MEMORY,
	RES_RCTL,
	RES_ATTR,
	RES_DATASET,
	RES_ADMIN,
	RES_COUNT,
};

enum resource_flags {
	TYPE_SINGLE = 1 << 0, /* a zone has at most one */
	TYPE_BEFORE_INSTALL =
		1 << 1, /* added, removed, changed only while the zone is configured */
};

struct resource_type {
	enum resource_id id;
	const char *name;    /* as typed; "zone" is not */
	const char *element; /* in XML */
	unsigned flags;      /* enum resource_flags */
	const struct prop *props;
	size_t prop_count;
	const char *help; /* one line */
};

/* By enum resource_id; the order is that of info, export and XML. */
extern const struct resource_type resource_types[RES_COUNT];

/* Positions in a type's props. */
enum {
	ZONE_NAME,
	ZONE_PATH,
	ZONE_BRAND,
	ZONE_AUTOBOOT,
	ZONE_BOOTARGS,
	ZONE_LIMITPRIV,
	ZONE_IP_TYPE,
	ZONE_MACHINE_ID,
	ZONE_FS_ALLOWED,
	ZONE_MAX_PROCESSES,
	ZONE_CPU_SHARES,
};
enum { INHERIT_DIR };
enum { FS_DIR, FS_SPECIAL, FS_RAW, FS_TYPE, FS_OPTIONS };
enum { NET_PHYSICAL, NET_ADDRESS, NET_DEFROUTER, NET_TYPE };
enum { DEVICE_MATCH };
enum { DEDICATED_NCPUS };
enum { CAPPED_NCPUS };
enum { MEMORY_PHYSICAL, MEMORY_SWAP };
enum { RCTL_NAME, RCTL_VALUE };
enum { ATTR_NAME, ATTR_TYPE, ATTR_VALUE };
enum { DATASET_NAME };
enum { ADMIN_USER, ADMIN_AUTHS };

/* The type of this name as typed, never that of RES_ZONE; NULL: none. */
const struct resource_type *resource_type_find(const char *name);
/* The row of this name, also a refused one; NULL: none. */
const struct prop *prop_find(const struct resource_type *type, const char *name);

/*
 * Check a value for a property and bring it to its canonical form, in place: what the property
 * means anyway, its fallback, becomes "not set". Returns 0 or -EINVAL,
 * described: the text begins with the property's name.
 */
int prop_check(const struct prop *prop, struct value *value, struct messages *messages);

/* The parts of an rctl's value; each is owned. */
struct rctl_tuple {
	char *priv, *limit, *action;
};
/* Take a canonical complex value apart. Returns 0 or -EINVAL. */
int rctl_tuple_parse(const char *text, struct rctl_tuple *ret_tuple);
void rctl_tuple_free(struct rctl_tuple *tuple);

#endif
