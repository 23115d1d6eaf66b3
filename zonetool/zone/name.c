/* name.c - what a zone can be called. */
#include "zone/name.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

const char *zone_name_wrong(const char *name)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
	size_t len = strlen(name);
	if (!isalnum((unsigned char)*name) || strspn(name, allowed) != len)
		return "a zone's name: letters, digits, \"_\", \"-\" and \".\", the first a letter "
		       "or digit";
	if (len > ZONE_NAME_MAX)
		return "a zone's name, which has at most 63 characters";
	if (strcmp(name, "global") == 0)
		return "a name to give: \"global\" is the host itself";
	return NULL;
}

bool zone_name_reserved(const char *name)
{
	return strncmp(name, "SUNW", 4) == 0;
}
