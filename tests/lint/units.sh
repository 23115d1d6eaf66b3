#!/bin/bash
# units.sh - systemd finds nothing wrong with the units, and the programs name them as they are
# called; the scripts of the package are in order.
set -euo pipefail
cd "$(dirname "$0")/../.."
failed=0
complain() {
	echo "$1" >&2
	failed=1
}

# The names of units and instances that programs, scripts and manuals use.
for file in packaging/systemd/*.service; do
	unit=${file##*/}
	grep -qF "${unit%.service}" docs/man/zoneadmd.8 || complain "docs/man/zoneadmd.8: has no $unit"
	if grep -q '%I' "$file"; then
		complain "$file: %I unescapes the name of a zone, which stands in a unit's as it is"
	fi
done
grep -qF '"zoneadmd@%s.service"' zonetool/runtime/control_client.c ||
	complain "zonetool/runtime/control_client.c: does not start \"zoneadmd@%s.service\""
grep -qF '"zone@%s.service"' zonetool/zone_generator.c ||
	complain "zonetool/zone_generator.c: does not link \"zone@%s.service\""

if command -v shellcheck >/dev/null; then
	shellcheck packaging/debian/{postinst,prerm,postrm} >&2 || failed=1
fi

if ! command -v systemd-analyze >/dev/null; then
	echo "systemd-analyze is not installed"
	exit $((failed ? 1 : 77))
fi
# In a folder beside the host's units, with programs that do nothing where ours are not installed.
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
cp packaging/systemd/* "$root"
for program in zoneadm zoneadmd; do
	ln -s "$(type -P true)" "$root/$program"
	sed -i "s,^\(Exec[A-Za-z]*=\)$program ,\1$root/$program ," "$root"/*.service
done
for template in zoneadmd@ zone@; do
	ln -s "$template.service" "$root/${template}my-zone.service"
done
# It prints what it finds in units of others, too, and SYSTEMD_UNIT_PATH is looked at first.
found=$(SYSTEMD_UNIT_PATH="$root:" systemd-analyze verify --man=no "$root/zones.target" \
	"$root/zoneadmd@my-zone.service" "$root/zone@my-zone.service" \
	"$root/zone-groups.service" 2>&1 | grep -F zone || true)
[[ ! $found ]] || complain "$found"
exit $failed
