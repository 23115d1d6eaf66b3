/* str.c - a growing byte string. */
#include "base/str.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int str_reserve(struct str *str, size_t len)
{
	size_t need = str->len + len + 1;
	if (need <= str->room)
		return 0;
	size_t room = str->room ? str->room : 64;
	while (room < need)
		room *= 2;
	char *data = realloc(str->data, room);
	if (!data)
		return -ENOMEM;
	str->data = data;
	str->room = room;
	return 0;
}

int str_add(struct str *str, const char *bytes, size_t len)
{
	int rc = str_reserve(str, len);
	if (rc < 0)
		return rc;
	memcpy(str->data + str->len, bytes, len);
	str_truncate(str, str->len + len);
	return 0;
}

int str_adds(struct str *str, const char *s)
{
	return str_add(str, s, strlen(s));
}

int str_addc(struct str *str, char c)
{
	return str_add(str, &c, 1);
}

void str_truncate(struct str *str, size_t len)
{
	str->len = len;
	if (str->data)
		str->data[len] = '\0';
}

const char *str_get(const struct str *str)
{
	return str->data ? str->data : "";
}

void str_free(struct str *str)
{
	free(str->data);
	*str = (struct str)STR_EMPTY;
}
