/* packages_fixture.h - what the tests of installing packages share: rows of dpkg's database. */
#ifndef UNIT_PACKAGES_FIXTURE_H
#define UNIT_PACKAGES_FIXTURE_H

#include "zone_fixture.h"

#include "install/packages_private.h"
#include "util/alloc.h"

#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define INSTALLED "Status: install ok installed\n"
#define NATIVE INSTALLED "Architecture: amd64\nVersion: 1.0-1\n"
#define DPKG "Package: dpkg\nEssential: yes\nPriority: required\n" NATIVE "\n"

#endif
