/* mounting.c - mounting with libmount. */
#include "zone/mounting.h"

#include "util/alloc.h"

#include <errno.h>
#include <libmount.h>
#include <stdio.h>

int mounting_mount(const struct resource *fs, int place_fd, struct messages *messages)
{
	AUTO_STR options = STR_EMPTY;
	const struct value *list = &fs->values[FS_OPTIONS];
	for (size_t i = 0; i < list->count; i++)
		text_addf(&options, "%s%s", i ? "," : "", list->items[i]);
	char target[32], why[BUFSIZ] = "";
	snprintf(target, sizeof(target), "/proc/self/fd/%d", place_fd);
	struct libmnt_context *context = mnt_new_context();
	if (!context)
		alloc_failed();
	/* The target is an open directory, and stays that whatever the path to it becomes. */
	mnt_context_disable_canonicalize(context, 1);
	mnt_context_disable_mtab(context, 1);
	mnt_context_set_optsmode(context, MNT_OMODE_NOTAB);
	int rc = mnt_context_set_fstype(context, resource_get(fs, FS_TYPE));
	if (rc == 0)
		rc = mnt_context_set_source(context, resource_get(fs, FS_SPECIAL));
	if (rc == 0)
		rc = mnt_context_set_target(context, target);
	if (rc == 0 && options.len)
		rc = mnt_context_set_options(context, str_get(&options));
	if (rc == 0)
		rc = mnt_context_mount(context);
	int status = mnt_context_get_excode(context, rc, why, sizeof(why));
	mnt_free_context(context);
	if (status == MNT_EX_SUCCESS)
		return 0;
	AUTO_FREE char *title = resource_title(fs);
	return message_error(messages, -EIO, "%s: cannot mount %s: %s", title,
		resource_get(fs, FS_SPECIAL), *why ? why : "mount(8) has failed");
}
