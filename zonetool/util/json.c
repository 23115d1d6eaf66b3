/* json.c - text as JSON has it. */
#include "util/json.h"

#include "util/alloc.h"

#include <stdint.h>

/* The length of the UTF-8 character at s (RFC 3629); 0: there is none. */
static size_t utf8_len(const unsigned char *s)
{
	static const uint32_t least[] = { [2] = 0x80, [3] = 0x800, [4] = 0x10000 };
	if (*s < 0x80)
		return 1;
	if (*s < 0xc2 || *s > 0xf4)
		return 0;
	size_t len = *s >= 0xf0 ? 4 : *s >= 0xe0 ? 3 : 2;
	uint32_t c = *s & (0xffU >> (len + 1));
	for (size_t i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3fU);
	}
	return c < least[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff) ? 0 : len;
}

void json_text(struct str *out, const char *text)
{
	if (!text) {
		text_adds(out, "null");
		return;
	}
	text_addc(out, '"');
	for (const unsigned char *s = (const unsigned char *)text; *s;) {
		size_t len = utf8_len(s);
		if (*s == '"' || *s == '\\')
			text_addf(out, "\\%c", *s);
		else if (*s < 0x20 || *s == 0x7f)
			text_addf(out, "\\u%04x", *s);
		else if (len)
			text_addf(out, "%.*s", (int)len, (const char *)s);
		else
			text_adds(out, "\\ufffd");
		s += len ? len : 1;
	}
	text_addc(out, '"');
}
