/* random_zone.h - zones to try things on: any of their properties may have any value it takes. */
#ifndef UNIT_RANDOM_ZONE_H
#define UNIT_RANDOM_ZONE_H

#include "zone/zone.h"

/* A zone that is canonical, but need not pass zone_check(). The same seed gives the same zone. */
struct zone *random_zone(unsigned seed);

#endif
