/* sysidcfg.c - the sysidcfg file: its keywords, what they can be, and reading it. */
#include "identity/sysidcfg.h"

#include "identity/sysidcfg_private.h"
#include "util/nearest.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum {
	NAME_SHOWN = 40, /* characters of a keyword that is not known */
	WORDS_MAX = 24,  /* rows of a table, and one */
	NO_SLOT = -1,    /* a keyword that has no meaning for a zone on Linux */
};

enum row_flags {
	ROW_BARE = 1 << 0,   /* without "=" and a value */
	ROW_SECRET = 1 << 1, /* its value is never shown */
};

/* A value that a keyword can have, and the properties in the block behind it. */
struct choice {
	const char *value;      /* NULL: any other; then the row's check says which */
	const struct row *rows; /* NULL: no block can follow */
	const char *refusal;    /* what to do instead, if it cannot be; or NULL */
};

/* A keyword, or a property in a block. A table ends with one without a name. */
struct row {
	const char *name;
	int slot; /* of the answers, or NO_SLOT */
	unsigned flags;
	const char *(*check)(const char *value); /* NULL: a choice, or anything */
	const struct choice *choices;            /* end with all zero; or NULL: there is no block */
};

/* ---- the tables ---- */

static const struct row interface_rows[] = {
	{ "hostname", NETWORK_HOSTNAME, 0, check_hostname, NULL },
	{ "ip_address", NETWORK_ADDRESS, 0, check_address, NULL },
	{ "netmask", NETWORK_NETMASK, 0, check_netmask, NULL },
	{ "default_route", NETWORK_ROUTE, 0, check_route, NULL },
	{ "protocol_ipv6", NETWORK_IPV6, 0, check_yes_no, NULL },
	{ "dhcp", NETWORK_DHCP, ROW_BARE, NULL, NULL },
	{ "primary", NETWORK_PRIMARY, ROW_BARE, NULL, NULL },
	{ 0 },
};

/* A zone without a network of its own has a name all the same. */
static const struct row no_interface_rows[] = {
	{ "hostname", NETWORK_HOSTNAME, 0, check_hostname, NULL },
	{ 0 },
};

static const struct row dns_rows[] = {
	{ "domain_name", SLOT_DOMAIN, 0, check_domain, NULL },
	{ "name_server", SLOT_SERVERS, 0, check_servers, NULL },
	{ "search", SLOT_SEARCH, 0, check_search, NULL },
	{ 0 },
};

static const struct row kerberos_rows[] = {
	{ "default_realm", SLOT_REALM, 0, check_domain, NULL },
	{ "kdc", SLOT_KDC, 0, check_hosts, NULL },
	{ "admin_server", SLOT_ADMIN, 0, check_host, NULL },
	{ 0 },
};

static const struct choice interface_choices[] = {
	{ "NONE", no_interface_rows, NULL },
	{ NULL, interface_rows, NULL },
	{ 0 },
};

#define CLIENT_REFUSAL                                                                             \
	"take DNS or NONE, and make the zone a client of NIS or LDAP with its packages, when it "  \
	"runs"
static const struct choice name_choices[] = {
	{ "NONE", NULL, NULL },
	{ "DNS", dns_rows, NULL },
	{ "NIS", NULL, CLIENT_REFUSAL },
	{ "NIS+", NULL, CLIENT_REFUSAL },
	{ "LDAP", NULL, CLIENT_REFUSAL },
	{ NULL, NULL, "there are DNS and NONE" },
	{ 0 },
};

static const struct choice security_choices[] = {
	{ "NONE", NULL, NULL },
	{ "kerberos", kerberos_rows, NULL },
	{ NULL, NULL, "there are kerberos and NONE" },
	{ 0 },
};

/* network_interface has a row of answers of its own for each interface. */
static const struct row interface_row = { "network_interface", NO_SLOT, 0, check_interface,
	interface_choices };

