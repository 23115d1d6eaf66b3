/* packages_version.c - versions of packages in their order, see deb-version(7). */
#include "install/packages_private.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* The order of a character outside of numbers: "~" before the end, letters before all else. */
static int character_order(char c)
{
	if (c == '~')
		return -1;
	if (!c || isdigit((unsigned char)c))
		return 0;
	return isalpha((unsigned char)c) ? (unsigned char)c : (unsigned char)c + 256;
}

/* A part of a version that is being compared. */
struct part {
	const char *at, *end;
};

static char part_peek(const struct part *part)
{
	return part->at < part->end ? *part->at : '\0';
}

/* Take a number out of both: they differ in how many digits it has, or in the first other one. */
static int compare_numbers(struct part *a, struct part *b)
{
	int first = 0;
	while (part_peek(a) == '0')
		a->at++;
	while (part_peek(b) == '0')
		b->at++;
	while (isdigit((unsigned char)part_peek(a)) && isdigit((unsigned char)part_peek(b))) {
		if (!first)
			first = *a->at - *b->at;
		a->at++;
		b->at++;
	}
	if (isdigit((unsigned char)part_peek(a)))
		return 1;
	if (isdigit((unsigned char)part_peek(b)))
		return -1;
	return first;
}

static int compare_parts(struct part a, struct part b)
{
	while (part_peek(&a) || part_peek(&b)) {
		while (character_order(part_peek(&a)) || character_order(part_peek(&b))) {
			int order = character_order(part_peek(&a)) - character_order(part_peek(&b));
			if (order)
				return order;
			a.at++;
			b.at++;
		}
		int order = compare_numbers(&a, &b);
		if (order)
			return order;
	}
	return 0;
}

/* Split "epoch:upstream-revision". */
static unsigned long split(
	const char *version, struct part *ret_upstream, struct part *ret_revision)
{
	unsigned long epoch = 0;
	const char *colon = strchr(version, ':');
	if (colon) {
		epoch = strtoul(version, NULL, 10);
		version = colon + 1;
	}
	const char *end = version + strlen(version), *dash = strrchr(version, '-');
	*ret_upstream = (struct part){ version, dash ? dash : end };
	*ret_revision = (struct part){ dash ? dash + 1 : end, end };
	return epoch;
}

int version_compare(const char *a, const char *b)
{
	struct part upstream[2], revision[2];
	unsigned long epoch_a = split(a, &upstream[0], &revision[0]);
	unsigned long epoch_b = split(b, &upstream[1], &revision[1]);
	if (epoch_a != epoch_b)
		return epoch_a < epoch_b ? -1 : 1;
	int order = compare_parts(upstream[0], upstream[1]);
	return order ? order : compare_parts(revision[0], revision[1]);
}

bool version_satisfies(const char *version, const char *relation, const char *wanted)
{
	int order = version_compare(version, wanted);
	if (strcmp(relation, "<<") == 0)
		return order < 0;
	if (strcmp(relation, "<=") == 0 || strcmp(relation, "<") == 0)
		return order <= 0;
	if (strcmp(relation, ">=") == 0 || strcmp(relation, ">") == 0)
		return order >= 0;
	if (strcmp(relation, ">>") == 0)
		return order > 0;
	return order == 0;
}
