/*
 * unconfigure.h - what makes a system the one it is, taken out of a zone's root, so that a clone
 * boots as a new one: see sys-unconfig(1M) of Solaris, systemd-firstboot(1) and virt-sysprep(1) for
 * what others reset. The zone's own users may have made what is there: each path is resolved inside
 * the root (util/root.h), so that no link leads out of it.
 *
 * Not reset: accounts and their passwords, but for root's, keys that let users in, certificates,
 * what applications keep. Fixed addresses that systemd-networkd, netplan or ifcfg files set are
 * warned of, not removed: such files say more than addresses, and without them the clone may have
 * no network.
 */
#ifndef IDENTITY_UNCONFIGURE_H
#define IDENTITY_UNCONFIGURE_H

#include "util/messages.h"

#include <stdbool.h>
#include <stddef.h>

struct root_row;

/* What was done to one item. */
enum unconfigure_result {
	UNCONFIGURE_NOTHING, /* there was nothing to reset */
	UNCONFIGURE_DONE,
};

/* What is left to whoever asks for it; all zero: the default. */
struct unconfigure_policy {
	bool fresh;         /* the system has never run: only what it must not share goes */
	bool keep_logs;     /* what the logs tell stays */
	bool keep_password; /* root has one already: the first boot does not ask for it */
};

/* Which policy an item depends on. */
enum unconfigure_when {
	UNCONFIGURE_ALWAYS,
	UNCONFIGURE_UNLESS_FRESH,
	UNCONFIGURE_UNLESS_KEEP_LOGS, /* or fresh */
	UNCONFIGURE_UNLESS_KEEP_PASSWORD,
};

/* One thing that is reset. */
struct unconfigure_item {
	const char *name; /* "machine-id", as it is shown */
	const char *help; /* one line */
	enum unconfigure_when when;
	/*
	 * What takes more than removing files, or NULL. Returns enum unconfigure_result, or a
	 * negative errno, described. root_fd is the root.
	 */
	int (*run)(int root_fd, struct messages *messages);
	/* Files that are removed, unless run failed; the last has no directory. Or NULL. */
	const struct root_row *removed;
};
extern const struct unconfigure_item unconfigure_items[];
extern const size_t unconfigure_item_count;

/*
 * Reset all items that the policy wants in the zone whose root is opened as root_fd; all are tried,
 * and a note names those that had something to reset. The zone must not run. Returns 0, or a
 * negative errno, described, if one could not be reset: the tree must then not be booted as a
 * clone. Nothing is brought to storage: that is the caller's, with syncfs(2), before the zone
 * counts as installed.
 */
int unconfigure(int root_fd, const struct unconfigure_policy *policy, struct messages *messages);

/* What a word says of root's password: "keep" or "ask". False: nothing. */
bool unconfigure_parse_password(const char *word, struct unconfigure_policy *policy);

#endif
