/* utf8.h - characters in text (RFC 3629). */
#ifndef UTIL_UTF8_H
#define UTIL_UTF8_H

#include <stddef.h>
#include <stdint.h>

/*
 * The length of the character at s, which ends with a NUL, and *ret_character; 0: there is none, as
 * in what is cut off, written longer than needed, or a surrogate.
 */
size_t utf8_decode(const char *s, uint32_t *ret_character);

#endif
