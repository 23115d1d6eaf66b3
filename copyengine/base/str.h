/* str.h - a growing byte string, always NUL-terminated. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stddef.h>

struct str {
	char *data; /* NULL until something was added */
	size_t len, room;
};

#define STR_EMPTY                                                                                  \
	{                                                                                          \
		NULL, 0, 0                                                                         \
	}

/* Append len bytes. Returns 0 or -ENOMEM, leaving str as it was. */
int str_add(struct str *str, const char *bytes, size_t len);

/* Append a string. */
int str_adds(struct str *str, const char *s);

/* Append one character. */
int str_addc(struct str *str, char c);

/* Make room for len more bytes (and the NUL). Returns 0 or -ENOMEM. */
int str_reserve(struct str *str, size_t len);

/* Shorten to len bytes; the memory stays. */
void str_truncate(struct str *str, size_t len);

/* The text, never NULL. */
const char *str_get(const struct str *str);

/* Free the memory; the string is empty and usable again. */
void str_free(struct str *str);

#define AUTO_STR __attribute__((cleanup(str_free))) struct str

#endif
