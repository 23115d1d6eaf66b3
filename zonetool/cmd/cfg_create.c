/* cfg_create.c - zonecfg create: begin a configuration from a template, a zone, or a manifest. */
#include "cmd/cfg.h"

#include "util/alloc.h"
#include "util/file.h"
#include "zone/manifest.h"
#include "zone/name.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

/* Whether what is stored may be replaced. */
static int check_existing(struct session *session, bool force)
{
	bool stored = session->exists && !session->target.replaces;
	if (!stored && !session->target.zone)
		return 0;
	int rc = 0;
	if (stored && !session->damaged)
		rc = zone_state_allows(
			session->stored.state, OP_OVERWRITE, session->name, session->messages);
	AUTO_FREE char *question = xasprintf(
		"Zone %s exists already; create it anew", session->name);
	return rc < 0 ? rc : session_confirm(session, "create", question, force);
}

/* A detached zone has its files beside the manifest. Returns 0 or -ENOENT, described. */
static int check_root(int zonepath_fd, const char *path, struct messages *messages)
{
	struct stat st;
	if (fstatat(zonepath_fd, "root", &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode))
		return 0;
	return message_error(messages, -ENOENT,
		"create -a: %s/root is missing: a detached zone has its files there", path);
}

/* The configuration of a detached zone, as its zonepath has it. */
static int load_manifest(struct session *session, const char *given, struct zone **ret_zone)
{
	AUTO_VALUE value = VALUE_EMPTY;
	value_take(&value, xstrdup(given));
	int rc = prop_check(&resource_types[RES_ZONE].props[ZONE_PATH], &value, session->messages);
	if (rc < 0)
		return rc;
	const char *path = value.items[0];
	AUTO_FD fd = file_open_directory(path, session->messages);
	if (fd == -ENOENT)
		return message_error(
			session->messages, fd, "create -a: there is no directory %s", path);
	if (fd < 0)
		return fd;
	AUTO_MANIFEST manifest = { 0 };
	rc = manifest_read(fd, path, &manifest, session->messages);
	if (rc == -ENOENT)
		return message_error(session->messages, rc,
			"create -a: %s/" MANIFEST_NAME
			" is missing: this is not the zonepath of a detached zone",
			path);
	if (rc == 0)
		rc = check_root(fd, path, session->messages);
	if (rc < 0)
		return rc;
	zone_set(manifest.zone, ZONE_PATH, path);
	*ret_zone = manifest.zone;
	manifest.zone = NULL;
	return 0;
}

static int load_template(struct session *session, const char *name, struct zone **ret_zone)
{
	int rc = registry_load_template(session->registry, name, ret_zone, session->messages);
	/* Two zones with one identity would be taken for one another. */
	if (rc == 0)
		zone_set(*ret_zone, ZONE_MACHINE_ID, NULL);
	return rc;
}

static int load(struct session *session, const struct command *command, struct zone **ret_zone)
{
	const struct command_option *blank = command_option(command, 'b');
	const struct command_option *template = command_option(command, 't');
	const struct command_option *attach = command_option(command, 'a');
	if (!!blank + !!template + !!attach > 1)
		return message_error(session->messages, -EINVAL,
			"create takes one of -b, -t and -a: each says what to begin with");
	if (attach)
		return load_manifest(session, attach->argument, ret_zone);
	return load_template(session,
		blank              ? "SUNWblank"
			: template ? template->argument
				   : "SUNWdefault",
		ret_zone);
}

int cfg_create(struct session *session, const struct command *command)
{
	const char *expected = zone_name_wrong(session->name);
	if (expected || zone_name_reserved(session->name))
		return message_error(session->messages, -EINVAL, "\"%s\" is not %s", session->name,
			expected ? expected : "a name for a zone: SUNW is kept for templates");
	int rc = check_existing(session, command_option(command, 'F'));
	struct zone *zone = NULL;
	if (rc == 0)
		rc = load(session, command, &zone);
	if (rc < 0)
		return rc;
	zone_set(zone, ZONE_NAME, session->name);
	zone_free(session->target.zone);
	session->target.zone = zone;
	session->target.replaces = session->exists;
	return 0;
}
