/* runtime.c - the table of runtimes, and what a configuration means to all of them. */
#include "runtime/runtime.h"

#include "util/alloc.h"

#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>

static const struct runtime_ops *const runtimes[] = { &runtime_nspawn, &runtime_null };
enum { RUNTIME_COUNT = sizeof(runtimes) / sizeof(runtimes[0]) };

void runtime_boot_free(struct runtime_boot *boot)
{
	for (char **argument = boot->arguments; argument && *argument; argument++)
		free(*argument);
	free(boot->arguments);
	free(boot->sysidcfg);
	*boot = (struct runtime_boot){ 0 };
}

void runtime_boot_set_arguments(
	struct runtime_boot *boot, char *const *words, const struct zone *zone)
{
	const char *configured = zone_get(zone, ZONE_BOOTARGS);
	AUTO_FREE char *text = xstrdup(configured ? configured : "");
	size_t count = 0;
	char *rest = text;
	for (;;) {
		boot->arguments = xrealloc(boot->arguments, count + 1, sizeof(*boot->arguments));
		boot->arguments[count] = NULL;
		const char *word = words ? words[count] : strtok_r(rest, " \t", &rest);
		if (!word)
			return;
		boot->arguments[count++] = xstrdup(word);
	}
}

const struct runtime_ops *runtime_find(const char *name)
{
	for (size_t i = 0; i < RUNTIME_COUNT; i++)
		if (strcmp(runtimes[i]->name, name) == 0)
			return runtimes[i];
	return NULL;
}

const struct runtime_ops *runtime_default(struct messages *messages)
{
	const char *name = getenv(RUNTIME_VARIABLE);
	if (!name || !*name)
		return runtimes[0];
	const struct runtime_ops *found = runtime_find(name);
	if (!found)
		message_error(messages, -EINVAL,
			RUNTIME_VARIABLE "=%s: there is no such runtime: unset it, or set it to %s",
			name, runtimes[0]->name);
	return found;
}

int runtime_shutdown_signal(bool reboot)
{
	return SIGRTMIN + (reboot ? 5 : 4);
}

int runtime_shutdown(int init_pidfd, bool reboot)
{
	int number = runtime_shutdown_signal(reboot);
	return pidfd_send_signal(init_pidfd, number, NULL, 0) < 0 ? -errno : 0;
}

/* What the attribute private-users says; NULL: there is none. */
static const char *find_private_users(const struct zone *zone)
{
	for (size_t i = 0; i < zone->count; i++) {
		const struct resource *attr = zone->resources[i];
		if (attr->type->id != RES_ATTR)
			continue;
		const char *name = resource_get(attr, ATTR_NAME);
		if (name && strcmp(name, "private-users") == 0)
			return resource_get(attr, ATTR_VALUE);
	}
	return NULL;
}

bool runtime_wants_users(const struct zone *zone)
{
	const char *value = find_private_users(zone);
	return value && strcmp(value, "true") == 0;
}

bool runtime_locks_mounts(const struct zone *zone)
{
	bool read_only = false;
	for (size_t i = 0; i < zone->count; i++) {
		const struct resource *resource = zone->resources[i];
		if (resource->type->id == RES_INHERIT_PKG_DIR)
			read_only = true;
		else if (resource->type->id == RES_FS)
			read_only |= value_find(&resource->values[FS_OPTIONS], "ro") >= 0;
	}
	return read_only && !find_private_users(zone) && !runtime_shares_network(zone);
}

bool runtime_shares_network(const struct zone *zone)
{
	if (strcmp(zone_get(zone, ZONE_IP_TYPE), "shared") != 0)
		return false;
	for (size_t i = 0; i < zone->count; i++)
		if (zone->resources[i]->type->id == RES_NET)
			return true;
	return false;
}

char *runtime_hostname(const char *name)
{
	char *hostname = xstrdup(name);
	size_t len = strlen(hostname);
	for (size_t i = 0; i < len; i++) {
		if (!isalnum((unsigned char)hostname[i]))
			hostname[i] = '-';
	}
	while (len > 1 && hostname[len - 1] == '-')
		hostname[--len] = '\0';
	return hostname;
}
