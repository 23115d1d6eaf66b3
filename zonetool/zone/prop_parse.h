/* prop_parse.h - the kinds of text that properties hold: see prop_parse in props.h. */
#ifndef ZONE_PROP_PARSE_H
#define ZONE_PROP_PARSE_H

#include <stdint.h>

/*
 * Each returns the canonical text, the caller's, or NULL and *ret_expected, to complete "... is
 * not".
 */
char *parse_zone_name(const char *text, const char **ret_expected);
char *parse_zonepath(const char *text, const char **ret_expected);
char *parse_path(const char *text, const char **ret_expected);
char *parse_special(const char *text, const char **ret_expected);
char *parse_fs_type(const char *text, const char **ret_expected);
char *parse_fs_types(const char *text, const char **ret_expected);
char *parse_mount_option(const char *text, const char **ret_expected);
char *parse_privileges(const char *text, const char **ret_expected);
char *parse_machine_id(const char *text, const char **ret_expected);
char *parse_max_processes(const char *text, const char **ret_expected);
char *parse_cpu_shares(const char *text, const char **ret_expected);
char *parse_cpu_count(const char *text, const char **ret_expected);
char *parse_cpu_range(const char *text, const char **ret_expected);
char *parse_physical_memory(const char *text, const char **ret_expected);
char *parse_swap(const char *text, const char **ret_expected);
char *parse_interface(const char *text, const char **ret_expected);
char *parse_address(const char *text, const char **ret_expected);
char *parse_router(const char *text, const char **ret_expected);
char *parse_rctl_name(const char *text, const char **ret_expected);
char *parse_attr_name(const char *text, const char **ret_expected);
char *parse_dataset(const char *text, const char **ret_expected);
char *parse_user(const char *text, const char **ret_expected);
char *parse_auths(const char *text, const char **ret_expected);

/*
 * What an rctl's limit can be, whichever it is: the canonical text is the plain number;
 * parse_cpu_cap: in hundredths of a CPU.
 */
char *parse_limit(const char *text, const char **ret_expected);
char *parse_cpu_cap(const char *text, const char **ret_expected);

/* The number that the canonical text of a number or size is: "1024" and "1K" are the same. */
uint64_t canonical_number(const char *text);

/* The names rctls can have, and what admin's auths can be, ending with NULL. */
extern const char *const rctl_names[], *const auth_names[];

#endif
