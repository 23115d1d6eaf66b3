/* live.c - the zones that live: ready, running, shutting down. */
#include "zone/live.h"

#include "util/alloc.h"
#include "util/clock.h"
#include "util/file.h"
#include "zone/lock.h"
#include "zone/name.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define SUFFIX ".live"
#define LIVES "lives" /* has a byte for each life since the host's boot */

enum {
	LOCK_TRIES = 200, /* while somebody looks, on a busy machine, whether it is held */
	LOCK_PAUSE_MS = 5,
};

void live_free(struct live *live)
{
	free(live->runtime);
	free(live->cgroup);
	for (size_t i = 0; i < live->address_count; i++) {
		free(live->addresses[i].interface);
		free(live->addresses[i].address);
	}
	free(live->addresses);
	*live = (struct live){ .console_fd = -1 };
}

void live_add_address(struct live *live, const char *interface, const char *address)
{
	live->addresses = xrealloc(
		live->addresses, live->address_count + 1, sizeof(*live->addresses));
	live->addresses[live->address_count++] = (struct live_address){
		.interface = xstrdup(interface), .address = xstrdup(address)
	};
}

/* ---- text ---- */

/* Decimal digits only. */
static bool parse_number(const char *text, uint64_t max, uint64_t *ret_number)
{
	char *end;
	errno = 0;
	unsigned long long number = strtoull(text, &end, 10);
	if (!isdigit((unsigned char)*text) || *end || errno || number > max)
		return false;
	*ret_number = number;
	return true;
}

static bool parse_state(const char *text, void *slot)
{
	for (enum zone_state state = STATE_READY; state <= STATE_DOWN; state++)
		if (strcmp(text, zone_state_name(state)) == 0) {
			*(enum zone_state *)slot = state;
			return true;
		}
	return false;
}

static bool parse_id(const char *text, void *slot)
{
	uint64_t number;
	if (!parse_number(text, UINT_MAX, &number) || number == 0)
		return false;
	*(unsigned *)slot = (unsigned)number;
	return true;
}

static bool parse_since(const char *text, void *slot)
{
	uint64_t number;
	if (!parse_number(text, INT64_MAX, &number))
		return false;
	*(int64_t *)slot = (int64_t)number;
	return true;
}

static bool parse_console(const char *text, void *slot)
{
	uint64_t number;
	if (!parse_number(text, INT_MAX, &number))
		return false;
	*(int *)slot = (int)number;
	return true;
}

/* "PID START" */
static bool parse_process(const char *text, void *slot)
{
	uint64_t pid, start;
	struct process *process = slot;
	const char *blank = strchr(text, ' ');
	AUTO_FREE char *first = blank ? xstrndup(text, (size_t)(blank - text)) : NULL;
	if (!blank || !parse_number(first, INT_MAX, &pid) || pid == 0
		|| !parse_number(blank + 1, UINT64_MAX, &start))
		return false;
	*process = (struct process){ .pid = (pid_t)pid, .start = start };
	return true;
}

static bool parse_text(const char *text, void *slot)
{
	char **copy = slot;
	for (const char *c = text; *c; c++)
		if (iscntrl((unsigned char)*c))
			return false;
	*copy = xstrdup(text);
	return *text;
}

static bool parse_again(const char *text, void *slot)
{
	*(bool *)slot = true;
	return strcmp(text, "yes") == 0;
}

static bool parse_cgroup(const char *text, void *slot)
{
	return *text == '/' && parse_text(text, slot);
}

/* "INTERFACE ADDRESS", of which there can be several: the slot is the whole. */
static bool parse_address(const char *text, void *slot)
{
	struct live *live = slot;
	const char *blank = strchr(text, ' ');
	if (!blank || blank == text || !blank[1] || strchr(blank + 1, ' ')
		|| live->address_count == LIVE_ADDRESSES_MAX)
		return false;
	AUTO_FREE char *interface = xstrndup(text, (size_t)(blank - text));
	live_add_address(live, interface, blank + 1);
	return true;
}

enum {
	FIELD_REQUIRED = 1 << 0,
	FIELD_REPEATED = 1 << 1,
};

