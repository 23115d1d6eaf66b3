/* flow.c - bytes on their way from one fd to another. */
#include "runtime/flow.h"

#include "base/fd.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

static void end_close(int *fd)
{
	if (*fd > STDERR_FILENO)
		fd_close(*fd);
	*fd = -1;
}

void flow_close(struct flow *flow)
{
	end_close(&flow->from);
	end_close(&flow->to);
	flow->start = flow->end = 0;
}

void flow_end(struct flow *flow)
{
	if (!flow->escape)
		end_close(&flow->from);
	end_close(&flow->to);
	flow->start = flow->end = 0;
}

void flow_stop(struct flow *flow)
{
	end_close(&flow->from);
	if (flow->start == flow->end)
		end_close(&flow->to);
}

/* The escape character can be passed on with what follows it: one byte more than is read. */
static size_t room(const struct flow *flow)
{
	size_t free_bytes = FLOW_ROOM - (flow->end - flow->start);
	if (flow->escape && free_bytes > 0)
		free_bytes--;
	return free_bytes < flow->rest ? free_bytes : flow->rest;
}

void flow_poll(const struct flow *flow, struct pollfd rows[FLOW_ROWS])
{
	bool reads = flow->from >= 0 && room(flow) > 0;
	rows[0] = (struct pollfd){ .fd = reads ? flow->from : -1, .events = POLLIN };
	/* Without anything to write, poll(2) still tells that nobody reads any more. */
	rows[1] = (struct pollfd){ .fd = flow->to, .events = flow_busy(flow) ? POLLOUT : 0 };
}

/* Nothing but a tail of letters that were typed makes this move anything. */
static void compact(struct flow *flow)
{
	memmove(flow->bytes, flow->bytes + flow->start, flow->end - flow->start);
	flow->end -= flow->start;
	flow->start = 0;
}

static void take_typed(struct flow *flow, const char *typed, size_t len)
{
	size_t got = escape_filter(flow->escape, typed, len, flow->bytes + flow->end, &flow->left);
	if (flow->to >= 0)
		flow->end += got;
}

/* Returns 0 or a negative errno: nothing more comes. */
static int fill(struct flow *flow)
{
	char typed[FLOW_ROOM];
	compact(flow);
	char *place = flow->escape ? typed : flow->bytes + flow->end;
	ssize_t len = read(flow->from, place, room(flow));
	if (len < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (len > 0 && flow->escape)
		take_typed(flow, typed, (size_t)len);
	else if (len > 0)
		flow->end += (size_t)len;
	if (len > 0) {
		flow->rest -= (size_t)len;
		if (flow->rest == 0)
			flow_stop(flow);
		return 0;
	}
	int rc = len < 0 ? -errno : 0;
	flow->dry = true;
	flow_stop(flow);
	return rc;
}

/*
 * How much can be written without waiting, once poll(2) says that something can be: into a pipe or
 * a terminal that others use, too, no more than that.
 */
static size_t portion(int fd, size_t len)
{
	struct stat st;
	bool own = fd > STDERR_FILENO;
	bool endless = own || fstat(fd, &st) < 0 || S_ISREG(st.st_mode);
	return endless || len < PIPE_BUF ? len : PIPE_BUF;
}

/* Returns 0 or a negative errno: nothing more is taken. */
static int drain(struct flow *flow)
{
	ssize_t done = write(
		flow->to, flow->bytes + flow->start, portion(flow->to, flow->end - flow->start));
	if (done < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (done < 0) {
		int rc = -errno;
		flow_end(flow);
		return rc;
	}
	flow->start += (size_t)done;
	if (flow->start == flow->end && flow->from < 0)
		end_close(&flow->to);
	return 0;
}

int flow_handle(struct flow *flow, const struct pollfd rows[FLOW_ROWS], bool *ret_reading)
{
	int rc = 0;
	*ret_reading = false;
	if (flow->to >= 0 && rows[1].fd == flow->to && rows[1].revents) {
		if (flow_busy(flow))
			rc = drain(flow);
		else if (rows[1].revents & (POLLERR | POLLHUP | POLLNVAL))
			flow_end(flow);
	}
	if (rc == 0 && flow->from >= 0 && rows[0].fd == flow->from && rows[0].revents) {
		rc = fill(flow);
		*ret_reading = rc < 0;
	}
	return rc;
}
