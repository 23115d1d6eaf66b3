/*
 * operation.h - a command of several steps that is under way: its durable record, kept as
 * /etc/zones/NAME.operation from before the first step until after the last. Whoever finds one
 * while the zone's lock is free knows that the command died, and how far it came:
 *
 *   PHASE_RENAME  "from" is being renamed to "to": which of them has the id of the record tells
 *                 whether that has happened
 *   PHASE_MAKE    "aside" is being filled; until it is whole the zone is what it was before
 *   PHASE_NAME    "aside" is whole and on storage, and is being renamed to "to"
 *   PHASE_REMOVE  the zone is what it is to be; "from" goes, renamed to "aside" first
 *
 * "aside" is a name that nothing else has, as a part of it is random: what is there can go. A name
 * that a person chose is only touched if what is there has the id of the record. Ids are the
 * storage backend's (storage/storage.h) and tell apart what has the same inode number on another
 * file system, or on the same one later.
 *
 * Only text here: registry.h stores it.
 */
#ifndef ZONE_OPERATION_H
#define ZONE_OPERATION_H

#include "base/str.h"
#include "util/messages.h"

#include <stddef.h>

enum operation_kind {
	OPERATION_INSTALL,
	OPERATION_CLONE,
	OPERATION_MOVE,
	OPERATION_UNINSTALL,
	OPERATION_COUNT,
};

enum operation_phase {
	PHASE_RENAME,
	PHASE_MAKE,
	PHASE_NAME,
	PHASE_REMOVE,
	PHASE_COUNT,
};

struct operation {
	enum operation_kind kind;
	enum operation_phase phase;
	char *storage;           /* the backend of what "id" is of; owned */
	char *from, *to, *aside; /* paths, or NULL where the phase has none; owned */
	char *snapshot;          /* PHASE_MAKE: what is taken to be cloned, or NULL; owned */
	char *id; /* of what is renamed (from) or made (aside), or goes (from); NULL: not known yet;
		     owned */
	char *from_id; /* of a move that copies: of what goes when it is done; owned */
	/*
	 * Of the directory that "aside" is in: whether its file system is there. NULL: not known;
	 * owned.
	 */
	char *place;
};

/* "install", "clone", ... */
const char *operation_name(enum operation_kind kind);

/* Append the record's text. */
void operation_format(const struct operation *operation, struct str *text);

/*
 * Read a record from its text; what is the file's name for messages. Returns 0 and *ret_operation,
 * which operation_free() frees, or -EBADMSG, described.
 */
int operation_parse(const char *text, size_t len, const char *what, struct operation *ret_operation,
	struct messages *messages);

void operation_free(struct operation *operation);
#define AUTO_OPERATION __attribute__((cleanup(operation_free))) struct operation

#endif
