/*
 * items.h - the items of identity/unconfigure.h that take more than removing files. Those with
 * root_fd return enum unconfigure_result, or a negative errno, described.
 */
#ifndef IDENTITY_ITEMS_H
#define IDENTITY_ITEMS_H

#include "util/alloc.h"
#include "util/messages.h"

#include <stdbool.h>
#include <stddef.h>

/* Files of a zone, and what stands in them when its next boot is to be the first. */
#define MACHINE_ID "etc/machine-id"
#define FIRST_BOOT "uninitialized\n" /* all of it: machine-id(5) */
#define SHADOW "etc/shadow"
#define PASSWORD_UNPROVISIONED "!unprovisioned" /* instead of root's password */

enum {
	MACHINE_ID_TEXT_MAX = 4096, /* bytes in a machine-id: more is none */
};

/*
 * /etc/machine-id becomes that of a first boot, see machine-id(5); a missing one is that already.
 */
int item_machine_id(int root_fd, struct messages *messages);
/* The names of /etc/hostname go from the loopback addresses in /etc/hosts. */
int item_hostname(int root_fd, struct messages *messages);
/*
 * root's line of shadow(5) gets a password that nobody has, and that systemd-firstboot(1) takes for
 * one that is yet to be asked for.
 */
int item_root_password(int root_fd, struct messages *messages);
/* interfaces(5) describe no more than lo. Fixed addresses elsewhere are warned of. */
int item_network(int root_fd, struct messages *messages);
/* All files below /var/log are emptied, rotated ones removed. */
int item_logs(int root_fd, struct messages *messages);

/*
 * Append the text of a hosts(5) file to out, without host, a name up to its first dot, and names
 * that begin with it and a dot, on lines of loopback addresses; without the whole line if it has
 * no other names. All else is kept byte for byte.
 */
void hosts_forget(const char *text, size_t len, const char *host, struct str *out);

/* Append the text of a shadow(5) file to out, with another password of root. */
void shadow_unprovision(const char *text, size_t len, struct str *out);

/*
 * Append the text of an interfaces(5) file to out: of its stanzas, those of lo, and what it
 * includes. Comments and empty lines are kept. Returns whether it includes files that are not in
 * /etc/network/interfaces.d.
 */
bool interfaces_reduce(const char *text, size_t len, struct str *out);

/* ---- lines of text ---- */

/* A part of a text, without a NUL behind it. */
struct span {
	const char *at;
	size_t len;
};

/* Append it. */
void span_add(struct str *out, struct span span);
/* Whether it is this word. */
bool span_is(struct span span, const char *word);
/* Take a line, with its newline if it has one, from the beginning of the text. False: no more. */
bool span_line(struct span *text, struct span *ret_line);
/*
 * Take a word from the beginning: *ret_blanks, what is before it, and itself. At the end of the
 * text the word is empty.
 */
struct span span_word(struct span *text, struct span *ret_blanks);

#endif
