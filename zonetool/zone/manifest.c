/* manifest.c - what a detached zone was: its configuration and its packages. */
#include "zone/manifest.h"

#include "util/alloc.h"
#include "util/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void manifest_free(struct manifest *manifest)
{
	zone_free(manifest->zone);
	xml_packages_free(&manifest->packages);
	*manifest = (struct manifest){ 0 };
}

void manifest_add(struct manifest *manifest, const char *name, const char *version)
{
	struct xml_packages *packages = &manifest->packages;
	/* Room grows by doubling: whenever the count is a power of two. */
	if ((packages->count & (packages->count - 1)) == 0)
		packages->rows = xrealloc(packages->rows, packages->count ? 2 * packages->count : 1,
			sizeof(*packages->rows));
	packages->rows[packages->count++] = (struct xml_package){ xstrdup(name), xstrdup(version) };
}

static int compare_names(const void *a, const void *b)
{
	const struct xml_package *one = a, *other = b;
	return strcmp(one->name, other->name);
}

const char *manifest_sort(struct manifest *manifest)
{
	struct xml_package *rows = manifest->packages.rows;
	if (rows)
		qsort(rows, manifest->packages.count, sizeof(*rows), compare_names);
	for (size_t i = 1; i < manifest->packages.count; i++)
		if (compare_names(&rows[i - 1], &rows[i]) == 0)
			return rows[i].name;
	return NULL;
}

int manifest_format(const struct manifest *manifest, struct str *text, struct messages *messages)
{
	return xml_format_manifest(manifest->zone, &manifest->packages, text, messages);
}

int manifest_parse(const char *text, size_t len, const char *what, struct manifest *ret_manifest,
	struct messages *messages)
{
	AUTO_MANIFEST manifest = { 0 };
	int rc = xml_parse_manifest(text, len, what, &manifest.zone, &manifest.packages, messages);
	if (rc < 0)
		return rc;
	const char *twice = manifest_sort(&manifest);
	if (twice)
		return message_error(
			messages, -EINVAL, "%s: package %s is there twice", what, twice);
	*ret_manifest = manifest;
	manifest = (struct manifest){ 0 };
	return 0;
}

/* ---- in a zonepath ---- */

int manifest_read(
	int zonepath_fd, const char *path, struct manifest *ret_manifest, struct messages *messages)
{
	AUTO_FREE char *text = NULL, *file = xasprintf("%s/" MANIFEST_NAME, path);
	size_t len;
	int rc = file_read(
		zonepath_fd, MANIFEST_NAME, XML_MANIFEST_SIZE_MAX, file, &text, &len, messages);
	return rc < 0 ? rc : manifest_parse(text, len, file, ret_manifest, messages);
}

/* Remove a name. Returns 0 or a negative errno, described. */
static int remove_name(
	int zonepath_fd, const char *path, const char *name, struct messages *messages)
{
	if (unlinkat(zonepath_fd, name, 0) == 0 || errno == ENOENT)
		return 0;
	return message_error(
		messages, -errno, "cannot remove %s/%s: %s", path, name, strerror(errno));
}

int manifest_write(
	int zonepath_fd, const char *path, const struct str *text, struct messages *messages)
{
	AUTO_FREE char *file = xasprintf("%s/" MANIFEST_NEW, path);
	/* One that a killed command has left. */
	int rc = remove_name(zonepath_fd, path, MANIFEST_NEW, messages);
	if (rc == 0)
		rc = file_create(
			zonepath_fd, MANIFEST_NEW, str_get(text), text->len, file, messages);
	if (rc < 0)
		return rc;
	if (renameat(zonepath_fd, MANIFEST_NEW, zonepath_fd, MANIFEST_NAME) < 0) {
		rc = message_error(messages, -errno, "cannot rename %s to " MANIFEST_NAME ": %s",
			file, strerror(errno));
		unlinkat(zonepath_fd, MANIFEST_NEW, 0);
		return rc;
	}
	return file_sync_directory(zonepath_fd, path, messages);
}

int manifest_remove(int zonepath_fd, const char *path, struct messages *messages)
{
	int rc = remove_name(zonepath_fd, path, MANIFEST_NAME, messages);
	if (rc == 0)
		rc = remove_name(zonepath_fd, path, MANIFEST_NEW, messages);
	return rc < 0 ? rc : file_sync_directory(zonepath_fd, path, messages);
}

/* ---- comparing ---- */

size_t manifest_compare(const struct manifest *before, const struct manifest *now,
	struct manifest_difference **ret_differences)
{
	const struct xml_package *a = before->packages.rows, *b = now->packages.rows;
	size_t a_left = before->packages.count, b_left = now->packages.count, count = 0;
	struct manifest_difference *differences = xcalloc(a_left + b_left, sizeof(*differences));
	while (a_left || b_left) {
		int order = !a_left ? 1 : !b_left ? -1 : strcmp(a->name, b->name);
		struct manifest_difference difference = {
			.name = order > 0 ? b->name : a->name,
			.before = order > 0 ? NULL : a->version,
			.now = order < 0 ? NULL : b->version,
		};
		if (order != 0 || strcmp(a->version, b->version) != 0)
			differences[count++] = difference;
		if (order <= 0)
			a++, a_left--;
		if (order >= 0)
			b++, b_left--;
	}
	*ret_differences = differences;
	return count;
}
