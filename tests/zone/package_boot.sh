# The package on a clean Debian whose init is systemd, in a container: a zone installed from its
# packages boots as a unit, outlives its supervisor, is stopped with systemctl, and boots with the host.
# fs: tmpfs
# cgroups: own, but no network
. "$tests/zone/lib.sh"
. "$tests/zone/package.bash"
need_cmd systemd-nspawn
make_root
export ZONE_TIMEOUT=240
cp "$work"/packages/zonetool_*.deb "$root/tmp/"
clean sh -c 'apt-get -q -y --no-install-recommends install systemd-sysv dbus /tmp/zonetool_*.deb'

looks <<'END'
# What is said goes to /answer; each line of it is checked.
zone=my-web
state() { echo "$1: $(zoneadm -z $zone list -p | cut -d: -f3) $(systemctl is-active zoneadmd@$zone)"; }
if [ -e /answer ]; then
	until_is zones.target active
	state 'booted with the host' >>/answer
	exec systemctl --no-block poweroff
fi
until_is zones.target active
{
	mkdir -m 755 /zones
	zonecfg -z $zone "create; set zonepath=/zones/$zone; set autoboot=true"
	zoneadm -z $zone install >/install.log 2>&1 || cat /install.log
	zoneadm -z $zone boot 2>/dev/null || echo "boot: $?"
	state 'booted'
	zlogin $zone hostname
	systemctl show -P Slice zoneadmd@$zone
	# Not in the group of the supervisor's unit, where systemd starts the next one.
	sed -n 's,^cgroup=.*/\([^/]*/[^/]*\)$,\1,p' /run/zones/$zone.live
	kill -9 "$(systemctl show -P MainPID zoneadmd@$zone)"
	state 'supervisor killed' | sed 's/ [a-z-]*$//'
	until_is zoneadmd@$zone active
	state 'and there again'
	journalctl --sync
	journalctl -q -o cat -u zoneadmd@$zone | grep -F 'this one goes on'
	zoneadm -z $zone shutdown
	state 'shut down' | sed 's/ [a-z-]*$//'
	systemctl daemon-reload
	systemctl start zone@$zone
	state 'started'
	zoneadm -z $zone reboot 2>/dev/null || echo "reboot: $?"
	state 'rebooted'
	systemctl stop zone@$zone
	state 'stopped' | sed 's/ [a-z-]*$//'
	systemctl --failed --quiet --plain --no-legend list-units 'zone*'
} >/answer 2>&1
systemctl --no-block poweroff
END

# What a host may do that boots containers itself.
host() {
	SYSTEMD_SECCOMP=0 boots zonetool-host --capability=all
}
host
is "$(cat "$root/answer")" 'booted: running active
my-web
machine.slice
zone-groups.service/my-web
supervisor killed: running
and there again: running active
zone my-web runs, and its supervisor was killed: this one goes on
shut down: installed
started: running active
rebooted: running active
stopped: installed'
host
is "$(tail -n 1 "$root/answer")" 'booted with the host: running active'
