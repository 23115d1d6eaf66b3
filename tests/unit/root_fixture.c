/* root_fixture.c - the root of a zone for unit tests, and what must never change. */
#include "root_fixture.h"

#include "base/fd.h"
#include "util/alloc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define OUTSIDE "what is outside stays as it is\n"

enum {
	MODE = 0604, /* of what is outside */
};

/* Names outside that links are made to lead to. */
static const char *const canaries[] = { "machine-id", "hosts", "hostname", "ssh_host_rsa_key",
	"interfaces", "syslog", "syslog.1", "random-seed", "credential.secret" };

void put_directories(struct root_fixture *fixture, const char *path)
{
	AUTO_FREE char *name = xstrdup(path);
	for (char *slash = name; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		assert_true(mkdirat(fixture->root, name, 0755) == 0 || errno == EEXIST);
		*slash = '/';
	}
}

void put(struct root_fixture *fixture, const char *path, const char *text)
{
	put_directories(fixture, path);
	zone_fixture_write(fixture->root, path, text);
}

void expect(struct root_fixture *fixture, const char *path, const char *text)
{
	zone_fixture_expect(fixture->root, path, text);
}

void put_link(struct root_fixture *fixture, const char *path, const char *target)
{
	put_directories(fixture, path);
	assert_int_equal(symlinkat(target, fixture->root, path), 0);
}

void put_link_outside(struct root_fixture *fixture, const char *path, const char *name)
{
	AUTO_FREE char *target = xasprintf("%s/outside/%s", fixture->zone->path, name);
	put_link(fixture, path, target);
}

bool exists(struct root_fixture *fixture, const char *path)
{
	struct stat st;
	return fstatat(fixture->root, path, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

struct stat status(struct root_fixture *fixture, const char *path)
{
	struct stat st;
	assert_int_equal(fstatat(fixture->root, path, &st, AT_SYMLINK_NOFOLLOW), 0);
	return st;
}

static int open_new(int dir_fd, const char *name)
{
	assert_int_equal(mkdirat(dir_fd, name, 0755), 0);
	int fd = openat(dir_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(fd >= 0);
	return fd;
}

bool root_fixture_possible(void)
{
	if (geteuid() == 0)
		return true;
	fputs("only root can make the files that are tried\n", stderr);
	return false;
}

int root_fixture_setup(void **state)
{
	void *zone;
	if (zone_fixture_setup(&zone) != 0)
		return -1;
	struct root_fixture *fixture = xcalloc(1, sizeof(*fixture));
	fixture->zone = zone;
	fixture->messages = &fixture->zone->messages;
	fixture->root = open_new(fixture->zone->fd, "root");
	fixture->outside = open_new(fixture->zone->fd, "outside");
	for (size_t i = 0; i < sizeof(canaries) / sizeof(*canaries); i++)
		zone_fixture_write(fixture->outside, canaries[i], OUTSIDE);
	for (size_t i = 0; i < sizeof(canaries) / sizeof(*canaries); i++)
		assert_int_equal(fchmodat(fixture->outside, canaries[i], MODE, 0), 0);
	*state = fixture;
	return 0;
}

static int count_names(const char *path)
{
	int count = 0;
	DIR *dir = opendir(path);
	assert_non_null(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	return count - 2; /* "." and ".." */
}

static void check_canary(const struct root_fixture *fixture, const char *name)
{
	struct stat st;
	zone_fixture_expect(fixture->outside, name, OUTSIDE);
	assert_int_equal(fstatat(fixture->outside, name, &st, AT_SYMLINK_NOFOLLOW), 0);
	assert_int_equal(st.st_mode, S_IFREG | MODE);
	assert_int_equal(st.st_uid, geteuid());
}

int root_fixture_teardown(void **state)
{
	struct root_fixture *fixture = *state;
	for (size_t i = 0; i < sizeof(canaries) / sizeof(*canaries); i++)
		check_canary(fixture, canaries[i]);
	AUTO_FREE char *outside = xasprintf("%s/outside", fixture->zone->path);
	assert_int_equal(count_names(outside), sizeof(canaries) / sizeof(*canaries));
	fd_close(fixture->root);
	fd_close(fixture->outside);
	void *zone = fixture->zone;
	free(fixture);
	return zone_fixture_teardown(&zone);
}
