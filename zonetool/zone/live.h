/*
 * live.h - the zones that live: ready, running, shutting down. What is known of one is a small file
 * of text in /run/zones, NAME.live, which its supervisor (zoneadmd) replaces in one step at each
 * change. The file alone proves nothing: whether the zone lives is asked of the kernel. It does
 *
 *   - while its supervisor runs, which holds the lock NAME.zoneadmd.lock: what the file says is so;
 *   - after the supervisor was killed, while the zone's init runs: running, or what the file says;
 *   - after both were, while its engine runs, or any process in its control group: down.
 *
 * Otherwise the file is what dead ones have left, and the zone is what the index says. Processes
 * are known by number and time of their beginning, so that this can be told without any rights. Who
 * may open the lock tries it, too, but only if the process runs: where there is none, nobody who
 * looks keeps a new supervisor from its lock, and that tries for a moment.
 */
#ifndef ZONE_LIVE_H
#define ZONE_LIVE_H

#include "util/messages.h"
#include "util/process.h"
#include "zone/state.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LIVE_PATH "/run/zones" /* the directory, for messages: run_fd is what is used */

enum {
	LIVE_ADDRESSES_MAX = 256,  /* addresses that a zone has on interfaces of the host */
	LIVE_SIZE_MAX = 128 << 10, /* bytes of a file */
};

/* An address that was put on an interface of the host for the zone, and goes with it. */
struct live_address {
	char *interface; /* "eth0" */
	char *address;   /* with its prefix: "192.0.2.10/24" */
};

struct live {
	enum zone_state state; /* STATE_READY to STATE_DOWN; as live_find() gives it: the truth */
	unsigned id;           /* of this life of the zone, from 1; another for each */
	bool supervised;       /* its supervisor runs */
	bool again;            /* it is on its way to boot again, whoever supervises it */
	int64_t since; /* when that state began: seconds since 1970; 0: nobody has seen it */
	struct process supervisor; /* zoneadmd */
	struct process engine;     /* ends with systemd-nspawn, its child; pid 0: none */
	struct process init;       /* the zone's process 1, as the host sees it; pid 0: none yet */
	int console_fd; /* the console's master in the engine, too, under this number; -1: none */
	char *runtime;  /* "nspawn", or the name of another runtime */
	char *cgroup;   /* directory of the zone's control group in cgroup2; NULL: none */
	struct live_address *addresses;
	size_t address_count;
};

void live_free(struct live *live);
#define AUTO_LIVE __attribute__((cleanup(live_free))) struct live

/* Add an address; the texts are copied. */
void live_add_address(struct live *live, const char *interface, const char *address);

/*
 * Whether the zone lives. run_fd is /run/zones, or -1: there is none, so that no zone does. Returns
 * 1 and *ret_live, 0 if it does not, or a negative errno, described. *ret_live must be freed in
 * every case; if the result is 0 it is what was left of an earlier life (its addresses are to be
 * taken away still), or has supervisor.pid, engine.pid and init.pid 0.
 */
int live_find(int run_fd, const char *name, struct live *ret_live, struct messages *messages);

/* The state of a zone that the index has in this one, or a negative errno, described. */
int live_state(int run_fd, const char *name, enum zone_state stored, struct messages *messages);

/*
 * The names of all that may live: that have a file NAME.live. *ret_names ends with NULL, and is the
 * caller's, names and array. Returns how many, or a negative errno, described.
 */
ssize_t live_names(int run_fd, char ***ret_names, struct messages *messages);

/* ---- for the supervisor, which holds the lock ---- */

/*
 * Take the lock of the zone's supervisor, without waiting for another one; only for who looks
 * whether it is held, a moment. Returns an fd that holds it, closed when a program is run, or a
 * negative errno, described but for -EBUSY: another one runs.
 */
int live_lock(int run_fd, const char *name, struct messages *messages);

/*
 * Let go of it, and remove its file. While this process runs, it is still taken to supervise what
 * it has stored. Returns -1.
 */
int live_unlock(int run_fd, const char *name, int fd);

/*
 * The zone is no more, or has another name: remove what its supervisor has left, if that was killed
 * when the zone was off. One that runs does so itself.
 */
void live_clean(int run_fd, const char *name);

/* Store what is so from now on. Returns 0 or a negative errno, described. */
int live_store(int run_fd, const char *name, const struct live *live, struct messages *messages);

/* The zone does not live any more: remove the file. Returns 0 or a negative errno, described. */
int live_forget(int run_fd, const char *name, struct messages *messages);

/*
 * A number that no life of a zone on this host had since its boot. Returns it, or a negative errno,
 * described.
 */
int live_new_id(int run_fd, struct messages *messages);

/* ---- text only, for tests ---- */

struct str;
/* Append the text of such a file. */
void live_format(const struct live *live, struct str *text);
/*
 * Read it; names that are not known are passed over: they are of later versions. Returns 0, or
 * -EINVAL: not described; also of a text that was cut off. *ret_live must be freed in every case.
 */
int live_parse(const char *text, struct live *ret_live);

#endif