/* The lines of a file. That of the state is the last: what was cut off has none. */
static const struct field {
	const char *name;
	unsigned flags;
	size_t offset; /* of the slot that parse() fills in */
	bool (*parse)(const char *text, void *slot);
} fields[] = {
	{ "id", FIELD_REQUIRED, offsetof(struct live, id), parse_id },
	{ "since", FIELD_REQUIRED, offsetof(struct live, since), parse_since },
	{ "supervisor", 0, offsetof(struct live, supervisor), parse_process },
	{ "engine", 0, offsetof(struct live, engine), parse_process },
	{ "init", 0, offsetof(struct live, init), parse_process },
	{ "console", 0, offsetof(struct live, console_fd), parse_console },
	{ "runtime", FIELD_REQUIRED, offsetof(struct live, runtime), parse_text },
	{ "cgroup", 0, offsetof(struct live, cgroup), parse_cgroup },
	{ "address", FIELD_REPEATED, 0, parse_address },
	{ "again", 0, offsetof(struct live, again), parse_again },
	{ "state", FIELD_REQUIRED, offsetof(struct live, state), parse_state },
};
enum {
	FIELD_COUNT = sizeof(fields) / sizeof(fields[0]),
};

/* One "NAME=VALUE"; seen has a bit for each field that was there. */
static bool parse_line(char *line, struct live *live, unsigned *seen)
{
	char *value = strchr(line, '=');
	if (!value)
		return false;
	*value++ = '\0';
	for (size_t i = 0; i < FIELD_COUNT; i++) {
		if (strcmp(line, fields[i].name) != 0)
			continue;
		if (!(fields[i].flags & FIELD_REPEATED) && (*seen & (1u << i)))
			return false;
		*seen |= 1u << i;
		return fields[i].parse(value, (char *)live + fields[i].offset);
	}
	return *line;
}

int live_parse(const char *text, struct live *ret_live)
{
	unsigned seen = 0;
	*ret_live = (struct live){ .console_fd = -1 };
	AUTO_FREE char *copy = xstrdup(text);
	for (char *line = copy, *end; *line; line = end + 1) {
		end = strchr(line, '\n');
		if (!end)
			return -EINVAL;
		*end = '\0';
		if (!parse_line(line, ret_live, &seen))
			return -EINVAL;
	}
	for (size_t i = 0; i < FIELD_COUNT; i++)
		if ((fields[i].flags & FIELD_REQUIRED) && !(seen & (1u << i)))
			return -EINVAL;
	return 0;
}

static void format_process(const char *name, const struct process *process, struct str *text)
{
	if (process->pid)
		text_addf(text, "%s=%d %llu\n", name, (int)process->pid,
			(unsigned long long)process->start);
}

static void format_text(const char *name, const char *value, struct str *text)
{
	if (value)
		text_addf(text, "%s=%s\n", name, value);
}

void live_format(const struct live *live, struct str *text)
{
	text_addf(text, "id=%u\nsince=%lld\n", live->id, (long long)live->since);
	format_process("supervisor", &live->supervisor, text);
	format_process("engine", &live->engine, text);
	format_process("init", &live->init, text);
	if (live->console_fd >= 0)
		text_addf(text, "console=%d\n", live->console_fd);
	format_text("runtime", live->runtime, text);
	format_text("cgroup", live->cgroup, text);
	for (size_t i = 0; i < live->address_count; i++)
		text_addf(text, "address=%s %s\n", live->addresses[i].interface,
			live->addresses[i].address);
	format_text("again", live->again ? "yes" : NULL, text);
	format_text("state", zone_state_name(live->state), text);
}

/* ---- whether it is true ---- */

static char *lock_name(const char *name)
{
	return xasprintf("%s.zoneadmd.lock", name);
}

/*
 * Whether the supervisor runs. One that is about to end may have let go of its lock; where we may
 * not try that, or somebody has removed it, the process is proof enough.
 */
