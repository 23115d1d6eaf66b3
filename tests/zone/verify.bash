# What the tests of zoneadm verify share: zones below $S, of which one, web, is verified.
# shellcheck shell=bash

zones=$S/zones
mkdir -m 755 "$zones"

# The last run had this many messages.
erred_lines() {
	[ "$(grep -c 'zoneadm: ' "$work/err")" -eq "$1" ] || fail "not $1 lines: $(cat "$work/err")"
}

# with COMMANDS: the zone web has these resources, and nothing else to complain about.
with() {
	[ ! -e /etc/zones/web.xml ] || zonecfg -z web 'delete -F'
	zonecfg -z web "create; set zonepath=$zones/web; $1; commit"
	[ -d "$zones/web" ] || mkdir -m 700 "$zones/web"
}

# With these resources there is this one problem, and it is an error, or only a warning.
wrong() {
	with "$1"
	zoneadm_rc 1 -z web verify
	erred "zoneadm: $2"
	erred_lines 2
	erred "zoneadm: zone 'web' failed to verify"
}

doubtful() {
	with "$1"
	zoneadm_rc 0 -z web verify
	erred "zoneadm: WARNING: $2"
	erred_lines 1
}

fine() {
	with "$1"
	zoneadm -z web verify
}