static const struct row keyword_rows[] = {
	{ "system_locale", SLOT_LOCALE, 0, check_locale, NULL },
	{ "timezone", SLOT_TIMEZONE, 0, check_timezone, NULL },
	{ "terminal", SLOT_TERMINAL, 0, check_terminal, NULL },
	{ "root_password", SLOT_PASSWORD, ROW_SECRET, check_password, NULL },
	{ "nfs4_domain", SLOT_NFS4, 0, check_nfs4_domain, NULL },
	{ "name_service", SLOT_NAMES, 0, NULL, name_choices },
	{ "security_policy", SLOT_SECURITY, 0, NULL, security_choices },
	{ "auto_reg", NO_SLOT, 0, NULL, NULL },
	{ "display", NO_SLOT, 0, NULL, NULL },
	{ "install_locale", NO_SLOT, 0, NULL, NULL },
	{ "keyboard", NO_SLOT, 0, NULL, NULL },
	{ "monitor", NO_SLOT, 0, NULL, NULL },
	{ "pointer", NO_SLOT, 0, NULL, NULL },
	{ "service_profile", NO_SLOT, 0, NULL, NULL },
	{ "timeserver", NO_SLOT, 0, NULL, NULL },
	{ 0 },
};

_Static_assert(sizeof(keyword_rows) / sizeof(*keyword_rows) < WORDS_MAX,
	"room for all words of the longest table, one more, and the end");

static const struct row *find_row(const struct row *rows, const char *name)
{
	for (; rows && rows->name; rows++)
		if (strcasecmp(rows->name, name) == 0)
			return rows;
	return NULL;
}

/* ---- reading ---- */

struct parser {
	struct words words;
	struct sysidcfg *sysidcfg;
	struct messages *messages;
	bool failed;
};

/* Describe what is wrong on a line. */
static void __attribute__((format(printf, 3, 4)))
wrong(struct parser *parser, size_t line, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	AUTO_FREE char *text = xvasprintf(format, args);
	va_end(args);
	message_error(
		parser->messages, -EINVAL, "%s: line %zu: %s", parser->sysidcfg->what, line, text);
	parser->failed = true;
}

/* Keep a warning until the answers are applied. */
static void __attribute__((format(printf, 3, 4)))
warn(struct parser *parser, size_t line, const char *format, ...)
{
	struct sysidcfg *sysidcfg = parser->sysidcfg;
	va_list args;
	va_start(args, format);
	AUTO_FREE char *text = xvasprintf(format, args);
	va_end(args);
	sysidcfg->warnings = xrealloc(
		sysidcfg->warnings, sysidcfg->warning_count + 1, sizeof(*sysidcfg->warnings));
	sysidcfg->warnings[sysidcfg->warning_count++] = xasprintf(
		"%s: line %zu: %s", sysidcfg->what, line, text);
}

