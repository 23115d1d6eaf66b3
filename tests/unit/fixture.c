/* fixture.c - what unit tests share. */
#include "fixture.h"

#include "sys.h"
#include "worker.h"

#include "hardlink.h"
#include "linkmap.h"

#include <dirent.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void note_event(const struct ce_event *event, void *user)
{
	struct fixture *fixture = user;
	fixture->events++;
	fixture->last = *event;
}

/* What ctx.release_dir does in a run is the walk's; a test looks at the counts itself. */
static void release_dir(struct worker *worker, struct dir *dir)
{
	(void)worker;
	atomic_fetch_sub(&dir->pending, 1);
}

static int make_side(struct fixture *fixture, const char *name)
{
	assert_int_equal(mkdirat(fixture->fd, name, 0755), 0);
	int fd = openat(fixture->fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(fd >= 0);
	return fd;
}

static void make_ctx(struct fixture *fixture)
{
	struct ctx *ctx = &fixture->ctx;
	ctx->options = (struct ce_options){
		.size = sizeof(ctx->options), .threads = 1, .on_event = note_event, .user = fixture
	};
	ctx->keep = CE_ATTR_ALL;
	ctx->uid = geteuid();
	ctx->umask = 022;
	ctx->release_dir = release_dir;
	pthread_mutex_init(&ctx->event_lock, NULL);
	dircache_init(&ctx->dirs, 64);
	fs_table_init(&ctx->fs);
	ctx->links = hardlinks_create();
	ctx->taken = linkmap_create(&ctx->repeats);
	assert_non_null(ctx->links);
	assert_int_equal(worker_init(&fixture->worker, ctx, 0), 0);
}

static void make_base(struct fixture *fixture)
{
	struct ctx *ctx = &fixture->ctx;
	struct fs *fs[2];
	fixture->base = dir_new(NULL, "src", "dst");
	assert_non_null(fixture->base);
	fixture->base->base = fixture->base->opened = true;
	for (int side = 0; side < 2; side++) {
		struct statx st;
		assert_int_equal(sys_fstat(fixture->fds[side], &st), 0);
		dir_adopt(&ctx->dirs, fixture->base, (enum ce_side)side, dup(fixture->fds[side]),
			&st);
		fs[side] = fs_get(&ctx->fs, sys_dev(&st), fixture->fds[side]);
	}
	fixture->base->pair = fs_pair_get(&ctx->fs, fs[0], fs[1]);
	fixture->place = (struct place){ .dir = fixture->base,
		.name = "name",
		.dest_name = "name",
		.fds = { fixture->fds[0], fixture->fds[1] } };
}

struct fixture *fixture_in(const char *directory)
{
	struct fixture *fixture = aligned_alloc(64, (sizeof(*fixture) + 63) / 64 * 64);
	assert_non_null(fixture);
	memset(fixture, 0, sizeof(*fixture));
	snprintf(fixture->path, sizeof(fixture->path), "%s/treecp-unit-XXXXXX", directory);
	if (!mkdtemp(fixture->path)) {
		free(fixture);
		return NULL;
	}
	fixture->fd = open(fixture->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(fixture->fd >= 0);
	fixture->fds[CE_SIDE_SOURCE] = make_side(fixture, "src");
	fixture->fds[CE_SIDE_DEST] = make_side(fixture, "dst");
	make_ctx(fixture);
	make_base(fixture);
	return fixture;
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *walk)
{
	(void)st, (void)flag, (void)walk;
	return remove(path);
}

void fixture_free(struct fixture *fixture)
{
	struct ctx *ctx = &fixture->ctx;
	hardlinks_destroy(ctx->links, &ctx->dirs);
	linkmap_destroy(ctx->taken);
	dir_unref(&ctx->dirs, fixture->base);
	assert_int_equal(ctx->dirs.open, 0);
	worker_free(&fixture->worker);
	fs_table_destroy(&ctx->fs);
	dircache_destroy(&ctx->dirs);
	pthread_mutex_destroy(&ctx->event_lock);
	close(fixture->fd);
	close(fixture->fds[0]);
	close(fixture->fds[1]);
	nftw(fixture->path, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
	free(fixture);
}

int fixture_setup(void **state)
{
	const char *directory = getenv("TMPDIR");
	*state = fixture_in(directory ? directory : "/tmp");
	return *state ? 0 : -1;
}

int fixture_teardown(void **state)
{
	fixture_free(*state);
	return 0;
}

void fixture_file(int dirfd, const char *name, const void *content, size_t size)
{
	int fd = openat(dirfd, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, content, size), size);
	assert_int_equal(close(fd), 0);
}

void fixture_expect(int dirfd, const char *name, const void *content, size_t size)
{
	int fd = openat(dirfd, name, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	char *have = malloc(size + 1);
	assert_non_null(have);
	assert_int_equal(read(fd, have, size + 1), size);
	assert_true(memcmp(have, content, size) == 0);
	free(have);
	close(fd);
}

bool fixture_exists(int dirfd, const char *name)
{
	struct stat st;
	return fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

uint64_t fixture_ino(int dirfd, const char *name)
{
	struct stat st;
	assert_int_equal(fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW), 0);
	return st.st_ino;
}

char *fixture_bytes(size_t size)
{
	char *bytes = malloc(size + 1);
	assert_non_null(bytes);
	for (size_t i = 0; i < size; i++)
		bytes[i] = (char)(1 + i % 251);
	return bytes;
}

unsigned fixture_open_fds(void)
{
	DIR *fds = opendir("/proc/self/fd");
	assert_non_null(fds);
	unsigned count = 0;
	for (struct dirent *entry; (entry = readdir(fds));)
		count += entry->d_name[0] != '.';
	closedir(fds);
	return count;
}
