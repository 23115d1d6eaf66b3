/*
 * fuzz_escape.c - names made safe to print: whatever the name, the text has no control character
 * and is UTF-8, and the name can be had back from it.
 */
#include "fuzz.h"

#include "cli.h"

#include <string.h>

/* One escape behind its backslash; returns the character and moves behind it. */
static char unescape_one(const char **at)
{
	static const char letters[] = "abtnvfr\\'", meant[] = "\a\b\t\n\v\f\r\\'";
	const char *s = *at, *letter = *s ? strchr(letters, *s) : NULL;
	if (letter) {
		*at = s + 1;
		return meant[letter - letters];
	}
	for (int i = 0; i < 3; i++)
		require(s[i] >= '0' && s[i] <= '7');
	*at = s + 3;
	return (char)((s[0] - '0') << 6 | (s[1] - '0') << 3 | (s[2] - '0'));
}

static void check_same(const char *shown, const char *name)
{
	size_t len = 0, want = strlen(name);
	while (*shown) {
		char c = *shown++;
		if (c == '\\')
			c = unescape_one(&shown);
		require(len < want && name[len] == c);
		len++;
	}
	require(len == want);
}

/* Length of the UTF-8 character at s, which must be one, and none that does harm. */
static size_t check_character(const unsigned char *s)
{
	require(*s >= 0x20 && *s != 0x7f);
	if (*s < 0x80)
		return 1;
	require(*s >= 0xc2 && *s <= 0xf4);
	size_t len = *s >= 0xf0 ? 4 : *s >= 0xe0 ? 3 : 2;
	for (size_t i = 1; i < len; i++)
		require((s[i] & 0xc0) == 0x80);
	require(!(s[0] == 0xc2 && s[1] < 0xa0));  /* C1 controls */
	require(!(s[0] == 0xd8 && s[1] == 0x9c)); /* Arabic letter mark */
	require(!(s[0] == 0xe0 && s[1] < 0xa0) && !(s[0] == 0xed && s[1] >= 0xa0));
	require(!(s[0] == 0xf0 && s[1] < 0x90) && !(s[0] == 0xf4 && s[1] >= 0x90));
	require(!(s[0] == 0xe2 && s[1] == 0x80 && s[2] >= 0xaa && s[2] <= 0xae)); /* embeddings */
	require(!(s[0] == 0xe2 && s[1] == 0x81 && s[2] >= 0xa6 && s[2] <= 0xa9)); /* isolates */
	return len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *name = malloc(size + 1);
	if (!name)
		return 0;
	if (size)
		memcpy(name, data, size);
	name[size] = '\0';
	char *shown = cli_escape(name);
	require(shown != NULL);
	for (const unsigned char *s = (const unsigned char *)shown; *s;)
		s += check_character(s);
	check_same(shown, name);
	free(shown);
	free(name);
	return 0;
}
