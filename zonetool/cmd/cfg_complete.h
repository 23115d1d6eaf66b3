/* cfg_complete.h - what could stand at the cursor of a line. */
#ifndef CMD_CFG_COMPLETE_H
#define CMD_CFG_COMPLETE_H

#include "cmd/cfg.h"

/*
 * Candidates for the end of a line's first len bytes: items of *ret_candidates, sorted, which the
 * caller frees. *ret_start is where the text they replace begins. A candidate that ends with "=" or
 * "/" is not finished.
 */
void complete_line(const struct session *session, const char *line, size_t len,
	struct value *ret_candidates, size_t *ret_start);

#endif
