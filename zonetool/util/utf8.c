/* utf8.c - characters in text. */
#include "util/utf8.h"

size_t utf8_decode(const char *s, uint32_t *ret_character)
{
	/* The first byte tells the length, and with it the least value that needs it. */
	static const uint32_t least[] = { [1] = 0, [2] = 0x80, [3] = 0x800, [4] = 0x10000 };
	unsigned char first = (unsigned char)*s;
	if ((first >= 0x80 && first < 0xc2) || first > 0xf4)
		return 0;
	size_t len = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0x80 ? 2 : 1;
	uint32_t c = len == 1 ? first : first & (0xffU >> (len + 1));
	for (size_t i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3fU);
	}
	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*ret_character = c;
	return len;
}
