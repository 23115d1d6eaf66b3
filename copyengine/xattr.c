/* xattr.c - extended attributes, and the POSIX ACLs and capabilities that travel as such. */
#include "xattr.h"

#include "acl.h"

#include <attr/error_context.h>
#include <attr/libattr.h>
#include <errno.h>
#include <string.h>

/* attr_copy_action() reads its file at the first call, without a lock. */
static pthread_once_t rules_once = PTHREAD_ONCE_INIT;

static void load_rules(void)
{
	attr_copy_action("user.none", NULL);
}

void xattr_init(void)
{
	pthread_once(&rules_once, load_rules);
}

enum ce_attr xattr_class(const char *name)
{
	if (strcmp(name, "security.capability") == 0)
		return CE_ATTR_CAPS;
	switch (attr_copy_action(name, NULL)) {
	case ATTR_ACTION_SKIP:
		return 0;
	case ATTR_ACTION_PERMISSIONS:
		return CE_ATTR_ACL;
	default:
		return CE_ATTR_XATTR;
	}
}

ssize_t xattr_list(const struct object *object, char *buf)
{
	ssize_t size = sys_listxattr(object->fd, object->path_only, buf, WORKER_NAMES);
	return size == -EOPNOTSUPP || size == -ENOSYS ? 0 : size;
}

ssize_t xattr_get(const struct object *object, const char *name, void *buf)
{
	return sys_getxattr(object->fd, object->path_only, name, buf, WORKER_VALUE);
}

bool xattr_listed(const char *names, ssize_t size, const char *name)
{
	for (const char *n = names; n < names + size; n += strlen(n) + 1) {
		if (strcmp(n, name) == 0)
			return true;
	}
	return false;
}

/* A file system that will not hold this attribute, as opposed to something that broke. */
static bool is_refusal(int rc)
{
	switch (-rc) {
	case EOPNOTSUPP:
	case EPERM:
	case EACCES:
	case EINVAL:
	case E2BIG:
	case ERANGE:
	case ENOSPC: /* ext4's word for "larger than my attribute block" */
	case EDQUOT:
	case ENOSYS:
		return true;
	default:
		return false;
	}
}

struct transfer {
	const struct xattr_job *job;
	struct worker *worker;
	struct xattr_outcome outcome;
};

static void refused(struct transfer *t, const char *name, enum ce_attr class, int rc)
{
	bool access = strcmp(name, XATTR_ACL_ACCESS) == 0;
	if (access && acl_is_trivial(t->job->src))
		return;
	if (access)
		t->outcome.acl_lost = true;
	if (is_refusal(rc))
		report_loss(t->worker, t->job->at, t->job->dest, class, rc, name);
	else
		report_attr_error(t->worker, t->job->at, CE_OP_SET_ATTR, class, rc);
}

/* Whether dst has this very value already. */
static bool has_value(struct transfer *t, const char *name, ssize_t size)
{
	ssize_t have = xattr_get(t->job->dst, name, t->worker->value2);
	return have == size && memcmp(t->worker->value, t->worker->value2, (size_t)size) == 0;
}

static void transfer_one(struct transfer *t, const char *name, enum ce_attr class)
{
	ssize_t size = xattr_get(t->job->src, name, t->worker->value);
	if (size == -ENODATA)
		return; /* removed since it was listed */
	if (size < 0) {
		report_attr_error(t->worker, t->job->at, CE_OP_READ_ATTR, class, (int)size);
		return;
	}
	bool same = !t->job->fresh && has_value(t, name, size);
	int rc = 0;
	if (!same && !t->job->look_only)
		rc = sys_setxattr(t->job->dst->fd, t->job->dst->path_only, name, t->worker->value,
			(size_t)size);
	if (rc < 0) {
		refused(t, name, class, rc);
		return;
	}
	t->outcome.changed |= !same;
	if (!same && strcmp(name, XATTR_ACL_ACCESS) == 0)
		t->outcome.acl_set = true;
}

static void remove_one(struct transfer *t, const char *name, enum ce_attr class)
{
	int rc = t->job->look_only ? 0
				   : sys_removexattr(t->job->dst->fd, t->job->dst->path_only, name);
	if (rc == 0)
		t->outcome.changed = true;
	else if (rc != -ENODATA)
		report_attr_error(t->worker, t->job->at, CE_OP_SET_ATTR, class, rc);
}

/* Remove what dst has and src (its names in worker->names) has not. */
static void remove_surplus(struct transfer *t, ssize_t src_size)
{
	char *names = t->worker->names2;
	ssize_t size = xattr_list(t->job->dst, names);
	if (size < 0)
		report_attr_error(t->worker, t->job->at, CE_OP_SET_ATTR, CE_ATTR_XATTR, (int)size);
	for (const char *n = names; n < names + size; n += strlen(n) + 1) {
		enum ce_attr class = xattr_class(n);
		bool label = strcmp(n, "security.selinux") == 0; /* cannot be without one */
		if (ctx_keeps(t->worker->ctx, class) && !label
			&& !xattr_listed(t->worker->names, src_size, n))
			remove_one(t, n, class);
	}
}

ssize_t xattr_list_source(struct worker *worker, const struct place *at, const struct object *src)
{
	if (!ctx_keeps(worker->ctx, CE_ATTR_ACL | CE_ATTR_XATTR | CE_ATTR_CAPS))
		return 0;
	ssize_t size = xattr_list(src, worker->names);
	if (size >= 0)
		return size;
	report_attr_error(worker, at, CE_OP_READ_ATTR, CE_ATTR_XATTR, (int)size);
	return 0;
}

struct xattr_outcome xattr_copy(const struct xattr_job *job)
{
	struct worker *worker = job->worker;
	struct transfer t = { .job = job, .worker = worker };
	if (!ctx_keeps(worker->ctx, CE_ATTR_ACL | CE_ATTR_XATTR | CE_ATTR_CAPS))
		return t.outcome;
	ssize_t size = job->names_listed ? job->names_size
					 : xattr_list_source(worker, job->at, job->src);
	char *names = worker->names;
	/* Surplus goes first: an ACL still there would change what setting the mode means. */
	if (!job->fresh)
		remove_surplus(&t, size);
	else if (job->inherited_acl && ctx_keeps(worker->ctx, CE_ATTR_ACL)
		&& !xattr_listed(names, size, XATTR_ACL_ACCESS))
		remove_one(&t, XATTR_ACL_ACCESS, CE_ATTR_ACL);
	for (const char *n = names; n < names + size; n += strlen(n) + 1) {
		enum ce_attr class = xattr_class(n);
		if (ctx_keeps(worker->ctx, class))
			transfer_one(&t, n, class);
		else if (class == CE_ATTR_ACL && strcmp(n, XATTR_ACL_ACCESS) == 0)
			t.outcome.acl_lost = true;
	}
	return t.outcome;
}
