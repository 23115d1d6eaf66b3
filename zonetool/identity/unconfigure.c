/* unconfigure.c - what makes a system the one it is: the table of what is reset in a clone. */
#include "identity/unconfigure.h"

#include "identity/items.h"
#include "util/root.h"

#include <string.h>

/* ---- files that are removed: each table ends with a row without a directory ---- */

/* A link of dbus leads to /etc/machine-id. The hostid is gethostid(3)'s. */
static const struct root_row machine_id_files[] = {
	{ "var/lib/dbus", "machine-id", ROOT_NO_LINK },
	{ "etc", "hostid", ROOT_FILE },
	{ 0 },
};

static const struct root_row hostname_files[] = {
	{ "etc", "hostname", ROOT_FILE },
	{ "etc", "sysidcfg", ROOT_FILE },
	{ 0 },
};

static const struct root_row ssh_files[] = {
	{ "etc/ssh", "ssh_host_*_key", ROOT_FILE },
	{ "etc/ssh", "ssh_host_*_key.pub", ROOT_FILE },
	{ "etc/ssh", "ssh_host_*_key-cert.pub", ROOT_FILE },
	{ "etc/dropbear", "dropbear_*_host_key", ROOT_FILE },
	{ 0 },
};

/* Leases, and what a client names itself by: DUIDs and what they are made of. */
static const struct root_row dhcp_files[] = {
	{ "var/lib/dhcp", "dhclient*.lease*", ROOT_FILE },
	{ "var/lib/dhclient", "dhclient*.lease*", ROOT_FILE },
	{ "var/lib/dhcpcd", "*.lease*", ROOT_FILE },
	{ "var/lib/dhcpcd", "duid", ROOT_FILE },
	{ "var/lib/dhcpcd", "secret", ROOT_FILE },
	{ "var/lib/dhcpcd5", "*.lease*", ROOT_FILE },
	{ "etc", "dhcpcd.duid", ROOT_FILE },
	{ "etc", "dhcpcd.secret", ROOT_FILE },
	{ "var/lib/dhcpv6", "dhcp6c_duid", ROOT_FILE },
	{ "var/lib/NetworkManager", "*.lease", ROOT_FILE },
	{ "var/lib/NetworkManager", "secret_key", ROOT_FILE },
	{ "var/lib/NetworkManager", "timestamps", ROOT_FILE },
	{ "var/lib/NetworkManager", "seen-bssids", ROOT_FILE },
	{ "var/lib/systemd/network", "*", ROOT_TREE },
	{ 0 },
};

static const struct root_row udev_files[] = {
	{ "etc/udev/rules.d", "70-persistent-net.rules", ROOT_FILE },
	{ 0 },
};

static const struct root_row seed_files[] = {
	{ "var/lib/systemd", "random-seed", ROOT_FILE },
	{ "var/lib/urandom", "random-seed", ROOT_FILE },
	{ "var/lib/seedrng", "seed.*", ROOT_FILE },
	{ "var/lib/misc", "random-seed", ROOT_FILE },
	{ 0 },
};

static const struct root_row network_files[] = {
	{ "etc/NetworkManager/system-connections", "*", ROOT_TREE },
	{ "etc/systemd/network", "1[01]-sysidcfg-*.network", ROOT_FILE },
	{ 0 },
};

/* What the administrator put there stays: seed, scripts, handlers. */
static const struct root_row cloud_files[] = {
	{ "var/lib/cloud", "data", ROOT_TREE },
	{ "var/lib/cloud", "instance", ROOT_TREE },
	{ "var/lib/cloud", "instances", ROOT_TREE },
	{ "var/lib/cloud", "sem", ROOT_TREE },
	{ 0 },
};

static const struct root_row credential_files[] = {
	{ "var/lib/systemd", "credential.secret", ROOT_FILE },
	{ 0 },
};

static const struct root_row log_files[] = {
	{ "var/log/journal", "*", ROOT_TREE },
	{ 0 },
};

static const struct root_row history_files[] = {
	{ "root", ".*_history", ROOT_FILE },
	{ 0 },
};

