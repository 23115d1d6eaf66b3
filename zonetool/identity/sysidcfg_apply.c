/* sysidcfg_apply.c - answers to a first boot's questions, given in the zone's root. */
#include "identity/sysidcfg_private.h"

#include "util/root.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define ZONEINFO "usr/share/zoneinfo"

enum {
	SECONDS_A_DAY = 86400,
};

int answer_error(const struct applying *applying, const struct sysidcfg_answer *answer,
	const char *format, ...)
{
	va_list args;
	va_start(args, format);
	AUTO_FREE char *text = xvasprintf(format, args);
	va_end(args);
	return message_error(applying->messages, -EINVAL, "%s: line %zu: %s",
		applying->sysidcfg->what, answer->line, text);
}

static const struct sysidcfg_answer *get(const struct applying *applying, enum sysidcfg_slot slot)
{
	return &applying->sysidcfg->answers[slot];
}

static void __attribute__((format(printf, 3, 4))) answer_warning(const struct applying *applying,
	const struct sysidcfg_answer *answer, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	AUTO_FREE char *text = xvasprintf(format, args);
	va_end(args);
	message_warning(applying->messages, "%s: line %zu: %s", applying->sysidcfg->what,
		answer->line, text);
}

static int put(const struct applying *applying, const char *path, const struct str *text)
{
	return files_put(
		applying->root_fd, path, str_get(text), text->len, FILE_PLAIN, applying->messages);
}

static bool is_there(const struct applying *applying, const char *path)
{
	struct messages quiet = messages_quiet();
	return root_exists(applying->root_fd, path, &quiet) > 0;
}

/* ---- locale ---- */

/* Whether the zone has it; one that is in an archive with others cannot be told apart. */
static bool has_locale(const struct applying *applying, const char *locale)
{
	static const char *const own[] = { "C", "POSIX", "C.UTF-8", "C.utf8" };
	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
		if (strcmp(locale, own[i]) == 0)
			return true;
	/* As localedef(1) names it: en_US.UTF-8 is in en_US.utf8. */
	size_t dot = strcspn(locale, ".");
	AUTO_STR name = STR_EMPTY;
	text_addf(&name, "%.*s", (int)dot, locale);
	bool codeset = true;
	for (const char *c = locale + dot; *c; c++) {
		codeset = codeset && *c != '@';
		if (codeset && *c != '-')
			text_addc(&name, *c >= 'A' && *c <= 'Z' ? (char)(*c | 0x20) : *c);
		else if (!codeset)
			text_addc(&name, *c);
	}
	AUTO_FREE char *made = xasprintf("usr/lib/locale/%s", str_get(&name));
	AUTO_FREE char *plain = xasprintf("usr/lib/locale/%s", locale);
	return is_there(applying, made) || is_there(applying, plain)
		|| is_there(applying, "usr/lib/locale/locale-archive")
		|| files_usr_is_inherited(applying->root_fd);
}

static int apply_locale(const struct applying *applying)
{
	const struct sysidcfg_answer *locale = get(applying, SLOT_LOCALE);
	AUTO_STR text = STR_EMPTY;
	if (!locale->text)
		return 0;
	if (!has_locale(applying, locale->text))
		answer_warning(applying, locale,
			"the zone has no locale %s yet: its package \"locales\" makes it",
			locale->text);
	text_addf(&text, "LANG=%s\n", locale->text);
	/* systemd reads the first, Debian's login the second. */
	int rc = put(applying, "etc/locale.conf", &text);
	return rc < 0 ? rc : put(applying, "etc/default/locale", &text);
}

/* ---- time zone ---- */

/* Whether it is one that the zone has, if that can be told. */
static int verify_timezone(const struct applying *applying)
{
	const struct sysidcfg_answer *answer = get(applying, SLOT_TIMEZONE);
	AUTO_FREE char *path = NULL, *text = NULL;
	size_t len;
	if (!answer->text || files_usr_is_inherited(applying->root_fd))
		return 0;
	struct messages quiet = messages_quiet();
	int rc = root_exists(applying->root_fd, ZONEINFO, &quiet);
	/* On another file system, which is not looked into. */
	if (rc == -EXDEV)
		return 0;
	if (rc <= 0)
		return answer_error(applying, answer,
			"timezone=%s: the zone has no time zones: its package \"tzdata\" is "
			"missing",
			answer->text);
	path = xasprintf(ZONEINFO "/%s", answer->text);
	rc = root_read(applying->root_fd, path, ROOT_TEXT_MAX, &text, &len, &quiet);
	if (rc == 0 && len >= 4 && memcmp(text, "TZif", 4) == 0)
		return 0;
	return answer_error(applying, answer,
		"timezone=%s: the zone has no such time zone in /" ZONEINFO, answer->text);
}

static int apply_timezone(const struct applying *applying)
{
	const struct sysidcfg_answer *answer = get(applying, SLOT_TIMEZONE);
	AUTO_STR text = STR_EMPTY;
	if (!answer->text)
		return 0;
	AUTO_FREE char *target = xasprintf("/" ZONEINFO "/%s", answer->text);
	int rc = files_link(applying->root_fd, "etc/localtime", target, applying->messages);
	text_addf(&text, "%s\n", answer->text);
	return rc < 0 ? rc : put(applying, "etc/timezone", &text);
}

