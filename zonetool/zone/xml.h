/*
 * xml.h - a zone's configuration as XML: the elements of Solaris' zonecfg.dtd.1 and what Linux
 * needs besides, as zonecfg.dtd says. The document is read with distrust: no entities, no network,
 * no external DTD (ours is built in), no documents beyond XML_SIZE_MAX, UTF-8 only.
 */
#ifndef ZONE_XML_H
#define ZONE_XML_H

#include "base/str.h"
#include "zone/zone.h"

enum {
	XML_SIZE_MAX = 1 << 20,          /* bytes in a document, read or written */
	XML_MANIFEST_SIZE_MAX = 8 << 20, /* the same of a manifest, which names all packages */
};

/*
 * Read a configuration from len bytes; what is the file's name for messages. The values are checked
 * as if they had been typed; rules between them (zone_check) are not. Elements that only a detached
 * zone's manifest has are passed over. Returns 0 and *ret_zone, the caller's, or -EINVAL,
 * described with file and line.
 */
int xml_parse(const char *text, size_t len, const char *what, struct zone **ret_zone,
	struct messages *messages);

/* What libxml2 says of a document, in a way that helps: the text, or a static one. */
const char *xml_problem(const char *text);

/* Append the document to *text. Returns 0, or -EFBIG, described, beyond XML_SIZE_MAX. */
int xml_format(const struct zone *zone, struct str *text, struct messages *messages);

/* A package in a detached zone's manifest. */
struct xml_package {
	char *name, *version;
};

/* What a manifest has besides the zone. */
struct xml_packages {
	struct xml_package *rows;
	size_t count;
};
void xml_packages_free(struct xml_packages *packages);

/* The same of a manifest: its packages, too, in the order of the document; the caller's. */
int xml_parse_manifest(const char *text, size_t len, const char *what, struct zone **ret_zone,
	struct xml_packages *ret_packages, struct messages *messages);
int xml_format_manifest(const struct zone *zone, const struct xml_packages *packages,
	struct str *text, struct messages *messages);

/* What zoneadm list shows of a configuration, owned. */
struct xml_summary {
	char *brand, *ip_type; /* defaults filled in */
};
void xml_summary_free(struct xml_summary *summary);

/*
 * Only well-formedness is checked, and the summary read: much faster than xml_parse(). Returns 0 or
 * -EINVAL, described.
 */
int xml_scan(const char *text, size_t len, const char *what, struct xml_summary *ret_summary,
	struct messages *messages);

#endif
