/* sysidcfg_private.h - what the parts of sysidcfg.h share: the answers, words, checks, files. */
#ifndef IDENTITY_SYSIDCFG_PRIVATE_H
#define IDENTITY_SYSIDCFG_PRIVATE_H

#include "identity/sysidcfg.h"

#include "identity/items.h"

/* ---- answers ---- */

/* Of a file; those in a block are right for its value. */
enum sysidcfg_slot {
	SLOT_LOCALE,
	SLOT_TIMEZONE,
	SLOT_TERMINAL,
	SLOT_PASSWORD,
	SLOT_NFS4,
	SLOT_NAMES,
	SLOT_DOMAIN,
	SLOT_SERVERS,
	SLOT_SEARCH,
	SLOT_SECURITY,
	SLOT_REALM,
	SLOT_KDC,
	SLOT_ADMIN,
	SLOT_COUNT,
};

/* Of an interface. */
enum sysidcfg_network_slot {
	NETWORK_HOSTNAME,
	NETWORK_ADDRESS,
	NETWORK_NETMASK,
	NETWORK_ROUTE,
	NETWORK_IPV6,
	NETWORK_DHCP,
	NETWORK_PRIMARY,
	NETWORK_COUNT,
};

struct sysidcfg_answer {
	char *text; /* NULL: there is none; lists have a comma between two */
	size_t line;
};

struct sysidcfg_interface {
	struct sysidcfg_answer name; /* PRIMARY, NONE, or a name */
	struct sysidcfg_answer answers[NETWORK_COUNT];
};

struct sysidcfg {
	char *what; /* the file's path, for messages */
	struct sysidcfg_answer answers[SLOT_COUNT];
	struct sysidcfg_interface *interfaces;
	size_t interface_count;
	char **warnings; /* what is right, and yet worth a word when it is applied */
	size_t warning_count;
};

/* The interface that the zone is called after: the primary one, or the first; NULL: none. */
const struct sysidcfg_interface *sysidcfg_primary(const struct sysidcfg *sysidcfg);

/* ---- words ---- */

enum word_kind {
	WORD_END,
	WORD_NAME, /* of a keyword or property; text is it */
	WORD_OPEN,
	WORD_CLOSE,
	WORD_WRONG, /* text says why; words_skip_line() was called */
};

/* What is read; zero it but for the first two. */
struct words {
	const char *at, *end;
	size_t line; /* of at, from 1 */
	enum word_kind kind;
	size_t word_line;
	char *text; /* of the word; owned here, replaced by the next one */
};

/* Take the next word. */
void words_next(struct words *words);
/* Whether "=" follows: it is taken then. */
bool words_equals(struct words *words);
/*
 * Take a value, behind the "=": a word, quotes taken off, or several with commas between them.
 * Returns whether there is one; else the word is WORD_WRONG.
 */
bool words_value(struct words *words);
/* Pass over the rest of the line, up to a brace. */
void words_skip_line(struct words *words);
void words_free(struct words *words);

/* ---- checks of values: NULL, or what would be right, to complete "... must be " ---- */

const char *check_locale(const char *value);
const char *check_timezone(const char *value);
const char *check_terminal(const char *value);
const char *check_password(const char *value);
const char *check_nfs4_domain(const char *value);
const char *check_domain(const char *value);
const char *check_servers(const char *value);
const char *check_search(const char *value);
const char *check_host(const char *value);
const char *check_hosts(const char *value);
const char *check_hostname(const char *value);
const char *check_interface(const char *value);
const char *check_address(const char *value);
const char *check_netmask(const char *value);
const char *check_route(const char *value);
const char *check_yes_no(const char *value);

/* How many bits of a netmask are set; -1: they are not the first ones, or it is none. */
int netmask_prefix(const char *netmask);
/* Whether a password is hashed in a way that no new one should be. */
bool password_is_weak(const char *hash);

/* ---- applying ---- */

struct applying {
	const struct sysidcfg *sysidcfg;
	int root_fd;
	const struct sysidcfg_zone *zone;
	struct messages *messages;
};

/* What sysidcfg_network.c applies. Each returns 0 or a negative errno, described. */
int apply_hostname(const struct applying *applying);
int apply_name_service(const struct applying *applying);
/* Whether apply_interfaces() can do it; nothing is changed. */
int verify_interfaces(const struct applying *applying);
int apply_interfaces(const struct applying *applying);

/* Describe that an answer does not suit the zone. Returns -EINVAL. */
int answer_error(const struct applying *applying, const struct sysidcfg_answer *answer,
	const char *format, ...) __attribute__((format(printf, 3, 4)));

/* ---- files in the root ---- */

enum {
	FILE_PLAIN = 0644,
	FILE_SECRET = 0600,
};

/*
 * Give path this text, as root_replace() does; a new file gets the mode, and the directories on the
 * way are made. Returns 0 or a negative errno, described.
 */
int files_put(int root_fd, const char *path, const char *text, size_t len, unsigned mode,
	struct messages *messages);
/* Put a symbolic link in the place of what is at path. Returns 0 or a negative errno, described. */
int files_link(int root_fd, const char *path, const char *target, struct messages *messages);
/* Whether what is below /usr is not in the root, but inherited from the host when it runs. */
bool files_usr_is_inherited(int root_fd);

/* ---- edited texts, appended to out ---- */

/* A shadow(5) file in which root has this hash, since this day. */
void shadow_set_root(const char *text, size_t len, const char *hash, long day, struct str *out);
/* A hosts(5) file in which 127.0.1.1 has these names, and no others. */
void hosts_set(const char *text, size_t len, const char *names, struct str *out);
/* An idmapd.conf(5) with this domain. */
void idmapd_set_domain(const char *text, size_t len, const char *domain, struct str *out);

#endif
