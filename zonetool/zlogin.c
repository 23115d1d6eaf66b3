/* zlogin.c - zlogin: run a program in a zone, log in to it, or have its console. */
#include "runtime/console_client.h"
#include "runtime/session.h"
#include "runtime/shield.h"
#include "runtime/terminal.h"
#include "util/option.h"
#include "util/program.h"
#include "zone/here.h"
#include "zone/registry.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	STATUS_USAGE = 2,
};

static const char usage[] =
	"usage:\tzlogin [-l USER] [-S] [-n] [-e CHAR | -E] [-Q] [-c] ZONE [COMMAND [ARGUMENT...]]\n"
	"\tzlogin -C [-r] [-e CHAR | -E] [-Q] ZONE\n"
	"\tzlogin --help | --version\n";

static const char help[] =
	"Run a command in a running zone, with exactly these arguments; without one, log in: on a\n"
	"terminal, or with what standard input has for the shell.\n"
	"\n"
	"-C\tthe zone's console, also before it boots; one at a time has it\n"
	"-r\twith -C: only look, beside who has it\n"
	"-l USER\tas this user of the zone instead of root\n"
	"-c\tjoin the words with blanks, and have the user's shell understand them\n"
	"-S\tsafe: rely on nothing in the zone but /bin/sh\n"
	"-n\tthere is nothing on standard input\n"
	"-e CHAR\tlog out with CHAR and \".\" at the beginning of a line; ~ if not given\n"
	"-E\tno such character\n"
	"-Q\tquiet: do not tell where the connection begins and ends\n"
	"\n"
	"Exit status: the command's; 128+n: signal n killed it; 125: it could not be started;\n"
	"126: it cannot be run; 127: there is none of that name; 2: wrong usage\n"
	"\n"
	"The manual: man zlogin\n";

/* The command line. */
struct arguments {
	bool help, version;
	bool console, read_only, safe, no_input, joined, quiet;
	const char *user; /* NULL: not given */
	int escape;
	bool escape_given, escape_none;
	const char *zone;
	char **command;
	char **argv; /* all of it */
};

static int take_escape(struct arguments *arguments, const char *text, struct messages *messages)
{
	arguments->escape = escape_parse(text);
	arguments->escape_given = true;
	return arguments->escape >= 0
		? 0
		: message_error(messages, -EINVAL,
			"-e: \"%s\" is not one character, such as @, or \\ and its number in "
			"octal, such as \\035; nor can it be a dot or end a line",
			text);
}

/* Returns 0 or -EINVAL, described. */
static int take_option(struct arguments *arguments, int c, struct messages *messages)
{
	bool *const flags[128] = {
		['C'] = &arguments->console,
		['r'] = &arguments->read_only,
		['S'] = &arguments->safe,
		['n'] = &arguments->no_input,
		['c'] = &arguments->joined,
		['Q'] = &arguments->quiet,
		['E'] = &arguments->escape_none,
		['h'] = &arguments->help,
		['v'] = &arguments->version,
	};
	if (c == 'l')
		arguments->user = optarg;
	else if (c == 'e')
		return take_escape(arguments, optarg, messages);
	else if (c == '?')
		return message_error(messages, -EINVAL, "%s", option_wrong());
	else
		*flags[c] = true;
	return 0;
}

/* Which options go with which. Returns 0 or -EINVAL, described. */
static int check(const struct arguments *arguments, struct messages *messages)
{
	const struct {
		bool wrong;
		const char *text;
	} rules[] = {
		{ !arguments->zone, "which zone?" },
		{ arguments->escape_given && arguments->escape_none,
			"-e gives an escape character, and -E takes it away: choose one" },
		{ arguments->read_only && !arguments->console,
			"-r is for the console: it needs -C" },
		{ arguments->console && arguments->user,
			"-C and -l: on the console, the zone asks who you are" },
		{ arguments->console && (arguments->safe || arguments->joined),
			"-C is the console, on which nothing is started: it has no -S and no -c" },
		{ arguments->console && arguments->no_input,
			"-C and -n: to look only, there is -r" },
		{ arguments->console && arguments->command && arguments->command[0],
			"-C is the console, on which no command is started" },
		{ arguments->joined && !(arguments->command && arguments->command[0]),
			"-c needs a command" },
		{ arguments->user
				&& (!*arguments->user || *arguments->user == '-'
					|| strpbrk(arguments->user, ":/\n")),
			"-l needs the name of a user" },
	};
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (rules[i].wrong)
			return message_error(messages, -EINVAL, "%s", rules[i].text);
	return 0;
}