static bool is_supervised(int run_fd, const char *name, const struct process *supervisor)
{
	if (!process_alive(supervisor))
		return false;
	AUTO_FREE char *file = lock_name(name);
	AUTO_FD fd = openat(run_fd, file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	return fd < 0 || flock(fd, LOCK_SH | LOCK_NB) < 0;
}

/* Whether there is a process in the control group, or below. 1, 0, or an errno, described. */
static int is_populated(const char *cgroup, struct messages *messages)
{
	int rc = process_populated(cgroup);
	if (rc == -EIO)
		return message_error(messages, rc,
			"%s/cgroup.events: it does not tell whether there are processes", cgroup);
	return rc < 0 ? message_error(messages, rc, "%s/cgroup.events: %s", cgroup, strerror(-rc))
		      : rc;
}

/*
 * What is so now that the supervisor does not run. When that began nobody has seen, unless the
 * supervisor has stored it. Returns as live_find() does.
 */
static int judge(struct live *live, struct messages *messages)
{
	enum zone_state state = live->state;
	if (process_alive(&live->init)) {
		/* It was killed between the beginning of init and storing that. */
		state = state == STATE_READY ? STATE_RUNNING : state;
	} else {
		int rc = process_alive(&live->engine);
		if (rc == 0 && live->cgroup)
			rc = is_populated(live->cgroup, messages);
		if (rc <= 0)
			return rc;
		state = STATE_DOWN;
	}
	if (state != live->state)
		live->since = 0;
	live->state = state;
	return 1;
}

/* Read the file. Returns 1, 0: there is none, or a negative errno, described. */
static int load(int run_fd, const char *name, struct live *live, struct messages *messages)
{
	AUTO_FREE char *file = xasprintf("%s" SUFFIX, name), *text = NULL;
	AUTO_FREE char *path = xasprintf(LIVE_PATH "/%s", file);
	size_t len;
	if (run_fd < 0 || zone_name_wrong(name))
		return 0;
	int rc = file_read(run_fd, file, LIVE_SIZE_MAX, path, &text, &len, messages);
	if (rc < 0)
		return rc == -ENOENT ? 0 : rc;
	if (strlen(text) == len && live_parse(text, live) == 0)
		return 1;
	return message_error(messages, -EINVAL,
		"%s is damaged, so it is not known whether zone %s runs: make sure that no process "
		"of it does, then remove the file",
		path, name);
}

int live_find(int run_fd, const char *name, struct live *ret_live, struct messages *messages)
{
	*ret_live = (struct live){ .console_fd = -1 };
	int rc = load(run_fd, name, ret_live, messages);
	if (rc <= 0)
		return rc;
	ret_live->supervised = is_supervised(run_fd, name, &ret_live->supervisor);
	return ret_live->supervised ? 1 : judge(ret_live, messages);
}

int live_state(int run_fd, const char *name, enum zone_state stored, struct messages *messages)
{
	AUTO_LIVE live = { .console_fd = -1 };
	int rc = live_find(run_fd, name, &live, messages);
	if (rc < 0)
		return rc;
	return rc ? (int)live.state : (int)stored;
}

/* ---- all of them ---- */

/* The zone whose file this is, the caller's; NULL: it is another file. */
static char *zone_of(const char *file)
{
	size_t len = strlen(file), suffix = strlen(SUFFIX);
	if (len <= suffix || strcmp(file + len - suffix, SUFFIX) != 0)
		return NULL;
	char *name = xstrndup(file, len - suffix);
	if (!zone_name_wrong(name))
		return name;
	free(name);
	return NULL;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

ssize_t live_names(int run_fd, char ***ret_names, struct messages *messages)
{
	size_t count = 0;
	char **names = xcalloc(1, sizeof(*names));
	AUTO_FD fd = run_fd < 0 ? -1 : openat(run_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	if (run_fd >= 0 && !dir) {
		free(names);
		return message_error(messages, -errno, LIVE_PATH ": %s", strerror(errno));
	}
	fd_take(&fd); /* dir's */
	for (struct dirent *entry; dir && (entry = readdir(dir));) {
		char *name = zone_of(entry->d_name);
		if (!name)
			continue;
		names = xrealloc(names, count + 2, sizeof(*names));
		names[count++] = name;
	}
	if (dir)
		closedir(dir);
	names[count] = NULL;
	qsort(names, count, sizeof(*names), compare);
	*ret_names = names;
	return (ssize_t)count;
}

/* ---- for the supervisor ---- */

int live_lock(int run_fd, const char *name, struct messages *messages)
{
	AUTO_FREE char *file = lock_name(name), *purpose = xasprintf("zone %s", name);
	AUTO_FREE char *command = xasprintf("zoneadmd %s", name);
	struct lock_request request = { .run_fd = run_fd,
		.run_path = LIVE_PATH,
		.name = file,
		.mode = LOCK_EXCLUSIVE,
		.purpose = purpose,
		.command = command };
	int fd = -EBUSY;
	for (int i = 0; fd == -EBUSY && i < LOCK_TRIES; i++) {
		if (i)
			clock_pause(LOCK_PAUSE_MS);
		fd = lock_take(&request, messages);
	}
	return fd;
}

int live_unlock(int run_fd, const char *name, int fd)
{
	AUTO_FREE char *file = lock_name(name);
	return lock_remove(run_fd, file, fd);
}

void live_clean(int run_fd, const char *name)
{
	AUTO_FREE char *file = lock_name(name), *socket = xasprintf("%s.zoneadmd", name);
	struct messages quiet = messages_quiet();
	/* Where there is no lock, there was no supervisor. */
	int fd = faccessat(run_fd, file, F_OK, 0) < 0 ? -1 : live_lock(run_fd, name, &quiet);
	if (fd < 0)
		return;
	unlinkat(run_fd, socket, 0);
	live_unlock(run_fd, name, fd);
}

int live_store(int run_fd, const char *name, const struct live *live, struct messages *messages)
{
	AUTO_FREE char *file = xasprintf("%s" SUFFIX, name), *temporary = xasprintf("%s.new", file);
	AUTO_FREE char *path = xasprintf(LIVE_PATH "/%s", file);
	AUTO_STR text = STR_EMPTY;
	AUTO_LIVE again = { .console_fd = -1 };
	live_format(live, &text);
	/* Never what could not be read again. */
	if (live_parse(str_get(&text), &again) < 0 || text.len > LIVE_SIZE_MAX)
		return message_error(messages, -EINVAL,
			"%s: what is known of zone %s could not be read again from there", path,
			name);
	/* Of a supervisor that was killed here: the name is its alone, by its lock. */
	unlinkat(run_fd, temporary, 0);
	int rc = file_create(run_fd, temporary, text.data, text.len, path, messages);
	if (rc < 0)
		return rc;
	if (renameat(run_fd, temporary, run_fd, file) == 0)
		return 0;
	rc = message_error(messages, -errno, "cannot write %s: %s", path, strerror(errno));
	unlinkat(run_fd, temporary, 0);
	return rc;
}

int live_forget(int run_fd, const char *name, struct messages *messages)
{
	AUTO_FREE char *file = xasprintf("%s" SUFFIX, name);
	if (unlinkat(run_fd, file, 0) == 0 || errno == ENOENT)
		return 0;
	return message_error(
		messages, -errno, "cannot remove " LIVE_PATH "/%s: %s", file, strerror(errno));
}

/* Each life adds a byte: where that comes to lie is its number, whoever else begins one now. */
int live_new_id(int run_fd, struct messages *messages)
{
	AUTO_FD fd = openat(run_fd, LIVES,
		O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC,
		0600);
	struct stat st;
	if (fd < 0 || fstat(fd, &st) < 0)
		return message_error(messages, -errno, "cannot open " LIVE_PATH "/" LIVES ": %s",
			strerror(errno));
	if (!S_ISREG(st.st_mode))
		return message_error(messages, -EINVAL,
			LIVE_PATH "/" LIVES " must be a regular file: remove it");
	int rc = file_trusted(fd, LIVE_PATH "/" LIVES, messages);
	if (rc < 0)
		return rc;
	rc = file_write(fd, "\n", 1);
	if (rc < 0)
		return message_error(
			messages, rc, "cannot write " LIVE_PATH "/" LIVES ": %s", strerror(-rc));
	return (int)lseek(fd, 0, SEEK_CUR);
}
