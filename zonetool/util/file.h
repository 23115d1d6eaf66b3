/* file.h - small files that root relies on: reading them with distrust, writing them for good. */
#ifndef UTIL_FILE_H
#define UTIL_FILE_H

#include "util/messages.h"

#include <stddef.h>

struct str;

/*
 * Whether root may rely on the opened file or directory: owned by root or by the user who runs the
 * program, and writable by nobody else. Returns 0 or -EPERM, described with what, its path.
 */
int file_trusted(int fd, const char *what, struct messages *messages);

/*
 * Open the directory path, an absolute one, checking it and every directory above it as
 * file_trusted() does; a directory above may be writable by others if it is sticky. Symbolic links
 * are not followed. Returns an fd, or a negative errno: -ENOENT is not described.
 */
int file_open_directory(const char *path, struct messages *messages);

/*
 * Read a trusted regular file of at most max bytes. On success *ret_text is its NUL-terminated
 * text, the caller's, and *ret_len its length. what is the file's path for messages. Returns 0, or
 * a negative errno: -ENOENT is not described; -EFBIG: larger than max.
 */
int file_read(int dir_fd, const char *name, size_t max, const char *what, char **ret_text,
	size_t *ret_len, struct messages *messages);

/*
 * Whether a directory has nothing in it, but for an empty directory of the name "but", if that is
 * not NULL. name as openat(2) understands it, but no symbolic link at its end. Returns 1, 0, or a
 * negative errno, not described: -ENOTDIR: it is something else.
 */
int file_is_empty_directory(int dir_fd, const char *name, const char *but);

/*
 * Append all that comes from fd, until text has more than max bytes. Returns 0 or a negative errno,
 * not described: -EFBIG: it has, and there may be more.
 */
int file_read_all(int fd, size_t max, struct str *text);

/* Write all of the text. Returns 0 or a negative errno, not described. */
int file_write(int fd, const char *text, size_t len);

/*
 * Make the file name, which must not exist, with this text and mode 0644, and bring it to storage;
 * the caller still has to fsync the directory. Returns 0 or a negative errno, described; then
 * nothing is left behind.
 */
int file_create(int dir_fd, const char *name, const char *text, size_t len, const char *what,
	struct messages *messages);

/* Bring a directory's entries to storage. Returns 0 or a negative errno, described. */
int file_sync_directory(int dir_fd, const char *what, struct messages *messages);

/* The directory that an absolute path is in, such as "/zones" or "/". The caller's. */
char *file_above(const char *path);

/*
 * Bring the name of what is, or was, at an absolute path to storage: the directory that it is in,
 * if there is one still. Returns 0 or a negative errno, described.
 */
int file_sync_name(const char *path, struct messages *messages);

#endif
