/* names.c - copying only what a list names. */
#include "names.h"

#include "base/fd.h"
#include "filter.h"
#include "job.h"
#include "report.h"
#include "sys.h"
#include "walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEP_NAMES 512 /* names looked up in one job */
#define BATCH_BYTES 8192

struct names {
	struct job job;
	FILE *stream;
	char *line; /* getdelim(3)'s */
	size_t line_room;
	struct dir *base;
	struct dir **stack; /* from the top of the pair down to the last name's directory */
	size_t depth, room;
	struct batch *batch; /* being filled, for the directory at the end of the stack */
	struct list batches; /* full ones, queued at the end of the step */
};

struct batch {
	struct job job;
	struct dir *dir;
	size_t size;
	char data[BATCH_BYTES]; /* a DT_* byte, a name and its NUL, again and again */
};

static void finish_batch(struct names *names)
{
	if (names->batch)
		list_add_last(&names->batches, &names->batch->job.link);
	names->batch = NULL;
}

static void pop(struct worker *worker, struct names *names, size_t depth)
{
	if (names->depth > depth)
		finish_batch(names);
	while (names->depth > depth)
		walk_release(worker, names->stack[--names->depth]);
}

static int push(struct worker *worker, struct names *names, struct dir *parent, const char *name,
	const char *dest_name)
{
	if (names->depth == names->room) {
		size_t room = names->room ? names->room * 2 : 32;
		struct dir **stack = reallocarray(names->stack, room, sizeof(struct dir *));
		if (!stack)
			return -ENOMEM;
		names->stack = stack;
		names->room = room;
	}
	struct dir *dir = dir_new(parent, name, dest_name);
	if (!dir)
		return -ENOMEM;
	finish_batch(names);
	names->stack[names->depth++] = dir;
	int excluded = filter_excludes(worker->ctx->filter, parent, name, true);
	if (excluded < 0) {
		dir->failed = true;
		return excluded;
	}
	if (parent->failed || parent->no_descent || excluded) {
		dir->failed = true; /* told once, for the topmost */
		stats_add(&worker->stats, excluded, excluded);
	} else if (walk_enter(worker, dir)) {
		dir_unpin(&worker->ctx->dirs, dir, CE_SIDE_SOURCE);
		if (!dir->absent)
			dir_unpin(&worker->ctx->dirs, dir, CE_SIDE_DEST);
	}
	return 0;
}

/* Add an object of the directory at the end of the stack to the batch. */
static int add_to_batch(struct names *names, const char *name, unsigned char type)
{
	struct dir *dir = names->stack[names->depth - 1];
	size_t len = strlen(name) + 1;
	if (names->batch && names->batch->size + len + 1 > BATCH_BYTES)
		finish_batch(names);
	if (!names->batch) {
		struct batch *batch = malloc(sizeof(*batch));
		if (!batch)
			return -ENOMEM;
		batch->job.kind = JOB_BATCH;
		batch->dir = dir;
		batch->size = 0;
		atomic_fetch_add(&dir->pending, 1);
		names->batch = batch;
	}
	struct batch *batch = names->batch;
	batch->data[batch->size++] = (char)type;
	memcpy(batch->data + batch->size, name, len);
	batch->size += len;
	return 0;
}

/* The last component: a directory is entered, anything else goes into the batch. */
static int add_last(struct worker *worker, struct names *names, const char *name)
{
	struct dir *dir = names->stack[names->depth - 1];
	if (dir->failed || dir->no_descent)
		return 0;
	int fd = dir_pin(&worker->ctx->dirs, dir, CE_SIDE_SOURCE);
	if (fd < 0)
		return fd;
	struct statx st;
	int rc = sys_stat(fd, name, &st);
	dir_unpin(&worker->ctx->dirs, dir, CE_SIDE_SOURCE);
	if (rc < 0)
		return rc;
	if (S_ISDIR(st.stx_mode))
		return push(worker, names, dir, name, name);
	return add_to_batch(names, name, (unsigned char)IFTODT(st.stx_mode));
}

/* The next component of *path, NUL-terminated in place; NULL at its end. "." counts for nothing. */
static char *next_component(char **path)
{
	for (;;) {
		char *name = *path + strspn(*path, "/");
		if (!*name)
			return NULL;
		size_t len = strcspn(name, "/");
		*path = name + len + (name[len] == '/');
		name[len] = '\0';
		if (strcmp(name, ".") != 0)
			return name;
	}
}

