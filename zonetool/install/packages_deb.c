/* packages_deb.c - a file out of a .deb, see deb(5): an archive in an archive. */
#include "install/packages_private.h"

#include "util/alloc.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <string.h>

enum {
	BLOCK_BYTES = 65536,
};

/*
 * What dpkg-deb(1) compresses with, and did. Not all that libarchive knows: some of it would be
 * other programs, which are not to see such data as root.
 */
static int (*const filters[])(struct archive *reader) = { archive_read_support_filter_gzip,
	archive_read_support_filter_xz, archive_read_support_filter_zstd,
	archive_read_support_filter_bzip2 };

static void archive_cleanup(struct archive **archive)
{
	archive_read_free(*archive);
}
#define AUTO_ARCHIVE __attribute__((cleanup(archive_cleanup))) struct archive

/* The files of the package are read from the member of the outer archive. */
struct member {
	struct archive *outer;
	char block[BLOCK_BYTES];
};

static la_ssize_t read_member(struct archive *inner, void *user, const void **ret_block)
{
	struct member *member = user;
	la_ssize_t len = archive_read_data(member->outer, member->block, sizeof(member->block));
	if (len < 0)
		archive_set_error(inner, EIO, "the package is damaged");
	*ret_block = member->block;
	return len;
}

/* Read the file that the archive is at. */
static int read_entry(struct archive *archive, struct archive_entry *entry, size_t max,
	struct shipped *ret_shipped)
{
	la_int64_t size = archive_entry_size(entry);
	if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) || size < 0
		|| (size_t)size > max)
		return 1;
	AUTO_FREE char *text = xcalloc((size_t)size + 1, 1);
	for (size_t done = 0; done < (size_t)size;) {
		la_ssize_t len = archive_read_data(archive, text + done, (size_t)size - done);
		if (len <= 0)
			return -EIO;
		done += (size_t)len;
	}
	*ret_shipped = (struct shipped){ .text = text,
		.len = (size_t)size,
		.has_mode = true,
		.mode = archive_entry_perm(entry),
		.user = (unsigned)archive_entry_uid(entry),
		.group = (unsigned)archive_entry_gid(entry) };
	text = NULL;
	return 0;
}

/* Find the file in the archive of the package's files. */
static int find_entry(
	struct archive *archive, const char *path, size_t max, struct shipped *ret_shipped)
{
	struct archive_entry *entry;
	for (;;) {
		int rc = archive_read_next_header(archive, &entry);
		if (rc == ARCHIVE_EOF)
			return 1;
		if (rc < ARCHIVE_WARN)
			return -EIO;
		const char *name = archive_entry_pathname(entry);
		/* "./etc/passwd" */
		if (name && *name == '.' && strcmp(name + 1, path) == 0)
			return read_entry(archive, entry, max, ret_shipped);
	}
}

/* Go to the member with the package's files. */
static int find_member(struct archive *outer)
{
	struct archive_entry *entry;
	for (;;) {
		int rc = archive_read_next_header(outer, &entry);
		if (rc < ARCHIVE_WARN || rc == ARCHIVE_EOF)
			return rc == ARCHIVE_EOF ? 1 : -EIO;
		const char *name = archive_entry_pathname(entry);
		if (name && strncmp(name, "data.tar", strlen("data.tar")) == 0)
			return 0;
	}
}

int deb_read(const char *deb, const char *path, size_t max, struct shipped *ret_shipped)
{
	AUTO_ARCHIVE *outer = archive_read_new();
	AUTO_ARCHIVE *inner = archive_read_new();
	if (!outer || !inner)
		alloc_failed();
	archive_read_support_format_ar(outer);
	if (archive_read_open_filename(outer, deb, BLOCK_BYTES) != ARCHIVE_OK)
		return archive_errno(outer) == ENOENT ? 1 : -EIO;
	int rc = find_member(outer);
	if (rc != 0)
		return rc;
	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++)
		filters[i](inner);
	archive_read_support_format_tar(inner);
	AUTO_FREE struct member *member = xcalloc(1, sizeof(*member));
	member->outer = outer;
	rc = archive_read_open(inner, member, NULL, read_member, NULL) == ARCHIVE_OK
		? find_entry(inner, path, max, ret_shipped)
		: -EIO;
	/* It must not read from the member when that is gone. */
	archive_read_close(inner);
	return rc;
}
