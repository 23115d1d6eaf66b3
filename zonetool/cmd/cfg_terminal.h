/* cfg_terminal.h - zonecfg's dialogue: a line at a time from a terminal, with editing. */
#ifndef CMD_CFG_TERMINAL_H
#define CMD_CFG_TERMINAL_H

#include "cmd/cfg.h"

/*
 * Read and carry out commands until exit or the end of the input. Returns 0, or 1 if changes were
 * thrown away at the end.
 */
int terminal_dialogue(struct session *session);

#endif
