/*
 * journal_fixture.h - what the tests of the journal share: two transactions, and the states between
 * them; and the system calls of the journal, which the program has of its own: they are counted,
 * fail or are the last of the process where that is wanted, and what they change is noted.
 */
#ifndef UNIT_JOURNAL_FIXTURE_H
#define UNIT_JOURNAL_FIXTURE_H

#include "zone_fixture.h"

#include "zone/journal.h"

#include <stdbool.h>
#include <sys/stat.h>

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* cmocka's setup of the group, and of a test: the directory is in its first state. */
int journal_fixture_begin(void **state);
int journal_fixture_setup(void **state);

#define JOURNAL_TEST(name)                                                                         \
	cmocka_unit_test_setup_teardown(name, journal_fixture_setup, zone_fixture_teardown)

/* ---- system calls ---- */

struct calls {
	bool counting;
	int count;           /* so far, while counting */
	int die_at, fail_at; /* the number of the call, from 1; 0: none */
	int fail_errno;
	bool no_sync; /* fsync() does nothing, to be fast */
};
extern struct calls calls;

enum event_kind {
	EVENT_MKDIR,
	EVENT_CREATE,
	EVENT_RENAME,
	EVENT_UNLINK,
	EVENT_SYNC_FILE,
	EVENT_SYNC_DIR,
};

/* A change that was made, or brought to storage. The directory is 0, its .transaction is 1. */
struct event {
	enum event_kind kind;
	int dir, to_dir;
	char name[40], to_name[40];
	ino_t ino;         /* CREATE */
	int file;          /* which file it is about: the number of the event that created it */
	char content[300]; /* SYNC_FILE */
};

enum { EVENTS_MAX = 200 };

/* Shared with children that die. */
struct log {
	bool on;
	ino_t root; /* of directory 0 */
	int count;
	struct event events[EVENTS_MAX];
};
extern struct log *noted;

/* Count the calls of a commit, or of what is left of it. Returns what it does. */
int run_counting(struct zone_fixture *fixture, int (*run)(struct zone_fixture *));
/* Run it in a child that dies before its call number at. Returns false if it came to its end. */
bool run_dying(struct zone_fixture *fixture, int (*run)(struct zone_fixture *), int at);

/* ---- two transactions, and the states between them ---- */

#define STEP(name, text)                                                                           \
	{                                                                                          \
		name, text, sizeof(text) - 1                                                       \
	}

enum { FIRST, RENAMED, CREATED, CREATED_ONLY, BY_HAND, STATE_COUNT };

/* What the files have; NULL: there is none. */
struct files {
	const char *index, *old, *new;
};
extern const struct files states[STATE_COUNT];

/* Which state the directory is in, or -1: a mixture. */
int state_of(int dir_fd);

/* A zone is renamed; then another gets the old name. */
int commit_rename(struct zone_fixture *fixture);
int commit_create(struct zone_fixture *fixture);
int recover(struct zone_fixture *fixture);

/* Make a file that is not there, and bring it to storage. */
void make_file(int dir_fd, const char *name, const char *text);

#endif
