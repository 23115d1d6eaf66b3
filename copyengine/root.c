/* root.c - what a pair begins with: a name in an opened parent directory, on both sides. */
#include "root.h"

#include "base/fd.h"
#include "nest.h"
#include "report.h"
#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/*
 * Split a path into its parent directory and its last name. A path that must lead to a directory
 * (it ends in '/', "." or "..") is that directory and the name "."; so what it resolves to is
 * used, once. Returns -ENOMEM without memory.
 */
static int split_path(const char *path, bool resolve, char **ret_parent, char **ret_name)
{
	size_t len = strlen(path), end = len;
	while (end > 1 && path[end - 1] == '/')
		end--;
	size_t start = end;
	while (start > 0 && path[start - 1] != '/')
		start--;
	bool dot = (end - start == 1 && path[start] == '.')
		|| (end - start == 2 && path[start] == '.' && path[start + 1] == '.');
	if (dot || (end == 1 && path[0] == '/') || (resolve && end < len)) {
		*ret_parent = strndup(path, len);
		*ret_name = strdup(".");
	} else {
		*ret_parent = strndup(
			path, start > 1 && path[start - 1] == '/' ? start - 1 : start);
		*ret_name = strndup(path + start, end - start);
	}
	return *ret_parent && *ret_name ? 0 : -ENOMEM;
}

