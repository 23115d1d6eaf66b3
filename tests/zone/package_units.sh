# The units under a real systemd, which boots in a container, with a zoneadmd and a zoneadm that
# only pretend: what is booted with the host, what stops what, and what survives.
# fs: tmpfs
# cgroups: own, but no network
. "$tests/zone/lib.sh"
. "$tests/zone/package.bash"
need_cmd systemd-nspawn
make_root
export ZONE_TIMEOUT=240
cp "$work"/packages/zonetool_*.deb "$root/tmp/"
clean sh -c 'apt-get -q -y --no-install-recommends install systemd-sysv /tmp/zonetool_*.deb'
uuid=01234567-89ab-4def-8123-456789abcdef
for zone in web my-zone off; do
	clean zonecfg -z $zone "create -b; set zonepath=/zones/$zone; set autoboot=true"
	sed -i "s,^$zone:configured:\([^:]*\):.*,$zone:installed:\1:$uuid," "$root/etc/zones/index"
done
clean zonecfg -z off 'set autoboot=false'

# systemd looks there first. The zone is one process; to shut it down takes a second.
cat >"$root/usr/local/sbin/zoneadmd" <<'END'
#!/bin/bash
if [ "$1" = -g ]; then
	systemd-notify --ready
	exec sleep infinity
fi
[ "$1 $2" = '-f -z' ] || exit 2
running=/run/$3.zone
end() {
	if [ -e "$running" ]; then
		sleep 1
		kill -9 "$(cat "$running")"
		rm "$running"
	fi
	rm "/run/$zone.zoneadmd"
	exit 0
}
zone=$3
trap end TERM USR1
trap 'sleep infinity & echo $! >"$running"' USR2
echo $$ >"/run/$zone.zoneadmd"
systemd-notify --ready
while :; do sleep 0.05; done
END
cat >"$root/usr/local/sbin/zoneadm" <<'END'
#!/bin/bash
supervisor=/run/$2.zoneadmd
case $3 in
boot)
	[ ! -e "/run/$2.zone" ] || exit 0
	systemctl start "zoneadmd@$2.service"
	kill -USR2 "$(cat "$supervisor")"
	until [ -e "/run/$2.zone" ]; do sleep 0.05; done ;;
halt)
	kill -USR1 "$(cat "$supervisor")"
	while [ -e "$supervisor" ]; do sleep 0.05; done ;;
esac
END
chmod 755 "$root"/usr/local/sbin/*
looks <<'END'
# Each line of the answer is: what was done, the state of both units, whether the zone lives.
look() {
	local zone=$2 lives=dead
	kill -0 "$(cat "/run/$zone.zone" 2>/dev/null)" 2>/dev/null && lives=lives
	echo "$1: $(systemctl is-active "zone@$zone" "zoneadmd@$zone" | xargs) $lives"
}
until_is zones.target active
{
	for zone in web my-zone off; do look "host booted, $zone" $zone; done
	zoneadm -z web halt
	until_is zone@web inactive
	look 'halted by hand' web
	zoneadm -z web boot
	look 'booted by hand' web
	systemctl stop zone@web
	until_is zoneadmd@web inactive
	look 'stopped' web
	systemctl start zone@web
	look 'started' web
	kill -9 "$(cat /run/web.zoneadmd)"
	until_is zoneadmd@web failed
	until_is zoneadmd@web active
	look 'supervisor killed' web
	systemctl start zone@web
	systemctl restart zone@web
	look 'restarted' web
	systemctl stop zone@web
	look 'stopped again' web
	systemctl stop zones.target
	until_is zone@my-zone inactive
	look 'all stopped' my-zone
	systemctl --failed --quiet --plain --no-legend list-units 'zone*'
} >/answer 2>&1
systemctl --no-block poweroff
END

boots zonetool-units
is "$(cat "$root/answer")" 'host booted, web: active active lives
host booted, my-zone: active active lives
host booted, off: inactive inactive dead
halted by hand: inactive inactive dead
booted by hand: inactive active lives
stopped: inactive inactive dead
started: active active lives
supervisor killed: inactive active lives
restarted: active active lives
stopped again: inactive inactive dead
all stopped: inactive inactive dead'
