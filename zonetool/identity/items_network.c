/* items_network.c - addresses that are configured in a zone's root. */
#include "identity/items.h"

#include "util/root.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

/* ---- interfaces(5) ---- */

#define INCLUDED_PLACE "interfaces.d"
#define INTERFACES "etc/network/interfaces"

/* What a line begins, by its first word. */
enum beginning {
	BEGINS_STANZA,  /* of the interface named next, up to the next beginning */
	BEGINS_LIST,    /* a line that names interfaces */
	BEGINS_INCLUDE, /* a line that names files */
	BEGINS_OTHER,   /* a stanza that is not for lo */
	BEGINS_NOTHING, /* a line of a stanza, or of none */
};

static enum beginning beginning_of(struct span word)
{
	static const struct {
		const char *word;
		enum beginning beginning;
	} words[] = {
		{ "auto", BEGINS_LIST },
		{ "iface", BEGINS_STANZA },
		{ "mapping", BEGINS_OTHER },
		{ "no-auto-down", BEGINS_LIST },
		{ "no-scripts", BEGINS_LIST },
		{ "rename", BEGINS_OTHER },
		{ "source", BEGINS_INCLUDE },
		{ "source-directory", BEGINS_INCLUDE },
		{ "template", BEGINS_OTHER },
	};
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (span_is(word, words[i].word))
			return words[i].beginning;
	if (word.len > 6 && memcmp(word.at, "allow-", 6) == 0)
		return BEGINS_LIST;
	return BEGINS_NOTHING;
}

/* As span_word(), without a backslash at its end, which is the line's. */
static struct span next_word(struct span *text, struct span *ret_blanks)
{
	struct span word = span_word(text, ret_blanks);
	if (word.len > 1 && word.at[word.len - 1] == '\\')
		word.len--;
	return word;
}

/* Whether the line goes on in the next: its last character is a backslash. */
static bool continues(struct span line)
{
	size_t len = line.len;
	if (len && line.at[len - 1] == '\n')
		len--;
	return len && line.at[len - 1] == '\\';
}

/* Take a line with those it goes on in; not those of a comment, which does not. */
static bool take_line(struct span *text, struct span *ret_line)
{
	struct span line, more, blanks;
	if (!span_line(text, &line))
		return false;
	struct span look = line;
	struct span word = span_word(&look, &blanks);
	bool comment = word.len && word.at[0] == '#';
	for (more = line; !comment && continues(more) && span_line(text, &more);)
		line.len += more.len;
	*ret_line = line;
	return true;
}

/* Append a line that names interfaces, with lo alone, if it does name lo. */
static void add_list(struct span line, struct str *out)
{
	struct span rest = line, blanks;
	struct span keyword = next_word(&rest, &blanks);
	bool others = false, lo = false;
	for (struct span word; (word = next_word(&rest, &blanks)).len;)
		if (span_is(word, "lo"))
			lo = true;
		else if (!span_is(word, "\\"))
			others = true;
	if (!lo)
		return;
	if (!others) {
		span_add(out, line);
		return;
	}
	span_add(out, keyword);
	text_adds(out, " lo\n");
}

/* Whether the line includes files from elsewhere than the usual place. */
static bool includes_elsewhere(struct span rest)
{
	static const char *const places[] = { "/etc/network/" INCLUDED_PLACE, INCLUDED_PLACE };
	struct span blanks, word = next_word(&rest, &blanks);
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		size_t len = strlen(places[i]);
		if (word.len >= len && memcmp(word.at, places[i], len) == 0
			&& (word.len == len || word.at[len] == '/'))
			return false;
	}
	return true;
}

bool interfaces_reduce(const char *text, size_t len, struct str *out)
{
	struct span left = { text, len }, line, blanks;
	bool keep = true, elsewhere = false; /* keep: lines of the stanza we are in */
	while (take_line(&left, &line)) {
		struct span rest = line, word = next_word(&rest, &blanks);
		enum beginning beginning = beginning_of(word);
		switch (beginning) {
		case BEGINS_STANZA:
			keep = span_is(next_word(&rest, &blanks), "lo");
			break;
		case BEGINS_OTHER:
			keep = false;
			break;
		case BEGINS_LIST:
			keep = true;
			add_list(line, out);
			continue;
		case BEGINS_INCLUDE:
			keep = true;
			elsewhere |= includes_elsewhere(rest);
			break;
		case BEGINS_NOTHING:
			break;
		}
		if (keep || !word.len || word.at[0] == '#')
			span_add(out, line);
	}
	return elsewhere;
}

