/* option.c - getopt_long(3), which leaves its complaints to us. */
#include "util/option.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* As getopt_long() itself, there is one command line. */
static char complaint[256];

/* What follows the dashes may be cut short, as long as it is the beginning of one option only. */
static bool is_ambiguous(const char *name, size_t len, const struct option *longs)
{
	int count = 0;
	for (; longs->name; longs++)
		count += strncmp(longs->name, name, len) == 0;
	return count > 1;
}

static void complain_long(const char *word, const struct option *longs)
{
	int len = (int)strcspn(word, "=");
	if (optopt)
		snprintf(complaint, sizeof(complaint), "%.*s %s", len, word,
			word[len] ? "takes no argument" : "needs an argument");
	else if (is_ambiguous(word + 2, (size_t)len - 2, longs))
		snprintf(complaint, sizeof(complaint), "%.*s can be more than one option", len,
			word);
	else
		snprintf(complaint, sizeof(complaint), "there is no option %.*s", len, word);
}

static void complain_short(const char *shorts)
{
	bool known = optopt != ':' && optopt != '+' && strchr(shorts, optopt);
	if (known)
		snprintf(complaint, sizeof(complaint), "-%c needs an argument", optopt);
	else
		snprintf(complaint, sizeof(complaint), "there is no option -%c", optopt);
}

int option_next(int argc, char **argv, const char *shorts, const struct option *longs)
{
	/* Where it reads on, also in the middle of a word; 0: at the beginning. */
	int at = optind ? optind : 1;
	opterr = 0;
	int letter = getopt_long(argc, argv, shorts, longs, NULL);
	if (letter != '?')
		return letter;
	if (at < argc && strncmp(argv[at], "--", 2) == 0)
		complain_long(argv[at], longs);
	else
		complain_short(shorts);
	return letter;
}

const char *option_wrong(void)
{
	return complaint;
}
