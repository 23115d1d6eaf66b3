/*
 * root_fixture.h - the root of a zone for unit tests, and beside it, outside, what must never
 * change.
 */
#ifndef UNIT_ROOT_FIXTURE_H
#define UNIT_ROOT_FIXTURE_H

#include "zone_fixture.h"

#include <stdbool.h>
#include <sys/stat.h>

struct root_fixture {
	struct zone_fixture *zone; /* its directory has "root" and "outside" */
	int root, outside;         /* both opened */
	struct messages *messages; /* of zone */
};

/* cmocka's setup, and its teardown, which fails if anything outside has changed or is new. */
int root_fixture_setup(void **state);
int root_fixture_teardown(void **state);

/* Whether such roots can be made here, which only root can; if not, that is said. */
bool root_fixture_possible(void);

#define ROOT_TEST(function)                                                                        \
	cmocka_unit_test_setup_teardown(function, root_fixture_setup, root_fixture_teardown)

/* Paths below are in the root; directories on the way are made. */

void put_directories(struct root_fixture *fixture, const char *path);
void put(struct root_fixture *fixture, const char *path, const char *text);
void put_link(struct root_fixture *fixture, const char *path, const char *target);
/* A link to a name outside, absolute, as the host sees it; "": to the directory. */
void put_link_outside(struct root_fixture *fixture, const char *path, const char *name);

/* Check that the file has these contents; NULL: that it does not exist. */
void expect(struct root_fixture *fixture, const char *path, const char *text);
/* Whether there is such a name, be it a link that leads nowhere. */
bool exists(struct root_fixture *fixture, const char *path);
struct stat status(struct root_fixture *fixture, const char *path);

#endif
