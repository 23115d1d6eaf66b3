/* devices.c - which devices a zone may use: a program of BPF on its control group. */
#include "runtime/devices.h"

#include "util/alloc.h"
#include "util/file.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

enum { ANY_MINOR = -1 };

/* Devices that may be used; the numbers are those of the kernel's BPF_DEVCG_. */
struct rule {
	uint32_t type; /* BPF_DEVCG_DEV_CHAR or BPF_DEVCG_DEV_BLOCK */
	uint32_t access;
	int major, minor;
};

enum {
	ACCESS_USE = BPF_DEVCG_ACC_READ | BPF_DEVCG_ACC_WRITE,
	ACCESS_ALL = ACCESS_USE | BPF_DEVCG_ACC_MKNOD,
};

/* What every system has; the numbers are fixed: the kernel's admin-guide/devices.txt. */
static const struct rule common[] = {
	{ BPF_DEVCG_DEV_CHAR, ACCESS_ALL, 1, 3 },           /* null */
	{ BPF_DEVCG_DEV_CHAR, ACCESS_ALL, 1, 5 },           /* zero */
	{ BPF_DEVCG_DEV_CHAR, ACCESS_ALL, 1, 7 },           /* full */
	{ BPF_DEVCG_DEV_CHAR, ACCESS_ALL, 1, 8 },           /* random */
	{ BPF_DEVCG_DEV_CHAR, ACCESS_ALL, 1, 9 },           /* urandom */
	{ BPF_DEVCG_DEV_CHAR, ACCESS_ALL, 5, 0 },           /* tty: whatever the session's is */
	{ BPF_DEVCG_DEV_CHAR, ACCESS_ALL, 5, 2 },           /* ptmx: of the devpts beside it */
	{ BPF_DEVCG_DEV_CHAR, ACCESS_USE, 136, ANY_MINOR }, /* pts */
};
enum { COMMON_COUNT = sizeof(common) / sizeof(common[0]) };

struct rules {
	struct rule *rows;
	size_t count;
};

/* ---- the host's devices ---- */

static bool is_device(const char *path, struct stat *ret_st)
{
	return stat(path, ret_st) == 0 && (S_ISCHR(ret_st->st_mode) || S_ISBLK(ret_st->st_mode));
}

/* Add the devices that match; returns how many do. */
static size_t match_pattern(const char *pattern, char ***paths, size_t *count)
{
	glob_t found = { 0 };
	size_t before = *count;
	struct stat st;
	if (glob(pattern, GLOB_NOSORT, NULL, &found) == 0)
		*paths = xrealloc(*paths, *count + found.gl_pathc + 1, sizeof(**paths));
	for (size_t i = 0; i < found.gl_pathc; i++)
		if (is_device(found.gl_pathv[i], &st))
			(*paths)[(*count)++] = xstrdup(found.gl_pathv[i]);
	globfree(&found);
	return *count - before;
}

