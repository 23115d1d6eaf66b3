/* cfg_export.c - zonecfg export: the commands that make this zone. */
#include "cmd/cfg.h"

#include "grammar/lexer.h"
#include "util/alloc.h"
#include "util/file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void add_property(struct str *text, const struct prop *prop, const struct value *value)
{
	if (prop->kind == PROP_TUPLES) {
		for (size_t i = 0; i < value->count; i++)
			text_addf(text, "add %s %s\n", prop->name, value->items[i]);
		return;
	}
	text_addf(text, "set %s=", prop->name);
	if (prop->kind == PROP_LIST)
		session_add_list(text, value);
	else
		lexer_quote(text, value->items[0], LEX_VALUE);
	text_addc(text, '\n');
}

static void add_properties(struct str *text, const struct resource *resource)
{
	for (size_t i = 0; i < resource->type->prop_count; i++) {
		/* The name is that of whatever zone these commands are given to. */
		bool name = resource->type->id == RES_ZONE && i == ZONE_NAME;
		if (!name && resource->values[i].count)
			add_property(text, &resource->type->props[i], &resource->values[i]);
	}
}

/* Append the commands that make the zone. */
static void add_commands(const struct zone *zone, struct str *text)
{
	text_adds(text, "create -b\n");
	add_properties(text, zone->own);
	for (size_t i = 0; i < zone->count; i++) {
		text_addf(text, "add %s\n", zone->resources[i]->type->name);
		add_properties(text, zone->resources[i]);
		text_adds(text, "end\n");
	}
}

/* A regular file is replaced as a whole or not at all, keeping owner and mode: before. */
static int replace_file(const char *path, const struct stat *before, const struct str *text)
{
	AUTO_FREE char *temporary = xasprintf("%s.XXXXXX", path);
	AUTO_FD fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0)
		return -errno;
	int rc = file_write(fd, str_get(text), text->len);
	if (rc == 0 && before && fchown(fd, before->st_uid, before->st_gid) < 0)
		rc = -errno;
	mode_t mode = before ? before->st_mode & 0777 : 0644;
	if (rc == 0 && (fchmod(fd, mode) < 0 || fsync(fd) < 0 || rename(temporary, path) < 0))
		rc = -errno;
	if (rc < 0)
		unlink(temporary);
	return rc;
}

/* What is no file of its own, such as a pipe or a symbolic link, is written to. */
static int write_into(const char *path, const struct str *text)
{
	AUTO_FD fd = open(path, O_WRONLY | O_TRUNC | O_NOCTTY | O_CLOEXEC);
	return fd < 0 ? -errno : file_write(fd, str_get(text), text->len);
}

/* Whether a file of that path would be one of the registry's. */
static bool is_registry(const char *path)
{
	AUTO_FREE char *copy = xstrdup(path);
	struct stat folder, registry;
	return stat(dirname(copy), &folder) == 0 && stat(REGISTRY_PATH, &registry) == 0
		&& folder.st_dev == registry.st_dev && folder.st_ino == registry.st_ino;
}

static int write_file(const char *path, const struct str *text, struct messages *messages)
{
	struct stat st;
	int rc;
	if (is_registry(path))
		return message_error(messages, -EPERM,
			"export -f %s would overwrite the configuration of zones: choose a file "
			"outside of " REGISTRY_PATH,
			path);
	if (lstat(path, &st) < 0)
		rc = replace_file(path, NULL, text);
	else if (S_ISREG(st.st_mode))
		rc = replace_file(path, &st, text);
	else
		rc = write_into(path, text);
	return rc < 0 ? message_error(messages, rc, "cannot write %s: %s", path, strerror(-rc)) : 0;
}

int cfg_export(struct session *session, const struct command *command)
{
	const struct command_option *file = command_option(command, 'f');
	AUTO_STR text = STR_EMPTY;
	add_commands(session->target.zone, &text);
	if (file)
		return write_file(file->argument, &text, session->messages);
	fputs(str_get(&text), stdout);
	return 0;
}