/* Returns 0 or -EINVAL, described. */
static int parse(int argc, char **argv, struct arguments *ret_arguments, struct messages *messages)
{
	static const struct option longs[] = { { "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'v' }, { 0 } };
	struct arguments arguments = { .escape = ESCAPE_DEFAULT, .argv = argv };
	for (int c; (c = option_next(argc, argv, "+Ccl:SnrEe:Q", longs)) != -1;)
		if (take_option(&arguments, c, messages) < 0)
			return -EINVAL;
	if (optind < argc) {
		arguments.zone = argv[optind];
		arguments.command = argv + optind + 1;
	}
	*ret_arguments = arguments;
	return arguments.help || arguments.version ? 0 : check(ret_arguments, messages);
}

/* ---- which zone ---- */

/* A zone that is there, and its life. */
struct target {
	struct registry_zone stored;
	struct live live;
	const struct runtime_ops *ops;
};

static void target_free(struct target *target)
{
	zone_free(target->stored.zone);
	live_free(&target->live);
}
#define AUTO_TARGET __attribute__((cleanup(target_free))) struct target

/* Zones are root's; but who tries the twin without containers may be anybody. */
static int check_caller(const char *zone, struct messages *messages)
{
	AUTO_HERE here = { 0 };
	int rc = here_find(&here, messages);
	if (rc < 0)
		return rc;
	if (!here_global(&here))
		return message_error(messages, -EPERM,
			"this is zone %s, and zones are entered from the global zone",
			here.zonename);
	if (strcmp(zone, "global") == 0)
		return message_error(messages, -EINVAL, "this is the global zone already");
	if (!registry_writable() && !getenv(RUNTIME_VARIABLE))
		return message_error(messages, -EPERM, "only root may enter zones");
	return 0;
}

static int find_life(struct registry *registry, const char *name, struct target *target,
	struct messages *messages)
{
	int rc = registry_live(registry, name, &target->live, messages);
	if (rc < 0)
		return rc;
	enum zone_state stored = target->stored.state;
	if (rc == 0 && zone_state_is_live(stored))
		stored = STATE_INSTALLED; /* it was halted just now */
	rc = zone_state_allows(rc ? target->live.state : stored, OP_LOGIN, name, messages);
	if (rc < 0)
		return rc;
	target->ops = runtime_find(target->live.runtime);
	return target->ops ? 0
			   : message_error(messages, -ENOSYS,
				   "zone %s runs under \"%s\", which this zlogin does not know",
				   name, target->live.runtime);
}

/* Returns 0 or a negative errno, described. */
static int find(
	const struct arguments *arguments, struct target *ret_target, struct messages *messages)
{
	const char *name = arguments->zone;
	struct registry *registry = NULL;
	int rc = check_caller(name, messages);
	if (rc == 0)
		rc = registry_open("zlogin", &registry, messages);
	if (rc < 0)
		return rc;
	rc = registry_load(registry, name, &ret_target->stored, messages);
	if (rc == -ENOENT)
		registry_unknown(name, messages);
	if (rc == 0)
		rc = arguments->console
			? zone_state_allows(ret_target->stored.state, OP_CONSOLE, name, messages)
			: find_life(registry, name, ret_target, messages);
	registry_close(registry);
	return rc;
}

/* ---- what is to be done ---- */

static int run_console(const struct arguments *arguments, struct messages *messages)
{
	struct console_client client = { .name = arguments->zone,
		.read_only = arguments->read_only,
		.escape = arguments->escape_none ? ESCAPE_NONE : arguments->escape,
		.quiet = arguments->quiet };
	int status = console_client_run(&client, messages);
	return status < 0 ? SESSION_CANNOT : status;
}

static int run_session(
	const struct arguments *arguments, const struct target *target, struct messages *messages)
{
	bool shell = !arguments->command[0];
	if (target->ops->contains && shield_self(arguments->argv, messages) < 0)
		return SESSION_CANNOT;
	struct session session = { .name = arguments->zone,
		.zone = target->stored.zone,
		.live = &target->live,
		.ops = target->ops,
		.user = arguments->user ? arguments->user : "root",
		.command = arguments->command,
		.joined = arguments->joined,
		.safe = arguments->safe,
		.no_input = arguments->no_input,
		.terminal = shell && !arguments->no_input && isatty(STDIN_FILENO),
		.escape = arguments->escape_none ? ESCAPE_NONE : arguments->escape,
		.quiet = arguments->quiet };
	return session_run(&session, messages);
}

static int run(const struct arguments *arguments, struct messages *messages)
{
	AUTO_TARGET target = { .live = { .console_fd = -1 } };
	if (find(arguments, &target, messages) < 0)
		return SESSION_CANNOT;
	return arguments->console ? run_console(arguments, messages)
				  : run_session(arguments, &target, messages);
}

int main(int argc, char **argv)
{
	static char name[] = "zlogin";
	struct messages messages = { .emit = program_emit, .user = name };
	struct arguments arguments = { 0 };
	program_begin();
	if (shield_resume(&messages) < 0)
		return SESSION_CANNOT;
	if (parse(argc, argv, &arguments, &messages) < 0)
		return fputs(usage, stderr), STATUS_USAGE;
	if (arguments.version) {
		program_version(name);
		return program_end(0, &messages);
	}
	if (arguments.help) {
		printf("%s\n%s", usage, help);
		return program_end(0, &messages);
	}
	return run(&arguments, &messages);
}