static int compare_paths(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Patterns may match the same. */
static size_t drop_doubles(char **paths, size_t count)
{
	size_t kept = 0;
	for (size_t i = 0; i < count; i++) {
		if (kept && strcmp(paths[kept - 1], paths[i]) == 0)
			free(paths[i]);
		else
			paths[kept++] = paths[i];
	}
	return kept;
}

char **devices_match(const struct zone *zone, struct messages *messages)
{
	char **paths = xcalloc(1, sizeof(*paths));
	size_t count = 0;
	for (size_t i = 0; i < zone->count; i++) {
		const struct resource *device = zone->resources[i];
		const char *match = device->type->id == RES_DEVICE
			? resource_get(device, DEVICE_MATCH)
			: NULL;
		if (match && !match_pattern(match, &paths, &count))
			message_warning(messages,
				"device: nothing on this host matches %s: the zone boots without",
				match);
	}
	qsort(paths, count, sizeof(*paths), compare_paths);
	count = drop_doubles(paths, count);
	paths[count] = NULL;
	return paths;
}

/* All that the zone may use. The names' numbers are those of this moment, as the zone sees them. */
static struct rules make_rules(const struct zone *zone)
{
	struct messages quiet = messages_quiet(); /* who mounts them tells of what is missing */
	char **paths = devices_match(zone, &quiet);
	size_t most = COMMON_COUNT;
	for (char **path = paths; *path; path++)
		most++;
	struct rules rules = { .rows = xcalloc(most, sizeof(*rules.rows)), .count = COMMON_COUNT };
	memcpy(rules.rows, common, sizeof(common));
	for (char **path = paths; *path; path++) {
		struct stat st;
		if (is_device(*path, &st))
			rules.rows[rules.count++] = (struct rule){
				.type = S_ISBLK(st.st_mode) ? BPF_DEVCG_DEV_BLOCK
							    : BPF_DEVCG_DEV_CHAR,
				.access = ACCESS_ALL,
				.major = (int)major(st.st_rdev),
				.minor = (int)minor(st.st_rdev),
			};
		free(*path);
	}
	free(paths);
	return rules;
}

/* ---- the program ---- */

/*
 * The instructions that a rule becomes; the others are the beginning and the end. What the program
 * is given, and answers, is in the kernel's comment on struct bpf_cgroup_dev_ctx and in
 * Documentation/admin-guide/cgroup-v2.rst, "Device controller": 0 refuses with EPERM.
 */
enum { BEGIN_LENGTH = 6, RULE_LENGTH = 8, END_LENGTH = 2 };

/* What the registers hold after the beginning. */
enum { TYPE = BPF_REG_2, ACCESS = BPF_REG_3, MAJOR = BPF_REG_4, MINOR = BPF_REG_5 };

static struct bpf_insn load(unsigned to, size_t offset)
{
	return (struct bpf_insn){ .code = BPF_LDX | BPF_W | BPF_MEM,
		.dst_reg = to & 15,
		.src_reg = BPF_REG_1,
		.off = (int16_t)offset };
}

static struct bpf_insn compute(unsigned operation, unsigned reg, int32_t number)
{
	return (struct bpf_insn){
		.code = (uint8_t)(BPF_ALU | BPF_K | operation), .dst_reg = reg & 15, .imm = number
	};
}

/* Pass over so many instructions if the condition holds. */
static struct bpf_insn skip_if(unsigned condition, unsigned reg, int32_t number, int16_t count)
{
	return (struct bpf_insn){ .code = (uint8_t)(BPF_JMP | BPF_K | condition),
		.dst_reg = reg & 15,
		.imm = number,
		.off = count };
}

static void write_rule(struct bpf_insn *at, const struct rule *rule)
{
	const struct bpf_insn end = { .code = BPF_JMP | BPF_EXIT };
	int32_t others = ~(int32_t)rule->access & 0xffff;
	at[0] = skip_if(BPF_JNE, TYPE, (int32_t)rule->type, 7);
	at[1] = skip_if(BPF_JNE, MAJOR, rule->major, 6);
	/* Any minor: a condition that never holds, so that all rules are as long. */
	at[2] = rule->minor == ANY_MINOR ? skip_if(BPF_JGT, MINOR, INT32_MAX, 5)
					 : skip_if(BPF_JNE, MINOR, rule->minor, 5);
	at[3] = (struct bpf_insn){
		.code = BPF_ALU | BPF_MOV | BPF_X, .dst_reg = BPF_REG_0, .src_reg = ACCESS
	};
	at[4] = compute(BPF_AND, BPF_REG_0, others);
	at[5] = skip_if(BPF_JNE, BPF_REG_0, 0, 2);
	at[6] = compute(BPF_MOV, BPF_REG_0, 1);
	at[7] = end;
}

/* The caller frees it. */
static struct bpf_insn *make_program(const struct rules *rules, size_t *ret_length)
{
	size_t length = BEGIN_LENGTH + rules->count * RULE_LENGTH + END_LENGTH;
	struct bpf_insn *program = xcalloc(length, sizeof(*program)), *at = program;
	*at++ = load(TYPE, offsetof(struct bpf_cgroup_dev_ctx, access_type));
	*at++ = load(ACCESS, offsetof(struct bpf_cgroup_dev_ctx, access_type));
	*at++ = load(MAJOR, offsetof(struct bpf_cgroup_dev_ctx, major));
	*at++ = load(MINOR, offsetof(struct bpf_cgroup_dev_ctx, minor));
	*at++ = compute(BPF_AND, TYPE, 0xffff);
	*at++ = compute(BPF_RSH, ACCESS, 16);
	for (size_t i = 0; i < rules->count; i++, at += RULE_LENGTH)
		write_rule(at, &rules->rows[i]);
	*at++ = compute(BPF_MOV, BPF_REG_0, 0);
	*at++ = (struct bpf_insn){ .code = BPF_JMP | BPF_EXIT };
	*ret_length = length;
	return program;
}

static int call_bpf(enum bpf_cmd command, union bpf_attr *attr)
{
	long rc = syscall(SYS_bpf, command, attr, sizeof(*attr));
	return rc < 0 ? -errno : (int)rc;
}

int devices_restrict(const struct zone *zone, int cgroup_fd)
{
	struct rules rules = make_rules(zone);
	size_t length;
	AUTO_FREE struct bpf_insn *program = make_program(&rules, &length);
	free(rules.rows);
	union bpf_attr attr;
	memset(&attr, 0, sizeof(attr)); /* padding, too: the kernel looks at it */
	attr.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
	attr.insns = (uintptr_t)program;
	attr.insn_cnt = (uint32_t)length;
	attr.license = (uintptr_t) "GPL";
	AUTO_FD fd = call_bpf(BPF_PROG_LOAD, &attr);
	if (fd < 0)
		return fd;
	memset(&attr, 0, sizeof(attr));
	attr.target_fd = (uint32_t)cgroup_fd;
	attr.attach_bpf_fd = (uint32_t)fd;
	attr.attach_type = BPF_CGROUP_DEVICE;
	/* One that is attached below, by a systemd in the zone, can only refuse more. */
	attr.attach_flags = BPF_F_ALLOW_MULTI;
	return call_bpf(BPF_PROG_ATTACH, &attr);
}

/* ---- version 1 ---- */

static int write_v1(int group_fd, const char *name, const char *text)
{
	AUTO_FD fd = openat(group_fd, name, O_WRONLY | O_CLOEXEC);
	return fd < 0 ? -errno : file_write(fd, text, strlen(text));
}

int devices_restrict_v1(const struct zone *zone, int group_fd)
{
	struct rules rules = make_rules(zone);
	int rc = write_v1(group_fd, "devices.deny", "a");
	for (size_t i = 0; rc == 0 && i < rules.count; i++) {
		const struct rule *rule = &rules.rows[i];
		AUTO_FREE char *minor_text = rule->minor == ANY_MINOR
			? xstrdup("*")
			: xasprintf("%d", rule->minor);
		AUTO_FREE char *text = xasprintf("%c %d:%s rw%s",
			rule->type == BPF_DEVCG_DEV_BLOCK ? 'b' : 'c', rule->major, minor_text,
			rule->access & BPF_DEVCG_ACC_MKNOD ? "m" : "");
		rc = write_v1(group_fd, "devices.allow", text);
	}
	free(rules.rows);
	return rc;
}
