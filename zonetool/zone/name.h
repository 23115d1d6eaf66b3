/* name.h - what a zone can be called. */
#ifndef ZONE_NAME_H
#define ZONE_NAME_H

#include <stdbool.h>

enum {
	ZONE_NAME_MAX = 63, /* bytes in a zone's name */
};

/*
 * Whether a zone may have this name: letters, digits, "_", "-", ".", the first a letter or digit,
 * at most ZONE_NAME_MAX. Returns NULL, or what would be right, to complete "... is not".
 */
const char *zone_name_wrong(const char *name);
/* Names beginning with SUNW are templates: they are read, never written. */
bool zone_name_reserved(const char *name);

#endif
