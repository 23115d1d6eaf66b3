/*
 * console_fixture.h - what the tests of the console share: a console on a real pseudoterminal,
 * those who look at it, and what the zone prints and reads.
 */
#ifndef UNIT_CONSOLE_FIXTURE_H
#define UNIT_CONSOLE_FIXTURE_H

#include "zone_fixture.h"

#include "runtime/console.h"
#include "runtime/control.h"

/* A console, and the side of its pseudoterminal that an engine has. */
struct set {
	struct zone_fixture *fixture;
	struct console *console;
	int zone;
};

/* A new one, with the zone's side raw. */
struct set begin(void **state);
void end(struct set *set);

/* The zone's side of a console's pseudoterminal. */
int open_zone(const struct console *console);
/* Raw, as systemd-nspawn(1) makes it: what is printed is what is shown, and nothing is echoed. */
void make_raw(int fd);

/* What a supervisor does, until nothing happens for so long. Returns how often something did. */
int turn_for(struct console *console, int quiet_ms);
/* The same, until nothing comes any more. */
int turn(struct console *console);
/* Wait until what the zone has printed can be read, without reading it. */
void await_output(const struct console *console);

/* Look at the console, to hold it or to watch. Returns the viewer's side, or what was refused. */
int attach(struct set *set, bool hold);

/* The zone prints, somebody types. */
void print(const struct set *set, const char *text);
void type(int fd, const char *text);
/* Check what somebody sees: the console's bytes, and notices in brackets. */
void see(struct set *set, int fd, const char *expected);
/* Check what the zone reads. */
void zone_reads(struct set *set, const char *expected);

#endif
