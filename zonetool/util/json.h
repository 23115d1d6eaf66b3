/* json.h - text as JSON has it (RFC 8259). */
#ifndef UTIL_JSON_H
#define UTIL_JSON_H

#include "base/str.h"

/*
 * Append a text in quotes; NULL: null. Whatever bytes it has, the result is valid JSON in UTF-8:
 * those that are not UTF-8 become U+FFFD, each.
 */
void json_text(struct str *out, const char *text);

#endif
