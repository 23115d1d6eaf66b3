/*
 * archive.c - a zone's root from an archive of tar(1), compressed or not. libarchive reads it;
 * unpack.c makes what is in it, and trusts none of it.
 */
#include "install/unpack.h"

#include "util/alloc.h"
#include "util/root.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum {
	BLOCK_SIZE = 256 << 10, /* bytes read at once */
};

/*
 * What an archive can be compressed with, besides gzip. Not all that libarchive knows: some of it
 * would be other programs, which are not to see such data as root.
 */
static int (*const filters[])(struct archive *reader) = { archive_read_support_filter_bzip2,
	archive_read_support_filter_xz, archive_read_support_filter_zstd,
	archive_read_support_filter_lz4, archive_read_support_filter_lzip,
	archive_read_support_filter_lzma, archive_read_support_filter_compress };
#define FILTER_NAMES "gzip, bzip2, xz, zstd, lz4, lzip, lzma or compress"

/*
 * An archive that is being read: the file, through zlib, which passes on what is not gzip's and
 * compares checksums where libarchive does not; one reader that undoes other compression, to its
 * very end, as the checksum is there; and one for the archive.
 */
struct source {
	const struct install_job *job;
	const char *what; /* for messages */
	gzFile file;
	struct archive *plain, *reader;
	char *block; /* what was read from the file last */
	char *last;  /* the name of the last entry, as it can be shown; NULL: there was none */
	locale_t before, bytes;
};

static void close_source(struct source *source)
{
	archive_read_free(source->reader);
	archive_read_free(source->plain);
	if (source->file)
		gzclose(source->file);
	free(source->block);
	free(source->last);
	if (source->bytes) {
		uselocale(source->before);
		freelocale(source->bytes);
	}
	*source = (struct source){ 0 };
}
#define AUTO_SOURCE __attribute__((cleanup(close_source))) struct source

static bool is_input(const struct install_job *job)
{
	return strcmp(job->source, "-") == 0;
}

/* Returns a descriptor of the file, of its own, or a negative errno, described. */
static int open_file(const struct install_job *job, const char *what)
{
	struct stat st;
	AUTO_FD fd = is_input(job) ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
				   : open(what, O_RDONLY | O_NOCTTY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		return message_error(job->messages, -errno, "%s: %s", what, strerror(errno));
	if (S_ISDIR(st.st_mode))
		return message_error(job->messages, -EISDIR,
			"%s is a directory; install -m directory takes one", what);
	if (isatty(fd))
		return message_error(
			job->messages, -EINVAL, "%s is a terminal: where is the archive?", what);
	return fd_take(&fd);
}

/* ---- the layers: functions that libarchive calls ---- */

static la_ssize_t read_file(struct archive *plain, void *user, const void **ret_block)
{
	struct source *source = user;
	int code, got = gzread(source->file, source->block, BLOCK_SIZE);
	/* A file that ends too early is told of only at its end. */
	const char *why = gzerror(source->file, &code);
	if (got < 0 || (got == 0 && code != Z_OK && code != Z_STREAM_END)) {
		archive_set_error(plain, EIO, "%s", code == Z_ERRNO ? strerror(errno) : why);
		return -1;
	}
	*ret_block = source->block;
	return got;
}

static la_ssize_t read_plain(struct archive *reader, void *user, const void **ret_block)
{
	struct source *source = user;
	size_t size;
	la_int64_t at;
	int rc = archive_read_data_block(source->plain, ret_block, &size, &at);
	if (rc == ARCHIVE_EOF)
		return 0;
	if (rc == ARCHIVE_OK)
		return (la_ssize_t)size;
	const char *why = archive_error_string(source->plain);
	archive_set_error(reader, EIO, "%s", why ? why : "it ends in the middle");
	return -1;
}

/* What went wrong with one of the readers. */
static int describe(const struct source *source, struct archive *reader)
{
	struct messages *messages = source->job->messages;
	const char *why = archive_error_string(reader);
	if (!source->last)
		return message_error(messages, -EBADMSG,
			"%s is not an archive of tar(1), plain or compressed with " FILTER_NAMES
			": %s",
			source->what, why ? why : "it is of another kind");
	return message_error(messages, -EBADMSG,
		"%s is damaged, or not all of it is there: behind the entry \"%s\": %s",
		source->what, source->last, why ? why : "it ends in the middle");
}

static struct archive *new_reader(void)
{
	struct archive *reader = archive_read_new();
	if (!reader)
		alloc_failed();
	return reader;
}

/*
 * Begin to read. libarchive takes names in some formats for UTF-8 and would bring them to a form of
 * its choice; in the locale "C" it leaves their bytes alone, with a warning. Returns 0 or a
 * negative errno, described.
 */
static int open_source(const struct install_job *job, struct source *source)
{
	struct archive_entry *all;
	*source = (struct source){ .job = job,
		.what = is_input(job) ? "standard input" : job->source };
	AUTO_FD fd = open_file(job, source->what);
	if (fd < 0)
		return fd;
	source->file = gzdopen(fd, "re");
	source->bytes = newlocale(LC_CTYPE_MASK, "C", (locale_t)0);
	source->block = xcalloc(1, BLOCK_SIZE);
	if (!source->file || !source->bytes)
		alloc_failed();
	fd_take(&fd); /* the file's */
	gzbuffer(source->file, BLOCK_SIZE);
	source->before = uselocale(source->bytes);
	source->plain = new_reader();
	source->reader = new_reader();
	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++)
		filters[i](source->plain);
	archive_read_support_format_raw(source->plain);
	archive_read_support_format_tar(source->reader);
	if (archive_read_open(source->plain, source, NULL, read_file, NULL) != ARCHIVE_OK
		|| archive_read_next_header(source->plain, &all) != ARCHIVE_OK)
		return describe(source, source->plain);
	if (archive_read_open(source->reader, source, NULL, read_plain, NULL) != ARCHIVE_OK)
		return describe(source, source->reader);
	return 0;
}

