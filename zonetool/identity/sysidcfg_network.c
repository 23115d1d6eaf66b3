/* sysidcfg_network.c - answers about the network: the zone's name, interfaces, name servers. */
#include "identity/sysidcfg_private.h"

#include "util/root.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#define NETWORK_DIRECTORY "etc/systemd/network"
#define ENABLED "etc/systemd/system/multi-user.target.wants/systemd-networkd.service"

static bool is(const struct sysidcfg_answer *answer, const char *word)
{
	return answer->text && strcasecmp(answer->text, word) == 0;
}

/* ---- the name ---- */

/* What the zone is called; NULL: that is not said. */
static const struct sysidcfg_answer *find_hostname(const struct sysidcfg *sysidcfg)
{
	const struct sysidcfg_interface *primary = sysidcfg_primary(sysidcfg);
	if (primary && primary->answers[NETWORK_HOSTNAME].text)
		return &primary->answers[NETWORK_HOSTNAME];
	for (size_t i = 0; i < sysidcfg->interface_count; i++)
		if (sysidcfg->interfaces[i].answers[NETWORK_HOSTNAME].text)
			return &sysidcfg->interfaces[i].answers[NETWORK_HOSTNAME];
	return NULL;
}

static int put_hosts(const struct applying *applying, const char *names)
{
	AUTO_FREE char *text = NULL;
	AUTO_STR hosts = STR_EMPTY;
	size_t len;
	int rc = root_read(
		applying->root_fd, "etc/hosts", ROOT_TEXT_MAX, &text, &len, applying->messages);
	if (rc == -ENOENT) {
		static const char *const fresh = "127.0.0.1\tlocalhost\n";
		hosts_set(fresh, strlen(fresh), names, &hosts);
	} else if (rc < 0) {
		return rc;
	} else {
		hosts_set(text, len, names, &hosts);
	}
	return files_put(applying->root_fd, "etc/hosts", str_get(&hosts), hosts.len, FILE_PLAIN,
		applying->messages);
}

int apply_hostname(const struct applying *applying)
{
	const struct sysidcfg_answer *answer = find_hostname(applying->sysidcfg);
	if (!answer)
		return 0;
	const char *full = answer->text;
	const char *domain = applying->sysidcfg->answers[SLOT_DOMAIN].text;
	AUTO_FREE char *host = xstrndup(full, strcspn(full, "."));
	AUTO_FREE char *line = xasprintf("%s\n", host);
	AUTO_FREE char *names = strchr(full, '.') ? xasprintf("%s %s", full, host)
		: domain                          ? xasprintf("%s.%s %s", host, domain, host)
						  : xstrdup(host);
	int rc = files_put(applying->root_fd, "etc/hostname", line, strlen(line), FILE_PLAIN,
		applying->messages);
	return rc < 0 ? rc : put_hosts(applying, names);
}

/* ---- name servers ---- */

/* Append each of a list: a line of its own behind the word, or all on one line. */
static void add_list(struct str *out, const char *word, const char *list, bool lines)
{
	AUTO_FREE char *copy = xstrdup(list);
	char *rest = copy;
	bool first = true;
	for (char *one; (one = strsep(&rest, ",")); first = false)
		text_addf(out, "%s%s %s",
			first           ? ""
				: lines ? "\n"
					: "",
			lines || first ? word : "", one);
	text_addc(out, '\n');
}

int apply_name_service(const struct applying *applying)
{
	const struct sysidcfg_answer *answers = applying->sysidcfg->answers;
	AUTO_STR text = STR_EMPTY;
	if (!answers[SLOT_SERVERS].text)
		return 0;
	/* resolv.conf(5) lets the last of "domain" and "search" win. */
	if (answers[SLOT_SEARCH].text)
		add_list(&text, "search", answers[SLOT_SEARCH].text, false);
	else if (answers[SLOT_DOMAIN].text)
		add_list(&text, "search", answers[SLOT_DOMAIN].text, false);
	add_list(&text, "nameserver", answers[SLOT_SERVERS].text, true);
	return files_put(applying->root_fd, "etc/resolv.conf", str_get(&text), text.len, FILE_PLAIN,
		applying->messages);
}

/* ---- interfaces ---- */

/* Whether there is anything to be set but names. */
static bool sets_addresses(const struct sysidcfg_interface *one)
{
	return one->answers[NETWORK_ADDRESS].text || one->answers[NETWORK_DHCP].text;
}

/* The unit of systemd-networkd in the root; NULL: there is none. */
static const char *find_networkd(int root_fd)
{
	static const char *const units[] = { "usr/lib/systemd/system/systemd-networkd.service",
		"lib/systemd/system/systemd-networkd.service" };
	struct messages quiet = messages_quiet();
	/* Then it is where the host has it. */
	if (files_usr_is_inherited(root_fd))
		return units[1];
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (root_exists(root_fd, units[i], &quiet) > 0)
			return units[i];
	return NULL;
}

