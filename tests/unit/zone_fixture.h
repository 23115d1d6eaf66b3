/*
 * zone_fixture.h - what unit tests of zonetool share: cmocka with the headers it wants, a directory
 * to work in, and all messages as text.
 */
#ifndef UNIT_ZONE_FIXTURE_H
#define UNIT_ZONE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"
#include "util/messages.h"

struct zone_fixture {
	char path[64]; /* the directory */
	int fd;        /* of path */
	struct messages messages;
	struct str said; /* what came: "note: ...\n", "warning: ...\n", "error: ...\n" */
};

/* cmocka's setup and teardown: the fixture in *state, in $TMPDIR or /tmp. */
int zone_fixture_setup(void **state);
int zone_fixture_teardown(void **state);

/* Make the file name in the directory dir_fd, or give it new contents. */
void zone_fixture_write(int dir_fd, const char *name, const char *text);
/* Check that it has exactly these contents; NULL: that it does not exist. */
void zone_fixture_expect(int dir_fd, const char *name, const char *text);

/* Check that this part of a message was said since the last such check, or, NULL, nothing. */
void zone_fixture_said(struct zone_fixture *fixture, const char *part);

#endif
