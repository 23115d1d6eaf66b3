/* xattr.h - extended attributes, and the POSIX ACLs and capabilities that travel as such. */
#ifndef CE_XATTR_H
#define CE_XATTR_H

#include "object.h"
#include "report.h"

/*
 * The class an attribute name belongs to, or 0 if it is not to be copied: by /etc/xattr.conf (read
 * through libattr), or because the kernel makes it up.
 */
enum ce_attr xattr_class(const char *name);

/* Load /etc/xattr.conf; before any thread that may ask is made. */
void xattr_init(void);

/* What became of the attributes that bear on the mode. */
struct xattr_outcome {
	bool acl_set;  /* the copy has an access ACL now */
	bool acl_lost; /* the source has one, the copy could not be given it */
	bool changed;  /* anything was set or removed */
};

/* One transfer of attributes. */
struct xattr_job {
	struct worker *worker;
	const struct place *at;
	struct fs *dest;
	const struct object *src, *dst;
	bool look_only;     /* change nothing: only find out whether anything would be */
	bool fresh;         /* dst was made by us a moment ago and has none, but for: */
	bool inherited_acl; /* an access ACL from its directory's default */
	bool names_listed;  /* src's names are in worker->names already, names_size bytes */
	ssize_t names_size;
};

/*
 * Give dst the extended attributes of src, of the classes the run keeps. Unless dst is fresh, what
 * it has is compared, and what src has not is removed. Refusals are reported as losses, failures as
 * errors.
 */
struct xattr_outcome xattr_copy(const struct xattr_job *job);

/* The source's names into worker->names. Returns bytes; reports an error and returns 0. */
ssize_t xattr_list_source(struct worker *worker, const struct place *at, const struct object *src);

/*
 * Read an attribute's whole value into buf (WORKER_VALUE bytes). Returns its size, -ENODATA if
 * there is none.
 */
ssize_t xattr_get(const struct object *object, const char *name, void *buf);

/* List attribute names into buf (WORKER_NAMES bytes). Returns bytes; 0 without xattrs. */
ssize_t xattr_list(const struct object *object, char *buf);

/* Whether a list as of xattr_list() has name. */
bool xattr_listed(const char *names, ssize_t size, const char *name);

#define XATTR_ACL_ACCESS "system.posix_acl_access"
#define XATTR_ACL_DEFAULT "system.posix_acl_default"

#endif
