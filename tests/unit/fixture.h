/*
 * fixture.h - what unit tests share: cmocka with the headers it wants, a directory to work in, and
 * a worker outside any run.
 */
#ifndef UNIT_FIXTURE_H
#define UNIT_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ctx.h"
#include "dir.h"
#include "report.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* Two trees in a new directory, and all that a module below the engine asks for. */
struct fixture {
	char path[64]; /* the directory, with "src" and "dst" in it */
	int fd;        /* of path */
	int fds[2];    /* of "src" and "dst" */
	struct ctx ctx;
	struct worker worker;
	struct dir *base;   /* path/src and path/dst as the parents of a pair */
	struct place place; /* "name" in base, pinned */
	unsigned events;    /* how many came, and the last of them: */
	struct ce_event last;
};

/*
 * cmocka's setup and teardown: the fixture in *state, in $TMPDIR or /tmp. setup_in() takes another
 * directory, and NULL there if that does not exist.
 */
int fixture_setup(void **state);
int fixture_teardown(void **state);
struct fixture *fixture_in(const char *directory);
void fixture_free(struct fixture *fixture);

/* Make a file with this content in dirfd. */
void fixture_file(int dirfd, const char *name, const void *content, size_t size);

/* Check that a file has exactly this content. */
void fixture_expect(int dirfd, const char *name, const void *content, size_t size);

/* Whether the name exists. */
bool fixture_exists(int dirfd, const char *name);

/* Inode number of a name. */
uint64_t fixture_ino(int dirfd, const char *name);

/* size bytes that repeat at no power of two, so that a block in the wrong place shows. */
char *fixture_bytes(size_t size);

/* How many fds this process has open. */
unsigned fixture_open_fds(void);

#endif
