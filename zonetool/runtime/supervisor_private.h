/*
 * supervisor_private.h - what the parts of the supervisor share: how they stand to each other is
 * at the top of zoneadmd.c.
 */
#ifndef RUNTIME_SUPERVISOR_PRIVATE_H
#define RUNTIME_SUPERVISOR_PRIVATE_H

#include "runtime/console.h"
#include "runtime/control.h"
#include "runtime/launcher.h"
#include "runtime/runtime.h"
#include "runtime/supervisor.h"
#include "zone/live.h"
#include "zone/registry.h"

#include <stdint.h>

enum {
	SUPERVISOR_CLIENTS_MAX = 16, /* who has not asked yet, or waits for the answer */
	SUPERVISOR_CONSOLE_FD = 3,   /* the number of the console's master in the engine */
};

/* ---- decisions ---- */

/* Where the zone is. */
enum supervisor_phase {
	LIFE_OFF,       /* it does not live */
	LIFE_PREPARING, /* the launcher makes the platform */
	LIFE_READY,     /* the platform is there */
	LIFE_BOOTING,   /* the engine starts; the zone's init is not yet known to run */
	LIFE_RUNNING,
	LIFE_SHUTTING_DOWN, /* init was told to */
	LIFE_HALTING,       /* all processes are being killed, and what they had is taken away */
	LIFE_DOWN, /* the same, but it takes long: something cannot be killed, or removed */
	LIFE_COUNT,
};

/* Where it is to go, from the phase it is in. */
enum supervisor_goal {
	GOAL_OFF,
	GOAL_READY,
	GOAL_RUNNING,
	/* It shuts down for a supervisor that was killed: whether to boot again its init knows. */
	GOAL_UNKNOWN,
};

enum supervisor_action {
	ACTION_NONE,          /* it is there already: a note */
	ACTION_START,         /* make the platform; for a boot, go on */
	ACTION_BOOT,          /* boot what is ready */
	ACTION_START_AFTER,   /* when it is halted */
	ACTION_HALT,          /* kill all */
	ACTION_WAIT,          /* that is being done */
	ACTION_SHUTDOWN,      /* ask init */
	ACTION_RESTART,       /* kill all, then start */
	ACTION_CONSOLE,       /* hand the connection over */
	ACTION_REFUSE_BUSY,   /* something else is being done */
	ACTION_REFUSE_LIVE,   /* it runs, which is more than ready */
	ACTION_REFUSE_TWICE,  /* it is being shut down already */
	ACTION_REFUSE_OFF,    /* it does not run */
	ACTION_REFUSE_REMAINS /* what is left of it cannot be taken away */
};

/* What a request does to a zone in this phase that is on its way to the goal. */
enum supervisor_action supervisor_decide(
	enum control_verb verb, enum supervisor_phase phase, enum supervisor_goal goal);

/*
 * Where a zone is to go whose engine has ended with this status, or LAUNCHER_STATUS_UNKNOWN: back
 * to running if it wanted to boot again, or if that was asked for.
 */
enum supervisor_goal supervisor_goal_after(
	enum supervisor_phase phase, enum supervisor_goal goal, int status);

/* What others are told of a zone in this phase that lives. */
enum zone_state supervisor_state(enum supervisor_phase phase);

/* ---- what there is ---- */

/* What a connection waits for. */
enum supervisor_wait {
	WAIT_REQUEST, /* it has not said yet what it wants */
	WAIT_UP,      /* that the zone gets where it is to go */
	WAIT_OFF,     /* that nothing is left of it */
};

struct supervisor_client {
	int fd; /* -1: a free slot */
	enum supervisor_wait wait;
	int64_t deadline; /* WAIT_REQUEST: until when */
};

/* What one life of the zone has. An fd that is not there is -1. */
struct supervisor_life {
	enum supervisor_phase phase;
	enum supervisor_goal goal;
	struct live live; /* as it is stored */
	const struct runtime_ops *ops;
	struct zone *zone;               /* its configuration; NULL: not known */
	struct registry_version version; /* which that was */
	char *zonepath;                  /* NULL: not known */
	uint32_t uid_shift;
	struct runtime_boot boot;  /* how it is to boot */
	struct launcher launcher;  /* pid 0: there is no engine, or it has ended */
	bool child;                /* the launcher is ours, so that we learn its status */
	int init_pidfd;            /* the zone's init */
	int notify_fd, cgroup_fd;  /* what the engine says; whether there are processes */
	int zone_lock_fd;          /* the zone's lock, until it lives, and that is answered */
	bool init_started;         /* the engine said so */
	unsigned trials;           /* how often init was not yet a program of the zone's */
	bool announced;            /* those who wait for it were told that it is up */
	bool recorded;             /* there is a file that says that it lives */
	int error;                 /* why it cannot reach its goal: a negative errno; 0: it can */
	int64_t deadline, tick;    /* when to give up what is waited for; when to try again; or 0 */
	struct runtime_boot again; /* how it is to boot after it was halted: GOAL_RUNNING */
	unsigned timeout;          /* seconds that its shutdown may take */
};