/* ---- terminal ---- */

static bool has_terminal(const struct applying *applying, const char *terminal)
{
	static const char *const places[] = { "etc/terminfo", "lib/terminfo", "usr/lib/terminfo",
		"usr/share/terminfo" };
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		AUTO_FREE char *path = xasprintf("%s/%c/%s", places[i], terminal[0], terminal);
		if (is_there(applying, path))
			return true;
	}
	return files_usr_is_inherited(applying->root_fd);
}

static int apply_terminal(const struct applying *applying)
{
	const struct sysidcfg_answer *terminal = get(applying, SLOT_TERMINAL);
	AUTO_STR text = STR_EMPTY;
	if (!terminal->text)
		return 0;
	if (!has_terminal(applying, terminal->text))
		answer_warning(applying, terminal,
			"the zone does not know terminal %s: terminfo(5) of its packages "
			"\"ncurses-base\" and \"ncurses-term\" has no such name",
			terminal->text);
	text_addf(&text, "[Service]\nEnvironment=TERM=%s\n", terminal->text);
	return put(applying, "etc/systemd/system/console-getty.service.d/sysidcfg.conf", &text);
}

/* ---- root's password ---- */

static int apply_password(const struct applying *applying)
{
	const struct sysidcfg_answer *password = get(applying, SLOT_PASSWORD);
	AUTO_FREE char *text = NULL;
	AUTO_STR shadow = STR_EMPTY;
	size_t len = 0;
	if (!password->text)
		return 0;
	int rc = root_read(
		applying->root_fd, SHADOW, ROOT_TEXT_MAX, &text, &len, applying->messages);
	if (rc < 0 && rc != -ENOENT)
		return rc;
	/* Words of Solaris for no password. */
	const char *hash = strcmp(password->text, "NP") == 0 || password->text[0] == '*'
		? "*"
		: password->text;
	shadow_set_root(text ? text : "", len, hash, (long)(time(NULL) / SECONDS_A_DAY), &shadow);
	return files_put(applying->root_fd, SHADOW, str_get(&shadow), shadow.len, FILE_SECRET,
		applying->messages);
}

/* ---- NFS and Kerberos ---- */

static int apply_nfs4_domain(const struct applying *applying)
{
	const struct sysidcfg_answer *domain = get(applying, SLOT_NFS4);
	AUTO_FREE char *text = NULL;
	AUTO_STR edited = STR_EMPTY;
	size_t len = 0;
	/* What idmapd does by itself: it takes the domain from DNS. */
	if (!domain->text || strcasecmp(domain->text, "dynamic") == 0)
		return 0;
	int rc = root_read(applying->root_fd, "etc/idmapd.conf", ROOT_TEXT_MAX, &text, &len,
		applying->messages);
	if (rc < 0 && rc != -ENOENT)
		return rc;
	idmapd_set_domain(text ? text : "", len, domain->text, &edited);
	return put(applying, "etc/idmapd.conf", &edited);
}

static int apply_security(const struct applying *applying)
{
	const struct sysidcfg_answer *realm = get(applying, SLOT_REALM),
				     *kdc = get(applying, SLOT_KDC),
				     *admin = get(applying, SLOT_ADMIN);
	AUTO_STR text = STR_EMPTY;
	if (!realm->text)
		return 0;
	text_addf(&text, "[libdefaults]\n\tdefault_realm = %s\n\n[realms]\n\t%s = {\n", realm->text,
		realm->text);
	AUTO_FREE char *list = xstrdup(kdc->text ? kdc->text : "");
	char *rest = list;
	for (char *one; kdc->text && (one = strsep(&rest, ","));)
		text_addf(&text, "\t\tkdc = %s\n", one);
	if (admin->text)
		text_addf(&text, "\t\tadmin_server = %s\n", admin->text);
	text_adds(&text, "\t}\n");
	return put(applying, "etc/krb5.conf", &text);
}

/* ---- all of it ---- */

static const struct step {
	int (*verify)(const struct applying *applying); /* changes nothing; or NULL */
	int (*apply)(const struct applying *applying);
} steps[] = {
	{ NULL, apply_locale },
	{ verify_timezone, apply_timezone },
	{ NULL, apply_terminal },
	{ NULL, apply_password },
	{ NULL, apply_nfs4_domain },
	{ NULL, apply_security },
	{ NULL, apply_hostname },
	{ NULL, apply_name_service },
	{ verify_interfaces, apply_interfaces },
};

int sysidcfg_apply(const struct sysidcfg *sysidcfg, int root_fd, const struct sysidcfg_zone *zone,
	struct messages *messages)
{
	const struct applying applying = { sysidcfg, root_fd, zone, messages };
	int rc = 0;
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++)
		if (steps[i].verify)
			rc = root_both(rc, steps[i].verify(&applying));
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < sysidcfg->warning_count; i++)
		message_warning(messages, "%s", sysidcfg->warnings[i]);
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps) && rc == 0; i++)
		rc = steps[i].apply(&applying);
	return rc;
}
