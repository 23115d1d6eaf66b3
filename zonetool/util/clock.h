/* clock.h - milliseconds: of a clock that only goes on, and to wait for. */
#ifndef UTIL_CLOCK_H
#define UTIL_CLOCK_H

#include <stdint.h>

/* Milliseconds since some moment, which is the same in all processes. */
int64_t clock_ms(void);

/* Do nothing for so many milliseconds, or until a signal comes. */
void clock_pause(int64_t ms);

#endif
