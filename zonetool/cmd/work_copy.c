/* work_copy.c - filling the directory aside of an operation. */
#include "cmd/work.h"

#include "storage/storage.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void show_progress(void *user, uint64_t objects, uint64_t bytes)
{
	printf("\r%s... %" PRIu64 " objects, %" PRIu64 " MB", (const char *)user, objects,
		bytes / 1000000);
	fflush(stdout);
}

/* Make the directory, and tell the record which it is. */
static int make_aside(struct work *work, struct operation *operation)
{
	struct messages *messages = work->adm->messages;
	struct stat st;
	int rc = storage_probe(operation->to)->create(operation->aside, messages);
	if (rc < 0)
		return rc;
	if (lstat(operation->aside, &st) < 0)
		return message_error(messages, -errno, "%s: %s", operation->aside, strerror(errno));
	operation->inode = st.st_ino;
	return work_step(work, operation, -1, NULL);
}

int work_copy(struct work *work, struct operation *operation, const char *label, const char *from,
	bool verify)
{
	struct storage_job job = {
		.messages = work->adm->messages, .verify = verify, .user = (void *)label
	};
	if (isatty(STDOUT_FILENO))
		job.progress = show_progress;
	int rc = make_aside(work, operation);
	if (rc < 0)
		return rc;
	printf("%s...", label);
	fflush(stdout);
	rc = tree_copy(from, operation->aside, &job);
	putchar('\n');
	fflush(stdout);
	return rc;
}
