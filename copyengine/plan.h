/*
 * plan.h - what to do about one object, decided from what stands on both sides. Pure: no system
 * call is made here.
 */
#ifndef CE_PLAN_H
#define CE_PLAN_H

#include "copyengine.h"

#include <sys/stat.h>

enum plan {
	PLAN_CREATE,   /* nothing is there */
	PLAN_MERGE,    /* a directory for a directory: use it */
	PLAN_REPAIR,   /* the same content: bring the metadata in line */
	PLAN_REPLACE,  /* make the copy under another name, then put it in place */
	PLAN_CONFLICT, /* leave it alone and say so */
	PLAN_ITSELF,   /* source and destination are one object */
};

struct plan_facts {
	const struct statx *src;
	const struct statx *dst; /* NULL: nothing there */
	bool same_target;        /* both symbolic links, to the same text */
	bool repeats;            /* names may be met twice: a copy may have more than its source */
	enum ce_existing existing;
};

enum plan plan_object(const struct plan_facts *facts);

#endif
