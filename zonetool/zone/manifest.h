/*
 * manifest.h - what a detached zone was: ZONEPATH/SUNWdetached.xml, the zone's configuration and
 * the packages that are installed in it. zonecfg create -a and zoneadm attach read it.
 */
#ifndef ZONE_MANIFEST_H
#define ZONE_MANIFEST_H

#include "zone/xml.h"

#define MANIFEST_NAME "SUNWdetached.xml"
/* What is to become it, until it is whole and on storage. */
#define MANIFEST_NEW ".SUNWdetached.xml.new"

struct manifest {
	struct zone *zone;
	/* Sorted by name: "libc6:amd64", "2.36-9+deb12u14". */
	struct xml_packages packages;
};

void manifest_free(struct manifest *manifest);
#define AUTO_MANIFEST __attribute__((cleanup(manifest_free))) struct manifest

/* Add a package; both texts are copied. manifest_sort() is due when all are there. */
void manifest_add(struct manifest *manifest, const char *name, const char *version);
/* Sort the packages. Returns NULL, or the name of one that is there twice. */
const char *manifest_sort(struct manifest *manifest);

/* Append the manifest as XML. Returns 0, or -EFBIG, described. */
int manifest_format(const struct manifest *manifest, struct str *text, struct messages *messages);

/*
 * Read a manifest from its text, len bytes and a NUL, with the distrust of xml_parse(); what is its
 * path for messages. Returns 0 and *ret_manifest, which manifest_free() frees, or -EINVAL,
 * described.
 */
int manifest_parse(const char *text, size_t len, const char *what, struct manifest *ret_manifest,
	struct messages *messages);

/*
 * The same of the file MANIFEST_NAME in the zonepath, an opened directory; path is its path.
 * Returns 0 or a negative errno: -ENOENT, not described: there is none.
 */
int manifest_read(int zonepath_fd, const char *path, struct manifest *ret_manifest,
	struct messages *messages);
/*
 * Make this text the manifest in the zonepath, whole and on storage, in one step. Returns 0 or a
 * negative errno, described: what was there still is.
 */
int manifest_write(
	int zonepath_fd, const char *path, const struct str *text, struct messages *messages);
/*
 * Remove the manifest, and one that was never finished. What is missing is no error. Returns 0 or
 * a negative errno, described.
 */
int manifest_remove(int zonepath_fd, const char *path, struct messages *messages);

/* What two inventories differ in: names in order, with a version that is NULL if it is missing. */
struct manifest_difference {
	const char *name, *before, *now; /* parts of the manifests */
};
/* Returns how many there are, and *ret_differences, an array that the caller frees. */
size_t manifest_compare(const struct manifest *before, const struct manifest *now,
	struct manifest_difference **ret_differences);

#endif