/* A keyword or property that is in none of the rows; more is one beside them, or NULL. */
static void wrong_name(
	struct parser *parser, const char *kind, const struct row *rows, const char *more)
{
	const char *words[WORDS_MAX] = { more };
	size_t count = more != NULL;
	for (; rows && rows->name; rows++)
		words[count++] = rows->name;
	AUTO_FREE char *name = xstrdup(parser->words.text);
	for (char *c = name; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	const char *nearest = strlen(name) <= NAME_SHOWN ? nearest_word(name, words) : NULL;
	AUTO_STR all = STR_EMPTY;
	for (size_t i = 0; i < count; i++)
		text_addf(&all, "%s%s", i ? ", " : "", words[i]);
	AUTO_FREE char *hint = nearest ? xasprintf("did you mean %s?", nearest)
				       : xasprintf("there are %s", str_get(&all));
	wrong(parser, parser->words.word_line, "\"%.*s\" is no %s: %s", NAME_SHOWN,
		parser->words.text, kind, hint);
}

/* Take what follows the name: its value, NULL for a bare one. False: it is wrong, and described. */
static bool take_value(struct parser *parser, const struct row *row, char **ret_value)
{
	struct words *words = &parser->words;
	size_t line = words->word_line;
	bool equals = words_equals(words);
	*ret_value = NULL;
	if (row && row->flags & ROW_BARE) {
		if (equals) {
			wrong(parser, line, "%s has no value", row->name);
			words_skip_line(words);
		}
		return !equals;
	}
	if (!equals) {
		wrong(parser, line, "\"=\" and a value are missing behind %.*s", NAME_SHOWN,
			row ? row->name : "the name");
		words_skip_line(words);
		return false;
	}
	if (!words_value(words)) {
		wrong(parser, words->word_line, "%s", words->text);
		return false;
	}
	*ret_value = xstrdup(words->text);
	return true;
}

/* What is right for the value; false: it is wrong, and described. */
static bool check_value(
	struct parser *parser, const struct row *row, const char *value, size_t line)
{
	const char *right = row->check && value ? row->check(value) : NULL;
	if (right && row->flags & ROW_SECRET)
		wrong(parser, line, "%s must be %s", row->name, right);
	else if (right)
		wrong(parser, line, "%s must be %s, not \"%s\"", row->name, right, value);
	return !right;
}

/* Keep it, unless there is one already. The text is taken over. */
static void keep(struct parser *parser, const struct row *row, struct sysidcfg_answer *answer,
	char *text, size_t line)
{
	if (answer->text) {
		warn(parser, line, "a second %s is ignored: line %zu has the first", row->name,
			answer->line);
		free(text);
		return;
	}
	*answer = (struct sysidcfg_answer){ text, line };
}

/* A property. answers: where the rows' slots are; NULL: all that is in the block is passed over. */
static void parse_property(
	struct parser *parser, const struct row *rows, struct sysidcfg_answer *answers)
{
	struct words *words = &parser->words;
	size_t line = words->word_line;
	const struct row *row = find_row(rows, words->text);
	if (!row && answers)
		wrong_name(parser, "property here", rows, NULL);
	AUTO_FREE char *value = NULL;
	if (!row) {
		/* A value is all that tells where the next one begins. */
		if (words_equals(words) && !words_value(words))
			wrong(parser, words->word_line, "%s", words->text);
		return;
	}
	if (!take_value(parser, row, &value) || !check_value(parser, row, value, line))
		return;
	keep(parser, row, &answers[row->slot], value ? value : xstrdup(""), line);
	value = NULL;
}

/* What is behind "{". */
static void parse_block(
	struct parser *parser, const struct row *rows, struct sysidcfg_answer *answers)
{
	size_t line = parser->words.word_line;
	for (;;) {
		words_next(&parser->words);
		switch (parser->words.kind) {
		case WORD_CLOSE:
			return;
		case WORD_END:
			wrong(parser, line, "\"}\" is missing for the \"{\" of this line");
			return;
		case WORD_NAME:
			parse_property(parser, rows, answers);
			break;
		case WORD_OPEN:
			wrong(parser, parser->words.word_line,
				"a \"{\" in the block that begins on line %zu", line);
			break;
		case WORD_WRONG:
			wrong(parser, parser->words.word_line, "%s", parser->words.text);
			break;
		}
	}
}

/* Whether a block follows: its "{" is taken then. */
static bool block_follows(struct parser *parser)
{
	struct words *words = &parser->words;
	/* No word but "{" is taken, so that none is lost. */
	struct words ahead = { .at = words->at, .end = words->end, .line = words->line };
	words_next(&ahead);
	bool follows = ahead.kind == WORD_OPEN;
	if (follows) {
		words->at = ahead.at;
		words->line = ahead.line;
		words->word_line = ahead.word_line;
	}
	words_free(&ahead);
	return follows;
}

/* The choice that a value is; NULL: none, and any block is passed over. */
static const struct choice *find_choice(
	struct parser *parser, const struct row *row, const char *value, size_t line)
{
	const struct choice *choice = row->choices;
	while (choice && choice->value && strcasecmp(choice->value, value) != 0)
		choice++;
	if (!choice || !choice->refusal)
		return choice;
	wrong(parser, line, "%s cannot be \"%s\": %s", row->name, value, choice->refusal);
	return NULL;
}

/* Keep the value of a keyword. Returns where the answers in its block go; NULL: nowhere. */
static struct sysidcfg_answer *keep_value(
	struct parser *parser, const struct row *row, const char *value, size_t line)
{
	struct sysidcfg *sysidcfg = parser->sysidcfg;
	if (row == &interface_row) {
		sysidcfg->interfaces = xrealloc(sysidcfg->interfaces, sysidcfg->interface_count + 1,
			sizeof(*sysidcfg->interfaces));
		struct sysidcfg_interface *new = &sysidcfg->interfaces[sysidcfg->interface_count++];
		*new = (struct sysidcfg_interface){ .name = { xstrdup(value), line } };
		return new->answers;
	}
	if (row->slot == NO_SLOT) {
		warn(parser, line, "%s has no meaning for a zone on Linux: it is ignored",
			row->name);
		return NULL;
	}
	bool first = !sysidcfg->answers[row->slot].text;
	keep(parser, row, &sysidcfg->answers[row->slot], xstrdup(value), line);
	return first ? sysidcfg->answers : NULL;
}

/* The block behind a keyword, whose value is of this choice; NULL: of none. */
static void parse_block_of(struct parser *parser, const struct row *row,
	const struct choice *choice, struct sysidcfg_answer *answers)
{
	/* Of a keyword that was there already, what is in the block is only checked. */
	struct sysidcfg_answer ignored[SLOT_COUNT + NETWORK_COUNT] = { 0 };
	const struct row *rows = choice ? choice->rows : NULL;
	if (!rows && (choice || (row->slot != NO_SLOT && !row->choices)))
		wrong(parser, parser->words.word_line, "no block can follow this value of %s",
			row->name);
	parse_block(parser, rows, rows ? (answers ? answers : ignored) : NULL);
	for (size_t i = 0; i < sizeof(ignored) / sizeof(*ignored); i++)
		free(ignored[i].text);
}

static void parse_statement(struct parser *parser, const struct row *row)
{
	size_t line = parser->words.word_line;
	const struct choice *choice = NULL;
	struct sysidcfg_answer *answers = NULL;
	AUTO_FREE char *value = NULL;
	if (take_value(parser, row, &value) && check_value(parser, row, value, line)) {
		choice = find_choice(parser, row, value, line);
		if (choice || !row->choices)
			answers = keep_value(parser, row, value, line);
	}
	if (block_follows(parser))
		parse_block_of(parser, row, choice, answers);
}

static void parse_keyword(struct parser *parser)
{
	const struct row *row = find_row(keyword_rows, parser->words.text);
	if (!row && strcasecmp(parser->words.text, interface_row.name) == 0)
		row = &interface_row;
	if (row) {
		parse_statement(parser, row);
		return;
	}
	wrong_name(parser, "keyword", keyword_rows, interface_row.name);
	if (!words_equals(&parser->words))
		words_skip_line(&parser->words);
	else if (!words_value(&parser->words))
		wrong(parser, parser->words.word_line, "%s", parser->words.text);
	if (block_follows(parser))
		parse_block(parser, NULL, NULL);
}

static void parse_all(struct parser *parser)
{
	for (;;) {
		words_next(&parser->words);
		switch (parser->words.kind) {
		case WORD_END:
			return;
		case WORD_NAME:
			parse_keyword(parser);
			break;
		case WORD_OPEN:
			wrong(parser, parser->words.word_line,
				"a \"{\" without a keyword and its value before it");
			parse_block(parser, NULL, NULL);
			break;
		case WORD_CLOSE:
			wrong(parser, parser->words.word_line, "a \"}\" without a \"{\"");
			break;
		case WORD_WRONG:
			wrong(parser, parser->words.word_line, "%s", parser->words.text);
			break;
		}
	}
}

/* ---- rules between answers ---- */

static void check_interface_rules(struct parser *parser, const struct sysidcfg_interface *one)
{
	const struct sysidcfg_answer *answers = one->answers, *dhcp = &answers[NETWORK_DHCP];
	static const enum sysidcfg_network_slot fixed[] = { NETWORK_ADDRESS, NETWORK_NETMASK,
		NETWORK_ROUTE };
	for (size_t i = 0; i < sizeof(fixed) / sizeof(*fixed); i++)
		if (dhcp->text && answers[fixed[i]].text)
			wrong(parser, answers[fixed[i]].line,
				"%s and dhcp (line %zu) exclude each other: the server of DHCP "
				"sets it",
				interface_rows[fixed[i]].name, dhcp->line);
	for (size_t i = 1; i < sizeof(fixed) / sizeof(*fixed); i++)
		if (!dhcp->text && answers[fixed[i]].text && !answers[NETWORK_ADDRESS].text)
			warn(parser, answers[fixed[i]].line,
				"%s has no meaning without an ip_address: it is ignored",
				interface_rows[fixed[i]].name);
}

static void check_interfaces(struct parser *parser)
{
	const struct sysidcfg *sysidcfg = parser->sysidcfg;
	const struct sysidcfg_interface *primary = NULL;
	for (size_t i = 0; i < sysidcfg->interface_count; i++) {
		const struct sysidcfg_interface *one = &sysidcfg->interfaces[i];
		check_interface_rules(parser, one);
		for (size_t j = 0; j < i; j++)
			if (strcasecmp(one->name.text, sysidcfg->interfaces[j].name.text) == 0)
				wrong(parser, one->name.line,
					"network_interface=%s a second time: line %zu has it "
					"already",
					one->name.text, sysidcfg->interfaces[j].name.line);
		if (strcasecmp(one->name.text, "NONE") == 0 && sysidcfg->interface_count > 1)
			wrong(parser, one->name.line,
				"network_interface=NONE must be the only network_interface");
		if (primary && one->answers[NETWORK_PRIMARY].text)
			wrong(parser, one->answers[NETWORK_PRIMARY].line,
				"only one interface can be primary: that of line %zu is",
				primary->name.line);
		else if (one->answers[NETWORK_PRIMARY].text)
			primary = one;
	}
}

static void check_rules(struct parser *parser)
{
	const struct sysidcfg_answer *answers = parser->sysidcfg->answers;
	check_interfaces(parser);
	if (!answers[SLOT_SERVERS].text && (answers[SLOT_DOMAIN].text || answers[SLOT_SEARCH].text))
		wrong(parser, answers[SLOT_NAMES].line,
			"name_service=DNS with a domain needs name_server=ADDRESS, too");
	const struct sysidcfg_answer *security = &answers[SLOT_SECURITY];
	if (security->text && strcasecmp(security->text, "NONE") != 0 && !answers[SLOT_REALM].text)
		wrong(parser, security->line,
			"security_policy=kerberos needs {default_realm=REALM}");
	const struct sysidcfg_answer *password = &answers[SLOT_PASSWORD];
	if (password->text && password_is_weak(password->text))
		warn(parser, password->line,
			"root_password is hashed in an old way that is soon guessed: "
			"\"mkpasswd -m yescrypt\" makes a better hash");
}

/* ---- the whole ---- */

int sysidcfg_parse(const char *text, size_t len, const char *what, struct sysidcfg **ret_sysidcfg,
	struct messages *messages)
{
	AUTO_SYSIDCFG *sysidcfg = xcalloc(1, sizeof(*sysidcfg));
	struct parser parser = { .words = { .at = text, .end = text + len, .line = 1 },
		.sysidcfg = sysidcfg,
		.messages = messages };
	sysidcfg->what = xstrdup(what);
	parse_all(&parser);
	words_free(&parser.words);
	/* What is missing may be on a line that is wrong. */
	if (!parser.failed)
		check_rules(&parser);
	if (parser.failed)
		return -EINVAL;
	*ret_sysidcfg = sysidcfg;
	sysidcfg = NULL;
	return 0;
}

static void free_answers(const struct sysidcfg_answer *answers, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(answers[i].text);
}

void sysidcfg_free(struct sysidcfg *sysidcfg)
{
	if (!sysidcfg)
		return;
	for (size_t i = 0; i < sysidcfg->interface_count; i++) {
		free(sysidcfg->interfaces[i].name.text);
		free_answers(sysidcfg->interfaces[i].answers, NETWORK_COUNT);
	}
	for (size_t i = 0; i < sysidcfg->warning_count; i++)
		free(sysidcfg->warnings[i]);
	free_answers(sysidcfg->answers, SLOT_COUNT);
	free(sysidcfg->warnings);
	free(sysidcfg->interfaces);
	free(sysidcfg->what);
	free(sysidcfg);
}

const struct sysidcfg_interface *sysidcfg_primary(const struct sysidcfg *sysidcfg)
{
	for (size_t i = 0; i < sysidcfg->interface_count; i++)
		if (sysidcfg->interfaces[i].answers[NETWORK_PRIMARY].text)
			return &sysidcfg->interfaces[i];
	return sysidcfg->interface_count ? &sysidcfg->interfaces[0] : NULL;
}
