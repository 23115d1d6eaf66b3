/* interface.h - network interfaces of this host, as this process's network namespace has them. */
#ifndef UTIL_INTERFACE_H
#define UTIL_INTERFACE_H

enum interface_kind {
	INTERFACE_NONE,   /* there is none of this name */
	INTERFACE_BRIDGE, /* others can be connected to it */
	INTERFACE_OTHER,  /* also if it cannot be found out */
};
enum interface_kind interface_find(const char *name);

#endif
