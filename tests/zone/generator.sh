# zone-generator: systemd starts the zones that boot with the host, and no others.
# fs: tmpfs
. "$tests/zone/lib.sh"
generator=$(dirname "$ZONEADM")/zone-generator
out=$work/units
links=$out/zones.target.wants

# generated STATUS NAME...: it ends so, and these zones would be started.
generated() {
	local want=$1 zone
	shift
	rm -rf "$out"
	mkdir "$out"
	ran "$want" "$generator" "$out" "$work/early" "$work/late"
	for zone; do
		is "$(readlink "$links/zone@$zone.service")" \
			"$(dirname "$(dirname "$generator")")/system/zone@.service"
	done
	is "$(find "$out" -type l | wc -l)" $#
}

# Without zones, and without a registry, it has nothing to say.
generated 0
silent
rmdir /etc/zones
generated 0
silent
[ ! -e /etc/zones ] || fail 'it has made the registry'
mkdir -m 755 /etc/zones

for zone in web my-zone a.b_c off new broken; do
	make_zone "$zone" "set autoboot=$([ "$zone" = off ] && echo false || echo true)"
done
for zone in web my-zone a.b_c off; do
	set_state "$zone" installed
done
set_state broken incomplete

# It changes nothing, and waits for nobody: also when the registry is locked and read-only.
rm -rf /run/zones
before=$(stored)
mount --bind /etc/zones /etc/zones
mount -o remount,bind,ro /etc/zones
generated 0 web my-zone a.b_c
silent
umount /etc/zones
[ ! -e /run/zones ] || fail 'it has made /run/zones'
is "$(stored)" "$before"
mkdir -m 700 /run/zones
exec {lock}>/run/zones/index.lock
flock "$lock"
generated 0 web my-zone a.b_c
exec {lock}>&-

# What is renamed or deleted, or boots no more, is not started by its old name.
zonecfg -z web 'set zonename=shop'
zonecfg -z my-zone 'set autoboot=false'
generated 0 shop a.b_c
silent

# A zone that cannot be read is named, and the others boot.
echo '<zone' >/etc/zones/a.b_c.xml
generated 1 shop
erred /etc/zones/a.b_c.xml
rm /etc/zones/a.b_c.xml
generated 1 shop
erred '/etc/zones/a.b_c.xml is missing'
is "$(wc -l <"$work/err")" 1

# A registry that others can write to decides nothing.
chmod 777 /etc/zones
generated 1
erred /etc/zones
chmod 755 /etc/zones

ran 1 "$generator" "$work/missing"
erred "$work/missing/zones.target.wants"
ran 2 "$generator"
erred "which directory"
ran 0 "$generator" --version
said zone-generator