struct supervisor {
	const char *name;
	struct messages *log;     /* for what nobody waits for */
	struct messages messages; /* to those who wait, or else to the log and the console */
	int run_fd, lock_fd, signal_fd, listen_fd;
	char *socket; /* its path */
	char *place;  /* the directory of its lives: RUN/NAME.d */
	struct console *console;
	struct supervisor_client clients[SUPERVISOR_CLIENTS_MAX];
	struct supervisor_life life;
	bool ending;                    /* SIGTERM has come: end when the zone is off */
	int64_t look_next;              /* when to see again whether the zone is there */
	struct registry_version looked; /* the index that was read for that */
	int64_t idle_since;             /* when it was last of use */
	int idle_ms;                    /* and how long it stays then */
};

/* What the runtime is told of the zone; it has pointers into s. */
struct runtime_zone supervisor_zone(const struct supervisor *s);

/* ---- supervisor_client.c ---- */

/* Make s->messages, and s->clients empty. */
void supervisor_clients_begin(struct supervisor *s);
/* Take a new connection; one that is not of this user's is closed. */
void supervisor_accept(struct supervisor *s);
/* A connection has something to say, or has ended. */
void supervisor_client_event(struct supervisor *s, struct supervisor_client *client);
/* Answer: the end of what the connection waits for. */
void supervisor_answer(struct supervisor_client *client, int status);
/*
 * Answer all that wait for this. why, which completes "zone web ", is an error that they are told
 * before; NULL: they know it.
 */
void supervisor_answer_all(
	struct supervisor *s, enum supervisor_wait wait, int status, const char *why);
size_t supervisor_client_count(const struct supervisor *s);
/* Close those that have said nothing for too long. Returns when the next one will have, or 0. */
int64_t supervisor_clients_expire(struct supervisor *s);
void supervisor_clients_end(struct supervisor *s);

/* ---- supervisor_request.c ---- */

/* Do what was asked for. What it needs of the request is taken out of it. */
void supervisor_request(
	struct supervisor *s, struct supervisor_client *client, struct control_request *request);

/* ---- supervisor_start.c ---- */

/*
 * Begin a life, which goes to the goal by itself. A failure is the life's: it is described, halted,
 * and whoever waits for it is answered with the error.
 */
void supervisor_start(struct supervisor *s, enum supervisor_goal goal);

/* ---- supervisor_life.c ---- */

/* Make it none: LIFE_OFF, with nothing. */
void supervisor_life_init(struct supervisor_life *life);
/* Close and free what a life has: it is none then. */
void supervisor_life_clear(struct supervisor_life *life);

/* Boot what is ready. */
void supervisor_boot(struct supervisor *s);
/* Ask the zone's init to shut down. */
void supervisor_shutdown(struct supervisor *s);
/* The same of one that could not hear it yet. */
void supervisor_ask(struct supervisor *s);

/* What poll(2) found. */
void supervisor_launcher_event(struct supervisor *s);
void supervisor_engine_event(struct supervisor *s);
void supervisor_init_event(struct supervisor *s);
/* What the life waited for has not come in time. */
void supervisor_deadline(struct supervisor *s);

/* Its engine has ended because it wants to boot again: it is halted, and does. */
void supervisor_reboot_itself(struct supervisor *s);

/* Be in a phase from now on, which is stored. Returns 0 or a negative errno, described. */
int supervisor_enter(struct supervisor *s, enum supervisor_phase phase);

/* It is to be off after this life, whoever supervises it: that is stored, too. */
void supervisor_stay_off(struct supervisor *s);

/* The engine has told of the zone's init: its process, or that it has started. */
void supervisor_init_is(struct supervisor *s, pid_t pid);
void supervisor_init_started(struct supervisor *s);

/* ---- supervisor_notify.c ---- */

/*
 * Make the socket in the life's place; what was there of the name goes. Returns 0 or a negative
 * errno, described.
 */
int supervisor_notify_open(struct supervisor *s);
/* What the engine says. */
void supervisor_notify_event(struct supervisor *s);

/* ---- supervisor_halt.c ---- */

/*
 * Kill all that the zone has, take the rest away, and then go to the goal, which is in life.goal;
 * or, if error is not 0, no further: those who waited for it are answered with the error.
 */
void supervisor_halt(struct supervisor *s, int error);
/* See whether that is done. */
void supervisor_halt_try(struct supervisor *s);

/* ---- supervisor_look.c ---- */

/*
 * If the zone is off, and somebody is at its console: whether it is still one that has a console.
 * Else they are told, and disconnected.
 */
void supervisor_look(struct supervisor *s);

/* ---- supervisor_adopt.c ---- */

/*
 * Find out what an earlier supervisor has left: a zone that runs is ours from now on, anything less
 * is halted. Makes s->console. Returns 0 or a negative errno, described.
 */
int supervisor_adopt(struct supervisor *s);

#endif
