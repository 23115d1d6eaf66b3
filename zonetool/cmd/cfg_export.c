/* cfg_export.c - zonecfg export: the commands that make this zone. */
#include "cmd/cfg.h"

#include "grammar/lexer.h"
#include "util/alloc.h"
#include "util/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void add_list(struct str *text, const struct value *value)
{
	for (size_t i = 0; i < value->count; i++) {
		text_addc(text, i ? ',' : '[');
		lexer_quote(text, value->items[i], LEX_ITEM);
	}
	text_addc(text, ']');
}

static void add_property(struct str *text, const struct prop *prop, const struct value *value)
{
	if (prop->kind == PROP_TUPLES) {
		for (size_t i = 0; i < value->count; i++)
			text_addf(text, "add %s %s\n", prop->name, value->items[i]);
		return;
	}
	text_addf(text, "set %s=", prop->name);
	if (prop->kind == PROP_LIST)
		add_list(text, value);
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

void cfg_export_text(const struct zone *zone, struct str *text)
{
	text_adds(text, "create -b\n");
	add_properties(text, zone->own);
	for (size_t i = 0; i < zone->count; i++) {
		text_addf(text, "add %s\n", zone->resources[i]->type->name);
		add_properties(text, zone->resources[i]);
		text_adds(text, "end\n");
	}
}

/* A file is replaced as a whole or not at all; what is no file, such as a pipe, is written to. */
static int write_file(const char *path, const struct str *text, struct messages *messages)
{
	struct stat st;
	bool replace = lstat(path, &st) < 0 || S_ISREG(st.st_mode);
	AUTO_FREE char *temporary = replace ? xasprintf("%s.XXXXXX", path) : xstrdup(path);
	AUTO_FD fd = replace ? mkostemp(temporary, O_CLOEXEC)
			     : open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return message_error(
			messages, -errno, "cannot write %s: %s", path, strerror(errno));
	int rc = file_write(fd, str_get(text), text->len);
	if (rc == 0 && replace && (fchmod(fd, 0644) < 0 || rename(temporary, path) < 0))
		rc = -errno;
	if (rc < 0 && replace)
		unlink(temporary);
	return rc < 0 ? message_error(messages, rc, "cannot write %s: %s", path, strerror(-rc)) : 0;
}

int cfg_export(struct session *session, const struct command *command)
{
	const struct command_option *file = command_option(command, 'f');
	AUTO_STR text = STR_EMPTY;
	cfg_export_text(session->zone, &text);
	if (file)
		return write_file(file->argument, &text, session->messages);
	fputs(str_get(&text), stdout);
	return 0;
}
