/* unconfigure_fixture.h - what the tests of resetting a root share. */
#ifndef UNIT_UNCONFIGURE_FIXTURE_H
#define UNIT_UNCONFIGURE_FIXTURE_H

#include "root_fixture.h"

/* What a machine-id has from then to the first boot. */
#define FIRST_BOOT "uninitialized\n"

/* Reset the root as a clone's is, if nobody says otherwise. Returns what unconfigure() does. */
int reset(struct root_fixture *fixture);

/* Nothing is left of a file that was on its way. */
void assert_no_temporary(struct root_fixture *fixture);

#endif