static bool is_directory(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Open one side of a pair's parent directory, as the caller's path leads there. */
static int open_base(struct ctx *ctx, struct dir *base, enum ce_side side, struct statx *ret_st)
{
	const char *path = dir_name(base, side);
	int fd = sys_openat(AT_FDCWD, *path ? path : ".", O_RDONLY | O_DIRECTORY, 0);
	if (fd == -EACCES)
		fd = sys_openat(AT_FDCWD, *path ? path : ".", O_PATH | O_DIRECTORY, 0);
	int rc = fd < 0 ? fd : sys_fstat(fd, ret_st);
	if (rc < 0) {
		fd_close(fd);
		return rc;
	}
	dir_adopt(&ctx->dirs, base, side, fd, ret_st);
	return 0;
}

/* The destination of a directory must not lie in it. */
static int check_nesting(struct ctx *ctx, const struct root *root)
{
	AUTO_FD src = sys_openat(root->base->sides[CE_SIDE_SOURCE].fd, root->name,
		O_PATH | O_NOFOLLOW | O_DIRECTORY, 0);
	if (src < 0)
		return 0; /* no directory, or the walk will tell */
	int parent = root->base->sides[CE_SIDE_DEST].fd;
	AUTO_FD dst = sys_openat(parent, root->dest_name, O_PATH | O_NOFOLLOW | O_DIRECTORY, 0);
	if (!nest_inside(src, dst < 0 ? parent : dst, ctx_flag(ctx, CE_ONE_FILE_SYSTEM)))
		return 0;
	AUTO_STR path = STR_EMPTY;
	dir_path(root->base, CE_SIDE_DEST, root->dest_name, &path);
	report_path_error(ctx, CE_OP_NEST, CE_SIDE_DEST, str_get(&path), -ELOOP);
	return -ELOOP;
}

/* What is mounted in two places of the source is met in both, unless mounts are left out. */
static void note_repeats(struct ctx *ctx, const struct root *root)
{
	if (ctx->repeats || ctx_flag(ctx, CE_ONE_FILE_SYSTEM))
		return;
	AUTO_FD src = sys_openat(root->base->sides[CE_SIDE_SOURCE].fd, root->name,
		O_PATH | O_NOFOLLOW | O_DIRECTORY, 0);
	ctx->repeats = src >= 0 && nest_repeats(src);
}

static int open_bases(struct ctx *ctx, struct dir *base, const struct ce_pair *pair)
{
	struct statx st[2];
	const char *paths[2] = { pair->source, pair->dest };
	for (int side = 0; side < 2; side++) {
		int rc = open_base(ctx, base, (enum ce_side)side, &st[side]);
		if (rc < 0) {
			report_path_error(ctx, side == CE_SIDE_SOURCE ? CE_OP_OPEN : CE_OP_CREATE,
				(enum ce_side)side, paths[side], rc);
			return rc;
		}
	}
	struct fs *source = fs_get(&ctx->fs, sys_dev(&st[0]), base->sides[0].fd);
	struct fs *dest = fs_get(&ctx->fs, sys_dev(&st[1]), base->sides[1].fd);
	base->pair = source && dest ? fs_pair_get(&ctx->fs, source, dest) : NULL;
	if (!base->pair)
		return -ENOMEM;
	if (ctx_flag(ctx, CE_SYNC | CE_VERIFY))
		fs_note_dest(&ctx->fs, dest, base->sides[CE_SIDE_DEST].fd);
	return 0;
}

/* What is to be removed has no other side, and its last name is not resolved. */
static int open_to_remove(struct ctx *ctx, struct root *root, const char *path)
{
	AUTO_FREE char *parent = NULL;
	struct statx st;
	int rc = split_path(path, false, &parent, &root->name);
	if (rc < 0)
		return rc;
	root->dest_name = strdup(root->name);
	root->base = root->dest_name ? dir_new(NULL, parent, parent) : NULL;
	if (!root->base)
		return -ENOMEM;
	root->base->base = root->base->opened = root->base->absent = true;
	rc = open_base(ctx, root->base, CE_SIDE_SOURCE, &st);
	if (rc < 0)
		report_path_error(ctx, CE_OP_OPEN, CE_SIDE_SOURCE, path, rc);
	return rc;
}

int root_open(struct ctx *ctx, struct root *root, const struct ce_pair *pair)
{
	AUTO_FREE char *parent = NULL;
	AUTO_FREE char *dest_parent = NULL;
	if (ctx->remove)
		return open_to_remove(ctx, root, pair->source);
	bool resolve = is_directory(pair->dest);
	if (!resolve && pair->dest[strlen(pair->dest) - 1] == '/' && !is_directory(pair->source)) {
		report_path_error(ctx, CE_OP_CREATE, CE_SIDE_DEST, pair->dest, -ENOTDIR);
		return -ENOTDIR;
	}
	int rc = split_path(pair->source, true, &parent, &root->name);
	if (rc == 0)
		rc = split_path(pair->dest, resolve, &dest_parent, &root->dest_name);
	if (rc < 0)
		return rc;
	root->base = dir_new(NULL, parent, dest_parent);
	if (!root->base)
		return -ENOMEM;
	root->base->base = root->base->opened = true;
	rc = open_bases(ctx, root->base, pair);
	/*
	 * Of a list the walk enters what is named only: it will see whether that is the
	 * destination.
	 */
	bool whole = ctx->options.task == CE_TASK_COPY && !ctx_flag(ctx, CE_NAMES);
	if (rc == 0)
		note_repeats(ctx, root);
	return rc == 0 && whole ? check_nesting(ctx, root) : rc;
}

void root_note_top(struct top *top, enum ce_side side, const struct statx *st)
{
	if (atomic_load(&top->sides[side].known))
		return;
	top->sides[side].dev = sys_dev(st);
	top->sides[side].ino = st->stx_ino;
	atomic_store(&top->sides[side].known, true);
}

void root_note(const struct root *root, struct top *top)
{
	const char *names[2] = { root->name, root->dest_name };
	struct statx st;
	top->base = root->base;
	for (int side = 0; side < 2; side++) {
		int fd = root->base->sides[side].fd;
		if (fd >= 0 && sys_stat(fd, names[side], &st) == 0 && S_ISDIR(st.stx_mode))
			root_note_top(top, (enum ce_side)side, &st);
	}
}

void root_close(struct ctx *ctx, struct root *root)
{
	dir_unref(&ctx->dirs, root->base);
	free(root->name);
	free(root->dest_name);
}
