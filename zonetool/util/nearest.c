/*
 * nearest.c - what somebody may have meant who mistyped a word: the optimal string alignment
 * distance, in rows of its table.
 */
#include "util/nearest.h"

#include <stddef.h>
#include <string.h>

enum {
	WORD_MAX = 32, /* longer words are near to nothing */
	SLIPS_MAX = 2,
};

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* How many slips lie between two words of at most WORD_MAX bytes. */
static unsigned distance(const char *a, const char *b)
{
	unsigned rows[3][WORD_MAX + 1];
	unsigned *before = rows[0], *above = rows[1], *row = rows[2];
	size_t width = strlen(b);
	for (size_t j = 0; j <= width; j++)
		above[j] = (unsigned)j;
	for (size_t i = 1; a[i - 1]; i++) {
		row[0] = (unsigned)i;
		for (size_t j = 1; j <= width; j++) {
			row[j] = least(above[j], row[j - 1]) + 1;
			row[j] = least(row[j], above[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = least(row[j], before[j - 2] + 1);
		}
		unsigned *oldest = before;
		before = above;
		above = row;
		row = oldest;
	}
	return above[width];
}

const char *nearest_word(const char *word, const char *const *words)
{
	const char *nearest = NULL;
	size_t len = strlen(word);
	if (len > WORD_MAX)
		return NULL;
	/* A word of three letters has nothing in common with what is two slips away. */
	unsigned best = least(SLIPS_MAX, (unsigned)len / 3) + 1;
	for (; *words; words++) {
		unsigned slips = strlen(*words) > WORD_MAX ? best : distance(word, *words);
		if (slips >= best)
			continue;
		best = slips;
		nearest = *words;
	}
	return nearest;
}
