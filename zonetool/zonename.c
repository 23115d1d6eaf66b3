/* zonename.c - zonename: print the name of the zone it runs in. */
#include "util/option.h"
#include "util/program.h"
#include "zone/here.h"

#include <errno.h>
#include <stdio.h>

enum {
	STATUS_FAILED = 1,
	STATUS_USAGE = 2,
};

static const char usage[] = "usage:\tzonename [-t]\n"
			    "\tzonename --help | --version\n";

static const char help[] =
	"Print the name of the zone this runs in: \"global\" on the host itself.\n"
	"\n"
	"-t\tprint its IP type instead: shared or exclusive\n"
	"\n"
	"The manual: man zonename\n";

static int print_zone(bool ip_type, struct messages *messages)
{
	AUTO_HERE here = { 0 };
	if (here_find(&here, messages) < 0)
		return STATUS_FAILED;
	puts(ip_type ? here.ip_type : here.zonename);
	return 0;
}

int main(int argc, char **argv)
{
	static char name[] = "zonename";
	struct messages messages = { .emit = program_emit, .user = name };
	static const struct option longs[] = { { "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'v' }, { 0 } };
	bool ip_type = false;
	program_begin();
	for (int c; (c = option_next(argc, argv, "+t", longs)) != -1;) {
		switch (c) {
		case 't':
			ip_type = true;
			break;
		case 'h':
			printf("%s\n%s", usage, help);
			return program_end(0, &messages);
		case 'v':
			program_version(name);
			return program_end(0, &messages);
		default:
			message_error(&messages, -EINVAL, "%s", option_wrong());
			return fputs(usage, stderr), STATUS_USAGE;
		}
	}
	if (optind < argc) {
		message_error(&messages, -EINVAL, "%s: no operand is expected", argv[optind]);
		return fputs(usage, stderr), STATUS_USAGE;
	}
	return program_end(print_zone(ip_type, &messages), &messages);
}
