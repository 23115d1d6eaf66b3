/* interface.c - network interfaces of this host. */
#include "util/interface.h"

#include "base/fd.h"

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

enum interface_kind interface_find(const char *name)
{
	/* Not in /sys, which may be mounted for another network namespace. */
	struct ethtool_drvinfo info = { .cmd = ETHTOOL_GDRVINFO };
	struct ifreq request = { .ifr_data = (char *)&info };
	if (!if_nametoindex(name))
		return INTERFACE_NONE;
	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	AUTO_FD fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool bridge = fd >= 0 && ioctl(fd, SIOCETHTOOL, &request) == 0
		&& strcmp(info.driver, "bridge") == 0;
	return bridge ? INTERFACE_BRIDGE : INTERFACE_OTHER;
}