/* ---- the items ---- */

const struct unconfigure_item unconfigure_items[] = {
	{ "machine-id", "machine-id(5) of a first boot; no id of dbus, no hostid",
		UNCONFIGURE_ALWAYS, item_machine_id, machine_id_files },
	{ "hostname", "no /etc/hostname, nor its names on loopback addresses in /etc/hosts",
		UNCONFIGURE_UNLESS_FRESH, item_hostname, hostname_files },
	{ "ssh-host-keys", "no host keys of OpenSSH and dropbear", UNCONFIGURE_UNLESS_FRESH, NULL,
		ssh_files },
	{ "dhcp", "no leases of DHCP clients, nor the ids they present themselves with",
		UNCONFIGURE_UNLESS_FRESH, NULL, dhcp_files },
	{ "udev-net", "no names of network interfaces bound to hardware addresses",
		UNCONFIGURE_UNLESS_FRESH, NULL, udev_files },
	{ "random-seed", "no random numbers saved for the next boot", UNCONFIGURE_ALWAYS, NULL,
		seed_files },
	{ "network", "only lo in interfaces(5), no connections of NetworkManager",
		UNCONFIGURE_UNLESS_FRESH, item_network, network_files },
	{ "cloud-init", "no memory of the instance that was set up", UNCONFIGURE_UNLESS_FRESH, NULL,
		cloud_files },
	{ "credential-secret", "no key of systemd-creds(1) for what is only for this system",
		UNCONFIGURE_ALWAYS, NULL, credential_files },
	{ "logs", "files in /var/log emptied, rotated ones and journals removed",
		UNCONFIGURE_UNLESS_KEEP_LOGS, item_logs, log_files },
	{ "history", "no commands that root typed", UNCONFIGURE_UNLESS_FRESH, NULL, history_files },
	{ "root-password", "no password of root until the first boot has asked for one",
		UNCONFIGURE_UNLESS_KEEP_PASSWORD, item_root_password, NULL },
};
const size_t unconfigure_item_count = sizeof(unconfigure_items) / sizeof(*unconfigure_items);

/* Returns enum unconfigure_result, or a negative errno, described. */
static int reset_item(const struct unconfigure_item *item, int root_fd, struct messages *messages)
{
	int rc = item->run ? item->run(root_fd, messages) : 0;
	/* After run, which may need what is removed, as it does when it is tried again. */
	if (rc >= 0 && item->removed)
		rc = root_both(rc, root_remove(root_fd, item->removed, messages));
	return rc > 0 ? UNCONFIGURE_DONE : rc;
}

static bool is_wanted(const struct unconfigure_item *item, const struct unconfigure_policy *policy)
{
	switch (item->when) {
	case UNCONFIGURE_ALWAYS:
		return true;
	case UNCONFIGURE_UNLESS_FRESH:
		return !policy->fresh;
	case UNCONFIGURE_UNLESS_KEEP_LOGS:
		return !policy->fresh && !policy->keep_logs;
	case UNCONFIGURE_UNLESS_KEEP_PASSWORD:
		return !policy->keep_password;
	}
	return true;
}

bool unconfigure_parse_password(const char *word, struct unconfigure_policy *policy)
{
	policy->keep_password = strcmp(word, "keep") == 0;
	return policy->keep_password || strcmp(word, "ask") == 0;
}

int unconfigure(int root_fd, const struct unconfigure_policy *policy, struct messages *messages)
{
	AUTO_STR done = STR_EMPTY;
	int rc = 0;
	for (size_t i = 0; i < unconfigure_item_count; i++) {
		const struct unconfigure_item *item = &unconfigure_items[i];
		if (!is_wanted(item, policy))
			continue;
		int result = reset_item(item, root_fd, messages);
		if (result == UNCONFIGURE_DONE)
			text_addf(&done, "%s%s", done.len ? ", " : "", item->name);
		rc = root_both(rc, result);
	}
	if (done.len)
		message_note(messages, "reset: %s", done.data);
	return rc < 0 ? rc : 0;
}
