/* zone_fixture.c - what unit tests of zonetool share. */
#include "zone_fixture.h"

#include "util/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void keep_message(struct messages *messages, enum severity severity, const char *text)
{
	static const char *const names[] = { "note", "warning", "error" };
	struct zone_fixture *fixture = messages->user;
	text_addf(&fixture->said, "%s: %s\n", names[severity], text);
}

int zone_fixture_setup(void **state)
{
	struct zone_fixture *fixture = calloc(1, sizeof(*fixture));
	assert_non_null(fixture);
	const char *directory = getenv("TMPDIR");
	snprintf(fixture->path, sizeof(fixture->path), "%s/zonetool-unit-XXXXXX",
		directory ? directory : "/tmp");
	assert_non_null(mkdtemp(fixture->path));
	fixture->fd = open(fixture->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(fixture->fd >= 0);
	fixture->messages = (struct messages){ .emit = keep_message, .user = fixture };
	*state = fixture;
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *walk)
{
	(void)st, (void)flag, (void)walk;
	return remove(path);
}

int zone_fixture_teardown(void **state)
{
	struct zone_fixture *fixture = *state;
	close(fixture->fd);
	nftw(fixture->path, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
	str_free(&fixture->said);
	free(fixture);
	return 0;
}

void zone_fixture_write(int dir_fd, const char *name, const char *text)
{
	int fd = openat(dir_fd, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(close(fd), 0);
}

void zone_fixture_expect(int dir_fd, const char *name, const char *text)
{
	int fd = openat(dir_fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (!text) {
		assert_int_equal(fd, -1);
		assert_int_equal(errno, ENOENT);
		return;
	}
	assert_true(fd >= 0);
	size_t len = strlen(text);
	char *have = malloc(len + 2);
	assert_non_null(have);
	ssize_t got = read(fd, have, len + 1);
	assert_true(got >= 0);
	have[got] = '\0';
	assert_string_equal(have, text);
	assert_int_equal(got, len);
	free(have);
	close(fd);
}

void zone_fixture_said(struct zone_fixture *fixture, const char *part)
{
	if (!part)
		assert_string_equal(str_get(&fixture->said), "");
	else if (!strstr(str_get(&fixture->said), part))
		fail_msg("\"%s\" is not in what was said: %s", part, str_get(&fixture->said));
	str_truncate(&fixture->said, 0);
}
