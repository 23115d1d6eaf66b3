/* fuzz.h - what fuzzers share: the function that they are, and what must hold in it. */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* Called with each input, by libFuzzer or main.c. Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What does not hold is found: the program is killed. */
static inline void require(bool holds)
{
	if (!holds)
		abort();
}

#endif