/* Follow a name down the stack, replacing its end where it goes another way. */
static int add_name(struct worker *worker, struct names *names, char *path)
{
	size_t depth = 1;
	char *name = next_component(&path);
	while (name) {
		char *next = next_component(&path);
		if (strcmp(name, "..") == 0 || strlen(name) > NAME_MAX)
			return strcmp(name, "..") == 0 ? -EINVAL : -ENAMETOOLONG;
		/* What could not be entered as a directory may be there as something else. */
		bool known = depth < names->depth && strcmp(names->stack[depth]->name, name) == 0
			&& (next || !names->stack[depth]->failed);
		if (!known) {
			pop(worker, names, depth);
			int rc = next ? push(worker, names, names->stack[depth - 1], name, name)
				      : add_last(worker, names, name);
			if (rc < 0 || !next)
				return rc;
		}
		depth++;
		name = next;
	}
	return 0;
}

static void add_line(struct worker *worker, struct names *names)
{
	struct place at = { .dir = names->stack[0] };
	char *shown = strdup(names->line);
	walk_found(worker, 1);
	int rc = names->line[0] == '/' ? -EINVAL
		: shown                ? add_name(worker, names, names->line)
				       : -ENOMEM;
	at.name = at.dest_name = shown ? shown : "";
	if (rc < 0)
		report_error(worker, &at, rc == -EINVAL ? CE_OP_NAME : CE_OP_OPEN, rc);
	free(shown);
}

static void names_free(struct worker *worker, struct names *names)
{
	atomic_fetch_sub(&worker->ctx->unread, 1);
	walk_release(worker, names->base);
	fclose(names->stream);
	free(names->line);
	free(names->stack);
	free(names);
}

/*
 * The list goes back into the queue below its batches: these are dealt with before more is read,
 * unless another worker has nothing to do and takes the list on.
 */
void names_step(struct worker *worker, struct job *job)
{
	struct names *names = container_of(job, struct names, job);
	ssize_t len = 0;
	for (int i = 0; i < STEP_NAMES && !ctx_stopped(worker->ctx); i++) {
		len = getdelim(&names->line, &names->line_room, '\0', names->stream);
		if (len < 0)
			break;
		add_line(worker, names);
	}
	bool over = len < 0 || ctx_stopped(worker->ctx);
	if (len < 0 && !feof(names->stream)) {
		struct place at = place_of_dir(names->stack[0]);
		report_error(worker, &at, CE_OP_NAME, -errno);
	}
	finish_batch(names);
	struct list batches;
	list_init(&batches);
	list_take_all(&batches, &names->batches);
	if (over) {
		pop(worker, names, 0);
		names_free(worker, names);
	} else {
		pool_push(worker->ctx->pool, worker->id, &names->job);
	}
	while (!list_empty(&batches)) {
		struct list *first = batches.next;
		list_remove(first);
		pool_push(worker->ctx->pool, worker->id, container_of(first, struct job, link));
	}
}

void names_batch(struct worker *worker, struct job *job)
{
	struct batch *batch = container_of(job, struct batch, job);
	struct dircache *dirs = &worker->ctx->dirs;
	struct place at = { .dir = batch->dir };
	int rc = place_pin(dirs, &at);
	if (rc < 0) {
		struct place here = place_of_dir(batch->dir);
		report_error(worker, &here, CE_OP_OPEN, rc);
	}
	for (size_t off = 0; rc >= 0 && off < batch->size && !ctx_stopped(worker->ctx);) {
		unsigned char type = (unsigned char)batch->data[off++];
		at.name = at.dest_name = batch->data + off;
		off += strlen(at.name) + 1;
		walk_name(worker, &at, type);
	}
	place_unpin(dirs, &at);
	walk_release(worker, batch->dir);
	free(batch);
}

int names_start(
	struct worker *worker, int fd, struct dir *base, const char *name, const char *dest_name)
{
	struct names *names = calloc(1, sizeof(*names));
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	FILE *stream = copy < 0 ? NULL : fdopen(copy, "r");
	if (!names || !stream) {
		int rc = errno ? -errno : -ENOMEM;
		if (stream)
			fclose(stream);
		else
			fd_close(copy);
		free(names);
		return rc;
	}
	names->stream = stream;
	names->job.kind = JOB_NAMES;
	names->base = base;
	list_init(&names->batches);
	atomic_fetch_add(&base->pending, 1);
	atomic_fetch_add(&worker->ctx->unread, 1);
	int rc = push(worker, names, base, name, dest_name);
	if (rc < 0) {
		names_free(worker, names);
		return rc;
	}
	pool_push(worker->ctx->pool, worker->id, &names->job);
	return 0;
}