int verify_interfaces(const struct applying *applying)
{
	const struct sysidcfg *sysidcfg = applying->sysidcfg;
	int rc = 0;
	for (size_t i = 0; i < sysidcfg->interface_count && applying->zone->own_interfaces; i++) {
		const struct sysidcfg_interface *one = &sysidcfg->interfaces[i];
		const struct sysidcfg_answer *address = &one->answers[NETWORK_ADDRESS];
		if (address->text && !one->answers[NETWORK_NETMASK].text)
			rc = answer_error(applying, address,
				"ip_address needs a netmask, such as netmask=255.255.255.0");
		else if (sets_addresses(one) && !find_networkd(applying->root_fd))
			rc = answer_error(applying, &one->name,
				"the zone has no systemd-networkd, which would set its addresses: "
				"leave out ip_address and dhcp, and set them in the zone");
	}
	return rc;
}

/* The [Match] section of systemd.network(5): what the host calls IF can be mv-IF or iv-IF. */
static void add_match(const struct applying *applying, const char *name, struct str *out)
{
	if (strcasecmp(name, "PRIMARY") == 0)
		name = applying->zone->primary;
	text_adds(out, "[Match]\n");
	if (name)
		text_addf(out, "Name=%s mv-%s iv-%s\n", name, name, name);
	else
		text_adds(out, "Type=ether\n");
}

static int put_interface(const struct applying *applying, const struct sysidcfg_interface *one)
{
	const struct sysidcfg_answer *answers = one->answers;
	bool primary = is(&one->name, "PRIMARY");
	AUTO_STR text = STR_EMPTY;
	add_match(applying, one->name.text, &text);
	text_adds(&text, "\n[Network]\n");
	if (answers[NETWORK_DHCP].text)
		text_adds(&text, is(&answers[NETWORK_IPV6], "yes") ? "DHCP=yes\n" : "DHCP=ipv4\n");
	else
		text_addf(&text, "Address=%s/%d\n", answers[NETWORK_ADDRESS].text,
			netmask_prefix(answers[NETWORK_NETMASK].text));
	if (answers[NETWORK_ROUTE].text && !is(&answers[NETWORK_ROUTE], "NONE"))
		text_addf(&text, "Gateway=%s\n", answers[NETWORK_ROUTE].text);
	if (is(&answers[NETWORK_IPV6], "yes"))
		text_adds(&text, "LinkLocalAddressing=ipv6\nIPv6AcceptRA=yes\n");
	else if (answers[NETWORK_IPV6].text)
		text_adds(&text, "LinkLocalAddressing=no\nIPv6AcceptRA=no\n");
	/* The first file that matches counts: that of PRIMARY may match what others name. */
	AUTO_FREE char *path = xasprintf(NETWORK_DIRECTORY "/%d-sysidcfg-%s.network",
		primary ? 11 : 10, primary ? "primary" : one->name.text);
	return files_put(
		applying->root_fd, path, str_get(&text), text.len, FILE_PLAIN, applying->messages);
}

/* Those of an earlier file would hold for the interfaces still. */
static int remove_earlier(const struct applying *applying)
{
	static const struct root_row rows[] = {
		{ NETWORK_DIRECTORY, "1[01]-sysidcfg-*.network", ROOT_FILE }, { 0 }
	};
	int rc = root_remove(applying->root_fd, rows, applying->messages);
	return rc < 0 ? rc : 0;
}

static int put_interfaces(const struct applying *applying)
{
	const struct sysidcfg *sysidcfg = applying->sysidcfg;
	bool any = false;
	int rc = sysidcfg->interface_count ? remove_earlier(applying) : 0;
	for (size_t i = 0; i < sysidcfg->interface_count && rc == 0; i++) {
		if (!sets_addresses(&sysidcfg->interfaces[i]))
			continue;
		rc = put_interface(applying, &sysidcfg->interfaces[i]);
		any = true;
	}
	if (rc < 0 || !any)
		return rc;
	AUTO_FREE char *unit = xasprintf("/%s", find_networkd(applying->root_fd));
	return files_link(applying->root_fd, ENABLED, unit, applying->messages);
}

int apply_interfaces(const struct applying *applying)
{
	const struct sysidcfg *sysidcfg = applying->sysidcfg;
	if (applying->zone->own_interfaces)
		return put_interfaces(applying);
	for (size_t i = 0; i < sysidcfg->interface_count; i++)
		if (sets_addresses(&sysidcfg->interfaces[i]))
			message_warning(applying->messages,
				"%s: line %zu: the addresses of network_interface=%s are not set: "
				"with ip-type=shared, the host sets those of the zone's net "
				"resources",
				sysidcfg->what, sysidcfg->interfaces[i].name.line,
				sysidcfg->interfaces[i].name.text);
	return 0;
}