/* Returns 1, 0 if the file stays as it is, or a negative errno, described. */
static int reduce_file(int root_fd, const char *path, struct messages *messages)
{
	AUTO_FREE char *text = NULL;
	AUTO_STR kept = STR_EMPTY;
	size_t len;
	int rc = root_read(root_fd, path, ROOT_TEXT_MAX, &text, &len, messages);
	if (rc < 0)
		return rc == -ENOENT ? 0 : rc;
	AUTO_FREE char *shown = root_shown(path);
	if (interfaces_reduce(text, len, &kept))
		message_warning(messages,
			"the zone's /%s includes files that are not in /etc/network/%s: look there "
			"for addresses of the system it was cloned from",
			shown, INCLUDED_PLACE);
	if (kept.len == len)
		return 0;
	rc = root_replace(root_fd, path, str_get(&kept), kept.len, messages);
	return rc < 0 ? rc : 1;
}

static int visit_to_reduce(const struct root_walk *walk, const struct root_name *name)
{
	if (!S_ISREG(name->type) && !S_ISLNK(name->type))
		return 0;
	return reduce_file(*(const int *)walk->user, name->path, walk->messages);
}

/* ---- addresses that are warned of ---- */

/* Files, and how a line with a fixed address begins in them. */
static const struct fixed_row {
	const char *directory, *pattern, *key;
} fixed_rows[] = {
	{ "etc/systemd/network", "*.network", "Address" },
	{ "etc/systemd/network", "*.link", "MACAddress" },
	{ "etc/systemd/network", "*.netdev", "MACAddress" },
	{ "etc/netplan", "*.yaml", "addresses" },
	{ "etc/sysconfig/network-scripts", "ifcfg-*", "IPADDR" },
	{ "etc/sysconfig/network", "ifcfg-*", "IPADDR" },
};

/* What a visit needs to know. */
struct fixed {
	int root_fd;
	const struct fixed_row *row;
};

static bool has_key(const char *text, size_t len, const char *key)
{
	struct span rest = { text, len }, line, blanks;
	while (span_line(&rest, &line)) {
		struct span word = span_word(&line, &blanks);
		size_t key_len = strlen(key);
		if (word.len >= key_len && strncasecmp(word.at, key, key_len) == 0)
			return true;
	}
	return false;
}

static int visit_to_warn(const struct root_walk *walk, const struct root_name *name)
{
	const struct fixed *fixed = walk->user;
	AUTO_FREE char *text = NULL;
	size_t len;
	if (fnmatch(fixed->row->pattern, name->name, 0) != 0 || strcmp(name->name, "ifcfg-lo") == 0)
		return 0;
	int rc = root_read(fixed->root_fd, name->path, ROOT_TEXT_MAX, &text, &len, walk->messages);
	if (rc < 0 || !has_key(text, len, fixed->row->key))
		return 0;
	AUTO_FREE char *shown = root_shown(name->path);
	message_warning(walk->messages,
		"the zone's /%s sets \"%s\" as in the system it was cloned from: change what must "
		"not be the same in both",
		shown, fixed->row->key);
	return 0;
}

/* What cannot be looked at is a warning, too: it is not changed anyway. */
static void warn_of_fixed(int root_fd, struct messages *messages)
{
	struct messages warnings = messages_as_warnings(messages);
	for (size_t i = 0; i < sizeof(fixed_rows) / sizeof(*fixed_rows); i++) {
		const struct fixed fixed = { root_fd, &fixed_rows[i] };
		const struct root_walk walk = { visit_to_warn, NULL, &fixed, &warnings };
		root_walk(root_fd, fixed_rows[i].directory, false, &walk);
	}
}

int item_network(int root_fd, struct messages *messages)
{
	const struct root_walk walk = { visit_to_reduce, NULL, &root_fd, messages };
	int rc = reduce_file(root_fd, INTERFACES, messages);
	rc = root_both(rc, root_walk(root_fd, "etc/network/" INCLUDED_PLACE, true, &walk));
	warn_of_fixed(root_fd, messages);
	return rc;
}