/* ---- entries ---- */

/* Whether all that a warning tells is that a name was left as it is. */
static bool only_names(struct archive *reader)
{
	const char *text = archive_error_string(reader);
	return text && strstr(text, "can't be converted from UTF-8 to current locale");
}

/* What is behind the end of the archive: checksums. Returns 0 or a negative errno, described. */
static int read_rest(struct source *source)
{
	const void *block;
	la_ssize_t got;
	do
		got = read_plain(source->reader, source, &block);
	while (got > 0);
	return got < 0 ? describe(source, source->reader) : 0;
}

/* Go to the next entry. Returns 1, 0: that was all, or a negative errno, described. */
static int next_entry(struct source *source, struct archive_entry **ret_entry)
{
	struct archive *reader = source->reader;
	if (source->last && archive_read_data_skip(reader) != ARCHIVE_OK)
		return describe(source, reader);
	int64_t before = source->last ? archive_filter_bytes(reader, 0) : 0;
	int rc = archive_read_next_header(reader, ret_entry);
	if (rc == ARCHIVE_OK || (rc == ARCHIVE_WARN && only_names(reader))) {
		const char *name = archive_entry_pathname(*ret_entry);
		free(source->last);
		source->last = root_shown(name ? name : "");
		return 1;
	}
	if (rc != ARCHIVE_EOF)
		return describe(source, reader);
	/* The end of an archive is a block of zeros, which one that was cut off does not have. */
	if (source->last && archive_filter_bytes(reader, 0) > before)
		return read_rest(source);
	return message_error(source->job->messages, -EBADMSG,
		source->last ? "%s is not all there: the end of the archive is missing"
			     : "%s has nothing in it",
		source->what);
}

/* ---- what is in it ---- */

/* The only directory that looks like the root of a system; NULL: there is none. The caller's. */
static char *find_system(int root_fd)
{
	int fd = openat(root_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	char *found = NULL;
	for (struct dirent *entry; dir && !found && (entry = readdir(dir));) {
		AUTO_FD below = entry->d_name[0] == '.'
			? -1
			: openat(
				fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (below >= 0 && install_is_system(below))
			found = root_shown(entry->d_name);
	}
	if (dir)
		closedir(dir);
	return found;
}

static int check_system(const struct source *source, int root_fd)
{
	if (install_is_system(root_fd))
		return 0;
	AUTO_FREE char *below = find_system(root_fd);
	if (below)
		return message_error(source->job->messages, -EINVAL,
			"%s has the root of a system in a directory, %s/: make it in that "
			"directory (tar -C %s -c .)",
			source->what, below, below);
	return message_error(source->job->messages, -EINVAL,
		"%s is not the root of a system: it does not have etc, and usr or bin",
		source->what);
}

static int unpack_all(struct source *source, struct unpack *unpack)
{
	struct archive_entry *entry;
	int rc;
	while ((rc = next_entry(source, &entry)) > 0) {
		rc = unpack_entry(unpack, source->reader, entry);
		if (rc < 0)
			return rc;
	}
	return rc < 0 ? rc : unpack_finish(unpack);
}

static int check(const struct install_job *job)
{
	struct stat st;
	/* What is read from a pipe is gone. */
	if (is_input(job)) {
		AUTO_FD fd = open_file(job, "standard input");
		return fd < 0 ? fd : 0;
	}
	if (stat(job->source, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return 0;
	AUTO_SOURCE source;
	struct archive_entry *entry;
	int rc = open_source(job, &source);
	if (rc == 0)
		rc = next_entry(&source, &entry);
	return rc < 0 ? rc : 0;
}

static int run(const struct install_job *job)
{
	AUTO_SOURCE source;
	int rc = open_source(job, &source);
	if (rc < 0)
		return rc;
	AUTO_FD root_fd = open(job->root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (root_fd < 0)
		return message_error(job->messages, -errno, "%s: %s", job->root, strerror(errno));
	job->say("Unpacking %s...", source.what);
	struct unpack *unpack = unpack_new(job, source.what, root_fd);
	rc = unpack_all(&source, unpack);
	unpack_free(unpack);
	return rc < 0 ? rc : check_system(&source, root_fd);
}

const struct install_ops install_archive = {
	.name = "archive",
	.source = "FILE",
	.check = check,
	.run = run,
};
