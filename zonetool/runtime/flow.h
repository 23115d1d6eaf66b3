/*
 * flow.h - bytes on their way from one fd to another, in an event loop: bounded, whatever their
 * number, and whoever is slow. Standard input, output and error (0, 1 and 2) are shared with other
 * processes: they are not made nonblocking, and not closed. Any other fd is nonblocking and the
 * flow's own.
 */
#ifndef RUNTIME_FLOW_H
#define RUNTIME_FLOW_H

#include "runtime/terminal.h"

#include <poll.h>

enum {
	FLOW_ROOM = 64 << 10, /* bytes that are on their way */
	FLOW_ROWS = 2,        /* for poll(2) */
};

struct flow {
	int from; /* -1: nothing more comes */
	int to;   /* -1: nothing more is taken */
	/* What is typed goes through it, also when nothing more is taken: to leave. Or NULL. */
	struct escape *escape;
	size_t rest;       /* bytes that may come still */
	bool left;         /* the user leaves */
	bool dry;          /* from has ended by itself */
	size_t start, end; /* of what has come and has not gone */
	char bytes[FLOW_ROOM];
};

/* Fill in what it waits for. */
void flow_poll(const struct flow *flow, struct pollfd rows[FLOW_ROWS]);
/*
 * Do what poll(2) said. When all has come and gone, "to" is closed; when nothing more is taken,
 * "from", too, but for what is typed. Returns 0 or a negative errno, not described: -EPIPE and
 * others of writing, which ends the flow; *ret_reading: of reading, which is taken for the end of
 * what comes.
 */
int flow_handle(struct flow *flow, const struct pollfd rows[FLOW_ROWS], bool *ret_reading);
/* Nothing more is to come; what is on its way still goes. */
void flow_stop(struct flow *flow);
/* Nothing more is taken. */
void flow_end(struct flow *flow);
/* Close both ends. */
void flow_close(struct flow *flow);

/* Whether something is on its way. */
static inline bool flow_busy(const struct flow *flow)
{
	return flow->to >= 0 && flow->start < flow->end;
}

/* Whether nothing happens any more. */
static inline bool flow_over(const struct flow *flow)
{
	return flow->to < 0 || (flow->from < 0 && flow->start == flow->end);
}

#endif
