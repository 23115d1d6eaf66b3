/* job.h - the kinds of job the pool's workers run; engine.c has the one switch over them. */
#ifndef CE_JOB_H
#define CE_JOB_H

enum job_kind {
	JOB_ROOT,  /* struct root: the object a pair begins with */
	JOB_DIR,   /* struct dir: enter it, or read its next window */
	JOB_PIECE, /* struct split: copy the next piece of a large file */
	JOB_NAMES, /* struct names: look up the next names of a list */
	JOB_BATCH, /* struct batch: copy objects of one directory that a list named */
};

#endif
