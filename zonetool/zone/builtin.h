/*
 * builtin.h - files of this folder that are built into the programs, so that nothing on the machine
 * can stand in for them. The build makes builtin.c of them.
 */
#ifndef ZONE_BUILTIN_H
#define ZONE_BUILTIN_H

#include <stddef.h>

/* Each ends with a NUL that is not counted. */
extern const char builtin_dtd[], builtin_default[], builtin_blank[];
extern const size_t builtin_dtd_len, builtin_default_len, builtin_blank_len;

#endif
